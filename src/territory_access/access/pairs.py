r"""Which pairs of a zone and a site are near enough to count, kept without all the others.

In a region hardly one pair in a hundred is within twenty minutes. The pairs that count are held as
sparse rows, block by block of zones; whatever a measure needs of them are two sums,

.. math:: \text{per site } \sum_i w_{ij}\, x_i \qquad\text{and}\qquad
          \text{per zone } \sum_j w_{ij}\, y_j,

with weights :math:`w` that a row of minutes decides by itself. A table in memory is one block. Of
a table in dask chunks along ``origin`` each block is read, thinned and summed as a task, once for
each sum: neither the table nor its pairs are ever whole in memory, and the results are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import xarray as xr
from scipy import sparse

from territory_access.access.labels import amounts, joined, oriented, positive
from territory_access.errors import DataError
from territory_access.travel.extras import library
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    type Rows = sparse.csr_array
    type Weigh = Callable[[Rows], Rows]
    type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs within reach, in rows of zones.

    Attributes
    ----------
    origin, destination
        Labels of the zones and of the sites.
    blocks
        Minutes of the pairs, sparse ``(zones of the block, sites)`` or a task that gives them,
        in the order of ``origin``. A pair of 0 minutes is there; one that is not there is out of
        reach.
    reach
        Minutes, included, up to which pairs are kept.
    sizes
        How many zones each block has.
    """

    origin: NDArray[Any]
    destination: NDArray[Any]
    blocks: tuple[Any, ...]
    reach: float
    sizes: tuple[int, ...]

    @classmethod
    def within(cls, times: xr.Dataset | xr.DataArray | Self, reach: float) -> Self:
        """Return the pairs of a table at most ``reach`` minutes apart.

        Parameters
        ----------
        times
            Minutes ``(origin, destination)``, ``inf`` out of reach; in dask chunks or not; or pairs
            kept up to ``reach`` or more.
        reach
            Minutes, included; ``inf`` keeps every pair that a way links.

        Raises
        ------
        DataError
            If a dimension is missing, or a time is negative or not a number; when the pairs of
            ``times`` were only kept up to fewer minutes than ``reach``.

        Examples
        --------
        >>> import xarray as xr
        >>> times = xr.DataArray(
        ...     [[0.0, 25.0], [20.0, float("inf")]], {"origin": ["A", "B"], "destination": [1, 2]}
        ... )
        >>> Pairs.within(times, 20.0).count
        2
        """
        if isinstance(times, cls):
            return times.cut(reach)
        table = oriented(cast("xr.Dataset | xr.DataArray", times))
        labels = table[ORIGIN].values, table[DESTINATION].values
        if table.chunks is None:
            return cls(*labels, (_near(table.values, reach=reach),), reach, (len(labels[0]),))
        rows = table.data.rechunk({1: -1})
        thin = library("dask").delayed(partial(_near, reach=reach), pure=True)
        blocks = tuple(thin(block) for block in rows.to_delayed().ravel())
        return cls(*labels, blocks, reach, rows.chunks[0])

    @classmethod
    def listed(
        cls,
        zones: Sequence[Any],
        sites: Sequence[Any],
        *,
        origin: ArrayLike,
        destination: ArrayLike,
        minutes: ArrayLike,
    ) -> Self:
        """Return pairs given one by one; those that are not named are out of reach.

        Parameters
        ----------
        zones, sites
            All labels, those without a pair too.
        origin, destination
            Position among ``zones`` and ``sites`` of each pair, none twice.
        minutes
            Minutes of each pair.

        Raises
        ------
        DataError
            If a time is negative or missing, or a pair is given twice.

        Examples
        --------
        >>> pairs = Pairs.listed(["A", "B"], ["S"], origin=[1], destination=[0], minutes=[7.5])
        >>> pairs.per_zone(lambda rows: rows, [2.0]).tolist()
        [0.0, 15.0]
        """
        values = positive(np.asarray(minutes, dtype=np.float64))
        shape = (len(zones), len(sites))
        where = (np.asarray(origin, dtype=np.int64), np.asarray(destination, dtype=np.int64))
        rows = sparse.csr_array(sparse.coo_array((values, where), shape=shape))
        if rows.nnz != values.size:
            raise DataError(
                "Temps de trajet : {count} paires sont données deux fois.",
                count=values.size - rows.nnz,
            )
        return cls(np.asarray(zones), np.asarray(sites), (rows,), np.inf, (shape[0],))

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return int(sum(self._each(lambda rows: rows.nnz)))

    def per_site(self, weigh: Weigh, of_zones: ArrayLike) -> Floats:
        r"""Return :math:`\sum_i w_{ij} x_i`, one number a site."""
        values = np.asarray(of_zones, dtype=np.float64)
        parts = np.split(values, np.cumsum(self.sizes)[:-1])
        tasks = [partial(_down, weigh=weigh, values=part) for part in parts]
        total = np.zeros(len(self.destination))
        for part in self._each(*tasks):
            total += part
        return total

    def per_zone(self, weigh: Weigh, of_sites: ArrayLike) -> Floats:
        r"""Return :math:`\sum_j w_{ij} y_j`, one number a zone."""
        values = np.asarray(of_sites, dtype=np.float64)
        return self.rows(partial(_up, weigh=weigh, values=values))

    def gathered(self) -> Rows:
        """Return the minutes of all pairs in memory, in the order of the zones."""
        parts = self._each(lambda rows: rows)
        whole: Rows = parts[0] if len(parts) == 1 else sparse.vstack(parts, format="csr")
        return whole

    def rows(self, measure: Callable[[Rows], Floats]) -> Floats:
        """Return what a measure says of each zone from its row alone."""
        parts = self._each(measure)
        return np.concatenate(parts) if parts else np.zeros(0)

    def zones(self, table: xr.DataArray, *, what: str) -> Floats:
        """Return non-negative amounts of the zones, checked and in their order."""
        return self._amounts(table, ORIGIN, self.origin, what)

    def sites(self, table: xr.DataArray, *, what: str) -> Floats:
        """Return non-negative amounts of the sites, checked and in their order."""
        return self._amounts(table, DESTINATION, self.destination, what)

    def by_zone(self, values: Floats, name: str, **attrs: object) -> xr.DataArray:
        """Return numbers of the zones with their labels."""
        return xr.DataArray(values, {ORIGIN: self.origin}, (ORIGIN,), name=name, attrs=attrs)

    def by_site(self, values: Floats, name: str, **attrs: object) -> xr.DataArray:
        """Return numbers of the sites with their labels."""
        return xr.DataArray(
            values, {DESTINATION: self.destination}, (DESTINATION,), name=name, attrs=attrs
        )

    @staticmethod
    def _amounts(table: xr.DataArray, dim: str, labels: NDArray[Any], what: str) -> Floats:
        mine = xr.DataArray(np.zeros(len(labels)), {dim: labels}, (dim,))
        _, theirs = joined(mine, amounts(table, what=what, dim=dim))
        return theirs.values.astype(np.float64)

    def cut(self, reach: float) -> Self:
        """Return the pairs up to fewer minutes."""
        if self.reach == reach:
            return self
        if self.reach < reach:
            raise DataError(
                "Temps de trajet : les paires ne vont que jusqu’à {kept} min ; cette mesure en "
                "demande {reach}.",
                kept=self.reach,
                reach=reach,
            )
        near = partial(only, wanted=partial(np.greater_equal, reach))
        if not all(isinstance(block, sparse.csr_array) for block in self.blocks):
            near = library("dask").delayed(near)
        return replace(self, blocks=tuple(near(block) for block in self.blocks), reach=reach)

    def _each(self, *tasks: Callable[[Rows], Any]) -> list[Any]:
        """Return what each block gives: one task for all of them, or one each."""
        chosen = tasks * len(self.blocks) if len(tasks) == 1 else tasks
        if all(isinstance(block, sparse.csr_array) for block in self.blocks):
            return [task(block) for task, block in zip(chosen, self.blocks, strict=True)]
        dask = library("dask")
        asked = [dask.delayed(t)(block) for t, block in zip(chosen, self.blocks, strict=True)]
        return list(dask.compute(*asked))


