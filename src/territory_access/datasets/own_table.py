"""Reads any table that someone brings: its header, its columns by their names, every fault once.

All the readers of official files stand on it, and so does a table of the user's own, whose columns
the scenario may name: ``[supply.columns]``, ``[need.columns.deprivation]``…
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.datasets.rows import iter_rows
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from territory_access.datasets.rows import Row

# How the usual files call the code of a commune, once accents, case and signs are gone; best first.
CODE_NAMES = (
    "code commune insee",
    "code insee commune",
    "code commune",
    "commune code",
    "code insee",
    "insee com",
    "insee",
    "codgeo",
    "depcom",
    "com",
    "code",
)
CODE = Fault("le code INSEE de la commune", {})
_HEADER_ROWS = 20  # official files carry titles above the names of their columns


@dataclass(frozen=True)
class OwnTable:
    """A table whose header was found and whose rows are still to be read, once.

    Attributes
    ----------
    path
        The file.
    what
        How the user calls such a table.
    line
        Of the header.
    names
        Of the columns, as they are written.
    rows
        Those under the header.
    """

    path: Path
    what: Fault
    line: int
    names: Sequence[str]
    rows: Iterator[Row]

    def find(self, usual: Iterable[str], asked: str | None = None) -> str | None:
        """Return the column asked for, or the first that has a usual name, or ``None``."""
        return _find(self.names, asked, usual)

    def column(self, usual: Iterable[str], meaning: Fault, asked: str | None = None) -> str:
        """Return the same column, or refuse the table and suggest the nearest name."""
        found = self.find(usual, asked)
        if found is not None:
            return found
        near = difflib.get_close_matches(asked or "", self.names, n=1, cutoff=0.5)
        if near:
            raise DataError(
                "{what} : la colonne « {asked} » est introuvable. Vouliez-vous dire « {near} » ?",
                what=self.what,
                asked=asked,
                near=near[0],
            )
        raise DataError(
            "{what} : aucune colonne ne donne {meaning} (colonnes lues : {names}). "
            "Nommez-la dans le scénario.",
            what=self.what,
            meaning=meaning,
            names=", ".join(name[:30] for name in self.names[:12] if name) or Fault("aucune", {}),
        )

    def cells(
        self,
        columns: Mapping[str, str],
        where: Callable[[Sequence[str]], bool] = lambda _: True,
    ) -> pd.DataFrame:
        """Return some columns as text, indexed by ``line``; rows blank in all of them are left out.

        Parameters
        ----------
        columns
            What to call each, and how the file names it.
        where
            Of a row of those cells: whether to keep it.
        """
        import pandas as pd

        at = [list(self.names).index(theirs) for theirs in columns.values()]
        lines: list[int] = []
        kept: list[list[str]] = []
        for line, row in self.rows:
            cells = [row[one].strip() if one < len(row) else "" for one in at]
            if any(cells) and where(cells):
                lines.append(line)
                kept.append(cells)
        return pd.DataFrame(
            kept, index=pd.Index(lines, dtype=int, name="line"), columns=list(columns), dtype=object
        )


def open_table(
    path: str | Path,
    what: Fault,
    *,
    marks: Iterable[str] = CODE_NAMES,
    asked: Iterable[str | None] = (),
    rows: Iterator[Row] | None = None,
) -> OwnTable:
    r"""Find the header of a table, under the titles that may stand above it.

    Parameters
    ----------
    path
        As ``rows.read_rows``.
    what
        How the user calls such a table, for the messages.
    marks
        Usual names (without accents, case or signs) of which the header holds one.
    asked
        Names that the user gave to columns: the header holds one of them.
    rows
        Of a sheet of the file, or of a text whose quotation marks are letters (``rows.iter_rows``).

    Raises
    ------
    DataError
        When the file is no table, or is empty.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = file.write_text("Offre 2025\nCODGEO;Actes\n1001;1 200,5\n", encoding="utf-8")
    >>> table = open_table(file, Fault("offre de soins", {}))
    >>> table.cells({"code": "CODGEO", "acts": "Actes"}).values.tolist()
    [['1001', '1 200,5']]
    """
    path = Path(path)
    rows = iter_rows(path) if rows is None else rows
    first: list[Row] = []
    given = {name.strip() for name in asked if name}
    for line, row in rows:
        names = [cell.strip() for cell in row]
        if given & set(names) or _find(names, None, marks):
            return OwnTable(path, what, line, names, rows)
        first.append((line, row))
        if len(first) == _HEADER_ROWS:
            break
    if not first:
        raise DataError("{what} : « {path} » est vide.", what=what, path=path)
    line, row = first[0]
    rest = (one for part in (first[1:], rows) for one in part)
    return OwnTable(path, what, line, [cell.strip() for cell in row], rest)


def plain(name: str) -> str:
    """Return a name without accents, case or signs.

    >>> plain(" Population standardisée (2021) ")
    'population standardisee 2021'
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def _find(names: Sequence[str], asked: str | None, usual: Iterable[str]) -> str | None:
    if asked is not None:
        return next((name for name in names if name == asked.strip()), None)
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(plain(name), name)
    return next((known[word] for word in usual if word in known), None)
