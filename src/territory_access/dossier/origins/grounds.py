"""What only a run can tell of its numbers: its engine, rates, sites, boats, rules and solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.datasets import gtfs_source
from territory_access.dossier.origins.figure import Ground
from territory_access.siting.lines import only_opens

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

_MOST = 12  # sites or rates told one by one


def told(ground: Ground, study: Study, voice: Voice) -> str:
    """Return what the run has to say of a ground, in a sentence, or nothing.

    Parameters
    ----------
    ground
        Of which.
    study
        A whole run.
    voice
        Language and numbers.
    """
    return _TOLD[ground](study, voice)


def tables(ground: Ground, study: Study) -> list[str]:
    """Return the files that a ground rests on, as ``study.sources`` names them."""
    return _READ[ground](study)


def _minutes(study: Study, voice: Voice) -> str:
    """Return how minutes were found, with the error that was measured."""
    attrs, numbers = study.times.attrs, voice.numbers
    if attrs.get("engine") == "roads":
        return voice.say("Minutes : plus courts chemins en voiture, exacts sur le réseau routier.")
    if "error_mae" not in attrs or "error_p90" not in attrs:
        return voice.say("Minutes : estimées en voiture, sans réseau routier.")
    return voice.say(
        "Minutes : estimées en voiture, sans réseau routier ; erreur moyenne de {mean} min, neuf "
        "sur dix à moins de {worst} min.",
        mean=numbers.decimal(float(attrs["error_mae"])),
        worst=numbers.decimal(float(attrs["error_p90"])),
    )


def _read_minutes(study: Study) -> list[str]:
    roads = study.territory.roads
    if study.times.attrs.get("engine") != "roads" or roads is None:
        return ["estimate.toml", "land.parquet", "fixed_links.csv"]
    return [roads.name, "speeds.csv" if roads.speeds is None else roads.speeds.name]


def _rates(study: Study, voice: Voice) -> str:
    """Return which measure of residents without a doctor holds for how many communes."""
    zones = study.territory.zones
    if "without_doctor_source" not in zones:
        return ""
    inside = zones[zones["in_territory"].to_numpy(dtype=bool)]
    counts = inside["without_doctor_source"].astype(str).value_counts()
    said = [
        voice.say_counted(
            "{source} ({n} commune)", "{source} ({n} communes)", count,
            source=str(source), n=voice.numbers.count(count),
        )
        for source, count in counts.head(_MOST).items()
    ]  # fmt: skip
    return voice.say("Part sans médecin traitant : {all}.", all=_joined(said, voice))


def _sites(study: Study, voice: Voice) -> str:
    """Return what the sources say of each site, with the tag of each figure."""
    sites = study.territory.facilities
    if "evidence" not in sites:
        return ""
    known = sites[sites["evidence"].astype(str) != ""]
    said = [
        voice.say("{name} ({evidence})", name=str(row["name"]), evidence=str(row["evidence"]))
        for row in known.head(_MOST)[["name", "evidence"]].to_dict("records")
    ]
    more = len(known) - _MOST
    if more > 0:
        said.append(voice.say("et {n} autres", n=voice.numbers.count(more)))
    return voice.say("Ce que disent les sources : {all}.", all=_joined(said, voice)) if said else ""


def _rules(study: Study, voice: Voice) -> str:
    """Return what makes a desert, each rule with its threshold and its date."""
    said = [
        voice.say(
            "{rule} ({dated})",
            rule=voice.say(rule.template, threshold=voice.numbers.exact(round(rule.shown, 2))),
            dated=rule.dated,
        )
        for rule in study.rules
    ]
    return voice.say("Règles d’un désert : {all}.", all=_joined(said, voice)) if said else ""


def _solver(study: Study, voice: Voice) -> str:
    report = study.plan.report
    return voice.say(
        "Solveur : {name}, écart prouvé à l’optimum {gap}.",
        name=report.solver,
        gap=voice.numbers.share(report.gap, 1),
    )


def _decisions(study: Study, voice: Voice) -> str:
    """Return what a line of the plan counts, where it may change what stands already."""
    if study.plan.sites.empty or only_opens(study.plan):
        return ""
    return voice.say(
        "Décisions : une extension ou un changement compte la différence avec aujourd’hui ; une "
        "fermeture retire ce que fait le site, rend son déficit et se paie une fois ; un "
        "déplacement ferme, puis ouvre ailleurs, au coût du service entier."
    )


def _joined(parts: list[str], voice: Voice) -> str:
    """Return parts, which may hold commas, with what stands between them in this language."""
    return ("\N{NARROW NO-BREAK SPACE}; " if voice.language.code == "fr" else "; ").join(parts)


def _nothing(_: Study, __: Voice) -> str:
    return ""


def _no_table(_: Study) -> list[str]:
    return []


def _read_boats(study: Study) -> list[str]:
    named = study.scenario.travel.gtfs
    timetable = [gtfs_source.locate(named).name] if named else []
    return [*timetable, "ferries.csv", "ferry_figures.csv"]


_TOLD: dict[Ground, Callable[[Study, Voice], str]] = {
    Ground.MINUTES: _minutes,
    Ground.RATES: _rates,
    Ground.SITES: _sites,
    Ground.BOATS: _nothing,
    Ground.RULES: _rules,
    Ground.DECISIONS: _decisions,
    Ground.SOLVER: _solver,
}
_READ: dict[Ground, Callable[[Study], list[str]]] = {
    Ground.MINUTES: _read_minutes,
    Ground.RATES: lambda _: ["without_doctor.csv"],
    Ground.SITES: lambda _: ["sites.csv", "site_evidence.csv"],
    Ground.BOATS: _read_boats,
    Ground.RULES: _no_table,
    Ground.DECISIONS: _no_table,
    Ground.SOLVER: _no_table,
}
