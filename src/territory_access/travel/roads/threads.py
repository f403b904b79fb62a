"""How is work shared between threads? Kernels hold no lock, so a pool is enough."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def in_threads[T, R](work: Callable[[T], R], items: Iterable[T], threads: int) -> list[R]:
    """Return ``[work(item) for item in items]``, in this order, with ``threads`` at work.

    >>> in_threads(lambda number: number + 1, [1, 2, 3], threads=2)
    [2, 3, 4]
    """
    if threads == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))
