"""Which ways were looked at beside the plan: doing nothing, a little more, helping doctors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Section, Statement, Table
from territory_access.dossier.findings import is_empty
from territory_access.dossier.goal import counted
from territory_access.dossier.numbers import guarded
from territory_access.services import catalogue
from territory_access.services.economics import reinforcements
from territory_access.siting.solve import simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.dossier.findings import Findings
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

type Row = tuple[Cell, ...]


def studied(study: Study, found: Findings, voice: Voice) -> Section:
    """Return the ways looked at, each with what it gives and asks for.

    Parameters
    ----------
    study, found
        The run and its numbers.
    voice
        Language and numbers.
    """
    say = voice.say
    rows = [_nothing(found, voice)]
    if not is_empty(study):
        rows.append(_plan(found, voice))
        rows += _more(study, found, voice)
        rows += _helping(study, voice)
    columns = (
        Column("scenario", say("Scénario"), Format.TEXT),
        Column("servis", say("Demandeurs avec une place"), Format.COUNT),
        Column("investissement", say("Investissement"), Format.EUROS),
        Column("par_an", say("À financer par an"), Format.EUROS),
        Column("etp", say("ETP de médecin"), Format.EXACT),
        Column("condition", say("Ce que cela demande"), Format.TEXT),
    )
    note = say(
        "« Ne rien faire » suppose que rien ne change, ce que les départs à la retraite démentent. "
        "Renforcer des médecins en place ajoute des consultations pour leurs patients ; les places "
        "pour de nouveaux patients dépendent d’eux."
    )
    intro = say(
        "Un plan se juge à côté de ce que l’on aurait pu faire d’autre avec le même argent, et de "
        "ne rien faire."
    )
    table = Table("scenarios", say("Les voies comparées"), columns, tuple(rows), note=note)
    return Section("scenarios", say("Scénarios étudiés"), (Statement(intro), table))


def _nothing(found: Findings, voice: Voice) -> Row:
    condition = voice.say("rien ; les besoins restent")
    return (voice.say("Ne rien faire"), guarded(found.served_before), 0.0, 0.0, 0.0, condition)


def _plan(found: Findings, voice: Voice) -> Row:
    return (
        voice.say("Le plan proposé"),
        guarded(found.served_after),
        found.spent,
        found.deficit,
        round(found.gp_fte, 2),
        voice.say("recruter l’équipe ; voir « Ressources humaines »")
        if round(found.gp_fte, 2) > 0
        else voice.say("pas plus de médecins qu’aujourd’hui ; voir « Proposition »"),
    )


def _more(study: Study, found: Findings, voice: Voice) -> Iterator[Row]:
    """Yield what a little more money or staff would bring, where the plan was solved again."""
    if study.explanation is None:
        return
    problem = study.plan.problem
    prices = study.explanation.prices
    means = [not str(name).startswith(("guarantee-", "includes:")) for name in prices.index]
    for _, change in prices[means].iterrows():
        more = float(change["more"])
        if more < 1:
            continue
        said, sites = voice.told(change["label"]), str(change["sites"]) or "—"
        served = guarded(found.served_after + more) if simple(problem) else None
        asks = voice.say("nouveaux sites : {sites}", sites=sites)
        if not simple(problem):
            asks = f"{voice.say('{gain} de plus', gain=counted(more, problem, voice))} ; {asks}"
        yield (voice.say("Le plan, avec {change}", change=said), served, None, None, None, asks)


def _helping(study: Study, voice: Voice) -> Iterator[Row]:
    """Yield what as many consultations would cost with doctors in place."""
    known = catalogue.load(study.scenario.services)
    acts = float(study.plan.sites["net_acts"].sum())
    if acts <= 0:  # what closes takes away as much as what comes
        return
    for one in reinforcements(acts, known, parameters=study.parameters):
        yield (
            voice.say(
                "Autant de consultations, par : {service}",
                service=voice.say(known[one.service].name),
            ),
            None,
            None,
            one.yearly,
            0.0,
            voice.say(
                "{hosts} médecins en place volontaires ; {each} la consultation",
                hosts=voice.numbers.count(one.hosts),
                each=voice.numbers.euros(one.per_consultation),
            ),
        )
