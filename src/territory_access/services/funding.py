"""Says which funding rules are in force on a day."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from territory_access.errors import DataError
from territory_access.parameters import cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Rule:
    """One dated rule of one funder.

    Attributes
    ----------
    id, rule_set, field
        ``rule_set.field`` or ``rule_set.field.zone``; ``AAP2024.share_max`` for example.
    label, note
        French.
    start, end
        First and last day in force; ``None`` when not known or not yet over.
    value
        In ``unit``; ``None`` when nothing is published.
    zone
        Where it holds (``ZIP``, ``ZAC``…), ``""`` everywhere.
    tag, source, reference
        Where it comes from.
    """

    id: str
    rule_set: str
    field: str
    label: str
    start: date | None
    end: date | None
    value: float | None
    unit: str
    zone: str
    tag: Tag
    source: str
    reference: str
    note: str

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def load(folder: Path | None = None) -> tuple[Rule, ...]:
    """Return every rule, past ones included.

    Parameters
    ----------
    folder
        Folder of ``funding_rules.csv``; the embedded one by default.

    Raises
    ------
    DataError
        When a row cannot be used, or two rules have one id and overlapping dates.

    Examples
    --------
    >>> {rule.id: rule.value for rule in load()}["AAP2024.share_max"]
    0.4
    """
    known = references()
    with ((folder or data_folder()) / "funding_rules.csv").open(encoding="utf-8", newline="") as f:
        rules = tuple(_rule(line, row, known) for line, row in enumerate(csv.DictReader(f), 2))
    for at, rule in enumerate(rules):
        for other in rules[:at]:
            if rule.id == other.id and _overlap(rule, other):
                raise DataError("funding_rules.csv : « {id} » est donné deux fois.", id=rule.id)
    return rules


def rules_in_force(day: date, *, rules: tuple[Rule, ...] | None = None) -> dict[str, Rule]:
    """Return the rules that hold that day, by id.

    Examples
    --------
    >>> "AAP2024.envelope" in rules_in_force(date(2024, 8, 1))
    True
    >>> "AAP2024.envelope" in rules_in_force(date(2026, 11, 1))
    False
    """
    return {rule.id: rule for rule in (rules or load()) if rule.holds_on(day)}


def _rule(line: int, row: dict[str, str], known: dict[str, str]) -> Rule:
    try:
        rule = Rule(
            id=row["id"],
            rule_set=row["rule_set"],
            field=row["field"],
            label=row["label"],
            start=date.fromisoformat(row["from"]) if row["from"] else None,
            end=date.fromisoformat(row["to"]) if row["to"] else None,
            value=float(row["value"]) if row["value"] else None,
            unit=row["unit"],
            zone=row["zone"],
            tag=Tag(row["tag"]),
            source=row["source"],
            reference=cite(row["source"], known),
            note=row["note"],
        )
    except (KeyError, ValueError) as error:
        raise DataError(
            "funding_rules.csv : la ligne {line} ne convient pas ({why}).", line=line, why=error
        ) from error
    backwards = rule.start and rule.end and rule.end < rule.start
    if backwards or (rule.value is not None and not math.isfinite(rule.value)):
        raise DataError("funding_rules.csv : la ligne {line} ne convient pas.", line=line)
    return rule


def _overlap(one: Rule, other: Rule) -> bool:
    first, last = date.min, date.max
    return (one.start or first) <= (other.end or last) and (other.start or first) <= (
        one.end or last
    )
