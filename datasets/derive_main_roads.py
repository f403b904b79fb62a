"""Derives the main roads of France, as a graph, from a world graph of OpenStreetMap highways.

    python datasets/derive_main_roads.py FOLDER

writes main_roads.parquet and main_junctions.parquet. FOLDER holds world_nodes.parquet (id, lat,
lon) and world_edges_undirected.parquet (u, v, km): the highway graph of the package scgraph_data
2.0.0 of PyPI as two tables. Kept are the stretches with an end less than 30 km from a chef-lieu,
since a way between two communes may cross the frontier.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

HERE = Path(__file__).resolve().parent
AROUND_KM, EARTH_KM = 30.0, 6_371.0088


def on_sphere(table: pd.DataFrame) -> np.ndarray:
    """Return points on the globe, in kilometres."""
    east, north = np.radians(table["lon"].to_numpy()), np.radians(table["lat"].to_numpy())
    unit = [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    return EARTH_KM * np.column_stack(unit)


def main(folder: Path) -> None:
    """Write both tables."""
    nodes = pd.read_parquet(folder / "world_nodes.parquet")
    edges = pd.read_parquet(folder / "world_edges_undirected.parquet")
    communes = pd.read_parquet(HERE / "communes.parquet", columns=["lon", "lat"])
    far, _ = cKDTree(on_sphere(communes)).query(on_sphere(nodes), distance_upper_bound=AROUND_KM)
    near = np.isfinite(far)
    kept = edges[near[edges["u"]] | near[edges["v"]]]
    used = np.unique(kept[["u", "v"]].to_numpy())
    roads = pd.DataFrame(
        {
            "one": np.searchsorted(used, kept["u"]).astype(np.int32),
            "other": np.searchsorted(used, kept["v"]).astype(np.int32),
            "km": kept["km"].to_numpy(np.float32),
        }
    ).sort_values(["one", "other"], ignore_index=True)
    junctions = nodes.loc[used, ["lon", "lat"]].round(3).astype(np.float32)
    roads.to_parquet(HERE / "main_roads.parquet", compression="zstd", index=False)
    junctions.to_parquet(HERE / "main_junctions.parquet", compression="zstd", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
