"""What each island can count on: days without a doctor, staff, summer, telehealth, evacuations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets import island_figures, sites
from territory_access.islands import demand
from territory_access.islands.continuity import staff_needed
from territory_access.islands.evacuations import avoided
from territory_access.islands.isolation import SEED
from territory_access.islands.remote import remote_acts
from territory_access.islands.years import COUNTS, believed

if TYPE_CHECKING:
    from territory_access.parameters import Parameters
    from territory_access.territory import Territory

_BIOLOGY = "POCT"  # service of the catalogue
_OBSERVED = "poct-groix"  # where it was evaluated

COLUMNS = (
    *("name", "zones", "residents", "fte", "fte_after", "cut_days", *COUNTS),
    *(f"after_{name}" for name in COUNTS),
    *("acts", "peak_month", "peak_people", "peak_acts", "peak_ratio", "counted", "volume_fte"),
    *("continuity_fte", "continuity_low", "continuity_high", "remote_acts", "tests", "avoided"),
    *("avoided_low", "avoided_high", "avoided_euros", "has_biology"),
)


@dataclass(frozen=True)
class _Island:
    """One landmass of the territory: its communes and the boat that is away the least."""

    zones: pd.DataFrame
    line: pd.Series | None

    @property
    def residents(self) -> int:
        return int(self.zones["residents"].sum())


@dataclass(frozen=True)
class _Known:
    """What holds on every island: parameters, summers that were counted, biology that was seen."""

    parameters: Parameters
    figures: pd.DataFrame
    seen: tuple[int, int]


def outlook(
    territory: Territory,
    found: pd.DataFrame,
    *,
    parameters: Parameters,
    opened: pd.DataFrame | None = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return one row an island of the territory, its communes together.

    Doctors are those of the known sites of the island (``fte`` above 0), then those and the sites
    that open; an island without any in the data has no ``without_*``: its own doctors, if it has
    some, are not known here, and nothing is guessed.

    Parameters
    ----------
    territory
        Its boats and existing sites.
    found
        As ``islands.find`` gives it.
    parameters
        ``ferry.*``, ``island.*``, ``need.*``, ``tele.substitutable_share``,
        ``productivity.salaried_centre``.
    opened
        Sites that open: ``fte`` and index, the code of their commune; none by default.
    seed
        Of the simulation.

    Returns
    -------
    DataFrame
        Index ``landmass``; ``name``, ``zones`` (codes), ``residents``, ``fte`` today and
        ``fte_after``; ``cut_days`` a year without a boat; ``without_days``, ``worst_run`` and their
        ``_low`` and ``_high`` (nine years in ten), and the same with ``after_`` before, ``nan``
        where doctors are not known; ``volume_fte``, ``continuity_fte`` and its range;
        ``acts``, ``peak_month``, ``peak_people``, ``peak_acts``, ``peak_ratio``, ``counted``
        (whether summer was counted rather than supposed); ``remote_acts`` a year; ``tests``,
        ``avoided``, ``avoided_low``, ``avoided_high``, ``avoided_euros`` a year with biology on the
        spot at the pace of Groix (``nan`` without a known doctor today), ``has_biology``.

    Raises
    ------
    DataError
        If an embedded table is not as it must be.

    Examples
    --------
    >>> from territory_access import Parameters, Scenario, Territory, islands, travel
    >>> place = Territory.load(Scenario.parse('''
    ... title = "Houat"
    ... territory = {communes = ["56086"], buffer_km = 20}
    ... siting = {budget = 0, gp_fte = 0}
    ... '''))
    >>> known = Parameters.load()
    >>> found = islands.find(place, travel.matrix(place), parameters=known)
    >>> table = outlook(place, found, parameters=known)
    >>> table["name"].tolist(), table["peak_month"].tolist()
    (['Houat'], [8])
    """
    inside = found[found["in_territory"].to_numpy(dtype=bool)]
    if inside.empty:
        return pd.DataFrame(columns=list(COLUMNS)).rename_axis("landmass")
    known = _Known(parameters, island_figures.load(), _seen())
    rows = {}
    for label, zones in inside.groupby("landmass", sort=False):
        island = _Island(zones, _line(territory, zones))
        rows[label] = _about(territory, island, known, opened=opened, seed=seed)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("landmass")
    return table.reindex(columns=list(COLUMNS))


