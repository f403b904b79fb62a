"""Says how many people are on an island in August, and how visitors share out over the year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault
from territory_access.parameters import cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

EVERYWHERE = "*"
_AUGUST = "august_people"
_VISITORS = re.compile(r"visitors_(0[1-9]|1[0-2])")


def load(folder: Path | None = None) -> pd.DataFrame:
    """Return every figure: line · figure · value · range · unit · tag · confidence · source.

    ``line`` is that of ``ferries.csv``, ``*`` for what holds on every island: ``august_people``
    (people a mean day of August, residents included) and ``visitors_01`` … ``visitors_12``
    (visitors of a month as a share of those of August). ``reference`` says what the source keys
    stand for.

    Parameters
    ----------
    folder
        Folder of ``island_figures.csv``; the embedded one by default.

    Raises
    ------
    DataError
        With every line that cannot be used.

    Examples
    --------
    >>> table = load()
    >>> table.query("line == 'houat'")[["value", "low", "high", "tag"]].values.tolist()
    [[2500.0, 2000.0, 3000.0, 'W']]
    """
    import pandas as pd

    table = pd.read_csv(
        (folder or data_folder()) / "island_figures.csv", dtype=str, keep_default_na=False
    )
    faults = [
        Fault("ligne {line} : {why}", {"line": line, "why": why})
        for line, row in enumerate(table.to_dict("records"), start=2)
        if (why := _wrong({str(key): str(value) for key, value in row.items()}))
    ]
    faults += [
        Fault(
            "{figure} de « {line} » est donné deux fois",
            {"figure": row["figure"], "line": row["line"]},
        )
        for row in table[table.duplicated(["line", "figure"])].to_dict("records")
    ]
    if faults:
        raise DataError("island_figures.csv : le contenu ne convient pas.", faults=faults)
    known = references()
    numbers = {name: table[name].astype(float) for name in ("value", "low", "high")}
    cited = [cite(source, known) for source in table["source"]]
    return table.assign(**numbers, reference=cited)


def august_people(table: pd.DataFrame, line: str) -> float | None:
    """Return the people of a mean day of August, ``None`` where nobody counted them.

    Examples
    --------
    >>> august_people(load(), "groix"), august_people(load(), "arz")
    (10000.0, None)
    """
    rows = table[(table["line"] == line) & (table["figure"] == _AUGUST)]
    return None if rows.empty else float(rows["value"].iloc[0])


def profile(table: pd.DataFrame, line: str) -> tuple[float, ...]:
    """Return visitors of the twelve months, August 1; those of the island where they are known.

    Raises
    ------
    DataError
        If a month is missing.

    Examples
    --------
    >>> shares = profile(load(), "groix")
    >>> shares[7], shares[0]
    (1.0, 0.03)
    """
    rows = table[table["line"].isin([EVERYWHERE, line])].set_index(["figure", "line"])["value"]
    found = []
    for month in range(1, 13):
        name = f"visitors_{month:02d}"
        known = [rows.get((name, which)) for which in (line, EVERYWHERE)]
        value = next((one for one in known if one is not None), None)
        if value is None:
            raise DataError("island_figures.csv : il manque {figure}.", figure=name)
        found.append(float(value))
    return tuple(found)


def _wrong(row: dict[str, str]) -> str:
    """Return why a figure cannot be used, or ``""``."""
    if row["tag"] not in set(Tag) or row["confidence"] not in ("haute", "moyenne", "faible"):
        return "tag ou confiance inconnus"
    if row["figure"] != _AUGUST and not _VISITORS.fullmatch(row["figure"]):
        return f"figure inconnue « {row['figure']} »"
    try:
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
    except ValueError:
        return "un nombre est attendu"
    return "" if 0 <= low <= value <= high else f"{value} n’est pas dans [{low}, {high}]"
