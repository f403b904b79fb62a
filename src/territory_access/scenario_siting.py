"""What a planner may ask beyond one year and one pot of money."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from territory_access.vocabulary import Objective  # noqa: TC001 - pydantic reads it

Euros = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Basin = Literal["epci", "departement", "territoire"]
Group = Literal["aged_75", "no_car", "ald", "deprived"]
Decision = Literal["open", "extend", "upgrade", "close", "relocate"]
Change = Literal["extend", "upgrade", "close", "relocate"]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class FunderPart(_Frozen):
    """What one funder may give, and on which terms."""

    name: str = Field(min_length=1, description="nom du financeur")
    share_max: Share = Field(default=1.0, description="part maximale de la dépense éligible")
    own_min: Euros = Field(
        default=0.0, description="financement propre minimal d’un projet aidé, en euros"
    )
    envelope: Euros | None = Field(default=None, description="enveloppe totale, en euros")
    per_project: Euros | None = Field(default=None, description="plafond par projet, en euros")
    services: tuple[str, ...] = Field(default=(), description="services aidés ; à défaut, tous")
    public: bool = Field(default=True, description="compte dans la limite d’argent public")


class GuaranteePart(_Frozen):
    """A promise of fairness that the plan must keep."""

    name: str = Field(min_length=1, description="nom du groupe")
    communes: tuple[str, ...] = Field(
        default=(), description="communes du groupe ; à défaut, toutes"
    )
    group: Group | None = Field(
        default=None,
        description="au lieu de communes : celles où vit le plus ce groupe (aged_75, no_car, ald, "
        "deprived), un cinquième des habitants",
    )
    on: Literal["apl", "places"] | None = Field(
        default=None, description="ce qui est promis : apl ou places ; à défaut, selon objective"
    )
    share_min: Share | None = Field(
        default=None,
        description="part minimale qui revient au groupe : des consultations comblées, ou des "
        "places nouvelles",
    )
    floor: float | None = Field(
        default=None,
        ge=0,
        description="dans chaque commune du groupe, au moins : cette APL, ou cette part des "
        "demandeurs avec une place",
    )


class IncludedPart(_Frozen):
    """A site of a plan already begun."""

    site: str = Field(min_length=1, description="commune, par son code ou son nom")
    service: str = Field(min_length=1, description="type de service du catalogue")
    size: str = Field(default="base", description="taille : petit, base ou grand")


class ProtectedPart(_Frozen):
    """An existing service, and what may not be decided of it."""

    site: str = Field(min_length=1, description="service en place : identifiant, nom ou commune")
    decisions: tuple[Change, ...] = Field(
        default=("extend", "upgrade", "close", "relocate"),
        min_length=1,
        description="ce dont il est protégé ; à défaut, de tout",
    )


# Which of the two is meant, so that only its own faults are told.
Protected = Annotated[
    Annotated[str, Field(min_length=1), Tag("nom")] | Annotated[ProtectedPart, Tag("table")],
    Discriminator(lambda part: "table" if isinstance(part, dict | ProtectedPart) else "nom"),
]
Included = Annotated[
    Annotated[Path, Tag("dossier")] | Annotated[tuple[IncludedPart, ...], Tag("liste")],
    Discriminator(lambda part: "liste" if isinstance(part, list | tuple) else "dossier"),
]


class SitingMore(_Frozen):
    """The keys of ``[siting]`` for plans of several years, pools, funders and fairness."""

    decisions: tuple[Decision, ...] = Field(
        default=("open",),
        min_length=1,
        description="ce qui se décide : open, extend, upgrade, close, relocate",
    )
    protect: tuple[Protected, ...] = Field(
        default=(),
        description="services en place qui restent comme ils sont, par identifiant, nom ou "
        "commune ; ou {site, decisions} pour n’écarter que certaines décisions, par exemple "
        '{site = "Laval", decisions = ["close", "relocate"]}',
    )
    years: int = Field(
        default=1, ge=1, le=10, description="durée du plan, en années ; 1 : au régime de croisière"
    )
    budget_by_year: tuple[Euros, ...] = Field(
        default=(), description="investissement de chaque année ; le reste est reporté"
    )
    deficit_by_year: tuple[Euros, ...] = Field(
        default=(), description="déficit de fonctionnement accepté chaque année"
    )
    flexible_teams: bool | None = Field(
        default=None,
        description="une équipe peut être plus petite que sa taille ; à défaut, sur plusieurs ans",
    )
    hires: dict[Literal["salaried", "rotating", "liberal"], Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="ETP recrutables par an et par bassin, pour salaried, rotating ou liberal",
    )
    hire_basin: Basin = Field(
        default="departement", description="bassin de recrutement : epci, departement, territoire"
    )
    continuity: Literal["none", "service", "presence"] = Field(
        default="service",
        description="ce qui est dû aux îles : service (celle qui en a un en garde un), presence "
        "(de plus, un centre d’île a de quoi être là à toute heure), none",
    )
    continuity_residents: int = Field(
        default=1, ge=0, description="habitants à partir desquels une île garde son service"
    )
    per_epci: int | None = Field(
        default=None, ge=0, description="services nouveaux au plus par intercommunalité"
    )
    funders: tuple[FunderPart, ...] = Field(
        default=(), description="financeurs, avec leurs règles ; budget est alors l’argent propre"
    )
    public_share_max: Share = Field(
        default=0.8, description="part maximale d’argent public dans un investissement"
    )
    then: tuple[Objective, ...] = Field(
        default=(), description="objectifs suivants, chacun sans rien perdre sur les précédents"
    )
    weights: dict[Objective, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="poids de plusieurs objectifs ensemble, par unité"
    )
    priority: dict[Group, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="ce qu’une place compte en plus de 1 pour qui est de ces groupes : aged_75 (75 "
        "ans et plus), no_car (sans voiture), ald (affection de longue durée), deprived (communes "
        "du cinquième le plus défavorisé)",
    )
    includes: Included = Field(
        default=(),
        description="plan déjà engagé, que ce plan contient tel quel : dossier de résultats, ou "
        "liste de sites (site, service, size)",
    )
    guarantees: tuple[GuaranteePart, ...] = Field(
        default=(), description="garanties d’équité que le plan doit tenir"
    )
