"""Read plain tables of nodes and edges: one row a street or one row a direction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.osm_access import Mode
from territory_access.datasets.road_form import FERRY, WGS84, Roads, metric_crs, project
from territory_access.errors import DataError, Fault, MissingDataset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Other names under which the columns come: OSMnx, MATSim, DIMACS, national road files.
_EDGE_NAMES = {
    "u": ("u", "from", "source", "tail", "from_node", "node_from"),
    "v": ("v", "to", "target", "head", "to_node", "node_to"),
    "length": ("length", "longueur", "length_m", "distance"),
    "highway": ("highway", "hw", "fclass", "class", "nature"),
    "freespeed": ("freespeed",),  # metres a second, as in MATSim
    "speed_kph": ("speed_kph", "speed", "vitesse"),
    "travel_time": ("travel_time", "time_s", "duration_s"),  # seconds
    "maxspeed": ("maxspeed", "maxspeed_kph"),
    "oneway": ("oneway",),
    "osmid": ("osmid", "osm_id", "way_id"),
}
_NODE_NAMES = {
    "osmid": ("osmid", "id", "node", "node_id"),
    "x": ("x", "lon", "longitude", "e"),
    "y": ("y", "lat", "latitude", "n"),
}
_NOT_FOR_SNAPPING = ("motorway", "motorway_link", FERRY)


def load_folder(folder: Path, *, mode: Mode, crs: str | None = None) -> Roads:
    """Return the roads of a folder with a file of nodes and one of edges (or links).

    Parquet or CSV. The EPSG code of the coordinates may stand in the name of the file of nodes
    (``nodes_2154.parquet``); without it, coordinates that look like degrees are WGS 84.

    Raises
    ------
    MissingDataset
        If one of the two is missing.
    """
    found = []
    for kind, pattern in (
        (Fault("nœuds", {}), "node|noeud"),
        (Fault("arêtes", {}), "edge|link|arete"),
    ):
        paths = sorted(
            path
            for path in folder.iterdir()
            if re.search(pattern, path.name) and path.name.endswith((".parquet", ".csv", ".csv.gz"))
        )
        if not paths:
            raise MissingDataset(
                "{folder} : il manque la table des {kind} (nodes*.parquet et edges*.parquet, ou "
                ".csv).",
                folder=str(folder),
                kind=kind,
            )
        found.append(paths[0])
    nodes_path, edges_path = found
    code = re.search(r"(?<!\d)(\d{4,5})(?!\d)", nodes_path.stem)
    source = f"EPSG:{code.group(1)}" if code else None
    return from_tables(_read(nodes_path), _read(edges_path), source_crs=source, mode=mode, crs=crs)


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (ValueError, OSError) as error:  # pyarrow's and pandas' own errors are among these
        raise DataError(
            "{path} : table illisible ({cause}).", path=str(path), cause=str(error)
        ) from error


def from_tables(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    source_crs: str | None = None,
    mode: str = "car",
    crs: str | None = None,
) -> Roads:
    """Return roads from a table of nodes and one of edges.

    Parameters
    ----------
    nodes
        ``id`` (or ``osmid``, or the index), ``x``, ``y`` (or ``lon``, ``lat``).
    edges
        ``u``, ``v`` (or ``from``, ``to``), ``length`` in metres; ``highway`` (or ``hw``); one of
        ``travel_time`` (seconds), ``speed_kph``, ``freespeed`` (m/s) where known; ``maxspeed``;
        ``oneway``. Without ``oneway`` each row is one direction, and opposite rows are paired.
    source_crs
        Of the coordinates; guessed for degrees only.
    mode
        ``car``, ``bike`` or ``walk``: what the table was made for.
    crs
        Projected CRS wanted; by default that of the source, or as in ``roads.load``.

    Raises
    ------
    DataError
        If columns are missing, or an edge names a node that is not there.

    Examples
    --------
    >>> nodes = pd.DataFrame({"id": [1, 2, 3], "lon": [9.0, 9.1, 9.2], "lat": [42.0, 42.0, 42.0]})
    >>> edges = pd.DataFrame({"from": [1, 2, 2], "to": [2, 1, 3], "length": [8.0, 8.0, 9.0]})
    >>> from_tables(nodes, edges).edges[["u", "v", "oneway"]].to_numpy().tolist()
    [[1, 2, False], [2, 3, True]]
    """
    places = _renamed(nodes.reset_index(), _NODE_NAMES, required=("osmid", "x", "y"))
    rows = _renamed(edges.reset_index(), _EDGE_NAMES, required=("u", "v", "length"))
    ids = pd.Index(places["osmid"].astype(str))
    codes = {end: ids.get_indexer(pd.Index(rows[end].astype(str))) for end in ("u", "v")}
    absent = (codes["u"] < 0) | (codes["v"] < 0)
    if absent.any():
        raise DataError(
            "{count} arêtes nomment un nœud absent de la table des nœuds, par ex. {example}.",
            count=int(absent.sum()),
            example=f"{rows['u'][absent].iloc[0]} → {rows['v'][absent].iloc[0]}",
        )
    known = _whole(places["osmid"]).to_numpy()
    rows["u"], rows["v"] = (known[codes[end]] for end in ("u", "v"))
    table = locate(places, source_crs=source_crs, crs=crs)
    table.index = pd.Index(known, name="osmid")
    declared = "oneway" in rows
    return Roads(
        nodes=table.drop(columns="crs"),
        edges=one_row_a_street(complete(rows), declared=declared),
        turns=pd.DataFrame({name: [] for name in ("via", "from_way", "to_way", "only")}),
        crs=str(table["crs"].iloc[0]),
        mode=Mode(mode),
        left_out={},
    )


def _renamed(
    table: pd.DataFrame, names: Mapping[str, tuple[str, ...]], *, required: tuple[str, ...]
) -> pd.DataFrame:
    lower = {str(column).lower(): column for column in table.columns}
    found = {
        name: lower[other]
        for name, others in names.items()
        for other in [next((one for one in others if one in lower), "")]
        if other
    }
    missing = [name for name in required if name not in found]
    if missing:
        raise DataError(
            "Réseau : il manque la colonne {missing}. Colonnes lues : {columns}.",
            missing=", ".join(missing),
            columns=", ".join(map(str, table.columns)),
        )
    return table[list(found.values())].set_axis(list(found), axis=1)


def _whole(ids: pd.Series) -> pd.Series:
    """Return identifiers as whole numbers where they all are, else as they come."""
    if pd.api.types.is_integer_dtype(ids):
        return ids
    text = ids.astype(str)
    return text.astype("int64") if text.str.fullmatch(r"-?\d{1,18}").all() else text


def locate(places: pd.DataFrame, *, source_crs: str | None, crs: str | None) -> pd.DataFrame:
    """Return ``x``, ``y`` in metres, ``lon``, ``lat``, ``signals``, and ``crs`` repeated.

    Raises
    ------
    DataError
        If the coordinates are not degrees and no CRS is given.
    """
    from pyproj import CRS

    x, y = (places[name].to_numpy(dtype=float) for name in ("x", "y"))
    if source_crs is None:
        if np.abs(x).max() > 180 or np.abs(y).max() > 90:
            raise DataError(
                "Réseau : coordonnées en mètres sans CRS. Nommez le fichier « nodes_2154.parquet » "
                "(code EPSG) ou indiquez le CRS."
            )
        source_crs = WGS84
    degrees = CRS.from_user_input(source_crs).is_geographic
    lon, lat = (x, y) if degrees else project(x, y, source=source_crs, target=WGS84)
    target = crs or (metric_crs(lon, lat) if degrees else source_crs)
    east, north = project(x, y, source=source_crs, target=target)
    signals = places["signals"].to_numpy() if "signals" in places else np.zeros(len(x), bool)
    return pd.DataFrame(
        {"x": east, "y": north, "lon": lon, "lat": lat, "signals": signals, "crs": target}
    )


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every column of ``Roads.edges``, and times where speeds are given."""
    edges = rows.copy()
    if "travel_time" not in edges:
        if "freespeed" in edges:
            edges["travel_time"] = edges["length"] / edges["freespeed"]
        elif "speed_kph" in edges:
            edges["travel_time"] = edges["length"] / edges["speed_kph"] * 3.6
    edges = edges.drop(columns=["freespeed", "speed_kph"], errors="ignore")
    defaults: dict[str, str | float | bool] = {
        "osmid": 0,
        "highway": "",
        "maxspeed": np.nan,
        "zone": "",
        "access": "open",
        "oneway": False,
        "duration": np.nan,
        "headway": np.nan,
        "seasonal": False,
        "name": "",
    }
    for name, value in defaults.items():
        if name not in edges:
            edges[name] = value
    if "snap" not in edges:
        edges["snap"] = ~edges["highway"].isin(_NOT_FOR_SNAPPING)
    for name in ("highway", "zone", "access", "name"):
        edges[name] = edges[name].fillna("").astype("category")
    return edges


