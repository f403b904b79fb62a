"""In which unit are times swept? The finest in which they fit, sixteen bits where they can."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.errors import NetworkError
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.compiled import compiled
from territory_access.travel.roads.rows import far

if TYPE_CHECKING:
    import numpy.typing as npt

    from territory_access.travel.roads.arcs import Int32

MS_PER_MINUTE = 60_000
STEPS = 65_000
"""Units in a cutoff, of the 65,535 that sixteen bits hold: room for rounding up."""


class Unit(NamedTuple):
    """How labels count time.

    ``steps`` of the label are a millisecond, and ``minutes`` is what one step is worth. A label of
    ``far`` is out of reach, and so is one above ``limit``.
    """

    steps: float
    far: int
    limit: int
    minutes: float


class Scale(NamedTuple):
    """What times can occur, in milliseconds.

    ``resolution`` divides all of them; none exceeds ``span``, which is ``FAR`` when not known; the
    longest is ``reach`` at least.
    """

    resolution: int
    span: int
    reach: int = 0


def choose(cutoff: int | None, *, exact: bool, scale: Scale) -> tuple[Unit, npt.DTypeLike]:
    """Return the unit and the type of labels.

    Sixteen bits carry twice as many sources a row as 32. They are used where the answer is exact
    because all times are multiples of a unit that fits the cutoff, and otherwise only when
    exactness is not asked: then each arc of the hierarchy is rounded to ``cutoff / 65,000`` (55 ms
    at 60 min) and the few arcs of a path add up to less than 0.25 s.

    Parameters
    ----------
    cutoff
        Greatest time asked for, milliseconds; ``None`` for no end.
    scale
        What times can occur.

    Examples
    --------
    >>> choose(3_600_000, exact=True, scale=Scale(1, FAR))[1].__name__
    'int32'
    >>> choose(3_600_000, exact=True, scale=Scale(100, FAR))[0]
    Unit(steps=0.01, far=65535, limit=36000, minutes=0.0016666666666666668)
    >>> round(1 / choose(3_600_000, exact=False, scale=Scale(1, FAR))[0].steps, 1)
    55.4
    """
    resolution = scale.resolution
    longest = min(FAR - 1, scale.span, FAR - 1 if cutoff is None else cutoff)
    if longest <= STEPS * resolution:
        return _in_steps_of(resolution, longest // resolution), np.uint16
    if exact or longest == FAR - 1:
        return Unit(1.0, FAR, longest, 1 / MS_PER_MINUTE), np.int32
    return _in_steps_of(longest / STEPS, STEPS), np.uint16


def attempts(cutoff: int | None, *, exact: bool, scale: Scale) -> list[tuple[Unit, npt.DTypeLike]]:
    """Return the unit and type to sweep in, and those to try again in what came out as far.

    All have the same steps. Where 32 bits are chosen and a day's journey still fits in 16, these go
    first: they are right wherever no label comes out as far.

    >>> [dtype.__name__ for _, dtype in attempts(None, exact=True, scale=Scale(100, FAR))]
    ['uint16', 'int32']
    """
    unit, dtype = choose(cutoff, exact=exact, scale=scale)
    end = far(np.uint16) - 1
    resolution = scale.resolution
    if dtype != np.int32 or not scale.reach <= end * resolution <= unit.limit:
        return [(unit, dtype)]
    first = _in_steps_of(resolution, end)
    return [(first, np.uint16), (first._replace(far=FAR, limit=unit.limit // resolution), np.int32)]


def _in_steps_of(milliseconds: float, limit: int) -> Unit:
    return Unit(1 / milliseconds, far(np.uint16), limit, milliseconds / MS_PER_MINUTE)


def in_steps(milliseconds: Int32, unit: Unit) -> Int32:
    """Return times in steps, rounded to the nearest."""
    return _in_steps(milliseconds.reshape(-1), unit.steps).reshape(milliseconds.shape)


@compiled
def _in_steps(milliseconds: Int32, steps: float) -> Int32:
    """Return times in steps; one pass where numpy makes five."""
    labels = np.empty(len(milliseconds), np.int32)
    for i in range(len(milliseconds)):
        labels[i] = np.int32(milliseconds[i] * steps + 0.5)
    return labels


def milliseconds(minutes: float) -> int:
    """Return a cutoff in milliseconds.

    >>> milliseconds(20.0)
    1200000

    Raises
    ------
    NetworkError
        If it is not positive.
    """
    if not minutes > 0:
        raise NetworkError("temps maximal de {minutes} min : il doit être positif", minutes=minutes)
    return min(FAR - 1, round(minutes * MS_PER_MINUTE))
