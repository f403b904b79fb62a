"""Says which boats link the islands to the coast, how long they take and how often they go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from territory_access import schemas
from territory_access.errors import DataError, Fault
from territory_access.parameters import cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_NUMBERS = ("crossing_minutes", "sailings_low", "sailings_high")
_RATES = ("cancel_rate",)  # only where the boat is not as exposed as others
_DATES = ("high_season_start", "high_season_end")  # MM-DD
_TIMES = ("first_boat", "last_boat")  # HH:MM
_SHAPES = dict.fromkeys(_DATES, r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])") | dict.fromkeys(
    _TIMES, r"([01]\d|2[0-3]):[0-5]\d"
)
_CONFIDENCE = ("haute", "moyenne", "faible")


def load(folder: Path | None = None) -> pd.DataFrame:
    """Return one row an island commune and its boat (``schemas.FERRIES`` and more).

    Beside the columns of the schema: ``line`` (the boat; the four communes of Belle-Île share
    one), ``island``, ``landing``, ``landing_zone`` (commune where it lands), ``landing_lon``,
    ``landing_lat``, ``first_boat``, ``cancel_rate`` (share of the days that the sea cuts, ``nan``
    where it is that of the parameters). Dates and times that are not known are ``""``: nothing is
    guessed. Minutes are minutes; sailings are departures a day each way.

    Parameters
    ----------
    folder
        Folder of ``ferries.csv`` and ``ferry_figures.csv``; the embedded one by default.

    Raises
    ------
    DataError
        When a figure is missing, twice there, or not in its range.

    Examples
    --------
    >>> boats = load()
    >>> boats.loc["groix", ["crossing_minutes", "sailings_low"]].astype(float).tolist()
    [47.5, 5.0]
    >>> boats.loc[boats["line"] == "belle-ile", "island_zone"].tolist()
    ['56152', '56009', '56114', '56241']
    """
    import pandas as pd

    boats = pd.read_csv(
        (folder or data_folder()) / "ferries.csv", dtype=str, keep_default_na=False
    ).set_index("ferry_id")
    known = figures(folder)
    wide = known.pivot_table(index="line", columns="figure", values="value", aggfunc="first")
    for name in (*_NUMBERS, *_RATES, *_DATES, *_TIMES):
        column = boats["line"].map(wide[name]) if name in wide else pd.Series(index=boats.index)
        boats[name] = column if name in (*_NUMBERS, *_RATES) else column.fillna("")
    for name in ("port_lon", "port_lat", "landing_lon", "landing_lat", *_NUMBERS, *_RATES):
        boats[name] = boats[name].astype(float)
    checked: pd.DataFrame = schemas.check(boats, schemas.FERRIES, what="ferries.csv")
    return checked


def figures(folder: Path | None = None) -> pd.DataFrame:
    """Return every figure of every boat: line · figure · value · range · tag · confidence · source.

    ``value`` is text (dates and times are figures too), ``low`` and ``high`` are floats, NaN for
    dates and times; ``reference`` says what the source keys stand for.

    Raises
    ------
    DataError
        With every line that cannot be used.

    Examples
    --------
    >>> table = figures()
    >>> table.query("line == 'hoedic' and figure == 'crossing_minutes'")[
    ...     ["value", "low", "high", "tag"]].values.tolist()
    [['80', 75.0, 85.0, 'C']]
    """
    import pandas as pd

    table = pd.read_csv(
        (folder or data_folder()) / "ferry_figures.csv", dtype=str, keep_default_na=False
    )
    faults = [
        Fault("ligne {line} : {why}", {"line": line, "why": why})
        for line, row in enumerate(table.to_dict("records"), start=2)
        if (why := _wrong({str(key): str(value) for key, value in row.items()}))
    ]
    twice = table[table.duplicated(["line", "figure"])]
    faults += [
        Fault(
            "{figure} de « {line} » est donné deux fois",
            {"figure": row["figure"], "line": row["line"]},
        )
        for row in twice.to_dict("records")
    ]
    if faults:
        raise DataError("ferry_figures.csv : le contenu ne convient pas.", faults=faults)
    for bound in ("low", "high"):
        table[bound] = pd.to_numeric(table[bound].replace("", None))
    known = references()
    table["reference"] = [cite(source, known) for source in table["source"]]
    return table


def _wrong(row: dict[str, str]) -> str:
    """Return why a figure cannot be used, or ``""``."""
    if row["tag"] not in set(Tag) or row["confidence"] not in _CONFIDENCE:
        return "tag ou confiance inconnus"
    if row["figure"] in _SHAPES:
        good = re.fullmatch(_SHAPES[row["figure"]], row["value"])
        return "" if good else f"« {row['value']} » n’est pas une date ou une heure"
    if row["figure"] not in (*_NUMBERS, *_RATES):
        return f"figure inconnue « {row['figure']} »"
    try:
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
    except ValueError:
        return "un nombre est attendu"
    possible = low > 0 if row["figure"] in _NUMBERS else low >= 0 and high <= 1
    within = possible and low <= value <= high
    return "" if within else f"{value} n’est pas dans [{low}, {high}]"
