"""Keeps what has come of a download, and knows whether the rest may be added to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WHOLE, _PART, _BEYOND = 200, 206, 416  # what servers answer (RFC 9110)


class InterruptedDownloadError(OSError):
    """The connection ended before the file did."""

    response = None  # as errors of the network have: see datasets.download


class PartialFile:
    """A file that comes in pieces, over several connections if need be.

    The rest is asked for only where the server gave the file a mark (``ETag`` or
    ``Last-Modified``): sent back with the request (``If-Range``), it makes the server start again
    if the file has changed, so that two editions are never joined.

    Parameters
    ----------
    path
        Where the pieces are kept.
    address
        From where they come.
    tell
        Called with the bytes done, and to do (``None`` if the server does not say).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> part = PartialFile(pathlib.Path(tempfile.mkdtemp()) / "a.part", "https://exemple.fr/a")
    >>> part.headers(), part.kept()
    ({}, 0)
    """

    def __init__(
        self, path: Path, address: str, tell: Callable[[int, int | None], None] | None = None
    ) -> None:
        self.path = path
        self.address = address
        self.tell = tell
        self.total: int | None = None
        self.done = 0
        self.mark = path.with_name(f"{path.name}.marque")
        self.file: BinaryIO | None = None

    def kept(self) -> int:
        """Return how many bytes were kept that the server can complete."""
        return self.path.stat().st_size if self.headers() else 0

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest, none where the whole is to be asked for."""
        if not (self.path.is_file() and self.mark.is_file()):
            return {}
        address, _, mark = self.mark.read_text(encoding="utf-8").partition("\n")
        size = self.path.stat().st_size
        if address != self.address or not mark or not size:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": mark}

    def answered(self, response: Any, **_: object) -> None:  # noqa: ANN401 - of a library without types
        """Take note of what a server answers, before its bytes come."""
        self.close()
        if response.status_code == _BEYOND:  # nothing lies beyond what was kept: it is not ours
            self.forget()
            raise InterruptedDownloadError
        if response.status_code == _PART:
            self._go_on(response.headers)
        elif response.status_code == _WHOLE:
            self._start(response.headers)

    def write(self, piece: bytes) -> None:
        """Add bytes."""
        if self.file is None:
            raise InterruptedDownloadError
        self.file.write(piece)
        self.done += len(piece)
        if self.tell is not None:
            self.tell(self.done, self.total)

    def flush(self) -> None:
        """Leave bytes to the system: what is lost in a crash is asked for again."""

    def end(self) -> None:
        """Refuse a file that has not the size announced."""
        if self.total is not None and self.done != self.total:
            if self.done > self.total:
                self.forget()
            raise InterruptedDownloadError

    def close(self) -> None:
        """Close the file; what it holds is kept."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def forget(self) -> None:
        """Drop what was kept."""
        self.close()
        self.path.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)

    def _start(self, headers: Any) -> None:  # noqa: ANN401 - of a library without types
        etag = headers.get("ETag", "")
        mark = headers.get("Last-Modified", "") if etag.startswith("W/") or not etag else etag
        self.mark.write_text(f"{self.address}\n{mark}", encoding="utf-8")
        size = headers.get("Content-Length", "")
        encoded = headers.get("Content-Encoding", "identity") != "identity"
        self.total = int(size) if size.isdecimal() and not encoded else None
        self.done = 0
        self.file = self.path.open("wb")

    def _go_on(self, headers: Any) -> None:  # noqa: ANN401 - of a library without types
        kept = self.path.stat().st_size if self.path.is_file() else 0
        asked = self.headers().get("If-Range", "")
        says = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", ""))
        changed = asked not in (headers.get("ETag", asked), headers.get("Last-Modified", asked))
        if says is None or int(says[1]) != kept or changed:
            self.forget()
            raise InterruptedDownloadError
        self.total = None if says[2] == "*" else int(says[2])
        self.done = kept
        self.file = self.path.open("ab")
