"""How much a site counts for a resident, by minutes of travel."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from territory_access.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from territory_access.parameters import Parameters

_TODAY = 2015  # the method of the APL since


@dataclass(frozen=True)
class Decay:
    r"""Weights in steps that are closed on the right: a time on an edge takes the nearer weight.

    .. math:: w(t) = w_k \text{ for } e_{k-1} < t \le e_k, \qquad w(t) = 0 \text{ beyond } e_n

    The convention matters: times rounded to the minute put about one pair in ten near an edge.

    Attributes
    ----------
    edges
        Minutes at which the weight falls, increasing.
    weights
        Weight up to each edge, between 0 and 1, never increasing.

    Raises
    ------
    DataError
        If the steps are not those of a decreasing function.

    Examples
    --------
    >>> Decay((10.0, 20.0), (1.0, 0.5))([0.0, 10.0, 10.1, 20.0, float("inf")]).tolist()
    [1.0, 1.0, 0.5, 0.5, 0.0]
    """

    edges: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in itertools.pairwise((0.0, *self.edges)))
        falling = all(near >= far for near, far in itertools.pairwise((1.0, *self.weights, 0.0)))
        if len(self.edges) != len(self.weights) or not self.edges or not (rising and falling):
            raise DataError(
                "Décroissance : bornes {edges} et poids {weights} ; il faut autant de poids que de "
                "bornes, des bornes croissantes et des poids décroissants de 1 à 0.",
                edges=self.edges,
                weights=self.weights,
            )

    def __call__(self, minutes: ArrayLike) -> NDArray[np.float64]:
        """Return the weight of each time; 0 where it is ``inf``."""
        step = np.searchsorted(np.asarray(self.edges), np.asarray(minutes), side="left")
        return np.append(np.asarray(self.weights, dtype=float), 0.0)[step]

    @property
    def reach(self) -> float:
        """Minutes beyond which nothing counts."""
        return self.edges[-1]

    @classmethod
    def drees(cls, parameters: Parameters | None = None) -> Self:
        """Return the steps of the APL for general practitioners since 2015.

        1 up to 10 minutes, 2/3 up to 15, 1/3 up to 20. The weights are confirmed by published
        values (Belle-Île, a closed system with one supply commune, vintages 2016 and 2018); the
        edges are not identified by them. A parameter ``access.decay_*`` set by the user wins.

        Examples
        --------
        >>> Decay.drees()([10, 15, 20, 21]).round(4).tolist()
        [1.0, 0.6667, 0.3333, 0.0]
        """
        near, middle, far = "near", "middle", "far"
        exact = {near: (10.0, 1.0), middle: (15.0, 2 / 3), far: (20.0, 1 / 3)}
        steps = [
            (
                _chosen(parameters, f"access.decay_{name}_minutes", edge),
                _chosen(parameters, f"access.decay_{name}_weight", weight),
            )
            for name, (edge, weight) in exact.items()
        ]
        edges, weights = zip(*steps, strict=True)
        return cls(edges, weights)

    @classmethod
    def of(
        cls, profession: str = "gp", *, method: int = 2015, parameters: Parameters | None = None
    ) -> Self:
        """Return the steps of the APL of a profession.

        Parameters
        ----------
        profession
            ``gp``, ``nurse``, ``physio``: those of ``drees``. ``midwife``, ``dentist``: the same
            weights, further (parameters ``access.decay_wide_*``, low confidence).
        method
            Year of the method: before 2015, that of 2012.

        Raises
        ------
        DataError
            For another profession, or the wider reach before 2015: it is not known.

        Examples
        --------
        >>> Decay.of("midwife")([15, 20, 30, 31]).round(4).tolist()
        [1.0, 0.6667, 0.3333, 0.0]
        >>> Decay.of("gp", method=2012) == Decay.drees_2012()
        True
        """
        wide = profession in {"midwife", "dentist"}
        if (profession not in {"gp", "nurse", "physio"} and not wide) or (wide and method < _TODAY):
            raise DataError(
                "APL : pas de décroissance connue pour « {profession} », méthode de {method}.",
                profession=profession,
                method=method,
            )
        if method < _TODAY:
            return cls.drees_2012()
        usual = cls.drees(parameters)
        if not wide:
            return usual
        edges = tuple(
            _chosen(parameters, f"access.decay_wide_{name}_minutes", edge)
            for name, edge in (("near", 15.0), ("middle", 20.0), ("far", 30.0))
        )
        return cls(edges, usual.weights)

    @classmethod
    def drees_2012(cls) -> Self:
        """Return the steps of the APL of 2012, for sensitivity: 1, 0.3 and 0.1 at 5, 10, 15 min.

        Examples
        --------
        >>> Decay.drees_2012()([5, 10, 15, 20]).tolist()
        [1.0, 0.3, 0.1, 0.0]
        """
        return cls((5.0, 10.0, 15.0), (1.0, 0.3, 0.1))

    @classmethod
    def binary(cls, minutes: float) -> Self:
        """Return one step: everything up to ``minutes``, nothing beyond (the plain 2SFCA).

        Examples
        --------
        >>> Decay.binary(20)([20, 20.1]).tolist()
        [1.0, 0.0]
        """
        return cls((float(minutes),), (1.0,))


def _chosen(parameters: Parameters | None, key: str, default: float) -> float:
    """Return the user's value; the table holds the thirds rounded, so they are not read there."""
    if parameters is None or not parameters[key].overridden:
        return default
    return parameters.value(key)
