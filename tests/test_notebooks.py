"""Every notebook runs from top to bottom, and is kept without outputs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    # Beside the scenarios, as in the clone: notebooks name them.
    (tmp_path / "scenarios").symlink_to(notebook.parents[1] / "scenarios")
    copy = tmp_path / "notebooks" / notebook.name
    copy.parent.mkdir()
    copy.write_bytes(notebook.read_bytes())
    # A process of its own: kernels talk over local sockets, which tests may not open.
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own files
    assert done.returncode == 0, done.stderr
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    kinds = [out["output_type"] for cell in cells for out in cell.get("outputs", [])]
    assert "execute_result" in kinds
    assert "error" not in kinds


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
