"""Says what the values of an older or finer table of communes make by today's communes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from territory_access.datasets import commune_codes
from territory_access.datasets.commune_codes import Move
from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

type How = Literal["sum", "mean", "min", "max", "first"]

_HOW = ("sum", "mean", "min", "max", "first")


@dataclass(frozen=True)
class Bridged:
    """Values by today's commune, and what became of those that stood elsewhere.

    Attributes
    ----------
    table
        Indexed by today's ``code``, sorted; the columns of the values given. A commune to which
        nothing leads is absent.
    moved
        One row a code that changed and commune that received it: ``former`` (as given), ``code``,
        ``share`` (of the value, 1 unless it was divided) and ``why`` (a ``Move``).
    unplaced
        The rows given that stand in no commune of today, untouched, indexed as given, with
        ``why`` (a ``commune_codes.Unplaced``).
    """

    table: pd.DataFrame
    moved: pd.DataFrame
    unplaced: pd.DataFrame


def bridge(
    values: pd.DataFrame,
    *,
    how: Mapping[str, How],
    weights: str | None = None,
    vintage: int | None = None,
    arrondissements: bool = False,
) -> Bridged:
    """Return a table of communes by today's codes, nothing lost and nothing counted twice.

    Communes that merged are put together; communes divided since are shared between their parts
    by the population of 2023 (an estimate, marked ``Move.DIVIDED``); arrondissements of Paris,
    Lyon and Marseille join their city, or the reverse. Codes of Corsica before 1976 (``20…``), in
    lower case or without their leading zero are recognised.

    Parameters
    ----------
    values
        Indexed by commune code, as text.
    how
        For every column, what communes that became one make together: ``"sum"`` (people, doctors:
        whole numbers stay whole and keep their sum to the last unit), ``"mean"`` (rates, scores;
        needs ``weights``), ``"min"``, ``"max"`` or ``"first"``.
    weights
        Column of ``values`` by which means are weighted, for instance the population.
    vintage
        Year of the codes (COG, 1 January). When absent, a commune divided since is taken as still
        whole where none of its other parts is in the table: name the year of a table that leaves
        out communes that have nothing.
    arrondissements
        Give the three cities by arrondissement; a city given whole is shared by population.

    Returns
    -------
    Bridged
        For every ``"sum"`` column, the sums of ``table`` and ``unplaced`` make that of ``values``.

    Notes
    -----
    A division gives each part ``P_part / Σ P`` of a sum (largest remainder for whole numbers)
    and the whole of anything else. Missing values are left out of sums and means.

    Raises
    ------
    DataError
        With every fault once: code twice, a city beside its arrondissements, column without a
        rule or absent, mean without weights, weights negative or missing.

    Examples
    --------
    >>> old = pd.DataFrame({"gp": [3, 2, 9]}, index=["49069", "49126", "99100"])
    >>> done = bridge(old, how={"gp": "sum"})
    >>> done.table["gp"].to_dict(), done.unplaced["gp"].to_dict()
    ({'49126': 5}, {'99100': 9})
    >>> divided = bridge(pd.DataFrame({"gp": [10]}, index=["85084"]), how={"gp": "sum"})
    >>> divided.table["gp"].to_dict()
    {'85084': 7, '85165': 1, '85212': 2}
    """
    codes = commune_codes.spelled(values.index)
    faults = list(_faults(values, codes, how, weights))
    if faults:
        raise DataError("passage aux communes d’aujourd’hui : tableau refusé.", faults=faults)
    links = commune_codes.links(codes, vintage=vintage, by_arrondissement=arrondissements)
    flat = values.reset_index(drop=True)
    table = pd.DataFrame(
        {name: _combined(flat[name], how[name], links, flat.get(weights)) for name in how}
    )[list(values)].sort_index()
    placed = np.isin(np.arange(len(values)), links["row"])
    left = values[~placed]
    return Bridged(
        table.rename_axis("code"),
        _moved(values.index, codes, links),
        left.assign(why=[commune_codes.reason(code) for code in codes[~placed]]),
    )


def _faults(
    values: pd.DataFrame, codes: pd.Series[str], how: Mapping[str, How], weights: str | None
) -> Iterator[Fault]:
    """Yield what would be lost or counted twice."""
    for code in sorted(set(codes[codes.duplicated() & codes.ne("")])):
        yield Fault("code en double : {code}", {"code": code})
    for city, parts in commune_codes.arrondissements().groupby("commune"):
        if codes.eq(city).any() and codes.isin(parts.index).any():
            yield Fault(
                "{city} est là, et ses arrondissements aussi : gardez l’un ou les autres",
                {"city": city},
            )
    for name in values:
        if how.get(str(name)) not in _HOW:
            yield Fault("colonne « {name} » : dire comment elle se cumule", {"name": name})
    for name in sorted({*how, *([weights] if weights else [])} - set(values)):
        yield Fault("colonne « {name} » : absente", {"name": name})
    if "mean" in how.values() and weights is None:
        yield Fault("une moyenne demande une colonne de poids", {})
    if weights in values:
        heavy = pd.to_numeric(values[weights], errors="coerce").to_numpy(dtype=float)
        for code in codes[~(heavy >= 0)]:
            yield Fault("poids négatif ou manquant : {code}", {"code": code})


def _combined(
    column: pd.Series[float], how: str, links: pd.DataFrame, weights: pd.Series[float] | None
) -> pd.Series[float]:
    """Return one column by today's commune."""
    given = links["row"].map(column)
    given = given.astype(column.dtype)
    code = links["code"]
    if how == "sum":
        return _shared(given, links).groupby(code).sum(min_count=1).astype(given.dtype)
    if how != "mean" or weights is None:
        chosen: pd.Series[float] = given.groupby(code).agg(how)
        return chosen
    weight = (links["row"].map(weights) * links["share"]).where(given.notna())
    nothing = weight.groupby(code).transform("sum").eq(0)
    weight = weight.mask(nothing & given.notna(), 1.0)  # communes without weight count alike
    total = (given * weight).groupby(code).sum(min_count=1)
    return total / weight.groupby(code).sum(min_count=1)


def _shared(given: pd.Series[float], links: pd.DataFrame) -> pd.Series[float]:
    """Return what each commune gets of each value; whole numbers by largest remainder."""
    divided = links["share"].lt(1) & given.notna()
    if not divided.any():
        return given
    if not pd.api.types.is_integer_dtype(given):
        return given.mask(divided, given * links["share"])
    whole = given.copy()
    for row, parts in links[divided].groupby("row"):
        amount = int(given[parts.index[0]])
        exact = abs(amount) * parts["share"].to_numpy()
        floor = np.floor(np.maximum(exact - 1e-9, 0)).astype(np.int64)  # never above the sum
        order = np.argsort(floor - exact, kind="stable")
        floor[order[: abs(amount) - int(floor.sum())]] += 1
        whole[links["row"].eq(row)] = floor if amount > 0 else -floor
    return whole


def _moved(given: pd.Index, codes: pd.Series[str], links: pd.DataFrame) -> pd.DataFrame:
    """Return the links that change a code, as it was given."""
    former = pd.Series(given, dtype=object)[links["row"]].reset_index(drop=True)
    rewritten = links["why"].eq("") & former.ne(links["row"].map(codes))
    moved = links.assign(former=former, why=links["why"].mask(rewritten, Move.SPELLING))
    moved = moved[moved["why"].ne("")]
    return moved[["former", "code", "share", "why"]].reset_index(drop=True)
