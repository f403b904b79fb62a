r"""How late can one leave, and still be on each vehicle? One pass over the timetable tells.

All that happens in a day is put in order once: vehicles that leave a stop, and people who, got off
one and having changed, are ready for another. For one origin, each event :math:`e` then takes the
latest departure with which one can be there, from what happened before it,

.. math::
    L(\text{ride } c) &= \max\bigl(L(\text{same vehicle before}),\; L(\text{stop of } c),\;
                         \text{leaves}_c - \text{walk to that stop}\bigr) \\
    L(\text{stop } s) &= \max\{L(c) : \text{off } c \text{ and ready at } s\}

so that one pass answers every minute of departure at once. It is the connection scan (Dibbelt,
Pajor, Strasser & Wagner 2013) with latest departures in place of earliest arrivals: as events come
in order of time, one number a stop is enough where a profile would be needed.

References
----------
J. Dibbelt, T. Pajor, B. Strasser, D. Wagner (2013), Intriguingly simple and fast transit routing,
*SEA*, LNCS 7933.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.datasets.gtfs_rides import Rides

    type Ints = NDArray[np.int32]

NEVER = -(2**30)
"""As a departure: none is early enough. Seconds."""
FAR = 2**30
"""As an arrival, or a walk: none. Seconds."""


class Links(NamedTuple):
    """Walks in rows: those of row ``i`` are ``first[i]`` to ``first[i + 1]``.

    ``to`` are the other ends, ``seconds`` how long each walk takes.
    """

    first: Ints
    to: Ints
    seconds: Ints


class Events(NamedTuple):
    """What happens, in order: ride ``ride`` leaves (``stop`` −1) or one off it is at ``stop``."""

    ride: Ints
    stop: Ints


def events(rides: Rides, between: Links, *, change: int) -> Events:
    """Return what happens in a day, in order of time.

    Parameters
    ----------
    rides
        What runs.
    between
        Walks from each stop to others near it; the stop itself, if there, is left out.
    change
        Seconds, at least 1, that a change takes, beside the walk to another stop.

    Notes
    -----
    At the same second those who are ready come before what leaves; the rides of one vehicle come in
    their order. As a change takes time, nobody is ready before the ride that brings them has left.
    """
    count = len(rides.start)
    off = np.flatnonzero(rides.alights).astype(np.int32)
    ends = rides.end[off]
    near = np.diff(between.first)[ends]
    again = np.repeat(np.arange(len(off)), near)
    rank = np.arange(len(again)) - np.repeat(np.cumsum(near) - near, near)
    walk = between.first[ends][again] + rank
    elsewhere = between.to[walk] != ends[again]
    again, walk = again[elsewhere], walk[elsewhere]
    ride = np.concatenate([np.arange(count), off, off[again]])
    stop = np.concatenate([np.full(count, -1), ends, between.to[walk]])
    ready = rides.arrives[off] + np.int64(change)
    when = np.concatenate([rides.leaves, ready, ready[again] + between.seconds[walk]])
    order = np.lexsort((ride, stop < 0, when))
    return Events(ride[order].astype(np.int32), stop[order].astype(np.int32))


@compiled
def latest(  # noqa: PLR0913, PLR0917 - flat arrays, as the compiler takes them
    event_ride: Ints,
    event_stop: Ints,
    start: Ints,
    leaves: Ints,
    vehicle: Ints,
    boards: NDArray[np.bool_],
    walk: Ints,
    on: Ints,
    aboard: Ints,
    at: Ints,
) -> None:
    """Fill ``on (ride)`` with the latest departure that catches it, for one origin.

    ``walk (stop)`` are seconds from the origin, ``FAR`` where too far; ``aboard (vehicle)`` and
    ``at (stop)`` are room to work in.
    """
    aboard[:] = NEVER
    at[:] = NEVER
    for event in range(len(event_ride)):
        ride, stop = event_ride[event], event_stop[event]
        if stop >= 0:
            at[stop] = max(at[stop], on[ride])
            continue
        best = aboard[vehicle[ride]]
        if boards[ride]:
            best = max(best, at[start[ride]])
            if walk[start[ride]] < FAR:
                best = max(best, leaves[ride] - walk[start[ride]])
        aboard[vehicle[ride]] = best
        on[ride] = best


@compiled
def arrivals(  # noqa: PLR0913, PLR0917 - flat arrays, as the compiler takes them
    on: Ints,
    end: Ints,
    arrives: Ints,
    alights: NDArray[np.bool_],
    first: Ints,
    to: Ints,
    seconds: Ints,
    departures: Ints,
    found: Ints,
) -> None:
    """Fill ``found (destination, departure)`` with the earliest arrivals, ``FAR`` where none.

    ``departures`` are seconds after midnight, in order and evenly spread; ``first``, ``to`` and
    ``seconds`` are the walks from each stop to the destinations.
    """
    found[:] = FAR
    step = departures[1] - departures[0] if len(departures) > 1 else 1
    for ride in range(len(on)):
        if not alights[ride] or on[ride] < departures[0]:
            continue
        slot = min((on[ride] - departures[0]) // step, len(departures) - 1)
        for walk in range(first[end[ride]], first[end[ride] + 1]):
            there = arrives[ride] + seconds[walk]
            found[to[walk], slot] = min(found[to[walk], slot], there)
    for place in range(len(found)):
        for slot in range(len(departures) - 2, -1, -1):
            found[place, slot] = min(found[place, slot], found[place, slot + 1])


@compiled
def usual(found: Ints, departures: Ints, rank: int, out: NDArray[np.float64]) -> None:
    """Fill ``out (destination)`` with the ``rank``-th shortest way in seconds, ``inf`` if none."""
    took = np.empty(len(departures), np.int64)
    for place in range(len(found)):
        out[place] = np.inf
        if found[place, 0] >= FAR:
            continue
        for slot in range(len(departures)):
            took[slot] = found[place, slot] - departures[slot]
        took.sort()
        if took[rank] < FAR // 2:
            out[place] = took[rank]
