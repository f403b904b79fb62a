"""What the consultations become in five and ten years, and who hangs on one practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Section, Statement, Table

if TYPE_CHECKING:
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.ledgers import Retirement
    from territory_access.study import Study


def retirement(study: Study, voice: Voice) -> Section | None:
    """Return the outlook of the doctors' departures, where their supply is known."""
    found = study.retirement
    if found is None:
        return None
    heading = voice.say("Départs de médecins")
    told = Statement(" ".join([_said(found, voice), _fragile(found, voice)]))
    return Section("departs", heading, (told, _table(found, voice)))


def _said(found: Retirement, voice: Voice) -> str:
    """Return the middle scenario in one sentence: today, then ten years."""
    table, number = found.scenarios, voice.numbers
    today, last = table.iloc[0], table[table["years"] == table["years"].max()]
    middle = last.iloc[len(last) // 2]
    return voice.say(
        "Si {replaced} de l’activité des partants est remplacée, l’accessibilité moyenne passe de "
        "{today} à {later} consultations par habitant et par an en dix ans, et {residents} "
        "habitants vivraient sous {threshold}, contre {before} aujourd’hui.",
        replaced=number.share(float(middle["replaced"])),
        today=number.decimal(float(today["apl"]), 2),
        later=number.decimal(float(middle["apl"]), 2),
        residents=number.people(float(middle["residents"])),
        before=number.people(float(today["residents"])),
        threshold=number.decimal(found.threshold),
    )


def _fragile(found: Retirement, voice: Voice) -> str:
    """Return who would fall under the threshold with one closure, and the doctors alone."""
    number = voice.numbers
    return " ".join(
        [
            voice.say(
                "{residents} habitants de plus, dans {zones} communes, passeraient sous ce seuil "
                "si un seul médecin à plein temps s’arrêtait, celui qui manquerait le plus à leur "
                "commune.",
                residents=number.people(found.fragile["residents"]),
                zones=number.count(found.fragile["zones"]),
            ),
            voice.say(
                "{zones} communes n’ont au plus qu’un médecin ; {lost} environ n’en auraient plus "
                "dans dix ans.",
                zones=number.count(found.alone["zones"]),
                lost=number.count(round(found.alone["lost"])),
            ),
        ]
    )


def _table(found: Retirement, voice: Voice) -> Table:
    say = voice.say
    rows: list[tuple[Cell, ...]] = [
        (
            int(row["years"]),
            None if not row["years"] else float(row["replaced"]),
            float(row["apl"]),
            int(row["zones"]),
            int(row["residents"]),
        )
        for _, row in found.scenarios.iterrows()
    ]
    columns = (
        Column("ans", say("Dans (ans)"), Format.COUNT),
        Column("remplaces", say("Activité remplacée"), Format.SHARE),
        Column("apl", say("APL moyenne"), Format.DECIMAL),
        Column("communes", say("Communes sous le seuil"), Format.COUNT),
        Column("habitants", say("Habitants sous le seuil"), Format.COUNT),
    )
    note = say(
        "Âges des médecins : parts nationales, faute d’âges dans l’offre fournie ; probabilités de "
        "départ et part remplacée : hypothèses étiquetées, dans leur plage. Ni le vieillissement "
        "des habitants ni les arrivées au-delà des remplacements n’y sont."
    )
    return Table("departs", say("Ce qui reste des consultations"), columns, tuple(rows), note=note)
