r"""Says what islands are owed: a service that stays, and a team that is there at any hour.

``siting.continuity`` says which rule holds:

* ``service`` (by default): an inhabited island that has a service today keeps one every year,
  whatever the plan closes;
* ``presence``: besides, the centre of an island is sized by continuity and not by its volume alone.
  A doctor there at any hour of the year takes :math:`\varphi = 8\,760 / h` FTE, h being the hours
  that an FTE is there or on call (``island.hours_per_fte``), so that

  .. math:: n \ge \max(q / K,\; \varphi)

* ``none``: neither.

A service that no size brings to :math:`\varphi` FTE (a micro-centre, an outpost) is a visit and
promises no presence: its team is that of the catalogue. What an FTE loses on the boat is counted
where it is recruited (``siting.recruits``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.islands.continuity import staff_needed
from territory_access.siting.decisions import EXTEND, UPGRADE, closed
from territory_access.travel import landmass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import SitingPart
    from territory_access.siting.problem import Problem
    from territory_access.territory import Territory

    type Reals = NDArray[np.float64]

NONE, SERVICE, PRESENCE = "none", "service", "presence"


@dataclass(frozen=True)
class Continuity:
    """What the plan owes to islands.

    Attributes
    ----------
    candidates, sites
        Island of each candidate and of each existing site, nothing on the mainland.
    kept
        Islands that may not be left without a service.
    floor
        GP FTE that are there at any hour; 0 where presence is not asked.
    """

    candidates: pd.Series[str]
    sites: pd.Series[str]
    kept: tuple[str, ...]
    floor: float


def continuity_of(
    territory: Territory,
    settings: SitingPart,
    tables: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    parameters: Parameters,
) -> Continuity | None:
    """Return what a plan owes to the islands of a territory; ``None`` where no rule can bind.

    Parameters
    ----------
    territory
        Its zones, land and boats.
    settings
        ``continuity`` and ``continuity_residents`` of the scenario.
    tables
        Candidates, existing sites and options of the problem.
    parameters
        ``island.hours_per_fte``.
    """
    candidates, existing, options = tables
    if settings.continuity == NONE or not len(territory.ferries):
        return None
    presence = settings.continuity == PRESENCE and bool(candidates["island"].any())
    leaving = existing.index.isin(options.loc[closed(options), "site"])
    if not presence and not leaving.any():
        return None
    island = islands(territory)
    sites = island.loc[existing["zone_id"]].set_axis(existing.index)
    people = territory.zones["population"].groupby(island).sum()
    inhabited = people.index[people >= settings.continuity_residents]
    serves = (existing["fte"] > 0).to_numpy(bool)
    kept = sorted(set(sites[serves & leaving]) & set(inhabited) - {""})
    if not presence and not kept:
        return None
    return Continuity(
        candidates=island.loc[candidates["zone_id"]].set_axis(candidates.index),
        sites=sites.where(serves, ""),
        kept=tuple(kept),
        floor=staff_needed(0.0, parameters=parameters).continuity if presence else 0.0,
    )


def islands(territory: Territory) -> pd.Series[str]:
    """Return the island of each zone, by its name; nothing for what no boat serves.

    Zones on the same land are one island, called as its boat says, or as its largest commune.

    Parameters
    ----------
    territory
        Its zones, land and boats.
    """
    zones, boats = territory.zones, territory.ferries
    mass = landmass.of(territory).reindex(zones.index)
    alone = mass == landmass.MAINLAND
    label = mass.astype(str).where(~alone, "zone " + zones.index.to_series().astype(str))
    served = label[zones.index.isin(boats["island_zone"])]
    found = pd.Series("", index=zones.index, dtype=str)
    for one in sorted(set(served)):
        here = zones[(label == one).to_numpy(bool)]
        largest = here.sort_values("population", ascending=False, kind="stable")
        said = boats.loc[boats["island_zone"].isin(here.index)]
        named = str(said["island"].iloc[0]) if "island" in said else ""
        found[here.index] = named or str(largest["name"].iloc[0])
    return found


def floors(problem: Problem) -> Reals | None:
    """Return the smallest team that each option may have at each candidate ``(J, O)``.

    What an option adds to a site counts with the doctors who are there already. ``None`` where
    presence is not asked.

    Parameters
    ----------
    problem
        What is asked.
    """
    rule, options = problem.continuity, problem.options
    if rule is None or not rule.floor:
        return None
    there = np.where(
        options["decision"].isin([EXTEND, UPGRADE]),
        problem.existing["fte"].reindex(options["site"]).fillna(0.0).to_numpy(float),
        0.0,
    )
    whole = pd.Series(options["fte"].to_numpy(float) + there, index=options.index)
    most = whole.groupby(options["service"]).transform("max").to_numpy(float)
    asks = (most >= rule.floor - 1e-9) & ~closed(options)
    least = np.where(asks, np.maximum(0.0, rule.floor - there), 0.0)
    on_island = (rule.candidates != "").to_numpy(bool)
    found: Reals = np.where(on_island[:, None], least[None, :], 0.0)
    return found
