r"""What is left of the consultations when doctors retire, and when one practice closes.

**Retirement.** Supply is cut into bands of age; a doctor of age :math:`a` leaves within a year with
probability :math:`q(a)`. Ages are spread evenly within a band, so of a band :math:`b` stays

.. math:: r_b(h) = \operatorname{mean}_{a \in b} \prod_{k=0}^{h-1} (1 - q(a + k)),

and a share :math:`\rho` of those who left is replaced. The APL is linear in supply, so that after
:math:`h` years it is

.. math:: A_i(h) = \sum_b A_{i,b}\,\big(r_b(h) + \rho\,(1 - r_b(h))\big),

with :math:`A_{i,b}` what the band brings: the published columns « 65, 62, 60 ans et moins » less
one another. Arrivals beyond replacement and the ageing of residents are not in it.

**Fragility.** Closing site :math:`j` takes :math:`w_{ij} R_j` from zone :math:`i` and changes no
other ratio: an exact update of rank one, for all sites at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import xarray as xr

from territory_access.access.catchment import ratios
from territory_access.access.decay import Decay
from territory_access.access.pairs import Pairs, weighed
from territory_access.errors import DataError
from territory_access.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.access.smooth import Weighting

BAND = "band"
# First and last age of each band; the columns of the DREES part them at 60, 62 and 65.
BANDS: dict[str, tuple[int, int]] = {
    "to_60": (30, 60),
    "61_62": (61, 62),
    "63_65": (63, 65),
    "over_65": (66, 75),
}


@dataclass(frozen=True)
class Hazards:
    """Probability of leaving within a year, by age, and share of those replaced.

    Attributes
    ----------
    early, late, last
        At 60–64, 65–69, and 70 or more; nobody leaves before 60.
    replaced
        Share of the supply that left which successors bring back.

    Raises
    ------
    DataError
        If one is no share.

    Examples
    --------
    >>> round(Hazards(0.12, 0.25, 0.35, 0.0).stays((60, 60), 2), 4)
    0.7744
    """

    early: float
    late: float
    last: float
    replaced: float

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in (self.early, self.late, self.last, self.replaced)):
            raise DataError("Départs de médecins : une probabilité n’est pas entre 0 et 1.")

    @classmethod
    def load(cls, parameters: Parameters | None = None, *, replaced: float | None = None) -> Self:
        """Return the parameters ``outlook.*``, with another share of replacement where given.

        Examples
        --------
        >>> Hazards.load(replaced=0.3).replaced
        0.3
        """
        known = Parameters.load() if parameters is None else parameters
        leave = [known.value(f"outlook.leave_{band}") for band in ("60_64", "65_69", "70_plus")]
        back = known.value("outlook.replaced") if replaced is None else replaced
        return cls(leave[0], leave[1], leave[2], back)

    def stays(self, ages: tuple[int, int], years: int) -> float:
        """Return the share of a band of ages that still works after some years."""
        first = np.arange(ages[0], ages[1] + 1)
        then = first[:, None] + np.arange(years)[None]
        steps = [then < 60, then < 65, then < 70]
        leaves = np.select(steps, [0.0, self.early, self.late], self.last)
        return float(np.prod(1.0 - leaves, axis=1).mean())

    def remains(self, years: int) -> xr.DataArray:
        """Return what is left of each band after some years, successors included ``(band)``.

        Examples
        --------
        >>> Hazards(0.1, 0.2, 0.3, 1.0).remains(10).values.tolist()
        [1.0, 1.0, 1.0, 1.0]
        """
        stays = np.array([self.stays(ages, years) for ages in BANDS.values()])
        return xr.DataArray(stays + self.replaced * (1 - stays), {BAND: list(BANDS)}, (BAND,))


def bands(columns: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Return what each band of age brings to the APL, from the published columns.

    Parameters
    ----------
    columns
        ``apl``, ``apl_65``, ``apl_62``, ``apl_60`` ``(origin)``: doctors up to that age, all in
        ``apl``. Where 62 and 60 are missing (files before 2021), what lies under 65 is taken to be
        of the ages to 60: too few leave then, and the outlook is a mild one.

    Returns
    -------
    xarray.DataArray
        ``(origin, band)``, the sum of which is ``apl``.

    Raises
    ------
    DataError
        If ``apl`` or ``apl_65`` is missing, or a column is larger than one of older doctors.

    Examples
    --------
    >>> zones = {"origin": ["A"]}
    >>> found = bands({"apl": xr.DataArray([3.0], zones), "apl_65": xr.DataArray([2.5], zones)})
    >>> found.values.tolist()
    [[2.5, 0.0, 0.0, 0.5]]
    """
    if not {"apl", "apl_65"} <= set(columns):
        raise DataError("APL par âge : il faut au moins les colonnes « tous âges » et « 65 ans ».")
    level = columns["apl_65"]
    levels = [columns.get("apl_60", columns.get("apl_62", level)), columns.get("apl_62", level)]
    steps = xr.concat([*levels, level, columns["apl"]], BAND, join="exact")
    parts = xr.concat([steps[:1], steps.diff(BAND)], BAND).assign_coords({BAND: list(BANDS)})
    if bool((parts < -1e-9).any()):
        raise DataError("APL par âge : une colonne dépasse celle de médecins plus âgés.")
    return parts.clip(min=0).transpose(..., BAND)


