"""Estimated times on small made-up ground, where the answer can be worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from territory_access import travel
from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.territory import Territory
from territory_access.travel.estimate import Model

CRS = "EPSG:2154"
CENTRE = np.array([400_000.0, 6_600_000.0])
MAINLAND = shapely.box(-100, -100, 100, 100)

type Maker = Callable[..., Territory]


def placed(shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return shapes drawn in kilometres around the centre."""
    moved = [shapely.transform(shape, lambda km: km * 1000.0 + CENTRE) for shape in shapes]
    return gpd.GeoDataFrame(geometry=moved, crs=CRS)


def make(
    towns: list[tuple[float, float]],
    *,
    population: int = 500,
    land: list[shapely.Geometry] | None = None,
    links: list[shapely.Geometry] | None = None,
    boats: list[dict[str, object]] | None = None,
) -> Territory:
    """Return a territory whose towns lie at these kilometres; zones are named a, b, c, …"""
    names = pd.Index([f"z{k:03d}" for k in range(len(towns))], name="zone_id")
    zones = placed([shapely.Point(town) for town in towns]).set_axis(names)
    zones = zones.assign(
        anchor=zones.geometry, population=population, departement="44", area_km2=16.0
    )
    columns = ["island_zone", "port_zone", "port_lon", "port_lat", "crossing_minutes"]
    ferries = pd.DataFrame(boats or [], columns=[*columns, "sailings_low", "sailings_high"])
    numbers = [name for name in ferries if not name.endswith("zone")]
    ferries = ferries.astype(dict.fromkeys(numbers, float))
    sites = gpd.GeoDataFrame({"zone_id": names}, geometry=zones.geometry.array, index=names)
    return Territory(
        name="essai",
        zones=zones,
        facilities=sites.iloc[:0],
        candidates=sites,
        ferries=ferries.set_index(ferries.index.astype(str)),
        land=placed([MAINLAND] if land is None else land),
        fixed_links=placed(links or []),
        crs=CRS,
    )


def boat(island: str, port: str, at: tuple[float, float], **figures: float) -> dict[str, object]:
    """Return one line from a quay at these kilometres."""
    quay = gpd.GeoSeries(placed([shapely.Point(at)]).geometry).to_crs("EPSG:4326").iloc[0]
    figures = {"crossing_minutes": 40.0, "sailings_low": 4.0, "sailings_high": 8.0} | figures
    place = {"port_lon": quay.x, "port_lat": quay.y}
    return {"island_zone": island, "port_zone": port} | place | figures


def minutes(territory: Territory, **how: object) -> pd.DataFrame:
    return travel.matrix(territory, **how)["travel_time"].to_pandas()  # type: ignore[arg-type]  # free form


@pytest.fixture(scope="module")
def scattered() -> Territory:
    rng = np.random.default_rng(7)
    return make([tuple(town) for town in rng.uniform(-40, 40, (150, 2))])


def test_the_dataset_is_the_one_that_road_engines_give(scattered: Territory) -> None:
    times = travel.matrix(scattered, max_minutes=30)
    assert times["travel_time"].dims == ("origin", "destination")
    assert times["travel_time"].dtype == np.float32
    assert times.attrs["units"] == "minutes"
    assert times.attrs["engine"] == "estimate"
    assert times.attrs["max_minutes"] == 30
    assert times.attrs["error_mae"] > 0
    assert len(times.attrs["inputs"]) == 64
    assert list(times.indexes["origin"]) == list(scattered.zones.index)
    values = times["travel_time"].to_numpy()
    assert not np.isnan(values).any()
    assert values[np.isfinite(values)].max() <= 30


def test_there_and_back_take_as_long(scattered: Territory) -> None:
    found = minutes(scattered, max_minutes=200)
    assert np.isfinite(found.to_numpy()).all()
    np.testing.assert_allclose(found, found.T, rtol=1e-6)


def test_no_detour_is_shorter(scattered: Territory) -> None:
    found = minutes(scattered, max_minutes=200, within_zone="metric").to_numpy()
    for middle in range(0, len(found), 15):
        assert (found <= found[:, [middle]] + found[[middle]] + 1e-3).all()


