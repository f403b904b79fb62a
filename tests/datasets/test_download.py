"""A file comes whole or not at all, whatever the server does; asked of a server of our own."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from territory_access.datasets import download, fingerprints, registry
from territory_access.datasets.download import Patience
from territory_access.datasets.registry import Entry
from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
BODY = bytes(range(256)) * 4096  # 1 MiB
SOON = Patience(attempts=4, timeout=2.0, pause=0.0)


@dataclass
class Manners:
    """How the server behaves; what it was asked."""

    body: bytes = BODY
    statuses: list[int] = field(default_factory=list)  # answers before it serves
    cut: list[int] = field(default_factory=list)  # bytes after which it hangs up, by answer
    ranges: bool = True
    honest_range: bool = True
    mark: str = "ETag"
    hold: float = 0.0  # seconds of silence in the first answer
    asked: list[str] = field(default_factory=list)  # the Range of each request

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:12]}"'


class Handler(BaseHTTPRequestHandler):
    manners: Manners
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        do = self.manners
        asked = self.headers.get("Range", "")
        do.asked.append(asked)
        if do.statuses:
            self.send_response(do.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        if asked and do.ranges and self.headers.get("If-Range") in (None, do.etag):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start > len(do.body):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            said = start if do.honest_range else start + 1
            self.send_header("Content-Range", f"bytes {said}-{len(do.body) - 1}/{len(do.body)}")
        if do.mark == "ETag":
            self.send_header("ETag", do.etag)
        self._send(do.body[start:])

    def _send(self, body: bytes) -> None:
        do = self.manners
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = do.cut.pop(0) if do.cut else len(body)
        self.wfile.write(body[: cut // 2])
        if do.hold:
            hold, do.hold = do.hold, 0.0
            time.sleep(hold)
        self.wfile.write(body[cut // 2 : cut])
        if cut < len(body):
            self.close_connection = True


@pytest.fixture
def server() -> Iterator[tuple[Manners, str]]:
    manners = Manners()
    handler = type("OfThisTest", (Handler,), {"manners": manners})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield manners, f"http://127.0.0.1:{served.server_port}/essai.csv"
        served.shutdown()
        thread.join()


@pytest.fixture
def one(server: tuple[Manners, str]) -> Entry:
    return Entry(
        name="essai", title="Fichier d’essai", page="https://exemple.fr/page",
        address=server[1], tag="U", licence="libre", vintage="2026", reader="", file="essai.csv",
    )  # fmt: skip


@pytest.fixture
def manners(server: tuple[Manners, str]) -> Manners:
    return server[0]


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_file_comes_with_its_fingerprint_and_is_not_asked_again(
    manners: Manners, one: Entry, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[int, int | None]] = []
    got = download.get(
        one, to=tmp_path, tell=lambda done, total: told.append((done, total)), patience=SOON
    )
    assert got.fresh
    assert got.path == tmp_path / "essai.csv"
    assert got.path.read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    kept = fingerprints.read(tmp_path)["essai"]
    assert kept.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (kept.bytes, kept.address, kept.file) == (len(BODY), one.address, "essai.csv")
    assert left(tmp_path) == {"essai.csv", "empreintes.toml"}
    again = download.get(one, to=tmp_path, patience=SOON)
    assert not again.fresh
    assert len(manners.asked) == 1
    assert capfd.readouterr() == ("", "")  # the library is silent


def test_what_is_not_there_is_said_with_the_way_to_get_it(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.statuses = [404]
    with pytest.raises(MissingDataset) as raised:
        download.get(one, to=tmp_path, patience=SOON)
    said = str(raised.value)
    assert "a répondu 404" in said
    assert "https://exemple.fr/page" in said
    assert str(tmp_path / "essai.csv") in said
    assert "n’a pas été vérifiée" in said
    assert len(manners.asked) == 1, "what is not there is not asked for again"
    assert not left(tmp_path)


@pytest.mark.parametrize("statuses", [[500], [503, 502], [429, 500, 408]])
def test_a_server_in_trouble_is_asked_again(
    manners: Manners, one: Entry, tmp_path: Path, statuses: list[int]
) -> None:
    manners.statuses = list(statuses)
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY
    assert len(manners.asked) == len(statuses) + 1


def test_a_server_that_stays_in_trouble_is_left_in_the_end(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.statuses = [500] * 9
    with pytest.raises(MissingDataset, match="a répondu 500"):
        download.get(one, to=tmp_path, patience=SOON)
    assert len(manners.asked) == SOON.attempts


def test_a_cut_body_is_completed_from_where_it_stopped(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.cut = [600_000, 100_000]
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY
    first, second, third = manners.asked
    assert first == ""
    at = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked in (second, third)]
    assert 0 < at[0] <= 600_000
    assert at[0] < at[1] <= 700_000


def test_a_download_that_goes_on_is_not_given_up(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.cut = [100_000] * 9
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY
    assert len(manners.asked) == 10


def test_an_interrupted_download_is_taken_up_by_the_next_command(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.cut = [600_000]
    with pytest.raises(MissingDataset, match="reprendra où il en est"):
        download.get(one, to=tmp_path, patience=replace(SOON, attempts=1))
    assert left(tmp_path) == {"essai.csv.part", "essai.csv.part.marque"}
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY
    assert manners.asked[1].startswith("bytes=")
    assert left(tmp_path) == {"essai.csv", "empreintes.toml"}


def test_two_editions_are_never_joined(manners: Manners, one: Entry, tmp_path: Path) -> None:
    manners.cut = [600_000]
    with pytest.raises(MissingDataset):
        download.get(one, to=tmp_path, patience=replace(SOON, attempts=1))
    manners.body = BODY[::-1]
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY[::-1]


def test_without_range_or_mark_it_starts_again(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.ranges, manners.cut = False, [600_000, 900_000]
    assert download.get(one, to=tmp_path / "a", patience=SOON).path.read_bytes() == BODY
    manners.mark, manners.ranges, manners.cut, manners.asked = "", True, [600_000], []
    assert download.get(one, to=tmp_path / "b", patience=SOON).path.read_bytes() == BODY
    assert manners.asked == ["", ""], "nothing tells whether the rest is that of the same file"


def test_a_range_that_is_not_the_one_asked_for_is_not_trusted(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    manners.honest_range, manners.cut = False, [600_000]
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY


def test_more_kept_than_there_is_starts_again(manners: Manners, one: Entry, tmp_path: Path) -> None:
    (tmp_path / "essai.csv.part").write_bytes(BODY + b"more")
    (tmp_path / "essai.csv.part.marque").write_text(
        f"{one.address}\n{manners.etag}", encoding="utf-8"
    )
    assert download.get(one, to=tmp_path, patience=SOON).path.read_bytes() == BODY


def test_a_silent_server_is_not_waited_for(manners: Manners, one: Entry, tmp_path: Path) -> None:
    manners.hold = 0.6
    quick = replace(SOON, timeout=0.2)
    assert download.get(one, to=tmp_path, patience=quick).path.read_bytes() == BODY
    assert len(manners.asked) == 2


def test_nobody_answers(one: Entry, tmp_path: Path) -> None:
    closed = replace(one, address="http://127.0.0.1:9/essai.csv")
    with pytest.raises(MissingDataset, match="pas de réponse de http://127"):
        download.get(closed, to=tmp_path, patience=replace(SOON, attempts=2))


def test_without_an_address_it_is_to_be_had_by_hand(one: Entry, tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match="ne se télécharge pas par commande"):
        download.get(replace(one, address=""), to=tmp_path)


def test_another_edition_is_refused_until_it_is_asked_for(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    path = download.get(one, to=tmp_path, patience=SOON).path
    manners.body = b"another"
    path.unlink()
    with pytest.raises(DataError, match=r"n’est plus, à .*, le fichier noté le .*--refresh"):
        download.get(one, to=tmp_path, patience=SOON)
    assert not path.exists()
    assert left(tmp_path) == {"empreintes.toml"}
    assert download.get(one, to=tmp_path, refresh=True, patience=SOON).fresh
    assert path.read_bytes() == b"another"
    known = fingerprints.read(tmp_path)["essai"]
    assert known.sha256 == hashlib.sha256(b"another").hexdigest()


def test_a_refresh_that_fails_leaves_the_file_that_was_there(
    manners: Manners, one: Entry, tmp_path: Path
) -> None:
    path = download.get(one, to=tmp_path, patience=SOON).path
    before = fingerprints.read(tmp_path)
    manners.body, manners.cut = b"another" * 10_000, [500] * 9
    manners.ranges = False
    with pytest.raises(MissingDataset):
        download.get(one, to=tmp_path, refresh=True, patience=SOON)
    assert path.read_bytes() == BODY
    assert fingerprints.read(tmp_path) == before


def test_a_file_changed_here_is_not_used(manners: Manners, one: Entry, tmp_path: Path) -> None:
    path = download.get(one, to=tmp_path, patience=SOON).path
    path.write_bytes(BODY[:-1] + b"x")
    with pytest.raises(DataError, match=r"n’est plus le fichier noté le .*--refresh"):
        download.get(one, to=tmp_path, patience=SOON)
    assert len(manners.asked) == 1
    download.get(one, to=tmp_path, refresh=True, patience=SOON)
    assert path.read_bytes() == BODY


def test_a_file_put_there_by_hand_is_noted(manners: Manners, one: Entry, tmp_path: Path) -> None:
    (tmp_path / "essai.csv").write_bytes(b"by hand")
    got = download.get(one, to=tmp_path, patience=SOON)
    assert not got.fresh
    assert not manners.asked
    assert fingerprints.read(tmp_path)["essai"].address == ""


def test_a_file_of_a_folder_that_is_only_read_is_used(one: Entry, tmp_path: Path) -> None:
    (tmp_path / "essai.csv").write_bytes(b"by hand")
    (tmp_path / "empreintes.toml.neuf").mkdir()  # nothing can be noted
    assert download.get(one, to=tmp_path).fingerprint.bytes == 7
    assert fingerprints.read(tmp_path) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_named(one: Entry, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="ne peut pas être écrit"):
        download.get(one, to=tmp_path / "in", patience=SOON)


def test_a_path_that_is_no_folder_is_named(one: Entry, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"ne peut pas être écrit.*--to"):
        download.get(one, to=tmp_path / "file", patience=SOON)


def test_fingerprints_that_cannot_be_read_are_said(one: Entry, tmp_path: Path) -> None:
    (tmp_path / "empreintes.toml").write_text("[essai]\nx = 1", encoding="utf-8")
    with pytest.raises(DataError, match="ne se lit plus"):
        download.get(one, to=tmp_path, patience=SOON)


def test_every_known_address_can_be_asked_for() -> None:
    for one in registry.entries().values():
        assert one.address == "" or one.address.startswith("https://"), one.name
        assert one.page.startswith("https://"), one.name
