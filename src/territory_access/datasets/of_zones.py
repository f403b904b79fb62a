r"""Says what the files of a scenario give to each zone: its need, its people, those of August.

Two weights must not be mixed: means of the APL are weighed by ``need``, the standardised
inhabitants; whoever counts people (below a threshold, in a tenth) counts ``population``.

.. math:: \text{need}_i = \text{population}_i \cdot
    \frac{\sum_a \omega_a P_{i,a}}{\sum_a P_{i,a}} \cdot \frac{P_{FR}}{\sum_a \omega_a P_{FR,a}}

The ages tell how the people of a commune are spread, of whatever year; ``population`` tells how
many they are today. The last factor is 1 unless the file holds the whole country. Where the DREES
publishes the standardised population itself (``need.apl_file``), that is taken. Visitors of August
come on top of the inhabitants: ``need`` stays that of the inhabitants (``siting.summer``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.datasets import august

if TYPE_CHECKING:
    import pandas as pd


def columns(population: pd.Series[int], people: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return the columns that the files give to zones: ``need``, and those of the people.

    Parameters
    ----------
    population
        Inhabitants of each zone.
    people
        ``Brought.people``.

    Returns
    -------
    dict
        ``need``: as published; else from the ages, with the mean weight of the other zones where
        a zone has none; else the inhabitants themselves. ``population_75``, ``no_car_share``,
        ``deprivation`` and ``population_august``: NaN where the file says nothing of a zone.

    Examples
    --------
    >>> import pandas as pd
    >>> population = pd.Series({"53130": 1000, "53247": 500, "53001": 100})
    >>> people = pd.DataFrame({"mean_weight": {"53130": 1.2, "53247": 0.9}})
    >>> columns(population, people)["need"].round(1).to_dict()
    {'53130': 1200.0, '53247': 450.0, '53001': 110.0}
    """
    here = people.reindex(population.index)
    need = population.astype(float)
    if "mean_weight" in here:
        known = here["mean_weight"].notna() & (population > 0)
        weight = here["mean_weight"]
        mean = np.average(weight[known], weights=population[known]) if known.any() else 1.0
        need = population * weight.fillna(mean)
    if "need" in here:
        need = here["need"].fillna(need)
    found = {"need": need}
    if "share_75" in here:
        found["population_75"] = population * here["share_75"]
    if august.VISITORS in here:
        found["population_august"] = population + here[august.VISITORS]
    if august.PRESENT in here:
        found["population_august"] = here[august.PRESENT]
    return found | {name: here[name] for name in ("no_car_share", "deprivation") if name in here}
