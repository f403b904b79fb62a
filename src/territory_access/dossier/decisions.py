"""What a plan decides, line by line, as a planner says it: open, extend, change, close, move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Statement, Tone
from territory_access.dossier.leaving import spent_on_it
from territory_access.dossier.numbers import Hidden, guarded
from territory_access.siting.decisions import CLOSE, EXTEND, LEAVE, OPEN, RELOCATE, UPGRADE
from territory_access.siting.lines import lines, only_opens
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.findings import Findings
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.siting.plan import SitingPlan
    from territory_access.study import Study

# Said under the tables of a plan that may close.
DIFFERENCES = (
    "Chaque ligne dit ce que la décision change ; un moins est ce qui n’y est plus. Un service "
    "agrandi ou changé y est pour ce qu’il a de plus qu’aujourd’hui."
)
# Communes named in a phrase; beyond, they are counted.
_LISTED = 6
# What each line does where it stands.
_WORDS = {
    OPEN: "ouvrir",
    EXTEND: "agrandir",
    UPGRADE: "changer {was} en {service}",
    CLOSE: "fermer",
    LEAVE: "déplacer de {name} vers {other}",
    RELOCATE: "déplacer de {other} vers {name}",
    "reinforce": "renforcer",
}
# The same, in a sentence; a move is told once.
_SAID = {
    OPEN: "ouvrir {service} à {name}",
    EXTEND: "agrandir {service} à {name}",
    UPGRADE: "changer {was} en {service} à {name}",
    CLOSE: "fermer {service} à {name}",
    RELOCATE: "déplacer {service} de {other} vers {name}",
    "reinforce": "renforcer par {service} à {name}",
}


def word(line: pd.Series, voice: Voice) -> str:
    """Return what a line of ``siting.lines.lines`` decides, without its service and commune."""
    return voice.say(_WORDS[str(line["decision"])], **_values(line, voice))


def phrases(plan: SitingPlan, voice: Voice) -> list[str]:
    """Return one phrase a kind of decision: what is done, of which service, in which communes.

    Parameters
    ----------
    plan
        Any plan; one that only opens lists services and communes, without a verb.
    voice
        Language and numbers.
    """
    told = [line for _, line in lines(plan).iterrows() if line["decision"] != LEAVE]
    if only_opens(plan):
        return [voice.say("{service} à {name}", **_values(line, voice)) for line in told]
    alike: dict[tuple[str, ...], list[pd.Series]] = {}
    for line in sorted(told, key=lambda one: list(_SAID).index(str(one["decision"]))):
        alone = str(line["at"]) if line["decision"] == RELOCATE else ""
        same = (str(line["decision"]), str(line["service"]), str(line["was"]), alone)
        alike.setdefault(same, []).append(line)
    return [_together(found, voice) for found in alike.values()]


def _together(found: list[pd.Series], voice: Voice) -> str:
    """Return one phrase for the lines that do the same of one service."""
    names = [voice.name(str(line["name"])) for line in found]
    if len(names) > _LISTED:
        more = voice.numbers.count(len(names) - _LISTED + 1)
        names = [*names[: _LISTED - 1], voice.say("{n} autres communes", n=more)]
    values = _values(found[0], voice) | {"name": voice.listed(names)}
    return voice.say(_SAID[str(found[0]["decision"])], **values)


def phrase(line: pd.Series, voice: Voice) -> str:
    """Return what a line decides, of which service, in which commune: « fermer SMP à Laval »."""
    return voice.say(_SAID[str(line["decision"])], **_values(line, voice))


def answer(study: Study, found: Findings, voice: Voice) -> str:
    """Return what a plan does that may also change, close or move what stands."""
    numbers, told = voice.numbers, phrases(study.plan, voice)
    to_leave = spent_on_it(study, voice)
    means = voice.say(
        "Le plan proposé : {what}. Il demande {spent} d’investissement, {deficit} de déficit "
        "annuel et {fte} ETP de médecin généraliste, ce qui ferme déduit.",
        what=" ; ".join(told),
        spent=numbers.euros(found.spent) + (f" ({to_leave})" if to_leave else ""),
        deficit=numbers.euros(found.deficit),
        fte=numbers.exact(round(found.gp_fte, 2) + 0.0),
    )
    values = {
        "before": numbers.share(found.served_before / max(1, found.seekers), 1),
        "after": numbers.share(found.served_after / max(1, found.seekers), 1),
    }
    if found.lost:
        lost = voice.say(
            "{lost} habitants de moins ont une place : de ceux qui en cherchent une, {before} "
            "l’obtiennent aujourd’hui, {after} avec le plan.",
            lost=numbers.people(found.lost),
            **values,
        )
        return f"{means} {lost}"
    gained = voice.say(
        "Il donne une place à {gained} habitants de plus, et porte de {before} à {after} la part "
        "de ceux qui en cherchent une et l’obtiennent.",
        gained=numbers.people(found.gained),
        **values,
    )
    return f"{means} {gained}"


def tally(study: Study, voice: Voice) -> str:
    """Return how many services open, grow, change, close and move, as « 2 ouvertures »."""
    count = lines(study.plan)["decision"].value_counts()
    return voice.listed(
        [
            voice.say_counted(one, many, int(count[name]), n=voice.numbers.count(int(count[name])))
            for name, (one, many) in _COUNTED.items()
            if count.get(name, 0)
        ]
    )


_COUNTED = {
    OPEN: ("{n} ouverture", "{n} ouvertures"),
    EXTEND: ("{n} agrandissement", "{n} agrandissements"),
    UPGRADE: ("{n} changement de service", "{n} changements de service"),
    CLOSE: ("{n} fermeture", "{n} fermetures"),
    RELOCATE: ("{n} déplacement", "{n} déplacements"),
    "reinforce": ("{n} renfort", "{n} renforts"),
}


def what_column(study: Study, voice: Voice) -> tuple[Column, ...]:
    """Return the column that says what is decided; none where the plan can only open."""
    if only_opens(study.plan):
        return ()
    return (Column("decision", voice.say("Ce qui est décidé"), Format.TEXT),)


def what(line: pd.Series, study: Study, voice: Voice) -> tuple[str, ...]:
    """Return the cell of ``what_column``."""
    return () if only_opens(study.plan) else (word(line, voice),)


def which_column(study: Study, voice: Voice) -> tuple[Column, ...]:
    """Return the column that names the existing site; none where the plan can only open."""
    if only_opens(study.plan):
        return ()
    return (Column("site", voice.say("Site existant"), Format.IDENTIFIER),)


def which(line: pd.Series, study: Study) -> tuple[str, ...]:
    """Return the cell of ``which_column``: the site that the line changes, or nothing."""
    if only_opens(study.plan):
        return ()
    return ("" if line["decision"] == RELOCATE else str(line["site"]),)


def served_there(study: Study, line: pd.Series) -> Cell:
    """Return the residents whom a line gives a place, or who have theirs at a site that leaves."""
    if line["coming"]:
        return guarded(float(line["served"]))
    used = study.places_before["used"].sel({DESTINATION: str(line["site"])})
    gone = guarded(float(used))
    return gone if isinstance(gone, Hidden) else -gone


def recruited(study: Study) -> float:
    """Return the doctors whom the plan must find, FTE; a team that moves is found already."""
    told = lines(study.plan)
    return float(told.loc[told["coming"] & (told["decision"] != RELOCATE), "fte"].sum())


def caution(study: Study, voice: Voice) -> tuple[Statement, ...]:
    """Return what closing and moving suppose, where the plan closes, moves, or could have.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    said = []
    if not going(study).empty:
        said.append(
            voice.say(
                "Ce qui ferme perd ses médecins, ses consultations et ses places ; ses patients "
                "n’ont que ce qui reste à leur portée, et son équipe redevient disponible sans que "
                "rien ne l’oblige à rejoindre un autre site. Fermer un lieu de soin se décide avec "
                "son gestionnaire, ses salariés, ses patients, la commune et l’ARS."
            )
        )
        if study.apl_before is not None:
            said.append(
                voice.say(
                    "L’offre de médecins donnée (supply.gp_file) est supposée compter les services "
                    "qui ferment."
                )
            )
    stay = _on_islands(study)
    if RELOCATE in study.scenario.siting.decisions and stay:
        said.append(
            voice.say(
                "Un service d’île ne se déplace pas, il sert son île : {names}.",
                names=voice.listed(stay),
            )
        )
    return (Statement(" ".join(said), Tone.WARNING),) if said else ()


