"""Fetches an official file whole or not at all: resumed, tried again, never another in silence."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.datasets import fingerprints, registry, user_folder
from territory_access.datasets.partial_file import PartialFile
from territory_access.errors import DataError, Fault, MissingDataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.datasets.fingerprints import Fingerprint
    from territory_access.datasets.registry import Entry

# Bytes done, and to do where the server says it.
type Tell = Callable[[int, int | None], None]

_AGAIN = (408, 425, 429)  # the server asks to come back; so do all errors of its own (5xx)
_PIECE = 16 * 1024  # bytes: at most what a cut loses


@dataclass(frozen=True)
class Patience:
    """How long to insist.

    Attributes
    ----------
    attempts
        Times in a row that the server may fail to give anything new.
    timeout
        Seconds without a byte after which it no longer answers.
    pause
        Seconds before the second attempt; twice as long before each that follows.
    """

    attempts: int = 5
    timeout: float = 30.0
    pause: float = 1.0


@dataclass(frozen=True)
class Got:
    """A file of the folder of data.

    Attributes
    ----------
    path
        Where it is.
    fresh
        Whether it was downloaded just now.
    fingerprint
        What it is, as noted in the folder.
    """

    path: Path
    fresh: bool
    fingerprint: Fingerprint


def get(
    one: Entry,
    *,
    to: Path | None = None,
    tell: Tell | None = None,
    refresh: bool = False,
    patience: Patience | None = None,
) -> Got:
    """Return a file of the folder of data, downloaded if it is not there.

    Its SHA-256 is noted when it first comes, and compared ever after. What was interrupted is
    taken up where it stopped, if the server can and if the file has not changed meanwhile. The file
    appears under its name only once it is whole; the one that was there stays until then.

    Parameters
    ----------
    one
        Which file.
    to
        Folder; ``user_folder.folder()`` by default.
    tell
        Called as bytes come.
    refresh
        Download it even if it is there, and take it even if it is another than before.
    patience
        How long to insist.

    Raises
    ------
    MissingDataset
        When it cannot be had: why, on which page it is found by hand, and where to put it.
    DataError
        When the file, here or at its producer's, is no longer the one noted; nothing is replaced.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "metric.csv").write_text("by hand")
    >>> get(registry.entry("metric"), to=folder).fingerprint.bytes
    7
    """
    folder = user_folder.folder(to)
    here = registry.found(one, folder)
    if here is not None and not refresh:
        known = fingerprints.compare(one.name, here, folder)
        return Got(here, fresh=False, fingerprint=known or _seen(one, here, folder))
    if not one.address:
        raise registry.missing(one, folder, Fault("son adresse directe n’est pas connue", {}))
    known = None if refresh else fingerprints.read(folder).get(one.name)
    path = here or folder / one.file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fetch(one, path, known, (tell, patience or Patience(), folder))
        known = fingerprints.take(folder, path, day=_today(), address=one.address)
        fingerprints.note(folder, one.name, known)
        return Got(path, fresh=True, fingerprint=known)
    except OSError as error:
        if isinstance(error, MissingDataset):
            raise
        raise DataError(
            "« {path} » ne peut pas être écrit ({why}). Libérez de la place, ou donnez un autre "
            "dossier avec --to.",
            path=path,
            why=error.strerror or type(error).__name__,
        ) from error


def _seen(one: Entry, path: Path, folder: Path) -> Fingerprint:
    """Return the fingerprint of a file put there by hand; keep it where the folder allows it."""
    known = fingerprints.take(folder, path, day=_today())
    with contextlib.suppress(OSError):  # a folder that is only read is as good as another
        fingerprints.note(folder, one.name, known)
    return known


def _today() -> str:
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def _fetch(
    one: Entry,
    path: Path,
    known: Fingerprint | None,
    manner: tuple[Tell | None, Patience, Path],
) -> None:
    """Put the file at its path once it is whole and, where one is known, the same."""
    import pooch

    tell, patience, folder = manner
    part = PartialFile(path.with_name(f"{path.name}.part"), one.address, tell)
    whole = path.with_name(f"{path.name}.neuf")
    whole.unlink(missing_ok=True)
    log = pooch.get_logger()
    level = log.level
    log.setLevel("CRITICAL")  # what there is to say is said by the caller
    try:
        pooch.retrieve(
            one.address,
            known.sha256 if known else None,
            fname=whole.name,
            path=path.parent,
            downloader=_Insisting(one, folder, part, patience),
        )
    except ValueError as error:  # pooch compared the digests, and has dropped what it took
        if known is None:
            raise
        raise DataError(
            "« {name} » n’est plus, à {address}, le fichier noté le {day} (empreinte {old}…). Rien "
            "n’a été remplacé. Pour prendre la nouvelle édition : « territory-access data get "
            "{name} --refresh » ; vérifiez ensuite que vos résultats le disent.",
            name=one.name,
            address=one.address,
            day=known.day,
            old=known.sha256[:12],
        ) from error
    finally:
        log.setLevel(level)
    whole.replace(path)


@dataclass(frozen=True)
class _Insisting:
    """A downloader for pooch: asks again, and goes on where it was."""

    one: Entry
    folder: Path
    part: PartialFile
    patience: Patience

    def __call__(self, url: str, output_file: str, _pooch: object) -> None:
        """Download to ``output_file``."""
        why = Fault("le serveur ne répond pas", {})
        failures = kept = 0
        while failures < self.patience.attempts:
            if failures:
                time.sleep(self.patience.pause * 2 ** (failures - 1))
            try:
                self._ask(url)
            except OSError as error:
                # only errors of the network know of a response: the others are of our disk
                if not hasattr(error, "response"):
                    raise
                status = getattr(error.response, "status_code", None)
                now = self.part.kept()
                why = _reason(status, url, resumes=now > 0)
                failures = 1 if now > kept else failures + 1
                kept = max(kept, now)
                if status is not None and status < 500 and status not in _AGAIN:
                    break
            else:
                self.part.path.replace(output_file)
                self.part.forget()
                return
        raise registry.missing(self.one, self.folder, why)

    def _ask(self, url: str) -> None:
        import pooch

        try:
            pooch.HTTPDownloader(
                chunk_size=_PIECE,
                timeout=self.patience.timeout,
                headers={"Accept-Encoding": "identity"} | self.part.headers(),
                hooks={"response": self.part.answered},
            )(url, self.part, None)
            self.part.end()
        finally:
            self.part.close()


def _reason(status: int | None, url: str, *, resumes: bool) -> Fault:
    """Return why nothing came, in words."""
    if status is not None:
        return Fault("{url} a répondu {status}", {"url": url, "status": status})
    if resumes:
        return Fault(
            "le téléchargement s’est interrompu, et reprendra où il en est à la prochaine demande",
            {},
        )
    return Fault("pas de réponse de {url}", {"url": url})