def _about(
    territory: Territory,
    island: _Island,
    known: _Known,
    *,
    opened: pd.DataFrame | None,
    seed: int,
) -> dict[str, object]:
    """Return the row of one island."""
    zones = island.zones.index
    here = territory.facilities[territory.facilities["zone_id"].isin(zones)]
    fte = float(here["fte"].sum()) if "fte" in here else 0.0
    more = 0.0 if opened is None else float(opened.loc[opened.index.isin(zones), "fte"].sum())
    care = _care(island, known)
    years = (
        believed(island.line, known.parameters, fte=(fte, fte + more), seed=seed)
        if island.line is not None
        else {}
    )
    days = years.get("after_without_days", np.nan)
    return {
        "name": _name(island),
        "zones": " ".join(zones.astype(str)),
        "residents": island.residents,
        "fte": fte,
        "fte_after": fte + more,
        **years,
        **care,
        "remote_acts": remote_acts(float(str(care["acts"])), days, parameters=known.parameters)
        if np.isfinite(days)
        else np.nan,
        **(_biology(island, known) if fte > 0 else {}),
        "has_biology": bool(here["service"].eq(_BIOLOGY).any()) if "service" in here else False,
    }


def _name(island: _Island) -> str:
    """Return what people call the island; its largest commune where no boat says."""
    known = "" if island.line is None else str(island.line.get("island", ""))
    return known or str(island.zones["name"].iloc[0])


def _line(territory: Territory, zones: pd.DataFrame) -> pd.Series | None:
    """Return the boat of the most populous commune that has one."""
    with_boat = zones[zones["ferry"] != ""]
    if with_boat.empty:
        return None
    line: pd.Series = territory.ferries.loc[with_boat["ferry"].iloc[0]]
    return line


def _care(island: _Island, known: _Known) -> dict[str, object]:
    """Return what the island asks for in a year and in its peak month, and the staff for it."""
    figures, parameters = known.figures, known.parameters
    line = "" if island.line is None else str(island.line.get("line", ""))
    counted = island_figures.august_people(figures, line)
    multiple = parameters.value("island.august_multiple")
    months = demand.monthly(
        island.residents,
        august_people=multiple * island.residents if counted is None else counted,
        profile=island_figures.profile(figures, line),
        parameters=parameters,
    )
    month, ratio = demand.peak(months)
    acts = float(months["acts"].sum())
    staff = staff_needed(acts, parameters=parameters)
    return {
        "acts": acts,
        "peak_month": month,
        "peak_people": float(months["people"].loc[month]),
        "peak_acts": float(months["acts"].loc[month]),
        "peak_ratio": ratio,
        "counted": counted is not None,
        "volume_fte": staff.volume,
        "continuity_fte": staff.continuity,
        "continuity_low": staff.continuity_low,
        "continuity_high": staff.continuity_high,
    }


def _biology(island: _Island, known: _Known) -> dict[str, float]:
    """Return what a small laboratory would avoid in a year, as Groix saw it."""
    tests = known.parameters.value("island.tests_per_1000") * island.residents / 1000
    year = avoided(tests, seen=known.seen, parameters=known.parameters)
    return {
        "tests": tests,
        "avoided": year.count,
        "avoided_low": year.count_low,
        "avoided_high": year.count_high,
        "avoided_euros": year.euros,
    }


def _seen() -> tuple[int, int]:
    """Return what delocalised biology was seen to avoid, and in how many work-ups."""
    said = sites.evidence()
    chosen = said[said["selected"] & (said["service_group"] == _OBSERVED)]
    numbers = chosen.set_index("field")["number"]
    return int(numbers["evacuations_avoided"]), int(numbers["tests"])
