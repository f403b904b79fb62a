"""What happened after the opening, beside the plan, and what it teaches of the years to come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets import observed
from territory_access.dossier.blocks import Bullets, Column, Format, Section, Statement, Table, Tone
from territory_access.dossier.evaluation import PLAN_TABLE
from territory_access.dossier.manifest import SCENARIO, read_manifest
from territory_access.dossier.twins import TABLES
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.services import catalogue, follow

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.voice import Voice
    from territory_access.services.follow import Belief, Learnt
    from territory_access.services.service import Service


@dataclass(frozen=True, eq=False)
class Followed:
    """One site of a plan and its months.

    Attributes
    ----------
    code, name, service
        Where, and what.
    months
        How many are observed.
    acts, expected
        Consultations of these months, and what the plan counted on, its ramp-up included.
    productivity, take_up
        What they teach; ``take_up`` is ``None`` where no registration is given.
    acts_per_year
        Consultations a year at cruise that one can now count on: central, low, high.
    planned
        Those of the plan.
    """

    code: str
    name: str
    service: str
    months: int
    acts: float
    expected: float
    productivity: Learnt
    take_up: Learnt | None
    acts_per_year: tuple[float, float, float]
    planned: float


def followed(folder: Path | str, path: Path | str) -> tuple[tuple[Followed, ...], tuple[str, ...]]:
    """Return each observed site beside its plan, and the names of the sites not observed.

    Parameters
    ----------
    folder
        A result folder (``dossier.write``) with its plan.
    path
        ``datasets.observed.load``.

    Raises
    ------
    DataError
        If the folder holds no plan, the table cannot be used, or names a commune without a site.
    """
    folder = Path(folder)
    read_manifest(folder)
    plan = _plan(folder)
    scenario = Scenario.load(folder / SCENARIO)
    parameters = Parameters.load(scenario.parameters)
    services = catalogue.load(scenario.services)
    table = observed.load(path)
    wrong = sorted(set(table["commune"]) - set(plan))
    if wrong:
        raise DataError(
            "suivi : le plan n’ouvre rien dans ces communes : {wrong}. Ses sites : {known}.",
            wrong=", ".join(wrong),
            known=", ".join(f"{code} ({row['commune']})" for code, row in plan.items()),
        )
    told = tuple(
        _site(str(code), plan[str(code)], months, services=services, parameters=parameters)
        for code, months in table.groupby("commune")
    )
    return told, tuple(
        str(row["commune"]) for code, row in plan.items() if code not in set(table["commune"])
    )


def section(folder: Path | str, path: Path | str, voice: Voice) -> Section:
    """Return the same as sentences and a table."""
    sites, left = followed(folder, path)
    say, numbers = voice.say, voice.numbers
    blocks: list[Statement | Table | Bullets] = [
        Statement(_told(site, voice), Tone.PLAIN) for site in sites
    ]
    blocks += [_productivity(sites, voice)]
    if any(site.take_up for site in sites):
        blocks.append(_take_up(sites, voice))
    notes = [
        say(
            "Intervalle : neuf chances sur dix. Avant : ce que le plan croyait ; après : ce que "
            "l’on croit une fois les mois observés comptés. Un mois de vacances ou de maladie "
            "pèse moins que son seul compte : la dispersion des mois est mesurée et retirée."
        ),
        say(
            "Ce suivi compare au plan, pas à ce qui serait arrivé sans lui : l’effet se mesure "
            "avec les territoires de comparaison du plan d’évaluation."
        ),
    ]
    if left:
        notes.append(say("Sans mois observé : {sites}.", sites=voice.listed(left)))
    months = sum(site.months for site in sites)
    heading = voice.say_counted(
        "Suivi du plan : {n} mois observé", "Suivi du plan : {n} mois observés", months,
        n=numbers.count(months),
    )  # fmt: skip
    return Section("suivi", heading, (*blocks, Bullets(tuple(notes))))


def _plan(folder: Path) -> dict[str, dict[str, object]]:
    """Return the sites of a plan by the code of their commune."""
    try:
        tables = json.loads((folder / TABLES / "tables.json").read_text(encoding="utf-8"))
        table = tables[PLAN_TABLE]
        keys = [column["key"] for column in table["columns"]]
        rows = [dict(zip(keys, row, strict=True)) for row in table["rows"]]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise DataError(
            "{folder} : ce dossier ne contient pas de plan à suivre ; refaites l’étude avec "
            "« territory-access run ».",
            folder=folder,
        ) from error
    return {str(row["code_commune"]): row for row in rows}


def _site(
    code: str,
    row: dict[str, object],
    months: pd.DataFrame,
    *,
    services: dict[str, Service],
    parameters: Parameters,
) -> Followed:
    fte, planned = float(str(row["etp_medecin"])), float(str(row["consultations"]))
    service = services[str(row["type"])]
    if fte <= 0:
        raise DataError(
            "suivi : « {name} » n’a pas de médecin prévu ; sa productivité n’a pas de sens.",
            name=row["commune"],
        )
    first = months["month"].min()
    rank = [12 * (month.year - first.year) + month.month - first.month for month in months["month"]]
    ramps = [follow.ramp_up(month, parameters) for month in rank]
    present = months["fte"].fillna(fte).to_numpy(float)
    exposure = [one * ramp.value / follow.MONTHS for one, ramp in zip(present, ramps, strict=True)]
    cell = service.cells["capacity"]
    each = planned / fte
    prior = follow.productivity_prior(
        each, each * cell.low / cell.value, each * cell.high / cell.value
    )
    learnt = follow.productivity(months["consultations"].tolist(), exposure, prior)
    low, high = learnt.posterior.interval
    new = months["registrations"]
    places = int(float(str(row["places"])))
    seen = new.notna().any() and places > 0
    return Followed(
        code=code,
        name=str(row["commune"]),
        service=str(row["service"]),
        months=len(months),
        acts=float(months["consultations"].sum()),
        expected=float(sum(each * fte * ramp.value / follow.MONTHS for ramp in ramps)),
        productivity=learnt,
        take_up=follow.take_up(
            max(0, round(float(new.sum()))), places, follow.places_taken(max(rank), parameters)
        )
        if seen
        else None,
        acts_per_year=(learnt.posterior.mean * fte, low * fte, high * fte),
        planned=planned,
    )


def _told(site: Followed, voice: Voice) -> str:
    say, numbers = voice.say, voice.numbers
    central, low, high = site.acts_per_year
    return say(
        "{name} : {acts} consultations en {months} mois, quand le plan en attendait {expected} "
        "avec sa montée en charge. Au régime de croisière, on peut maintenant en attendre "
        "{central} par an (entre {low} et {high}) ; le plan en compte {planned}, et la chance d’y "
        "arriver est de {chance}.",
        name=site.name,
        acts=numbers.count(site.acts),
        months=numbers.count(site.months),
        expected=numbers.count(site.expected),
        central=numbers.count(round(central, -2)),
        low=numbers.count(round(low, -2)),
        high=numbers.count(round(high, -2)),
        planned=numbers.count(site.planned),
        chance=numbers.share(site.productivity.reached),
    )


def _productivity(sites: tuple[Followed, ...], voice: Voice) -> Table:
    say = voice.say
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("mois", say("Mois observés"), Format.COUNT),
        Column("avant", say("Avant : consultations par ETP et par an"), Format.COUNT),
        Column("avant_intervalle", say("Intervalle avant"), Format.TEXT),
        Column("observe", say("Observé, ramené au régime de croisière"), Format.COUNT),
        Column("dispersion", say("Dispersion des mois"), Format.EXACT),
        Column("apres", say("Après"), Format.COUNT),
        Column("apres_intervalle", say("Intervalle après"), Format.TEXT),
    )
    rows = tuple(
        (
            site.name,
            site.months,
            site.productivity.prior.mean,
            _interval(site.productivity.prior, voice, share=False),
            site.productivity.observed,
            round(site.productivity.dispersion, 1),
            site.productivity.posterior.mean,
            _interval(site.productivity.posterior, voice, share=False),
        )
        for site in sites
    )
    return Table("suivi_productivite", say("Productivité des médecins"), columns, rows)


def _take_up(sites: tuple[Followed, ...], voice: Voice) -> Table:
    say = voice.say
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("prevu", say("Prévu à cette date"), Format.SHARE),
        Column("avant_intervalle", say("Intervalle avant"), Format.TEXT),
        Column("observe", say("Places prises"), Format.SHARE),
        Column("apres_intervalle", say("Intervalle après"), Format.TEXT),
    )
    rows = tuple(
        (
            site.name,
            site.take_up.planned,
            _interval(site.take_up.prior, voice, share=True),
            site.take_up.observed,
            _interval(site.take_up.posterior, voice, share=True),
        )
        for site in sites
        if site.take_up is not None
    )
    note = say("Part des places du plan prises par des habitants inscrits.")
    return Table("suivi_places", say("Places prises"), columns, rows, note=note)


def _interval(belief: Belief, voice: Voice, *, share: bool) -> str:
    low, high = belief.interval
    written = voice.numbers.share if share else voice.numbers.count
    return voice.say("{low} à {high}", low=written(low), high=written(high))
