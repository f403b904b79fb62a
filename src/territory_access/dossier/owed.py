"""What a plan owes: whom it puts first, what it promises, what it keeps of a plan already begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Statement, Subheading, Table
from territory_access.dossier.goal import counted
from territory_access.dossier.numbers import guarded
from territory_access.siting.guarantees import APL
from territory_access.siting.people import GROUPS, filled, share
from territory_access.siting.priority import KEY
from territory_access.vocabulary import ORIGIN, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.siting.guarantees import Guarantee
    from territory_access.study import Study


# Less than half a resident, or a consultation, is nothing.
_HALF = 0.5
# How ``siting.prices`` names these changes.
_PROMISED, _NESTED = "guarantee-", "includes:"


def weighed(study: Study, voice: Voice) -> str:
    """Return what was proved of a plan whose places count by who gets them.

    Parameters
    ----------
    study
        A run with ``siting.priority``.
    voice
        Language and numbers.
    """
    report, numbers = study.plan.report, voice.numbers
    more = study.places_after.attrs["total"] - study.places_before.attrs["total"]
    values = {
        "limit": numbers.decimal(report.bound),
        "reached": numbers.decimal(report.objective),
        "more": numbers.people(float(more)),
        "gap": numbers.share(report.gap, 1),
    }
    if report.status is Status.OPTIMAL:
        return voice.say(
            "Avec ces règles, aucun plan ne donne plus de {limit} places pondérées ; celui-ci en "
            "donne {reached}, à {more} habitants de plus : l’optimum est prouvé.",
            **values,
        )
    return voice.say(
        "Avec ces règles, aucun plan ne donne plus de {limit} places pondérées ; celui-ci en donne "
        "{reached}, à {more} habitants de plus (écart prouvé : {gap}).",
        **values,
    )


def owed(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return whom the plan puts first, its promises and what it contains; nothing without any.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    blocks: list[Block] = []
    problem = study.plan.problem
    if problem.priority is not None:
        blocks += [Subheading(voice.say("Qui passe d’abord")), _first(study, voice)]
    if problem.guarantees:
        blocks += [Subheading(voice.say("Ce que le plan garantit")), _promises(study, voice)]
    if problem.included:
        blocks += [Subheading(voice.say("Le plan déjà engagé")), Statement(begun(study, voice))]
    return tuple(blocks)


def begun(study: Study, voice: Voice) -> str:
    """Return which sites of a plan already begun this one contains, and what keeping them costs."""
    problem = study.plan.problem
    names = [str(problem.candidates.loc[code, "name"]) for code, _ in problem.included]
    said = voice.say_counted(
        "Ce plan contient, tel quel, le site d’un plan déjà engagé : {names}.",
        "Ce plan contient, tels quels, les {n} sites d’un plan déjà engagé : {names}.",
        len(names),
        n=voice.numbers.count(len(names)),
        names=voice.listed(names),
    )
    cost = _prices(study, _NESTED)
    if not cost:
        return said
    more = cost[0]
    if more < _HALF:
        return f"{said} " + voice.say("Le garder ne coûte rien : libre, aucun plan ne fait mieux.")
    return f"{said} " + voice.say(
        "Le garder a un coût : sans lui, un plan apporterait {more} de plus.",
        more=counted(more, problem, voice),
    )


def _prices(study: Study, change: str) -> list[float]:
    """Return what each rule of a kind costs, in their order; nothing where it was not asked."""
    if study.explanation is None:
        return []
    table = study.explanation.prices
    mine = [str(name).startswith(change) for name in table.index]
    return table.loc[mine, "more"].astype(float).tolist()


def _first(study: Study, voice: Voice) -> Table:
    """Return each group put first: what its places count, how many of it get one."""
    say, problem = voice.say, study.plan.problem
    zones = study.territory.zones.sort_index()
    inside = zones.index[zones["in_territory"]]
    rows: list[tuple[Cell, ...]] = []
    for group, extra in problem.priority.extra if problem.priority else ():
        part = filled(share(zones, group, key=KEY), zones).loc[inside]
        seekers = float(zones.loc[inside, "seekers"] @ part)
        before, after = (
            float(given["served"].sel({ORIGIN: inside.to_numpy()}).to_numpy() @ part.to_numpy())
            for given in (study.places_before, study.places_after)
        )
        label = say(GROUPS[group].label)
        rows.append((label, 1.0 + extra, *(guarded(n) for n in (seekers, before, after))))
    columns = (
        Column("groupe", say("Groupe"), Format.TEXT),
        Column("poids", say("Ce que compte une place"), Format.EXACT),
        Column("demandeurs", say("En recherche (estimation)"), Format.COUNT),
        Column("avant", say("Avec une place, avant"), Format.COUNT),
        Column("apres", say("Avec une place, après"), Format.COUNT),
    )
    note = say(
        "Une place compte 1, et davantage pour qui est de ces groupes ; les poids s’ajoutent. Ceux "
        "qui cherchent un médecin traitant sont supposés semblables aux habitants de leur "
        "commune ; avant et après selon la répartition la plus équitable des places."
    )
    return Table(
        "priorites",
        say("Ce que compte une place, selon qui l’obtient"),
        columns,
        tuple(rows),
        note=note,
    )


def _promises(study: Study, voice: Voice) -> Table:
    """Return each promise, and what the plan would bring more without it."""
    say, problem = voice.say, study.plan.problem
    promises = problem.guarantees
    costs = _prices(study, _PROMISED)
    known = costs if len(costs) == len(promises) else [None] * len(promises)
    rows = tuple(
        (
            promise.name,
            len(promise.zones),
            " ; ".join(_promised(promise, voice)),
            None
            if cost is None
            else say("rien")
            if cost < _HALF
            else counted(cost, problem, voice),
        )
        for promise, cost in zip(promises, known, strict=True)
    )
    columns = (
        Column("groupe", say("Groupe"), Format.TEXT),
        Column("communes", say("Communes"), Format.COUNT),
        Column("promesse", say("Ce qui est garanti"), Format.TEXT),
        Column("prix", say("Ce que le plan apporterait de plus sans elle"), Format.TEXT),
    )
    note = say(
        "Vérifié hors du modèle d’optimisation. Pour les places : qui en a une aujourd’hui la "
        "garde, dans une répartition des places aussi grande que possible."
    )
    return Table("garanties", say("Les garanties et leur prix"), columns, rows, note=note)


def _promised(promise: Guarantee, voice: Voice) -> Iterator[str]:
    """Yield what a promise says."""
    say, numbers, apl = voice.say, voice.numbers, promise.on == APL
    if promise.share_min is not None:
        share_of = numbers.share(promise.share_min)
        yield (
            say("au moins {share} des consultations comblées", share=share_of)
            if apl
            else say("au moins {share} des places nouvelles", share=share_of)
        )
    if promise.floor is not None:
        yield (
            say(
                "dans chaque commune, une APL de {floor} au moins",
                floor=numbers.exact(promise.floor),
            )
            if apl
            else say(
                "dans chaque commune, une place pour {share} des demandeurs au moins",
                share=numbers.share(promise.floor),
            )
        )
