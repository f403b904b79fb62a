"""What islanders can count on: days without a doctor, staff, summer, biology on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Column, Format, Statement, Subheading, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def outlook(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return the blocks on doctors within reach and on the needs of islands, if there are any."""
    table = study.outlook
    if table is None or table.empty:
        return ()
    return (*_days(table, study, voice), *_needs(table, study, voice))


def worst(study: Study, voice: Voice) -> str:
    """Return the days without a doctor of the island that has most of them today, or nothing."""
    table = study.outlook
    known = table[table["without_days"] >= 1] if table is not None else None
    if known is None or known.empty:
        return ""
    island = known.iloc[int(known["without_days"].to_numpy(float).argmax())]
    days = {
        key: voice.numbers.decimal(float(island[column]), 0)
        for key, column in (
            ("days", "without_days"),
            ("low", "without_days_low"),
            ("high", "without_days_high"),
            ("run", "worst_run_high"),
        )
    }
    return voice.say(
        "À {name}, aucun médecin n’est à portée {days} jours par an en moyenne ({low} à {high} "
        "neuf années sur dix), et jusqu’à {run} jours de suite.",
        name=str(island["name"]),
        **days,
    )


def _days(table: pd.DataFrame, study: Study, voice: Voice) -> Iterator[Block]:
    say, numbers = voice.say, voice.numbers
    yield Subheading(say("Jours sans médecin à portée"))
    cancel, spell = (
        study.parameters.value(f"ferry.cancel_{name}") for name in ("rate", "spell_days")
    )
    yield Statement(
        say(
            "Un jour est sans médecin à portée quand aucun n’est sur l’île et qu’on ne peut pas "
            "aller consulter sur le continent et revenir : la mer arrête les bateaux, ou l’horaire "
            "ne laisse pas le temps. Mille années sont simulées jour par jour, avec {rate} des "
            "jours sans bateau, par séries de {spell} jours en moyenne, et des valeurs tirées dans "
            "leur plage ; entre parenthèses, l’étendue de neuf années sur dix.",
            rate=numbers.share(cancel),
            spell=numbers.exact(spell),
        )
    )
    yield from _lessons(table, voice)
    columns = (
        Column("ile", say("Île"), Format.TEXT),
        Column("etp", say("ETP de médecin, aujourd’hui"), Format.EXACT),
        Column("etp_plan", say("avec le plan"), Format.EXACT),
        Column("coupes", say("Jours sans bateau par an"), Format.COUNT),
        Column("sans", say("Jours sans médecin à portée, aujourd’hui"), Format.TEXT),
        Column("suite", say("Plus longue suite dans l’année"), Format.TEXT),
        Column("sans_plan", say("Jours sans médecin à portée, avec le plan"), Format.TEXT),
        Column("suite_plan", say("Plus longue suite, avec le plan"), Format.TEXT),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            str(island["name"]),
            _known(island["fte"]) or None,
            _known(island["fte_after"]) or None,
            _known(island["cut_days"]),
            *(
                _interval(island, f"{when}{what}", voice)
                for when in ("", "after_")
                for what in ("without_days", "worst_run")
            ),
        )
        for _, island in table.iterrows()
    ]
    note = say(
        "Une équipe dont les ETP couvrent toute l’année se relaie sur place ; une plus petite "
        "vient pour la journée, quand le bateau part. Les médecins installés que les données de "
        "l’étude ne connaissent pas ne sont pas comptés : « à compléter »."
    )
    yield Table(
        "iles_jours", say("Médecin à portée : une année sur l’île"), columns, tuple(rows), note=note
    )


def _lessons(table: pd.DataFrame, voice: Voice) -> Iterator[Block]:
    """Yield what the simulation teaches: visits do not help on the days that count."""
    say, numbers = voice.say, voice.numbers
    visited = table[
        table["after_without_days"].notna()
        & (table["after_without_days"] >= 0.9 * table["cut_days"])
        & (table["cut_days"] > 0)
    ]
    if len(visited):
        yield Statement(
            say(
                "{names} : un médecin qui vient par le bateau n’enlève aucun des {days} jours où "
                "le bateau ne part pas ; il faut quelqu’un qui dorme sur l’île, ou un infirmier et "
                "la télésanté ({acts} consultations à distance par an, tout au plus).",
                names=voice.listed([str(name) for name in visited["name"]]),
                days=numbers.count(float(visited["cut_days"].mean())),
                acts=numbers.count(float(visited["remote_acts"].sum())),
            )
        )


