r"""How many consultations a general practitioner gives where only heads are counted.

A register of facilities counts doctors; the APL needs what they do. With :math:`g_j` the doctors
for 1,000 standardised inhabitants around (floating catchment of heads), :math:`c_j` how urban the
place is beyond a small town, :math:`u_j` its urbanity and :math:`f_j` its deprivation (F-EDI),

.. math:: \text{acts per doctor}_j = r_{\text{region}} \; g_j^{\gamma} \;
          \exp\big(\alpha\,(u_j - 1) + \beta\, c_j + \delta\, c_j f_j / 5\big).

:math:`\gamma < 0`: where doctors are many each one gives fewer consultations, the « lien entre
niveau d’activité et densité locale » for which the DREES bounds activity. The numbers are fitted,
see ``countrywide.toml``; they hold for the heads of the BPE of 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_SMALL_TOWN, _CITY_SPAN = 2.0, 1.2  # urbanity
_DEPRIVATION = 5.0  # one standard deviation of the F-EDI, about
_NOBODY = 1e-4


@dataclass(frozen=True)
class Activity:
    """Acts a year of a doctor, by where he or she works.

    Attributes
    ----------
    rates
        Acts a year by region code, at one doctor for 1,000 inhabitants in the country.
    elsewhere
        Those of a region that is not named.
    crowding, urban, city, deprived
        γ, α, β and δ.
    """

    rates: Mapping[str, float]
    elsewhere: float
    crowding: float
    urban: float
    city: float
    deprived: float

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, object]]) -> Self:
        """Return the numbers of a fit (``countrywide.fitted``).

        Examples
        --------
        >>> found = Activity.of({"activity": {"elsewhere": 4000.0, "crowding": -0.3, "urban": 0.0,
        ...     "city": 0.0, "deprived": 0.0}, "rates": {"52": 4200.0}})
        >>> found.rates["52"]
        4200.0
        """
        numbers = cast("dict[str, float]", dict(tables["activity"]))
        rates = cast("dict[str, float]", dict(tables["rates"]))
        return cls(rates=rates, **numbers)

    def per_doctor(
        self,
        regions: Sequence[str],
        *,
        around: NDArray[np.float64],
        urbanity: NDArray[np.float64],
        deprivation: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the acts a year of one doctor in each place.

        Parameters
        ----------
        regions
            Region code of each place.
        around
            Doctors for 1,000 standardised inhabitants around each place.
        urbanity, deprivation
            Of each place; 0 where deprivation is not known.

        Examples
        --------
        >>> import numpy as np
        >>> plain = Activity({}, 4_000.0, -0.5, 0.0, 0.0, 0.0)
        >>> plain.per_doctor(["52", "52"], around=np.array([1.0, 4.0]), urbanity=np.zeros(2),
        ...     deprivation=np.zeros(2)).tolist()
        [4000.0, 2000.0]
        """
        rate = np.array([self.rates.get(region, self.elsewhere) for region in regions])
        city = np.clip(urbanity - _SMALL_TOWN, 0.0, _CITY_SPAN)
        return rate * np.exp(
            self.crowding * np.log(around + _NOBODY)
            + self.urban * (urbanity - 1.0)
            + self.city * city
            + self.deprived * city * deprivation / _DEPRIVATION
        )
