"""Reads INSEE's population by age: inhabitants of each commune or IRIS, by five-year band.

INSEE writes bands of any width, that overlap: by single year, by five years and sex, or 0–2, 3–5…
beside 0–14, 15–29…. Each is a difference of the count of those younger than an age, so all of them
together give that count at every edge (``age_bands``), and five-year bands follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.datasets.age_bands import OPEN, Band, five_year
from territory_access.datasets.cell_values import (
    Faults,
    is_note,
    note_twice,
    numbers,
    place_codes,
    year_in,
)
from territory_access.datasets.own_table import CODE, CODE_NAMES, OwnTable, open_table, plain
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WHAT = Fault("population par âge", {})
SEXES = ("all", "female", "male")
_CODES = ("codgeo", "com", "geo", *CODE_NAMES)
_IRIS = ("iris", "dciris", "code iris", "geo")
_AGE_NAMES = ("aged100", "age", "ager20", "ageq65", "agepyr10")
_SEX_NAMES = ("sexe", "sex")
_COUNT_NAMES = ("nb", "obs value", "effectif", "population")
_LEVEL_NAMES = ("nivgeo", "geo object")
_MEASURE_NAMES = ("rp measure",)
_YEAR_NAMES = ("time period", "annee", "an")
_MOST = 3e6  # inhabitants of a commune
_DIGITS = 3  # of an age
# P21_POP0014, P21_H1529, P21_F75P: a census, a sex, the first and the last age.
_CENSUS = re.compile(r"p(\d{2}) (pop|h|f)(\d{2})(\d{2}|p)")
# homme_0_4, femmes_95_plus
_WORDS = re.compile(r"(hommes?|femmes?|ensemble) (\d{1,3}) (\d{1,3}|plus)(?: ans)?")
# Y15T24, Y_LT15, Y_GE65, Y15
_SDMX = re.compile(r"Y_?(?:(LT|GE)(\d+)|(\d+)(?:T(\d+))?)")
_EVERY_AGE = ("_T", "T", "TOTAL")
_SEX_OF = {
    **dict.fromkeys(("homme", "hommes", "h", "m", "1", "male"), "male"),
    **dict.fromkeys(("femme", "femmes", "f", "2", "female"), "female"),
    **dict.fromkeys(("ensemble", "pop", "t", "0", "all"), "all"),
}


@dataclass(frozen=True)
class _Read:
    """Counts by sex and band, each by place; the year of the census; names put right."""

    counts: dict[tuple[str, Band], pd.Series[float]]
    vintage: int | None
    repaired: tuple[str, ...] = ()


def load(path: str | Path, *, level: str = "commune", sex: str = "all") -> pd.DataFrame:
    r"""Return the inhabitants of each commune, or IRIS, by five-year band of age.

    Parameters
    ----------
    path
        As INSEE gives it: a column a band (``P21_POP0014``, ``homme_0_4``), or a row an age and a
        sex (``AGED100``; ``AGE`` and ``OBS_VALUE``).
    level
        ``"commune"`` or ``"iris"``.
    sex
        ``"all"``, ``"female"`` or ``"male"``.

    Returns
    -------
    DataFrame
        Index ``commune`` (arrondissements of Paris, Lyon and Marseille kept) or ``iris``; columns
        the first age of each band (``0, 5, …``), the last one open; inhabitants, not rounded.
        ``attrs``: ``vintage``; ``split`` (edges that the file does not give, where people are
        taken to be spread evenly over the band: an estimate), ``repaired`` (bands that the file
        names wrongly).

    Raises
    ------
    DataError
        With every fault once; where the bands do not hold every age; where two partitions of the
        same people differ.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ages.csv"
    >>> _ = file.write_text("CODGEO;P21_POP0014;P21_POP1529;P21_POP30P\n53130;300;150;600\n")
    >>> load(file).round(1).to_dict("index")["53130"]
    {0: 100.0, 5: 100.0, 10: 100.0, 15: 50.0, 20: 50.0, 25: 50.0, 30: 600.0}
    """
    path = Path(path)
    if sex not in SEXES:
        raise DataError("{what} : sexe inconnu « {sex} ».", what=WHAT, sex=sex)
    table = open_table(path, WHAT, marks=(*_CODES, *_IRIS))
    if table.find(_AGE_NAMES) and table.find(_COUNT_NAMES):
        read = _from_rows(table, level)
    else:
        read = _from_columns(table, level)
    found, split = five_year(_of_sex(read.counts, sex, path), what=WHAT, path=path)
    found.index.name = level
    found.attrs = {
        "vintage": read.vintage or year_in(path.name),
        "split": split,
        "repaired": read.repaired,
    }
    return found


def _of_sex(
    counts: Mapping[tuple[str, Band], pd.Series[float]], sex: str, path: Path
) -> dict[Band, pd.Series[float]]:
    """Return the counts of one sex; everybody is women and men where the file does not say."""
    own = {band: people for (who, band), people in counts.items() if who == sex}
    if own or sex != "all":
        found = own
    else:
        women = {band: people for (who, band), people in counts.items() if who == "female"}
        found = {
            band: people + counts["male", band]
            for band, people in women.items()
            if ("male", band) in counts
        }
    if not found:
        raise DataError(
            "{what} : « {path} » ne donne pas les âges par tranche (P21_POP0014, homme_0_4…).",
            what=WHAT,
            path=path,
        )
    return found


def _place(table: OwnTable, level: str) -> str:
    if level == "iris":
        return table.column(_IRIS, Fault("le code de l’IRIS", {}))
    return table.column(_CODES, CODE)


def _from_columns(table: OwnTable, level: str) -> _Read:
    """Read a table with one column a band."""
    bands, repaired = _bands(table.names)
    if len(set(bands.values())) < len(bands):
        raise DataError(
            "{what} : « {path} » donne deux fois la même tranche d’âge.", what=WHAT, path=table.path
        )
    cells = table.cells({"place": _place(table, level)} | {name: name for name in bands})
    cells = cells[~cells["place"].map(is_note).astype(bool)]
    faults = Faults()
    place = place_codes(cells["place"], faults, level=level)
    counts = {
        part: numbers(cells[name], faults, high=_MOST).set_axis(place)
        for name, part in bands.items()
    }
    _check(faults, cells, table)
    census = _last_census(table.names)
    return _Read(counts, 2000 + int(census) if census else None, repaired)


def _bands(names: Sequence[str]) -> tuple[dict[str, tuple[str, Band]], tuple[str, ...]]:
    """Return the sex and band of each column, and the columns that end before they begin."""
    census = _last_census(names)
    found = {
        name: part
        for name in names
        if plain(name).startswith(f"p{census}" if census else "")
        if (part := _band_of_name(plain(name)))
    }
    wrong = tuple(name for name, (_, (low, high)) in found.items() if high <= low)
    lows = sorted({low for _, (low, _) in found.values()})
    for name in wrong:  # such a band ends where the next one begins
        sex, (low, _) = found[name]
        found[name] = sex, (low, next((one for one in lows if one > low), OPEN))
    return found, wrong


def _last_census(names: Sequence[str]) -> str:
    """Return the last of the censuses of a table: ``P22_…`` beside ``P16_…`` and ``P11_…``."""
    return max(
        (match[1] for name in names if (match := _CENSUS.fullmatch(plain(name)))), default=""
    )


def _band_of_name(words: str) -> tuple[str, Band] | None:
    match = _CENSUS.fullmatch(words) or _WORDS.fullmatch(words)
    if match is None:
        return None
    sex, first, last = match.groups()[-3:]
    high = OPEN if last in ("p", "plus") else int(last) + 1
    return _SEX_OF[sex], (int(first), high)


def _from_rows(table: OwnTable, level: str) -> _Read:
    """Read a table with one row an age and a sex."""
    names = {
        "place": _place(table, level),
        "age": table.find(_AGE_NAMES),
        "count": table.find(_COUNT_NAMES),
        "sex": table.find(_SEX_NAMES),
        "level": table.find(_LEVEL_NAMES),
        "measure": table.find(_MEASURE_NAMES),
        "year": table.find(_YEAR_NAMES),
    }
    cells = table.cells({ours: theirs for ours, theirs in names.items() if theirs})
    if "level" in cells:
        wanted = ("COM", "ARM") if level == "commune" else ("IRIS",)
        cells = cells[cells["level"].str.upper().isin(wanted)]
    if "measure" in cells:
        cells = cells[cells["measure"].str.upper() == "POP"]
    if "year" in cells and len(cells):
        cells = cells[cells["year"] == cells["year"].max()]
    return _by_band(cells, table, level)


def _by_band(cells: pd.DataFrame, table: OwnTable, level: str) -> _Read:
    faults = Faults()
    place = place_codes(cells["place"], faults, level=level, once=False)
    people = numbers(cells["count"], faults, high=_MOST)
    bands = _bands_of_values(cells["age"].unique())
    for line, raw in cells.loc[~cells["age"].isin(bands), "age"].items():
        faults.add("âge illisible : ligne(s) {lines}{more}", line, raw)
    if "sex" not in cells:
        cells = cells.assign(sex="ensemble")
    sex = cells["sex"].map(plain).map(_SEX_OF)
    for line, raw in cells.loc[sex.isna(), "sex"].items():
        faults.add("sexe illisible : ligne(s) {lines}{more}", line, raw)
    keys = zip(place, cells["age"], sex, strict=True)
    named = pd.Series([" ".join(map(str, key)) for key in keys], cells.index, dtype=object)
    note_twice(named[place.notna() & sex.notna()], faults)
    _check(faults, cells, table)
    long = pd.DataFrame({"place": place, "age": cells["age"], "sex": sex, "people": people})
    wide = long.pivot_table("people", "place", ["sex", "age"], aggfunc="sum", fill_value=0.0)
    # a row that is not there counts nobody
    nobody = pd.Series(0.0, index=wide.index)
    counts = {
        (who, band): wide.get((who, raw), nobody)
        for who in SEXES
        for raw, band in bands.items()
        if band is not None and who in wide
    }
    return _Read(counts, year_in(*cells["year"].unique()) if "year" in cells else None)


def _bands_of_values(values: Iterable[str]) -> dict[str, Band | None]:
    """Return the band of each readable value; plain numbers are first ages, up to the next."""
    found: dict[str, Band | None] = {}
    firsts: dict[str, int] = {}
    for raw in values:
        if raw.upper() in _EVERY_AGE:
            found[raw] = None
        elif raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS:
            firsts[raw] = int(raw)
        elif match := _SDMX.fullmatch(raw.upper()):
            bound, age, low, high = match.groups()
            if bound == "LT":
                found[raw] = (0, int(age))
            elif bound == "GE":
                found[raw] = (int(age), OPEN)
            else:
                found[raw] = (int(low), int(high or low) + 1)
    lows = sorted(set(firsts.values()))
    ends = dict(zip_longest(lows, lows[1:], fillvalue=OPEN))
    return found | {raw: (low, ends[low]) for raw, low in firsts.items()}


def _check(faults: Faults, cells: pd.DataFrame, table: OwnTable) -> None:
    faults.check(WHAT, table.path)
    if cells.empty:
        raise DataError(
            "{what} : « {path} » ne contient aucune commune.", what=WHAT, path=table.path
        )
