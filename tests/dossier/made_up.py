"""A small made-up study: twenty-four communes on a grid, one island, two sites to open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr

from territory_access import siting
from territory_access.datasets import ferries
from territory_access.parameters import Parameters
from territory_access.scenario import Scenario
from territory_access.services import catalogue
from territory_access.siting.plan import Report, SitingPlan
from territory_access.study import Study
from territory_access.territory import Territory
from territory_access.vocabulary import DesertKind, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from territory_access.siting.problem import Problem

CRS = "EPSG:2154"
HOSTILE = "<script>alert('x')</script> \"q\" & =1+1 {b} $a_b$ 🏝️ \u202eשלום " + "é" * 300
CELL = 9_000.0
ISLAND = "99006"


def plain(text: str) -> str:
    """Say things as they are."""
    return text


def hostile(text: str) -> str:
    """Put what nobody should put into every field of text."""
    return f"{HOSTILE} {text}"


def zones(say: Callable[[str], str]) -> gpd.GeoDataFrame:
    """Return six columns by four rows of communes; the last column is the buffer."""
    rows = []
    for column in range(6):
        for line in range(4):
            west, south = 400_000 + column * CELL, 6_700_000 + line * CELL
            shape = shapely.box(west, south, west + CELL, south + CELL)
            number = column * 4 + line
            rows.append((f"99{number:03d}", say(f"Commune {number}"), shape, number, column < 5))
    rows[6] = (ISLAND, say("Île Sixième"), shapely.Point(392_000, 6_706_000).buffer(900), 6, True)
    frame = gpd.GeoDataFrame(
        {
            "name": [row[1] for row in rows],
            "departement": ["91" if row[3] < 12 else "92" for row in rows],
            "region": "9",
            "epci": "200000000",
            "epci_name": say("Communauté"),
            "population": [(row[3] + 1) ** 2 * 90 for row in rows],
            "in_territory": [row[4] for row in rows],
        },
        geometry=[row[2] for row in rows],
        index=pd.Index([row[0] for row in rows], name="zone_id"),
        crs=CRS,
    )
    frame["adults"] = (frame["population"] * 0.8).astype(int)
    frame["without_doctor"] = (frame["adults"] * 0.11).astype(int)
    frame["without_doctor_source"] = say("Mesure inventée")
    frame["seekers"] = (frame["without_doctor"] * 0.55).astype(int)
    frame["need"] = frame["population"].astype(float)
    frame["area_km2"] = frame.area / 1e6
    frame["anchor"] = frame.centroid
    return frame


def made_up_study(
    say: Callable[[str], str] = plain, *, empty: bool = False, with_apl: bool = False
) -> Study:
    """Return a study whose numbers hold together but speak of no real place."""
    communes = zones(say)
    centres = shapely.get_coordinates(shapely.centroid(communes.geometry.to_numpy()))
    distance = np.hypot(*(centres[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
    minutes = (distance / 1000 * 1.4 + 2).astype("float32")
    position = {code: number for number, code in enumerate(communes.index)}
    hosts = {"site-a": "99000"} | {code: code for code in _candidates(communes).index}
    columns = [position[code] for code in hosts.values()]
    table = minutes[:, columns]
    table[position[ISLAND], :] = np.inf
    times = xr.Dataset(
        {"travel_time": (("origin", "destination"), table)},
        coords={"origin": list(communes.index), "destination": list(hosts)},
        attrs={
            "units": "min",
            "engine": "estimate",
            "mode": "car",
            "season": "low",
            "max_minutes": 60.0,
            "error_mae": 3.2,
            "error_p90": 7.1,
            "error_side_at_20": 0.141,
        },
    )
    seekers = communes["seekers"].to_numpy(dtype=float)
    before = _ledger(times, seekers, ["site-a"], 150.0)
    opened = [] if empty else ["99014", "99017"]
    after = _ledger(times, seekers, ["site-a", *opened], 1_500.0 if opened else 150.0)
    found = {
        when: _deserts(communes, ledger, say)
        for when, ledger in (("before", before), ("after", after))
    }
    apl = xr.DataArray(
        np.linspace(1.0, 4.8, len(communes)), {"origin": list(communes.index)}, name="apl"
    )
    place = Territory(
        name=say("Pays Inventé"),
        zones=communes,
        facilities=_facilities(communes, say),
        candidates=_candidates(communes),
        ferries=ferries.load().iloc[:0],
        land=gpd.GeoDataFrame(geometry=[communes.union_all()], crs=CRS),
        fixed_links=gpd.GeoDataFrame(geometry=[], crs=CRS),
        crs=CRS,
    )
    return Study(
        scenario=_scenario(say),
        territory=place,
        parameters=_parameters(say),
        times=times,
        places_before=before,
        places_after=after,
        apl_before=apl if with_apl else None,
        apl_after=apl + 0.1 if with_apl else None,
        deserts_before=found["before"],
        deserts_after=found["after"],
        patches=_patches(found["before"]),
        islands=_islands(communes, say),
        plan=_plan(opened, place, minutes, apl if with_apl else None, say),
        checks=pd.DataFrame(
            {
                "check": [say("population nulle")],
                "severity": ["attention"],
                "count": [2],
                "examples": [say("99001, 99002")],
                "remedy": [say("vérifier le millésime")],
            }
        ),
        sources=pd.DataFrame(
            {
                "name": ["communes.parquet"],
                "title": [say("Communes")],
                "vintage": ["2026"],
                "licence": [say("Licence Ouverte 2.0")],
                "sha256": ["ab" * 32],
            }
        ),
        seconds={"travel": 0.1},
    )


def _ledger(times: xr.Dataset, seekers: np.ndarray, sites: list[str], places: float) -> xr.Dataset:
    near = (times["travel_time"].sel(destination=sites) <= 20).to_numpy()
    reachable = near.any(axis=1)
    wanting = seekers * reachable
    share = min(1.0, places / wanting.sum())
    served = wanting * share
    used = np.array(
        [
            served.sum() / len(sites) if site in sites else 0.0
            for site in times["destination"].to_numpy()
        ]
    )
    return xr.Dataset(
        {
            "served": ("origin", served),
            "share": (
                "origin",
                np.divide(served, seekers, out=np.zeros_like(served), where=seekers > 0),
            ),
            "reachable": ("origin", reachable),
            "used": ("destination", used),
        },
        coords={"origin": times["origin"], "destination": times["destination"]},
        attrs={"total": int(served.sum()), "units": "residents", "reach": 20.0},
    )


def _deserts(
    communes: gpd.GeoDataFrame, ledger: xr.Dataset, say: Callable[[str], str]
) -> gpd.GeoDataFrame:
    reachable, share = ledger["reachable"].to_numpy(), ledger["share"].to_numpy()
    kind = np.where(
        ~reachable,
        DesertKind.BOTH.value,
        np.where(share < 0.5, DesertKind.CAPACITY.value, DesertKind.NONE.value),
    )
    kind[3] = DesertKind.AT_RISK.value
    found = communes[["name", "population", "seekers", "geometry"]].copy()
    found["kind"] = kind
    found["broken_rules"] = say("trop loin")
    found["minutes"] = np.where(reachable, 12.0, np.inf)
    found["share"] = share
    return found


def _patches(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    part = found[found["kind"] == DesertKind.BOTH.value]
    largest = part["population"].idxmax()
    return gpd.GeoDataFrame(
        {
            "kind": [DesertKind.BOTH.value],
            "zones": [";".join(part.index)],
            "population": [int(part["population"].sum())],
            "seekers": [int(part["seekers"].sum())],
            "name": [part.loc[largest, "name"]],
        },
        geometry=[shapely.union_all(part.geometry.to_numpy())],
        crs=CRS,
        index=pd.Index(["1"], name="patch_id"),
    )


def _facilities(communes: gpd.GeoDataFrame, say: Callable[[str], str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": [say("Site A")],
            "service": ["SMP"],
            "zone_id": ["99000"],
            "fte": [2.0],
            "acts_per_year": [630.0],
            "places": [150],
            "opened": ["2021"],
            "evidence": [say("ouverture : 2021 [S]")],
        },
        geometry=[communes["anchor"]["99000"]],
        crs=CRS,
        index=pd.Index(["site-a"], name="facility_id"),
    )


def _candidates(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    large = communes[communes["population"] > 9_000]
    return gpd.GeoDataFrame(
        {"name": large["name"], "zone_id": large.index, "population": large["population"]},
        geometry=list(large["anchor"]),
        crs=CRS,
        index=pd.Index(large.index, name="candidate_id"),
    )


def _islands(communes: gpd.GeoDataFrame, say: Callable[[str], str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [communes.loc[ISLAND, "name"]],
            "ferry": [say("ligne 6")],
            "operator": [say("Les Bateaux")],
            "residents": [int(communes.loc[ISLAND, "population"])],
            "sailings_low": [2.0],
            "sailings_high": [6.0],
            "captive_minutes_low": [539.0],
            "captive_minutes_high": [329.0],
            "own_service": [False],
            "same_day": [None],
            "in_territory": [True],
        },
        index=pd.Index([ISLAND], name="zone_id"),
    )


def _problem(place: Territory, minutes: np.ndarray, apl: xr.DataArray | None) -> Problem:
    """Return a real problem on the made-up place: who is how far, what may open."""
    zones = list(place.zones.index)
    sites = [*place.facilities["zone_id"], *place.candidates["zone_id"]]
    table = xr.DataArray(
        minutes[:, [zones.index(code) for code in sites]],
        {"origin": zones, "destination": [*place.facilities.index, *place.candidates.index]},
        ("origin", "destination"),
    )
    away = (table["origin"] == ISLAND) & (table["destination"] != ISLAND)
    return siting.problem(
        place,
        table.where(~away, np.inf),
        _scenario(plain).siting,
        parameters=Parameters.load(),
        services=catalogue.load({}),
        apl=apl,
    )


def _plan(
    opened: list[str],
    place: Territory,
    minutes: np.ndarray,
    apl: xr.DataArray | None,
    say: Callable[[str], str],
) -> SitingPlan:
    communes = place.zones
    sites = pd.DataFrame(
        {
            "name": [communes.loc[code, "name"] for code in opened],
            "service": ["SMP"] * len(opened),
            "size": ["base", "grand"][: len(opened)],
            "fte": [2.5, 4.0][: len(opened)],
            "nurse_fte": [0.0, 1.0][: len(opened)],
            "acts_per_year": [15_000.0, 24_000.0][: len(opened)],
            "net_acts": [14_250.0, 22_800.0][: len(opened)],
            "places": [3_571, 5_714][: len(opened)],
            "reach": [20.0, 20.0][: len(opened)],
            "capex": [150_000.0, 240_000.0][: len(opened)],
            "opex": [480_000.0, 768_000.0][: len(opened)],
            "deficit": [0.0, 25_000.0][: len(opened)],
            "served": [700.0, 650.0][: len(opened)],
            "year": [1] * len(opened),
            "decision": ["ouvrir"] * len(opened),
        },
        index=pd.Index(opened, name="candidate_id", dtype=object),
    )
    report = Report(
        status=Status.OPTIMAL if opened else Status.EMPTY,
        objective=1500.0 if opened else 150.0,
        bound=1500.0 if opened else 150.0,
        gap=0.0,
        seconds=0.2,
        nodes=1,
        solver="HiGHS 1.15",
        reason="" if opened else say("le budget est nul"),
    )
    asked = _problem(place, minutes, apl)
    named = asked.options.assign(name=say("Service médical de proximité"))
    return SitingPlan(
        problem=replace(asked, options=named),
        sites=sites,
        gain=1350.0 if opened else 0.0,
        report=report,
    )


def _scenario(say: Callable[[str], str]) -> Scenario:
    """Return a real scenario under a name that nobody should give."""
    asked = Scenario.parse("""
        title = "Pays Inventé"
        territory = {communes = ["99000"], buffer_km = 40}
        siting = {budget = 600_000, deficit_per_year = 100_000, gp_fte = 10, nurse_fte = 10}
    """)
    title, description = say("Où ouvrir dans le Pays Inventé ?"), say("Une question d’exemple.")
    return asked.model_copy(update={"title": title, "description": description})


class _Said(Parameters):
    """The real defaults, of which the dossier prints a few made-up ones."""

    def __init__(self, table: pd.DataFrame) -> None:
        super().__init__(dict(Parameters.load()))
        self._said = table

    def table(self) -> pd.DataFrame:
        return self._said


def _parameters(say: Callable[[str], str]) -> Parameters:
    table = pd.DataFrame(
        {
            "id": ["access.reach_minutes", "places.kappa", "money.unused"],
            "label": [
                say("Temps d’accès maximal"),
                say("Consultations par patient et par an"),
                say("Autre"),
            ],
            "value": [20.0, 4.0, 1.0],
            "low": [15.0, 3.8, 1.0],
            "high": [30.0, 4.5, 1.0],
            "unit": ["min", say("consultations/an"), "€"],
            "tag": ["K-H", "U", "C"],
            "source": ["usage", "calcul", "calcul"],
            "reference": [say("usage"), say("calcul"), say("calcul")],
            "note": [say("note"), "", ""],
            "overridden": [False, True, False],
        }
    )
    said = _Said(table)
    for name in ("access.reach_minutes", "places.kappa"):
        said.value(name)
    return said
