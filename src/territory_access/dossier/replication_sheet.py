"""The one-page sheet of a proven site: its conditions, its costs, where to do it again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import (
    Bullets,
    Column,
    Content,
    Format,
    KeyFigure,
    KeyFigures,
    Section,
    Statement,
    Table,
    Tone,
)
from territory_access.dossier.content import labels
from territory_access.dossier.origins import plainly
from territory_access.dossier.replication import narrow, ranking, stability
from territory_access.services import coalition

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.services.replication import Replication
    from territory_access.services.service import Service

_BEST = 8
_CONFLICTS = 3


def sheet(found: Replication, where: str, voice: Voice) -> Content:
    """Return the sheet of one site for one territory, to be laid out on a page.

    Parameters
    ----------
    found
        The analogues.
    where
        The territory, as people call it.
    voice
        Language and numbers.
    """
    say = voice.say
    grade = {
        "A": say("répliqué ou évalué"),
        "B": say("plusieurs sites, ou un documenté"),
        "C": say("pilote"),
    }[found.service.evidence]
    lead = say(
        "{service}. Preuve {grade} ({meaning}) ; exploitant : {operator}.",
        service=say(found.service.name),
        grade=found.service.evidence,
        meaning=grade,
        operator=found.site.operator,
    )
    table = plainly(narrow(ranking(found, voice, rows=_BEST)), voice)
    blocks = (
        Statement(lead, Tone.LEAD),
        _figures(found.service, voice),
        Bullets((*_conditions(found, voice), *_limits(found, voice))),
        table,
        Statement(stability(found, voice), Tone.WARNING),
        Statement(_blocked(found, voice), Tone.NOTE),
    )
    return Content(
        language=voice.language.code,
        labels=labels(voice)
        | {
            "kind": say("Fiche de réplication"),
            "files": say(
                "Temps de trajet estimés, sans réseau routier. Une étude complète : "
                "territory-access run."
            ),
        },
        title=say("Répliquer « {site} »", site=found.site.name),
        subtitle=say("Où le refaire : {where}", where=where),
        facts=(
            (say("Communes examinées"), voice.numbers.count(len(found.table))),
            (say("Communes que rien ne bloque"),
             voice.numbers.count(int((found.table["rank"] > 0).sum()))),
        ),
        sections=(Section("fiche", say("L’essentiel"), blocks),),
        communes=plainly(ranking(found, voice, rows=len(found.table)), voice),
        parameters=plainly(_weights(found, voice), voice),
    )  # fmt: skip


def _figures(service: Service, voice: Voice) -> KeyFigures:
    """Return what the service costs and gives, with the range of the catalogue."""
    say, numbers = voice.say, voice.numbers
    shown = (
        ("capex", say("Investissement"), numbers.euros),
        ("net", say("Résultat par an, hors aides"), numbers.euros),
        ("gp_fte", say("ETP de médecin"), numbers.exact),
        ("capacity", say("Capacité par an"), numbers.count),
        ("lead_months", say("Mois jusqu’à l’ouverture"), numbers.exact),
    )
    return KeyFigures(
        tuple(
            KeyFigure(
                label,
                write(service.cells[name].value),
                say(
                    "de {low} à {high}",
                    low=write(service.cells[name].low),
                    high=write(service.cells[name].high),
                ),
                service.cells[name].tag.value,
            )
            for name, label, write in shown
            if name in service.cells
        )
    )


def _conditions(found: Replication, voice: Voice) -> list[str]:
    say = voice.say
    checks = coalition.checklist(found.service.id)
    needed = [say(role.name) for role in checks.roles if role.required]
    items = [say("Conditions : {text}", text=say(found.service.prerequisites))]
    if needed:
        items.append(say("Avec qui : {roles}.", roles=voice.listed(needed)))
    if checks.locks:
        items.append(
            say(
                "Verrous à lever : {locks}.",
                locks=voice.listed([say(lock.name) for lock in checks.locks]),
            )
        )
    return items


def _limits(found: Replication, voice: Voice) -> list[str]:
    """Return what went less well, or is not agreed between the sources, and what is not known."""
    say = voice.say
    said = found.site.evidence
    others = said[~said["selected"]].head(_CONFLICTS)
    items = []
    if not others.empty:
        items.append(
            say(
                "Les sources ne s’accordent pas : {conflicts}.",
                conflicts=voice.listed(
                    [
                        f"{row['value']} {row['unit']} ({row['as_of']}) [{row['tag']}]"
                        for row in others.to_dict("records")
                    ]
                ),
            )
        )
    left = [voice.told(fault) for fault in (*found.unknown, *found.to_check)]
    if left:
        items.append(say("Inconnu ici : {left}.", left=voice.listed(left)))
    if found.missing:
        names = [voice.told(fault) for fault in found.missing]
        items.append(
            say("Ressemblance, sans : {features} (non fournis).", features=voice.listed(names))
        )
    return items


def _blocked(found: Replication, voice: Voice) -> str:
    """Return how many communes are blocked, and why most often."""
    stopped = {code: faults for code, faults in found.blocks.items() if faults}
    reasons = Counter(
        fault.sentence for faults in stopped.values() for fault in faults
    ).most_common(2)
    example = {
        fault.sentence: (str(found.table.loc[code, "name"]), voice.told(fault))
        for code in reversed(found.table.index)
        for fault in stopped.get(code, ())
    }
    if not stopped:
        return voice.say("Rien ne bloque aucune des communes examinées.")
    return voice.say_counted(
        "{n} commune est bloquée. Par exemple : {examples}.",
        "{n} communes sont bloquées. Par exemple : {examples}.",
        len(stopped),
        n=voice.numbers.count(len(stopped)),
        examples=voice.listed(
            [f"{example[reason][0]} ({example[reason][1]})" for reason, _ in reasons]
        ),
    )


def _weights(found: Replication, voice: Voice) -> Table:
    say = voice.say
    rows = tuple(
        (f"replication.{name}", round(weight, 3)) for name, weight in found.weights.items()
    )
    columns = (
        Column("parametre", say("Paramètre"), Format.IDENTIFIER),
        Column("poids", say("Poids"), Format.EXACT),
    )
    return Table("poids", say("Poids du score"), columns, rows)
