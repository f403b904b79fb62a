"""Says where the register of facilities (BPE) puts a facility, whatever projection it writes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from territory_access.datasets.cell_values import numbers
from territory_access.errors import Fault

if TYPE_CHECKING:
    from territory_access.datasets.cell_values import Faults
    from territory_access.datasets.own_table import OwnTable

# The official projection of each overseas département, by the start of its communes' codes.
_OVERSEAS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
_METROPOLITAN = 2154
_LON = ("longitude", "lon")
_LAT = ("latitude", "lat")
_X = ("lambert x", "coord x", "x")
_Y = ("lambert y", "coord y", "y")
_EPSG = ("epsg",)
_PRECISION = ("qualite xy", "qualite geoloc", "quality xy")
_FAR = 1e8  # metres: no projected coordinate is larger
_UNKNOWN_CRS = "système de coordonnées inconnu : ligne(s) {lines}{more}"


def located(table: OwnTable) -> dict[str, str]:
    """Return the columns of a register that say where a facility is.

    Raises
    ------
    DataError
        When it has no coordinates.
    """
    degrees = {"lon": table.find(_LON), "lat": table.find(_LAT)}
    if all(degrees.values()):
        found = degrees
    else:
        meaning = Fault("les coordonnées", {})
        found = {"x": table.column(_X, meaning), "y": table.column(_Y, meaning)}
    found |= {"epsg": table.find(_EPSG), "precision": table.find(_PRECISION)}
    return {ours: theirs for ours, theirs in found.items() if theirs}


def crs_of(cells: pd.DataFrame, commune: pd.Series[str], faults: Faults) -> gpd.GeoSeries:
    """Return points in EPSG:4326 by line, ``None`` where a coordinate is blank.

    Parameters
    ----------
    cells
        Text of the columns of ``located``.
    commune
        Codes, which tell the projection where the file does not.
    faults
        Where to note coordinates that are no numbers, and unknown projections.
    """
    if "lon" in cells:
        lon = numbers(cells["lon"], faults, low=-180, high=180, blank=float("nan"))
        lat = numbers(cells["lat"], faults, low=-90, high=90, blank=float("nan"))
        return _points(lon, lat, 4326)
    x = numbers(cells["x"], faults, low=-_FAR, high=_FAR, blank=float("nan"))
    y = numbers(cells["y"], faults, low=-_FAR, high=_FAR, blank=float("nan"))
    epsg = commune.str[:3].map(_OVERSEAS).fillna(_METROPOLITAN).astype(int)
    if "epsg" in cells:
        stated = pd.to_numeric(cells["epsg"].replace("", None), errors="coerce")
        known = {_METROPOLITAN, *_OVERSEAS.values(), 4559, 4467}
        strange = (cells["epsg"] != "") & ~stated.isin(known)
        for line, raw in cells.loc[strange, "epsg"].items():
            faults.add(_UNKNOWN_CRS, line, raw)
        epsg = stated.where(stated.isin(known), epsg).astype(int)
    return projected(x, y, epsg)


def projected(x: pd.Series[float], y: pd.Series[float], epsg: pd.Series[int]) -> gpd.GeoSeries:
    """Return points in EPSG:4326 from metres, each in its own projection."""
    parts = [
        _points(x[epsg == one], y[epsg == one], int(one)).to_crs(4326) for one in epsg.unique()
    ]
    if not parts:
        return gpd.GeoSeries([], index=x.index, crs=4326)
    return gpd.GeoSeries(pd.concat(parts), crs=4326).reindex(x.index)


def _points(x: pd.Series[float], y: pd.Series[float], epsg: int) -> gpd.GeoSeries:
    made = gpd.GeoSeries.from_xy(x, y, index=x.index, crs=epsg)
    return made.where(x.notna() & y.notna(), None)
