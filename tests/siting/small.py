"""A territory of a few zones, by hand or drawn from a seed; nothing here is a real place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from shapely import Point

from territory_access import siting
from territory_access.parameters import Parameters
from territory_access.scenario import SitingPart
from territory_access.services.catalogue import load
from territory_access.services.service import Service, Size
from territory_access.territory import Territory

CATALOGUE = load()
PARAMETERS = Parameters.load()


def service(name: str, *sizes: tuple[Any, ...], **changes: Any) -> Service:
    """Return a service with sizes (fte, places, capex, deficit)."""
    labels = ("petit", "base", "grand")
    made = tuple(
        Size(label, fte, 0.0, places * 4.2, capex, 0.0, deficit)
        for label, (fte, places, capex, deficit) in zip(labels, sizes, strict=False)
    )
    plain = {
        "min_population": 0.0,
        "mother_minutes": None,
        "staff_profile": "salaried",
        "reach_minutes": 20.0,
        "setting": "anywhere",
        "poaching": 0.0,
    }
    return replace(CATALOGUE["CDS"], id=name, sizes=made, **(plain | changes))


@dataclass(frozen=True)
class Case:
    """Zones, times and services, and what may be spent."""

    seekers: list[int]
    minutes: np.ndarray  # zones × zones
    candidates: list[int]
    services: dict[str, Service]
    existing: list[tuple[str, int, float, int]] = field(default_factory=list)  # service, zone, …
    rules: dict[str, Any] = field(default_factory=dict)
    population: list[int] = field(default_factory=list)
    epci: list[str] = field(default_factory=list)
    parameters: Parameters = PARAMETERS
    apl: list[float] | None = None
    zones: dict[str, Any] = field(default_factory=dict)  # more columns of the zones

    def names(self) -> list[str]:
        return [f"Z{i}" for i in range(len(self.seekers))]

    def territory(self) -> Territory:
        names = self.names()
        size = len(names)
        population = self.population or [1000] * size
        points = [Point(i, 0) for i in range(size)]
        zones = gpd.GeoDataFrame(
            {
                "name": [f"Commune {name}" for name in names],
                "epci": self.epci or ["E"] * size,
                "population": population,
                "seekers": self.seekers,
                "need": [float(people) for people in population],
                **self.zones,
            },
            index=pd.Index(names, name="zone_id"),
            geometry=points,
        )
        spots = [points[i] for i in self.candidates]
        candidates = gpd.GeoDataFrame(
            {
                "name": [f"Commune {names[i]}" for i in self.candidates],
                "zone_id": [names[i] for i in self.candidates],
                "population": [population[i] for i in self.candidates],
            },
            index=pd.Index([names[i] for i in self.candidates], name="candidate_id", dtype=str),
            geometry=spots,
        )
        facilities = gpd.GeoDataFrame(
            {
                "name": [f"Site {n}" for n in range(len(self.existing))],
                "service": [site[0] for site in self.existing],
                "zone_id": [names[site[1]] for site in self.existing],
                "fte": [site[2] for site in self.existing],
                "acts_per_year": [4.2 * site[3] for site in self.existing],
                "places": np.array([site[3] for site in self.existing], int),
            },
            index=pd.Index([f"f{n}" for n in range(len(self.existing))], name="facility_id"),
            geometry=[points[site[1]] for site in self.existing],
        )
        empty = gpd.GeoDataFrame(geometry=[])
        ferries = pd.DataFrame({"island_zone": pd.Series([], dtype=str)})
        return Territory("Essai", zones, facilities, candidates, ferries, empty, empty, "EPSG:2154")

    def times(self) -> xr.DataArray:
        names = self.names()
        at = [*self.candidates, *(site[1] for site in self.existing)]
        sites = [names[i] for i in self.candidates]
        sites += [f"f{n}" for n in range(len(self.existing))]
        return xr.DataArray(
            self.minutes[:, at].astype(np.float32),
            {"origin": names, "destination": np.array(sites, str)},
            ("origin", "destination"),
            attrs={"max_minutes": 60.0},
        )

    def settings(self) -> SitingPart:
        rules: dict[str, Any] = {
            "budget": 1e6,
            "deficit_per_year": 1e6,
            "gp_fte": 100.0,
            "services": tuple(name for name in self.services if not name.startswith("OLD")),
        }
        return SitingPart(**(rules | self.rules))

    def problem(self, *, order: np.random.Generator | None = None) -> siting.Problem:
        territory, times = self.territory(), self.times()
        if order is not None:
            territory = replace(
                territory,
                zones=_shuffled(territory.zones, order),
                candidates=_shuffled(territory.candidates, order),
                facilities=_shuffled(territory.facilities, order),
            )
            times = times[order.permutation(times.sizes["origin"])]
            times = times[:, order.permutation(times.sizes["destination"])]
        apl = None
        if self.apl is not None:
            apl = xr.DataArray(self.apl, {"origin": self.names()}, ("origin",))
        return siting.problem(
            territory,
            times,
            self.settings(),
            parameters=self.parameters,
            services=self.services,
            apl=apl,
        )

    def solved(self) -> siting.SitingPlan:
        return siting.solve(self.problem())

    def but(self, **changes: Any) -> Case:
        """Return the same case with other rules or fields."""
        known = {name: changes.pop(name) for name in list(changes) if name in _FIELDS}
        return (
            replace(self, **known, rules=self.rules | changes)
            if changes
            else replace(self, **known)
        )


_FIELDS = set(Case.__dataclass_fields__)


def _shuffled(table: Any, order: np.random.Generator) -> Any:
    return table.iloc[order.permutation(len(table))]


def line(seekers: list[int], step: float = 10.0) -> np.ndarray:
    """Return minutes between zones on a line, ``step`` apart."""
    at = step * np.arange(len(seekers))
    return np.abs(at[:, None] - at[None, :])


def drawn(seed: int) -> Case:
    """Return a random case that brute force can list, with every kind of rule in it."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 8))
    spots = rng.uniform(0, 40, (size, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    np.fill_diagonal(minutes, rng.integers(0, 3, size))
    minutes[minutes > 38] = np.inf
    services = {
        "SMP": service(
            "SMP",
            (1.0, int(rng.integers(20, 60)), 100_000, 0.0),
            (2.0, int(rng.integers(60, 120)), 180_000, 0.0),
            staff_profile="retired",
            min_population=float(rng.choice([0, 900])),
        ),
        "ANT": service(
            "ANT",
            (0.2, int(rng.integers(5, 30)), 30_000, 5_000.0),
            reach_minutes=float(rng.choice([10, 15])),
            mother_minutes=float(rng.choice([15, 30])),
        ),
        "ROT": service(
            "ROT",
            (1.0, int(rng.integers(10, 60)), 80_000, 20_000.0),
            reach_minutes=float(rng.choice([0, 20])),
        ),
    }
    free = rng.permutation(size)
    existing = [
        (str(rng.choice(["SMP", "ROT"])), int(zone), 1.0, int(rng.integers(0, 60)))
        for zone in free[: rng.integers(0, 3)]
    ]
    candidates = sorted(int(zone) for zone in rng.permutation(size)[:4])
    share = float(rng.choice([0.2, 2.0, 20.0]))
    return Case(
        seekers=rng.integers(0, 60, size).tolist(),
        minutes=minutes,
        candidates=candidates,
        services=services,
        existing=existing,
        population=rng.integers(500, 2000, size).tolist(),
        epci=[f"E{n}" for n in rng.integers(0, 3, size)],
        parameters=Parameters.load(
            {
                "staff.retired_gp_per_1000": 10.0 * share,
                "staff.retired_take_up": 0.25,
                "staff.retired_fte": 0.3,
                "staff.pool_minutes": float(rng.choice([20, 60])),
            }
        ),
        rules={
            "budget": float(rng.choice([60_000, 180_000, 250_000, 400_000])),
            "deficit_per_year": float(rng.choice([0, 25_000, 100_000])),
            "gp_fte": float(rng.choice([1.0, 2.5, 6.0])),
            "forbid": (f"Z{candidates[0]}",) if rng.random() < 0.3 else (),
        },
        apl=rng.uniform(1, 4, size).tolist(),
    )


def wide(seed: int) -> Case:
    """Return twelve candidates on a plane and money for three sites of one size."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 60, (12, 2))
    minutes = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 1)
    return Case(
        seekers=rng.integers(5, 60, 12).tolist(),
        minutes=minutes,
        candidates=list(range(12)),
        services={"ROT": service("ROT", (1.0, 70, 80_000, 0.0))},
        rules={"budget": 250_000.0},
    )
