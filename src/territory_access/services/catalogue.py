"""Says which services can be opened, what each costs and what it gives."""

from __future__ import annotations

import csv
import difflib
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from territory_access.errors import DataError, Fault, ScenarioError
from territory_access.parameters import cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

type StaffProfile = Literal["retired", "salaried", "rotating", "liberal", "none"]
type Setting = Literal["anywhere", "island", "ehpad", "practice", "addon"]

_WORDS = {
    "name": None,
    "staff_profile": ("retired", "salaried", "rotating", "liberal", "none"),
    "setting": ("anywhere", "island", "ehpad", "practice", "addon"),
    "evidence": ("A", "B", "C"),
    "counts_in_apl": ("true", "false"),
    "gives_places": ("true", "false"),
    "prerequisites": None,
    "proven_at": None,
}
# Fields that a service may lack: what stands for them is said by `Service`.
_OPTIONAL = {"mother_minutes", "size_min_fte", "size_max_fte"}
_FIELDS = (
    "capex",
    "gp_fte",
    "size_min_fte",
    "size_max_fte",
    "nurse_fte",
    "support_fte",
    "capacity",
    "opex",
    "net",
    "lead_months",
    "reach_minutes",
    "poaching",
    "min_population",
    "mother_minutes",
)


@dataclass(frozen=True)
class Cell:
    """One figure of the catalogue with its range and origin.

    Attributes
    ----------
    value, low, high
        In ``unit``; ``value`` may leave the range when the scenario set it.
    unit, tag, source, note
        For the dossier; ``source`` holds keys of ``references.toml``.
    """

    value: float
    low: float
    high: float
    unit: str
    tag: Tag
    source: str
    note: str = ""

    @property
    def outside_range(self) -> bool:
        """Whether the value in use left the documented range."""
        return not self.low <= self.value <= self.high


@dataclass(frozen=True)
class Size:
    """One size in which a service can open; every amount grows with the GP full-time equivalents.

    Attributes
    ----------
    name
        ``petit``, ``base`` or ``grand``.
    fte, nurse_fte
        Full-time equivalents of GPs and of nurses.
    acts_per_year
        Consultations a year at cruise, gross of poaching.
    capex, opex, deficit
        Euros, euros a year, euros a year (0 for a surplus).
    gives_places
        False where no patient finds a médecin traitant.
    """

    name: str
    fte: float
    nurse_fte: float
    acts_per_year: float
    capex: float
    opex: float
    deficit: float
    gives_places: bool = True

    def places(self, kappa: float, *, poaching: float = 0.0) -> int:
        """Return how many residents find a médecin traitant there.

        Parameters
        ----------
        kappa
            Consultations a registered patient a year (``places.kappa``).
        poaching
            Share of the doctors drawn from neighbouring practices, whose patients are not new;
            0 counts gross places.

        Notes
        -----
        ``floor(acts · (1 − poaching) / κ)``, 0 when the service gives no place.

        Examples
        --------
        >>> size = Size("base", 2.5, 0.0, 15_000, 150_000, 480_000, 0.0)
        >>> size.places(4.2), size.places(4.2, poaching=0.05)
        (3571, 3392)
        """
        if not self.gives_places:
            return 0
        # the nudge keeps exact quotients (4 200 / 4,2) from falling one short
        return math.floor(self.acts_per_year * (1.0 - poaching) / kappa + 1e-9)


