"""How one map is drawn, as an SVG picture that a page can hold.

The same picture comes out of the same data, byte for byte. Letters stay letters, so that they can
be read aloud, searched and copied, in the fonts of the page.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from territory_access.dossier.maps.marks import INK, ring_islands, scale_bar, write_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    from territory_access.dossier.maps.ground import Ground
    from territory_access.dossier.maps.marks import Mark

SEA, AROUND, HATCH = "#e6eff2", "#e9e8e3", "#7a4a1e"


def draw(  # noqa: PLR0913 - shapes, then everything drawn on them, by name
    ground: Ground,
    *,
    identity: str,
    colours: Sequence[str],
    hatched: NDArray[np.bool_],
    marks: Sequence[Mark],
    words: Mapping[str, str],
    over: Callable[[Axes], None] = lambda _: None,
) -> str:
    """Return a map as an ``<svg>`` element.

    Parameters
    ----------
    ground
        The shapes.
    identity
        Distinguishes this map from the others of the page.
    colours
        One for each zone; those of the buffer are not used.
    hatched
        Zones to cover with a hatch.
    marks
        Sites and towns, the most important first.
    words
        ``title``, ``description`` and ``scale`` (template with ``{km}``).
    over
        Draws more on top of the zones, below the names, in points of the picture.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.hashsalt": identity,
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",
        "hatch.linewidth": 0.5,
        "path.simplify": False,
    }
    width, height = ground.size
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with mpl.rc_context(settings), warnings.catch_warnings():
        # the page's fonts draw the letters, not matplotlib's: what its own font lacks is no matter
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        figure = Figure(figsize=(width / 72, height / 72), facecolor=SEA)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(0, height))
        axes.set_axis_off()
        _paint(axes, ground, colours, hatched)
        over(axes)
        ring_islands(axes, ground, colours)
        write_marks(axes, ground, marks)
        scale_bar(axes, ground, words["scale"])
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _cleaned(file.getvalue(), identity, words)


def _paint(axes: Axes, ground: Ground, colours: Sequence[str], hatched: NDArray[np.bool_]) -> None:
    """Fill the zones: one shape a colour, so that the picture stays small."""
    if len(ground.land):
        shape(axes, ground, ground.land, facecolor=AROUND, edgecolor="none")
    shape(axes, ground, ground.zones[~ground.inside], facecolor=AROUND, edgecolor="#d9d8d1", lw=0.3)
    fills = np.asarray(colours, dtype=object)
    for colour in sorted(set(fills[ground.inside])):
        chosen = ground.inside & (fills == colour)
        shape(axes, ground, ground.zones[chosen], facecolor=colour, edgecolor="#ffffff", lw=0.35)
    covered = ground.zones[ground.inside & hatched]
    if len(covered):
        merged = shapely.get_parts(shapely.coverage_union_all(covered))
        shape(axes, ground, merged, facecolor="none", edgecolor=f"{HATCH}8c", lw=0, hatch="////")
    shape(axes, ground, ground.borders, facecolor="none", edgecolor=INK, lw=0.9)


def shape(axes: Axes, ground: Ground, polygons: NDArray[np.object_], **style: Any) -> None:  # noqa: ANN401 - style keywords of matplotlib
    """Add polygons to a map as one compound shape."""
    from matplotlib.patches import PathPatch

    if not shapely.is_empty(polygons).all():
        # not add_patch: it would look for the limits of shapes whose limits are known
        axes.add_artist(PathPatch(_path(ground, polygons), **style))


def _path(ground: Ground, polygons: NDArray[np.object_]) -> Path:
    """Return many polygons as one compound path in points of the picture."""
    from matplotlib.path import Path

    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(polygons)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    last = np.r_[first[1:] - 1, len(ring) - 1]
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    codes[first], codes[last] = Path.MOVETO, Path.CLOSEPOLY
    west, south, _, _ = ground.bounds
    return Path((points - (west, south)) * ground.scale, codes)


def _cleaned(svg: str, identity: str, words: Mapping[str, str]) -> str:
    """Return the picture for a page: small, named, its ids its own, its letters the page's."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(
        r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL
    )
    svg = re.sub(r'\bd="[^"]*"', lambda found: _rounded(found[0]), svg)
    svg = re.sub(r'<g id="halo-\w+">', '<g class="halo">', svg)
    used = set(re.findall(r"#([A-Za-z][\w-]*)", svg))
    svg = re.sub(
        r' id="([^"]+)"',
        lambda found: f' id="{identity}-{found[1]}"' if found[1] in used else "",
        svg,
    )
    svg = re.sub(r"(url\(|href=\")#", rf"\1#{identity}-", svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--font, sans-serif)", svg)
    view = re.search(r'viewBox="[^"]+"', svg)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'class="map" {view[0] if view else ""} role="img" '
        f'aria-labelledby="{identity}-title {identity}-desc">'
        f'<title id="{identity}-title">{escape(words["title"])}</title>'
        f'<desc id="{identity}-desc">{escape(words["description"])}</desc>'
    )
    return head + svg[svg.index(">") + 1 :]


def _rounded(attribute: str) -> str:
    """Keep a tenth of a point: less than the eye sees, a third of the size."""
    text = re.sub(
        r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), attribute
    )
    # after « M » every further pair is a line: the letter need not be said again
    return re.sub(r"\s+(?:L\s+)?", " ", text)
