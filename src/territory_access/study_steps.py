"""How the steps of a run are timed, and told to whoever listens."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Step:
    """A step that begins (``seconds`` is ``None``) or has ended, with what it found."""

    name: str
    seconds: float | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class Clock:
    """Times the steps and tells whoever listens."""

    def __init__(self, observe: Callable[[Step], None]) -> None:
        self.observe = observe
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, object]]:
        """Time a step; what is put in the dictionary is told when it ends."""
        self.observe(Step(name))
        start = time.perf_counter()
        facts: dict[str, object] = {}
        yield facts
        self.seconds[name] = time.perf_counter() - start
        self.observe(Step(name, self.seconds[name], facts))
