"""Says which services can be opened, what each costs and what it gives."""

from __future__ import annotations

import csv
from types import MappingProxyType
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault, ScenarioError
from territory_access.parameters import cite, data_folder, references
from territory_access.services.overrides import change
from territory_access.services.service import FIELDS, OPTIONAL, WORDS, Cell, Service, Size, sizes
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Cell", "Service", "Size", "load", "table"]


def load(
    overrides: Mapping[str, Mapping[str, float | str]] | None = None,
) -> dict[str, Service]:
    """Return the catalogue, with the cells and the types that a scenario changes or adds.

    Parameters
    ----------
    overrides
        ``service id -> field -> value``, money in euros. A new id needs ``like`` (the service
        that it starts from) and ``name``.

    Raises
    ------
    ScenarioError
        With every unknown service or field (and the nearest known one) and every senseless value.

    Examples
    --------
    >>> services = load({"SMP": {"capex": 120_000}})
    >>> services["SMP"].capex, services["SMP"].cells["capex"].tag.value
    (120000.0, 'U')
    >>> [(size.name, size.fte, size.acts_per_year) for size in services["SMP"].sizes]
    [('petit', 2.0, 12000.0), ('base', 2.5, 15000.0), ('grand', 3.2, 19200.0)]
    >>> load({"SPM": {"capex": 1}})
    Traceback (most recent call last):
    territory_access.errors.ScenarioError: services : service inconnu « SPM ». Vouliez-vous dire
        « SMP » ? Un nouveau type donne « like » et « name ».
    """
    words, cells = _types(), _cells()
    faults: list[Fault] = []
    for id_, changes in (overrides or {}).items():
        faults += change(id_, dict(changes), words, cells)
    if len(faults) == 1:
        raise ScenarioError("services : {fault}", fault=faults[0])
    if faults:
        raise ScenarioError("Le catalogue de services du scénario ne convient pas.", faults=faults)
    return {id_: _service(id_, words[id_], cells[id_]) for id_ in words}


def table(services: Mapping[str, Service]) -> pd.DataFrame:
    """Return one row a figure of these services, for the dossier.

    Columns: ``service``, ``field``, ``value``, ``low``, ``high``, ``unit``, ``tag``, ``source``,
    ``reference``, ``note``, ``outside_range``.

    Examples
    --------
    >>> figures = table(load())
    >>> figures.set_index(["service", "field"]).loc[("SMP", "capacity"), "value"]
    np.float64(15000.0)
    """
    import pandas as pd

    known = references()
    rows = [
        {
            "service": service.id,
            "field": field,
            "value": cell.value,
            "low": cell.low,
            "high": cell.high,
            "unit": cell.unit,
            "tag": cell.tag.value,
            "source": cell.source,
            "reference": "scénario" if cell.tag is Tag.USER else cite(cell.source, known),
            "note": cell.note,
            "outside_range": cell.outside_range,
        }
        for service in services.values()
        for field, cell in service.cells.items()
    ]
    return pd.DataFrame(rows)


def _types() -> dict[str, dict[str, str]]:
    with (data_folder() / "service_types.csv").open(encoding="utf-8", newline="") as file:
        rows = {row.pop("service"): row for row in csv.DictReader(file)}
    for id_, row in rows.items():
        for field, allowed in WORDS.items():
            if allowed is not None and row[field] not in allowed:
                raise DataError(
                    "service_types.csv : {service}, « {field} » vaut « {value} » "
                    "(attendu : {allowed}).",
                    service=id_,
                    field=field,
                    value=row[field],
                    allowed=", ".join(allowed),
                )
    return rows


def _cells() -> dict[str, dict[str, Cell]]:
    found: dict[str, dict[str, Cell]] = {}
    with (data_folder() / "services.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cell = Cell(
                value=float(row["value"]),
                low=float(row["low"]),
                high=float(row["high"]),
                unit=row["unit"],
                tag=Tag(row["tag"]),
                source=row["source"],
                note=row["note"],
            )
            if row["field"] not in FIELDS or cell.outside_range:
                raise DataError(
                    "services.csv : {service}, {field} ne convient pas.",
                    service=row["service"],
                    field=row["field"],
                )
            found.setdefault(row["service"], {})[row["field"]] = cell
    return found


def _service(id_: str, words: Mapping[str, str], cells: Mapping[str, Cell]) -> Service:
    missing = [field for field in FIELDS if field not in cells and field not in OPTIONAL]
    if missing:
        raise DataError(
            "services.csv : {service}, il manque {fields}.", service=id_, fields=", ".join(missing)
        )
    numbers = {field: cells[field].value for field in FIELDS if field not in OPTIONAL}
    mother = cells.get("mother_minutes")
    gives_places = words["gives_places"] == "true"
    return Service(
        id=id_,
        name=words["name"],
        mother_minutes=mother.value if mother else None,
        staff_profile=words["staff_profile"],  # type: ignore[arg-type]  # checked by _types
        setting=words["setting"],  # type: ignore[arg-type]  # checked by _types
        evidence=words["evidence"],  # type: ignore[arg-type]  # checked by _types
        counts_in_apl=words["counts_in_apl"] == "true",
        gives_places=gives_places,
        prerequisites=words["prerequisites"],
        proven_at=words["proven_at"],
        sizes=sizes(cells, gives_places=gives_places),
        cells=MappingProxyType(dict(cells)),
        **numbers,
    )
