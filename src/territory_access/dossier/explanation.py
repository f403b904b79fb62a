"""Why here, and what otherwise: what each site of the plan is worth, and a little more money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import (
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
    Tone,
)
from territory_access.dossier.numbers import guarded
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def explanation(study: Study, voice: Voice) -> Section | None:
    """Return the chapter, where the study holds an explanation of its plan.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    found = study.explanation
    if found is None or study.plan.sites.empty:
        return None
    say = voice.say
    blocks = (
        Statement(
            say(
                "Chaque site est retiré à son tour, et le calcul refait sans lui : ce que l’on "
                "perd est ce qu’il vaut. Beaucoup de plans donnent autant de places ; ils se "
                "départagent alors par le nombre d’habitants qui n’avaient aucune place à portée."
            )
        ),
        why_table(found.why, voice),
        Subheading(say("Avec un peu plus de moyens")),
        prices_table(found.prices, Objective.PLACES, voice),
        Statement(
            say(
                "Les plans presque aussi bons, la courbe du gain selon le budget et la tenue du "
                "plan aux aléas se demandent par les commandes alternatives, frontier et "
                "robustness."
            ),
            Tone.NOTE,
        ),
    )
    return Section("pourquoi", say("Pourquoi ici, et sinon ?"), blocks)


def why_table(why: pd.DataFrame, voice: Voice, *, objective: Objective = Objective.PLACES) -> Table:
    """Return what each site is worth (``siting.explain.why``), in the unit of the goal."""
    say = voice.say
    places = objective is Objective.PLACES
    lost = say("Places perdues sans lui") if places else say("Gain perdu sans lui")
    rows: list[tuple[Cell, ...]] = []
    for code, site in why.iterrows():
        reached = float(site["reached_lost"])
        rows.append(
            (
                str(code),
                str(site["name"]),
                f"{site['service']} {say(str(site['size']))}",
                guarded(float(site["served"])),
                guarded(float(site["alone"])),
                guarded(float(site["gain_lost"])),
                None if reached != reached else guarded(reached),  # noqa: PLR0124 - not a number
                str(site["next_best"]) or say("aucun"),
            )
        )
    return Table(
        "pourquoi",
        say("Ce que vaut chaque site : le plan refait sans lui"),
        (
            Column("code", say("Code"), Format.CODE),
            Column("name", say("Commune"), Format.TEXT),
            Column("service", say("Service"), Format.TEXT),
            Column("served", say("Places prises"), Format.COUNT),
            Column("alone", say("Demandeurs que lui seul atteint"), Format.COUNT),
            Column("gain_lost", lost, Format.COUNT),
            Column("reached_lost", say("À portée en moins sans lui"), Format.COUNT),
            Column("next_best", say("Ce qui ouvrirait à la place"), Format.TEXT),
        ),
        tuple(rows),
        note=say(
            "« À portée en moins » se lit là où aucune place n’est perdue : le meilleur plan sans "
            "ce site donne autant de places, mais met moins d’habitants à portée d’une place."
        ),
    )


def prices_table(prices: pd.DataFrame, objective: Objective, voice: Voice) -> Table:
    """Return what looser rules would bring (``siting.prices.prices``)."""
    say = voice.say
    places = objective is Objective.PLACES
    rows = tuple(
        (
            voice.told(change["label"]),
            guarded(float(change["more"])),
            guarded(float(change["at_most"])),
            str(change["sites"]) or say("aucun"),
        )
        for _, change in prices.iterrows()
    )
    more = say("Habitants avec une place, en plus") if places else say("Consultations en plus")
    return Table(
        "prix",
        say("Ce qu’apporterait un peu plus de moyens : le plan refait"),
        (
            Column("change", say("Changement"), Format.TEXT),
            Column("more", more, Format.COUNT),
            Column("at_most", say("Au plus (prouvé)"), Format.COUNT),
            Column("sites", say("Nouveaux sites"), Format.TEXT),
        ),
        rows,
    )
