"""Which numbers a study amounts to, for the residents of the territory itself.

The buffer around the territory takes part in the computation, so that its edges are right, but it
is not counted here: every number of residents is of the territory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import REINFORCE
from territory_access.siting.lines import lines, number
from territory_access.vocabulary import DESTINATION, ORIGIN, DesertKind, Status

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from territory_access.study import Study

ADDED_COLUMNS = (
    "served_before",
    "served_after",
    "share_before",
    "share_after",
    "reachable_before",
    "reachable_after",
    "minutes_before",
    "minutes_after",
    "kind_before",
    "kind_after",
    "apl_before",
    "apl_after",
    "edge_minutes",
)


@dataclass(frozen=True)
class Findings:
    """What the dossier says in numbers.

    Attributes
    ----------
    residents, without_doctor, seekers
        Of the territory.
    within_before, within_after
        Seekers who live within reach of some place.
    served_before, served_after
        Seekers who can be given a place: one resident, one place.
    served_around, lost_around
        Seekers of the buffer to whom the plan gives a place; who lose theirs, gains deducted.
    desert_before, desert_after
        Residents of desert communes.
    desert_zones_before, desert_zones_after
        How many of those communes.
    desert_without_doctor
        Residents of today's desert communes who have no médecin traitant.
    far_zones, far_seekers
        Communes without a site with places near enough today, and seekers who live there.
    few_zones, few_seekers
        Communes that have one, but too few places or too few doctors, and seekers there.
    zones
        How many communes there are.
    spent, deficit, gp_fte, nurse_fte
        What the plan takes: euros, euros a year, full-time equivalents; less than nothing where
        it closes more than it opens.
    sites
        How many sites open, or how many decisions are taken (``siting.lines.number``).
    """

    residents: int
    without_doctor: int
    seekers: int
    within_before: int
    within_after: int
    served_before: float
    served_after: float
    served_around: float
    lost_around: float
    desert_before: int
    desert_after: int
    desert_zones_before: int
    desert_zones_after: int
    desert_without_doctor: int
    far_zones: int
    far_seekers: int
    few_zones: int
    few_seekers: int
    zones: int
    spent: float
    deficit: float
    gp_fte: float
    nurse_fte: float
    sites: int

    @property
    def gained(self) -> float:
        """Residents of the territory given a place by the plan, beyond what exists."""
        return max(0.0, self.served_after - self.served_before)

    @property
    def lost(self) -> float:
        """Residents of the territory who have a place today and lose it, the gains deducted."""
        more = self.served_after - self.served_before
        return -more if more < -0.5 else 0.0


def findings(study: Study) -> Findings:
    """Return the numbers of a study.

    See Also
    --------
    communes : the same, commune by commune.
    """
    table = communes(study)
    sites = study.plan.sites
    around = ~study.territory.zones["in_territory"].to_numpy(dtype=bool)
    gained = _of(study.places_after, "served", study) - _of(study.places_before, "served", study)
    far = table[table["kind_before"].isin([DesertKind.DISTANCE.value, DesertKind.BOTH.value])]
    few = table[table["kind_before"] == DesertKind.CAPACITY.value]
    deserts = {when: table[is_desert(table[f"kind_{when}"])] for when in ("before", "after")}
    return Findings(
        residents=int(table["population"].sum()),
        without_doctor=int(table["without_doctor"].sum()),
        seekers=int(table["seekers"].sum()),
        within_before=int(table.loc[table["reachable_before"], "seekers"].sum()),
        within_after=int(table.loc[table["reachable_after"], "seekers"].sum()),
        served_before=float(table["served_before"].sum()),
        served_after=float(table["served_after"].sum()),
        served_around=float(np.clip(gained[around].sum(), 0, None)),
        lost_around=float(np.clip(-gained[around].sum(), 0, None)),
        desert_before=int(deserts["before"]["population"].sum()),
        desert_after=int(deserts["after"]["population"].sum()),
        desert_zones_before=len(deserts["before"]),
        desert_zones_after=len(deserts["after"]),
        desert_without_doctor=int(deserts["before"]["without_doctor"].sum()),
        far_zones=len(far),
        far_seekers=int(far["seekers"].sum()),
        few_zones=len(few),
        few_seekers=int(few["seekers"].sum()),
        zones=len(table),
        spent=float(sites["capex"].sum()),
        deficit=float(sites["deficit"].sum()),
        gp_fte=float(sites["fte"].sum()),
        nurse_fte=float(sites["nurse_fte"].sum()),
        sites=number(study.plan),
    )


def communes(study: Study, *, everywhere: bool = False) -> gpd.GeoDataFrame:
    """Return the communes of the territory with what they have before and after the plan.

    Parameters
    ----------
    study
        A whole run.
    everywhere
        Also the communes of the buffer.

    Returns
    -------
    geopandas.GeoDataFrame
        The zones with ``ADDED_COLUMNS``: residents served, their share of the seekers, minutes to
        the nearest place, kind of desert, the APL where it was computed, and the minutes to what is
        not loaded (``travel.edge``).
    """
    zones = study.territory.zones
    added: dict[str, object] = {}
    for when, places, found, apl in (
        ("before", study.places_before, study.deserts_before, study.apl_before),
        ("after", study.places_after, study.deserts_after, study.apl_after),
    ):
        added[f"served_{when}"] = _of(places, "served", study)
        added[f"share_{when}"] = _of(places, "share", study)
        added[f"reachable_{when}"] = _of(places, "reachable", study).astype(bool)
        added[f"kind_{when}"] = _found(found, "kind", zones.index, DesertKind.NONE.value)
        added[f"minutes_{when}"] = _found(found, "minutes", zones.index, np.inf)
        if apl is not None:
            added[f"apl_{when}"] = apl.sel({ORIGIN: zones.index.to_numpy()}).to_numpy()
    if study.edge is not None:
        added["edge_minutes"] = study.edge.reindex(zones.index).to_numpy(dtype=float)
    table = zones.assign(**added)
    return table if everywhere else table[table["in_territory"].to_numpy(dtype=bool)]


def is_desert(kinds: pd.Series) -> pd.Series:
    """Return which kinds are deserts for everybody, all year: the others are warnings."""
    return kinds.isin([DesertKind.DISTANCE, DesertKind.CAPACITY, DesertKind.BOTH])


def newly_within(study: Study) -> dict[str, float]:
    """Return, for each proposed site, the seekers near it who had no place within reach before.

    A resident near two new sites is counted at both: the column is not added up.
    """
    zones = study.territory.zones
    gained = _of(study.places_after, "reachable", study).astype(bool)
    gained &= ~_of(study.places_before, "reachable", study).astype(bool)
    gained &= zones["in_territory"].to_numpy(dtype=bool)
    seekers = zones["seekers"].to_numpy(dtype=float)
    counts = {}
    for site, row in lines(study.plan).iterrows():
        near = _minutes_to(study, str(row["at"])) <= _reach_of(study, str(row["service"]))
        near |= zones.index.to_numpy() == row["zone_id"]
        gives = row["coming"] and not (row["decision"] == REINFORCE and row["places"] == 0)
        counts[str(site)] = float(seekers[gained & near].sum()) if gives else 0.0
    return counts


def is_empty(study: Study) -> bool:
    """Return whether the plan proposes nothing."""
    return study.plan.report.status == Status.EMPTY or study.plan.sites.empty


def _of(places: xr.Dataset, name: str, study: Study) -> np.ndarray:
    """Return a variable of the second ledger in the order of the zones."""
    return np.asarray(places[name].sel({ORIGIN: study.territory.zones.index.to_numpy()}).to_numpy())


def _found(found: gpd.GeoDataFrame, column: str, index: pd.Index, missing: object) -> np.ndarray:
    values = found[column].astype(object).reindex(index)
    values = values.where(values.notna(), missing)
    return np.asarray(values.to_numpy(dtype=float if column == "minutes" else object))


def _minutes_to(study: Study, site: str) -> np.ndarray:
    times = study.times["travel_time"]
    zones = study.territory.zones.index.to_numpy()
    if site not in times[DESTINATION].to_numpy():
        return np.full(len(zones), np.inf)
    return np.asarray(times.sel({DESTINATION: site, ORIGIN: zones}).to_numpy())


def _reach_of(study: Study, service: str) -> float:
    """Return the reach of a service in minutes, as the plan's question has it."""
    offered = study.plan.problem.options
    return float(offered.loc[offered["service"] == service, "reach"].max())
