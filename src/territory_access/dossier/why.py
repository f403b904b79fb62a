"""Why the deserts fall short, how many doctors would make it up, and what the mean hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory_access.deserts.why import CAUSES
from territory_access.dossier import cars
from territory_access.dossier.blocks import Bullets, Column, Format, Statement, Table
from territory_access.dossier.numbers import guarded
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from territory_access.desert_study import Explained
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

MOST = 10
_CAUSES = {
    "too_far": "Trop loin",
    "too_few": "Trop peu",
    "too_many": "Trop à partager",
    "ageing": "Vieillissement",
}


def reasons(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return a sentence and a table: what each cause takes, by département, and in all.

    Parameters
    ----------
    study
        A run whose deserts are explained.
    voice
        Language and numbers.
    """
    told = study.explained
    if told is None:
        return ()
    table = amounts(study, told)
    total = table.sum(numeric_only=True)
    if total["shortfall"] < 1:
        return ()
    return (Statement(_sentence(table, told, voice)), _by_departement(table, told, voice))


def amounts(study: Study, told: Explained) -> pd.DataFrame:
    """Return what is missing in each commune of the territory, by cause, and its département.

    Consultations a year where the APL is known, else residents without a place.
    """
    zones = study.territory.zones
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    parts = (told.why if told.consultations is None else told.consultations).sel(
        {ORIGIN: inside.index.to_numpy()}
    )
    weight = 1.0 if told.consultations is None else inside["need"].to_numpy(dtype=float)
    columns = {name: parts[name].to_numpy() * weight for name in (*CAUSES, "shortfall")}
    return pd.DataFrame({"departement": inside["departement"], **columns}, index=inside.index)


def cause(name: str, voice: Voice) -> str:
    """Return a cause as people read it; nothing where nothing is missing."""
    return voice.say(_CAUSES[name]) if name else "–"


def hidden(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return the communes that are fine for most and bad for some, and what cannot be told.

    Parameters
    ----------
    study
        A run whose deserts are explained.
    voice
        Language and numbers.
    """
    told = study.explained
    if told is None:
        return ()
    say, zones = voice.say, told.hidden.zones
    blocks: list[Block] = []
    if len(zones):
        rows = tuple(
            (str(row["name"]), say(str(row["whom"])), guarded(float(row["people"])))
            for row in zones.head(MOST).to_dict("records")
        )
        columns = (
            Column("commune", say("Commune"), Format.TEXT),
            Column("qui", say("Pour qui, ou quand"), Format.TEXT),
            Column("habitants", say("Habitants concernés"), Format.COUNT),
        )
        caption = say("Communes que leur moyenne met hors de cause")
        blocks.append(Table("caches", caption, columns, rows))
    missing = (*told.hidden.missing, *(study.groups.missing if study.groups else ()))
    if missing:
        blocks.append(Statement(say("Ce que l’étude ne peut pas dire, faute de données :")))
        blocks.append(Bullets(tuple(voice.told(fault) for fault in missing)))
    return tuple(blocks)


def commune_columns(study: Study, voice: Voice) -> tuple[tuple[Column, ...], dict[str, list[Cell]]]:
    """Return what is missing in each commune by cause, how sure its desert is, what cars change.

    Returns
    -------
    tuple
        The columns, and the cells of each commune by its code; both empty where the study does not
        explain its deserts.
    """
    told = study.explained
    if told is None:
        return (), {}
    say = voice.say
    residents = told.consultations is None
    what = say("Habitants sans place") if residents else say("Consultations manquantes par an")
    columns = (
        Column("manque", what, Format.COUNT, total=True),
        *(
            Column(key, say(_CAUSES[name]), Format.COUNT, total=True)
            for name, key in _keys(told).items()
        ),
        Column("robuste", say("Désert robuste"), Format.TEXT),
        Column("depend", say("Dépend du choix"), Format.TEXT),
    )
    sure = told.stability.zones.to_dict("index")
    cells: dict[str, list[Cell]] = {}
    for code, row in amounts(study, told).iterrows():
        numbers = [float(row[name]) for name in ("shortfall", *_keys(told))]
        known = sure.get(code, {"desert": False, "robust": False, "depends": ""})
        moved = [say(part) for part in str(known["depends"]).split(", ") if part]
        cells[str(code)] = [
            *((guarded(n) if residents else round(n)) for n in numbers),
            _yes(bool(known["robust"]), voice) if known["desert"] else "",
            ", ".join(moved),
        ]
    more, of_cars = cars.commune_columns(study, voice)
    for code, levels in of_cars.items():
        cells[code] += levels
    return columns + more, cells


def _keys(told: Explained) -> dict[str, str]:
    """Return the columns of the causes; ageing only where the APL is known."""
    keys = {"too_far": "trop_loin", "too_few": "trop_peu", "too_many": "trop_a_partager"}
    return keys if told.consultations is None else keys | {"ageing": "vieillissement"}


def _yes(answer: bool, voice: Voice) -> str:
    return voice.say("oui") if answer else voice.say("non")


def _sentence(table: pd.DataFrame, told: Explained, voice: Voice) -> str:
    numbers, total = voice.numbers, table.sum(numeric_only=True)
    missing = float(total["shortfall"])
    shares = {name: numbers.share(float(total[name]) / missing, 0) for name in _keys(told)}
    if told.consultations is None:
        return voice.say(
            "{missing} habitants en recherche restent sans place. Pour {far} d’entre eux, aucun "
            "site qui offre des places n’est à portée ; pour {few}, un site est à portée mais ses "
            "places ne suffiraient pas à leur seule commune ; pour {many}, elles suffiraient, mais "
            "elles sont partagées avec d’autres communes.",
            missing=numbers.people(missing),
            far=shares["too_far"],
            few=shares["too_few"],
            many=shares["too_many"],
        )
    return voice.say(
        "Sous le seuil, il manque {missing} consultations par an. {few} tiennent à la rareté des "
        "médecins dans une large région, {many} à leur partage entre trop d’habitants autour de la "
        "commune, {far} à la distance et {ageing} à l’âge des habitants ; une part négative est un "
        "avantage qui compense.",
        missing=numbers.count(missing),
        few=shares["too_few"],
        many=shares["too_many"],
        far=shares["too_far"],
        ageing=shares["ageing"],
    )


def _by_departement(table: pd.DataFrame, told: Explained, voice: Voice) -> Table:
    say = voice.say
    keys = _keys(told)
    residents = told.consultations is None
    rows: list[tuple[Cell, ...]] = []
    for code, part in table.groupby("departement", sort=True):
        amounts = [float(part[name].sum()) for name in ("shortfall", *keys)]
        shown: list[Cell] = [guarded(n) if residents else round(n) for n in amounts]
        rows.append((str(code), *shown, amounts[0] * told.acts_each / told.acts_per_fte))
    what = say("Habitants sans place") if residents else say("Consultations manquantes par an")
    columns = (
        Column("departement", say("Département"), Format.CODE),
        Column("manque", what, Format.COUNT, total=True),
        *(Column(key, say(_CAUSES[name]), Format.COUNT, total=True) for name, key in keys.items()),
        Column("etp", say("ETP de médecin pour le combler"), Format.DECIMAL, total=True),
    )
    return Table("causes", say("Pourquoi il manque"), columns, tuple(rows), note=_note(told, voice))


def _note(told: Explained, voice: Voice) -> str:
    return voice.say(
        "Les causes s’additionnent exactement. ETP à {acts} consultations par an et par médecin, "
        "comme dans le service {service}.",
        acts=voice.numbers.count(told.acts_per_fte),
        service=told.service or "–",
    )
