"""A scenario that names a road file is answered on these roads, and says so everywhere."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from territory_access import study, travel
from territory_access.cli.app import BAD_INPUT, main
from territory_access.datasets import communes
from territory_access.dossier.maps import network as network_map
from territory_access.dossier.method import travel_limit
from territory_access.dossier.voice import Voice
from territory_access.errors import MissingDataset, NetworkError, ScenarioError
from territory_access.parameters import data_folder
from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.travel import on_roads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xarray as xr

    from territory_access.study_steps import Step

    type Writer = Callable[..., Path]

# Laval and four communes around it; Entrammes is left without a road.
TOWNS = ["53130", "53201", "53054", "53140"]
AWAY = "53094"
GROIX, LORIENT = "56069", "56121"

SCENARIO = """
title = "Autour de Laval"
territory = {{communes = {communes}, buffer_km = 0}}
travel = {{roads = "routes.osm", max_minutes = 180}}
siting = {{budget = 300_000, deficit_per_year = 100_000, gp_fte = 4, services = ["SMP", "ANT"]}}
"""


def place_of(code: str) -> tuple[float, float]:
    """Return where a commune is, as ``write_osm`` counts: hundreds of metres from 2° W, 47° N."""
    here = communes.names().loc[code]
    return (float(here["lon"]) + 2) / 0.00131865, (float(here["lat"]) - 47) / 0.00089932


def write(folder: Path, codes: list[str], *lines: str) -> Path:
    path = folder / "essai.toml"
    text = SCENARIO.format(communes=codes).replace("'", '"')
    path.write_text("\n".join([text, *lines]), encoding="utf-8")
    return path


@pytest.fixture
def laval(write_osm: Writer, tmp_path: Path) -> Path:
    """Return a scenario on a road from town to town, 36 km/h everywhere."""
    places = {number: place_of(code) for number, code in enumerate(TOWNS)}
    ways = {
        10 + number: ([number, number + 1], "highway=secondary") for number in range(len(TOWNS) - 1)
    }
    write_osm(places, ways, name="routes.osm")
    rows = pd.read_csv(data_folder() / "speeds.csv", dtype=str, keep_default_na=False)
    rows.loc[rows["quantity"] == "speed", ["value", "low", "high"]] = "36"
    rows.loc[rows["quantity"].isin(["signals", "give_way"]), ["value", "low"]] = "0"
    rows.to_csv(tmp_path / "lentes.csv", index=False)
    return write(tmp_path, [*TOWNS, AWAY])


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def times_of(path: Path, *changes: str) -> xr.Dataset:
    scenario = Scenario.load(path, changes=changes)
    return travel.matrix(Territory.load(scenario), max_minutes=scenario.travel.max_minutes)


def test_times_are_those_of_the_road(laval: Path) -> None:
    path = "travel.speeds=lentes.csv"
    place = Territory.load(Scenario.load(laval, changes=[path]))
    times = travel.matrix(place, max_minutes=180)["travel_time"]
    anchors = place.zones.loc[TOWNS, "anchor"]
    legs = [a.distance(b) for a, b in zip(anchors.iloc[:-1], anchors.iloc[1:], strict=True)]
    far = times.sel(origin=TOWNS[-1], destination=TOWNS[0])
    # the grid of Lambert-93 is stretched by a thousandth or two here
    assert float(far) == pytest.approx(sum(legs) / 10 / 60, rel=5e-3)


def test_the_table_has_the_layout_of_the_estimate(laval: Path) -> None:
    place = Territory.load(Scenario.load(laval))
    roads, estimate = travel.matrix(place), travel.matrix(replace(place, roads=None))
    assert roads["travel_time"].dtype == estimate["travel_time"].dtype == np.float32
    for dim in ("origin", "destination"):
        assert roads[dim].to_index().equals(estimate[dim].to_index())
    assert (roads.attrs["engine"], estimate.attrs["engine"]) == ("roads", "estimate")
    assert roads.attrs["network"] == "routes.osm"
    assert len(roads.attrs["network_sha256"]) == len(roads.attrs["speeds_sha256"]) == 64
    assert roads.attrs["error_within_25"] > 0
    assert roads.attrs["unsnapped_share"] == pytest.approx(1 / 5)


def test_a_zone_without_a_road_is_never_estimated(laval: Path) -> None:
    times = times_of(laval)
    assert np.isinf(times["travel_time"].sel(origin=AWAY)).all()
    assert float(times["origin_metres"].sel(origin=AWAY)) > 2000
    assert (times["origin_metres"].sel(origin=TOWNS) < 1).all()
    assert np.isfinite(times["travel_time"].sel(origin=TOWNS, destination=TOWNS[0])).all()


def test_a_whole_study_runs_on_roads(laval: Path) -> None:
    steps: list[Step] = []
    done = study.run(Scenario.load(laval), observe=steps.append)
    assert {step.facts.get("doing") for step in steps if step.name == "roads"} >= {"read"}
    assert done.times.attrs["engine"] == "roads"
    assert 0 <= done.times.attrs["changed_side_zones"] <= 1
    checks = done.checks.set_index("check")
    assert "Entrammes" in str(checks.loc["Zones sans route", "examples"])
    assert done.sources.loc["routes.osm", "sha256"] == done.times.attrs["network_sha256"]
    said = travel_limit(done.times.attrs, Voice.of("fr"))
    assert "« routes.osm »" in said.replace("\N{NO-BREAK SPACE}", " ")
    for part in ("millésime", "inconnu", "speeds.csv", "2,3 min", "de l’autre côté", "hors d’at"):
        assert part in said.replace("\N{NO-BREAK SPACE}", " "), part
    assert "[" not in travel_limit(done.times.attrs, Voice.of("en"))


def test_keys_of_the_scenario_change_the_times(laval: Path) -> None:
    plain, peak, parking = (
        times_of(laval, *changes)["travel_time"].sel(origin=TOWNS[-1], destination=TOWNS[0])
        for changes in ((), ("travel.peak=true",), ("travel.parking=true",))
    )
    assert float(peak) >= float(plain)
    assert float(parking) - float(plain) in (pytest.approx(2, abs=1e-3), pytest.approx(5, abs=1e-3))
    with pytest.raises(NetworkError, match="ni temps de parcours"):
        times_of(laval, "travel.own_times=true")
    assert times_of(laval, "travel.roads=").attrs["engine"] == "estimate"


def test_a_boat_of_the_table_joins_the_roads(write_osm: Writer, tmp_path: Path) -> None:
    places = {number: place_of(code) for number, code in enumerate((GROIX, LORIENT))}
    path = write(tmp_path, [GROIX, LORIENT])
    quay = Territory.load(Scenario.load(path, changes=["travel.roads="])).ferries.iloc[0]
    for number, end in ((2, "landing"), (3, "port")):
        lon, lat = float(quay[f"{end}_lon"]), float(quay[f"{end}_lat"])
        places[number] = (lon + 2) / 0.00131865, (lat - 47) / 0.00089932
    ways = {10: ([0, 2], "highway=tertiary"), 11: ([3, 1], "highway=tertiary")}
    write_osm(places, ways, name="routes.osm")
    found, guessed = (
        float(times_of(path, *changes)["travel_time"].sel(origin=GROIX, destination=LORIENT))
        for changes in ((), ("travel.roads=",))
    )
    # check-in 15, half a headway 72, crossing 47.5, landing 15, and a few minutes ashore
    assert 149.5 < found < 149.5 + 15
    assert found == pytest.approx(guessed, abs=6)


@pytest.mark.parametrize("command", ["run", "check"])
def test_an_absent_file_is_named_with_what_to_fetch(
    command: str, laval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave(command, str(laval), "--set", "travel.roads=absent.osm.pbf") == BAD_INPUT
    said = capsys.readouterr().err
    assert "absent.osm.pbf" in said
    assert "pays-de-la-loire-latest.osm.pbf" in said
    assert "https://download.geofabrik.de/europe/france/pays-de-la-loire.html" in said


def test_a_named_network_is_sought_in_the_folder_of_the_user(
    laval: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = ["travel.roads=data:laval"]
    monkeypatch.delenv("TERRITORY_ACCESS_DATA", raising=False)
    with pytest.raises(MissingDataset, match=r"TERRITORY_ACCESS_DATA.*\n.*geofabrik"):
        Territory.load(Scenario.load(laval, changes=named))
    monkeypatch.setenv("TERRITORY_ACCESS_DATA", str(laval.parent))
    with pytest.raises(MissingDataset, match=r"laval\.osm\.pbf"):
        Territory.load(Scenario.load(laval, changes=named))
    (laval.parent / "roads").mkdir()
    (laval.parent / "roads" / "laval.osm.pbf").touch()
    roads = Territory.load(Scenario.load(laval, changes=named)).roads
    assert roads is not None
    assert roads.name == "data:laval"
    with pytest.raises(ScenarioError, match="après data:"):
        Territory.load(Scenario.load(laval, changes=["travel.roads=data:../roads/laval"]))


def test_check_tells_of_the_roads(laval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("check", str(laval)) == BAD_INPUT  # a zone of the territory has no road
    heard = capsys.readouterr()
    said = " ".join(heard.out.split())
    assert "réseau « routes.osm » : 2 carrefours" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "Zones sans route" in said
    assert "Zones sans route" in heard.err
    towns = str(TOWNS).replace("'", '"')
    assert leave("check", str(laval), "--set", f"territory.communes={towns}") == 0


def test_the_zones_that_roads_do_not_reach_are_drawn(
    laval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "reseau.png"
    assert leave("check", str(laval), "--map", str(drawn)) == BAD_INPUT  # one has no road
    assert "reseau.png" in capsys.readouterr().out.replace("\n", "")
    assert drawn.stat().st_size > 5_000
    assert [path.name for path in tmp_path.glob("*.png")] == ["reseau.png"]
    place = Territory.load(Scenario.load(laval))
    shades = network_map.colours(on_roads.open_roads(place))
    lonely = place.zones["name"].to_numpy() == "Entrammes"
    assert len(set(shades[lonely])) == 1
    assert set(shades[lonely]).isdisjoint(shades[place.zones.index.isin(TOWNS)])


def test_a_map_that_cannot_be_drawn_is_refused(
    laval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, words in (("a.doc", "choisissez .svg"), ("absent/a.svg", "n’existe pas")):
        assert leave("check", str(laval), "--map", str(tmp_path / name)) == BAD_INPUT
        assert words in capsys.readouterr().err


def test_warming_up_is_announced_and_timed(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("warmup") == 0
    said = capsys.readouterr().out
    assert "une fois pour toutes" in said
    assert "compilé en" in said


def test_without_roads_nothing_is_compiled(laval: Path) -> None:
    code = (
        "import sys\n"
        "from territory_access import study\n"
        "from territory_access.scenario import Scenario\n"
        f"study.run(Scenario.load({str(laval)!r}, changes=['travel.roads=']))\n"
        "print([name for name in ('numba', 'osmium', 'osmnx') if name in sys.modules])\n"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
