"""Remembers what each file of the folder of data was when it came, and says when it changed."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from territory_access.errors import DataError
from territory_access.provenance import digest

if TYPE_CHECKING:
    from pathlib import Path

FILE = "empreintes.toml"


@dataclass(frozen=True)
class Fingerprint:
    """What a file was.

    Attributes
    ----------
    file
        Its path in the folder.
    sha256
        Its digest, in hexadecimal.
    bytes
        Its size.
    day
        When it came (ISO).
    address
        From where; ``""`` for a file put there by hand.
    """

    file: str
    sha256: str
    bytes: int
    day: str
    address: str


def read(folder: Path) -> dict[str, Fingerprint]:
    """Return the fingerprints kept in a folder, by name of entry.

    Raises
    ------
    DataError
        When the file that keeps them cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Fingerprint(**row) for name, row in rows.items()}
    except (ValueError, TypeError) as error:
        raise DataError(
            "« {path} » ne se lit plus. Supprimez-le : les empreintes seront notées de nouveau.",
            path=path,
        ) from error


def note(folder: Path, name: str, known: Fingerprint) -> None:
    """Keep the fingerprint of an entry; the file that holds them is whole at every moment."""
    import tomli_w

    rows = {key: asdict(one) for key, one in (read(folder) | {name: known}).items()}
    path = folder / FILE
    new = path.with_name(f"{FILE}.neuf")
    new.write_text(tomli_w.dumps(dict(sorted(rows.items()))), encoding="utf-8")
    new.replace(path)


def take(folder: Path, path: Path, *, day: str, address: str = "") -> Fingerprint:
    """Return the fingerprint of a file as it is now.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "mg.csv").write_text("code;mg")
    >>> known = take(folder, folder / "mg.csv", day="2026-11-22")
    >>> note(folder, "mg", known)
    >>> compare("mg", folder / "mg.csv", folder) == known
    True
    """
    file = path.relative_to(folder).as_posix()
    return Fingerprint(file, digest(path), path.stat().st_size, day, address)


def compare(name: str, path: Path, folder: Path) -> Fingerprint | None:
    """Return the fingerprint kept of a file that is still the same, ``None`` where none is.

    Raises
    ------
    DataError
        When the file is no longer what it was.
    """
    known = read(folder).get(name)
    if known is not None and digest(path) != known.sha256:
        raise DataError(
            "« {path} » n’est plus le fichier noté le {day} (empreinte {old}…). S’il a été abîmé "
            "ou modifié par erreur : « territory-access data get {name} --refresh » le reprend. "
            "Si vous l’avez changé exprès : supprimez son entrée de {file}.",
            path=path,
            day=known.day,
            old=known.sha256[:12],
            name=name,
            file=folder / FILE,
        )
    return known
