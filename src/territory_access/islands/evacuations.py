"""How many evacuations a small laboratory on the island avoids, and how sure that is.

What was seen: *k* evacuations avoided in *n* work-ups. Starting from not knowing (uniform prior),
the share is ``Beta(k + 1, n − k + 1)``, of mean ``(k + 1) / (n + 2)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.parameters import Parameters

_LEVEL = 0.95


@dataclass(frozen=True)
class Avoided:
    """Evacuations avoided in a year.

    Attributes
    ----------
    share, share_low, share_high
        Of the work-ups: mean and central 95 % of what may be believed.
    count, count_low, count_high
        In a year: mean, and what 95 % of the years stay within, chance included (beta-binomial).
    euros
        Mean saving a year.
    """

    share: float
    share_low: float
    share_high: float
    count: float
    count_low: float
    count_high: float
    euros: float


def avoided(
    tests: float, *, seen: tuple[int, int], parameters: Parameters, level: float = _LEVEL
) -> Avoided:
    """Return what so many work-ups a year avoid.

    Parameters
    ----------
    tests
        Work-ups a year.
    seen
        Evacuations avoided, and work-ups, of an observation.
    parameters
        ``ferry.evacuation_cost``.
    level
        Of the intervals.

    Raises
    ------
    DataError
        If fewer work-ups than evacuations were seen, or a number is negative.

    Examples
    --------
    Groix, September to December 2023: 29 of 55, about 60,000 €.

    >>> from territory_access import Parameters
    >>> found = avoided(55, seen=(29, 55), parameters=Parameters.load())
    >>> round(found.share, 3), round(found.share_low, 2), round(found.share_high, 2)
    (0.526, 0.4, 0.65)
    >>> round(found.count, 1), round(found.euros, -3)
    (28.9, 60000.0)
    """
    from scipy import stats

    success, trials = seen
    if not 0 <= success <= trials or tests < 0 or not 0 < level < 1:
        raise DataError(
            "Évacuations évitées : {success} sur {trials} bilans n’est pas possible.",
            success=success,
            trials=trials,
        )
    one, other = success + 1, trials - success + 1
    belief = stats.beta(one, other)
    low, high = (float(end) for end in belief.interval(level))
    year = stats.betabinom(round(tests), one, other)
    few, many = (float(end) for end in year.interval(level))
    mean = float(belief.mean())
    return Avoided(
        mean,
        low,
        high,
        tests * mean,
        few,
        many,
        tests * mean * parameters.value("ferry.evacuation_cost"),
    )
