"""What was written, from what, by which version: the inventory of a result folder."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from territory_access import __version__
from territory_access.errors import DataError
from territory_access.islands.isolation import SEED as ISLANDS_SEED
from territory_access.services.replication.ranking import SEED as WEIGHTS_SEED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from territory_access.study import Study

MANIFEST = "manifest.json"
SCENARIO = "scenario.toml"
# What is drawn at random always is the same: the solver's ties, the weather of islands, weights.
SEEDS = {"solver": 0, "islands": ISLANDS_SEED, "replication": WEIGHTS_SEED}
_LIBRARIES = ("geopandas", "highspy", "numpy", "pulp", "shapely", "xarray")


def manifest(study: Study, draft: Path, names: Sequence[str], language: str) -> str:
    """Return the inventory of a result folder as JSON.

    Parameters
    ----------
    study
        The run.
    draft
        Where the files are.
    names
        The files to list, relative to the folder.
    language
        Of the dossier.
    """
    report = study.plan.report
    table = study.parameters.table().reset_index()
    parameters = dict(zip(table["id"], table["value"].astype(float), strict=True))
    listing = {
        "software": {"name": "territory_access", "version": __version__, "libraries": _libraries()},
        "title": study.scenario.title,
        "language": language,
        "files": [_entry(draft, name) for name in names],
        "inputs": json.loads(
            study.sources.reset_index(drop=True).to_json(orient="records", force_ascii=False)
        ),
        "parameters": {
            "sha256": hashlib.sha256(
                json.dumps(parameters, sort_keys=True).encode("utf-8")
            ).hexdigest(),
            "overridden": {name: parameters[name] for name in table.loc[table["overridden"], "id"]},
        },
        "solver": {
            "name": report.solver,
            "status": str(report.status),
            "objective": report.objective,
            "bound": report.bound,
            "gap": report.gap,
            "nodes": report.nodes,
        },
        "plan": _plan(study),
        "seeds": SEEDS,
    }
    return json.dumps(listing, ensure_ascii=False, indent=2, default=str) + "\n"


def read_manifest(folder: Path) -> dict[str, object]:
    """Return the inventory of a result folder.

    Raises
    ------
    DataError
        If the folder holds no inventory, or one that cannot be read.
    """
    path = folder / MANIFEST
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(
            "{folder} : ce n’est pas un dossier de résultats, il n’a pas de manifest.json.",
            folder=folder,
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(
            "{folder} : ce n’est pas un dossier de résultats lisible (manifest.json : {reason}).",
            folder=folder,
            reason=getattr(error, "strerror", None) or error,
        ) from error
    if not isinstance(read, dict) or not isinstance(read.get("files"), list):
        raise DataError("{path} : cet inventaire est incomplet.", path=path)
    return read


def _plan(study: Study) -> list[dict[str, object]]:
    """Return the sites of the plan, as ``siting.includes`` takes them up."""
    sites = study.plan.sites
    return [
        {
            "site": str(code),
            "name": str(site["name"]),
            "service": str(site["service"]),
            "size": str(site["size"]),
            "year": int(site["year"]),
            "decision": str(site["decision"]),
        }
        for code, site in sites.iterrows()
    ]


def _libraries() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in _LIBRARIES}


def _entry(draft: Path, name: str) -> dict[str, object]:
    raw = (draft / name).read_bytes()
    return {"name": name, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
