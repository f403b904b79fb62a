r"""Where a proven service could be done again: its best analogues, what blocks, how sure the order.

The score of a commune is what the five components weigh together (``replication.*`` parameters),
times a multiplier for the evidence:

.. math:: R = 100 \, m \, \frac{\sum_k w_k c_k}{\sum_k w_k}, \qquad 0 \le c_k \le 1

- **need**: residents within reach who look for a médecin traitant in vain, over the places given;
- **staff**: posts filled on average within a year, over the posts (``services.staffing``);
- **finance**: revenue over cost, revenue following the need: :math:`\min(1, c_{need}) (o + n) / o`;
- **context**: likeness to the commune of the proven site (``services.context``);
- **coalition**: roles agreed, over the roles required (``services.coalition``).

A component that cannot be known is left out with its weight, and said to be. Nobody knows the right
weights: they are drawn from a Dirichlet law around their values, as wide as their ranges, and each
commune gets an interval of ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import Fault
from territory_access.services import context, requirements
from territory_access.services.replication.parts import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.services.proven import Proven
    from territory_access.services.replication.parts import Ground
    from territory_access.services.service import Service

COMPONENTS = ("need", "staff", "finance", "context", "coalition")
# Half the width of nine chances in ten, in standard deviations of a bell curve.
_NINE_IN_TEN = 1.645

SEED = 0  # of the draws of weights


@dataclass(frozen=True, eq=False)
class Robustness:
    """How the order of communes bears other weights.

    Attributes
    ----------
    ranks
        ``rank_low``, ``rank_high`` (nine draws in ten lie between) and ``top_share`` (share of the
        draws among the first), one row a commune.
    top
        How many are the first.
    first_share
        Share of the draws in which the first commune stays first.
    stable
        Whether each of the first stays among them in enough draws.
    draws
        How many.
    """

    ranks: pd.DataFrame
    top: int
    first_share: float
    stable: bool
    draws: int


@dataclass(frozen=True, eq=False)
class Replication:
    """The analogues of a proven site.

    Attributes
    ----------
    site, service
        What would be done again.
    table
        One row a commune, index ``zone_id``, the best first and those that something blocks last:
        ``name``, ``population``, the five components (NaN: not known), ``score``, ``rank`` (0
        where blocked), ``rank_low``, ``rank_high``, ``top_share``, ``weakest`` (the component that
        costs most points).
    blocks
        What blocks each commune, by code.
    features
        What is known of each commune (``context.describe``).
    weights
        Of the components.
    multiplier
        For the evidence.
    robustness
        ``None`` where fewer than two communes are free.
    missing
        Features that could not be compared, by name.
    unknown
        Components left out, each with its reason.
    to_check
        What must be asked on the spot.
    """

    site: Proven
    service: Service
    table: pd.DataFrame
    blocks: Mapping[str, tuple[Fault, ...]]
    features: pd.DataFrame
    weights: Mapping[str, float]
    multiplier: float
    robustness: Robustness | None
    missing: tuple[Fault, ...]
    unknown: tuple[Fault, ...]
    to_check: tuple[Fault, ...]


def replicate(  # noqa: PLR0913 - the interface that notebooks call
    site: Proven,
    ground: Ground,
    *,
    service: Service,
    parameters: Parameters,
    coalition: Mapping[str, float] | None = None,
    draws: int = 1000,
) -> Replication:
    """Return where a proven site could be done again, the best first.

    Parameters
    ----------
    site
        The model (``proven.site``).
    ground
        The communes that may host it, and who lives around.
    service
        What it is, in the catalogue of the scenario.
    parameters
        ``replication.*``, ``staff.*``, ``places.kappa``, ``sensitivity.robust_share``.
    coalition
        Share of the required roles that agreed, by commune; not known elsewhere.
    draws
        Of weights; the seed is fixed, so that the answer is always the same.
    """
    features = context.describe(ground.zones, ground.minutes, ground.places, apl=ground.apl)
    table, retired = parts(
        site, ground, features, service=service, parameters=parameters, coalition=coalition or {}
    )
    weights = {name: parameters.value(f"replication.{name}") for name in COMPONENTS}
    multiplier = parameters.value(f"replication.evidence_{service.evidence.lower()}")
    values = table[list(COMPONENTS)].to_numpy(float)
    table["score"] = 100 * multiplier * weighted(values, np.array(list(weights.values()))[None])[0]
    table["weakest"] = _weakest(values, weights)
    mothers, hosts = ground.nearest(requirements.MOTHERS), ground.hosts()
    blocks = {
        code: requirements.lacking(
            service,
            commune={
                "population": float(features.loc[code, "population"]),
                "retired": float(retired[code]),
                "mother_minutes": float(mothers[code]),
                "seekers": float(table.loc[code, "seekers"]),
                "island": float(code in ground.islands),
            },
            hosts=hosts[code],
            parameters=parameters,
        )
        for code in table.index
    }
    table, sure = _ranked(table, blocks, parameters, weights, draws)
    model = site.features
    return Replication(
        site=site,
        service=service,
        table=table,
        blocks=blocks,
        features=features,
        weights=weights,
        multiplier=multiplier,
        robustness=sure,
        missing=() if model is None else context.missing(features, model),
        unknown=_unknown(table, site, service),
        to_check=requirements.to_check(service),
    )


def weighted(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean of what is known, for each draw of weights.

    Parameters
    ----------
    values
        Places × components, from 0 to 1, NaN where not known.
    weights
        Draws × components.

    Returns
    -------
    Draws × places; 0 where nothing is known.

    Examples
    --------
    >>> weighted(np.array([[1.0, 0.0], [0.5, np.nan]]), np.array([[0.75, 0.25]])).tolist()
    [[0.75, 0.5]]
    """
    known = np.isfinite(values)
    total = weights @ known.T.astype(float)
    sums = weights @ np.where(known, values, 0.0).T
    return np.asarray(np.divide(sums, total, out=np.zeros_like(sums), where=total > 0))


