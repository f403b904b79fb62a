"""Says how high each chef-lieu lies and how rugged the land is around it."""

from __future__ import annotations

import pandas as pd

from territory_access.datasets.catalogue import embedded


def load() -> pd.DataFrame:
    """Return altitude and relief around each chef-lieu and arrondissement, in metres.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``code``: ``altitude`` above the sea; ``relief``, the highest less the lowest
        height of a map every 1/12 of a degree over about 28 km by 18 km. A coarse map: valleys
        narrower than its step are not in it.

    Examples
    --------
    >>> heights = load()
    >>> bool(heights.loc["74056", "relief"] > 10 * heights.loc["75101", "relief"])
    True
    """
    return pd.read_parquet(embedded("relief.parquet"))


def arrondissement_points() -> pd.DataFrame:
    """Return where the town hall of each arrondissement stands: ``lon``, ``lat``, by ``code``.

    Examples
    --------
    >>> len(arrondissement_points())
    45
    """
    path = embedded("arrondissement_points.csv")
    return pd.read_csv(path, dtype={"code": str}).set_index("code")
