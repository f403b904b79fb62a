"""What the score of a replication is made of, commune by commune."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from territory_access.services import context, staffing
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.parameters import Parameter, Parameters
    from territory_access.services.proven import Proven
    from territory_access.services.service import Service


@dataclass(frozen=True, eq=False)
class Ground:
    """The communes that may host a service, and who lives around.

    Attributes
    ----------
    zones
        ``schemas.ZONES``.
    minutes
        Minutes ``(origin, destination)`` to the places (by the code of their commune) and to the
        existing sites (by their id).
    places
        Codes of the communes that may host it.
    facilities
        ``schemas.FACILITIES``: what is open already.
    unserved
        Residents who look for a médecin traitant and can be given none ``(origin)``.
    islands
        Zones that no road links to the mainland.
    apl
        By zone, where known.
    """

    zones: pd.DataFrame
    minutes: xr.DataArray
    places: tuple[str, ...]
    facilities: pd.DataFrame
    unserved: xr.DataArray
    islands: frozenset[str] = frozenset()
    apl: xr.DataArray | None = None

    def table(self, sites: Collection[str]) -> NDArray[np.float64]:
        """Return minutes from every zone to some sites, zones × sites."""
        labels = {ORIGIN: self.zones.index.to_numpy(), DESTINATION: list(sites)}
        return self.minutes.sel(labels).transpose(ORIGIN, DESTINATION).to_numpy().astype(float)

    def hosts(self) -> dict[str, frozenset[str]]:
        """Return the services open in each place, none where there is none."""
        found: dict[str, set[str]] = {code: set() for code in self.places}
        for code, service in zip(self.facilities["zone_id"], self.facilities["service"],
                                 strict=True):  # fmt: skip
            found.get(str(code), set()).add(str(service))
        return {code: frozenset(services) for code, services in found.items()}

    def nearest(self, services: Collection[str]) -> pd.Series[float]:
        """Return minutes from each place to the nearest open site of some services."""
        sites = self.facilities.index[self.facilities["service"].isin(services)]
        if sites.empty:
            return pd.Series(math.inf, index=list(self.places))
        table = self.minutes.sel({ORIGIN: list(self.places), DESTINATION: sites.to_numpy()})
        return pd.Series(table.min(DESTINATION).to_numpy().astype(float), index=list(self.places))


def parts(  # noqa: PLR0913 - what the score is made of, by name
    site: Proven,
    ground: Ground,
    features: pd.DataFrame,
    *,
    service: Service,
    parameters: Parameters,
    coalition: Mapping[str, float],
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Return the components of each commune, and the retired GPs still free around it.

    Returns
    -------
    tuple
        A table with ``name``, ``population``, ``seekers`` (within reach, without a place),
        ``need``, ``staff``, ``filled`` (chance that every post is filled), ``finance``,
        ``context``, ``coalition``; NaN where not known. Then GPs by commune.
    """
    codes = list(ground.places)
    seekers = _seekers(ground, service)
    need = _need(seekers, service, parameters)
    people = free_people(ground, features, parameters)
    staff, filled = _staff(people, service, parameters)
    fill = need.fillna(1.0).clip(upper=1.0)
    earned = max(0.0, service.opex + service.net) / service.opex if service.opex > 0 else 1.0
    alike = (
        pd.Series(np.nan, index=codes)
        if site.features is None
        else context.likeness(features, site.features)
    )
    table = pd.DataFrame(
        {
            "name": ground.zones.loc[codes, "name"],
            "population": ground.zones.loc[codes, "population"],
            "seekers": seekers,
            "need": need,
            "staff": staff,
            "filled": filled,
            "finance": (fill * earned).clip(upper=1.0),
            "context": alike,
            "coalition": pd.Series(coalition, dtype=float).reindex(codes),
        },
        index=pd.Index(codes, name="zone_id"),
    )
    return table, people / 1000 * parameters.value("staff.retired_gp_per_1000")


