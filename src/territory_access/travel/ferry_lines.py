"""Join the boats of a table, or of a timetable, to the roads of both shores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from territory_access.datasets.road_form import FERRY, WGS84, project
from territory_access.errors import DataError
from territory_access.travel.ferry_arcs import REPORT, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.datasets.road_form import Roads
    from territory_access.travel.ferry_arcs import Boarding
    from territory_access.travel.road_arcs import Draft

_PLACES = ["port_lon", "port_lat", "landing_lon", "landing_lat"]
PORT_METRES = 3_000.0  # the place of a port in a table is rough


def refuse_faults(boats: pd.DataFrame, boarding: Boarding) -> None:
    """Raise a ``DataError`` if a column is missing."""
    wanted = (*_PLACES, "crossing_minutes", f"sailings_{boarding.season}")
    missing = [name for name in wanted if name not in boats]
    if missing and len(boats):
        raise DataError("Bateaux : colonnes absentes : {names}.", names=", ".join(missing))


def supersede(roads: Roads, boats: pd.DataFrame) -> tuple[Roads, pd.DataFrame]:
    """Return the roads without the lines that land where a boat of the table does, and these lines.

    OSM rarely knows how often a boat goes; the table does. Were both kept, the guessed wait of one
    would hide the known wait of the other. A line is the same if one of its ends is within 3 km of
    the landing of a boat, and nearer to it than half the crossing.
    """
    edges = roads.edges
    at_sea = (edges["highway"] == FERRY).to_numpy()
    if not at_sea.any() or boats.empty:
        return roads, pd.DataFrame(columns=list(REPORT))
    once = boats.drop_duplicates(_PLACES)
    port, landing = _shores(once, roads.crs)
    radius = np.minimum(PORT_METRES, np.hypot(*(port - landing).T) / 2)
    same = np.zeros(len(edges), bool)
    for end in ("u", "v"):
        place = roads.nodes.loc[edges.loc[at_sea, end], ["x", "y"]].to_numpy(float)
        gap = np.hypot(*(place[:, None, :] - landing[None, :, :]).transpose(2, 0, 1))
        same[at_sea] |= (gap <= radius).any(axis=1)
    if not same.any():
        return roads, pd.DataFrame(columns=list(REPORT))
    lines = describe(edges[same], np.full(int(same.sum()), np.nan))
    lines["used"], lines["reason"] = False, "remplacé par la table des bateaux"
    kept = edges[~same].reset_index(drop=True)
    return replace(roads, edges=kept), lines[list(REPORT)]


class Landing(NamedTuple):
    """Where both ends of a line touch the roads, and how far away that is."""

    nodes: tuple[int, int]
    metres: float
    length_km: float


def add(
    draft: Draft,
    boats: pd.DataFrame,
    *,
    ashore: NDArray[np.bool_],
    crs: str,
    boarding: Boarding,
) -> pd.DataFrame:
    """Add an arc each way between port and landing, and return what became of each boat.

    Parameters
    ----------
    draft
        Changed in place.
    boats
        As ``datasets.ferries.load`` or ``gtfs.lines`` give them: ``port_lon``, ``port_lat``,
        ``landing_lon``, ``landing_lat``, ``crossing_minutes``, and ``sailings_low`` or
        ``sailings_high`` (departures a day each way; 0 or ``nan``: none). Rows with the same places
        and times are one boat.
    ashore
        Nodes where a pier may be, shape (nodes,).
    crs
        Of the draft.
    boarding
        Season, check-in and day of crossings.

    Raises
    ------
    DataError
        If a column is missing.
    """
    if boats.empty:
        return pd.DataFrame(columns=list(REPORT))
    sailings = f"sailings_{boarding.season}"
    refuse_faults(boats, boarding)
    once = boats.reset_index().drop_duplicates([*_PLACES, "crossing_minutes", sailings])
    landings = _landings(draft, once, np.flatnonzero(ashore), crs)
    crossing = once["crossing_minutes"].to_numpy(float)
    a_day = once[sailings].fillna(0).to_numpy(float)
    report = []
    for place, landing in enumerate(landings):
        reason = _why_not(landing, a_day[place], boarding.season)
        headway = boarding.window_minutes / a_day[place] if a_day[place] > 0 else np.nan
        wait = boarding.check_in_minutes + headway / 2
        if not reason:
            there, back = landing.nodes
            time = round((wait + crossing[place]) * 60_000)
            draft.add_arcs([there, back], [back, there], time)
        report.append(
            (
                *(_name(once.iloc[place]), _source(once.iloc[place]), not reason, reason),
                *(crossing[place], True, headway, True, wait, landing.length_km),
            )
        )
    return pd.DataFrame(report, columns=list(REPORT))


def _landings(
    draft: Draft, boats: pd.DataFrame, nodes: NDArray[np.int64], crs: str
) -> list[Landing]:
    ends = _shores(boats, crs)
    tree = cKDTree(np.column_stack([draft.x[nodes], draft.y[nodes]]))
    gaps, found = tree.query(np.stack(ends, axis=1))
    length = np.hypot(*(ends[0] - ends[1]).T) / 1000
    return [
        Landing((int(nodes[a]), int(nodes[b])), float(gap.max()), float(km))
        for (a, b), gap, km in zip(np.asarray(found), np.asarray(gaps), length, strict=True)
    ]


def _shores(boats: pd.DataFrame, crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places of ports and of landings, each of shape (boats, 2)."""
    ends = []
    for shore in ("port", "landing"):
        lon, lat = (boats[f"{shore}_{axis}"].to_numpy(float) for axis in ("lon", "lat"))
        ends.append(np.column_stack(project(lon, lat, source=WGS84, target=crs)))
    return ends[0], ends[1]


def _why_not(landing: Landing, sailings: float, season: str) -> str:
    if not sailings > 0:
        return f"ne navigue pas en {'basse' if season == 'low' else 'haute'} saison"
    if landing.metres > PORT_METRES:
        return "pas de route à moins de 3 km de l’un des deux ports"
    if landing.nodes[0] == landing.nodes[1]:
        return "les deux ports touchent la même route"
    return ""


def _name(row: pd.Series) -> str:
    return next(str(row[name]) for name in ("name", "line", "ferry_id", "index") if name in row)


def _source(row: pd.Series) -> str:
    return str(row["source"]) if "source" in row else "table des bateaux"
