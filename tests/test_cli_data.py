"""The official files, as a planner meets them on the command line."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from territory_access.cli.app import BAD_INPUT, main
from territory_access.datasets import registry, user_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
SUPPLY = "DEPCOM;TYPEQU;NB_EQUIP\n44109;D265;3\n53130;D265;2\n"


@pytest.fixture
def producer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder that a server of our own serves; the registry names three files of it."""
    served = tmp_path / "producer"
    served.mkdir()
    (served / "bpe.csv").write_text(SUPPLY, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(served))  # type: ignore[arg-type] # as it comes

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        known = registry.entry("bpe-2024")
        at = f"http://127.0.0.1:{server.server_port}"
        entries = {
            "bpe": replace(known, name="bpe", file="bpe.csv", address=f"{at}/bpe.csv"),
            "absent": replace(known, name="absent", file="absent.csv", address=f"{at}/absent.csv"),
            "rna": registry.entry("rna"),
        }
        monkeypatch.setattr(registry, "entries", lambda: entries)
        monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path / "data"))
        monkeypatch.setenv("COLUMNS", "200")
        yield served
        server.shutdown()
        thread.join()


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["data", *words])
    return int(left.value.code or 0)


def test_a_file_is_listed_fetched_and_checked(
    producer: Path,  # noqa: ARG001 - it serves
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert leave("list") == 0
    said = capsys.readouterr().out
    assert "Base permanente des équipements" in said
    assert "n’ont pas été vérifiées" in said.replace("\n", " ")
    assert str(tmp_path / "data") in said
    assert leave("check") == 0
    assert "aucun fichier officiel" in capsys.readouterr().out
    assert leave("get", "bpe") == 0
    assert "téléchargé" in capsys.readouterr().out
    assert (tmp_path / "data" / "bpe.csv").read_text(encoding="utf-8") == SUPPLY
    assert leave("get", "bpe") == 0
    assert "déjà là, inchangé" in capsys.readouterr().out
    assert leave("check") == 0
    assert "inchangé, et se lit" in capsys.readouterr().out


def test_another_folder_and_another_language(
    producer: Path,  # noqa: ARG001 - it serves
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert leave("get", "bpe", "--to", str(tmp_path / "else"), "--lang", "en") == 0
    assert "downloaded" in capsys.readouterr().out
    assert leave("check", "bpe", "--lang", "en") == BAD_INPUT
    said = capsys.readouterr().err
    assert "is missing" in said
    assert "it is not in" in said


def test_one_that_fails_does_not_keep_the_others_from_coming(
    producer: Path,  # noqa: ARG001 - it serves
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert leave("get", "absent", "bpe") == BAD_INPUT
    said = capsys.readouterr()
    assert "a répondu 404" in said.err
    assert "8217525" in said.err
    assert "téléchargé" in said.out
    assert (tmp_path / "data" / "bpe.csv").is_file()


def test_all_that_is_wrong_is_told_together(
    producer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave("get", "bpe")
    (tmp_path / "data" / "bpe.csv").write_text("x", encoding="utf-8")
    assert leave("check", "bpe", "absent") == BAD_INPUT
    said = capsys.readouterr().err
    assert "2 fichiers ne sont pas comme il faut" in said
    assert "n’est plus le fichier noté" in said
    (producer / "bpe.csv").write_text("une autre édition", encoding="utf-8")
    assert leave("get", "bpe", "--refresh") == 0
    assert leave("check") == BAD_INPUT, "its reader does not know it"


def test_what_nothing_reads_is_said(
    producer: Path,  # noqa: ARG001 - it serves
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / registry.entry("rna").file).touch()
    assert leave("check") == 0
    assert "aucune lecture prévue" in capsys.readouterr().out


def test_nothing_named_and_unknown_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("get") == BAD_INPUT
    assert "donnez un nom" in capsys.readouterr().err
    assert leave("get", "bpe2024") == BAD_INPUT
    assert "Vouliez-vous dire « bpe-2024 »" in capsys.readouterr().err
