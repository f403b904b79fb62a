"""How sure the deserts are: which stay when a choice is made otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Statement, Table

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def robust(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return how many deserts survive all variants, and what each variant changes.

    Parameters
    ----------
    study
        A run whose deserts are explained.
    voice
        Language and numbers.
    """
    told = study.explained
    if told is None or not told.stability.zones["desert"].any():
        return ()
    zones, numbers = told.stability.zones, voice.numbers
    people = study.territory.zones.loc[zones.index, "population"]
    sentence = voice.say_counted(
        "{robust} désert sur {all} est robuste : il le reste quand on change, un à la fois, ces "
        "choix : {choices} ; {people} habitants y vivent.",
        "{robust} déserts sur {all} sont robustes : ils le restent quand on change, un à la fois, "
        "ces choix : {choices} ; {people} habitants y vivent.",
        int(zones["robust"].sum()),
        robust=numbers.count(int(zones["robust"].sum())),
        all=numbers.count(int(zones["desert"].sum())),
        people=numbers.count(int(people[zones["robust"]].sum())),
        choices=voice.listed(
            [voice.say(str(moved)) for moved in told.stability.variants["moved"].unique()]
        ),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            _label(str(row["label"]), dict(row["named"]), voice),
            voice.say(str(row["moved"])),
            int(row["zones"]),
            int(row["population"]),
            float(row["overlap"]),
            round(float(row["kendall"]), 2),
        )
        for row in told.stability.variants.to_dict("records")
    ]
    columns = (
        Column("variante", voice.say("Ce que l’on change"), Format.TEXT),
        Column("choix", voice.say("Choix déplacé"), Format.TEXT),
        Column("communes", voice.say("Communes en désert"), Format.COUNT),
        Column("habitants", voice.say("Habitants"), Format.COUNT),
        Column("recouvrement", voice.say("Habitants communs aux deux listes"), Format.SHARE),
        Column("kendall", voice.say("Ordre des communes (τ de Kendall)"), Format.EXACT),
    )
    note = voice.say(
        "Recouvrement : habitants des deux listes sur habitants de l’une ou l’autre. τ = 1 : les "
        "communes restent dans le même ordre."
    )
    caption = voice.say("Les mêmes déserts, si l’on choisit autrement")
    return (Statement(sentence), Table("robustesse", caption, columns, tuple(rows), note=note))


def _label(label: str, named: dict[str, str], voice: Voice) -> str:
    """Return the sentence of a variant; that of a threshold is its rule's."""
    decimal = {
        key: text.replace(".", ",") if voice.language.code == "fr" else text
        for key, text in named.items()
    }
    rule = decimal.pop("rule", None)
    return voice.say(rule or label, **decimal)
