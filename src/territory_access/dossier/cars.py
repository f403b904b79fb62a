"""What those with and without a car can count on, when they share the same doctors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Column, Format, Statement, Table
from territory_access.dossier.numbers import guarded

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study
    from territory_access.study_groups import Groups

_LEVELS = ("with_car", "without_car", "blend")


def cars(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return a sentence and a table: both groups, by département.

    Nothing where the cars of households or the supply of GPs are not known.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    told, table = study.groups, _table(study)
    if told is None or table is None or not table["without"].sum():
        return ()
    return (Statement(_sentence(study, table, voice)), _by_departement(study, table, voice))


def commune_columns(study: Study, voice: Voice) -> tuple[tuple[Column, ...], dict[str, list[Cell]]]:
    """Return the APL of both groups, and of all, by commune; empty where not known."""
    table, say = _table(study), voice.say
    if table is None:
        return (), {}
    columns = (
        Column("apl_avec_voiture", say("APL avec voiture"), Format.DECIMAL),
        Column("apl_sans_voiture", say("APL sans voiture"), Format.DECIMAL),
        Column("apl_ensemble", say("APL, les deux ensemble"), Format.DECIMAL),
    )
    return columns, {
        str(code): [float(row[name]) for name in _LEVELS] for code, row in table.iterrows()
    }


def _table(study: Study) -> pd.DataFrame | None:
    """Return the communes of the territory: both groups, who belongs to them, and their need."""
    if study.groups is None or study.groups.level is None:
        return None
    zones = study.territory.zones
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    level = study.groups.level.reindex(inside.index)
    return level.assign(
        departement=inside["departement"],
        without=inside["population"] * level["share"],
        need=inside["need"],
    )


def _means(table: pd.DataFrame) -> list[float | None]:
    """Return the mean APL with a car, without, and of all, each weighed by its people."""
    need, share = table["need"].to_numpy(float), table["share"].to_numpy(float)
    weights = (need * (1 - share), need * share, need)
    return [
        float(np.average(table[name], weights=people)) if people.sum() else None
        for name, people in zip(_LEVELS, weights, strict=True)
    ]


def _sentence(study: Study, table: pd.DataFrame, voice: Voice) -> str:
    numbers = voice.numbers
    threshold = study.parameters.value("apl.threshold")
    low = table.loc[table["without_car"] < threshold, "without"].sum()
    with_car, without_car, _ = (
        "–" if mean is None else numbers.decimal(mean, 2) for mean in _means(table)
    )
    return voice.say(
        "Quand tous se partagent les mêmes médecins, un habitant qui a une voiture peut compter "
        "sur {with_car} consultations par an en moyenne, un habitant qui n’en a pas sur "
        "{without_car}. {people} habitants n’auraient pas de voiture, si chaque habitant compte "
        "comme son ménage ; {low} d’entre eux vivent là où, sans voiture, on dispose de moins de "
        "{threshold} consultations par an.",
        with_car=with_car,
        without_car=without_car,
        people=numbers.people(float(table["without"].sum())),
        low=numbers.people(float(low)),
        threshold=numbers.decimal(threshold),
    )


def _by_departement(study: Study, table: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    rows: list[tuple[Cell, ...]] = [
        (str(code), guarded(float(part["without"].sum())), *_means(part))
        for code, part in table.groupby("departement", sort=True)
    ]
    columns = (
        Column("departement", say("Département"), Format.CODE),
        Column("sans_voiture", say("Habitants sans voiture"), Format.COUNT, total=True),
        Column("apl_avec", say("APL avec voiture"), Format.DECIMAL),
        Column("apl_sans", say("APL sans voiture"), Format.DECIMAL),
        Column("apl_ensemble", say("APL, les deux ensemble"), Format.DECIMAL),
    )
    caption = say("Avec et sans voiture, devant les mêmes médecins")
    return Table("voitures", caption, columns, tuple(rows), note=_note(study, voice))


def _note(study: Study, voice: Voice) -> str:
    """Return how the minutes without a car were found, and what was not known."""
    value, numbers = study.parameters.value, voice.numbers
    told = [
        voice.say(
            "Marche à {speed} km/h, {minutes} min au plus, de chef-lieu à chef-lieu, à vol "
            "d’oiseau × {detour} ; dans la commune, la moitié du côté d’un carré de même surface : "
            "qui habite le bourg marche moins.",
            speed=numbers.exact(value("travel.walk_speed")),
            minutes=numbers.exact(value("travel.walk_minutes_max")),
            detour=numbers.exact(value("travel.detour_plain")),
        )
    ]
    groups: Groups | None = study.groups
    if groups is not None and groups.timetable:
        start = value("transit.window_start")
        told.append(
            voice.say(
                "Transports en commun : horaire du {day}, {stops} arrêts ; temps de porte à porte, "
                "attente comprise, médiane des départs de {start} h à {end} h ; entre communes "
                "seulement.",
                day=str(groups.timetable["day"]),
                stops=numbers.count(int(str(groups.timetable["stops"]))),
                start=numbers.exact(start),
                end=numbers.exact(start + value("transit.window_hours")),
            )
        )
    if groups is not None and groups.filled:
        told.append(
            voice.say_counted(
                "Une commune absente du fichier prend la part nationale des ménages sans voiture.",
                "{n} communes absentes du fichier prennent la part nationale des ménages sans "
                "voiture.",
                groups.filled,
                n=numbers.count(groups.filled),
            )
        )
    return " ".join(told)
