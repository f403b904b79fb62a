"""Derives the chef-lieu of each commune from town halls and named places."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import shapely

DEGREE = 111_320.0  # metres in one degree of latitude
NEAR_METRES = 500.0  # a town hall this near its commune is well located, the polygon is simplified
# Village of an island too small for GeoNames, whose town hall is registered on the mainland (K-H).
VILLAGES = {"56086": (-2.9569, 47.3917)}
# Four communes re-established in 2025 out of Neussargues en Pinatelle (15141). No package
# that we may use has their limits: the former whole is divided between the five villages, each
# place going to the nearest one. Village coordinates are knowledge, good to about 1 km (K-L).
DIVIDED = {
    "15141": {
        "15031": (2.9497, 45.1139),
        "15035": (2.9239, 45.1522),
        "15047": (2.9097, 45.1689),
        "15171": (2.9750, 45.1622),
    }
}


def chefs_lieux(raw: dict[str, pd.DataFrame], table: pd.DataFrame) -> pd.DataFrame:
    """Return lon, lat and point_source of each chef-lieu, always inside its polygon.

    In order: the town hall when it lies in its commune or next to it; the place of that name
    in GeoNames that lies in the commune; the town hall of a delegated commune; the village of
    ``DIVIDED``; at last a point inside the polygon.
    """
    geometry = table["geometry"]
    shapes = raw["shapes"]
    halls = shapes[shapes["mairie_localisation"].notna()]
    halls = pd.Series(
        shapely.from_wkb(halls["mairie_localisation"].to_numpy()),
        index=pd.MultiIndex.from_arrays([halls["code"], halls["type"]]),
    )
    own = halls.xs("COM", level=1).reindex(table.index)
    delegated = halls[halls.index.get_level_values(1) == "COMD"]
    delegated = delegated.droplevel(1).groupby(level=0).first().reindex(table.index)
    point = pd.Series(shapely.point_on_surface(geometry.to_numpy()), index=table.index)
    source = pd.Series("intérieur du polygone", index=table.index)
    villages = VILLAGES | {code: xy for group in DIVIDED.values() for code, xy in group.items()}
    for label, offered in (
        ("village (estimation)", pd.Series(villages).map(shapely.Point).reindex(table.index)),
        ("mairie déléguée", delegated),
        ("GeoNames (plus grand lieu)", _geonames(raw, table, same_name=False)),
        ("GeoNames", _geonames(raw, table, same_name=True)),
        ("mairie", own),
    ):
        known = np.where(offered.isna(), None, offered)
        apart = DEGREE * shapely.distance(known, geometry.to_numpy())
        good = apart < NEAR_METRES  # a missing point gives NaN, which is not near
        point[good] = offered[good]
        source[good] = np.where(apart[good] > 0, f"{label} (recalée)", label)
    moved = _inside(point.to_numpy(), geometry.to_numpy())
    rounded = np.round(shapely.get_coordinates(moved), 6)
    return pd.DataFrame(
        {"lon": rounded[:, 0], "lat": rounded[:, 1], "point_source": source}, index=table.index
    )


def _inside(points: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Move points that are outside their area just over its border."""
    out = ~shapely.contains(areas, points)
    bridge = shapely.shortest_line(areas[out], points[out])
    border = shapely.get_point(bridge, 0)
    centre = shapely.point_on_surface(
        shapely.intersection(areas[out], shapely.buffer(border, 5e-4))
    )
    moved = points.copy()
    moved[out] = centre
    return moved


def _geonames(raw: dict[str, pd.DataFrame], table: pd.DataFrame, *, same_name: bool) -> pd.Series:
    """Return the largest GeoNames place in each commune, or the one that bears its name.

    The chef-lieu of a commune nouvelle often bears the name of a delegated commune.
    """
    places = raw["places"]
    points = shapely.points(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    tree = shapely.STRtree(table["geometry"].to_numpy())
    place, commune = tree.query(points, predicate="within")
    found = pd.DataFrame(
        {
            "code": table.index[commune],
            "point": points[place],
            "size": places["population"].to_numpy()[place],
            "called": places["name"].to_numpy()[place],
        }
    )
    if same_name:
        everyone = raw["communes"]
        seats = everyone[everyone["type"].isin(["commune-actuelle", "commune-deleguee"])]
        known = seats.groupby("code")["nom"].agg(lambda called: {_plain(x) for x in called})
        named = [
            any(
                _plain(row.called) in name or name in _plain(row.called) for name in known[row.code]
            )
            for row in found.itertuples()
        ]
        found = found[named]
    found = found.sort_values("size", ascending=False, kind="stable")
    return found.drop_duplicates("code").set_index("code")["point"].reindex(table.index)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    return "".join(letter for letter in letters if letter.isalnum())
