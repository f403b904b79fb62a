"""The committed reference of scenarios is the one that the code gives."""

from __future__ import annotations

import json
from pathlib import Path

from territory_access.scenario_reference import json_schema, markdown

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


def test_the_page_and_the_schema_are_up_to_date() -> None:
    assert (SCENARIOS / "README.md").read_text(encoding="utf-8") == markdown()
    assert (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8") == json_schema()


def test_every_key_is_described() -> None:
    described = json.loads(json_schema())
    parts = [described, *described["$defs"].values()]
    bare = [
        key
        for part in parts
        for key, field in part.get("properties", {}).items()
        if "description" not in field
    ]
    assert bare == []
