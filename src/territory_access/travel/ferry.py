"""What a boat costs in time: one way, and the whole trip to an appointment and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.vocabulary import Season

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.parameters import Parameters


def headway(sailings: float, *, window: float) -> float:
    """Return the minutes between two boats: ``H = W / n``, evenly spread; ``inf`` without any.

    Examples
    --------
    >>> headway(5, window=720)
    144.0
    """
    return window / sailings if sailings > 0 else float("inf")


def expected_wait(sailings: float, *, window: float) -> float:
    """Return the mean minutes lost to the timetable, each way: ``H / 2``.

    Examples
    --------
    >>> expected_wait(5, window=720)
    72.0
    """
    return headway(sailings, window=window) / 2


def round_trip(one_way: float, *, sailings: float, consultation: float, window: float) -> float:
    """Return the minutes that an appointment across the water takes out of a day.

    ``captive = 2·T_ow + consultation + H``, where T_ow holds the way to the port, the check-in, the
    crossing, landing and the way to the practice, but no wait for the boat, and H is one headway:
    half of it is lost on the way out, half on the way back.

    Parameters
    ----------
    one_way
        T_ow, minutes.
    sailings
        Boats a day, each way.
    consultation
        Minutes at the practice.
    window
        Minutes of the day over which the boats are spread.

    Examples
    --------
    Groix, five sailings: about five and a half hours; Houat in winter, two: nine hours.

    >>> round_trip(85, sailings=5, consultation=20, window=720) / 60
    5.57
    >>> round_trip(80, sailings=2, consultation=20, window=720) / 60
    9.0
    """
    return 2 * one_way + consultation + headway(sailings, window=window)


def same_day_feasible(
    on_land: float, *, sailings: float, crossing: float, check_in: float, window: float
) -> bool:
    """Tell whether the first boat out and the last boat back leave time for the appointment.

    With n boats each way spread over the window, the last one leaves ``(n − 1)·H`` after the first:
    there is a pair when ``crossing + on_land + check_in ≤ (n − 1)·W / n``.

    Parameters
    ----------
    on_land
        Minutes from landing to the return at the port: way to the practice, consultation, way back.
    sailings
        Boats a day, each way; one boat a day and a single call never allow a return.
    crossing, check_in
        Minutes.
    window
        Minutes of the day over which the boats are spread.

    Examples
    --------
    >>> same_day_feasible(80, sailings=2, crossing=40, check_in=15, window=720)
    True
    >>> same_day_feasible(80, sailings=1, crossing=40, check_in=15, window=720)
    False
    """
    if sailings <= 0:
        return False
    last = (sailings - 1) * headway(sailings, window=window)
    return crossing + on_land + check_in <= last


def crossings(
    ferries: pd.DataFrame, *, season: Season | str, parameters: Parameters
) -> pd.DataFrame:
    """Return what each line costs one way, from the port's quay to beyond the other quay.

    Parameters
    ----------
    ferries
        As ``schemas.FERRIES``.
    season
        Whose timetable.
    parameters
        ``ferry.check_in_minutes``, ``ferry.egress_minutes``, ``ferry.service_window_minutes``.

    Returns
    -------
    Index ``ferry_id``; ``island_zone``, ``port_zone``, ``sailings`` (a day, each way), ``headway``,
    ``check_in``, ``wait`` (expected), ``crossing``, ``egress`` and ``minutes``, their sum without
    the headway.
    """
    window = parameters.value("ferry.service_window_minutes")
    sailings = ferries[f"sailings_{Season(season).value}"].astype(float)
    table = ferries[["island_zone", "port_zone"]].assign(
        sailings=sailings,
        headway=window / sailings,
        check_in=parameters.value("ferry.check_in_minutes"),
        wait=window / sailings / 2,
        crossing=ferries["crossing_minutes"].astype(float),
        egress=parameters.value("ferry.egress_minutes"),
    )
    return table.assign(minutes=table[["check_in", "wait", "crossing", "egress"]].sum(axis=1))