def test_the_order_of_zones_changes_nothing(scattered: Territory) -> None:
    order = np.random.default_rng(1).permutation(len(scattered.zones))
    shuffled = replace(
        scattered,
        zones=scattered.zones.iloc[order],
        candidates=scattered.candidates.iloc[order[::-1]],
    )
    expected = minutes(scattered)
    found = minutes(shuffled).loc[expected.index, expected.columns]
    np.testing.assert_array_equal(found, expected)


def test_one_destination_more_changes_no_other_time(scattered: Territory) -> None:
    sites = scattered.candidates.iloc[::10].copy()
    sites.geometry = sites.geometry.translate(1500.0, -700.0)  # off the chefs-lieux
    every, fewer = (
        minutes(scattered, destinations=sites),
        minutes(scattered, destinations=sites[1:]),
    )
    np.testing.assert_array_equal(every.iloc[:, 1:], fewer)


def test_a_larger_study_area_changes_its_heart_by_less_than_a_minute(scattered: Territory) -> None:
    rng = np.random.default_rng(8)
    ring = rng.uniform(-75, 75, (300, 2))
    ring = ring[np.abs(ring).max(axis=1) > 40]
    here = [(p.x, p.y) for p in scattered.zones.geometry]
    there = [tuple((np.array(town) - CENTRE) / 1000) for town in here] + [tuple(t) for t in ring]
    heart = [k for k, town in enumerate(there[:150]) if max(map(abs, town)) < 25]
    small = minutes(scattered, max_minutes=40).iloc[heart, heart]
    large = minutes(make(there), max_minutes=40).iloc[heart, heart]
    both = np.isfinite(small.to_numpy()) & np.isfinite(large.to_numpy())
    gap = np.abs(small.to_numpy()[both] - large.to_numpy()[both])
    assert both.sum() > 100
    assert gap.max() < 1.0


def test_farther_takes_longer() -> None:
    line = make([(float(km), 0.0) for km in range(0, 60, 3)])
    from_the_first = minutes(line, max_minutes=120).iloc[0, 1:]
    assert (np.diff(from_the_first) > 0).all()
    assert (np.diff(from_the_first, 2) < 1e-4).all()  # and ever more quickly a kilometre


def test_a_destination_off_any_chef_lieu_joins_the_nearest_ones(scattered: Territory) -> None:
    zone = scattered.zones.index[0]
    near = scattered.zones.loc[[zone], ["anchor"]].set_geometry("anchor")
    near = near.assign(zone_id="elsewhere")
    near["anchor"] = near["anchor"].translate(2000.0, 0.0)
    found = minutes(scattered, destinations=near).iloc[:, 0]
    assert 1.0 < found[zone] < 6.0


def test_time_within_the_own_zone_is_a_stated_convention(scattered: Territory) -> None:
    zone = scattered.zones.index[3]
    # 0.5·√16 km·1.3 at 50 km/h
    assert minutes(scattered).loc[zone, zone] == pytest.approx(2 * 1.3 / 50 * 60)
    assert minutes(scattered, within_zone="metric").loc[zone, zone] == 0.0


def test_a_gulf_is_gone_round_and_a_stream_is_not() -> None:
    towns = [(-5.0, 0.0), (5.0, 0.0), (-6.0, 30.0), (6.0, 30.0), (0.0, 45.0), (-20, 10), (20, 10)]
    dry = minutes(make(towns)).iloc[0, 1]
    gulf = shapely.difference(MAINLAND, shapely.box(-3, -100, 3, 35))
    stream = shapely.difference(MAINLAND, shapely.box(-0.04, -100, 0.04, 35))
    assert minutes(make(towns, land=[stream])).iloc[0, 1] == pytest.approx(dry, abs=1.0)
    around = minutes(make(towns, land=[gulf]), max_minutes=120).iloc[0, 1]
    # at least the way up one side, across and down the other: 2 × 35 km + 6
    model = Model.load()
    assert around > model.curve(np.array(60.0))
    bridge = shapely.LineString([(-3.2, 1.0), (3.2, 1.0)])
    bridged = minutes(make(towns, land=[gulf], links=[bridge])).iloc[0, 1]
    assert bridged == pytest.approx(dry, abs=1.5)


