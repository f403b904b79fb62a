"""Puts how a plan stands uncertainty into the words and tables of a planner."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.goal import counted, goal_of
from territory_access.dossier.summer import of_summer
from territory_access.siting.solve import simple
from territory_access.siting.unknowns import SUMMER
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem
    from territory_access.siting.robustness import Robustness


def verdicts(found: Robustness, voice: Voice) -> Table:
    """Return how often each site is part of a good plan."""
    say = voice.say
    return Table(
        "robustness",
        say("Chaque site, dans les tirages"),
        (
            Column("code", say("Code"), Format.CODE),
            Column("name", say("Commune"), Format.TEXT),
            Column("chosen", say("Part des tirages où un bon plan l’a"), Format.SHARE),
            Column("verdict", say("Verdict"), Format.TEXT),
        ),
        tuple(
            (str(code), str(site["name"]), float(site["chosen"]), say(str(site["verdict"])))
            for code, site in found.sites.iterrows()
        ),
    )


def regrets(found: Robustness, problem: Problem, voice: Voice) -> str:
    """Return what the plan loses over the draws."""
    count = voice.numbers.count
    table = found.draws
    if goal_of(problem) is not Objective.PLACES or not simple(problem):
        said = {
            name: counted(value, problem, voice)
            for name, value in (
                ("most", float(table["kept"].max())),
                ("mean", float(table["regret"].mean())),
                ("worst", float(table["regret"].max())),
            )
        }
        return voice.say(
            "Sur {n} tirages, le plan gagne de {least} à {most} ; il en perd {mean} en moyenne sur "
            "le meilleur plan du tirage, {worst} au pire.",
            n=count(len(table)),
            least=count(float(table["kept"].min())),
            **said,
        )
    return voice.say(
        "Sur {n} tirages, le plan donne de {least} à {most} places ; il en perd {mean} en moyenne "
        "sur le meilleur plan du tirage, {worst} au pire.",
        n=count(len(table)),
        least=count(float(table["kept"].min())),
        most=count(float(table["kept"].max())),
        mean=count(float(table["regret"].mean())),
        worst=count(float(table["regret"].max())),
    )


def to_check(found: Robustness, problem: Problem, voice: Voice) -> Table:
    """Return which unknown to check first."""
    say, share = voice.say, voice.numbers.share
    places = goal_of(problem) is Objective.PLACES
    low = say("Places, au plus bas") if places else say("Gain du plan, au plus bas")
    high = say("Places, au plus haut") if places else say("Gain du plan, au plus haut")
    return Table(
        "checks",
        say("Ce qu’il faut vérifier d’abord : chaque inconnue seule, aux bouts de sa plage"),
        (
            Column("label", say("Inconnue"), Format.TEXT),
            Column("range", say("Plage, aujourd’hui = 100 %"), Format.TEXT),
            Column("kept_low", low, Format.COUNT),
            Column("kept_high", high, Format.COUNT),
            Column("worst", say("Regret le plus grand"), Format.COUNT),
        ),
        tuple(
            (
                say(str(one["label"])),
                say("habitants seuls – comme en août")
                if name == SUMMER
                else f"{share(float(one['low']))} – {share(float(one['high']))}",
                float(one["kept_low"]),
                float(one["kept_high"]),
                float(one["worst"]),
            )
            for name, one in found.checks.iterrows()
        ),
    )


def until(found: pd.DataFrame, voice: Voice) -> list[str]:
    """Return until where each unknown may go before the plan no longer holds."""
    say, share = voice.say, voice.numbers.share
    sentences = [
        say(
            "Le plan tient (tous ses sites ouvrent, et il donne 90 % de ce qu’il promet) tant que :"
        )
    ]
    for name, one in found.iterrows():
        edge = float(one["holds_to"])
        if not math.isfinite(edge):
            continue
        likely = say(" — dans la plage de cette inconnue") if one["likely"] else ""
        label = say(str(one["label"]))
        if name == SUMMER:
            told = say(
                "{label} : pas plus de {edge} des visiteurs d’août, toute l’année",
                label=label,
                edge=share(edge - 1),
            )
        elif one["harm"] == "low":
            told = say("{label} : pas moins de {edge} d’aujourd’hui", label=label, edge=share(edge))
        else:
            told = say("{label} : pas plus de {edge} d’aujourd’hui", label=label, edge=share(edge))
        sentences.append(f"  – {told}{likely}")
    return sentences


def untouched(problem: Problem, voice: Voice) -> str:
    """Return what no draw moves, and whether the summer is drawn."""
    if problem.missing is None:
        still = voice.say(
            "Les tirages ne touchent ni aux places des sites existants, ni au déficit que "
            "laisserait une activité plus faible."
        )
    else:
        still = voice.say(
            "Les tirages ne touchent ni à l’offre des cabinets d’aujourd’hui, ni au déficit que "
            "laisserait une activité plus faible."
        )
    return f"{still} {of_summer(problem, voice)}"
