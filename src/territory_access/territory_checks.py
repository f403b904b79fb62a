"""What a careful person would verify about a territory before trusting a result, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory_access.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from territory_access.territory import Territory

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
    idle = place.facilities[place.facilities["places"] == 0]
    yield (
        "sites existants qui n’offrent pas de place de médecin traitant",
        Severity.INFO,
        idle["name"],
        "Ils sont sur la carte et ne comptent pas dans les places.",
    )
