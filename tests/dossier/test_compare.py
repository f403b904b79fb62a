"""Two results are put side by side in words and numbers that add up."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from territory_access.dossier.blocks import Bullets, Statement, Table
from territory_access.dossier.compare import compare, read
from territory_access.dossier.voice import Voice
from territory_access.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def _edited(written: Path, tmp_path: Path, edit: dict[str, object]) -> Path:
    """Return a copy of a result folder with some cells of its tables changed."""
    folder = tmp_path / "autre"
    shutil.copytree(written, folder)
    path = folder / "tables" / "tables.json"
    tables = json.loads(path.read_text("utf-8"))
    for (table, row, key), value in edit.items():
        columns = [column["key"] for column in tables[table]["columns"]]
        tables[table]["rows"][row][columns.index(key)] = value
    path.write_text(json.dumps(tables), encoding="utf-8")
    return folder


def test_a_result_is_like_itself(written: Path) -> None:
    said = compare(read(written), read(written), Voice.of("fr"))
    texts = [block.text for block in said.blocks if isinstance(block, Statement)]
    assert "Les mêmes sites sont proposés." in texts
    assert "solde 0" in texts[0]
    assert next(block for block in said.blocks if isinstance(block, Table)).rows == ()


def test_who_gains_and_who_loses_adds_up(written: Path, tmp_path: Path) -> None:
    first = read(written)
    served = first.communes["servis_apres"].iloc[10]
    other = _edited(written, tmp_path, {("communes", 10, "servis_apres"): served + 50})
    said = compare(first, read(other), Voice.of("fr"))
    assert said.blocks[0].text.startswith("50 habitants de plus ont une place dans 1 communes")
    table = next(block for block in said.blocks if isinstance(block, Table))
    assert [row[-1] for row in table.rows] == [50]
    assert table.rows[0][0] == first.communes.index[10]


def test_a_site_that_moves_and_a_size_that_changes_are_said(written: Path, tmp_path: Path) -> None:
    other = _edited(
        written,
        tmp_path,
        {
            ("couts", 0, "code_commune"): "99999",
            ("sites", 0, "commune"): "Ailleurs",
            ("sites", 1, "taille"): "petit",
        },
    )
    said = compare(read(written), read(other), Voice.of("fr"))
    moves = next(block for block in said.blocks if isinstance(block, Bullets)).items
    assert any(move.startswith("Ailleurs ouvre") for move in moves)
    assert any("n’ouvre plus" in move for move in moves)
    assert any(move.startswith("Commune 17") and "petit" in move for move in moves)


def test_what_is_not_a_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="pas un dossier de résultats"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    with pytest.raises(DataError, match="illisibles ou absentes"):
        read(tmp_path)
