"""Applies what a scenario changes in the catalogue of services."""

from __future__ import annotations

import difflib
import math

from territory_access.errors import Fault
from territory_access.services.service import FIELDS, WORDS, Cell
from territory_access.vocabulary import Tag


def change(
    id_: str,
    changes: dict[str, float | str],
    words: dict[str, dict[str, str]],
    cells: dict[str, dict[str, Cell]],
) -> list[Fault]:
    """Apply the changes of one service in place; return what is wrong with them."""
    like = changes.pop("like", id_ if id_ in words else None)
    if like is None or (id_ not in words and "name" not in changes):
        known = list(words)
        return [
            _unknown(
                id_,
                known,
                "service inconnu « {word} ». Un nouveau type donne « like » et « name ».",
                "service inconnu « {word} ». Vouliez-vous dire « {near} » ? Un nouveau type donne "
                "« like » et « name ».",
            )
        ]
    if like not in words:
        return [
            _unknown(
                str(like),
                list(words),
                "service inconnu « {word} ».",
                "service inconnu « {word} ». Vouliez-vous dire « {near} » ?",
            )
        ]
    words[id_], cells[id_] = dict(words[str(like)]), dict(cells[str(like)])
    faults = []
    for field, value in changes.items():
        if field in WORDS:
            faults += _set_word(id_, words[id_], field, value)
        elif field in FIELDS:
            faults += _set_cell(id_, cells[id_], field, value)
        else:
            faults.append(
                _unknown(
                    field,
                    [*FIELDS, *WORDS],
                    "service {service} : champ inconnu « {word} ».",
                    "service {service} : champ inconnu « {word} ». Vouliez-vous dire « {near} » ?",
                    service=id_,
                )
            )
    return faults


def _set_word(id_: str, row: dict[str, str], field: str, value: float | str) -> list[Fault]:
    text = str(value).lower() if isinstance(value, bool) else value
    allowed = WORDS[field]
    if not isinstance(text, str) or not text or (allowed is not None and text not in allowed):
        return [
            Fault(
                "service {service} : « {field} » vaut « {value} » (attendu : {allowed}).",
                {
                    "service": id_,
                    "field": field,
                    "value": value,
                    "allowed": ", ".join(allowed) if allowed else Fault("un texte", {}),
                },
            )
        ]
    row[field] = text
    return []


def _set_cell(id_: str, row: dict[str, Cell], field: str, value: float | str) -> list[Fault]:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    senseless = not math.isfinite(number) or (number < 0 and field != "net")
    if senseless or (field == "poaching" and number > 1):
        return [
            Fault(
                "service {service} : « {field} » vaut « {value} », un nombre qui ait un sens "
                "est attendu.",
                {"service": id_, "field": field, "value": value},
            )
        ]
    old = row.get(field)
    row[field] = Cell(
        value=float(number),
        low=old.low if old else float(number),
        high=old.high if old else float(number),
        unit=old.unit if old else "",
        tag=Tag.USER,
        source="scénario",
        note=old.note if old else "",
    )
    return []


def _unknown(word: str, known: list[str], alone: str, suggesting: str, **values: object) -> Fault:
    """Return the sentence with a suggestion where a known word looks like this one."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return Fault(suggesting, {"word": word, "near": near[0], **values})
    return Fault(alone, {"word": word, **values})
