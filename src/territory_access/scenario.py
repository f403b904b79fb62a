"""What a planner asks: one TOML file, read once, checked whole, never changed afterwards."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import tomli_w
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from territory_access.errors import ScenarioError
from territory_access.scenario_deserts import DesertsPart
from territory_access.scenario_faults import faults_of
from territory_access.scenario_files import FILE_KEYS, NeedPart
from territory_access.scenario_projects import FundingPart, ProjectPart
from territory_access.scenario_siting import SitingMore
from territory_access.scenario_travel import TravelPart
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Codes = tuple[str, ...]
Euros = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    """One table of the scenario; unknown keys are refused and nothing changes after loading."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class TerritoryPart(Part):
    """Which communes are studied, and how far around them one looks."""

    regions: Codes = Field(default=(), description="codes INSEE de régions, par exemple 52")
    departements: Codes = Field(
        default=(), description="codes de départements, par exemple 53 ou 2A"
    )
    epci: Codes = Field(default=(), description="codes SIREN d’intercommunalités")
    communes: Codes = Field(default=(), description="codes INSEE de communes")
    buffer_km: float = Field(
        default=40.0,
        ge=0,
        le=200,
        description="bande voisine prise en compte, en kilomètres : elle rend les bords justes",
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not (self.regions or self.departements or self.epci or self.communes):
            message = "donnez au moins une région, un département, une EPCI ou une commune"
            raise ValueError(message)
        return self


class SupplyPart(Part):
    """What already exists."""

    proven_sites: bool = Field(
        default=True, description="compter les sites existants du jeu de données embarqué"
    )
    exclude: Codes = Field(
        default=(), description="identifiants de sites existants à ne pas compter"
    )
    gp_file: Path | None = Field(
        default=None,
        description="offre de médecins généralistes : table par commune (CSV, Excel, GeoPackage), "
        "BPE ou annuaire santé ; avec elle, l’APL est calculée",
    )
    gp_format: Literal["table", "bpe", "annuaire"] | None = Field(
        default=None,
        description="forme de gp_file : table, bpe (INSEE) ou annuaire (RPPS) ; reconnue à défaut",
    )
    gp_columns: dict[str, str] = Field(
        default_factory=dict,
        description="noms des colonnes de gp_file : code (commune), acts (actes par an) ou gp "
        "(nombre de médecins) ; reconnus à défaut",
    )


class SitingPart(SitingMore, Part):
    """What may be opened, with which money and which staff."""

    budget: Euros = Field(description="investissement total, en euros")
    deficit_per_year: Euros = Field(
        default=0.0, description="déficit de fonctionnement accepté par an, en euros"
    )
    gp_fte: float = Field(ge=0, description="médecins généralistes recrutables, en ETP")
    nurse_fte: float = Field(default=10.0, ge=0, description="infirmiers recrutables, en ETP")
    services: tuple[str, ...] = Field(
        default=("SMP",), min_length=1, description="types de service du catalogue, par exemple SMP"
    )
    objective: Objective = Field(
        default=Objective.PLACES,
        description="places (habitants sans médecin traitant) ou apl (consultations manquantes)",
    )
    min_population: int = Field(
        default=2000, ge=0, description="population minimale d’une commune candidate"
    )
    candidates: Codes = Field(
        default=(), description="communes candidates ; à défaut, toutes celles assez grandes"
    )
    keep: Codes = Field(default=(), description="communes où un service doit ouvrir, ou 53130+AM")
    forbid: Codes = Field(default=(), description="communes où rien ne doit ouvrir")
    gap: float = Field(default=0.0, ge=0, lt=1, description="écart relatif accepté à l’optimum")
    time_limit: float | None = Field(
        default=None,
        gt=0,
        description="durée maximale du calcul, en secondes ; le résultat peut alors varier",
    )


class Scenario(Part):
    """A whole question, with every default made explicit.

    >>> scenario = Scenario.parse('''
    ... title = "Mayenne"
    ... territory.departements = ["53"]
    ... siting = {budget = 150_000, gp_fte = 3}
    ... ''')
    >>> scenario.siting.budget
    150000.0
    >>> Scenario.parse(scenario.dump()) == scenario
    True
    """

    title: str = Field(min_length=1, max_length=300, description="titre du dossier")
    description: str = Field(default="", description="une phrase sur la question posée")
    territory: TerritoryPart = Field(description="quelles communes sont étudiées")
    travel: TravelPart = Field(default=TravelPart(), description="comment on se déplace")
    need: NeedPart = Field(
        default=NeedPart(), description="qui habite là, et de quoi ils ont besoin"
    )
    supply: SupplyPart = Field(default=SupplyPart(), description="ce qui existe déjà")
    deserts: DesertsPart = Field(
        default=DesertsPart(), description="ce qui fait d’une commune un désert"
    )
    siting: SitingPart = Field(description="ce qui peut ouvrir, avec quels moyens")
    funding: FundingPart = Field(
        default=FundingPart(), description="où et quand les aides s’appliquent"
    )
    projects: tuple[ProjectPart, ...] = Field(
        default=(),
        description="projets dont « territory-access fund » vérifie le financement ; à défaut, "
        "les sites du plan",
    )
    parameters: dict[str, float] = Field(
        default_factory=dict, description="valeurs par défaut remplacées, par identifiant"
    )
    services: dict[str, dict[str, float | str]] = Field(
        default_factory=dict, description="cellules du catalogue des services remplacées"
    )

    @field_validator("parameters", mode="before")
    @classmethod
    def _flat(cls, value: object) -> object:
        return dict(_flattened(value)) if isinstance(value, dict) else value

    @classmethod
    def load(cls, path: Path | str, *, changes: Iterable[str] = ()) -> Self:
        """Read a scenario file.

        Parameters
        ----------
        path
            A TOML file; paths inside it are relative to it. Its key ``extends`` may name another
            scenario, of which it then is a variant.
        changes
            Keys to set on top, as ``"siting.budget=600000"``.

        Raises
        ------
        ScenarioError
            Listing every fault once.
        """
        path = Path(path)
        try:
            content = _set(_with_base(path, ()), changes)
            _resolve_paths(content, path.parent)
            return cls._checked(content, str(path))
        except RecursionError as error:
            raise ScenarioError("{path} : trop de clés imbriquées.", path=path) from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scenario from TOML text; paths inside it are taken as they stand."""
        return cls._checked(_toml(text, "scénario"), "scénario")

    @classmethod
    def _checked(cls, content: dict[str, Any], where: str) -> Self:
        try:
            # Through JSON: in its strict mode a list may become a tuple and an integer a float,
            # but the text "600000" never becomes a number.
            return cls.model_validate_json(json.dumps(content, default=str), strict=True)
        except ValidationError as error:
            faults = faults_of(error, cls)
            if len(faults) == 1:
                raise ScenarioError("{where} : {fault}", where=where, fault=faults[0]) from error
            raise ScenarioError(
                "{where} : {count} choses à corriger.",
                where=where,
                count=len(faults),
                faults=faults,
            ) from error

    def dump(self) -> str:
        """Return the scenario as TOML, defaults included; reading it gives the same scenario."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ScenarioError(
            "{where} : ce n’est pas un fichier TOML lisible ({error}).", where=where, error=error
        ) from error


