"""What living on an island costs in hours, when care is on the mainland."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Column, Format, Section, Statement, Table
from territory_access.dossier.island_outlook import outlook
from territory_access.vocabulary import Season

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def captive_time(study: Study, voice: Voice) -> str:
    """Return what a consultation over there costs islanders in hours, or nothing."""
    season = Season(study.scenario.travel.season).name.lower()
    captive = inside(study).set_index("name")[f"captive_minutes_{season}"].astype(float)
    captive = captive[np.isfinite(captive)]
    if captive.empty:
        return ""
    if len(captive) == 1:
        return voice.say(
            "Depuis l’île ({name}), une consultation sur le continent prend {most}, bateau et "
            "attente compris.",
            name=str(captive.index[0]),
            most=voice.numbers.duration(float(captive.iloc[0])),
        )
    return voice.say(
        "Depuis les {n} communes insulaires, une consultation sur le continent prend de {least} "
        "({near}) à {most} ({far}), bateau et attente compris.",
        n=voice.numbers.count(len(captive)),
        least=voice.numbers.duration(float(captive.min())),
        near=str(captive.idxmin()),
        most=voice.numbers.duration(float(captive.max())),
        far=str(captive.idxmax()),
    )


def inside(study: Study) -> pd.DataFrame:
    """Return the islands of the territory itself, the most populous first."""
    isles = study.islands[study.islands["in_territory"].to_numpy(dtype=bool)]
    return isles.sort_values(["residents", "name"], ascending=[False, True])


def islands(study: Study, voice: Voice) -> Section | None:
    """Return what a consultation on the mainland costs an islander, if there are islands."""
    table = inside(study)
    if table.empty:
        return None
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    for _, island in table.iterrows():
        rows.append(
            (
                str(island["name"]),
                int(island["residents"]),
                str(island["operator"]) or say("aucun connu"),
                _number(island, "sailings_low"),
                _number(island, "sailings_high"),
                _number(island, "captive_minutes_low"),
                _number(island, "captive_minutes_high"),
                _yes_or_no(island["same_day"], voice),
                _yes_or_no(island["own_service"], voice),
            )
        )
    columns = (
        Column("ile", say("Île"), Format.TEXT),
        Column("habitants", say("Habitants"), Format.COUNT),
        Column("bateau", say("Bateau"), Format.TEXT),
        Column("departs_basse", say("Départs par jour, basse saison"), Format.EXACT),
        Column("departs_haute", say("Départs par jour, haute saison"), Format.EXACT),
        Column("captif_basse", say("Temps captif, basse saison"), Format.DURATION),
        Column("captif_haute", say("Temps captif, haute saison"), Format.DURATION),
        Column("retour", say("Retour dans la journée"), Format.TEXT),
        Column("service", say("Service sur place"), Format.TEXT),
    )
    blocks = (
        Statement(
            say(
                "Le temps captif est la durée complète d’un aller-retour pour une consultation "
                "sur le "
                "continent, attente du bateau comprise. Sans service sur place, un habitant d’une "
                "île "
                "n’est jamais compté comme proche d’un site du continent parce qu’il l’est à vol "
                "d’oiseau."
            )
        ),
        Table(
            "iles",
            say("Îles sans lien fixe avec le continent"),
            columns,
            tuple(rows),
            note=say(
                "Horaires et traversées : valeurs étiquetées dans les données des bateaux, à "
                "vérifier auprès de l’opérateur. Saison de l’étude : {season}.",
                season=_season(study, voice),
            ),
        ),
    )
    return Section("iles", say("Îles"), (*blocks, *outlook(study, voice)))


def _season(study: Study, voice: Voice) -> str:
    low = study.scenario.travel.season == Season.LOW
    return voice.say("basse") if low else voice.say("haute")


def _yes_or_no(value: object, voice: Voice) -> str:
    """Return what is known: yes, no, or that somebody has to ask."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return voice.say("à vérifier")
    return voice.say("oui") if value else voice.say("non")


def _number(row: pd.Series, name: str) -> float | None:
    value = row.get(name)
    return None if value is None or not np.isfinite(value) else float(value)
