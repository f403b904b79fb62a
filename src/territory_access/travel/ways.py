"""What the least effort is from any point to the places of a mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from territory_access.travel.water import segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.travel.estimate import Model
    from territory_access.travel.mesh import Ground, Mesh

_SAME_PLACE = 1.0  # metres
_JOINED_TO = 8  # nearest points of the mesh that a new point may be joined to
_BATCH = 256  # sources at a time, to spare memory
_METRES_PER_KM = 1000.0
_LEAST_EFFORT = 1e-6  # scipy takes a zero for no edge


def least_efforts(
    mesh: Mesh,
    points: NDArray[np.float64],
    *,
    model: Model,
    ground: Ground,
    limit: float = np.inf,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least effort between points and the places of a mesh, and their urbanity.

    A point on a place of the mesh is that place. Any other is joined to the nearest points of the
    mesh that it sees over land, as a dead end: it is on nobody else's way, so that one destination
    more or less changes no other time.

    Parameters
    ----------
    mesh
        The network.
    points
        Shape ``(k, 2)``, metres.
    model, ground
        What the mesh was built with.
    limit
        Efforts beyond it come out as ``inf``.

    Returns
    -------
    Efforts ``(k, places)`` in kilometres of empty plain, and urbanity ``(k,)``.
    """
    if len(points) == 0:
        return np.zeros((0, mesh.places)), np.zeros(0)
    found = cKDTree(mesh.points).query(points)
    metres, nearest = np.asarray(found[0]), np.asarray(found[1], dtype=np.intp)
    apart = np.flatnonzero(metres > _SAME_PLACE)
    urbanity = mesh.urbanity[nearest]
    urbanity[apart] = model.urbanity(points[apart], ground.towns, population=ground.population)
    start = nearest.copy()
    start[apart] = len(mesh.points) + np.arange(len(apart))
    leaves = _leaves(mesh, points[apart], urbanity=urbanity[apart], model=model, ground=ground)
    size = len(mesh.points) + len(apart)
    network = vstack([mesh.efforts(model), leaves], format="csr")
    network.resize((size, size))
    sources, back = np.unique(start, return_inverse=True)
    efforts = np.empty((len(sources), mesh.places))
    for first in range(0, len(sources), _BATCH):
        batch = slice(first, first + _BATCH)
        efforts[batch] = dijkstra(network, indices=sources[batch], limit=limit)[:, : mesh.places]
    return efforts[back], urbanity


def _leaves(
    mesh: Mesh,
    points: NDArray[np.float64],
    *,
    urbanity: NDArray[np.float64],
    model: Model,
    ground: Ground,
) -> csr_array:
    """Return ``(k, n)``: effort from each new point to the points of the mesh that it sees."""
    count = min(_JOINED_TO, len(mesh.points))
    metres, near = (
        found.reshape(len(points), count) for found in cKDTree(mesh.points).query(points, k=count)
    )
    row = np.repeat(np.arange(len(points)), count)
    column = near.ravel()
    lines = segments(points[row], mesh.points[column])
    water = ground.shore.water_metres(lines).reshape(metres.shape)
    # The driest line is always kept: a point drawn in the sea still belongs to its shore.
    seen = water <= np.maximum(model.water_tolerance, water.min(axis=1, keepdims=True))
    pace = (model.pace(urbanity)[row] + model.pace(mesh.urbanity)[column]) / 2
    pace *= mesh.relief[column]
    effort = np.maximum(metres.ravel() / _METRES_PER_KM * pace, _LEAST_EFFORT)
    keep = seen.ravel()
    return csr_array(
        (effort[keep], (row[keep], column[keep])), shape=(len(points), len(mesh.points))
    )
