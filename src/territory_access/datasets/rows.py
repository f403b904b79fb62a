"""Reads the rows of a table that a user brings, whatever its separator and encoding."""

from __future__ import annotations

import csv
import io
import warnings
from typing import TYPE_CHECKING

from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from pathlib import Path

_SEPARATORS = ";,\t|"
_SHEET_SUFFIXES = (".xlsx", ".xlsm")


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    r"""Return the non-empty rows of a table with their line numbers, all cells as text.

    Parameters
    ----------
    path
        ``.xlsx`` (first sheet), or a text file with one of ``;`` ``,`` tab ``|`` between cells.

    Raises
    ------
    MissingDataset
        When there is no such file.
    DataError
        When it is not a table.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = file.write_bytes("\ufeffcode;é\n\n01001;1,5\n".encode())
    >>> read_rows(file)
    [(1, ['code', 'é']), (3, ['01001', '1,5'])]
    """
    if not path.is_file():
        raise MissingDataset(
            "Le fichier « {path} » est introuvable. Vérifiez son nom dans le scénario.", path=path
        )
    if path.suffix.lower() in _SHEET_SUFFIXES:
        return _sheet(path)
    return _text(path.read_bytes(), path)


def _text(content: bytes, path: Path) -> list[tuple[int, list[str]]]:
    if b"\x00" in content:
        raise DataError(
            "« {path} » n’est pas un tableau en texte. Enregistrez-le en CSV ou en XLSX.", path=path
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = [line for line in text.splitlines() if line.strip()]
    # names of columns rarely hold a separator; titles above them hold none
    counts = {
        separator: max((line.count(separator) for line in lines[:30]), default=0)
        for separator in _SEPARATORS
    }
    separator = max(_SEPARATORS, key=lambda one: counts[one])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        # the line number is read as each row comes: quoted cells may span several lines
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DataError(
            "« {path} » n’est pas un tableau lisible (ligne {line} : {why}).",
            path=path,
            line=reader.line_num,
            why=error,
        ) from error


def _sheet(path: Path) -> list[tuple[int, list[str]]]:
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions do not matter here
            table = pd.read_excel(path, header=None, dtype=object, engine="openpyxl")
    except ImportError as error:
        raise DataError(
            "« {path} » : lire un classeur demande openpyxl. Enregistrez la feuille en CSV.",
            path=path,
        ) from error
    except Exception as error:
        raise DataError(
            "« {path} » n’est pas un classeur lisible ({why}).",
            path=path,
            why=type(error).__name__,
        ) from error
    rows = [
        (line, ["" if pd.isna(cell) else str(cell) for cell in cells])
        for line, cells in enumerate(table.itertuples(index=False, name=None), start=1)
    ]
    return [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
