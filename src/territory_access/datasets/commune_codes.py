"""Says which communes of today an older, finer or misspelled code leads to."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from territory_access.datasets import communes
from territory_access.datasets.catalogue import embedded


class Move(StrEnum):
    """Why a value does not stand where its table put it."""

    MERGED = "fusion"
    DIVIDED = "partage selon la population"
    ARRONDISSEMENT = "arrondissement"
    SPELLING = "écriture du code"


class Unplaced(StrEnum):
    """Why a value could not be placed."""

    EMPTY = "code vide"
    OVERSEAS = "collectivité d’outre-mer"
    ABROAD = "étranger"
    UNKNOWN = "code inconnu"


def arrondissements() -> pd.DataFrame:
    """Return the arrondissements: ``name``, ``commune``, ``population``, indexed by ``code``.

    Examples
    --------
    >>> arrondissements().loc["69383", "commune"]
    '69123'
    """
    path = embedded("arrondissements.csv")
    return pd.read_csv(path, dtype={"code": str, "commune": str}).set_index("code")


def changes() -> pd.DataFrame:
    """Return the communes divided since, one row a part: ``former``, ``code``, years, source.

    The old code stands for the whole from the COG of ``since`` to the one before ``until``; rows
    without years tell where a code belongs that two communes list as theirs.

    Examples
    --------
    >>> changes().query("former == '14712'")["code"].tolist()
    ['14712', '14666']
    """
    table = pd.read_csv(embedded("commune_changes.csv"), dtype=str, keep_default_na=False)
    for year in ("since", "until"):
        table[year] = pd.to_numeric(table[year]).astype("Int64")
    return table


def spelled(given: pd.Index) -> pd.Series[str]:
    """Return codes as the COG writes them: upper case, a lost zero put back, Corsica in two.

    Departments 2A and 2B were département 20 until 1976, with the same last three digits.

    Examples
    --------
    >>> spelled(pd.Index([" 1001", "2a004", "20004", None])).tolist()
    ['01001', '2A004', '2A004', '']
    """
    text = pd.Series(given, dtype=object).fillna("").astype(str).str.strip().str.upper()
    text = text.where(~text.str.fullmatch(r"[1-9][0-9]{3}"), "0" + text)
    if text.str.fullmatch(r"20[0-9]{3}").any():
        known = communes.bridge().index
        text = text.replace({f"20{code[2:]}": code for code in known if code[:2] in {"2A", "2B"}})
    return text.reset_index(drop=True)


def links(
    codes: pd.Series[str], *, vintage: int | None = None, by_arrondissement: bool = False
) -> pd.DataFrame:
    """Return where each code leads: one row a code and commune.

    Parameters
    ----------
    codes
        As ``spelled`` gives them.
    vintage
        Year of the codes (COG, 1 January); see ``vintage.bridge``.
    by_arrondissement
        Lead to the arrondissements of Paris, Lyon and Marseille rather than to the cities.

    Returns
    -------
    pandas.DataFrame
        ``row`` (label of the code), ``code`` of today, ``share`` of its value, ``why`` (a
        ``Move``, ``""`` where nothing moves). A code that leads nowhere has no row.

    Examples
    --------
    >>> links(pd.Series(["75112", "44109", "99100"]))[["row", "code", "why"]].values.tolist()
    [[0, '75056', 'arrondissement'], [1, '44109', '']]
    """
    known = pd.DataFrame({"row": codes.index, "former": codes.to_numpy(dtype=object)})
    divided = _divisions(set(codes), vintage)
    whole = known[~known["former"].isin(divided["former"])]
    whole = whole.assign(code=whole["former"].map(communes.bridge()), share=1.0, why="")
    found = pd.concat(
        [whole.dropna(subset="code"), known.merge(divided, on="former")],
        ignore_index=True,
    )
    parts = arrondissements().index
    if by_arrondissement:
        found["code"] = found["former"].where(found["former"].isin(parts), found["code"])
        found = _shared_out(found)
    moved = found["why"].eq("") & found["former"].ne(found["code"])
    of_city = moved & found["former"].isin(parts)
    found["why"] = found["why"].mask(moved, Move.MERGED).mask(of_city, Move.ARRONDISSEMENT)
    return found.sort_values(["row", "code"], ignore_index=True)[["row", "code", "share", "why"]]


def reason(code: str) -> Unplaced:
    """Return why a code leads nowhere.

    Examples
    --------
    >>> reason("97501").value, reason("").value, reason("ZZZZZ").value
    ('collectivité d’outre-mer', 'code vide', 'code inconnu')
    """
    if not code:
        return Unplaced.EMPTY
    if code.startswith("99"):
        return Unplaced.ABROAD
    return Unplaced.OVERSEAS if code.startswith(("975", "977", "978", "98")) else Unplaced.UNKNOWN


def _divisions(given: set[str], vintage: int | None) -> pd.DataFrame:
    """Return the parts of what was whole in the table: ``former``, ``code``, ``share``, ``why``."""
    table = changes()
    always = table["since"].isna()
    if vintage is None:
        apart = table["code"].ne(table["former"]) & table["code"].isin(given)
        then = ~table["former"].isin(table.loc[apart, "former"])
    else:
        then = (table["since"].le(vintage) & table["until"].gt(vintage)).fillna(value=False)
    parts = table[always | then]
    everyone = pd.read_parquet(embedded(communes.FILE), columns=["code", "population"])
    people = parts["code"].map(everyone["population"])
    share = people / people.groupby(parts["former"]).transform("sum")
    alone = ~parts["former"].duplicated(keep=False)
    why = pd.Series(Move.DIVIDED, index=parts.index, dtype=object).mask(alone, "")
    return parts[["former", "code"]].assign(share=share, why=why)


def _shared_out(found: pd.DataFrame) -> pd.DataFrame:
    """Return the links with what leads to a whole city shared between its arrondissements."""
    table = arrondissements()
    part = table["population"] / table.groupby("commune")["population"].transform("sum")
    parts = pd.DataFrame({"city": table["commune"], "to": table.index, "part": part})
    whole = found["code"].isin(table["commune"])
    shared = found[whole].merge(parts, left_on="code", right_on="city")
    shared = shared.assign(
        code=shared["to"], share=shared["share"] * shared["part"], why=Move.DIVIDED
    )
    return pd.concat([found[~whole], shared[found.columns]], ignore_index=True)
