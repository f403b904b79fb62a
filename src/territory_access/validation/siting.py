"""Whether the classical siting models find, and prove, the optima that others have published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from territory_access.errors import Fault
from territory_access.validation.row import Row, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INSTANCES = range(1, 21)
_BEASLEY = "OR-Library (J. E. Beasley), fichier pmedopt"
_STORES = "données d’exemple de PySAL spopt (San Francisco, 205 secteurs, 16 sites)"
_METRES = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
_COVERED = (448_255, 671_938, 791_499, 875_247, 927_402)
_FEWEST = {8000: 3, 5000: 8}
_MEAN, _FARTHEST = 2982.12686, 7403.0638
_PROVED = "borne égale à l’objectif : optimum prouvé"
_OPEN = "borne plus basse que l’objectif : optimum non prouvé"


def rows(data: Path | None) -> list[Row | Skipped]:
    """Return the rows of the OR-Library's p-medians and of San Francisco's stores."""
    folder = None if data is None else data / "optimisation"
    if folder is None or not (folder / _METRES).exists():
        return [
            Skipped("siting.classical", "Optimums publiés", "fichiers « optimisation/ » absents")
        ]
    return [*_medians(folder), *_stores(folder)]


def _medians(folder: Path) -> Iterator[Row]:
    from territory_access.siting import classical

    lines = (folder / "pmedopt.txt").read_text(encoding="ascii").split("\n")
    optima = dict(line.split() for line in lines if line.startswith("pmed"))
    for number in _INSTANCES:
        table, count = read_pmed(folder / f"pmed{number}.txt")
        found = classical.p_median(table, count)
        yield Row(
            f"siting.pmed{number}",
            Fault("p-médiane pmed{number}", {"number": number}),
            float(optima[f"pmed{number}"]),
            found.objective,
            "",
            0.0 if found.gap == 0 else -1.0,
            _BEASLEY,
            _PROVED if found.gap == 0 else _OPEN,
        )


def read_pmed(path: Path) -> tuple[xr.DataArray, int]:
    """Return shortest paths ``(demand, site)`` and the number of sites of an OR-Library file.

    Parameters
    ----------
    path
        Nodes, edges, sites; then one edge a line: two nodes and a length. Of an edge given twice,
        the last length counts.
    """
    from scipy.sparse.csgraph import floyd_warshall

    words = [int(word) for word in path.read_text(encoding="ascii").split()]
    graph = np.full((words[0], words[0]), np.inf)
    for one, other, length in zip(*[iter(words[3:])] * 3, strict=True):
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = length
    np.fill_diagonal(graph, 0)
    names = [f"n{node:04d}" for node in range(words[0])]
    labels = {"demand": names, "site": names}
    return xr.DataArray(floyd_warshall(graph), labels, ("demand", "site")), words[2]


def _stores(folder: Path) -> Iterator[Row]:
    from territory_access.siting import classical

    metres, people = _tables(folder)
    for reach, fewest in _FEWEST.items():
        found = classical.lscp(metres, reach=reach)
        label = Fault("Sites pour que tous soient à {reach} m", {"reach": reach})
        yield _row(f"siting.sf.lscp.{reach}", label, fewest, found.objective, "sites", 0.0)
    for count, covered in enumerate(_COVERED, start=1):
        found = classical.mclp(metres, count, reach=5000, weights=people)
        label = Fault("Habitants à 5 000 m, {count} sites", {"count": count})
        yield _row(f"siting.sf.mclp.{count}", label, covered, found.objective, "habitants", 0.0)
    mean = classical.p_median(metres, 4, weights=people).objective / float(people.sum())
    label = Fault("Distance moyenne, {count} sites", {"count": 4})
    yield _row("siting.sf.p_median.4", label, _MEAN, mean, "m", 1e-5)
    farthest = classical.p_centre(metres, 4).objective
    label = Fault("Distance la plus grande, {count} sites", {"count": 4})
    yield _row("siting.sf.p_centre.4", label, _FARTHEST, farthest, "m", 1e-4)


def _row(  # noqa: PLR0913, PLR0917 - a row's own numbers
    name: str, label: Fault, published: float, ours: float, unit: str, tolerance: float
) -> Row:
    return Row(name, label, float(published), ours, unit, tolerance, _STORES)


def _tables(folder: Path) -> tuple[xr.DataArray, xr.DataArray]:
    """Return metres ``(demand, site)`` and people ``(demand)`` of San Francisco."""
    table = pd.read_csv(folder / _METRES, dtype={"DestinationName": str})
    metres = table.pivot_table(index="DestinationName", columns="name", values="distance")
    people = table.drop_duplicates("DestinationName").set_index("DestinationName")["demand"]
    labels = {"demand": metres.index.to_numpy(str), "site": metres.columns.to_numpy(str)}
    return (
        xr.DataArray(metres.to_numpy(), labels, ("demand", "site")),
        xr.DataArray(people.to_numpy(float), {"demand": people.index.to_numpy(str)}, ("demand",)),
    )
