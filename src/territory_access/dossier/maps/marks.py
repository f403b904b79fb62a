"""What is written on a map: sites, towns, islands, and a bar that gives its scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from territory_access.dossier.maps.labels import Name, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from territory_access.dossier.maps.ground import Ground

INK, ACCENT, GONE = "#14323b", "#c2410c", "#5b6b70"
_SMALL = 14.0  # points: an island smaller than that gets a ring
_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0)  # kilometres


@dataclass(frozen=True)
class Look:
    """How one kind of mark is drawn: shape, area, colour, room around it, then its letters.

    ``edge`` is the colour around the shape, ``ring`` that of a circle around both, if any.
    """

    shape: str
    area: float
    colour: str
    radius: float
    letters: float
    ink: str
    weight: str = "normal"
    slope: str = "normal"
    edge: str = "white"
    ring: str = ""


_STRONG = "#7c2d0a"
# What a plan decides: always named on the map.
DECIDED = ("proposed", "extended", "changed", "reinforced", "closed", "left")
LOOKS = {
    "proposed": Look("D", 62, ACCENT, 6.5, 9.0, _STRONG, weight="bold"),
    "extended": Look("o", 30, INK, 8.0, 9.0, _STRONG, weight="bold", ring=ACCENT),
    "changed": Look("D", 30, ACCENT, 8.0, 9.0, _STRONG, weight="bold", ring=INK),
    "reinforced": Look("P", 80, ACCENT, 6.5, 9.0, _STRONG, weight="bold"),
    "closed": Look("X", 90, GONE, 6.5, 9.0, "#3f5157", weight="bold"),
    "left": Look("o", 40, "white", 5.5, 9.0, "#3f5157", weight="bold", edge=GONE),
    "existing": Look("o", 34, INK, 4.5, 8.0, INK),
    "island": Look("o", 0, INK, 6.0, 7.5, "#3f5157", slope="italic"),
    "town": Look("s", 5, "#5b6b70", 2.5, 7.5, "#3f5157"),
}


@dataclass(frozen=True)
class Mark:
    """A site or a town: where, what, and how it is drawn (``proposed``, ``existing``, ``town``)."""

    x: float
    y: float
    text: str
    style: str


def ring_islands(axes: Axes, ground: Ground, colours: Sequence[str]) -> None:
    """Draw a disc under each island too small to be seen, in the colour of its class."""
    for position in np.flatnonzero(ground.islands):
        shape = ground.zones[position]
        west, south, east, north = shapely.bounds(shape)
        if max(east - west, north - south) * ground.scale < _SMALL:
            centre = ground.at(*shapely.get_coordinates(shapely.centroid(shape))[0])
            colour = colours[int(position)]
            axes.scatter(*centre, s=110, facecolor=colour, edgecolor=INK, lw=1.0, zorder=3)


def write_marks(axes: Axes, ground: Ground, marks: Sequence[Mark]) -> None:
    """Draw the marks, and the names that have room.

    Parameters
    ----------
    axes
        In points of the picture.
    ground
        Where things are.
    marks
        The most important first.
    """
    for mark in reversed(marks):
        look = LOOKS[mark.style]
        # a white ring below, so that dark ones show on dark colours
        for colour, width in (("white", 4.4), (look.ring, 2.2)) if look.ring else ():
            axes.scatter(
                *ground.at(mark.x, mark.y),
                marker="o",
                s=150,
                facecolor="none",
                edgecolor=colour,
                lw=width,
                zorder=4,
            )
        if look.area:
            axes.scatter(
                *ground.at(mark.x, mark.y),
                marker=look.shape,
                s=look.area,
                facecolor=look.colour,
                edgecolor=look.edge,
                lw=(1.1 if look.edge == "white" else 1.8) if look.area > 10 else 0.4,
                zorder=4,
            )
    names = [_name(mark, ground) for mark in marks]
    width, height = ground.size
    for order, spot in enumerate(place(names, width=width, height=height)):
        look = LOOKS[spot.name.style]
        axes.text(
            spot.x,
            spot.y,
            spot.name.text,
            size=look.letters,
            ha=spot.align,
            va="center_baseline",
            color=look.ink,
            weight=look.weight,
            style=look.slope,
            parse_math=False,
            zorder=5,
            gid=f"halo-{order}",
        )


def _name(mark: Mark, ground: Ground) -> Name:
    look = LOOKS[mark.style]
    x, y = ground.at(mark.x, mark.y)
    return Name(mark.text, x, y, look.letters, look.radius, mark.style, mark.style in DECIDED)


def scale_bar(axes: Axes, ground: Ground, template: str) -> None:
    """Draw a bar of a round number of kilometres, about a fifth of the width."""
    width, _ = ground.size
    fifth = width / ground.scale / 5000
    km = max((step for step in _STEPS if step <= fifth), default=0.1)
    length = km * 1000 * ground.scale
    axes.plot([14, 14, 14 + length, 14 + length], [18, 14, 14, 18], color=INK, lw=1.2, zorder=5)
    axes.text(
        14 + length / 2,
        20,
        template.format(km=f"{km:g}"),
        size=7.5,
        ha="center",
        va="bottom",
        color=INK,
        parse_math=False,
        zorder=5,
        gid="halo-scale",
    )
