"""Which files a planner brings about the people: their ages, their cars, their deprivation."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it when the module is loaded

from pydantic import BaseModel, ConfigDict, Field

# Every file of a scenario: its table, its key.
FILE_KEYS = (
    ("supply", "gp_file"),
    ("need", "ages_file"),
    ("need", "apl_file"),
    ("need", "cars_file"),
    ("need", "deprivation_file"),
    ("need", "without_doctor_file"),
    ("need", "ald_file"),
    ("need", "august_file"),
    ("need", "care_homes_file"),
    ("travel", "roads"),
    ("travel", "speeds"),
    ("travel", "gtfs"),
    ("travel", "transit_gtfs"),
    ("deserts", "emergency_file"),
    ("siting", "includes"),
)


class NeedPart(BaseModel):
    """Who lives there, and what they need."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )

    ages_file: Path | None = Field(
        default=None,
        description="population par âge (INSEE), ou part des 75 ans et plus ; avec les âges, "
        "chaque habitant compte selon ce que son âge consomme",
    )
    apl_file: Path | None = Field(
        default=None,
        description="classeur de l’APL (DREES) : sa population standardisée remplace l’estimation",
    )
    cars_file: Path | None = Field(
        default=None, description="logements et voitures (INSEE) : part des ménages sans voiture"
    )
    deprivation_file: Path | None = Field(
        default=None, description="indice de défavorisation par commune (F-EDI, FDep)"
    )
    without_doctor_file: Path | None = Field(
        default=None,
        description="part des 17 ans et plus sans médecin traitant, par commune, intercommunalité "
        "ou département ; elle remplace les valeurs embarquées",
    )
    ald_file: Path | None = Field(
        default=None,
        description="part des habitants en affection de longue durée (ALD), par commune, "
        "intercommunalité ou département ; siting.priority s’en sert",
    )
    august_file: Path | None = Field(
        default=None,
        description="population présente un jour moyen d’août, habitants compris, ou visiteurs "
        "seuls, par commune ; la tenue du plan (robustness) et les déserts d’août s’en servent",
    )
    care_homes_file: Path | None = Field(
        default=None,
        description="EHPAD et hôpitaux : extrait FINESS, ou data:finess une fois téléchargé",
    )
    columns: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="noms des colonnes, par fichier : par exemple "
        'columns.deprivation = {code = "insee", deprivation = "score"}',
    )
    years: dict[str, int] = Field(
        default_factory=dict,
        description="millésime des fichiers qui ne le disent pas : par exemple "
        "years.deprivation = 2021",
    )
