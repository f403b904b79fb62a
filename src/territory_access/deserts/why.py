r"""Why a zone falls short: too far, too few, too many to share with, or ageing.

The parts are exact: they add up to the shortfall of each zone, whatever the numbers.

**Consultations.** The APL of a zone is a product of four causes. With :math:`B^T_i` the plain
two-step measure in a catchment of :math:`T` minutes (everybody counts, wherever they are in it),
:math:`W` a wide one, and :math:`A_i(P)` the APL of the same people were they no older than the
country,

.. math::
    A_i = \underbrace{F_i}_{\text{few}}
          \cdot \underbrace{B^T_i / F_i}_{\text{many}}
          \cdot \underbrace{A_i(P) / B^T_i}_{\text{far}}
          \cdot \underbrace{A_i(P^*) / A_i(P)}_{\text{ageing}} ,
    \qquad F_i = \min(B^W_i, \theta) .

*Too few*: doctors of the wide surroundings, shared evenly, would not be enough (surroundings with
more than enough count as enough). *Too many to share with*: the surroundings might do, but around
here each doctor has more people than there. *Too far*: they are near enough to count, not near
enough to count in full, or none is in reach. *Ageing*: older people need more. Where a cause is not
there it has the value that meets the threshold :math:`\theta` exactly (few :math:`\theta`, the
others 1), so that without any cause nothing is missing. The shortfall :math:`g_i = \theta - A_i` is
then split by the Shapley value: what a cause adds, averaged over all orders in which the four could
come,

.. math:: \phi_c = \sum_{S \not\ni c} \frac{|S|!\,(3 - |S|)!}{4!}
                   \Bigl( v(S \cup c) - v(S) \Bigr), \quad
          v(S) = \theta - \prod_{c \in S} f_c \prod_{c \notin S} f^0_c , \quad \sum_c \phi_c = g_i .

A part may be negative: a young or a well-staffed zone makes up for something else. No order of
causes is privileged, which a step-by-step account could not avoid.

**Places.** Residents left without a place are split in the only order that makes sense: those of
zones that no site with places reaches (*too far*); beyond that, those for whom the sites in reach
would not have been enough even alone (*too few*); and the others, who lose to those who share
these sites (*too many to share with*). Who seeks is estimated by rates without age: no ageing.

References
----------
L. S. Shapley (1953), A value for n-person games. A. F. Shorrocks (2013), Decomposition procedures
for distributional analysis, *J. of Economic Inequality* 11.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from territory_access.access import Decay, Pairs, floating_catchment
from territory_access.access.labels import amounts, joined
from territory_access.errors import DataError
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.access.smooth import Weighting

    type Floats = NDArray[np.float64]

CAUSES = ("too_far", "too_few", "too_many", "ageing")
WIDE_MINUTES = 60.0
_ROUNDING = 1e-12


def consultations(  # noqa: PLR0913 - all that an APL is made of
    times: xr.Dataset | xr.DataArray | Pairs,
    need: xr.DataArray,
    people: xr.DataArray,
    acts: xr.DataArray,
    *,
    threshold: float,
    decay: Weighting | None = None,
    wide: float = WIDE_MINUTES,
) -> xr.Dataset:
    """Return what each cause takes from the APL below the threshold (formulae above).

    Parameters
    ----------
    times
        Minutes ``(origin, destination)``, ``inf`` out of reach, or the ``Pairs`` up to ``wide``.
    need, people
        Standardised inhabitants, and inhabitants ``(origin)``. Where both are the same nothing is
        put down to ageing.
    acts
        Consultations a year offered at each site ``(destination)``.
    threshold
        Consultations a standardised inhabitant a year.
    decay
        Weights of the APL; those of the DREES by default.
    wide
        Minutes of the wide surroundings, beyond the reach of ``decay``.

    Returns
    -------
    xarray.Dataset
        ``too_far``, ``too_few``, ``too_many``, ``ageing`` and ``shortfall (origin)``,
        consultations a standardised inhabitant a year; 0 everywhere at or above the threshold.
        The four add up to ``shortfall``.

    Raises
    ------
    DataError
        If labels differ, an amount is negative or missing, ``wide`` is within reach, or the
        threshold is not above 0.

    Examples
    --------
    Nothing reaches B; A has one doctor at the door and 60 minutes around have no other.

    >>> import xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> times = xr.DataArray([[0.0], [30.0]], zones | {"destination": ["S"]})
    >>> people = xr.DataArray([2_000.0, 500.0], zones)
    >>> acts = xr.DataArray([4_500.0], {"destination": ["S"]})
    >>> found = consultations(times, people, people, acts, threshold=2.5)
    >>> found["shortfall"].values.round(3).tolist()
    [0.25, 2.5]
    >>> [found[cause].values.round(3).tolist() for cause in CAUSES]
    [[0.0, 2.15], [0.788, 0.35], [-0.538, 0.0], [0.0, 0.0]]
    """
    weights = decay or Decay.drees()
    if not (threshold > 0 and wide > weights.reach):
        raise DataError(
            "Causes d’un manque : seuil {threshold}, voisinage de {wide} min ; le seuil doit être "
            "positif et le voisinage plus large que la portée ({reach} min).",
            threshold=threshold,
            wide=wide,
            reach=weights.reach,
        )
    pairs = Pairs.within(times, wide)
    around = floating_catchment(pairs, people, acts, Decay.binary(wide)).values
    here = floating_catchment(pairs, people, acts, Decay.binary(weights.reach)).values
    young = floating_catchment(pairs, people, acts, weights).values
    level = floating_catchment(pairs, need, acts, weights).values
    enough = np.where(around > 0, np.minimum(around, threshold), threshold)
    factors = {
        "too_few": enough,
        "too_many": np.where(here > 0, _over(here, enough, 1.0), 1.0),
        "too_far": np.where(here > 0, _over(young, here, 1.0), 0.0),
        "ageing": _over(level, young, 1.0),
    }
    none = dict.fromkeys(factors, 1.0) | {"too_few": threshold}
    parts = _shapley(factors, none)
    short = np.maximum(threshold - level, 0.0)
    told = {cause: np.where(short > 0, parts[cause], 0.0) for cause in CAUSES}
    # Only where need and people contradict each other (one is 0 around a site, not the other).
    rest = short - np.sum([told[cause] for cause in CAUSES], axis=0)
    told["ageing"] += np.where(np.abs(rest) > _ROUNDING, rest, 0.0)
    return _labelled(told, short, pairs.origin)


def places(
    allocation: xr.Dataset, eligible: xr.DataArray, seekers: xr.DataArray, offered: xr.DataArray
) -> xr.Dataset:
    """Return why residents who seek are left without a place (above, *Places*).

    Parameters
    ----------
    allocation
        Who gets a place (``access.places.allocate``).
    eligible
        Booleans ``(origin, destination)``: may a resident of this zone use this site?
    seekers
        Residents who look for a médecin traitant ``(origin)``.
    offered
        Places of the sites ``(destination)``.

    Returns
    -------
    xarray.Dataset
        ``too_far``, ``too_few``, ``too_many``, ``ageing`` (0) and ``shortfall (origin)``,
        residents. The four add up to ``shortfall``.

    Raises
    ------
    DataError
        If labels differ, or an amount is negative or missing.

    Examples
    --------
    >>> import xarray as xr
    >>> from territory_access.access.places import allocate
    >>> zones, sites = {"origin": ["A", "B", "C"]}, {"destination": ["S"]}
    >>> pairs = xr.DataArray([[True], [True], [False]], zones | sites)
    >>> seekers = xr.DataArray([120, 60, 10], zones)
    >>> offered = xr.DataArray([90], sites)
    >>> found = places(allocate(pairs, seekers, offered), pairs, seekers, offered)
    >>> [found[cause].values.tolist() for cause in CAUSES[:3]]
    [[0.0, 0.0, 10.0], [30.0, 0.0, 0.0], [30.0, 30.0, 0.0]]
    """
    open_to = eligible.transpose(ORIGIN, DESTINATION)
    open_to, wants, holds, served = joined(
        open_to,
        amounts(seekers, what="Habitants en recherche", dim=ORIGIN),
        amounts(offered, what="Places", dim=DESTINATION),
        allocation["served"],
    )
    within = open_to.values.astype(float) @ holds.values.astype(float)
    want = wants.values.astype(float)
    got = np.minimum(served.values, want)
    alone = np.minimum(want, within)
    reached = within > 0
    return _labelled(
        {
            "too_far": np.where(reached, 0.0, want - got),
            "too_few": np.where(reached, want - alone, 0.0),
            "too_many": np.where(reached, alone - got, 0.0),
            "ageing": np.zeros_like(want),
        },
        want - got,
        wants[ORIGIN].values,
    )


def _over(above: Floats, below: Floats, without: float) -> Floats:
    """Return a ratio; the value of a cause that is not there where nothing can be said of it."""
    known = below > 0
    return np.divide(above, below, out=np.full_like(above, without), where=known)


def _shapley(factors: dict[str, Floats], none: dict[str, float]) -> dict[str, Floats]:
    """Return the Shapley value of each factor in minus their product, against ``none``."""
    names = list(factors)
    worth = {
        chosen: math.prod(factors[n] if n in chosen else none[n] for n in names)
        for size in range(len(names) + 1)
        for chosen in map(frozenset, itertools.combinations(names, size))
    }
    parts: dict[str, Floats] = {}
    for name in names:
        total = np.zeros_like(factors[name])
        for chosen in (known for known in worth if name not in known):
            size = len(chosen)
            weight = math.factorial(size) * math.factorial(len(names) - size - 1)
            total += weight * (worth[chosen] - worth[chosen | {name}])
        parts[name] = total / math.factorial(len(names))
    return parts


def _labelled(parts: dict[str, Floats], short: Floats, labels: NDArray[Any]) -> xr.Dataset:
    columns = {name: (ORIGIN, values) for name, values in (parts | {"shortfall": short}).items()}
    return xr.Dataset(columns, coords={ORIGIN: labels})
