r"""How many consultations a general practitioner gives where only heads are counted.

A register of facilities counts doctors; the APL needs what they do. With :math:`g_j` the doctors
for 1,000 standardised inhabitants around (floating catchment of heads), :math:`c_j` how urban the
place is beyond a small town, :math:`u_j` its urbanity and :math:`f_j` its deprivation (F-EDI),

.. math:: \text{acts per doctor}_j = r_{\text{region}} \; g_j^{\gamma} \;
          \exp\big(\alpha\,(u_j - 1) + \beta\, c_j + \delta\, c_j f_j / 5
          + \eta \cdot h_j\big).

:math:`\gamma < 0`: where doctors are many each one gives fewer consultations, the « lien entre
niveau d’activité et densité locale » for which the DREES bounds activity. :math:`h_j` is what the
register counts in the commune itself (``beside``): its doctors, and nurses, physiotherapists,
pharmacies and health centres for one of them, since a doctor without anyone around is more often a
hospital's, a spa's or an error of the register. The numbers are fitted, see ``countrywide.toml``;
they hold for the heads of the BPE of 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

_SMALL_TOWN, _CITY_SPAN = 2.0, 1.2  # urbanity
_DEPRIVATION = 5.0  # one standard deviation of the F-EDI, about
_NOBODY = 1e-4
# Doctors of the commune, and for its residents; then what there is for one doctor.
BESIDE = ("doctors", "own", "physios", "nurses", "pharmacies", "centres")


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
    beside
        η, in the order of ``BESIDE``; 0 where not given.
    """

    rates: Mapping[str, float]
    elsewhere: float
    crowding: float
    urban: float
    city: float
    deprived: float
    beside: tuple[float, ...] = (0.0,) * len(BESIDE)

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
        beside = tuple(numbers.pop(name, 0.0) for name in BESIDE)
        return cls(rates=rates, beside=beside, **numbers)

    def per_doctor(
        self,
        regions: Sequence[str],
        *,
        around: NDArray[np.float64],
        urbanity: NDArray[np.float64],
        deprivation: NDArray[np.float64],
        beside: NDArray[np.float64] | None = None,
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
        beside
            From the function of that name ``(places, 6)``; left out where not given.

        Examples
        --------
        >>> import numpy as np
        >>> plain = Activity({}, 4_000.0, -0.5, 0.0, 0.0, 0.0)
        >>> plain.per_doctor(["52", "52"], around=np.array([1.0, 4.0]), urbanity=np.zeros(2),
        ...     deprivation=np.zeros(2)).round(-1).tolist()
        [4000.0, 2000.0]
        """
        rate = np.array([self.rates.get(region, self.elsewhere) for region in regions])
        city = np.clip(urbanity - _SMALL_TOWN, 0.0, _CITY_SPAN)
        return rate * np.exp(
            self.crowding * np.log(around + _NOBODY)
            + self.urban * (urbanity - 1.0)
            + self.city * city
            + self.deprived * city * deprivation / _DEPRIVATION
            + (0.0 if beside is None else beside @ np.array(self.beside))
        )


def beside(heads: pd.DataFrame, need: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the register counts around the doctors of each commune, in logarithms.

    Parameters
    ----------
    heads
        ``gp``, ``physio``, ``nurse``, ``pharmacy``, ``health_centre``, one row a place.
    need
        Standardised inhabitants of each place.

    Returns
    -------
    numpy.ndarray
        ``(places, 6)``, in the order of ``BESIDE``.

    Examples
    --------
    >>> import pandas as pd
    >>> one = pd.DataFrame({"gp": [1], "physio": [1], "nurse": [3], "pharmacy": [1],
    ...     "health_centre": [0]})
    >>> beside(one, np.array([1_000.0])).round(2).tolist()
    [[-0.31, 0.0, 0.0, 0.69, 0.0, 0.0]]
    """
    doctors = heads["gp"].to_numpy(float)
    each = [
        np.log((heads[name].to_numpy(float) + 1) / (doctors + 1))
        for name in ("physio", "nurse", "pharmacy")
    ]
    centres = np.log1p(heads["health_centre"].to_numpy(float) / (doctors + 1))
    own = np.log((doctors + 1) / (need / 1000 + 1))
    return np.column_stack([np.log1p(doctors) - 1, own, *each, centres])
