r"""Says over which years one plans: money and activity by year, what a year is worth.

Year 1 is the first year of the plan. A service opened in year :math:`t'` finds at most the share
:math:`r(t - t' + 1)` of its consultations in year t (``ramp``): patients come little by little. It
is paid :math:`\ell` years before it opens, whole years of its lead time. Money that is not spent
is carried over; a deficit is not. What year t brings counts :math:`\delta_t = (1 + i)^{1 - t}`.

A plan of one year looks at cruise: no ramp, no lead time, nothing discounted, and teams as the
catalogue says. Over several years a team holds any number of doctors between the size below and
its own, so that part of a doctor may work here and the rest elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.scenario import SitingPart


@dataclass(frozen=True)
class Horizon:
    """The years of a plan.

    Attributes
    ----------
    years
        How many, T.
    budget_shares
        Share of the whole budget that comes each year ``(T,)``; sums to 1.
    deficit_shares
        Deficit accepted each year, as a multiple of ``Rules.deficit_per_year`` ``(T,)``.
    ramp
        Share of its consultations that a service finds in its first, second… year; 1 afterwards.
    discount
        Yearly rate at which later years count less.
    lead
        Whether lead times count.
    flexible
        Whether a team may be smaller than its size says.
    fixed_cost
        Share of a service's yearly cost that does not depend on how many doctors work there.
    apl
        APL without the plan by year ``(year, origin)``; ``None``: as today, every year.
    """

    years: int = 1
    budget_shares: tuple[float, ...] = (1.0,)
    deficit_shares: tuple[float, ...] = (1.0,)
    ramp: tuple[float, ...] = (1.0,)
    discount: float = 0.0
    lead: bool = False
    flexible: bool = False
    fixed_cost: float = 0.0
    apl: xr.DataArray | None = None

    def worth(self) -> NDArray[np.float64]:
        """Return what each year counts for ``(T,)``.

        >>> Horizon(years=3, discount=0.25).worth().tolist()
        [1.0, 0.8, 0.64]
        """
        return np.asarray((1.0 + self.discount) ** -np.arange(self.years, dtype=float))

    def activity(self, opened: int) -> NDArray[np.float64]:
        """Return the share of its consultations that a service finds each year ``(T,)``.

        Parameters
        ----------
        opened
            Year of opening, 1 for the first.

        Examples
        --------
        >>> Horizon(years=4, ramp=(0.5, 0.8, 1.0)).activity(2).tolist()
        [0.0, 0.5, 0.8, 1.0]
        """
        age = np.arange(1, self.years + 1) - opened
        shares = np.array([*self.ramp, 1.0])
        return np.where(age < 0, 0.0, shares[np.clip(age, 0, len(self.ramp))])


def horizon_of(
    settings: SitingPart, parameters: Parameters, outlook: xr.DataArray | None = None
) -> Horizon:
    """Return the years that a scenario asks for.

    Parameters
    ----------
    settings
        The ``[siting]`` part of a scenario.
    parameters
        ``places.ramp_up_year_*``, ``siting.fixed_cost_share``, ``money.real_rate``.
    outlook
        APL without the plan by year ``(year, origin)``.

    Raises
    ------
    ScenarioError
        If money by year does not say one amount a year.
    """
    years = settings.years
    budgets = _by_year("budget_by_year", settings.budget_by_year, years)
    deficits = _by_year("deficit_by_year", settings.deficit_by_year, years)
    flexible = years > 1 if settings.flexible_teams is None else settings.flexible_teams
    total, level = sum(budgets), max(deficits, default=0.0)
    first = (1.0, *(0.0,) * (years - 1))
    made = Horizon(
        years=years,
        budget_shares=tuple(amount / total for amount in budgets) if total > 0 else first,
        deficit_shares=tuple(amount / level for amount in deficits)
        if level > 0
        else (1.0,) * years,
        ramp=(1.0,),
        flexible=flexible,
        fixed_cost=parameters.value("siting.fixed_cost_share"),
    )
    if years == 1:
        return made
    ages = (1, 2, 3)
    return replace(
        made,
        ramp=tuple(parameters.value(f"places.ramp_up_year_{age}") for age in ages),
        discount=parameters.value("money.real_rate"),
        lead=True,
        apl=outlook,
    )


def _by_year(key: str, amounts: tuple[float, ...], years: int) -> tuple[float, ...]:
    if amounts and len(amounts) != years:
        raise ScenarioError(
            "siting.{key} donne {count} montants pour {years} ans ; il en faut un par an.",
            key=key,
            count=len(amounts),
            years=years,
        )
    return amounts
