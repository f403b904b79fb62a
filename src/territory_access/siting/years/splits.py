r"""Lists the whole numbers that a search can split on: how many of some builds open.

A build opened or not moves little: its neighbour opens instead. How many sites of a service open by
a year, :math:`\sum_{b \in s,\, t_b \le t} y_b`, moves what is left for all others; then whether one
opens at a place by a year, then how many do around it. All are sums of builds that a plan has
whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from territory_access.siting.years.neighbourhood import Asked

    type Whole = NDArray[np.int64]

# What a sum is over: everything of a service or an option, one place, the places around one.
TERRITORY, PLACE, AREA = 0, 1, 2


@dataclass(frozen=True)
class Splits:
    """Sums of builds.

    Attributes
    ----------
    sums
        Which builds are in each ``(Q, B)``.
    kind
        ``TERRITORY``, ``PLACE`` or ``AREA`` ``(Q,)``.
    family
        Sums that are split with a like effect have the same number ``(Q,)``.
    """

    sums: csr_array
    kind: Whole
    family: Whole


def splits(asked: Asked) -> Splits:
    """Return the sums to split on, each once.

    Parameters
    ----------
    asked
        What the search looks at.
    """
    seen: set[bytes] = set()
    members, kinds, families = [], [], []
    for kind, family, builds in _sums(asked):
        name = builds.tobytes()
        if builds.size and name not in seen:
            seen.add(name)
            members.append(builds)
            kinds.append(kind)
            families.append(family)
    start = np.concatenate([[0], np.cumsum([builds.size for builds in members])])
    ones, shape = np.ones(start[-1]), (len(members), asked.build.size)
    sums = csr_array((ones, np.concatenate(members), start), shape=shape)
    return Splits(sums, np.array(kinds), np.array(families))


def _sums(asked: Asked) -> Iterator[tuple[int, int, Whole]]:
    """Yield kind, family and builds of each sum."""
    every = np.arange(asked.build.size)
    yield from _by_year(TERRITORY, 0, every, asked)
    for service in np.unique(asked.service):
        mine = np.flatnonzero(asked.service == service)
        yield from _by_year(TERRITORY, 1, mine, asked)
        for option in np.unique(asked.option[mine]):
            yield TERRITORY, 2, mine[asked.option[mine] == option]
            yield TERRITORY, 3, mine[asked.option[mine] >= option]
    for place in np.unique(asked.place):
        yield from _of_services(PLACE, 4, np.flatnonzero(asked.place == place), asked)
    for around in asked.areas:
        yield from _of_services(AREA, 6, np.flatnonzero(around), asked)


def _of_services(kind: int, family: int, builds: Whole, asked: Asked) -> Iterator[_Sum]:
    """Yield some builds together, then service by service and year by year."""
    yield kind, family, builds
    for service in np.unique(asked.service[builds]):
        mine = builds[asked.service[builds] == service]
        yield from _by_year(kind, family + 1, mine, asked)


def _by_year(kind: int, family: int, builds: Whole, asked: Asked) -> Iterator[_Sum]:
    """Yield what opens by each year."""
    for year in range(int(asked.year.max(initial=0)) + 1):
        yield kind, family, builds[asked.year[builds] <= year]


type _Sum = tuple[int, int, Whole]
