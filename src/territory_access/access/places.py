r"""How many residents can be given a place with a médecin traitant within reach, and where.

This is the second ledger, beside the APL. The APL counts consultations, whoever holds them; this
one counts *people*: residents who look for a médecin traitant and *places* in the lists of the
sites, each resident once and each place once.

**Total.** Zone :math:`i` has :math:`s_i` seekers, site :math:`j` has :math:`c_j` places, and
:math:`N(i)` are the sites that the zone may use. What can be served is a flow

.. math:: \max \sum_{ij} x_{ij} \quad\text{s.t.}\quad \sum_{j} x_{ij} \le s_i,\;
          \sum_i x_{ij} \le c_j,\; x_{ij} \ge 0,\; x_{ij} = 0 \text{ for } j \notin N(i),

whose maximum is a whole number (integral capacities) and equals the smallest cut
:math:`\min_X \, c(N(X)) + s(V \setminus X)` over the sets of zones :math:`X`.

Why not a catchment ratio (2SFCA) capped at 1? There each zone draws on *all* the sites around it
in proportion, so that a zone with one full site and one empty one beside it leaves places of the
empty one unused: the count falls short of the places that people could really take. A maximum
flow wastes none.

**Who.** Many flows reach the same total. The vectors :math:`y_i = \sum_j x_{ij}` that flows can
realise form a polymatroid, with rank :math:`c(N(X))` under the bounds :math:`s`; its maximal
vectors all have the same sum, so the lexicographic max-min of the shares :math:`y_i / s_i` (serve
the worst-served zone best, then the next) is a maximum flow, and it is unique (Megiddo 1974;
Fujishige 1980). It follows from the *decomposition algorithm*: on a set of zones :math:`V` whose
sites :math:`C` are all used up, take :math:`\lambda = c(C) / s(V)` and the smallest minimiser
:math:`X` of :math:`c(N(X)) - \lambda s(X)`, by one minimum cut. If :math:`X` is empty, all of
:math:`V` has the share :math:`\lambda`. Else :math:`X` holds exactly the zones with a smaller
share: go on with :math:`(X, N(X))` and :math:`(V \setminus X, C \setminus N(X))`. Multiplying by
the denominator of :math:`\lambda` keeps every cut in whole numbers, so no tolerance is needed.

How full the sites get is settled by the same rule seen from the other side: the occupation is
spread as evenly as reach allows. Both readings hold in one flow (Mendelsohn & Dulmage 1958).

References
----------
N. Megiddo (1974), Optimal flows in networks with multiple sources and sinks, *Mathematical
Programming* 7. S. Fujishige (1980), Lexicographically optimal base of a polymatroid with respect
to a weight vector, *Mathematics of Operations Research* 5. N. S. Mendelsohn and A. L. Dulmage
(1958), Some generalizations of the problem of distinct representatives, *Canadian J. Math.* 10.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from territory_access.access.labels import amounts, joined, minutes
from territory_access.errors import DataError, Fault
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    type Whole = NDArray[np.int64]
    type Flags = NDArray[np.bool_]

# scipy's maximum flow counts in 32 bits; a residual capacity may be twice what is given here.
_LARGEST = 2**31 - 1
_CEILING = 2**30


def eligible(
    times: xr.Dataset | xr.DataArray,
    reach: float | xr.DataArray,
    *,
    home: xr.DataArray | None = None,
) -> xr.DataArray:
    """Return which sites a resident of each zone may use: those at most ``reach`` minutes away.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach.
    reach
        Minutes, the same for all sites or one for each ``(destination)``. At 0 only the zones
        of ``home`` qualify: a service for one commune or one island.
    home
        Booleans ``(origin, destination)``: the site stands in this commune or on this island, and
        is always open to it.

    Returns
    -------
    xarray.DataArray
        Booleans ``(origin, destination)``; ``attrs["reach"]`` where it is one number.

    Examples
    --------
    >>> import xarray as xr
    >>> times = xr.DataArray(
    ...     [[0.0, 20.0], [21.0, float("inf")]], {"origin": ["A", "B"], "destination": ["S", "T"]}
    ... )
    >>> eligible(times, 20.0).values.tolist()
    [[True, True], [False, False]]
    """
    table = minutes(times)
    limit = reach if isinstance(reach, xr.DataArray) else xr.full_like(table[0], reach, dtype=float)
    table, limit = joined(table, amounts(limit, what="Portée", dim=DESTINATION))
    allowed = (table <= limit) & (table < np.inf)
    if home is not None:
        allowed, here = joined(allowed, home)
        allowed = (allowed & (limit > 0)) | here
    allowed = allowed.transpose(ORIGIN, DESTINATION).rename("eligible").drop_attrs()
    return allowed if isinstance(reach, xr.DataArray) else allowed.assign_attrs(reach=float(reach))


def allocate(eligible: xr.DataArray, seekers: xr.DataArray, places: xr.DataArray) -> xr.Dataset:
    """Return the largest and, among those, the fairest allocation of places to residents.

    The mathematics is in the docstring of this module.

    Parameters
    ----------
    eligible
        Booleans ``(origin, destination)``: may a resident of this zone use this site?
    seekers
        Residents who look for a médecin traitant ``(origin)``, whole numbers.
    places
        Places that the sites still have ``(destination)``, whole numbers.

    Returns
    -------
    xarray.Dataset
        ``served (origin)`` residents who get a place; ``share (origin)`` of the seekers, 0
        where nobody seeks; ``reachable (origin)``: some site with places is eligible;
        ``used (destination)`` places taken. ``attrs["total"]`` is the exact number served.

    Raises
    ------
    DataError
        If labels differ, a number is negative or not whole, or a total passes 2 147 483 647.

    Examples
    --------
    A and B may use the site S, B and C the site T; S has 30 places, T 100.

    >>> import xarray as xr
    >>> pairs = xr.DataArray(
    ...     [[True, False], [True, True], [False, True]],
    ...     {"origin": ["A", "B", "C"], "destination": ["S", "T"]},
    ... )
    >>> seekers = xr.DataArray([60, 40, 80], {"origin": ["A", "B", "C"]})
    >>> given = allocate(pairs, seekers, xr.DataArray([30, 100], {"destination": ["S", "T"]}))
    >>> given.attrs["total"], given["served"].round(2).values.tolist()
    (130, [30.0, 33.33, 66.67])
    """
    pairs, seekers, places = joined(
        eligible.transpose(ORIGIN, DESTINATION),
        _whole(seekers, what="Habitants en recherche", dim=ORIGIN),
        _whole(places, what="Places", dim=DESTINATION),
    )
    wants, holds = seekers.values, places.values
    links = pairs.values.astype(bool) & (holds > 0)
    share, total = _fair(links, wants, holds)
    occupation, _ = _fair(links.T & (wants > 0), holds, wants)
    reach = {key: value for key, value in eligible.attrs.items() if key == "reach"}
    return xr.Dataset(
        {
            "served": (ORIGIN, share * wants, {"units": "residents"}),
            "share": (ORIGIN, share, {"units": "1"}),
            "reachable": (ORIGIN, links.any(axis=1)),
            "used": (DESTINATION, occupation * holds, {"units": "places"}),
        },
        coords={ORIGIN: pairs[ORIGIN], DESTINATION: pairs[DESTINATION]},
        attrs={"total": total, "units": "residents", **reach},
    )


def _whole(table: xr.DataArray, *, what: str, dim: str) -> xr.DataArray:
    """Return a table of non-negative whole numbers, small enough for an exact maximum flow."""
    amounts(table, what=what, dim=dim)
    whole = table.astype(np.int64)
    if bool((whole.values != table.values).any()):
        raise DataError("{what} : des nombres entiers sont attendus.", what=Fault(what, {}))
    if float(table.sum()) > _LARGEST:
        raise DataError(
            "{what} : le total, {total}, dépasse {largest} ; travailler par région.",
            what=Fault(what, {}),
            total=int(whole.sum()),
            largest=_LARGEST,
        )
    return whole


def _fair(links: Flags, wants: Whole, holds: Whole) -> tuple[NDArray[np.float64], int]:
    """Return the fairest share of what each row wants, and the exact total served."""
    share = np.zeros(len(wants))
    rows = np.flatnonzero((wants > 0) & links.any(axis=1))
    if rows.size == 0:
        return share, 0
    # Rows that may use the same columns are one row: fairness gives them one share.
    kinds, group = np.unique(np.packbits(links[rows], axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    merged = np.zeros(len(kinds), dtype=np.int64)
    np.add.at(merged, group, wants[rows])
    first = np.zeros(len(kinds), dtype=np.intp)
    first[group] = rows
    shares, total = _decompose(sparse.csr_array(links[first]), merged, holds)
    share[rows] = shares[group]
    return share, total


def _decompose(
    links: sparse.csr_array, wants: Whole, holds: Whole
) -> tuple[NDArray[np.float64], int]:
    """Return the shares of the decomposition algorithm; every row has a link."""
    share = np.ones(len(wants))
    short = _short(links, wants, holds)
    columns = _columns(links, short)
    total = int(wants[~short].sum() + holds[columns].sum())
    waiting = [(np.flatnonzero(short), columns)] if short.any() else []
    while waiting:
        rows, columns = waiting.pop()
        part = links[rows][:, columns]
        have, want = int(holds[columns].sum()), int(wants[rows].sum())
        divisor = math.gcd(have, want)
        below = _short(part, wants[rows] * (have // divisor), holds[columns] * (want // divisor))
        if not below.any():
            share[rows] = have / want
            continue
        taken = np.isin(np.arange(columns.size), _columns(part, below))
        waiting += [(rows[below], columns[taken]), (rows[~below], columns[~taken])]
    return share, total


def _columns(links: sparse.csr_array, rows: Flags) -> NDArray[np.intp]:
    """Return the columns that some of the rows may use."""
    return np.unique(links[np.flatnonzero(rows)].indices).astype(np.intp)


def _short(links: sparse.csr_array, wants: Whole, holds: Whole) -> Flags:
    """Return the rows that the fairest maximum flow leaves short of what they want.

    They are the rows on the source's side of the smallest minimum cut: those that an unserved
    row can reach by pushing others from column to column.
    """
    flow, sent = _flow(links, wants, holds)
    pushing = flow > 0
    forward = links.T.tocsr()
    rows = sent < wants
    while True:
        columns = forward @ rows
        reached = rows | (pushing @ columns)
        if (reached == rows).all():
            return rows
        rows = reached


def _flow(links: sparse.csr_array, wants: Whole, holds: Whole) -> tuple[sparse.csr_array, Whole]:
    """Return a maximum flow along the links, and what each row sends, in 64 bits.

    scipy's solver counts in 32 bits, so the flow is built from the high digits down: a maximum
    flow for the capacities rounded down to a multiple of :math:`2^k`, then augmented for the
    finer digits. What a step can still add is at most one unit an arc and digit, hence small.
    """
    count, width = links.shape
    source, sink = count + width, count + width + 1
    row, column = np.repeat(np.arange(count), np.diff(links.indptr)), links.indices + count
    tails = np.concatenate([row, column, np.full(count, source), np.arange(count, source)])
    heads = np.concatenate([column, row, np.arange(count), np.full(width, sink)])
    flow = np.zeros(links.nnz, dtype=np.int64)
    sent, filled = np.zeros(count, dtype=np.int64), np.zeros(width, dtype=np.int64)
    for shift in _shifts(int(min(wants.sum(), holds.sum())), count + width):
        rest, room = (wants >> shift) - (sent >> shift), (holds >> shift) - (filled >> shift)
        capacity = np.concatenate([np.full(flow.size, _CEILING), flow >> shift, rest, room])
        capacity = np.minimum(capacity, _CEILING).astype(np.int32)
        graph = sparse.csr_array((capacity, (tails, heads)), shape=(sink + 1, sink + 1))
        step = maximum_flow(graph, source, sink).flow[:count, count:source]
        step.sort_indices()
        flow += step.data.astype(np.int64) << shift
        sent = np.add.reduceat(flow, links.indptr[:-1])
        filled[:] = 0
        np.add.at(filled, links.indices, flow)
    return sparse.csr_array((flow, links.indices, links.indptr), shape=links.shape), sent


def _shifts(total: int, arcs: int) -> Iterator[int]:
    """Yield how many binary digits to leave out at each step, the last time none.

    >>> list(_shifts(1_000, 50)), list(_shifts(2**45, 2_000))
    ([0], [16, 0])
    """
    shift = max(0, total.bit_length() - 30)
    while True:
        yield shift
        if shift == 0:
            return
        shift = max(0, shift - (30 - arcs.bit_length()))
