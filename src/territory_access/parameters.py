"""Says which default numbers the computations use, and where each comes from."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from territory_access.errors import DataError, Fault, MissingDataset, ScenarioError
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, ValuesView

    import pandas as pd

_PACKAGE = Path(__file__).resolve().parent


def data_folder() -> Path:
    """Return the folder of the embedded tables.

    In a clone it is ``datasets`` beside ``src``; in an installed wheel it travels inside the
    package. The clone is asked first only when the package sits in its ``src``.

    Raises
    ------
    MissingDataset
        When neither is there.

    Examples
    --------
    >>> (data_folder() / "parameters.toml").is_file()
    True
    """
    clone = _PACKAGE.parents[1] / "datasets"
    wheel = _PACKAGE / "embedded" / "datasets"
    for folder in (wheel, clone) if _PACKAGE.parent.name != "src" else (clone, wheel):
        if (folder / "parameters.toml").is_file():
            return folder
    raise MissingDataset(
        "Le dossier des données « datasets » est introuvable (cherché dans {wheel} et {clone}). "
        "Réinstallez le paquet.",
        wheel=wheel,
        clone=clone,
    )


def references() -> dict[str, str]:
    """Return what each source key stands for.

    Examples
    --------
    >>> references()["cnam2021"]
    'CNAM, 30 juin 2021, cité par Le Quotidien du médecin et Egora'
    """
    with (data_folder() / "references.toml").open("rb") as file:
        return {key: str(text) for key, text in tomllib.load(file).items()}


def cite(source: str, known: Mapping[str, str]) -> str:
    """Return the full sources behind keys separated by spaces.

    Parameters
    ----------
    source
        Keys of ``references.toml``, for example ``"egora marolles"``.
    known
        What ``references()`` returned.

    Raises
    ------
    DataError
        When a key is not in ``references.toml``.

    Examples
    --------
    >>> cite("a b", {"a": "Livre", "b": "Page"})
    'Livre\u202f; Page'
    """
    unknown = [key for key in source.split() if key not in known]
    if unknown or not source.split():
        raise DataError(
            "références : la source « {key} » n’est pas dans references.toml.",
            key=" ".join(unknown) or source,
        )
    return "\u202f; ".join(known[key] for key in source.split())


class Parameter(BaseModel):
    """One number with its range and its origin.

    Attributes
    ----------
    id
        ``group.name``, as a scenario writes it.
    value, low, high
        The number used and the range in which it is believed to lie, in ``unit``.
    default
        The value of the table, whatever the scenario says.
    unit, label, note
        In French, for the dossier.
    tag
        Where it comes from; ``U`` when the scenario set it.
    source, reference
        Keys of ``references.toml``, and what they stand for.
    positive
        True for a divisor: zero is refused.
    overridden, outside_range
        Whether the scenario set it, and whether it left ``[low, high]``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    id: str
    value: float
    low: float
    high: float
    default: float
    unit: str
    label: str
    tag: Tag
    source: str
    reference: str
    note: str = ""
    positive: bool = False
    overridden: bool = False
    outside_range: bool = False

    @model_validator(mode="after")
    def _range_holds_the_default(self) -> Self:
        if not self.low <= self.default <= self.high:
            message = f"{self.low} ≤ {self.default} ≤ {self.high} n’est pas vrai"
            raise ValueError(message)
        return self

    def set(self, value: float) -> Parameter:
        """Return the same parameter with the value of the user.

        Raises
        ------
        ScenarioError
            When the value makes no sense whatever the range: not a finite number, below zero
            where nothing is negative, a share above 1, a divisor of zero.
        """
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise ScenarioError(
                "paramètre « {id} » : un nombre est attendu, pas « {value} ».",
                id=self.id,
                value=value,
            )
        floor_broken = value < min(0.0, self.low) or (self.positive and value <= 0)
        share_broken = self.unit.startswith("part") and value > 1
        if floor_broken or share_broken:
            raise ScenarioError(
                "paramètre « {id} » ({label}) : {value} {unit} n’a pas de sens "
                "(ordre de grandeur : {low} à {high}).",
                id=self.id,
                label=Fault(self.label, {}),
                value=value,
                unit=Fault(self.unit, {}),
                low=self.low,
                high=self.high,
            )
        return self.model_copy(
            update={
                "value": float(value),
                "tag": Tag.USER,
                "overridden": True,
                "outside_range": not self.low <= value <= self.high,
            }
        )


