"""Which numbers the study assumes: their value, range, tag and source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import (
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
    Terms,
)
from territory_access.services import catalogue
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

_TAGS = (
    (Tag.SEED, "document d’origine du projet"),
    (Tag.WEB, "page ou fichier public, cité"),
    (Tag.COMPUTED, "calculé à partir de chiffres cités"),
    (Tag.KNOWLEDGE_HIGH, "connaissance du domaine, confiance haute"),
    (
        Tag.KNOWLEDGE_MEDIUM,
        "connaissance du domaine, confiance moyenne : à remplacer par une donnée locale",
    ),
    (
        Tag.KNOWLEDGE_LOW,
        "connaissance du domaine, confiance basse : à remplacer par une donnée locale",
    ),
    (Tag.USER, "valeur donnée par l’utilisateur du scénario"),
)
_KNOWN = {Tag.KNOWLEDGE_HIGH, Tag.KNOWLEDGE_MEDIUM, Tag.KNOWLEDGE_LOW}
# What each figure of the catalogue is called.
FIELDS = {
    "capex": "Investissement",
    "gp_fte": "ETP de médecin",
    "size_min_fte": "ETP de médecin, plus petite taille",
    "size_max_fte": "ETP de médecin, plus grande taille",
    "nurse_fte": "ETP d’infirmier",
    "support_fte": "ETP de secrétariat et d’assistance",
    "capacity": "Consultations par an",
    "opex": "Fonctionnement par an",
    "net": "Résultat annuel",
    "lead_months": "Délai d’ouverture",
    "reach_minutes": "Distance d’où viennent les habitants",
    "poaching": "Part prise aux cabinets voisins",
    "min_population": "Population minimale de la commune",
    "mother_minutes": "Distance maximale du centre de rattachement",
}


def assumptions(study: Study, voice: Voice) -> Section:
    """Return the numbers assumed: those of the method, then those of the services that open."""
    say = voice.say
    table = parameters(study, voice, all_of_them=False)
    blocks: list[Block] = [
        Statement(
            say(
                "Tout chiffre qui n’est pas un fait public est une hypothèse : voici sa valeur, la "
                "plage où elle reste plausible et d’où elle vient. Chacune se remplace dans le "
                "scénario ; son identifiant est dans le classeur joint."
            )
        ),
        Terms(tuple((tag.value, say(meaning)) for tag, meaning in _TAGS)),
        table,
    ]
    tables = services(study, voice)
    if tables:
        blocks += [Subheading(say("Les services proposés")), *tables]
    return Section("hypotheses", say("Hypothèses"), tuple(blocks))


def parameters(study: Study, voice: Voice, *, all_of_them: bool) -> Table:
    """Return the default numbers; those changed by the scenario are marked.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    all_of_them
        Also those that no computation of this run reads, with their identifiers: for the workbook.
    """
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    marked = set()
    read = study.parameters.read
    for _, line in study.parameters.table().reset_index().iterrows():
        enters = line["id"] in read or bool(line["overridden"])
        if not (enters or all_of_them):
            continue
        if line["overridden"]:
            marked.add(len(rows))
        row = _line(line, say(_words(line["label"])), voice)
        if all_of_them:
            row += (say("oui") if enters else say("non"), str(line["id"]))
        rows.append(row)
    columns = _columns(say("Hypothèse"), voice)
    if all_of_them:
        columns += (
            Column("utilisee", say("Lue par ce calcul"), Format.TEXT),
            Column("identifiant", say("Identifiant"), Format.IDENTIFIER),
        )
    note = _changed(len(marked), voice)
    return Table(
        "parametres" if all_of_them else "hypotheses",
        say("Hypothèses du calcul"),
        columns,
        tuple(rows),
        note=note,
        marked=frozenset(marked),
    )


def services(study: Study, voice: Voice) -> list[Table]:
    """Return what the catalogue says of each service that the plan opens, figure by figure."""
    known = catalogue.load(study.scenario.services)
    opened = sorted({str(service) for service in study.plan.sites["service"]})
    figures = catalogue.table({name: known[name] for name in opened if name in known})
    tables = []
    for name in (name for name in opened if name in known):
        lines = figures[figures["service"] == name]
        rows = tuple(
            _line(line, voice.say(FIELDS.get(str(line["field"]), str(line["field"]))), voice)
            for _, line in lines.iterrows()
        )
        changed = frozenset(
            place for place, tag in enumerate(lines["tag"]) if tag == Tag.USER.value
        )
        tables.append(
            Table(
                f"service_{name.lower()}",
                voice.say("{name} : chiffres de référence", name=voice.say(known[name].name)),
                _columns(voice.say("Chiffre"), voice),
                rows,
                note=voice.say("Où il existe : {where}.", where=known[name].proven_at)
                if known[name].proven_at
                else "",
                marked=changed,
            )
        )
    return tables


def _columns(first: str, voice: Voice) -> tuple[Column, ...]:
    say = voice.say
    return (
        Column("hypothese", first, Format.TEXT),
        Column("valeur", say("Valeur"), Format.EXACT),
        Column("bas", say("Bas"), Format.EXACT),
        Column("haut", say("Haut"), Format.EXACT),
        Column("unite", say("Unité"), Format.TEXT),
        Column("etiquette", say("Étiquette"), Format.TAG),
        Column("source", say("Source et note"), Format.TEXT),
    )


def _line(line: pd.Series, label: str, voice: Voice) -> tuple[Cell, ...]:
    tag = Tag(line["tag"])
    # that a number is general knowledge is what its tag says already
    parts = [line["note"]] if tag in _KNOWN else [line.get("reference"), line["note"]]
    return (
        label,
        _amount(line["value"]),
        _amount(line["low"]),
        _amount(line["high"]),
        voice.say(_words(line["unit"])),
        tag.value,
        " — ".join(_words(part) for part in parts if _words(part)),
    )


def _changed(count: int, voice: Voice) -> str:
    if not count:
        return voice.say("Aucune valeur n’a été remplacée par le scénario.")
    return voice.say_counted(
        "{n} valeur a été remplacée par le scénario : elle est marquée.",
        "{n} valeurs ont été remplacées par le scénario : elles sont marquées.",
        count,
        n=voice.numbers.count(count),
    )


def _words(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _amount(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
