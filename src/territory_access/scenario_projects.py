"""What a planner says of money: where aids apply, when services open, who asks for aid."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Euros = Annotated[float, Field(ge=0)]
ZoneKind = Literal["ZIP", "ZAC", "HZ"]
Agreed = Literal["signé", "accord", "contacté", "à contacter"]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class FundingPart(_Frozen):
    """Where aids tied to a zone apply, and from when services open."""

    zones: dict[str, ZoneKind] = Field(
        default_factory=dict,
        description="zonage de l’ARS, par code de commune : ZIP, ZAC ou HZ ; à défaut, les aides "
        "liées à une zone ne sont pas comptées",
    )
    opening: date = Field(
        default=date(2027, 1, 1), description="ouverture des services : les aides en dépendent"
    )
    rules: str = Field(
        default="assist-2024",
        description="règles du financement demandé : assist-2023, assist-2024, direct, fir, detr, "
        "france-sante, cnam",
    )


class ProjectPart(_Frozen):
    """A project and its plan of financing; what is not said is asked for."""

    name: str = Field(min_length=1, description="nom du projet")
    cost: Euros = Field(description="dépenses éligibles du projet, TTC, en euros")
    own: Euros | None = Field(default=None, description="apport du porteur, en euros")
    others: dict[str, Euros] = Field(
        default_factory=dict, description="apports d’autres financeurs, par nom"
    )
    asked: Euros | None = Field(default=None, description="aide demandée, en euros")
    taxes_included: bool | None = Field(
        default=None, description="true si tous les montants sont TTC"
    )
    months: float | None = Field(
        default=None, gt=0, description="mois au bout desquels l’effet se mesure"
    )
    experimental: bool | None = Field(default=None, description="expérimentation ?")
    coalition: bool | None = Field(
        default=None, description="plusieurs acteurs, bénéficiaires associés ?"
    )
    fragile_public: bool | None = Field(
        default=None, description="public fragile, par le lieu (QPV…) ou par la situation ?"
    )
    legal_person: bool | None = Field(default=None, description="porté par une personne morale ?")
    themes: tuple[str, ...] | None = Field(default=None, description="thèmes de l’appel")
    issues: tuple[str, ...] | None = Field(default=None, description="enjeux de l’appel")
    local_authority: bool = Field(
        default=True, description="investissement d’une collectivité : argent public limité à 80 %"
    )
    service: str = Field(default="", description="type de service du catalogue, par exemple REPIT")
    commune: str = Field(default="", description="code INSEE de la commune du projet")
    partners: dict[str, Agreed] = Field(
        default_factory=dict,
        description="où en est chaque rôle de la coalition (coalition_roles.csv) : signé, accord, "
        "contacté ou à contacter",
    )
    lifted: tuple[str, ...] = Field(
        default=(), description="verrous réglementaires déjà levés (locks.csv)"
    )
