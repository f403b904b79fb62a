r"""What an evaluation can see: the smallest effect that chance would not hide.

For counts (Poisson) and shares (binomial), by the normal approximation, with a comparison group and
a before and an after in each (a difference in differences): the variance of the effect is the sum
of those of its four means, times a design factor :math:`f` for what residents of one place share.

.. math::
    \text{rate: } \delta = (z_{1-\alpha/2} + z_{1-\beta}) \sqrt{f \, \lambda
        \sum_g \frac{1}{n_g}}, \qquad
    \text{share: } \delta = (z_{1-\alpha/2} + z_{1-\beta}) \sqrt{f \, p (1 - p)
        \sum_g \frac{1}{n_g}}

with :math:`n_g` person-years (persons for a share) of each of the four cells, and the rate
:math:`\lambda` or share :math:`p` of before in all of them. Fleiss, Levin and Paik, *Statistical
Methods for Rates and Proportions*, 2003, chapters 4 and 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from territory_access.errors import DataError

LEVEL, POWER = 0.05, 0.80


@dataclass(frozen=True)
class Groups:
    """How many people an evaluation follows.

    Attributes
    ----------
    treated, compared
        Residents where the plan acts, and where it does not.
    years_before, years_after
        Years observed.
    """

    treated: float
    compared: float
    years_before: float = 1.0
    years_after: float = 2.0

    def __post_init__(self) -> None:
        if min(self.treated, self.compared, self.years_before, self.years_after) <= 0:
            raise DataError(
                "Évaluation : il faut des habitants et des années dans chaque groupe, avant et "
                "après."
            )


def detectable_rate(
    rate: float, groups: Groups, *, design: float = 1.0, level: float = LEVEL, power: float = POWER
) -> float:
    """Return the smallest change of a yearly rate that would be seen, in events a person-year.

    Parameters
    ----------
    rate
        Events a person-year before.
    groups
        Who is followed, how long.
    design
        Variance over that of independent people, 1 or more.
    level, power
        Two-sided risk of seeing what is not; chance of seeing what is.

    Examples
    --------
    12 events per 1,000 residents a year, 30,000 residents against 90,000: 2.5 fewer.

    >>> round(1000 * detectable_rate(0.012, Groups(30_000, 90_000)), 1)
    2.5
    """
    _refuse(rate, design, shares=False)
    cells = (
        groups.treated * groups.years_before,
        groups.treated * groups.years_after,
        groups.compared * groups.years_before,
        groups.compared * groups.years_after,
    )
    return _normal(level, power) * math.sqrt(design * rate * sum(1 / cell for cell in cells))


def detectable_share(
    share: float, groups: Groups, *, design: float = 1.0, level: float = LEVEL, power: float = POWER
) -> float:
    """Return the smallest change of a share that would be seen, in points (0.01 is one point).

    A share is measured once before and once after, whatever the years between.

    Examples
    --------
    >>> round(100 * detectable_share(0.11, Groups(24_000, 72_000)), 2)
    0.92
    """
    _refuse(share, design, shares=True)
    total = 2 / groups.treated + 2 / groups.compared
    return _normal(level, power) * math.sqrt(design * share * (1 - share) * total)


def people_needed(
    before: float, after: float, *, level: float = LEVEL, power: float = POWER
) -> int:
    """Return the person-years needed in each of two groups to tell two rates apart.

    Examples
    --------
    To tell 9 events per 1,000 from 12:

    >>> people_needed(0.012, 0.009)
    18315
    """
    if before == after:
        raise DataError("Évaluation : deux taux égaux ne peuvent être distingués.")
    _refuse(min(before, after), 1.0, shares=False)
    return math.ceil(_normal(level, power) ** 2 * (before + after) / (before - after) ** 2)


def _normal(level: float, power: float) -> float:
    law = NormalDist()
    return law.inv_cdf(1 - level / 2) + law.inv_cdf(power)


def _refuse(value: float, design: float, *, shares: bool) -> None:
    if not value >= 0 or (shares and value > 1) or not design >= 1:
        raise DataError("Évaluation : taux négatif, part hors de 0 à 1, ou plan d’étude sous 1.")