def one_row_a_street(edges: pd.DataFrame, *, declared: bool) -> pd.DataFrame:
    """Return one row a street from rows that are directions.

    Two rows are one street if they join the same nodes the other way round with the same length
    (to 0.1 m) and time. A row left alone is a one-way street, unless ``oneway`` was declared.
    """
    tidy = edges.reset_index(drop=True)
    low = tidy["u"].to_numpy() <= tidy["v"].to_numpy()
    both = pd.DataFrame({
        "a": np.where(low, tidy["u"], tidy["v"]),
        "b": np.where(low, tidy["v"], tidy["u"]),
        "length": tidy["length"].round(1),
        "time": tidy["travel_time"].round(2) if "travel_time" in tidy else 0.0,
        "oneway": tidy["oneway"],
    })  # fmt: skip
    keys = list(both.columns)
    loop = both["a"].eq(both["b"])
    # both directions of a loop look alike: every second row is the way back
    turn = both.groupby(keys, sort=False, dropna=False).cumcount()
    both["low"] = np.where(loop, turn % 2 == 0, low)
    both["rank"] = both.groupby([*keys, "low"], sort=False, dropna=False).cumcount()
    street = both.groupby([*keys, "rank"], sort=False, dropna=False)
    paired = street["low"].transform("size").eq(2) & ~both["oneway"]
    kept = tidy[~(paired & street.cumcount().eq(1))].copy()
    if not declared:
        kept["oneway"] = ~paired[kept.index]
    kept["oneway"] = kept["oneway"].astype(bool)
    kept = kept.reset_index(drop=True)
    kept["key"] = kept.groupby(["u", "v"], sort=False).cumcount()
    return kept
