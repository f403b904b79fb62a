"""What has been tried and told: the initiatives that a project may quote, and how they are found.

Most are no sites: an application, a programme, a call for projects. Each has the three issues and
the three roles of Néo Terra, themes, and the services on which it bears.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from territory_access.datasets.own_table import plain
from territory_access.errors import DataError, Fault
from territory_access.parameters import cite, data_folder, references

if TYPE_CHECKING:
    from collections.abc import Collection

# What users read of the tags of the table.
ISSUES = {
    "metiers": "rendre les métiers de la santé plus attractifs",
    "aidants": "accompagner les aidants",
    "environnement": "santé environnementale",
}
ROLES = {
    "aiguillon": "aiguillon : défricher ce qui est impensé",
    "inspirateur": "inspirateur : montrer la marche à suivre",
    "connecteur": "connecteur : relier ceux qui n’ont pas l’habitude de travailler ensemble",
}
# What an initiative may bring to a project that it is not a model of.
RELIEF = ("soulagement", "recrutement", "attractivite")
COMMUNICATION = ("communication", "aphasie", "non_francophones", "troubles_cognitifs")
CARERS = ("aidants", "repit", "jeunes_aidants")


@dataclass(frozen=True)
class Initiative:
    """One initiative.

    Attributes
    ----------
    id, name, bearer
        Short id, French name, who bears it.
    systems
        Numbers in the table of systems (``docs/systemes.md``).
    place, commune, departement, region, year
        As the source says; ``""`` where it does not.
    partners
        Who took part.
    issues, roles, themes, services
        Tags; services are ids of the catalogue on which it bears.
    summary, limits
        French sentences: what it does, and what is not known of it.
    tag, reference
        Where this comes from.
    """

    id: str
    systems: tuple[int, ...]
    name: str
    bearer: str
    place: str
    commune: str
    departement: str
    region: str
    year: str
    partners: tuple[str, ...]
    issues: tuple[str, ...]
    roles: tuple[str, ...]
    themes: tuple[str, ...]
    services: tuple[str, ...]
    summary: str
    limits: str
    tag: str
    reference: str


@cache
def load() -> tuple[Initiative, ...]:
    """Return every initiative, in the order of the table of systems.

    Raises
    ------
    DataError
        When a row has an issue or a role that does not exist.

    Examples
    --------
    >>> [one.name for one in load() if "robots" in one.themes]
    ['Robotonomie']
    """
    with (data_folder() / "initiatives.csv").open(encoding="utf-8", newline="") as file:
        known = references()
        found = tuple(_read(row, known) for row in csv.DictReader(file))
    faults = [
        Fault("{name} : étiquette « {tag} » inconnue", {"name": one.name, "tag": tag})
        for one in found
        for tag in (*(set(one.issues) - set(ISSUES)), *(set(one.roles) - set(ROLES)))
    ]
    if faults:
        raise DataError("initiatives.csv : le contenu ne convient pas.", faults=faults)
    return found


def search(words: str) -> tuple[Initiative, ...]:
    """Return the initiatives in which every word begins some word, whatever accents and case.

    Names count most, then tags, then the rest; none are left out for coming second.

    Examples
    --------
    >>> [one.id for one in search("aidant CORREZE")]
    ['adapei-correze']
    >>> [one.id for one in search("télémédecine")]
    ['ehpad-connectes']
    """
    asked = plain(words).split()
    scored = [(_score(one, asked), place, one) for place, one in enumerate(load())]
    return tuple(one for score, _, one in sorted(scored, key=_best_first) if score)


def bearing_on(
    services: Collection[str], *, themes: Collection[str] = ()
) -> tuple[Initiative, ...]:
    """Return the initiatives that bear on some services, or that have one of some themes.

    Examples
    --------
    >>> [one.id for one in bearing_on(["REPIT"], themes=CARERS) if "aidants" in one.themes]
    ['adapei-correze', 'la-marguerite']
    """
    return tuple(
        one for one in load() if set(services) & set(one.services) or set(themes) & set(one.themes)
    )


def _read(row: dict[str, str], known: dict[str, str]) -> Initiative:
    return Initiative(
        id=row["initiative"],
        systems=tuple(int(number) for number in row["systems"].split()),
        name=row["name"],
        bearer=row["bearer"],
        place=row["place"],
        commune=row["commune"],
        departement=row["departement"],
        region=row["region"],
        year=row["year"],
        partners=tuple(one.strip() for one in row["partners"].split(";") if one.strip()),
        issues=tuple(row["issues"].split()),
        roles=tuple(row["roles"].split()),
        themes=tuple(row["themes"].split()),
        services=tuple(row["services"].split()),
        summary=row["summary"],
        limits=row["limits"],
        tag=row["tag"],
        reference=cite(row["source"], known),
    )


def _score(one: Initiative, asked: list[str]) -> int:
    """Return 0 where a word is found nowhere, and more where words are found in the name."""
    fields = (
        (4, (one.name, one.id)),
        (2, (*one.themes, *one.issues, *one.roles, *one.services)),
        (1, (one.bearer, one.place, one.summary, one.year, one.departement, *one.partners)),
    )
    total = 0
    for word in asked:
        points = [
            weight
            for weight, texts in fields
            if any(part.startswith(word) for text in texts for part in plain(text).split())
        ]
        if not points:
            return 0
        total += max(points)
    return total or 1


def _best_first(row: tuple[int, int, Initiative]) -> tuple[int, int]:
    return -row[0], row[1]