def _near(table: NDArray[Any], *, reach: float) -> Rows:
    """Return the pairs of a block within reach, sparse."""
    near = (positive(table) <= reach) & (table < np.inf)
    starts = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    columns = np.nonzero(near)[1]
    return sparse.csr_array((table[near].astype(np.float64), columns, starts), shape=table.shape)


def _down(rows: Rows, *, weigh: Weigh, values: Floats) -> Floats:
    return np.asarray(weigh(rows).T @ values)


def _up(rows: Rows, *, weigh: Weigh, values: Floats) -> Floats:
    return np.asarray(weigh(rows) @ values)


def weighed(rows: Rows, decay: Callable[[Floats], Floats]) -> Rows:
    """Return the weight of each pair of some rows, by its minutes.

    >>> from scipy import sparse
    >>> rows = sparse.csr_array([[5.0, 15.0]])
    >>> weighed(rows, lambda minutes: minutes / 10).toarray().tolist()
    [[0.5, 1.5]]
    """
    return sparse.csr_array((decay(rows.data), rows.indices, rows.indptr), shape=rows.shape)


def only(rows: Rows, wanted: Callable[[Floats], NDArray[np.bool_]]) -> Rows:
    """Return the pairs of some rows whose values are wanted.

    >>> from scipy import sparse
    >>> rows = only(sparse.csr_array([[5.0, 15.0, 7.0]]), lambda minutes: minutes < 10)
    >>> rows.indices.tolist(), rows.data.tolist()
    ([0, 2], [5.0, 7.0])
    """
    kept = wanted(rows.data)
    starts = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return sparse.csr_array((rows.data[kept], rows.indices[kept], starts), shape=rows.shape)


def shares(rows: Rows) -> Rows:
    r"""Return each row divided by its sum, :math:`w_{ij} / \sum_j w_{ij}`; empty where that is 0.

    >>> from scipy import sparse
    >>> shares(sparse.csr_array([[1.0, 3.0], [0.0, 0.0]])).toarray().tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    total = np.asarray(rows.sum(axis=1)).ravel()
    inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    each = np.repeat(inverse, np.diff(rows.indptr))
    return sparse.csr_array((rows.data * each, rows.indices, rows.indptr), shape=rows.shape)


def squared(rows: Rows) -> Rows:
    """Return each weight times itself.

    >>> from scipy import sparse
    >>> squared(sparse.csr_array([[0.5]])).toarray().tolist()
    [[0.25]]
    """
    return sparse.csr_array((rows.data**2, rows.indices, rows.indptr), shape=rows.shape)
