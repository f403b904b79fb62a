r"""Whom a service can recruit: how many, how surely, for how long, and from whom.

Pools by profile (``staff.*`` parameters, :math:`P` inhabitants of a basin):

.. math::
    \text{retired GPs} &= \tfrac{P}{1000} \, g \text{ people}, \quad
        F = \tfrac{P}{1000} \, g \, u \, e \text{ FTE} \\
    \text{at work in year } t &= \textstyle\sum_{t' \le t} (1 - x)^{t - t'} H_{t'}

with :math:`g` newly retired per 1,000 inhabitants, :math:`u` the share who accept, :math:`e` what
each gives, :math:`H` hires and :math:`x` the share who leave each year.

Nobody knows the chance that a post is filled: it has a range. It is drawn from a Beta law with the
central value as mean and nine chances in ten to lie in the range, so that N posts in one place fare
alike: they are all easy to fill there, or all hard (a beta-binomial law).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.parameters import Parameter, Parameters

# Newly retired: for less than five years, so that a fifth of the stock comes each year.
STOCK_YEARS = 5
# Half the width of nine chances in ten, in standard deviations of a bell curve.
_NINE_IN_TEN = 1.645


@dataclass(frozen=True)
class Chances:
    """How likely posts are to be filled.

    Attributes
    ----------
    posts
        How many are wanted, N.
    candidates
        How many may be asked, N or more.
    law
        Probability that 0, 1, … ``candidates`` accept, shape ``(candidates + 1,)``.
    low, high
        Probability that all posts are filled at the ends of the range.
    """

    posts: int
    candidates: int
    law: NDArray[np.float64]
    low: float
    high: float

    @property
    def all_filled(self) -> float:
        """Probability that every post is filled."""
        return self.at_least(self.posts)

    @property
    def expected(self) -> float:
        """Posts filled on average, at most ``posts``."""
        filled = np.minimum(np.arange(self.candidates + 1), self.posts)
        return float(filled @ self.law)

    def at_least(self, posts: int) -> float:
        """Return the probability that so many posts are filled."""
        return float(min(1.0, self.law[posts:].sum())) if posts <= self.candidates else 0.0


def chances(posts: int, chance: Parameter, *, candidates: int | None = None) -> Chances:
    """Return how likely posts are to be filled.

    Parameters
    ----------
    posts
        Posts wanted.
    chance
        That one who is asked accepts: value and range, between 0 and 1.
    candidates
        How many may be asked; one for each post where not given.

    Raises
    ------
    DataError
        If a number of posts is negative.

    Examples
    --------
    Four salaried posts, each filled within a year with a chance of 0.6 (0.3 to 0.9):

    >>> from territory_access.parameters import Parameters
    >>> found = chances(4, Parameters.load()["staff.salaried_filled_12_months"])
    >>> round(found.expected, 1), round(found.all_filled, 2), round(found.at_least(2), 2)
    (2.4, 0.2, 0.77)
    """
    asked = posts if candidates is None else candidates
    if posts < 0 or asked < 0:
        raise DataError("Recrutement : un nombre de postes ne peut être négatif.")
    alpha, beta = beta_law(chance)
    law = _beta_binomial(asked, alpha, beta)

    def sure(probability: float) -> float:
        if posts > asked:
            return 0.0
        return float(min(1.0, _binomial(asked, probability)[posts:].sum()))

    return Chances(posts, asked, law, sure(chance.low), sure(chance.high))


def beta_law(chance: Parameter) -> tuple[float, float]:
    """Return the Beta law of a chance: its mean is the value, its spread that of the range.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> a, b = beta_law(Parameters.load()["staff.salaried_filled_12_months"])
    >>> round(a / (a + b), 3), round(a + b, 1)
    (0.6, 6.2)
    """
    mean = min(max(chance.value, 1e-6), 1 - 1e-6)
    spread = max((chance.high - chance.low) / (2 * _NINE_IN_TEN), 1e-3)
    weight = max(mean * (1 - mean) / spread**2 - 1, 1e-3)
    return mean * weight, (1 - mean) * weight


def retired_gps(people: float, parameters: Parameters) -> float:
    """Return how many newly retired GPs live among so many inhabitants.

    >>> from territory_access.parameters import Parameters
    >>> retired_gps(305_000, Parameters.load())
    61.0
    """
    return people / 1000 * parameters.value("staff.retired_gp_per_1000")


def retired_fte(people: float, parameters: Parameters) -> float:
    """Return the FTE that retired GPs among so many inhabitants would give.

    >>> from territory_access.parameters import Parameters
    >>> round(retired_fte(305_000, Parameters.load()), 2)
    1.22
    """
    value = parameters.value
    given = value("staff.retired_take_up") * value("staff.retired_fte")
    return retired_gps(people, parameters) * given


def retired_chances(fte: float, people: float, parameters: Parameters) -> Chances:
    """Return how likely a team of retired GPs is to be found among so many inhabitants.

    Parameters
    ----------
    fte
        Wanted; each doctor gives ``staff.retired_fte``.
    people
        Inhabitants within ``staff.pool_minutes``.
    parameters
        ``staff.retired_*``.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> found = retired_chances(2.5, 800_000, Parameters.load())
    >>> found.posts, found.candidates, round(found.all_filled, 2)
    (13, 160, 0.54)
    """
    heads = math.ceil(fte / parameters.value("staff.retired_fte") - 1e-9)
    asked = int(retired_gps(people, parameters) + 1e-9)
    return chances(heads, parameters["staff.retired_take_up"], candidates=asked)


def at_work(hired: NDArray[np.float64], leaving: float) -> NDArray[np.float64]:
    """Return how many are at work each year, hires of all years before included.

    Parameters
    ----------
    hired
        Hired each year ``(…, year)``.
    leaving
        Share of those at work who leave each year.

    Examples
    --------
    >>> at_work(np.array([2.0, 2.0, 2.0]), 0.5).tolist()
    [2.0, 3.0, 3.5]
    """
    found = np.array(hired, float)
    for year in range(1, found.shape[-1]):
        found[..., year] += (1.0 - leaving) * found[..., year - 1]
    return found


def team_left(fte: float, years: int, leaving: float) -> NDArray[np.float64]:
    """Return what is left of a team each year if nobody is hired again ``(years,)``.

    >>> team_left(2.5, 4, 0.2).round(2).tolist()
    [2.5, 2.0, 1.6, 1.28]
    """
    hired = np.zeros(years)
    hired[:1] = fte
    return at_work(hired, leaving)


def by_boat(fte: float, parameters: Parameters) -> tuple[float, float, float]:
    """Return the FTE that a team on an island takes from the pool: low, central, high.

    Whoever comes in turns by boat loses part of the time on the way (``staff.ferry_loss``).

    >>> from territory_access.parameters import Parameters
    >>> by_boat(5.0, Parameters.load())
    (5.5, 6.25, 7.0)
    """
    loss = parameters["staff.ferry_loss"]
    return fte * (1 + loss.low), fte * (1 + loss.value), fte * (1 + loss.high)


def _beta_binomial(count: int, alpha: float, beta: float) -> NDArray[np.float64]:
    """Return the probability of 0 … count successes where the chance itself is not known."""
    lgamma = math.lgamma
    norm = lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) - lgamma(alpha + beta + count)
    logs = [
        lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1)
        + lgamma(k + alpha) + lgamma(count - k + beta) + norm
        for k in range(count + 1)
    ]  # fmt: skip
    return np.exp(np.array(logs))


def _binomial(count: int, chance: float) -> NDArray[np.float64]:
    """Return the probability of 0 … count successes, each with the same known chance."""
    inside = min(max(chance, 1e-12), 1 - 1e-12)
    lgamma = math.lgamma
    logs = [
        lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1)
        + k * math.log(inside) + (count - k) * math.log1p(-inside)
        for k in range(count + 1)
    ]  # fmt: skip
    return np.exp(np.array(logs))
