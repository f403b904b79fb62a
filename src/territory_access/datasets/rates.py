"""Says what share of the people of a commune has no médecin traitant, and who measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters, cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

# From the least to the most precise: the last one that knows a commune wins.
_LEVELS = ("national", "departement", "epci", "communes", "commune")
_DENOMINATORS = ("adults", "residents")
_KEPT = ("rate", "low", "high", "level", "year", "tag", "source", "before_site", "note")


def load(*, parameters: Parameters | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Return what was measured, one row a territory, as shares of residents aged 17 and over.

    Columns: ``level`` (``commune``, ``communes``, ``epci``, ``departement``, ``none`` when the
    source does not say which communes), ``code``, ``name``, ``rate``, ``low``, ``high`` (shares
    of the residents aged 17 and over), ``stated`` (the share as published) and its
    ``denominator``, ``people``, ``year``, ``tag``, ``source`` (in full), ``before_site`` (sites
    that opened after the measure: their places count against it), ``note``.

    Parameters
    ----------
    parameters
        Gives ``need.adult_share``; the defaults when absent.
    folder
        Folder of ``without_doctor.csv``; the embedded one by default.

    Notes
    -----
    A share of all residents is turned into a share of those aged 17 and over with the same number
    of people: ``rate = stated / adult_share``.

    Raises
    ------
    DataError
        With every row that cannot be used.

    Examples
    --------
    >>> rates = load().set_index("name")
    >>> rates.loc["Laval", ["stated", "rate"]].astype(float).tolist()
    [0.2, 0.25]
    """
    import pandas as pd

    parameters = parameters or Parameters.load()
    table = pd.read_csv(
        (folder or data_folder()) / "without_doctor.csv", dtype=str, keep_default_na=False
    )
    for name in ("rate", "low", "high", "people"):
        table[name] = pd.to_numeric(table[name].replace("", None), errors="coerce")
    faults = [
        Fault("ligne {line} ({name}) ne convient pas", {"line": line, "name": row["name"]})
        for line, row in enumerate(table.to_dict("records"), start=2)
        if row["level"] not in (*_LEVELS, "none")
        or row["denominator"] not in _DENOMINATORS
        or row["tag"] not in set(Tag)
        or not 0 <= row["low"] <= row["rate"] <= row["high"] <= 1
    ]
    if faults:
        raise DataError("without_doctor.csv : le contenu ne convient pas.", faults=faults)
    table["stated"] = table["rate"]
    of_all = table["denominator"] == "residents"
    adult_share = parameters.value("need.adult_share")
    for name in ("rate", "low", "high"):
        table[name] = table[name].where(~of_all, (table[name] / adult_share).clip(upper=1.0))
    known = references()
    table["source"] = [cite(source, known) for source in table["source"]]
    return table


def apply(
    communes: pd.DataFrame,
    *,
    parameters: Parameters | None = None,
    own: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the share without médecin traitant of each commune; the most precise measure wins.

    Parameters
    ----------
    communes
        Index: commune code; columns ``departement`` and ``epci`` (codes as text).
    parameters
        Gives the national rate (``need.without_doctor``) and ``need.adult_share``.
    own
        What the user measured (``own_rates.load``): it wins over everything embedded.

    Returns
    -------
    DataFrame
        Same index; ``rate``, ``low``, ``high`` (shares of the residents aged 17 and over),
        ``level``, ``year``, ``tag``, ``source``, ``before_site``, ``note``.

    Examples
    --------
    >>> import pandas as pd
    >>> communes = pd.DataFrame(
    ...     {"departement": ["53", "53", "29"], "epci": ["200083392", "200083392", ""]},
    ...     index=["53130", "53247", "29155"],
    ... )
    >>> apply(communes)[["rate", "level"]].values.tolist()
    [[0.25, 'commune'], [0.24, 'communes'], [0.11, 'national']]
    """
    parameters = parameters or Parameters.load()
    found = _national(communes, parameters)
    measured = load(parameters=parameters)
    for level in _LEVELS[1:]:
        for row in measured[measured["level"] == level].to_dict("records"):
            codes = str(row["code"]).split()
            if level in ("departement", "epci"):
                here = communes[level].isin(codes)
            else:
                here = communes.index.to_series().isin(codes)
            for name in _KEPT:
                found.loc[here, name] = row[name]
    return found if own is None else _over(found, communes, own)


def _over(found: pd.DataFrame, communes: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Lay the user's own measures over the embedded ones, the most precise last."""
    found = found.copy()
    for level, code, rate in own[["level", "code", "rate"]].itertuples(index=False):
        keys = communes.index.to_series() if level == "commune" else communes[level]
        here = keys.eq(code)
        found.loc[here, ["rate", "low", "high"]] = rate
        found.loc[here, "level"] = level
        found.loc[here, "year"] = str(own.attrs.get("vintage") or "")
        found.loc[here, "tag"] = Tag.USER.value
        found.loc[here, "source"] = "fichier fourni avec le scénario (need.without_doctor_file)"
        found.loc[here, ["before_site", "note"]] = ""
    return found


def _national(communes: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return the national rate for every commune."""
    import pandas as pd

    national = parameters["need.without_doctor"]
    row = {
        "rate": national.value,
        "low": min(national.low, national.value),
        "high": max(national.high, national.value),
        "level": "national",
        "year": "2021",
        "tag": national.tag.value,
        "source": national.reference,
        "before_site": "",
        "note": national.note,
    }
    return pd.DataFrame({name: [row[name]] * len(communes) for name in _KEPT}, index=communes.index)