def _with_base(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """Return the content of a file laid over the scenario that it extends, if any."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(
            "{path} : ce fichier n’est pas du texte UTF-8 ; enregistrez-le en UTF-8.", path=path
        ) from error
    except (OSError, ValueError) as error:  # a path with a null character is a ValueError
        raise ScenarioError(
            "{path} : scénario introuvable ou illisible ; vérifiez le chemin.", path=path
        ) from error
    content = _toml(text, str(path))
    base = content.pop("extends", None)
    if base is None:
        return content
    if not isinstance(base, str):
        raise ScenarioError("{path} : « extends » doit nommer un fichier.", path=path)
    target = Path(os.path.normpath(path.parent.absolute() / base))
    seen = (*seen, Path(os.path.normpath(path.absolute())))
    if target in seen:
        raise ScenarioError("{path} : « extends » tourne en rond.", path=path)
    below = _with_base(target, seen)
    _resolve_paths(below, target.parent)
    return _merged(below, content)


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another; tables merge, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged


def _set(content: dict[str, Any], changes: Iterable[str]) -> dict[str, Any]:
    """Apply ``key.path=value`` changes; a value that is not TOML is taken as text."""
    for change in changes:
        key, equals, raw = change.partition("=")
        names = key.strip().split(".")
        if not equals or not all(names):
            raise ScenarioError(
                "« {change} » : écrivez cle=valeur, par exemple siting.budget=600000.",
                change=change,
            )
        try:
            value = tomllib.loads(f"value = {raw}")["value"]
        except (tomllib.TOMLDecodeError, ValueError, RecursionError):
            value = raw
        nested: Any = value
        for name in reversed(names):
            nested = {name: nested}
        content = _merged(content, nested)
    return content


def _resolve_paths(content: dict[str, Any], folder: Path) -> None:
    """Make the paths of a scenario absolute, relative to the file that names them."""
    for table, key in FILE_KEYS:
        part = content.get(table)
        if not isinstance(part, dict):
            continue
        value = part.get(key)
        if isinstance(value, str) and value and not value.startswith("data:"):
            part[key] = os.path.normpath(folder.absolute() / value)


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield nested keys as dotted ones, so that both TOML spellings mean the same."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