def national_bands(level: xr.DataArray, parameters: Parameters | None = None) -> xr.DataArray:
    """Return what each band brings where only the whole is known: the shares of the country.

    Examples
    --------
    >>> parts = national_bands(xr.DataArray([2.0], {"origin": ["A"]}))
    >>> round(float(parts.sum()), 9), round(float(parts.sel(band="over_65")[0]), 2)
    (2.0, 0.25)
    """
    known = Parameters.load() if parameters is None else parameters
    older = [known.value(f"outlook.share_over_{age}") for age in (60, 62, 65)]
    shares = -np.diff([1.0, *older, 0.0])
    return level * xr.DataArray(shares, {BAND: list(BANDS)}, (BAND,))


def after(parts: xr.DataArray, years: int, hazards: Hazards) -> xr.DataArray:
    """Return the APL, or the supply, after some years: the formula of this module.

    Parameters
    ----------
    parts
        What each band brings ``(…, band)``.
    years
        5 or 10, say.
    hazards
        Who leaves, and who is replaced.

    Examples
    --------
    >>> parts = xr.DataArray([[2.0, 0.0, 0.0, 1.0]], {"origin": ["A"], "band": list(BANDS)})
    >>> calm = Hazards(0.0, 0.0, 1.0, 0.0)  # all leave at 70
    >>> after(parts, 10, calm).values.round(3).tolist()
    [2.0]
    """
    return (parts * hazards.remains(years)).sum(BAND)


def fragility(
    times: xr.Dataset | xr.DataArray | Pairs,
    need: xr.DataArray,
    acts: xr.DataArray,
    decay: Weighting | None = None,
    *,
    lost: xr.DataArray | None = None,
) -> xr.Dataset:
    """Return how much each zone hangs on one place of work.

    Parameters
    ----------
    times, need, acts, decay
        As for ``access.apl``.
    lost
        Consultations that a site loses ``(destination)``, at most those that it gives: one doctor's
        where a site is a whole commune. All of them where not given.

    Returns
    -------
    xarray.Dataset
        By zone: ``sites`` within reach that offer something; ``largest``, the label of the one
        that loses the zone most (empty without any); ``without``, the APL if it does.

    Examples
    --------
    >>> times = xr.DataArray(
    ...     [[0.0, 12.0], [12.0, 0.0]], {"origin": ["A", "B"], "destination": ["A", "B"]}
    ... )
    >>> need = xr.DataArray([1_000.0, 500.0], {"origin": ["A", "B"]})
    >>> acts = xr.DataArray([4_000.0, 0.0], {"destination": ["A", "B"]})
    >>> found = fragility(times, need, acts)
    >>> found["sites"].values.tolist(), found["without"].values.tolist()
    ([1, 1], [0.0, 0.0])
    """
    weights = Decay.drees() if decay is None else decay
    pairs = Pairs.within(times, weights.reach)
    ratio = pairs.sites(ratios(pairs, need, acts, weights), what="Offre")
    rows = weighed(pairs.gathered(), weights)
    rows.data *= ratio[rows.indices]
    rows.eliminate_zeros()
    level = np.asarray(rows.sum(axis=1)).ravel()
    if lost is not None:
        given, gone = pairs.sites(acts, what="Offre"), pairs.sites(lost, what="Offre perdue")
        share = np.divide(gone, given, out=np.zeros_like(given), where=given > 0)
        rows.data *= np.minimum(share, 1.0)[rows.indices]
    most = np.asarray(rows.max(axis=1).todense()).ravel() if rows.nnz else np.zeros_like(level)
    where = np.asarray(rows.argmax(axis=1)).ravel() if rows.nnz else np.zeros(len(level), int)
    names = np.where(most > 0, pairs.destination.astype(object)[where], "")
    sites = np.diff(rows.indptr)
    return xr.Dataset(
        {
            "sites": pairs.by_zone(sites, "sites"),
            "largest": pairs.by_zone(names, "largest"),
            "without": pairs.by_zone(np.maximum(level - most, 0.0), "without"),
        }
    )
