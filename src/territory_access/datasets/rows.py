"""Reads the rows of a table that someone brings, whatever its form, separator and encoding."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from territory_access.errors import DataError, MissingDataset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

type Row = tuple[int, list[str]]  # line number, cells

_SEPARATORS = ";,\t|"
_SHEET_SUFFIXES = (".xlsx", ".xlsm")
_LAYER_SUFFIXES = (".gpkg", ".geojson", ".fgb", ".parquet")
_JSON_SUFFIXES = (".json", ".json.gz")
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_SAMPLE = 65_536  # characters that tell the separator
_CHUNK = 1 << 20
# A damaged archive says so in as many ways as there are layers in it.
_DAMAGED = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def read_rows(path: Path, *, sheet: str | None = None, quoted: bool = True) -> list[Row]:
    r"""Return the non-empty rows of a table with their line numbers, all cells as text.

    Parameters
    ----------
    path
        ``.xlsx``; ``.gpkg`` (first layer, without its geometry) or ``.parquet``; ``.json`` (a list
        of records, or records by code); or text with one of ``;`` ``,`` tab ``|`` between cells,
        in UTF-8, UTF-16 or a Western code page. Text may be compressed (``.gz``) or be the largest
        of an archive (``.zip``).
    sheet
        Name of the sheet of a workbook, the first where not given.
    quoted
        Whether a quotation mark opens a cell; in some official files it is a letter.

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
    return list(iter_rows(path, sheet=sheet, quoted=quoted))


def iter_rows(path: Path, *, sheet: str | None = None, quoted: bool = True) -> Iterator[Row]:
    """Yield what ``read_rows`` returns, row by row: for files that do not fit in memory."""
    if not path.is_file():
        raise MissingDataset(
            "Le fichier « {path} » est introuvable. Vérifiez son nom dans le scénario.", path=path
        )
    suffix = path.suffix.lower()
    if suffix in _SHEET_SUFFIXES:
        found = _sheet(path, sheet)
    elif suffix in _LAYER_SUFFIXES:
        found = _layer(path)
    elif path.name.lower().endswith(_JSON_SUFFIXES):
        found = _json(path)
    else:
        found = _text(path, quoted=quoted)
    return ((line, row) for line, row in found if any(cell.strip() for cell in row))


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, none for any other file."""
    if path.suffix.lower() not in _SHEET_SUFFIXES or not path.is_file():
        return []
    with _workbook(path) as book:
        return [str(name) for name in book.sheetnames]


def _text(path: Path, *, quoted: bool) -> Iterator[Row]:
    encoding = _encoding(path)
    with _bytes(path) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        separator = _separator(text.read(_SAMPLE))
    with _bytes(path) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        reader = csv.reader(
            text, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
        )
        try:
            for row in reader:
                # the line number is read as each row comes: quoted cells may span several lines
                yield reader.line_num, row
        except csv.Error as error:
            raise DataError(
                "« {path} » n’est pas un tableau lisible (ligne {line} : {why}).",
                path=path,
                line=reader.line_num,
                why=error,
            ) from error


def _separator(sample: str) -> str:
    """Return the sign that stands most often in one line."""
    lines = [line for line in sample.splitlines() if line.strip()][:30]
    # names of columns rarely hold a separator; titles above them hold none
    counts = {sign: max((line.count(sign) for line in lines), default=0) for sign in _SEPARATORS}
    return max(_SEPARATORS, key=lambda sign: counts[sign])


def _encoding(path: Path) -> str:
    """Return the encoding of a text, read through once for each that is tried."""
    start = next(_chunks(path), b"")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried: tuple[str, ...] = ("utf-16",)
    elif any(b"\x00" in chunk for chunk in _chunks(path)):
        tried = ()
    else:
        tried = _ENCODINGS
    for encoding in tried:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for chunk in _chunks(path):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise DataError(
        "« {path} » n’est pas un tableau en texte. Enregistrez-le en CSV ou en XLSX.", path=path
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with _bytes(path) as raw:
        while chunk := raw.read(_CHUNK):
            yield chunk


@contextmanager
def _bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, through its compression; a damaged one is said to be so."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            with gzip.open(path) as raw:
                yield cast("IO[bytes]", raw)
        elif suffix == ".zip":
            with zipfile.ZipFile(path) as archive, archive.open(_largest(archive, path)) as raw:
                yield raw
        else:
            with path.open("rb") as raw:
                yield raw
    except _DAMAGED as error:
        raise DataError(
            "« {path} » est abîmé ou incomplet ({why}). Téléchargez-le à nouveau.",
            path=path,
            why=type(error).__name__,
        ) from error


def _largest(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    """Return the table of an archive: beside it lie descriptions, which are shorter."""
    texts = [one for one in archive.infolist() if one.filename.lower().endswith(_TEXT_SUFFIXES)]
    if not texts:
        raise DataError("« {path} » ne contient aucun fichier CSV ou TXT.", path=path)
    return max(texts, key=lambda one: one.file_size)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """Open a workbook to be read row by row."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions do not matter here
            with pd.ExcelFile(path, engine="openpyxl") as file:
                yield file.book
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            "« {path} » n’est pas un classeur lisible ({why}).",
            path=path,
            why=type(error).__name__,
        ) from error


def _sheet(path: Path, name: str | None) -> Iterator[Row]:
    with _workbook(path) as book:
        names = book.sheetnames
        if name is not None and name not in names:
            raise DataError(
                "« {path} » n’a pas de feuille « {name} » (feuilles : {names}).",
                path=path,
                name=name,
                names=tuple(names),
            )
        chosen = book[name or names[0]]
        chosen.reset_dimensions()  # some writers declare them wrong
        for line, cells in enumerate(chosen.iter_rows(values_only=True), start=1):
            yield line, ["" if cell is None else str(cell) for cell in cells]


def _layer(path: Path) -> Iterator[Row]:
    """Yield the rows of a table with types: a geographic layer, a Parquet file."""
    try:
        if path.suffix.lower() == ".parquet":
            import pandas as pd

            table = pd.read_parquet(path)
        else:
            import pyogrio

            table = pyogrio.read_dataframe(path, read_geometry=False)
    except Exception as error:
        raise DataError(
            "« {path} » n’est pas une couche géographique lisible ({why}).",
            path=path,
            why=type(error).__name__,
        ) from error
    yield 1, [str(name) for name in table.columns]
    columns = [
        ["" if gone else str(cell) for cell, gone in zip(column, column.isna(), strict=True)]
        for _, column in table.items()
    ]
    yield from ((line, list(row)) for line, row in enumerate(zip(*columns, strict=True), start=2))


def _json(path: Path) -> Iterator[Row]:
    """Yield the records of a JSON file; those that stand by code get a first column ``code``."""
    encoding = _encoding(path)
    with _bytes(path) as raw:
        text = raw.read().decode(encoding)
    try:
        # pairs, not tables: a code given twice would silently hide the first
        content = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError) as error:
        raise DataError("« {path} » n’est pas du JSON lisible.", path=path) from error
    if isinstance(content, list):
        records = [one for one in content if isinstance(one, tuple)]
    elif isinstance(content, tuple):
        records = [(("code", code), *one) for code, one in content if isinstance(one, tuple)]
    else:
        records = []
    names = list(dict.fromkeys(str(name) for record in records for name, _ in record))
    if names:
        yield 1, names
    for line, record in enumerate(records, start=2):
        values = {str(name): "" if value is None else str(value) for name, value in record}
        yield line, [values.get(name, "") for name in names]
