"""Which zones does a road network serve? A map to look at before trusting its times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from territory_access.travel.components import MAIN

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from territory_access.dossier.voice import Voice
    from territory_access.territory import Territory
    from territory_access.travel.on_roads import OpenRoads

_REACHED, _APART, _NOWHERE = "#dfe9e6", "#d9a441", "#b8390e"
_LABELS = {
    _REACHED: "sur le réseau principal",
    _APART: "sur un réseau à part",
    _NOWHERE: "loin de toute route : hors d’atteinte",
}


def colours(roads: OpenRoads) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Return the colour of each zone: on the main network, on one apart, or on none."""
    kind = roads.network.components["kind"].to_numpy(str)
    part = roads.zones.component
    main = kind[np.maximum(part, 0)] == MAIN
    return np.where(part < 0, _NOWHERE, np.where(main, _REACHED, _APART))


def write(place: Territory, roads: OpenRoads, path: Path, *, voice: Voice) -> Path:
    """Write the map of the zones that a network serves, with its roads.

    Parameters
    ----------
    place, roads
        The territory and its open roads.
    path
        ``.svg``, ``.png`` or ``.pdf``; written whole or not at all.
    voice
        Language of the legend.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(9, 9), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shades = colours(roads)
    place.zones.geometry.plot(ax=axes, color=shades, edgecolor="white", linewidth=0.3)
    lines = _roads(place.zones, roads)
    axes.add_collection(LineCollection(list(lines), colors="#5b6b6a", linewidths=0.25))
    shown = [Patch(color=shade, label=voice.say(_LABELS[shade])) for shade in _LABELS]
    axes.legend(handles=shown, loc="lower left", frameon=False)
    axes.set_title(f"{place.name} — {roads.source.name}", loc="left")
    axes.set_axis_off()
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    figure.savefig(part, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=150)
    part.replace(path)
    return path


def _roads(zones: gpd.GeoDataFrame, roads: OpenRoads) -> np.ndarray:
    """Return the straight parts of the roads near the zones, shape (parts, 2, 2), metres."""
    parts = roads.network.segments[["x1", "y1", "x2", "y2"]].to_numpy(float).reshape(-1, 2, 2)
    west, south, east, north = zones.total_bounds
    box = shapely.box(west, south, east, north)
    return parts[shapely.intersects(shapely.linestrings(parts), box)]
