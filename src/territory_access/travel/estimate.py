"""How many minutes an effort takes: the fitted model of car time where no road is at hand."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from territory_access.errors import MissingDataset
from territory_access.parameters import data_folder
from territory_access.travel.density import population_density

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

NAME = "estimate.toml"
_COUNTRYSIDE = 10.0  # inhabitants a km²
_CITY = 2.0  # urbanity of 1,000 inhabitants a km²
_HEADER = """\
# Temps de trajet estimés sans réseau routier : paramètres ajustés et erreurs mesurées.
# Écrit par « python -m territory_access.travel.calibration DOSSIER » ; ne pas modifier à la main.
#
# Référence : INSEE, METRIC heures creuses, couples de points de Gironde (metric). Deux modèles la
# complètent, qui ne sont pas des mesures : rues de Nantes à vitesse libre (nantes) et routes de
# Corse, aux vitesses d’un barème national (corsica) ou à celles du fichier (corsica_matsim).
# Les erreurs sont en minutes, sur les couples laissés de côté (40 %) : mae, p90 et bias jusqu’à
# 40 min ; side_at_20 = part des couples de 25 min au plus qui changent de côté à 20 min.
# osrm et straight_line : mêmes couples de METRIC, pour comparer.
# relief : lenteur mesurée par département ; les autres massifs n’en ont pas, et là l’estimation
# est trop rapide.
"""


@dataclass(frozen=True)
class Model:
    """Car minutes from an effort, in four steps.

    1. Urbanity at a point, from the smoothed density d: ``u = log10(1 + d / 10)``.
    2. Pace, the effort of one kilometre: ``p(u) = exp(slope·u) + city·max(0, u − 2)``; roads are
       better where more people live (``slope < 0``), streets of a dense city are slow.
    3. Effort ``C`` of a way: sum over the edges of the mesh of length × mean pace.
    4. Minutes: ``T = terminal·(u_o + u_d) + minutes·ln(1 + C / scale)``: leaving and entering a
       town costs time, and longer ways use faster roads.

    Attributes
    ----------
    slope, city, terminal, minutes, scale, bandwidth_km
        Fitted parameters, as above; ``bandwidth_km`` is that of the density.
    relief
        Factor of slowness by département where it was measured; 1 elsewhere.
    waypoint_step, waypoint_strip, water_tolerance
        Metres: pitch and width of the lattice of way-points along the shore, and how much water an
        edge may cross.
    digest
        First twelve figures of the SHA-256 of the file of parameters.
    """

    slope: float
    city: float
    terminal: float
    minutes: float
    scale: float
    bandwidth_km: float
    relief: Mapping[str, float]
    waypoint_step: float
    waypoint_strip: float
    water_tolerance: float
    digest: str = ""

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read the committed parameters, or those of a file.

        Raises
        ------
        MissingDataset
            When the file is not there.

        Examples
        --------
        >>> Model.load().minutes > 0
        True
        """
        content = _read(path)
        table = tomllib.loads(content.decode())
        return cls(
            **table["model"],
            relief=table["relief"],
            digest=hashlib.sha256(content).hexdigest()[:12],
        )

    def urbanity(
        self,
        points: NDArray[np.float64],
        towns: NDArray[np.float64],
        *,
        population: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return ``log10(1 + density / 10)`` at points: 0 where nobody lives, 2 at 990 a km²."""
        density = population_density(
            points, towns, population=population, bandwidth_km=self.bandwidth_km
        )
        return np.log10(1.0 + density / _COUNTRYSIDE)

    def pace(self, urbanity: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the effort of one kilometre in a plain: 1 where nobody lives."""
        return np.exp(self.slope * urbanity) + self.city * np.maximum(0.0, urbanity - _CITY)

    def curve(self, effort: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the minutes of an effort, terminals apart; it grows, and ever more slowly.

        Examples
        --------
        >>> Model.load().curve(np.array([0.0, np.inf]))
        array([ 0., inf])
        """
        return self.minutes * np.log1p(effort / self.scale)

    def reach(self, minutes: float) -> float:
        """Return the largest effort that takes at most so many minutes.

        Examples
        --------
        >>> model = Model.load()
        >>> round(float(model.curve(np.array(model.reach(20.0)))), 6)
        20.0
        """
        return float(self.scale * np.expm1(minutes / self.minutes))


def error_summary(path: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the measured errors of the estimate, as committed beside its parameters.

    Returns
    -------
    By source (``metric`` is the reference): ``pairs``, ``mae``, ``p90``, ``bias`` (minutes, known
    times of at most 40), ``side_at_20`` (share) and ``bands``, the same by band of known time.

    Examples
    --------
    >>> 1 < error_summary()["metric"]["mae"] < 4
    True
    """
    return cast("dict[str, dict[str, Any]]", tomllib.loads(_read(path).decode())["errors"])


def as_toml(model: Model, errors: Mapping[str, Mapping[str, object]]) -> str:
    """Return the file of parameters and errors, as ``Model.load`` reads it.

    Examples
    --------
    >>> model = Model.load()
    >>> again = tomllib.loads(as_toml(model, error_summary()))
    >>> again["model"]["minutes"] == model.minutes
    True
    """
    lines = [_HEADER, "[model]"]
    plain = (field.name for field in fields(model) if field.name not in ("relief", "digest"))
    lines += [f"{name} = {getattr(model, name)!r}" for name in plain]
    lines += ["", "[relief]", *(f'"{code}" = {value!r}' for code, value in model.relief.items())]
    for source, measures in errors.items():
        lines += ["", f"[errors.{source}]"]
        lines += [f"{name} = {_value(value)}" for name, value in measures.items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """Return a value as TOML: a number, or an inline table of what is by band."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {_value(one)}' for name, one in value.items()) + " }"
    return repr(value)


def _read(path: Path | None) -> bytes:
    source = data_folder() / NAME if path is None else path
    try:
        return source.read_bytes()
    except FileNotFoundError as error:
        raise MissingDataset(
            "Le modèle des temps de trajet est introuvable : {path}.", path=source
        ) from error
