"""Join the boats of a table, or of a timetable, to the roads of both shores."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from territory_access.datasets.road_form import WGS84, project
from territory_access.errors import DataError
from territory_access.travel.ferry_arcs import REPORT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.ferry_arcs import Boarding
    from territory_access.travel.road_arcs import Draft

_PLACES = ["port_lon", "port_lat", "landing_lon", "landing_lat"]
PORT_METRES = 3_000.0  # the place of a port in a table is rough


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
    sailings = f"sailings_{boarding.season}"
    missing = [name for name in (*_PLACES, "crossing_minutes", sailings) if name not in boats]
    if missing:
        raise DataError("Bateaux : colonnes absentes : {names}.", names=", ".join(missing))
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
    ends = []
    for shore in ("port", "landing"):
        lon, lat = (boats[f"{shore}_{axis}"].to_numpy(float) for axis in ("lon", "lat"))
        ends.append(np.column_stack(project(lon, lat, source=WGS84, target=crs)))
    tree = cKDTree(np.column_stack([draft.x[nodes], draft.y[nodes]]))
    gaps, found = tree.query(np.stack(ends, axis=1))
    length = np.hypot(*(ends[0] - ends[1]).T) / 1000
    return [
        Landing((int(nodes[a]), int(nodes[b])), float(gap.max()), float(km))
        for (a, b), gap, km in zip(np.asarray(found), np.asarray(gaps), length, strict=True)
    ]


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
