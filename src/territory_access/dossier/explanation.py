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
from territory_access.dossier.explanation_whole import taken_out, whole_table
from territory_access.dossier.goal import amount, more_of
from territory_access.dossier.numbers import guarded
from territory_access.siting.solve import simple

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem
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
    say, problem = voice.say, study.plan.problem
    if simple(problem):
        first = say(
            "Chaque site est retiré à son tour, et le calcul refait sans lui : ce que l’on "
            "perd est ce qu’il vaut. Beaucoup de plans donnent autant de places ; ils se "
            "départagent alors par le nombre d’habitants qui n’avaient aucune place à portée."
        )
    else:
        first = taken_out(found.why, voice)
    blocks: list[Block] = [Statement(first)]
    if len(found.why):
        blocks.append(why_table(found.why, voice, problem=problem))
    if len(found.prices):
        blocks.append(Subheading(say("Avec un peu plus de moyens")))
        blocks.append(prices_table(found.prices, problem, voice))
    blocks.append(
        Statement(
            say(
                "Les plans presque aussi bons, la courbe du gain selon le budget et la tenue du "
                "plan aux aléas se demandent par les commandes alternatives, frontier et "
                "robustness."
            ),
            Tone.NOTE,
        )
    )
    return Section("pourquoi", say("Pourquoi ici, et sinon ?"), tuple(blocks))


def why_table(why: pd.DataFrame, voice: Voice, *, problem: Problem) -> Table:
    """Return what each site is worth (``siting.explain.why``), in the unit of the goal."""
    if not simple(problem):
        return whole_table(why, voice, problem=problem)
    say = voice.say
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
            Column("gain_lost", say("Places perdues sans lui"), Format.COUNT),
            Column("reached_lost", say("À portée en moins sans lui"), Format.COUNT),
            Column("next_best", say("Ce qui ouvrirait à la place"), Format.TEXT),
        ),
        tuple(rows),
        note=say(
            "« À portée en moins » se lit là où aucune place n’est perdue : le meilleur plan sans "
            "ce site donne autant de places, mais met moins d’habitants à portée d’une place."
        ),
    )


def prices_table(prices: pd.DataFrame, problem: Problem, voice: Voice) -> Table:
    """Return what looser rules would bring (``siting.prices.prices``)."""
    say = voice.say
    rows = tuple(
        (
            voice.told(change["label"]),
            amount(float(change["more"]), problem),
            amount(float(change["at_most"]), problem),
            str(change["sites"]) or say("aucun"),
        )
        for _, change in prices.iterrows()
    )
    return Table(
        "prix",
        say("Ce qu’apporterait un peu plus de moyens : le plan refait"),
        (
            Column("change", say("Changement"), Format.TEXT),
            Column("more", more_of(problem, voice), Format.COUNT),
            Column("at_most", say("Au plus (prouvé)"), Format.COUNT),
            Column("sites", say("Nouveaux sites"), Format.TEXT),
        ),
        rows,
    )