class Parameters(Mapping[str, Parameter]):
    """Every default number by id; its numbers never change, so that a study can keep it.

    It remembers which numbers were asked for: a dossier lists exactly those that a run has read.

    Examples
    --------
    >>> parameters = Parameters.load({"places.kappa": 4.0})
    >>> parameters.value("places.kappa"), parameters["places.kappa"].default
    (4.0, 4.2)
    >>> parameters["places.kappa"].tag
    <Tag.USER: 'U'>
    >>> sorted(parameters.read)
    ['places.kappa']
    """

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)
        self._read: set[str] = set()

    @classmethod
    def load(cls, overrides: Mapping[str, float] | None = None) -> Parameters:
        """Return the embedded defaults, with the values that the user gives instead.

        Parameters
        ----------
        overrides
            ``id -> value``. A value outside the range is used and flagged ``outside_range``.

        Raises
        ------
        ScenarioError
            With every unknown id (and the nearest known one) and every senseless value.

        Examples
        --------
        >>> Parameters.load({"places.kapa": 4.0})
        Traceback (most recent call last):
        territory_access.errors.ScenarioError: parameters : paramètre inconnu « places.kapa ».
            Vouliez-vous dire « places.kappa » ?
        """
        defaults = _read(data_folder() / "parameters.toml")
        faults: list[Fault] = []
        for id_, value in (overrides or {}).items():
            if id_ not in defaults:
                faults.append(_unknown(id_, defaults))
                continue
            try:
                defaults[id_] = defaults[id_].set(value)
            except ScenarioError as error:
                faults.append(error.fault)
        if len(faults) == 1:
            raise ScenarioError("parameters : {fault}", fault=faults[0])
        if faults:
            raise ScenarioError("Les paramètres du scénario ne conviennent pas.", faults=faults)
        return cls(defaults)

    def value(self, id_: str) -> float:
        """Return the number in use, in the unit of the parameter.

        Raises
        ------
        KeyError
            When no parameter has this id.
        """
        return self[id_].value

    @property
    def read(self) -> frozenset[str]:
        """The numbers asked for until now, one by one; listing them all asks for none."""
        return frozenset(self._read)

    def table(self) -> pd.DataFrame:
        """Return one row a parameter, index ``id``, for the dossier."""
        import pandas as pd

        rows = [parameter.model_dump(mode="json") for parameter in self._parameters.values()]
        return pd.DataFrame(rows).set_index("id")

    def __getitem__(self, id_: str) -> Parameter:
        found = self._parameters[id_]
        self._read.add(id_)
        return found

    def items(self) -> ItemsView[str, Parameter]:
        """Return all numbers with their ids; nothing is counted as read."""
        return self._parameters.items()

    def values(self) -> ValuesView[Parameter]:
        """Return all numbers; nothing is counted as read."""
        return self._parameters.values()

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __hash__(self) -> int:
        return hash(tuple(self._parameters.values()))

    def __repr__(self) -> str:
        changed = [id_ for id_, parameter in self.items() if parameter.overridden]
        return f"<Parameters: {len(self)}, set by the user: {', '.join(changed) or 'none'}>"


def _unknown(id_: str, known: Mapping[str, Parameter]) -> Fault:
    near = difflib.get_close_matches(id_, known, n=1, cutoff=0.6)
    if near:
        return Fault(
            "paramètre inconnu « {id} ». Vouliez-vous dire « {near} » ?",
            {"id": id_, "near": near[0]},
        )
    return Fault("paramètre inconnu « {id} ».", {"id": id_})


def _read(path: Path) -> dict[str, Parameter]:
    with path.open("rb") as file:
        groups = tomllib.load(file)
    known = references()
    found: dict[str, Parameter] = {}
    for group, members in groups.items():
        for name, row in members.items():
            id_ = f"{group}.{name}"
            try:
                found[id_] = Parameter(
                    **row
                    | {
                        "id": id_,
                        "default": row["value"],
                        "tag": Tag(row["tag"]),
                        "reference": cite(row["source"], known),
                    }
                )
            except (KeyError, ValueError, ValidationError) as error:
                raise DataError(
                    "parameters.toml : « {id} » ne convient pas ({why}).", id=id_, why=error
                ) from error
    return found
