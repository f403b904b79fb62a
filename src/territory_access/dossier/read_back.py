"""What a result folder holds, read back: its scenario, the sites of its plan, its communes."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from territory_access.dossier.manifest import SCENARIO, read_manifest
from territory_access.dossier.twins import TABLES
from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

MONEY = ("investissement", "fonctionnement", "deficit")
# What is decided where the table does not say it.
OPENS = "ouvrir"


@dataclass(frozen=True)
class Run:
    """What a result folder holds, read back.

    Attributes
    ----------
    name
        Of the folder.
    settings
        The scenario, flat: ``siting.budget`` and so on.
    sites
        The proposed sites, rendered service and money together; index ``code_commune``, with the
        existing site that a line changes where there is one (« 49099 smp-cholet »). ``decision``
        says what is decided of each, ``ouvrir`` where the plan could only open.
    communes
        The communes of the territory, index ``code_commune``.
    """

    name: str
    settings: dict[str, Any]
    sites: pd.DataFrame
    communes: pd.DataFrame


def read(folder: Path | str) -> Run:
    """Read a result folder back.

    Parameters
    ----------
    folder
        Written by ``dossier.write``.

    Raises
    ------
    DataError
        If it is not a result folder, or lacks its tables.
    """
    folder = Path(folder)
    read_manifest(folder)
    try:
        tables = json.loads((folder / TABLES / "tables.json").read_text(encoding="utf-8"))
        scenario = tomllib.loads((folder / SCENARIO).read_text(encoding="utf-8"))
        found = {name: _frame(tables[name]) for name in ("sites", "couts") if name in tables}
        zones = _frame(tables["communes"]).set_index("code_commune")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            "{folder} : les tables de ce dossier sont illisibles ou absentes ({reason}).",
            folder=folder,
            reason=error,
        ) from error
    columns = ["commune", "decision", "service", "taille", *MONEY, "etp_medecin", "servis"]
    sites = pd.DataFrame(columns=columns)
    if "sites" in found and "couts" in found:
        # the two tables list the same sites in the same order
        money = found["couts"].drop(columns=["commune", "decision"], errors="ignore")
        sites = pd.concat([found["sites"], money], axis=1)
        changed = sites["site"].fillna("") if "site" in sites else ""
        sites.index = pd.Index((sites["code_commune"] + " " + changed).str.strip())
        if "decision" not in sites:
            sites = sites.assign(decision=OPENS)
    return Run(folder.resolve().name, dict(_flat(scenario)), sites, zones)


def _frame(table: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(table["rows"], columns=[column["key"] for column in table["columns"]])


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
