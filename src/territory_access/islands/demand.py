r"""How many consultations an island asks for in each month, with the people of the summer.

.. math:: demand_m = c_{res} \cdot P / 12 + r \cdot visitordays_m

with *P* residents, :math:`c_{res}` consultations a resident a year, *r* consultations a visitor-day
(``need.visitor_acts_per_1000_days``). Capacity must hold in the peak month; its cost is yearly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from territory_access.parameters import Parameters

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_AUGUST = 7


def monthly(
    residents: float,
    *,
    august_people: float,
    profile: Sequence[float],
    parameters: Parameters,
) -> pd.DataFrame:
    """Return people and consultations of each month.

    Parameters
    ----------
    residents
        Inhabitants.
    august_people
        People on the island on a mean day of August, residents included.
    profile
        Visitors of each month as a share of those of August, twelve numbers, August 1.
    parameters
        ``need.resident_acts_per_1000_days``, ``need.visitor_acts_per_1000_days``.

    Returns
    -------
    DataFrame
        Index ``month`` 1 to 12: ``visitor_days``, ``people`` (mean of a day), ``resident_acts``,
        ``visitor_acts``, ``acts``.

    Raises
    ------
    DataError
        If a number is negative, or the profile has not twelve months.

    Examples
    --------
    >>> from territory_access import Parameters
    >>> table = monthly(2_310, august_people=10_000, profile=[0] * 7 + [1] + [0] * 4,
    ...                 parameters=Parameters.load())
    >>> table.loc[8, ["visitor_days", "acts"]].round().astype(int).tolist()
    [238390, 1348]
    """
    shares = np.asarray(profile, dtype=float)
    fine = shares.shape == (12,) and (shares >= 0).all() and residents >= 0
    if not fine or not 0 <= august_people < np.inf:
        raise DataError(
            "Demande mensuelle d’une île : douze parts positives, des habitants et des présents "
            "en août sont attendus."
        )
    days = np.array(MONTH_DAYS)
    visitors = max(august_people - residents, 0.0) * shares
    yearly = parameters.value("need.resident_acts_per_1000_days") / 1000 * 365 * residents
    table = pd.DataFrame(
        {
            "visitor_days": visitors * days,
            "people": residents + visitors,
            "resident_acts": yearly / 12,
            "visitor_acts": parameters.value("need.visitor_acts_per_1000_days")
            / 1000
            * visitors
            * days,
        },
        index=pd.RangeIndex(1, 13, name="month"),
    )
    return table.assign(acts=table["resident_acts"] + table["visitor_acts"])


def peak(table: pd.DataFrame) -> tuple[int, float]:
    """Return the month of most consultations and how many times a mean month it is.

    Examples
    --------
    >>> peak(pd.DataFrame({"acts": [1.0] * 7 + [13.0] + [1.0] * 4}, index=range(1, 13)))
    (8, 6.5)
    """
    acts = table["acts"]
    mean = float(acts.mean())
    return int(acts.index[int(acts.to_numpy().argmax())]), float(acts.max()) / mean if mean else 1.0