def free_people(ground: Ground, features: pd.DataFrame, parameters: Parameters) -> pd.Series[float]:
    r"""Return the inhabitants around each commune whose retired GPs are not taken yet.

    An existing site with :math:`f` FTE of retired GPs takes them from its own basin of :math:`B`
    inhabitants; a commune that shares :math:`O` of these inhabitants loses :math:`f O / B`.
    """
    people = features["population_pool"]
    taken = ground.facilities[
        (ground.facilities["service"] == "SMP") & (ground.facilities["fte"] > 0)
    ]
    each = staffing.retired_fte(1.0, parameters)
    if taken.empty or each <= 0:
        return people
    residents = ground.zones["population"].to_numpy(float)
    wide = (ground.table(ground.places) <= context.POOL).astype(float)
    basins = (ground.table(taken.index) <= context.POOL).astype(float)
    total = residents @ basins
    shared = (basins * residents[:, None]).T @ wide
    lost = taken["fte"].to_numpy(float) @ np.divide(
        shared, total[:, None], out=np.zeros_like(shared), where=total[:, None] > 0
    )
    left: pd.Series[float] = (people - lost / each).clip(lower=0.0)
    return left


def _seekers(ground: Ground, service: Service) -> pd.Series[float]:
    """Return who looks in vain within the reach of a service, by commune that may host it."""
    own = ground.zones.index.to_numpy()[:, None] == np.asarray(ground.places, dtype=object)[None]
    near = (ground.table(ground.places) <= service.reach_minutes) & (service.reach_minutes > 0)
    left = ground.unserved.sel({ORIGIN: ground.zones.index.to_numpy()}).to_numpy().astype(float)
    return pd.Series(left @ (near | own), index=list(ground.places))


def _need(seekers: pd.Series[float], service: Service, parameters: Parameters) -> pd.Series[float]:
    kappa = parameters.value("places.kappa")
    base = service.sizes[0] if len(service.sizes) == 1 else service.size("base")
    places = base.places(kappa, poaching=service.poaching)
    return (seekers / places).clip(upper=1.0) if places else pd.Series(np.nan, seekers.index)


def _staff(
    people: pd.Series[float], service: Service, parameters: Parameters
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the share of posts filled on average, and the chance that all are."""
    unknown = pd.Series(np.nan, index=people.index)
    if service.gp_fte <= 0 or service.staff_profile in {"rotating", "none"}:
        return unknown, unknown
    if service.staff_profile == "retired":
        posts = math.ceil(service.gp_fte / parameters.value("staff.retired_fte") - 1e-9)
        asked = np.floor(
            people.to_numpy(float) / 1000 * parameters.value("staff.retired_gp_per_1000") + 1e-9
        )
        share, whole = _filled(asked, posts, parameters["staff.retired_take_up"])
        return pd.Series(share, people.index), pd.Series(whole, people.index)
    posts = math.ceil(service.gp_fte - 1e-9)
    one = staffing.chances(posts, parameters["staff.salaried_filled_12_months"])
    return unknown.fillna(one.expected / one.posts), unknown.fillna(one.all_filled)


def _filled(
    asked: NDArray[np.float64], posts: int, chance: Parameter
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return the share of posts filled on average, and the chance that all are, many at once.

    The same law as ``staffing.chances``: of :math:`n` who are asked, :math:`K` accept, and
    :math:`E[\min(K, m)] = m - \sum_{k < m} (m - k) P(K = k)`.
    """
    alpha, beta = staffing.beta_law(chance)
    ranks = np.arange(posts, dtype=float)[:, None]
    law = np.where(ranks <= asked, stats.betabinom.pmf(ranks, asked, alpha, beta), 0.0)
    short = ((posts - ranks) * law).sum(axis=0)
    return 1.0 - short / posts, np.clip(1.0 - law.sum(axis=0), 0.0, 1.0)
