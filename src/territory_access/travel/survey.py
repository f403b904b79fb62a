"""The mesh of one territory, and the minutes by road that it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import geopandas as gpd
import numpy as np
import shapely

from territory_access.travel.mesh import Ground, Mesh, build
from territory_access.travel.water import Shore
from territory_access.travel.ways import least_efforts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.territory import Territory
    from territory_access.travel.estimate import Model

_AROUND = 30_000.0  # metres of land kept around the zones


@dataclass(frozen=True)
class Survey:
    """One territory as the estimate sees it.

    Attributes
    ----------
    model, ground, mesh
        Parameters, what lies there, and the network over it.
    zone_at
        Which place of the mesh each zone starts from, in the order of the territory's zones.
    landing_at, port_at
        Which place each ferry serves on the island and across, in the order of the ferries.
    """

    model: Model
    ground: Ground
    mesh: Mesh
    zone_at: NDArray[np.intp]
    landing_at: NDArray[np.intp]
    port_at: NDArray[np.intp]

    @classmethod
    def of(cls, territory: Territory, model: Model) -> Self:
        """Build the mesh over the zones' anchors, the landings and the ports.

        Places are sorted by position first: the order of the zones changes nothing.
        """
        zones = territory.zones
        anchors = shapely.get_coordinates(zones["anchor"].array)
        landings, ports = _quays(territory, anchors)
        points, back = np.unique(np.vstack([anchors, landings, ports]), axis=0, return_inverse=True)
        zone_at, landing_at, port_at = np.split(back, np.cumsum([len(anchors), len(landings)]))
        region = shapely.box(*points.min(axis=0), *points.max(axis=0)).buffer(_AROUND)
        land = np.asarray(territory.land.geometry.array, dtype=object)
        ground = Ground(
            towns=anchors,
            population=zones["population"].to_numpy(dtype=np.float64),
            relief=zones["departement"].map(model.relief).fillna(1.0).to_numpy(dtype=np.float64),
            shore=Shore.of(land, within=region),
            bridges=_near(territory.fixed_links, region.bounds),
        )
        mesh = build(points, model, ground=ground)
        return cls(model, ground, mesh, zone_at, landing_at, port_at)

    def minutes(self, points: NDArray[np.float64], *, limit: float) -> NDArray[np.float64]:
        """Return minutes by road between points and all places, ``(k, places)``.

        Parameters
        ----------
        points
            Shape ``(k, 2)``, metres.
        limit
            Minutes beyond which nobody looks.
        """
        efforts, urbanity = least_efforts(
            self.mesh,
            points,
            model=self.model,
            ground=self.ground,
            limit=self.model.reach(limit),
        )
        ends = urbanity[:, None] + self.mesh.urbanity[None, : self.mesh.places]
        return self.model.terminal * ends + self.model.curve(efforts)


def _near(
    links: gpd.GeoDataFrame, bounds: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Return the links within a box that a car may take."""
    usable = links[links["usable"].astype(bool)] if "usable" in links else links
    lines = shapely.get_parts(np.asarray(usable.geometry.array, dtype=object))
    return lines[shapely.covers(shapely.box(*bounds), lines)] if len(lines) else lines


def _quays(
    territory: Territory, anchors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each ferry lands and where it leaves from, ``(b, 2)`` each, metres.

    A landing whose position is not known is the anchor of its island.
    """
    ferries = territory.ferries
    ports, landings = (
        shapely.get_coordinates(
            gpd.GeoSeries.from_xy(ferries[f"{end}_lon"], ferries[f"{end}_lat"], crs="EPSG:4326")
            .to_crs(territory.crs)
            .array
        )
        if f"{end}_lon" in ferries
        else anchors[territory.zones.index.get_indexer(ferries["island_zone"])]
        for end in ("port", "landing")
    )
    return landings, ports
