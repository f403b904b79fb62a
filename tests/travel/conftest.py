"""A small town, made up, that has everything that makes ways hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely

from territory_access.datasets import road_tables
from territory_access.travel import network

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.travel.network import RoadNetwork


@pytest.fixture
def make_town() -> Callable[..., RoadNetwork]:
    """Return a builder: a grid of 300 m from (1.2e6, 6.1e6), seven crossings a side."""

    def make(seed: int, *, residents: float = 0.0, side: int = 7) -> RoadNetwork:
        """Build streets with holes, one-ways, bends, twins, a loop, some for residents."""
        rng = np.random.default_rng(seed)
        east, north = np.meshgrid(np.arange(side), np.arange(side))
        nodes = pd.DataFrame({"id": np.arange(side**2), "x": east.ravel() * 300.0 + 1.2e6})
        nodes["y"] = north.ravel() * 300.0 + 6.1e6
        ends = [(i, i + 1) for i in range(side**2) if i % side < side - 1]
        ends += [(i, i + side) for i in range(side**2 - side)]
        ends = [end for end in ends if rng.random() > 0.2]
        ends += [ends[3], ends[8], (10, 10)]
        rows = pd.DataFrame(ends, columns=["u", "v"])
        rows["length"] = rng.uniform(300, 500, len(rows))
        rows["oneway"] = rng.random(len(rows)) < 0.3
        rows["highway"] = rng.choice(["residential", "tertiary", "secondary"], len(rows))
        made = road_tables.from_tables(nodes, rows, source_crs="EPSG:2154")
        made.edges["zone"] = pd.Categorical(["urban"] * len(rows))
        kept = rng.random(len(rows)) < residents
        made.edges["access"] = pd.Categorical(np.where(kept, "destination", "open"))
        lines = []
        for u, v in rows[["u", "v"]].to_numpy():
            a, b = (nodes.loc[node, ["x", "y"]].to_numpy(float) for node in (u, v))
            bend = (a + b) / 2 + rng.normal(0, 60, 2)
            lines.append(shapely.LineString([a, bend, np.add(bend, (40, 5)), b]))
        made.edges["geometry"] = lines
        return network.build(made)

    return make
