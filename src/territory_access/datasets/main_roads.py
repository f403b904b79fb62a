"""Gives the main roads of France: motorways and the roads that link its towns."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from territory_access.datasets.catalogue import embedded


class MainRoads(NamedTuple):
    """A graph without directions.

    Attributes
    ----------
    junctions
        ``lon``, ``lat`` in degrees, to about 100 m; the row is the number of the junction.
    stretches
        ``one``, ``other`` (junctions) and ``km``.
    """

    junctions: pd.DataFrame
    stretches: pd.DataFrame


def load() -> MainRoads:
    """Return the main roads within 30 km of a commune, overseas too; no speeds, no classes.

    Examples
    --------
    >>> roads = load()
    >>> bool(roads.stretches["km"].sum() > 50_000)
    True
    """
    return MainRoads(
        pd.read_parquet(embedded("main_junctions.parquet")),
        pd.read_parquet(embedded("main_roads.parquet")),
    )
