"""A small map as one SVG element: outlines, areas, discs; drawn in a fraction of a second."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

WIDTH, TALLEST = 340.0, 360.0
_DETAIL = 0.6  # pixels: a smaller bend cannot be seen


@dataclass(frozen=True)
class Dot:
    """One place: metres east and north, radius in pixels, colour, and what it is."""

    x: float
    y: float
    radius: float
    colour: str
    label: str
    diamond: bool = False


@dataclass(frozen=True)
class Area:
    """Polygons of one colour; ``fill`` may be ``none``."""

    shapes: NDArray[np.object_]
    fill: str
    line: str = "none"


def sketch(title: str, areas: Iterable[Area], dots: Iterable[Dot]) -> str:
    """Return a map as an ``<svg>`` element; what is drawn last lies on top.

    Parameters
    ----------
    title
        Said to who cannot see it.
    areas
        Polygons in metres; the first give the frame.
    dots
        Places in the same metres; their labels show under the pointer.

    Examples
    --------
    >>> import numpy as np
    >>> square = Area(np.array([shapely.box(0, 0, 1000, 1000)], dtype=object), "#eee")
    >>> sketch("Carré", [square], [Dot(500, 500, 4, "#000", "Ici")]).count("<circle")
    1
    """
    drawn = list(areas)
    west, south, east, north = shapely.total_bounds(drawn[0].shapes)
    scale = min(WIDTH / max(east - west, 1.0), TALLEST / max(north - south, 1.0))
    width, height = (east - west) * scale + 16, (north - south) * scale + 16

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{(x - west) * scale + 8:.1f}", f"{(north - y) * scale + 8:.1f}"

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" style="max-width:100%;height:auto">'
        f"<title>{escape(title)}</title>"
    )
    parts = [head]
    for area in drawn:
        shapes = shapely.simplify(area.shapes, _DETAIL / scale)
        path = "".join(
            "M" + "L".join(" ".join(at(x, y)) for x, y in shapely.get_coordinates(ring)) + "Z"
            for ring in shapely.get_rings(shapely.get_parts(shapes))
        )
        parts.append(
            f'<path d="{path}" fill="{area.fill}" fill-rule="evenodd" stroke="{area.line}" '
            'stroke-linejoin="round"/>'
        )
    parts += [_dot(dot, *at(dot.x, dot.y)) for dot in dots]
    return "".join(parts) + "</svg>"


def _dot(dot: Dot, x: str, y: str) -> str:
    label = f"<title>{escape(dot.label)}</title>"
    if dot.diamond:
        side = dot.radius * 2
        return (
            f'<rect x="{-dot.radius:g}" y="{-dot.radius:g}" width="{side:g}" height="{side:g}" '
            f'transform="translate({x} {y}) rotate(45)" fill="{dot.colour}" stroke="#fff">'
            f"{label}</rect>"
        )
    return (
        f'<circle cx="{x}" cy="{y}" r="{dot.radius:.1f}" fill="{dot.colour}" stroke="#fff" '
        f'stroke-width="0.7">{label}</circle>'
    )
