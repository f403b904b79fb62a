r"""How near the edge of what is loaded lies: the part of the country whose people are not counted.

The consultations of a zone are shared with those who live up to 20 minutes from doctors who are up
to 20 minutes from it: a zone is exact where everything within ``FAR_ENOUGH`` minutes is loaded.
Nearer than that, people and doctors beyond the edge are missing and the result says so. The sea is
no edge, nor is the frontier: the APL that is published stops there too.

The minutes are those of ``estimate.Model`` in a straight line to the nearest communes that are not
loaded, on the same land: a little short where one must go round water or a mountain, which flags a
zone too many rather than one too few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from territory_access.datasets import communes
from territory_access.territory import official_crs
from territory_access.travel import landmass
from territory_access.travel.estimate import Model
from territory_access.vocabulary import ZONE

if TYPE_CHECKING:
    from territory_access.territory import Territory

FAR_ENOUGH = 40.0
_AROUND = 0.5  # degrees around the zones
_NEAREST = 40  # communes asked about: the nearest in kilometres need not be so in minutes


def minutes_to_edge(place: Territory) -> pd.Series[float]:
    """Return the minutes from each zone of the territory to the nearest commune that is not loaded.

    Parameters
    ----------
    place
        A territory with its buffer.

    Returns
    -------
    pandas.Series
        Minutes by car, estimated, indexed by ``zone_id``: ``inf`` where all of the land around is
        loaded, as on an island.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from territory_access.datasets import communes
    >>> known = communes.load(["53"]).to_crs("EPSG:2154")
    >>> register = communes.names().loc[known.index]
    >>> anchor = gpd.GeoSeries.from_xy(register["lon"], register["lat"], index=known.index,
    ...     crs=4326).to_crs("EPSG:2154")
    >>> shores = gpd.GeoDataFrame(geometry=[known.union_all().convex_hull.buffer(50_000)])
    >>> zones = known.assign(anchor=anchor, in_territory=True)
    >>> place = SimpleNamespace(
    ...     zones=zones, crs="EPSG:2154", land=shores, fixed_links=shores[:0])
    >>> minutes = minutes_to_edge(place)
    >>> bool(minutes["53130"] > 20), bool(minutes["53062"] < 20)
    (True, True)
    """
    zones = place.zones[place.zones["in_territory"].to_numpy(dtype=bool)]
    index = zones.index.rename(ZONE)
    outside = _not_loaded(place)
    if outside.empty or zones.empty:
        return pd.Series(np.inf, index=index, name="edge_minutes")
    anchors = gpd.GeoSeries(zones["anchor"], crs=place.crs)
    here, there = (np.column_stack([one.x, one.y]) for one in (anchors, outside.geometry))
    metres, nearest = KDTree(there).query(here, k=range(1, min(_NEAREST, len(there)) + 1))
    asked, nearest = np.unique(nearest, return_inverse=True)
    outside, there = outside.iloc[asked], there[asked]
    points = np.concatenate([anchors.to_numpy(), outside.geometry.to_numpy()])
    land = landmass.numbered(np.asarray(points, dtype=object), place.land, place.fixed_links)
    model = Model.load()
    people = np.concatenate([zones["population"], outside["population"]]).astype(float)
    every = np.concatenate([here, there])
    own, others = np.split(model.urbanity(every, every, population=people), [len(here)])
    pace = (model.pace(own)[:, None] + model.pace(others)[nearest]) / 2
    ends = model.terminal * (own[:, None] + others[nearest])
    minutes = ends + model.curve(metres / 1000 * pace)
    by_car = land[: len(here), None] == land[len(here) :][nearest]
    return pd.Series(np.where(by_car, minutes, np.inf).min(axis=1), index, name="edge_minutes")


def near(minutes: pd.Series[float], zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones of the territory from which the edge is nearer than ``FAR_ENOUGH``.

    Parameters
    ----------
    minutes
        From ``minutes_to_edge``.
    zones
        Indexed by ``zone_id``; those without minutes, in the buffer, are not asked about.

    Examples
    --------
    >>> zones = gpd.GeoDataFrame({"name": ["Aa", "Bb", "Cc"]}, index=["A", "B", "C"])
    >>> near(pd.Series([12.0, 40.0], ["A", "B"]), zones).index.tolist()
    ['A']
    """
    return zones[minutes.reindex(zones.index).lt(FAR_ENOUGH)]


def _not_loaded(place: Territory) -> gpd.GeoDataFrame:
    """Return the communes of France around the territory that are not among its zones."""
    register = communes.names()
    west, south, east, north = place.zones.to_crs(4326).total_bounds
    around = register["lon"].between(west - _AROUND, east + _AROUND)
    around &= register["lat"].between(south - _AROUND, north + _AROUND)
    register = register[around & ~register.index.isin(place.zones.index)]
    register = register[official_crs(register["region"]).eq(place.crs)]
    points = gpd.GeoSeries.from_xy(register["lon"], register["lat"], index=register.index, crs=4326)
    return gpd.GeoDataFrame(register[["population"]], geometry=points.to_crs(place.crs))
