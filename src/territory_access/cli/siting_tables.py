"""Puts the answers about a plan into the words and tables of a planner."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.numbers import guarded
from territory_access.siting.explain import names
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.voice import Voice
    from territory_access.siting.alternatives import Alternatives
    from territory_access.siting.explain import Instead
    from territory_access.siting.plan import SitingPlan
    from territory_access.siting.robustness import Robustness


def regret(plan: SitingPlan, code: str, other: Instead, voice: Voice) -> str:
    """Return what taking a site out, or forcing it in, costs."""
    say, lost = voice.say, _lost(plan, other, voice)
    name = str(plan.problem.candidates.loc[code, "name"])
    chosen = code in plan.sites.index
    if not other.possible:
        told = (
            "{name} : sans ce site, aucun plan ne respecte les règles.",
            "{name} : l’imposer ne laisse aucun plan qui respecte les règles.",
        )
    elif other.gain_lost > 0:
        told = (
            "{name} est choisi : sans lui, on perdrait {n}.",
            "{name} n’est pas choisi : l’imposer ferait perdre {n}.",
        )
    elif other.reached_lost > 0:
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
    return say(told[0] if chosen else told[1], name=name, n=lost)


def _lost(plan: SitingPlan, other: Instead, voice: Voice) -> str:
    """Return what the other plan loses, with its unit where it is the gain."""
    count = voice.numbers.count
    if other.gain_lost > 0:
        lost = count(guarded(other.gain_lost))
        if plan.problem.objective is Objective.PLACES:
            return voice.say("{n} places", n=lost)
        return voice.say("{n} consultations par an", n=lost)
    return count(guarded(other.reached_lost)) if other.reached_lost > 0 else ""


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


def rejected(found: pd.DataFrame, voice: Voice) -> Table:
    """Return what forcing each candidate in would cost."""
    say = voice.say
    rows = []
    for code, one in found.iterrows():
        fewer = float(one["reached_lost"])
        rows.append(
            (
                str(code),
                str(one["name"]),
                guarded(float(one["gain_lost"])),
                guarded(fewer) if math.isfinite(fewer) else None,
                str(one["leaves"]),
            )
        )
    return Table(
        "rejected",
        say("Les communes écartées : le plan refait avec chacune"),
        (
            Column("code", say("Code"), Format.CODE),
            Column("name", say("Commune"), Format.TEXT),
            Column("gain_lost", say("Places perdues avec elle"), Format.COUNT),
            Column("reached_lost", say("À portée en moins avec elle"), Format.COUNT),
            Column("leaves", say("Sites qui n’ouvriraient pas"), Format.TEXT),
        ),
        tuple(rows),
    )


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
        (number, guarded(one.gain), len(one.sites), names(plan.problem, one.places))
        for number, one in enumerate(found.plans, start=1)
    )
    return Table(
        "plans",
        say("Quelques plans, aussi différents que possible"),
        (
            Column("plan", say("Plan"), Format.COUNT),
            Column("gain", say("Habitants avec une place, en plus"), Format.COUNT),
            Column("sites", say("Sites"), Format.COUNT),
            Column("names", say("Communes"), Format.TEXT),
        ),
        rows,
    )


def budgets(found: pd.DataFrame, objective: Objective, voice: Voice) -> Table:
    """Return the gain against the budget."""
    say = voice.say
    places = objective is Objective.PLACES
    gain = say("Habitants avec une place, en plus") if places else say("Consultations en plus")
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


def equity(found: pd.DataFrame, voice: Voice) -> Table:
    """Return the gain against the residents brought within reach."""
    say = voice.say
    columns = (
        Column("kept", say("Part du gain gardée"), Format.SHARE),
        Column("gain", say("Habitants avec une place, en plus"), Format.COUNT),
        Column("reached", say("Habitants mis à portée d’une place"), Format.COUNT),
        Column("at_most", say("Au plus (prouvé)"), Format.COUNT),
        Column("sites", say("Sites"), Format.COUNT),
        Column("names", say("Communes"), Format.TEXT),
    )
    return Table(
        "equity",
        say("Ce que coûte l’équité : des places en moins pour plus d’habitants à portée"),
        columns,
        tuple(
            tuple(_cell(value) for value in row)
            for row in found.reset_index()[[column.key for column in columns]].to_numpy()
        ),
    )


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


def regrets(found: Robustness, voice: Voice) -> str:
    """Return what the plan loses over the draws."""
    count = voice.numbers.count
    table = found.draws
    return voice.say(
        "Sur {n} tirages, le plan donne de {least} à {most} places ; il en perd {mean} en moyenne "
        "sur le meilleur plan du tirage, {worst} au pire.",
        n=count(len(table)),
        least=count(float(table["kept"].min())),
        most=count(float(table["kept"].max())),
        mean=count(float(table["regret"].mean())),
        worst=count(float(table["regret"].max())),
    )


def to_check(found: Robustness, voice: Voice) -> Table:
    """Return which unknown to check first."""
    say, share = voice.say, voice.numbers.share
    return Table(
        "checks",
        say("Ce qu’il faut vérifier d’abord : chaque inconnue seule, aux bouts de sa plage"),
        (
            Column("label", say("Inconnue"), Format.TEXT),
            Column("range", say("Plage, aujourd’hui = 100 %"), Format.TEXT),
            Column("kept_low", say("Places, au plus bas"), Format.COUNT),
            Column("kept_high", say("Places, au plus haut"), Format.COUNT),
            Column("worst", say("Regret le plus grand"), Format.COUNT),
        ),
        tuple(
            (
                say(str(one["label"])),
                f"{share(float(one['low']))} – {share(float(one['high']))}",
                float(one["kept_low"]),
                float(one["kept_high"]),
                float(one["worst"]),
            )
            for _, one in found.checks.iterrows()
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
    for _, one in found.iterrows():
        edge = float(one["holds_to"])
        if not math.isfinite(edge):
            continue
        likely = say(" — dans la plage de cette inconnue") if one["likely"] else ""
        label = say(str(one["label"]))
        if one["harm"] == "low":
            told = say("{label} : pas moins de {edge} d’aujourd’hui", label=label, edge=share(edge))
        else:
            told = say("{label} : pas plus de {edge} d’aujourd’hui", label=label, edge=share(edge))
        sentences.append(f"  – {told}{likely}")
    return sentences


def _cell(value: object) -> str | float | None:
    if isinstance(value, str):
        return value
    number = float(str(value))
    return number if math.isfinite(number) else None
