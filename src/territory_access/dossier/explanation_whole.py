"""What each site is worth in a plan about the APL, over several years or with other rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.goal import amount, goal_of, over_years
from territory_access.dossier.living.standing import label
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem


def taken_out(why: pd.DataFrame, voice: Voice) -> str:
    """Return how many sites were taken out in turn, and how to ask for the others.

    Parameters
    ----------
    why
        See ``siting.explain.why``.
    voice
        Language and numbers.
    """
    say, count = voice.say, voice.numbers.count
    asked = int(why["gain_lost"].notna().sum()) if len(why) else 0
    if asked == len(why) > 0:
        return say(
            "Chaque site est retiré à son tour, et le calcul refait sans lui : ce que l’on perd "
            "est ce qu’il vaut. « Seul » dit ce qui disparaît s’il n’ouvre pas et que rien "
            "d’autre ne change."
        )
    if asked:
        return say(
            "Le modèle est grand : {asked} sites sur {all}, ceux qui apportent le plus seuls, sont "
            "retirés à leur tour, et le calcul refait sans eux. Des autres, « seul » dit ce qui "
            "disparaît s’ils n’ouvrent pas et que rien d’autre ne change ; la commande explain dit "
            "le reste.",
            asked=count(asked),
            all=count(len(why)),
        )
    return say(
        "Le modèle est trop grand pour être refait sans chaque site dans le temps d’une étude : "
        "« seul » dit ce qui disparaît si un site n’ouvre pas et que rien d’autre ne change. La "
        "commande explain dit ce que l’on perd vraiment."
    )


def _what(site: pd.Series, problem: Problem, voice: Voice) -> str:
    """Return service and size, or what is decided of a service in place."""
    option = problem.options.loc[[f"{site['service']} {site['size']}"]].iloc[0]
    if option["site"]:
        return label(option, voice)
    return f"{site['service']} {voice.say(str(site['size']))}"


def whole_table(why: pd.DataFrame, voice: Voice, *, problem: Problem) -> Table:
    """Return what each site is worth, in the unit of the goal.

    Parameters
    ----------
    why
        See ``siting.explain.why``.
    voice
        Language and numbers.
    problem
        What was asked.
    """
    say = voice.say
    rows: list[tuple[Cell, ...]] = [
        (
            str(code),
            str(site["name"]),
            _what(site, problem, voice),
            round(float(site["acts"])),
            amount(float(site["alone"]), problem),
            amount(float(site["gain_lost"]), problem),
            amount(float(site["at_least"]), problem),
            str(site["next_best"]) or _nothing(float(site["gain_lost"]), voice),
        )
        for code, site in why.iterrows()
    ]
    only, lost = _headings(problem, voice)
    note = say(
        "« Au moins » est ce que tout autre plan perd, prouvé : égal à ce qui est perdu là où le "
        "meilleur plan sans ce site est prouvé."
    )
    return Table(
        "pourquoi",
        say("Ce que vaut chaque site : le plan refait sans lui"),
        (
            Column("code", say("Code"), Format.CODE),
            Column("name", say("Commune"), Format.TEXT),
            Column("service", say("Service"), Format.TEXT),
            Column("acts", say("Consultations nouvelles par an"), Format.COUNT),
            Column("only", only, Format.COUNT),
            Column("gain_lost", lost, Format.COUNT),
            Column("at_least", say("Au moins (prouvé)"), Format.COUNT),
            Column("next_best", say("Ce qui ouvrirait à la place"), Format.TEXT),
        ),
        tuple(rows),
        note=" ".join(part for part in (note, over_years(problem, voice)) if part),
    )


def _nothing(lost: float, voice: Voice) -> str:
    """Return that nothing would open instead, or nothing at all where it was not asked."""
    return voice.say("aucun") if lost == lost else ""  # noqa: PLR0124 - not a number


def _headings(problem: Problem, voice: Voice) -> tuple[str, str]:
    """Return what the site alone brings, and what is lost without it."""
    say, goal = voice.say, goal_of(problem)
    if goal is Objective.PLACES:
        return say("Places que lui seul donne"), say("Places perdues sans lui")
    if goal in {Objective.APL, Objective.WORST_TENTH}:
        return say("Consultations que lui seul apporte"), say("Consultations perdues sans lui")
    return say("Gain que lui seul apporte"), say("Gain perdu sans lui")
