"""Where the names on a map go, so that none hides another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 28  # characters; a longer name is cut, and whole in the tables
_WIDTH, _HEIGHT = 0.6, 1.15  # of one character, in ems; on the wide side
_SIDES = (
    ("left", 1, 0),
    ("right", -1, 0),
    ("center", 0, 1),
    ("center", 0, -1),
    ("left", 1, 0.9),
    ("left", 1, -0.9),
    ("right", -1, 0.9),
    ("right", -1, -0.9),
)


@dataclass(frozen=True)
class Name:
    """A name to write beside a point; all lengths in points of the drawing.

    Attributes
    ----------
    text, x, y
        What, and beside what.
    size
        Of the letters.
    gap
        From the point to the name: the radius of its mark.
    style
        ``proposed``, ``existing``, ``island`` or ``town``.
    required
        Written even where it hides something.
    """

    text: str
    x: float
    y: float
    size: float
    gap: float
    style: str
    required: bool = False


@dataclass(frozen=True)
class Placed:
    """Where a name goes: its anchor and how it hangs there."""

    name: Name
    x: float
    y: float
    align: str


type Box = tuple[float, float, float, float]


def place(names: Iterable[Name], *, width: float, height: float) -> list[Placed]:
    """Return names with a free position, first come first served; others are left out.

    Parameters
    ----------
    names
        The most important first. Marks of all of them are kept free.
    width, height
        Of the drawing.

    Examples
    --------
    >>> one = Name("Laval", 50, 50, 10, 4, "existing")
    >>> [(placed.align, placed.x) for placed in place([one], width=100, height=100)]
    [('left', 56.0)]
    """
    names = list(names)
    taken = [_mark(name) for name in names]
    placed = []
    for name in names:
        options = [_option(name, side) for side in _SIDES]
        inside = [
            (spot, box)
            for spot, box in options
            if box[0] >= 2 and box[2] <= width - 2 and box[1] >= 2 and box[3] <= height - 2
        ]
        own = _mark(name)
        free = [
            (spot, box)
            for spot, box in inside
            if not any(_meet(box, other) for other in taken if other != own)
        ]
        choice = free or (inside[:1] if name.required else [])
        if choice:
            spot, box = choice[0]
            placed.append(spot)
            taken.append(box)
    return placed


def shortened(text: str) -> str:
    """Return a name short enough for a map, on one line.

    >>> shortened("Saint-Pierre-la-Cour"), len(shortened("a" * 300))
    ('Saint-Pierre-la-Cour', 28)
    """
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _mark(name: Name) -> Box:
    return (name.x - name.gap, name.y - name.gap, name.x + name.gap, name.y + name.gap)


def _option(name: Name, side: tuple[str, float, float]) -> tuple[Placed, Box]:
    align, across, up = side
    width, height = _WIDTH * name.size * len(name.text), _HEIGHT * name.size
    x = float(name.x + across * (name.gap + 2))
    y = float(name.y + up * (name.gap + height / 2))
    left = {"left": x, "right": x - width, "center": x - width / 2}[align]
    return Placed(name, x, y, align), (left, y - height / 2, left + width, y + height / 2)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
