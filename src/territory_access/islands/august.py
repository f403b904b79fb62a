"""How many people each commune of an island has in August, where somebody counted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets import island_figures
from territory_access.travel import landmass

if TYPE_CHECKING:
    from territory_access.territory import Territory


def counted(territory: Territory) -> pd.Series[float]:
    r"""Return the people of a mean day of August, residents included.

    An island is counted as a whole (``datasets.island_figures``); its communes share its people as
    they share its residents, :math:`M_i = M \, P_i / \sum_{k} P_k`. Nothing is supposed where
    nobody counted.

    Parameters
    ----------
    territory
        Its zones, land and boats.

    Returns
    -------
    pandas.Series
        Index ``zone_id``; NaN off the islands that were counted.

    Examples
    --------
    >>> from territory_access import Scenario, Territory
    >>> place = Territory.load(Scenario.parse('''
    ... title = "Houat"
    ... territory = {communes = ["56086"], buffer_km = 0}
    ... siting = {budget = 0, gp_fte = 0}
    ... '''))
    >>> counted(place).to_dict()
    {'56086': 2500.0}
    """
    zones, boats = territory.zones, territory.ferries
    found = pd.Series(np.nan, index=zones.index, dtype=float)
    boats = boats[boats["island_zone"].isin(zones.index)]
    if "line" not in boats or boats.empty:
        return found
    figures = island_figures.load()
    people = {str(line): island_figures.august_people(figures, line) for line in boats["line"]}
    boats = boats[boats["line"].map(people).notna()]
    if boats.empty:
        return found
    mass = landmass.of(territory)
    on = pd.Series(mass.loc[boats["island_zone"]].to_numpy(), index=boats.index)
    for island, lines in boats["line"][on != landmass.MAINLAND].groupby(on):
        here = zones.loc[(mass == island).to_numpy(), "population"].astype(float)
        if here.sum() > 0:
            found[here.index] = float(people[str(lines.iloc[0])] or 0.0) * here / here.sum()
    return found
