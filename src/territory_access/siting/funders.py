r"""Says what each funder may give to a project, and on which terms.

With C the eligible cost of a project (its investment, all taxes included), :math:`\sigma` the share
that the funder may pay, O the money that the project must bring itself and E the envelope:

.. math:: g \le \min(\sigma C,\; C - O - \text{others},\; E)

and all public money together pays at most :math:`\bar\sigma` of it (80 % by law for collectivités).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from territory_access.scenario import SitingPart


@dataclass(frozen=True)
class Funder:
    """One funder.

    Attributes
    ----------
    name
        As the user reads it.
    share_max
        Largest share of a project's cost.
    own_min
        Euros that a project which it helps must bring itself.
    envelope, per_project
        Euros in all, and for one project.
    services
        Which services it helps; all when empty.
    public
        Whether its money counts in the limit on public money.
    """

    name: str
    share_max: float = 1.0
    own_min: float = 0.0
    envelope: float = np.inf
    per_project: float = np.inf
    services: tuple[str, ...] = ()
    public: bool = True

    def most(self, cost: ArrayLike) -> NDArray[np.float64]:
        """Return the most that it gives to projects of these costs, in euros, alone.

        Examples
        --------
        The rules of the 2024 call of Assist: 40 %, at least 100 000 € of one's own, 250 000 €.

        >>> assist = Funder("Assist", 0.4, 100_000.0, 250_000.0)
        >>> assist.most([100_000, 120_000, 200_000, 400_000, 800_000]).tolist()
        [0.0, 20000.0, 80000.0, 160000.0, 250000.0]
        """
        amount = np.asarray(cost, float)
        limit = min(self.envelope, self.per_project)
        return np.clip(np.minimum(self.share_max * amount, amount - self.own_min), 0.0, limit)


def funders_of(settings: SitingPart) -> tuple[Funder, ...]:
    """Return the funders of a scenario.

    Raises
    ------
    ScenarioError
        If two have one name, or one helps a service that the plan does not offer.
    """
    made: list[Funder] = []
    for part in settings.funders:
        if part.name in {other.name for other in made}:
            raise ScenarioError("siting.funders : « {name} » est donné deux fois.", name=part.name)
        unknown = sorted(set(part.services) - set(settings.services))
        if unknown:
            raise ScenarioError(
                "siting.funders : « {name} » aide {service}, que siting.services ne propose pas.",
                name=part.name,
                service=unknown[0],
            )
        made.append(
            Funder(
                name=part.name,
                share_max=part.share_max,
                own_min=part.own_min,
                envelope=np.inf if part.envelope is None else part.envelope,
                per_project=np.inf if part.per_project is None else part.per_project,
                services=part.services,
                public=part.public,
            )
        )
    return tuple(made)
