r"""Says how many consultations are missing below the threshold, and what new ones would change.

With :math:`P^*_i` standardised inhabitants of zone i, :math:`A_i` its APL and :math:`\theta` the
threshold, the consultations missing are :math:`\sum_i P^*_i \max(0, \theta - A_i)`. The APL is
linear in supply, since the population that shares a site does not depend on the plan:

.. math:: A_i = A^0_i + \sum_j a_{ij} q_j, \qquad a_{ij} = w_{ij} / D_j, \qquad
          D_j = \sum_k w_{kj} P^*_k

with :math:`w` the decay with travel time and :math:`q_j` the net consultations a year at site j.
The siting model and the check of its answer share these coefficients' definition, not their code:
the check goes through ``access``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access.access.decay import Decay
from territory_access.errors import ScenarioError
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters


@dataclass(frozen=True)
class Missing:
    """Where consultations are missing, and what one more at each candidate brings.

    Attributes
    ----------
    need
        Standardised inhabitants ``(origin)``.
    apl
        Consultations a standardised inhabitant a year today ``(origin)``.
    per_act
        APL that one consultation a year at a candidate adds ``(origin, destination)``.
    threshold
        APL below which consultations are missing.
    decay
        What travel time leaves of a consultation.
    """

    need: xr.DataArray
    apl: xr.DataArray
    per_act: xr.DataArray
    threshold: float
    decay: Decay

    def total(self, apl: xr.DataArray | NDArray[np.float64]) -> float:
        """Return the consultations missing a year with this APL."""
        short = np.maximum(0.0, self.threshold - np.asarray(apl))
        return float(self.need.to_numpy() @ short)


def missing(
    times: xr.DataArray,
    need: xr.DataArray,
    apl: xr.DataArray,
    *,
    threshold: float,
    decay: Decay | None = None,
) -> Missing:
    """Return where consultations are missing and what candidates would bring.

    Parameters
    ----------
    times
        Minutes ``(origin, destination)`` to the candidates.
    need
        Standardised inhabitants ``(origin)``.
    apl
        APL today ``(origin)``.
    threshold
        Consultations a standardised inhabitant a year below which some are missing.
    decay
        What travel time leaves of a consultation; that of the DREES by default.

    Examples
    --------
    Two zones of 1 000 inhabitants share one candidate; 500 consultations add 0.25 to each.

    >>> labels = {"origin": ["A", "B"]}
    >>> times = xr.DataArray([[0.0], [5.0]], {**labels, "destination": ["A"]})
    >>> need = xr.DataArray([1000.0, 1000.0], labels, ("origin",))
    >>> found = missing(times, need, xr.DataArray([2.0, 3.0], labels, ("origin",)), threshold=2.5)
    >>> (500 * found.per_act).values.ravel().tolist(), found.total(found.apl)
    ([0.25, 0.25], 500.0)
    """
    decay = decay or Decay.drees()
    weight = decay(times.to_numpy())
    basin = need.to_numpy() @ weight
    per_act = np.divide(weight, basin, out=np.zeros_like(weight), where=basin > 0)
    return Missing(
        need=need,
        apl=apl.sel({ORIGIN: need[ORIGIN]}),
        per_act=xr.DataArray(per_act, dict(times.coords), (ORIGIN, DESTINATION)),
        threshold=threshold,
        decay=decay,
    )


def missing_of(
    zones: pd.DataFrame, times: xr.DataArray, apl: xr.DataArray | None, parameters: Parameters
) -> Missing:
    """Return what a question about the APL needs, or say that the supply of GPs is not known.

    Parameters
    ----------
    zones
        ``need``, in the order of ``times``.
    times
        Minutes ``(origin, destination)`` to the candidates.
    apl
        APL today ``(origin)``, or ``None``.
    parameters
        ``apl.threshold`` and the decay of the DREES.

    Raises
    ------
    ScenarioError
        Without the APL of today.
    """
    if apl is None:
        raise ScenarioError(
            "siting.objective = « apl » demande l’offre de médecins : donnez supply.gp_file, "
            "ou choisissez l’objectif « places »."
        )
    return missing(
        times,
        xr.DataArray(zones["need"].to_numpy(float), {ORIGIN: times[ORIGIN]}, (ORIGIN,)),
        apl,
        threshold=parameters.value("apl.threshold"),
        decay=Decay.drees(parameters),
    )