@dataclass(frozen=True)
class Service:
    """One type of service.

    Attributes
    ----------
    id, name
        Short id, French name.
    capex, opex, net
        Euros; euros a year; yearly operating result in euros (negative: a deficit).
    gp_fte, nurse_fte, support_fte
        Full-time equivalents at the base size.
    capacity
        Consultations a year at cruise (for ``POCT`` tests, for ``REPIT`` carers).
    lead_months
        Months from decision to opening.
    reach_minutes
        How far users come from; 0 = same commune or same island only.
    poaching
        Share of GP time drawn from practices around.
    min_population
        Inhabitants of the host commune below which it should not open.
    mother_minutes
        How far its mother centre may be; ``None`` when it needs none.
    staff_profile
        Whom it recruits; ``liberal`` doctors are not employed by the project.
    setting
        Where it makes sense; ``addon`` completes another service, ``practice`` a doctor in place.
    evidence
        A replicated or evaluated, B several sites or one documented, C pilot or claim.
    counts_in_apl, gives_places
        Whether its consultations count in the APL, whether patients find a médecin traitant.
    prerequisites, proven_at
        French sentences.
    sizes
        Sizes in which it can open, smallest first.
    cells
        Every figure with range, tag and source.
    """

    id: str
    name: str
    capex: float
    gp_fte: float
    nurse_fte: float
    support_fte: float
    capacity: float
    opex: float
    net: float
    lead_months: float
    reach_minutes: float
    poaching: float
    min_population: float
    mother_minutes: float | None
    staff_profile: StaffProfile
    setting: Setting
    evidence: Literal["A", "B", "C"]
    counts_in_apl: bool
    gives_places: bool
    prerequisites: str
    proven_at: str
    sizes: tuple[Size, ...]
    cells: Mapping[str, Cell]

    def size(self, name: str) -> Size:
        """Return the size called ``name``; ``KeyError`` when there is none."""
        found = {size.name: size for size in self.sizes}
        return found[name]


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
    territory_access.errors.ScenarioError: Le catalogue de services du scénario ne convient pas.
      – service inconnu « SPM ». Vouliez-vous dire « SMP » ? Un nouveau type donne « like » et
        « name ».
    """
    words, cells = _types(), _cells()
    faults: list[Fault] = []
    for id_, changes in (overrides or {}).items():
        faults += _change(id_, dict(changes), words, cells)
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
    import pandas as pd  # noqa: PLC0415 - heavy, and the catalogue itself needs no table

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
        for field, allowed in _WORDS.items():
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
            if row["field"] not in _FIELDS or cell.outside_range:
                raise DataError(
                    "services.csv : {service}, {field} ne convient pas.",
                    service=row["service"],
                    field=row["field"],
                )
            found.setdefault(row["service"], {})[row["field"]] = cell
    return found


def _change(
    id_: str,
    changes: dict[str, float | str],
    words: dict[str, dict[str, str]],
    cells: dict[str, dict[str, Cell]],
) -> list[Fault]:
    """Apply the changes of one service in place; return what is wrong with them."""
    like = changes.pop("like", id_ if id_ in words else None)
    if like is None or (id_ not in words and "name" not in changes):
        known = list(words)
        return [_unknown("service", id_, known, " Un nouveau type donne « like » et « name ».")]
    if like not in words:
        return [_unknown("service", str(like), list(words))]
    words[id_], cells[id_] = dict(words[str(like)]), dict(cells[str(like)])
    faults = []
    for field, value in changes.items():
        if field in _WORDS:
            faults += _set_word(id_, words[id_], field, value)
        elif field in _FIELDS:
            faults += _set_cell(id_, cells[id_], field, value)
        else:
            faults.append(_unknown(f"service {id_} : champ", field, [*_FIELDS, *_WORDS]))
    return faults


def _set_word(id_: str, row: dict[str, str], field: str, value: float | str) -> list[Fault]:
    text = str(value).lower() if isinstance(value, bool) else value
    allowed = _WORDS[field]
    if not isinstance(text, str) or not text or (allowed is not None and text not in allowed):
        return [
            Fault(
                "service {service} : « {field} » vaut « {value} » (attendu : {allowed}).",
                {
                    "service": id_,
                    "field": field,
                    "value": value,
                    "allowed": ", ".join(allowed or ("un texte",)),
                },
            )
        ]
    row[field] = text
    return []


def _set_cell(id_: str, row: dict[str, Cell], field: str, value: float | str) -> list[Fault]:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    senseless = not math.isfinite(number) or (number < 0 and field != "net")
    if senseless or (field == "poaching" and number > 1):
        return [
            Fault(
                "service {service} : « {field} » vaut « {value} », un nombre qui ait un sens "
                "est attendu.",
                {"service": id_, "field": field, "value": value},
            )
        ]
    old = row.get(field)
    row[field] = Cell(
        value=float(number),
        low=old.low if old else float(number),
        high=old.high if old else float(number),
        unit=old.unit if old else "",
        tag=Tag.USER,
        source="scénario",
        note=old.note if old else "",
    )
    return []


def _unknown(what: str, word: str, known: list[str], more: str = "") -> Fault:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    values: dict[str, object] = {"word": word}
    if near:
        values["near"] = near[0]
        return Fault(what + " inconnu « {word} ». Vouliez-vous dire « {near} » ?" + more, values)
    return Fault(what + " inconnu « {word} »." + more, values)


def _service(id_: str, words: Mapping[str, str], cells: Mapping[str, Cell]) -> Service:
    missing = [field for field in _FIELDS if field not in cells and field not in _OPTIONAL]
    if missing:
        raise DataError(
            "services.csv : {service}, il manque {fields}.", service=id_, fields=", ".join(missing)
        )
    numbers = {field: cells[field].value for field in _FIELDS if field not in _OPTIONAL}
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
        sizes=_sizes(cells, gives_places=gives_places),
        cells=MappingProxyType(dict(cells)),
        **numbers,
    )


def _sizes(cells: Mapping[str, Cell], *, gives_places: bool) -> tuple[Size, ...]:
    """Return the sizes between the smallest and the largest GP staff, each amount in proportion."""
    base = cells["gp_fte"].value
    wanted = {"base": base}
    if base > 0 and "size_min_fte" in cells and cells["size_min_fte"].value < base:
        wanted = {"petit": cells["size_min_fte"].value} | wanted
    if base > 0 and "size_max_fte" in cells and cells["size_max_fte"].value > base:
        wanted |= {"grand": cells["size_max_fte"].value}

    def amount(field: str, fte: float) -> float:
        ratio = fte / base if base > 0 else 1.0
        return round(cells[field].value * ratio, 6)

    return tuple(
        Size(
            name=name,
            fte=fte,
            nurse_fte=amount("nurse_fte", fte),
            acts_per_year=amount("capacity", fte),
            capex=amount("capex", fte),
            opex=amount("opex", fte),
            deficit=max(0.0, -amount("net", fte)),
            gives_places=gives_places,
        )
        for name, fte in wanted.items()
    )