def moved(study: Study, voice: Voice) -> tuple[str, ...]:
    """Return the teams that move, and what is to be found if they do not follow."""
    told = lines(study.plan)
    return tuple(
        voice.say(
            "À {name}, l’équipe qui se déplace est déjà là : personne n’est à recruter si elle "
            "suit, {fte} ETP de médecin si elle ne suit pas.",
            name=str(line["name"]),
            fte=voice.numbers.exact(round(float(line["fte"]), 2)),
        )
        for _, line in told[told["decision"] == RELOCATE].iterrows()
    )


def freed(study: Study, voice: Voice) -> tuple[str, ...]:
    """Return the doctors of what closes."""
    told = lines(study.plan)
    return tuple(
        voice.say(
            "Ce qui ferme à {name} libère {fte} ETP de médecin : le plan les compte parmi ceux "
            "qu’il peut employer, à eux d’en décider.",
            name=str(line["name"]),
            fte=voice.numbers.exact(round(-float(line["fte"]), 2)),
        )
        for _, line in told[told["decision"] == CLOSE].iterrows()
    )


def _on_islands(study: Study) -> list[str]:
    """Return the names of the existing services on islands that have doctors."""
    sites = study.territory.facilities
    inside = study.islands.index[study.islands["in_territory"].to_numpy(dtype=bool)]
    here = sites["zone_id"].isin(inside) & (sites["fte"] > 0)
    return [str(name) for name in sites.loc[here, "name"]]


def coming(study: Study) -> pd.DataFrame:
    """Return the lines after which a service stands there: neither closings nor departures."""
    told = lines(study.plan)
    return told[told["coming"]]


def going(study: Study) -> pd.DataFrame:
    """Return the lines that take a service away."""
    told = lines(study.plan)
    return told[~told["coming"]]


def _values(line: pd.Series, voice: Voice) -> dict[str, str]:
    return {
        "service": str(line["service"]),
        "was": str(line["was"]),
        "name": voice.name(str(line["name"])),
        "other": voice.name(str(line["other_name"])),
    }
