"""What a careful person would verify about a territory before trusting a result, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets.communes import POPULATION_YEAR
from territory_access.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from territory_access.territory import Territory

_YEARS_APART = 3  # beyond, figures of different years do not describe one situation
# What a file says of each zone: the column that is blank where it says nothing.
_OF_ZONES = {
    "need.ages_file": "population_75",
    "need.cars_file": "no_car_share",
    "need.deprivation_file": "deprivation",
    "need.ald_file": "ald_share",
    "need.august_file": "population_august",
}
COLUMNS = ["check", "severity", "count", "examples", "remedy"]


type Finding = tuple[str, Severity, pd.Series[str], str]


def checks(place: Territory) -> pd.DataFrame:
    """Return one row a finding about a territory, as ``findings`` does."""
    return findings(_of(place))


def findings(found: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a table, those that concern no row left out.

    Parameters
    ----------
    found
        What was looked at, how much it matters, the names concerned, and the remedy.

    Returns
    -------
    pandas.DataFrame
        ``check``, ``severity``, ``count``, ``examples``, ``remedy``.
    """
    rows = [
        (check, severity.value, len(names), _examples(names), remedy)
        for check, severity, names, remedy in found
        if len(names)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _examples(found: pd.Series[str], most: int = 3) -> str:
    shown = ", ".join(found.head(most))
    return shown + (", …" if len(found) > most else "")


def _of(place: Territory) -> Iterator[Finding]:
    zones = place.zones
    inside = zones[zones["in_territory"]]
    yield (
        "communes sans habitant",
        Severity.INFO,
        inside.loc[inside["population"] == 0, "name"],
        "Elles restent sur la carte et ne comptent pas dans les résultats.",
    )
    yield (
        "part des habitants sans médecin traitant : moyenne nationale, faute de valeur locale",
        Severity.WARNING,
        inside.loc[inside["without_doctor_level"] == "national", "name"],
        "Demandez à votre CPAM la part par commune ou par intercommunalité.",
    )
    yield (
        "chef-lieu placé sans sa mairie",
        Severity.INFO,
        inside.loc[inside["point_source"] != "mairie", "name"],
        "Le point vient d’une autre source ouverte ; l’écart est au plus de quelques kilomètres.",
    )
    without = pd.Series(["le territoire"]) if place.candidates.empty else pd.Series(dtype=str)
    yield (
        "aucune commune candidate",
        Severity.ERROR,
        without,
        "Baissez siting.min_population, ou nommez des communes dans siting.candidates.",
    )
    yield from _of_files(place)
    idle = place.facilities[place.facilities["places"] == 0]
    yield (
        "sites existants qui n’offrent pas de place de médecin traitant",
        Severity.INFO,
        idle["name"],
        "Ils sont sur la carte et ne comptent pas dans les places.",
    )


def _of_files(place: Territory) -> Iterator[Finding]:
    """Yield what is doubtful about the files of the scenario: their years, what they leave out."""
    years = {one.title: one.vintage for one in place.files}
    known = {title: year for title, year in years.items() if year} | {"Population": POPULATION_YEAR}
    apart = max(known.values()) - min(known.values()) > _YEARS_APART
    shown = [f"{title} {year}" for title, year in sorted(known.items(), key=lambda one: one[1])]
    yield (
        "millésimes éloignés de plus de trois ans",
        Severity.WARNING,
        pd.Series(shown if apart else [], dtype=str),
        "Prenez des fichiers d’années proches, ou dites dans le dossier pourquoi ceux-ci.",
    )
    yield (
        "fichiers sans millésime",
        Severity.WARNING,
        pd.Series([title for title, year in years.items() if year is None], dtype=str),
        "Donnez leur année dans need.years, par exemple need.years.deprivation = 2021.",
    )
    yield (
        "codes de commune qui n’existent plus et n’ont pu être placés",
        Severity.WARNING,
        pd.Series([code for one in place.files for code in one.unplaced], dtype=str),
        "Ce que les fichiers en disent n’est pas compté : vérifiez ces codes.",
    )
    inside = place.zones[place.zones["in_territory"]]
    for one in place.files:
        column = _OF_ZONES.get(one.key, "")
        if column in inside:
            yield (
                "communes absentes d’un fichier du scénario",
                Severity.WARNING,
                inside.loc[inside[column].isna(), "name"],
                "Leur besoin est estimé d’après les autres communes ; le reste est laissé vide.",
            )
