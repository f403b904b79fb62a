"""Says which tables travel with the package, and where each comes from."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.errors import MissingDataset
from territory_access.parameters import data_folder

if TYPE_CHECKING:
    from pathlib import Path


def embedded(name: str) -> Path:
    """Return the path of a table that travels with the package.

    Parameters
    ----------
    name
        File name, for example ``"communes.parquet"``.

    Raises
    ------
    MissingDataset
        When the folder holds no such file; names the closest one.

    Examples
    --------
    >>> embedded("communes.parquet").name
    'communes.parquet'
    """
    folder = data_folder()
    path = folder / name
    if not path.is_file():
        raise MissingDataset(
            "Le fichier « {name} » manque dans le dossier des données ({folder}). "
            "Réinstallez le paquet, ou refaites le fichier avec « python datasets/build.py ».",
            name=name,
            folder=folder,
        )
    return path


def sources() -> pd.DataFrame:
    """Return the origin of every embedded table.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``name`` (file name): ``title``, ``vintage``, ``licence``, ``page`` (of the
        producer), ``method`` (how it was derived) and ``sha256`` of the file as it is now.

    Raises
    ------
    MissingDataset
        When a table that is described is not there.

    Examples
    --------
    >>> sources().loc["communes.parquet", "licence"]
    'Licence Ouverte 2.0'
    """
    described = tomllib.loads(embedded("sources.toml").read_text(encoding="utf-8"))["table"]
    table = pd.DataFrame(described)
    table["sha256"] = [
        hashlib.sha256(embedded(name).read_bytes()).hexdigest() for name in table["name"]
    ]
    return table.set_index("name")
