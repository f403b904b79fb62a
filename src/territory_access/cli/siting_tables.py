"""Puts the answers about a plan into the words and tables of a planner."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.goal import amount, counted, goal_of, more_of
from territory_access.dossier.numbers import guarded
from territory_access.siting.explain import names
from territory_access.siting.solve import simple
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.siting.alternatives import Alternatives
    from territory_access.siting.explain import Instead
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.problem import Problem


def regret(plan: SitingPlan, code: str, other: Instead, voice: Voice) -> str:
    """Return what taking a site out, or forcing it in, costs."""
    say, problem = voice.say, plan.problem
    name, chosen = str(problem.candidates.loc[code, "name"]), code in plan.sites.index
    lost, least = (counted(value, problem, voice) for value in (other.gain_lost, other.at_least))
    if not other.possible:
        told = (
            "{name} : sans ce site, aucun plan ne respecte les règles.",
            "{name} : l’imposer ne laisse aucun plan qui respecte les règles.",
        )
    elif not math.isfinite(other.gain_lost):
        told = (
            "{name} est choisi : sans lui, on perdrait au moins {least} (prouvé).",
            "{name} n’est pas choisi : l’imposer ferait perdre au moins {least} (prouvé).",
        )
    elif other.gain_lost > 0 and lost != least:
        told = (
            (
                "{name} est choisi : sans lui, le meilleur plan trouvé perd {n} ; tout plan perd "
                "au moins {least} (prouvé)."
            ),
            (
                "{name} n’est pas choisi : le meilleur plan trouvé avec lui perd {n} ; tout plan "
                "perd au moins {least} (prouvé)."
            ),
        )
    elif other.gain_lost > 0:
        told = (
            "{name} est choisi : sans lui, on perdrait {n}.",
            "{name} n’est pas choisi : l’imposer ferait perdre {n}.",
        )
    elif other.reached_lost > 0:
        lost = voice.numbers.count(guarded(other.reached_lost))
        told = (
            (
                "{name} est choisi : sans lui, autant de places, mais {n} habitants de moins à "
                "portée d’une place."
            ),
            (
                "{name} n’est pas choisi : l’imposer donne autant de places, mais met {n} "
                "habitants de moins à portée d’une place."
            ),
        )
    else:
        told = (
            "{name} est choisi, mais un autre plan fait aussi bien.",
            "{name} n’est pas choisi, mais un plan avec lui fait aussi bien.",
        )
    return say(told[0] if chosen else told[1], name=name, n=lost, least=least)


def difference(plan: SitingPlan, other: Instead, voice: Voice) -> Table:
    """Return the sites of the other plan, beside those of the plan."""
    say = voice.say
    mine = set(plan.sites.index.astype(str))
    theirs = dict(other.sites)
    rows = []
    for code in sorted(mine | set(theirs)):
        both = say("dans les deux") if code in mine and code in theirs else ""
        only = say("ouvrirait") if code in theirs else say("n’ouvrirait pas")
        rows.append((code, names(plan.problem, {code}), theirs.get(code, ""), both or only))
    return Table(
        "plan",
        say("Le meilleur plan, alors"),
        (
            Column("code", say("Code"), Format.CODE),
            Column("name", say("Commune"), Format.TEXT),
            Column("service", say("Service"), Format.TEXT),
            Column("change", say("Changement"), Format.TEXT),
        ),
        tuple(rows),
    )


def rejected(plan: SitingPlan, found: pd.DataFrame, voice: Voice) -> Table:
    """Return what forcing each candidate in would cost."""
    say, problem = voice.say, plan.problem
    places = goal_of(problem) is Objective.PLACES
    lost = say("Places perdues avec elle") if places else say("Gain perdu avec elle")
    columns = [
        Column("code", say("Code"), Format.CODE),
        Column("name", say("Commune"), Format.TEXT),
        Column("gain_lost", lost, Format.COUNT),
    ]
    if simple(problem):
        within = say("À portée en moins avec elle")
        columns.append(Column("reached_lost", within, Format.COUNT))
    else:
        columns.append(Column("at_least", say("Au moins (prouvé)"), Format.COUNT))
    columns.append(Column("leaves", say("Sites qui n’ouvriraient pas"), Format.TEXT))
    rows = []
    for code, one in found.iterrows():
        cells: dict[str, Cell] = {"code": str(code), "name": str(one["name"])}
        cells["leaves"] = str(one["leaves"])
        cells["gain_lost"] = amount(float(one["gain_lost"]), problem)
        cells["at_least"] = amount(float(one["at_least"]), problem)
        fewer = float(one["reached_lost"])
        cells["reached_lost"] = guarded(fewer) if math.isfinite(fewer) else None
        rows.append(tuple(cells[column.key] for column in columns))
    caption = say("Les communes écartées : le plan refait avec chacune")
    return Table("rejected", caption, tuple(columns), tuple(rows))


def in_all_in_none(plan: SitingPlan, found: Alternatives, voice: Voice) -> list[str]:
    """Return which sites all near-best plans have, and how many places none has."""
    say, numbers = voice.say, voice.numbers
    share = numbers.share(found.tolerance)
    always = names(plan.problem, set(found.always))
    sentences = [
        say("Dans tous les plans à {share} du meilleur : {names}.", share=share, names=always)
        if always
        else say("Aucun site n’est dans tous les plans à {share} du meilleur.", share=share),
        say(
            "{some} communes sont dans l’un d’eux au moins ; {none} n’y sont jamais, alors qu’un "
            "service pourrait y ouvrir.",
            some=numbers.count(len(found.always) + len(found.sometimes)),
            none=numbers.count(len(found.never)),
        ),
    ]
    if not found.proved:
        sentences.append(
            say("Recherche arrêtée avant la fin : ces listes sont ce qui a été vu, sans preuve.")
        )
    return sentences


def plans(plan: SitingPlan, found: Alternatives, voice: Voice) -> Table:
    """Return a few plans as different as can be."""
    say = voice.say
    rows = tuple(
        (number, amount(one.gain, plan.problem), len(one.sites), names(plan.problem, one.places))
        for number, one in enumerate(found.plans, start=1)
    )
    return Table(
        "plans",
        say("Quelques plans, aussi différents que possible"),
        (
            Column("plan", say("Plan"), Format.COUNT),
            Column("gain", more_of(plan.problem, voice), Format.COUNT),
            Column("sites", say("Sites"), Format.COUNT),
            Column("names", say("Communes"), Format.TEXT),
        ),
        rows,
    )


def budgets(found: pd.DataFrame, problem: Problem, voice: Voice) -> Table:
    """Return the gain against the budget."""
    say, gain = voice.say, more_of(problem, voice)
    columns = [
        Column("budget", say("Budget"), Format.EUROS),
        Column("spent", say("Dépensé"), Format.EUROS),
        Column("gain", gain, Format.COUNT),
        Column("bound", say("Au plus (prouvé)"), Format.COUNT),
        Column("per_100k", say("Pour 100 000 € de plus"), Format.COUNT),
        Column("sites", say("Sites"), Format.COUNT),
    ]
    if "nesting_costs" in found:
        columns.append(Column("nesting_costs", say("Ce que coûte l’emboîtement"), Format.COUNT))
    columns.append(Column("names", say("Communes"), Format.TEXT))
    return Table(
        "frontier",
        say("Le gain selon le budget, toutes les autres règles gardées"),
        tuple(columns),
        tuple(
            tuple(_cell(value) for value in row)
            for row in found.reset_index()[[column.key for column in columns]].to_numpy()
        ),
    )


def equity(found: pd.DataFrame, problem: Problem, voice: Voice) -> Table:
    """Return the gain against what the worst served get of it."""
    say = voice.say
    if problem.missing is None:
        reached = say("Habitants mis à portée d’une place")
        caption = say("Ce que coûte l’équité : des places en moins pour plus d’habitants à portée")
    else:
        reached = say("Consultations en plus pour le dixième le plus mal desservi")
        caption = say("Ce que coûte l’équité : du gain en moins, davantage au dixième mal desservi")
    columns = (
        Column("kept", say("Part du gain gardée"), Format.SHARE),
        Column("gain", more_of(problem, voice), Format.COUNT),
        Column("reached", reached, Format.COUNT),
        Column("at_most", say("Au plus (prouvé)"), Format.COUNT),
        Column("sites", say("Sites"), Format.COUNT),
        Column("names", say("Communes"), Format.TEXT),
    )
    return Table(
        "equity",
        caption,
        columns,
        tuple(
            tuple(_cell(value) for value in row)
            for row in found.reset_index()[[column.key for column in columns]].to_numpy()
        ),
    )


def by_what_changes(table: Table, voice: Voice) -> Table:
    """Return the same table for a screen: communes in a row that were not in the one before.

    Lists of communes, the last column, are long, and one row after the other they hardly differ.
    """
    rows: list[tuple[Cell, ...]] = []
    before: list[str] = []
    for row in table.rows:
        here = str(row[-1]).split(", ")
        new = [f"+ {name}" for name in here if name not in before]
        gone = [f"− {name}" for name in before if name not in here]
        changed = ", ".join([*new, *gone]) or voice.say("les mêmes")
        rows.append((*row[:-1], changed if before else row[-1]))
        before = here
    return replace(table, rows=tuple(rows))


def _cell(value: object) -> str | float | None:
    if isinstance(value, str):
        return value
    number = float(str(value))
    return number if math.isfinite(number) else None