def test_a_town_drawn_in_the_sea_belongs_to_its_shore() -> None:
    coast = shapely.box(-100, 0, 100, 100)
    towns = [(0.0, -0.4), (10.0, 2.0), (-8.0, 3.0), (2.0, 12.0)]
    found = minutes(make(towns, land=[coast])).to_numpy()
    assert np.isfinite(found).all()
    assert found[0, 1] < 20


def test_where_no_land_is_known_all_is_land() -> None:
    found = minutes(make([(0.0, 0.0), (8.0, 1.0), (2.0, 9.0), (9.0, 9.0)], land=[]))
    assert np.isfinite(found.to_numpy()).all()


def test_an_island_that_the_map_of_the_land_lacks_is_still_an_island() -> None:
    coast = shapely.box(-100, 0, 100, 100)
    towns = [(0.0, -8.0), (10.0, 2.0), (-8.0, 3.0), (2.0, 12.0)]
    found = minutes(make(towns, land=[coast]), max_minutes=500).to_numpy()
    assert np.isinf(found[0, 1:]).all()


@pytest.fixture(scope="module")
def archipelago() -> Territory:
    islands = [
        shapely.box(-2, -12, 2, -9),
        shapely.box(10, -12, 13, -9),
        shapely.box(20, -12, 22, -9),
    ]
    towns = [(0.0, 2.0), (0.0, 12.0), (0.0, -10.0), (11.0, -10.0), (21.0, -10.0), (14.0, 9.0)]
    boats = [
        boat("z002", "z000", (0.0, 0.5)),
        boat("z003", "z000", (0.0, 0.5), crossing_minutes=70),
    ]
    return make(towns, land=[shapely.box(-100, 0, 100, 100), *islands], boats=boats)


def test_an_island_is_reached_by_its_boat(archipelago: Territory) -> None:
    found = minutes(archipelago, max_minutes=500)
    p = Parameters.load()
    on_board = p.value("ferry.check_in_minutes") + 40 + p.value("ferry.egress_minutes")
    wait = p.value("ferry.service_window_minutes") / 4 / 2
    on_land = found.loc["z002", "z000"] - on_board - wait
    assert 0 < on_land < 6  # from the port to the town, and round the quay
    assert found.loc["z000", "z002"] == found.loc["z002", "z000"]
    high = minutes(archipelago, max_minutes=500, season="high")
    assert found.loc["z002", "z000"] - high.loc["z002", "z000"] == pytest.approx(wait / 2, abs=1e-3)


def test_from_island_to_island_is_by_the_port(archipelago: Territory) -> None:
    found = minutes(archipelago, max_minutes=900)
    assert found.loc["z002", "z003"] == pytest.approx(
        found.loc["z002", "z000"] + found.loc["z000", "z003"], abs=8
    )


def test_an_island_without_a_boat_is_out_of_reach(archipelago: Territory) -> None:
    found = minutes(archipelago, max_minutes=10_000)
    assert np.isinf(found.loc["z004"].drop("z004")).all()
    assert np.isinf(found["z004"].drop("z004")).all()


def test_a_boat_is_no_short_cut_within_twenty_minutes(archipelago: Territory) -> None:
    found = minutes(archipelago)
    islands, mainland = ["z002", "z003", "z004"], ["z000", "z001", "z005"]
    assert (found.loc[islands, mainland].to_numpy() >= 20).all()


def test_destinations_that_make_no_sense_are_all_named(scattered: Territory) -> None:
    sites = scattered.candidates.iloc[[0, 1, 1, 2]].copy()
    sites.loc["z002", "geometry"] = shapely.Point()
    with pytest.raises(DataError, match=r"(?s)z001.*z002"):
        travel.matrix(scattered, destinations=sites)


def test_no_destination_is_an_empty_table(scattered: Territory) -> None:
    assert minutes(scattered, destinations=scattered.candidates.iloc[:0]).shape == (150, 0)
