"""Published numbers are held to their tolerance, and what lacks data is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from territory_access.cli import validate
from territory_access.validation import apl, report
from territory_access.validation.row import AT_LEAST, AT_MOST, Row, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA = "TERRITORY_ACCESS_DATA"


def row(ours: float, tolerance: float | None = 0.1, held: str = "close") -> Row:
    return Row("x.y", "Moyenne", 1.0, ours, "min", tolerance, "essai", held=held)


@pytest.mark.parametrize(
    ("ours", "tolerance", "held", "passed"),
    [
        (1.1, 0.1, "close", True),
        (1.11, 0.1, "close", False),
        (0.89, 0.1, "close", False),
        (5.0, 0.0, AT_LEAST, True),
        (0.9, 0.0, AT_LEAST, False),
        (0.9, 0.0, AT_MOST, True),
        (1.1, 0.0, AT_MOST, False),
        (float("nan"), 0.1, "close", False),
        (float("inf"), 0.1, AT_LEAST, False),
        (99.0, None, "close", True),
    ],
)
def test_a_tolerance_is_kept_or_broken(
    ours: float, tolerance: float | None, held: str, passed: bool
) -> None:
    assert row(ours, tolerance, held).passed is passed


def test_without_data_nothing_is_broken_and_every_gap_is_named() -> None:
    found = report.run(None)
    assert not found.broken
    assert all(one.why for one in found.skipped)
    named = [one.id for one in found.results]
    assert len(named) == len(set(named))


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Row | Skipped]], None]:
    """Return how to make the validation find something."""
    monkeypatch.delenv(DATA, raising=False)

    def find(rows: list[Row | Skipped]) -> None:
        monkeypatch.setattr(report, "TOPICS", ("apl",))
        monkeypatch.setattr(apl, "rows", lambda _data: rows)

    return find


def test_the_command_shows_the_rows_and_writes_them(
    results: Callable[[list[Row | Skipped]], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    results([row(1.05), Skipped("x.z", "Médiane", "fichier absent")])
    validate.validate(tmp_path / "out.json", "en")
    said = capsys.readouterr().out
    assert "1.05" in said
    assert "Not checked, for want of data:" in said
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [one["status"] for one in written["results"]] == ["passed", "skipped"]
    assert written["results"][0]["residual"] == pytest.approx(0.05)


def test_the_command_fails_by_name_when_a_number_is_not_found_again(
    results: Callable[[list[Row | Skipped]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    results([row(1.5), row(1.0)])
    with pytest.raises(SystemExit) as left:
        validate.validate(None, "fr")
    assert left.value.code == 1
    assert "hors de leur tolérance\N{NO-BREAK SPACE}: Moyenne" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA, "nowhere-at-all")
    with pytest.raises(FileNotFoundError, match="nowhere-at-all"):
        validate.validate(None, "fr")
