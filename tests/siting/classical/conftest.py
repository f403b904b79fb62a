"""Instances with known answers: OR-Library p-medians and warehouses, stores of San Francisco."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.sparse.csgraph import floyd_warshall

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def pmed(real_data: Path) -> Callable[[int], tuple[xr.DataArray, int]]:
    """Return the reader of an OR-Library instance: shortest paths, and how many sites."""

    def read(number: int) -> tuple[xr.DataArray, int]:
        text = (real_data / "optimisation" / f"pmed{number}.txt").read_text().split()
        size, _, count = map(int, text[:3])
        edges = np.array(text[3:], int).reshape(-1, 3)
        graph = np.full((size, size), np.inf)
        for one, other, length in edges.tolist():  # of an edge given twice the last length counts
            graph[one - 1, other - 1] = graph[other - 1, one - 1] = length
        np.fill_diagonal(graph, 0)
        names = [f"n{n:04d}" for n in range(size)]
        table = xr.DataArray(
            floyd_warshall(graph), {"demand": names, "site": names}, ("demand", "site")
        )
        return table, count

    return read


@pytest.fixture(scope="session")
def pmed_optima(real_data: Path) -> dict[int, int]:
    """Return the published optimum of each instance."""
    lines = (real_data / "optimisation" / "pmedopt.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.startswith("pmed")]
    return {int(name.removeprefix("pmed")): int(value) for name, value in rows}


@pytest.fixture(scope="session")
def stores(real_data: Path) -> tuple[xr.DataArray, xr.DataArray]:
    """Return metres ``(demand, site)`` and people ``(demand)`` of San Francisco."""
    file = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    table = pd.read_csv(real_data / "optimisation" / file, dtype={"DestinationName": str})
    metres = table.pivot_table(index="DestinationName", columns="name", values="distance")
    people = table.drop_duplicates("DestinationName").set_index("DestinationName")["demand"]
    return (
        xr.DataArray(
            metres.to_numpy(),
            {"demand": metres.index.to_numpy(str), "site": metres.columns.to_numpy(str)},
            ("demand", "site"),
        ),
        xr.DataArray(people.to_numpy(float), {"demand": people.index.to_numpy(str)}, ("demand",)),
    )


@pytest.fixture(scope="session")
def warehouses() -> Callable[[int, float], tuple[xr.DataArray, xr.DataArray, xr.DataArray]]:
    """Return the reader of an instance: costs a unit, demand, opening costs.

    It is asked how many of the warehouses there are, and what one costs: w11 is there already.
    """
    file = Path(__file__).with_name("data") / "warehouses.csv"
    table = pd.read_csv(file, comment="#", index_col="customer")

    def read(count: int, opening: float) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
        units, whole = table["demand"], table.iloc[:, 1 : count + 1]
        customers, sites = {"demand": table.index.to_numpy(str)}, whole.columns.to_numpy(str)
        costs = whole.div(units, axis=0).to_numpy(float)
        price = np.where(sites == "w11", 0.0, opening)
        return (
            xr.DataArray(costs, {**customers, "site": sites}, ("demand", "site")),
            xr.DataArray(units.to_numpy(float), customers, ("demand",)),
            xr.DataArray(price, {"site": sites}, ("site",)),
        )

    return read
