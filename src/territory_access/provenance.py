"""Where each number came from: hashes of what was read, so that a run can be told from another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    >>> from pathlib import Path
    >>> digest(Path(__file__)) == digest(Path(__file__))
    True
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(parts: Iterable[str | bytes]) -> str:
    """Return one SHA-256 for several pieces of text or bytes, their limits included.

    >>> digest_of(["ab", "c"]) == digest_of(["a", "bc"])
    False
    """
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big"))
        whole.update(raw)
    return whole.hexdigest()
