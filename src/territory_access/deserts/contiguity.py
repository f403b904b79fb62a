"""Which deserts hang together, so that one answer may serve several zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from territory_access.vocabulary import DesertKind

if TYPE_CHECKING:
    from numpy.typing import NDArray


def patches(
    found: gpd.GeoDataFrame,
    *,
    landmass: pd.Series[int] | None = None,
    within: pd.Series[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the deserts of the territory, zones of one kind that touch merged into one.

    Parameters
    ----------
    found
        What ``find`` returned; zones of the buffer are left out.
    landmass
        Label of the landmass of each zone (``islands.landmass``): zones of different landmasses
        never merge, even where their borders meet on the water.
    within
        Anything else that patches do not cross, by zone: the intercommunalité, for basins of a
        size that somebody governs.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``patch_id`` (code of the most populous zone): ``name`` of that zone, ``kind``,
        ``zones`` (how many), ``codes`` (joined by spaces), ``population``, ``seekers``, geometry;
        the most populous first.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(x, 0, x + 1, 1) for x in (0, 1, 5)]
    >>> found = gpd.GeoDataFrame(
    ...     {"name": list("abc"), "population": [10, 30, 5], "seekers": [1, 2, 1],
    ...      "kind": ["distance"] * 3, "in_territory": [True] * 3},
    ...     geometry=squares, index=["A", "B", "C"], crs="EPSG:2154")
    >>> patches(found)[["name", "zones", "population"]].values.tolist()
    [['b', 2, 40], ['c', 1, 5]]
    """
    chosen = found[found["in_territory"] & (found["kind"] != DesertKind.NONE)]
    apart = [labels.loc[chosen.index] for labels in (landmass, within) if labels is not None]
    group = _touching(chosen, [chosen["kind"], *apart])
    rows = []
    for label in range(group.max(initial=-1) + 1):
        part = chosen[group == label].sort_values("population", ascending=False, kind="stable")
        rows.append({
            "patch_id": part.index[0],
            "name": part["name"].iloc[0],
            "kind": part["kind"].iloc[0],
            "zones": len(part),
            "codes": " ".join(sorted(part.index)),
            "population": int(part["population"].sum()),
            "seekers": int(part["seekers"].sum()),
            "geometry": shapely.union_all(part.geometry.to_numpy()),
        })  # fmt: skip
    columns = ["patch_id", "name", "kind", "zones", "codes", "population", "seekers", "geometry"]
    table = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=columns), geometry="geometry", crs=found.crs
    )
    return table.set_index("patch_id").sort_values(
        ["population", "name"], ascending=[False, True], kind="stable"
    )


def _touching(zones: gpd.GeoDataFrame, alike: list[pd.Series]) -> NDArray[np.int32]:
    """Return the number of the patch of each zone: those that touch and have the same labels."""
    if not len(zones):
        return np.zeros(0, np.int32)
    shapes = zones.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for labels in alike:
        values = labels.to_numpy()
        same = values[one] == values[other]
        one, other = one[same], other[same]
    graph = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(len(zones), len(zones)))
    return np.asarray(connected_components(graph, directed=False)[1])
