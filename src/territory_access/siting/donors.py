r"""Says which practices lose doctors to a site that opens, and what is lost around them.

A share :math:`\rho` of a new site's doctors leave a practice nearby. Where the consultations
:math:`S_d` of each practice commune d are known, the site at j counts for all that it offers, and
the practices within :math:`\tau` minutes lose theirs in fixed shares:

.. math::
   N_j = \{d : t_{dj} \le \tau\}, \qquad W_j = \sum_{d \in N_j} S_d, \qquad
   \lambda_{jd} = S_d / W_j \quad (d \in N_j)

   A_i = A^0_i + \sum_j a_{ij} q_j - \sum_d a_{id} L_d, \qquad
   L_d = \sum_j \rho_j q_j \lambda_{jd} \le S_d

Shares do not depend on the plan, so that the APL stays linear in it. Two rules at the edges: where
nobody practises within :math:`\tau` minutes (:math:`W_j = 0`) doctors come from further, and
nothing is lost here; where all practices around offer less than :math:`\rho` times the largest
size of the service, that size takes all of them and others in proportion,
:math:`\rho_j = \min(\rho, W_j / \bar q)`. Where :math:`S_d` is not known, the site simply counts
for :math:`(1 - \rho)\, q_j`, and nobody loses anything.

The check of a plan counts all this again by another way (``siting.lost``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from territory_access.access.decay import Decay
from territory_access.access.labels import minutes
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.siting.problem import Problem

    type Reals = NDArray[np.float64]

DONOR = "donor"


class Practices(NamedTuple):
    """Where general practitioners work: minutes to them, and consultations a year."""

    times: xr.Dataset | xr.DataArray
    acts: xr.DataArray


@dataclass(frozen=True)
class Donors:
    r"""Practices that a new site may take doctors from.

    Attributes
    ----------
    acts
        Consultations a year of each practice commune ``(destination)``, those above 0.
    times
        Minutes from each zone to them ``(origin, destination)``.
    minutes
        Minutes from them to each candidate ``(donor, destination)``.
    within
        Minutes within which doctors move, :math:`\tau`.
    per_act
        APL that one consultation a year there is for each zone, :math:`a_{id}` ``(origin,
        donor)``.
    """

    acts: xr.DataArray
    times: xr.DataArray
    minutes: xr.DataArray
    within: float
    per_act: xr.DataArray

    @property
    def near(self) -> NDArray[np.bool_]:
        """Which practices may lose doctors to each candidate ``(donor, candidate)``."""
        found: NDArray[np.bool_] = self.minutes.to_numpy() <= self.within
        return found

    @property
    def around(self) -> Reals:
        """Consultations of all practices near each candidate, :math:`W_j` ``(candidate,)``."""
        found: Reals = self.acts.to_numpy().astype(float) @ self.near
        return found


def donors(
    practices: Practices,
    candidates: xr.DataArray,
    need: xr.DataArray,
    *,
    within: float,
    decay: Decay,
) -> Donors:
    """Return the practices from which sites take doctors, and who lives around them.

    Parameters
    ----------
    practices
        Consultations a year by commune, and the way to them.
    candidates
        Minutes ``(origin, destination)`` from each zone to the candidates.
    need
        Standardised inhabitants ``(origin)``, in the order of ``candidates``.
    within
        Minutes within which doctors move (``staff.poaching_minutes``).
    decay
        What travel time leaves of a consultation.

    Examples
    --------
    A practice in each of two communes, 30 minutes apart; only the first is near the candidate.

    >>> from territory_access.access.decay import Decay
    >>> code = ["A", "B"]
    >>> times = xr.DataArray([[0.0, 60.0], [60.0, 0.0]], {"origin": code, "destination": code})
    >>> acts = xr.DataArray([9_000.0, 3_000.0], {"destination": code})
    >>> need = xr.DataArray([3_000.0, 1_000.0], {"origin": code})
    >>> found = donors(
    ...     Practices(times, acts), times.sel(destination=["A"]), need, within=50,
    ...     decay=Decay.drees(),
    ... )
    >>> found.near.tolist(), found.around.tolist()
    ([[True], [False]], [9000.0])
    """
    working = practices.acts.where(practices.acts > 0, drop=True)
    labels = working[DESTINATION].to_numpy()
    times = minutes(practices.times).sel(
        {ORIGIN: candidates[ORIGIN].to_numpy(), DESTINATION: labels}
    )
    away = candidates.sel({ORIGIN: labels.astype(str)}).rename({ORIGIN: DONOR})
    weight = decay(times.to_numpy())
    basin = need.to_numpy() @ weight
    per_act = np.divide(weight, basin, out=np.zeros_like(weight), where=basin > 0)
    return Donors(
        acts=working,
        times=times,
        minutes=away,
        within=within,
        per_act=xr.DataArray(
            per_act,
            {ORIGIN: candidates[ORIGIN].to_numpy(), DONOR: labels},
            (ORIGIN, DONOR),
        ),
    )


def donors_of(
    practices: Practices | None,
    candidates: xr.DataArray,
    need: pd.Series[float],
    parameters: Parameters,
) -> Donors | None:
    """Return the practices of a study, with its numbers; ``None`` where they are not known.

    Parameters
    ----------
    practices, candidates
        See ``donors``.
    need
        Standardised inhabitants, in the order of ``candidates``.
    parameters
        ``staff.poaching_minutes`` and the decay of the DREES.
    """
    if practices is None:
        return None
    people = xr.DataArray(need.to_numpy(float), {ORIGIN: candidates[ORIGIN]}, (ORIGIN,))
    within = parameters.value("staff.poaching_minutes")
    return donors(practices, candidates, people, within=within, decay=Decay.drees(parameters))


def counted(problem: Problem) -> Reals:
    """Return the share of an option's consultations that counts where it stands ``(O,)``.

    All of them where those who lose are known, and what is new only where they are not.
    """
    acts = problem.options["acts_per_year"].to_numpy(float)
    net = problem.options["net_acts"].to_numpy(float)
    told = acts if problem.donors is not None else net
    share: Reals = np.divide(told, acts, out=np.zeros_like(acts), where=acts != 0)
    return share


def taken(problem: Problem) -> Reals:
    r"""Return the share of an option's consultations taken nearby, :math:`\rho_j` ``(J, O)``.

    0 where those who lose are not known, since ``counted`` leaves it out already.
    """
    shape = (len(problem.candidates), len(problem.options))
    if problem.donors is None:
        return np.zeros(shape)
    share, largest = shares(problem.options), largest_sizes(problem.options)
    there = problem.donors.around[: shape[0], None]
    limit = np.divide(there, largest, out=np.zeros(shape), where=largest[None, :] > 0)
    found: Reals = np.minimum(share[None, :], limit)
    return found


def new(problem: Problem) -> Reals:
    """Return the share of an option's consultations that nobody loses ``(J, O)``."""
    found: Reals = counted(problem)[None, :] - taken(problem)
    return found


def shares(options: pd.DataFrame) -> Reals:
    r"""Return the share :math:`\rho` that each option would take from practices ``(O,)``."""
    acts, net = (options[name].to_numpy(float) for name in ("acts_per_year", "net_acts"))
    kept = np.divide(net, acts, out=np.ones_like(acts), where=acts > 0)
    found: Reals = np.clip(1.0 - kept, 0.0, 1.0)
    return found


def largest_sizes(options: pd.DataFrame) -> Reals:
    r"""Return the consultations of the largest size of each option's service ``(O,)``."""
    found: Reals = options.groupby("service")["acts_per_year"].transform("max").to_numpy(float)
    return found
