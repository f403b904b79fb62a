"""Every initiative of the seed documents is where the table of the documentation says."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from territory_access.cli.app import app
from territory_access.parameters import data_folder
from territory_access.scenario import Scenario
from territory_access.services import library

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "systemes.md"
_ROW = re.compile(r"\| (\d+) \| (.+?) \| (F|P|C|C/P) \| (.+) \|")
_WAY = re.compile(r"(commande|scénario|ligne) `([^`]+)`")


class System(NamedTuple):
    """A row of the table."""

    number: int
    name: str
    use: str
    ways: tuple[tuple[str, str], ...]


def systems() -> list[System]:
    text = TABLE.read_text(encoding="utf-8")
    return [
        System(int(number), name, use, tuple(_WAY.findall(where)))
        for number, name, use, where in _ROW.findall(text)
    ]


def has_row(named: str) -> bool:
    """Whether a data file has a row that begins so, or a parameter of that id."""
    file, _, key = named.partition(":")
    path = data_folder() / file
    if path.suffix == ".toml":
        found: object = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in key.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found is not None
    with path.open(encoding="utf-8", newline="") as lines:
        return any(row and row[0] == key for row in csv.reader(lines))


def test_the_thirty_three_are_there_once() -> None:
    assert [one.number for one in systems()] == list(range(1, 34))
    told = [number for one in library.load() for number in one.systems]
    assert sorted(told) == list(range(1, 34))


@pytest.mark.parametrize("one", systems(), ids=lambda one: str(one.number))
def test_each_way_leads_somewhere(one: System) -> None:
    assert one.ways, one.name
    for kind, named in one.ways:
        if kind == "commande":
            assert named in set(app), named
        elif kind == "scénario":
            assert Scenario.load(ROOT / "scenarios" / named).title
        else:
            assert has_row(named), named


def test_what_has_its_own_computation_is_reached_by_more_than_context() -> None:
    for one in systems():
        if one.use == "F":
            ways = [(kind, named) for kind, named in one.ways if "initiatives.csv" not in named]
            assert ways, one.name


def test_a_missing_row_would_be_seen() -> None:
    assert not has_row("sites.csv:smp-nulle-part")
    assert not has_row("parameters.toml:need.nothing")