def concentration(weights: Mapping[str, float], parameters: Parameters) -> float:
    r"""Return how tightly a Dirichlet law holds the weights: as wide as their ranges, on average.

    .. math:: Var(w_k) = \frac{w_k (1 - w_k)}{\alpha + 1}, \qquad
        \sigma_k = \frac{high_k - low_k}{2 \cdot 1.645}

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> known = Parameters.load()
    >>> round(concentration({"need": 0.3, "staff": 0.25}, known), 1)
    66.1
    """
    total = sum(weights.values())
    found = []
    for name, weight in weights.items():
        one, share = parameters[f"replication.{name}"], weight / total
        spread = (one.high - one.low) / (2 * _NINE_IN_TEN)
        if 0 < share < 1 and spread > 0:
            found.append(share * (1 - share) / spread**2 - 1)
    return max(float(np.mean(found)), 1.0) if found else 1.0


def robustness(
    values: NDArray[np.float64],
    *,
    weights: Mapping[str, float],
    parameters: Parameters,
    draws: int = 1000,
    top: int = 5,
) -> Robustness:
    """Return how the order of places bears other weights.

    Parameters
    ----------
    values
        Places × components, in the order of the weights; NaN where not known.
    weights, parameters
        Central weights, and their ranges (``replication.*``).
    draws, top
        How many draws; how many places are the first.

    Examples
    --------
    A place that is better in everything is first whatever the weights:

    >>> from territory_access.parameters import Parameters
    >>> found = robustness(np.array([[0.9, 0.8], [0.5, 0.4], [0.4, 0.5]]), top=1,
    ...                    weights={"need": 0.3, "staff": 0.25}, parameters=Parameters.load())
    >>> found.first_share, found.stable, found.ranks["rank_high"].tolist()[0]
    (1.0, True, 1)
    """
    central = np.array([max(weight, 1e-6) for weight in weights.values()])
    alpha = central / central.sum() * concentration(weights, parameters)
    drawn = np.random.default_rng(SEED).dirichlet(alpha, size=draws)
    scores = weighted(values, drawn).round(12)
    order = np.argsort(-scores, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    top = min(top, scores.shape[1])
    ranks = pd.DataFrame(
        {
            "rank_low": np.quantile(rank, 0.05, axis=0, method="inverted_cdf"),
            "rank_high": np.quantile(rank, 0.95, axis=0, method="inverted_cdf"),
            "top_share": (rank <= top).mean(axis=0),
        }
    )
    best = np.argsort(-weighted(values, central[None]).round(12)[0], kind="stable")
    enough = parameters.value("sensitivity.robust_share")
    return Robustness(
        ranks=ranks,
        top=top,
        first_share=float((rank[:, best[0]] == 1).mean()),
        stable=bool((ranks["top_share"].to_numpy()[best[:top]] >= enough).all()),
        draws=draws,
    )


def _ranked(
    table: pd.DataFrame,
    blocks: Mapping[str, tuple[Fault, ...]],
    parameters: Parameters,
    weights: Mapping[str, float],
    draws: int,
) -> tuple[pd.DataFrame, Robustness | None]:
    """Return the table in order, with ranks among the communes that nothing blocks."""
    blocked = np.array([bool(blocks[code]) for code in table.index], dtype=bool)
    table = table.assign(_blocked=blocked, _score=table["score"].round(9), _code=table.index)
    table = table.sort_values(["_blocked", "_score", "_code"], ascending=[True, False, True])
    free = table.index[~table["_blocked"]]
    table["rank"] = [*range(1, len(free) + 1), *[0] * (len(table) - len(free))]
    for column, value in (("rank_low", 0), ("rank_high", 0), ("top_share", 0.0)):
        table[column] = value
    sure = None
    if len(free) > 1:
        values = table.loc[free, list(COMPONENTS)].to_numpy(float)
        sure = robustness(values, weights=weights, parameters=parameters, draws=draws)
        table.loc[free, list(sure.ranks.columns)] = sure.ranks.to_numpy()
    whole = {"rank_low": int, "rank_high": int}
    return table.drop(columns=["_blocked", "_score", "_code"]).astype(whole), sure


def _weakest(values: NDArray[np.float64], weights: Mapping[str, float]) -> list[str]:
    """Return the component that costs each commune most points."""
    lost = np.array(list(weights.values())) * (1.0 - np.where(np.isfinite(values), values, 1.0))
    return [COMPONENTS[place] for place in lost.argmax(axis=1)]


def _unknown(table: pd.DataFrame, site: Proven, service: Service) -> tuple[Fault, ...]:
    """Return why components are left out."""
    reasons = {
        "need": Fault("besoin : ce service ne donne pas de médecin traitant", {}),
        "staff": Fault("recrutement : rien ne le dit commune par commune pour ce profil", {})
        if service.gp_fte > 0
        else Fault("recrutement : ce service n’emploie pas de médecin", {}),
        "context": Fault(
            "ressemblance : la commune de {site} n’est pas connue", {"site": site.name}
        ),
        "coalition": Fault("coalition : aucun projet du scénario n’en donne l’état", {}),
    }
    return tuple(why for name, why in reasons.items() if table[name].isna().any())
