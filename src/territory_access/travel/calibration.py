"""What the parameters of the estimate are, and how wrong it is, on pairs whose time is known.

    python -m territory_access.travel.calibration FOLDER

fits the parameters again on the files of a data folder and writes ``datasets/estimate.toml``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import geopandas as gpd
import numpy as np
import shapely
from scipy.optimize import least_squares, minimize_scalar
from scipy.sparse.csgraph import dijkstra

from territory_access.datasets import communes, land
from territory_access.parameters import data_folder
from territory_access.travel import observed
from territory_access.travel.accuracy import errors
from territory_access.travel.estimate import NAME, Model, as_toml
from territory_access.travel.mesh import Ground, Mesh, build
from territory_access.travel.water import Shore

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

CRS = "EPSG:2154"
LONGEST = 60.0  # minutes; longer ways teach nothing about care at hand
SLOPES = (-0.3, -0.25, -0.2, -0.15, -0.1, -0.05, 0.0)
CITIES = (0.0, 0.25, 0.5, 0.75)
NANTES_WEIGHT = 0.5  # of a modelled pair, to a pair of the reference
_MARGIN = 30_000.0  # metres of communes around the pairs
_SOFT = 1.5  # minutes beyond which an error pulls no harder
_FAR = 300.0  # effort beyond which nobody looks


@dataclass(frozen=True)
class Calibration:
    """Fitted parameters and the errors measured on pairs that the fit did not see.

    Attributes
    ----------
    model
        The parameters.
    errors
        By source: ``metric`` (the reference), ``nantes``, ``corsica``, ``corsica_matsim`` (models);
        ``osrm`` and ``straight_line`` against the same pairs of METRIC, to compare.
    """

    model: Model
    errors: dict[str, dict[str, object]]

    def write(self, path: Path) -> None:
        """Write parameters and errors, whole or not at all."""
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(as_toml(self.model, self.errors), encoding="utf-8")
        unfinished.replace(path)


@dataclass(frozen=True)
class Case:
    """Pairs of known time, as points of one mesh.

    Attributes
    ----------
    mesh
        Over the pairs' points and the communes around.
    start, stop
        Positions of the pairs' points in the mesh.
    minutes
        What the source says.
    aside
        Pairs that no parameter sees.
    """

    mesh: Mesh
    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    minutes: NDArray[np.float64]
    aside: NDArray[np.bool_]

    @classmethod
    def of(cls, pairs: pd.DataFrame, model: Model, register: gpd.GeoDataFrame) -> Self:
        """Lay the mesh over the pairs: both ends are places of it, as chefs-lieux are."""
        ends = pairs[["x1", "y1", "x2", "y2"]].to_numpy().reshape(-1, 2)
        region = shapely.box(*ends.min(axis=0), *ends.max(axis=0)).buffer(_MARGIN)
        around = register[shapely.intersects(region, register.geometry.array)]
        towns = shapely.get_coordinates(around.geometry.array)
        degrees = gpd.GeoSeries([region], crs=CRS).to_crs("EPSG:4326").total_bounds
        ground = Ground(
            towns=towns,
            population=around["population"].to_numpy(dtype=np.float64),
            relief=np.ones(len(towns)),
            shore=Shore.of(
                np.asarray(land.load(degrees.tolist()).to_crs(CRS).geometry.array, dtype=object),
                within=region,
            ),
            bridges=_inside(land.fixed_links().to_crs(CRS), region),
        )
        points, back = np.unique(np.vstack([ends, towns]), axis=0, return_inverse=True)
        minutes, aside = pairs["minutes"].to_numpy(), pairs["aside"].to_numpy()
        mesh = build(points, model, ground=ground)
        return cls(mesh, back[: len(ends) : 2], back[1 : len(ends) : 2], minutes, aside)

    def part(self, chosen: NDArray[np.bool_]) -> Case:
        """Return some of the pairs, on the same mesh."""
        return replace(
            self,
            start=self.start[chosen],
            stop=self.stop[chosen],
            minutes=self.minutes[chosen],
            aside=self.aside[chosen],
        )

    def efforts(self, model: Model) -> NDArray[np.float64]:
        """Return the effort of each pair."""
        sources, back = np.unique(self.start, return_inverse=True)
        found = dijkstra(self.mesh.efforts(model), indices=sources, limit=_FAR)
        return np.minimum(found[back, self.stop], _FAR)

    def urbanity(self) -> NDArray[np.float64]:
        """Return the sum of the urbanity of the two ends."""
        return self.mesh.urbanity[self.start] + self.mesh.urbanity[self.stop]

    def estimate(self, model: Model, *, relief: float = 1.0) -> NDArray[np.float64]:
        """Return the estimated minutes of each pair."""
        effort = model.curve(self.efforts(model) * relief)
        return model.terminal * self.urbanity() + effort


def calibrate(folder: Path) -> Calibration:
    """Fit the parameters on real pairs and measure the errors on those put aside.

    The reference is INSEE's METRIC in Gironde: ``terminal``, ``minutes`` and ``scale`` by least
    squares with a soft loss, residuals weighted ``1/√(T/10)``; ``slope`` and ``city`` on a grid.
    Streets of Nantes at free flow, half as heavy, are what tells ``city``: METRIC's pairs hold few
    within a town. The relief of Corsica is one factor, fitted last: roads there are modelled, not
    measured, and no other massif has a source. Density and relief elsewhere have no proxy that
    helped on pairs put aside.

    Parameters
    ----------
    folder
        Holds ``times/``, ``roads/corsica/`` and ``roads/nantes/``.

    Raises
    ------
    MissingDataset
        When one of the files is not there.
    """
    start = Model.load()
    cases = read_cases(folder, start)
    model = _fit(cases["metric"], cases["nantes"], start)
    relief = _fit_relief(cases["corsica"], model)
    model = replace(model, relief={"2A": relief, "2B": relief})
    return Calibration(model, measure(cases, model, folder=folder))


def read_cases(folder: Path, model: Model) -> dict[str, Case]:
    """Return the pairs of every source, by name, on their meshes."""
    register = communes.names()
    points = gpd.GeoSeries.from_xy(register["lon"], register["lat"], crs="EPSG:4326")
    metropolitan = (register["departement"].str.len() == 2).to_numpy()
    table = gpd.GeoDataFrame(
        register[metropolitan], geometry=points[metropolitan].to_crs(CRS).array, crs=CRS
    )
    chefs_lieux = shapely.get_coordinates(
        table.geometry.array[table["departement"].isin(["2A", "2B"])]
    )
    sources = {
        "metric": observed.metric(folder),
        "nantes": observed.nantes(folder),
        "corsica": observed.corsica(folder, chefs_lieux),
        "corsica_matsim": observed.corsica(folder, chefs_lieux, speeds="matsim"),
    }
    return {name: Case.of(pairs, model, table) for name, pairs in sources.items()}


def measure(cases: dict[str, Case], model: Model, *, folder: Path) -> dict[str, dict[str, object]]:
    """Return the errors of every source on its pairs put aside."""
    found: dict[str, dict[str, object]] = {}
    for name, case in cases.items():
        hidden = case.part(case.aside)
        relief = model.relief["2A"] if name.startswith("corsica") else 1.0
        found[name] = errors(hidden.estimate(model, relief=relief), hidden.minutes)
    pairs = observed.metric(folder)
    found["osrm"] = errors(
        pairs.loc[pairs["aside"], "osrm_minutes"].to_numpy(),
        pairs.loc[pairs["aside"], "minutes"].to_numpy(),
    )
    found["straight_line"] = _straight_line(pairs)
    return found


def _fit(metric: Case, nantes: Case, start: Model) -> Model:
    """Return the parameters of least cost over the grid of slopes and cities."""
    metric = metric.part(~metric.aside & (metric.minutes <= LONGEST))
    nantes = nantes.part(~nantes.aside)
    tried = [
        _fit_curve(metric, nantes, replace(start, slope=slope, city=city))
        for slope in SLOPES
        for city in CITIES
    ]
    return min(tried, key=lambda found: found[0])[1]


def _fit_curve(metric: Case, nantes: Case, model: Model) -> tuple[float, Model]:
    """Return cost and model for given paces."""
    sources = [(metric, metric.efforts(model), 1.0), (nantes, nantes.efforts(model), NANTES_WEIGHT)]

    def residuals(values: NDArray[np.float64]) -> NDArray[np.float64]:
        trial = replace(model, terminal=values[0], minutes=values[1], scale=values[2])
        return np.concatenate(
            [
                weight
                * (trial.terminal * case.urbanity() + trial.curve(effort) - case.minutes)
                / np.maximum(1.0, np.sqrt(case.minutes / 10.0))
                for case, effort, weight in sources
            ]
        )

    found = least_squares(
        residuals,
        (0.4, 120.0, 95.0),
        bounds=([0, 5, 5], [5, 900, 900]),
        loss="soft_l1",
        f_scale=_SOFT,
    )
    terminal, minutes, scale = (round(float(value), 3) for value in found.x)
    return float(found.cost), replace(model, terminal=terminal, minutes=minutes, scale=scale)


def _fit_relief(corsica: Case, model: Model) -> float:
    """Return the one factor on efforts that fits Corsica best."""
    seen = corsica.part(~corsica.aside & (corsica.minutes <= LONGEST))
    effort, ends = seen.efforts(model), model.terminal * seen.urbanity()
    found = minimize_scalar(
        lambda factor: np.abs(ends + model.curve(effort * factor) - seen.minutes).mean(),
        bounds=(1.0, 4.0),
        method="bounded",
    )
    return round(float(found.x), 2)


def _straight_line(pairs: pd.DataFrame) -> dict[str, object]:
    """Return the errors of ``a + b·distance``, fitted in the same way: what to beat."""
    x1, y1, x2, y2 = pairs[["x1", "y1", "x2", "y2"]].to_numpy().T
    km = np.hypot(x1 - x2, y1 - y2) / 1000.0
    minutes, aside = pairs["minutes"].to_numpy(), pairs["aside"].to_numpy()
    seen = ~aside & (minutes <= LONGEST)
    weight = 1.0 / np.maximum(1.0, np.sqrt(minutes[seen] / 10.0))

    def residuals(line: NDArray[np.float64]) -> NDArray[np.float64]:
        gap: NDArray[np.float64] = (line[0] + line[1] * km[seen] - minutes[seen]) * weight
        return gap

    found = least_squares(residuals, [3.0, 1.0], loss="soft_l1", f_scale=_SOFT)
    return errors(found.x[0] + found.x[1] * km[aside], minutes[aside])


def _inside(links: gpd.GeoDataFrame, region: shapely.Geometry) -> NDArray[np.object_]:
    """Return the links that lie within a region."""
    lines = np.asarray(links.geometry.array, dtype=object)
    return lines[shapely.covers(region, lines)]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m territory_access.travel.calibration DOSSIER")
    calibrate(Path(sys.argv[1])).write(data_folder() / NAME)