def _needs(table: pd.DataFrame, study: Study, voice: Voice) -> Iterator[Block]:
    say, numbers = voice.say, voice.numbers
    first = table.iloc[0]
    yield Subheading(say("Continuité, été, biologie sur place"))
    yield Statement(
        say(
            "Un médecin présent ou d’astreinte à toute heure de l’année demande {fte} ETP ({low} à "
            "{high}), quel que soit le nombre d’habitants ; en dessous de ce volume, c’est la "
            "continuité qui commande, pas le nombre de consultations.",
            fte=numbers.decimal(float(first["continuity_fte"])),
            low=numbers.decimal(float(first["continuity_low"])),
            high=numbers.decimal(float(first["continuity_high"])),
        )
    )
    yield from _owed(study, voice)
    columns = (
        Column("ile", say("Île"), Format.TEXT),
        Column("consultations", say("Consultations demandées par an"), Format.COUNT),
        Column("etp_volume", say("ETP pour ce volume"), Format.DECIMAL),
        Column("mois", say("Mois de pointe"), Format.TEXT),
        Column("presents", say("Personnes sur l’île ce mois-là"), Format.COUNT),
        Column("pointe", say("Consultations ce mois-là"), Format.COUNT),
        Column("evitees", say("Évacuations évitées par an, biologie sur place"), Format.TEXT),
        Column("economie", say("Économie par an"), Format.EUROS),
    )
    months = _months(voice)
    rows: list[tuple[Cell, ...]] = [
        (
            voice.name(str(island["name"])) + ("" if island["counted"] else " *"),
            _known(island["acts"]),
            float(island["volume_fte"]),
            months[int(island["peak_month"]) - 1],
            _known(island["peak_people"]),
            _known(island["peak_acts"]),
            _interval(island, "avoided", voice),
            _thousands(island["avoided_euros"]),
        )
        for _, island in table.iterrows()
    ]
    note = say(
        "* Présents en août supposés : {multiple} fois les habitants, personne ne les ayant "
        "comptés dans les données de l’étude. Évacuations : au rythme et avec la part observés à "
        "Groix (29 évitées sur 55 bilans, {cost} chacune), ordre de grandeur.",
        multiple=numbers.exact(study.parameters.value("island.august_multiple")),
        cost=numbers.euros(study.parameters.value("ferry.evacuation_cost")),
    )
    yield Table(
        "iles_besoins", say("Besoins des îles, été compris"), columns, tuple(rows), note=note
    )
    if not table["has_biology"].any() and table["avoided"].notna().any():
        yield Statement(
            say("Aucune de ces îles n’a de biologie délocalisée dans les données de l’étude."),
            Tone.NOTE,
        )


def _owed(study: Study, voice: Voice) -> Iterator[Block]:
    """Yield what the plan had to give to islands (``siting.continuity``)."""
    rule = study.plan.problem.continuity
    if rule is not None and rule.floor:
        yield Statement(
            voice.say(
                "Le plan en tient compte : un centre d’île y a au moins {fte} ETP de médecin, même "
                "quand le volume de soins en demande moins. Un micro-centre ou une antenne est une "
                "visite et ne promet pas cette présence.",
                fte=voice.numbers.decimal(rule.floor),
            )
        )
    if rule is not None and rule.kept:
        yield Statement(
            voice.say(
                "Quoi que le plan ferme, un service reste chaque année à {names}.",
                names=voice.listed(rule.kept),
            )
        )


def _interval(island: pd.Series, name: str, voice: Voice) -> str:
    """Return a mean and its interval, in days or pieces; what to complete where it is unknown."""
    mean, low, high = (float(island[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not np.isfinite(mean):
        return voice.say("à compléter")
    digits = 1 if 0.05 <= mean < 10 else 0
    return voice.say(
        "{mean} ({low} à {high})",
        mean=voice.numbers.decimal(mean, digits),
        low=voice.numbers.decimal(low, 0),
        high=voice.numbers.decimal(high, 0),
    )


def _known(value: object) -> float | None:
    number = float(str(value))
    return number if np.isfinite(number) else None


def _thousands(value: object) -> float | None:
    """Return euros to the thousand: an order of magnitude."""
    known = _known(value)
    return None if known is None else round(known, -3)


def _months(voice: Voice) -> tuple[str, ...]:
    say = voice.say
    return (
        *(say("janvier"), say("février"), say("mars"), say("avril"), say("mai"), say("juin")),
        *(say("juillet"), say("août"), say("septembre"), say("octobre"), say("novembre")),
        say("décembre"),
    )
