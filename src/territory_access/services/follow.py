r"""What the months after an opening teach: productivity and take-up, before and after seeing them.

**Productivity** :math:`\lambda` (consultations a year and full-time doctor) has a Gamma law; its
mean is the plan's, its spread that of the catalogue's range. Months give :math:`y` consultations
for :math:`e` FTE-years, :math:`y \sim Poisson(\lambda e)`, hence (conjugate, Gelman et al.,
*Bayesian Data Analysis*, 3rd edition, §2.6)

.. math:: \lambda \mid y \sim \Gamma(a + y / \varphi, \; b + e / \varphi)

where :math:`\varphi \ge 1` is how much more months differ than Poisson counts would (Pearson's
statistic over its degrees of freedom): holidays and illness make a month tell less than its count.

**Take-up** :math:`p` (share of the planned places that are taken) has a Beta law with the ramp-up
of that month and its range; of :math:`n` places, :math:`r` are taken,
:math:`p \mid r \sim Beta(a + r, b + n - r)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from territory_access.errors import DataError
from territory_access.services.staffing import beta_law

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.stats._distn_infrastructure import rv_frozen

    from territory_access.parameters import Parameter, Parameters

MONTHS = 12
# Half the width of nine chances in ten, in standard deviations of a bell curve.
_NINE_IN_TEN = 1.645
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Belief:
    """What is believed of a number.

    Attributes
    ----------
    law
        ``gamma`` (shape, rate) or ``beta``.
    a, b
        Its two parameters.
    """

    law: str
    a: float
    b: float

    @property
    def mean(self) -> float:
        """Mean."""
        return self.a / self.b if self.law == "gamma" else self.a / (self.a + self.b)

    @property
    def interval(self) -> tuple[float, float]:
        """Nine chances in ten to lie between."""
        law = self._frozen()
        return float(law.ppf(_LOW)), float(law.ppf(_HIGH))

    def above(self, value: float) -> float:
        """Return the chance that the number is at least ``value``."""
        return float(self._frozen().sf(value))

    def _frozen(self) -> rv_frozen:
        if self.law == "gamma":
            return stats.gamma(self.a, scale=1.0 / self.b)
        return stats.beta(self.a, self.b)


@dataclass(frozen=True)
class Learnt:
    """A number before and after the observations.

    Attributes
    ----------
    prior, posterior
        Beliefs.
    planned
        What the plan counts on.
    observed
        What the observations alone would say.
    dispersion
        How much more they differ than chance alone would have it, 1 or more.
    """

    prior: Belief
    posterior: Belief
    planned: float
    observed: float
    dispersion: float = 1.0

    @property
    def reached(self) -> float:
        """Chance that what the plan counts on is reached, once the observations are seen."""
        return self.posterior.above(self.planned)


def productivity_prior(mean: float, low: float, high: float) -> Belief:
    """Return the Gamma law of a mean and a range (nine chances in ten).

    Raises
    ------
    DataError
        If the range is empty or the mean is not positive.

    Examples
    --------
    >>> prior = productivity_prior(6000, 4800, 7600)
    >>> round(prior.mean), [round(x) for x in prior.interval]
    (6000, [4672, 7465])
    """
    if not (mean > 0 and high > low >= 0):
        raise DataError("Suivi : productivité prévue nulle, ou plage vide.")
    spread = (high - low) / (2 * _NINE_IN_TEN)
    return Belief("gamma", mean**2 / spread**2, mean / spread**2)


def productivity(counts: Sequence[float], exposure: Sequence[float], prior: Belief) -> Learnt:
    """Return what monthly consultations teach of productivity.

    Parameters
    ----------
    counts
        Consultations of each month.
    exposure
        FTE-years of doctors in each month, the plan's ramp-up counted: 2 doctors at cruise are
        2/12 a month.
    prior
        ``productivity_prior``.

    Raises
    ------
    DataError
        If there are no months, or a number is negative.

    Examples
    --------
    >>> found = productivity([900, 1000, 950], [2 / 12] * 3, productivity_prior(6000, 4800, 7600))
    >>> round(found.observed), round(found.posterior.mean), round(found.dispersion, 1)
    (5700, 5713, 2.6)
    """
    seen, worked = np.asarray(counts, float), np.asarray(exposure, float)
    if not len(seen) or len(seen) != len(worked) or (seen < 0).any() or not (worked > 0).all():
        raise DataError("Suivi : il faut des mois, sans nombre négatif, avec des médecins.")
    rate = seen.sum() / worked.sum()
    spread = 1.0
    if len(seen) > 1 and rate > 0:
        expected = rate * worked
        spread = max(1.0, float(((seen - expected) ** 2 / expected).sum() / (len(seen) - 1)))
    posterior = Belief("gamma", prior.a + seen.sum() / spread, prior.b + worked.sum() / spread)
    return Learnt(prior, posterior, prior.mean, float(rate), spread)


def take_up(registered: int, places: int, planned: Parameter) -> Learnt:
    """Return what registrations teach of the share of places that are taken.

    Parameters
    ----------
    registered
        Residents registered so far, those who left taken away.
    places
        That the plan gives at cruise.
    planned
        The share that the plan sees taken by then (``places_taken``): value and range.

    Raises
    ------
    DataError
        If a number is negative or there is no place.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> found = take_up(900, 2857, Parameters.load()["places.ramp_up_year_1"])
    >>> round(found.prior.mean, 2), round(found.posterior.mean, 3)
    (0.5, 0.316)
    """
    if places < 1 or registered < 0:
        raise DataError("Suivi : aucune place prévue, ou inscriptions négatives.")
    taken = min(registered, places)
    a, b = beta_law(planned)
    posterior = Belief("beta", a + taken, b + places - taken)
    return Learnt(Belief("beta", a, b), posterior, planned.value, registered / places)


def ramp_up(month: int, parameters: Parameters) -> Parameter:
    """Return the ramp-up of a month after the opening (0 for the first): that of its year.

    >>> from territory_access.parameters import Parameters
    >>> [ramp_up(month, Parameters.load()).value for month in (0, 11, 12, 40)]
    [0.5, 0.5, 0.8, 1.0]
    """
    year = min(month // MONTHS, 2) + 1
    return parameters[f"places.ramp_up_year_{year}"]


def places_taken(month: int, parameters: Parameters) -> Parameter:
    """Return the share of places that a plan sees taken at the end of a month (0 for the first).

    In a straight line through the ramp-up of each year's end; value and range alike.

    >>> from territory_access.parameters import Parameters
    >>> [round(places_taken(month, Parameters.load()).value, 2) for month in (1, 5, 11, 17, 40)]
    [0.08, 0.25, 0.5, 0.65, 1.0]
    """
    now = ramp_up(month, parameters)
    if month >= 3 * MONTHS:
        return now
    gone = (month % MONTHS + 1) / MONTHS
    past = ramp_up(month - MONTHS, parameters) if month >= MONTHS else None

    def between(name: str) -> float:
        start = getattr(past, name) if past is not None else 0.0
        return float(start + (getattr(now, name) - start) * gone)

    return now.model_copy(update={name: between(name) for name in ("value", "low", "high")})
