"""What the documentation says exists: its keys, its commands, its pages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from territory_access.cli.app import app
from territory_access.scenario import Scenario
from territory_access.services import catalogue

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
PAGES = [page for page in PAGES if not {"reference", "_build"} & set(page.parts)]
NEEDED = {
    "title": "Essai",
    "territory": {"departements": ["53"]},
    "siting": {"budget": 1.0, "gp_fte": 1.0},
}


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


SCENARIOS = [(page, block) for page in PAGES for block in blocks(page, "toml")]
COMMANDS = [
    line.split("#")[0].split()[1:]
    for page in PAGES
    for block in blocks(page, "sh")
    for line in block.splitlines()
    if line.startswith("territory-access ")
]
COMMANDS += [
    found.split()
    for page in PAGES
    for found in re.findall(r"`territory-access ([^`]+)`", page.read_text(encoding="utf-8"))
]


def merged(first: dict, second: dict) -> dict:
    """Return both, the second one winning, table by table."""
    both = dict(first)
    for key, value in second.items():
        both[key] = merged(both[key], value) if isinstance(both.get(key), dict) else value
    return both


@pytest.mark.parametrize(("page", "block"), SCENARIOS, ids=lambda it: getattr(it, "stem", "…"))
def test_every_key_of_the_docs_is_one_of_a_scenario(page: Path, block: str) -> None:
    del page
    keys = tomllib.loads(block)
    keys.pop("extends", None)
    dotted = {
        part: {".".join(names): value for names, value in flat(keys.get(part, {}))}
        for part in ("parameters",)
    }
    asked = Scenario.model_validate(merged(NEEDED, keys | {k: v for k, v in dotted.items() if v}))
    catalogue.load(asked.services)


def flat(table: dict, names: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    """Return the values of nested tables, with the keys that lead to them."""
    found: list[tuple[tuple[str, ...], object]] = []
    for key, value in table.items():
        deeper = flat(value, (*names, key)) if isinstance(value, dict) else [((*names, key), value)]
        found += deeper
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_of_the_docs_is_understood(command: list[str]) -> None:
    words = [word for word in command if word != "…"]
    words += ["x.toml"] if "…" in command else []
    app.parse_args(words, exit_on_error=False, print_error=False)


def test_there_is_something_to_check() -> None:
    assert len(SCENARIOS) > 10
    assert len(COMMANDS) > 20


def test_the_docs_build_without_a_warning(tmp_path: Path) -> None:
    # A copy: the build writes the reference among the pages, and « make docs » may be at work.
    docs = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", docs, ignore=shutil.ignore_patterns("_build", "reference"))
    for folder in ("datasets", "scenarios"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dummy"]
    command += ["-d", str(tmp_path / "tree"), str(docs), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
