"""What is there: zones, existing places, candidates and boats of one territory."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from scipy.spatial import KDTree

from territory_access import schemas
from territory_access.datasets import (
    brought,
    communes,
    ferries,
    gtfs_boats,
    gtfs_source,
    land,
    of_zones,
    own_rates,
    rates,
    sites,
)
from territory_access.datasets.road_source import RoadSource
from territory_access.errors import Fault, ScenarioError
from territory_access.parameters import Parameters
from territory_access.territory_checks import checks

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from territory_access.datasets.brought import Brought, BroughtFile
    from territory_access.scenario import Scenario, SitingPart, SupplyPart, TerritoryPart

_METROPOLITAN_CRS = "EPSG:2154"
# Official projected CRS of the overseas départements, by region code.
_OVERSEAS_CRS = {
    "01": "EPSG:5490",
    "02": "EPSG:5490",
    "03": "EPSG:2972",
    "04": "EPSG:2975",
    "06": "EPSG:4471",
}
_LAND_MARGIN_DEGREES = 0.3  # roads go round a bay a little outside the box of the zones


@dataclass(frozen=True)
class Territory:
    """One territory with its buffer, ready to be measured.

    Attributes
    ----------
    name
        As the user reads it.
    zones
        Communes of the territory and of its buffer (``schemas.ZONES``), indexed by ``zone_id``.
    facilities
        Existing places (``schemas.FACILITIES``), indexed by ``facility_id``.
    candidates
        Where a site may open (``schemas.CANDIDATES``), indexed by ``candidate_id``; a candidate
        is a commune and its id is the commune's code.
    ferries
        Boats (``schemas.FERRIES``), indexed by ``ferry_id``.
    land
        Land that roads can cross, one row a landmass: column ``geometry`` (polygons).
    fixed_links
        Bridges, tunnels and causeways between landmasses (lines).
    crs
        Projected CRS of all geometry, for example ``EPSG:2154``.
    roads
        The road file that ``travel`` reads, or ``None`` where times are estimated.
    supply
        GP consultations a year by commune of today (``acts_per_year``), or ``None``.
    files
        The files of the scenario that say who lives there and who practises, with their year.
    """

    name: str
    zones: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    ferries: pd.DataFrame
    land: gpd.GeoDataFrame
    fixed_links: gpd.GeoDataFrame
    crs: str
    roads: RoadSource | None = None
    supply: pd.DataFrame | None = None
    files: tuple[BroughtFile, ...] = ()

    @classmethod
    def load(cls, scenario: Scenario, *, parameters: Parameters | None = None) -> Territory:
        """Gather what the embedded data hold for a scenario.

        Parameters
        ----------
        scenario
            Names the communes and the width of the buffer.
        parameters
            Defaults, for the share of adults and of those who look for a médecin traitant;
            those of the scenario where not given.

        Raises
        ------
        ScenarioError
            For codes that do not exist, all listed, each with the nearest known one.
        DataError
            When a file of the scenario cannot be used; lists every fault once.
        MissingDataset
            When a file of the scenario is not there.
        """
        parameters = parameters or Parameters.load(scenario.parameters)
        register = communes.names()
        chosen = _chosen(register, scenario.territory)
        roads = RoadSource.of(scenario.travel, set(register.loc[chosen, "departement"]))
        crs = _crs(register.loc[chosen, "region"])
        around = _around(register, chosen, scenario.territory.buffer_km, crs)
        given = brought.read(scenario, parameters=parameters)
        zones = _zones(around, chosen, parameters, given)
        box = zones.to_crs(4326).total_bounds + _LAND_MARGIN_DEGREES * np.array([-1, -1, 1, 1])
        shores = land.load(tuple(box)).to_crs(crs)
        boats = ferries.load()
        boats = boats[boats["island_zone"].isin(zones.index)]
        if scenario.travel.gtfs:
            boats = gtfs_boats.over(
                boats,
                gtfs_source.locate(scenario.travel.gtfs),
                shores=gtfs_boats.Shores(zones, shores),
                parameters=parameters,
                day=scenario.travel.gtfs_day,
            )
        return cls(
            name=_name(register, scenario.territory),
            zones=zones,
            facilities=_facilities(zones, scenario.supply),
            candidates=_candidates(zones, scenario.siting),
            ferries=boats,
            land=shores,
            fixed_links=land.fixed_links().to_crs(crs),
            crs=crs,
            roads=roads,
            supply=given.supply,
            files=given.files,
        )

    def counts(self) -> dict[str, int]:
        """Return how many zones lie inside and around, and how many sites and candidates."""
        inside = int(self.zones["in_territory"].sum())
        return {
            "inside": inside,
            "around": len(self.zones) - inside,
            "facilities": len(self.facilities),
            "candidates": len(self.candidates),
        }

    def checks(self) -> pd.DataFrame:
        """Return what to verify first: check, severity, count, examples, remedy."""
        return checks(self)

    def _repr_html_(self) -> str:
        from territory_access.cards import of_territory

        return of_territory.card_of(self)


def official_crs(regions: pd.Series[str]) -> pd.Series[str]:
    """Return the projected CRS that is official where each region is, by region code."""
    return regions.map(_OVERSEAS_CRS.get).fillna(_METROPOLITAN_CRS)


def _chosen(register: pd.DataFrame, part: TerritoryPart) -> pd.Index[str]:
    """Return the codes of the communes of the territory; unknown codes are all listed."""
    asked = {
        "region": (Fault("de région", {}), part.regions),
        "departement": (Fault("de département", {}), part.departements),
        "epci": (Fault("d’intercommunalité", {}), part.epci),
        "code": (Fault("de commune", {}), part.communes),
    }
    keys = register.rename_axis("code").reset_index()
    faults = [
        fault
        for column, (kind, codes) in asked.items()
        for fault in _unknown(kind, codes, keys[column])
    ]
    if faults:
        if len(faults) == 1:
            raise ScenarioError("territory : {fault}", fault=faults[0])
        raise ScenarioError("territory : {count} codes inconnus.", count=len(faults), faults=faults)
    within = np.zeros(len(keys), dtype=bool)
    for column, (_, codes) in asked.items():
        within |= keys[column].isin(codes).to_numpy()
    return register.index[within]


def _name(register: pd.DataFrame, part: TerritoryPart) -> str:
    """Return what people call the territory: its regions, départements, EPCI, then communes."""
    known = communes.departements()
    regions = dict(zip(known["region"], known["region_name"], strict=True))
    epci = dict(zip(register["epci"], register["epci_name"], strict=True))
    names = [
        *(regions[code] for code in part.regions),
        *(known["name"].to_dict()[code] for code in part.departements),
        *(epci[code] for code in part.epci),
        *register.loc[list(part.communes), "name"],
    ]
    return ", ".join(dict.fromkeys(names))


def _unknown(kind: Fault, codes: Collection[str], known: pd.Series[str]) -> list[Fault]:
    """Return one fault a code that does not exist, with the nearest one that does."""
    existing = set(known)
    faults = []
    for code in codes:
        if code in existing:
            continue
        current = _commune_meant(code) if known.name == "code" else None
        near = [current] if current else difflib.get_close_matches(code, existing, n=1)
        values: dict[str, object] = {"kind": kind, "code": code}
        if near:
            sentence = "le code {kind} « {code} » n’existe pas. Vouliez-vous dire « {near} » ?"
            faults.append(Fault(sentence, values | {"near": near[0]}))
        else:
            faults.append(Fault("le code {kind} « {code} » n’existe pas.", values))
    return faults


def _commune_meant(word: str) -> str | None:
    """Return the present code of a former code, or of the only commune of that name."""
    names = communes.names()["name"]
    namesakes = names.index[names == word]
    return str(namesakes[0]) if len(namesakes) == 1 else communes.current_code(word)


def _crs(regions: pd.Series[str]) -> str:
    found = set(official_crs(regions))
    if len(found) > 1:
        raise ScenarioError(
            "territory : la métropole et l’outre-mer ne tiennent pas dans une même étude ; "
            "faites un scénario pour chaque."
        )
    return found.pop()


def _around(
    register: pd.DataFrame, chosen: pd.Index[str], buffer_km: float, crs: str
) -> gpd.GeoDataFrame:
    """Return the communes whose chef-lieu lies within the buffer of one of the territory."""
    points = gpd.GeoSeries.from_xy(register["lon"], register["lat"], index=register.index, crs=4326)
    points = points[official_crs(register["region"]) == crs].to_crs(crs)
    xy = np.column_stack([points.x, points.y])
    tree = KDTree(xy[points.index.isin(chosen)])
    distance, _ = tree.query(xy)
    near = points.index[distance <= buffer_km * 1000]
    shapes = communes.load(register.loc[near, "departement"].unique().tolist())
    around = shapes.loc[near].to_crs(crs)
    return around.assign(anchor=points.loc[near])


def _zones(
    around: gpd.GeoDataFrame, chosen: pd.Index[str], parameters: Parameters, given: Brought
) -> gpd.GeoDataFrame:
    """Return the communes as zones, with what is known of the people who live there."""
    zones = around.rename_axis("zone_id").sort_index()
    share = parameters.value("need.adult_share")
    rate = rates.apply(zones, parameters=parameters, own=given.rates)
    adults = zones["population"] * share
    without = (adults * rate["rate"]).round()
    zones = zones.assign(
        adults=adults.round().astype(int),
        without_doctor=without.astype(int),
        without_doctor_source=rate["source"],
        without_doctor_level=rate["level"],
        seekers=(without * parameters.value("need.seekers_share")).round().astype(int),
        area_km2=zones.geometry.area / 1e6,
        in_territory=zones.index.isin(chosen),
    ).set_geometry("geometry", crs=around.crs)
    zones = zones.assign(**of_zones.columns(zones["population"], given.people))
    if given.ald is not None:
        zones["ald_share"] = own_rates.spread(given.ald, zones)
    return schemas.check(zones, schemas.ZONES, what="zones")


def _facilities(zones: gpd.GeoDataFrame, part: SupplyPart) -> gpd.GeoDataFrame:
    """Return the existing sites of the zones, those that the scenario leaves out excepted."""
    known = sites.load()
    faults = _unknown(Fault("de site existant", {}), part.exclude, known.index.to_series())
    if faults:
        raise ScenarioError("supply.exclude : {fault}", fault=faults[0], faults=faults[1:])
    inside = known["zone_id"].isin(zones.index) & ~known.index.isin(part.exclude)
    here = known[inside & part.proven_sites]
    points = gpd.GeoSeries(zones.loc[here["zone_id"], "anchor"].to_numpy(), crs=zones.crs)
    table = gpd.GeoDataFrame(here.copy(), geometry=points.set_axis(here.index))
    return schemas.check(table, schemas.FACILITIES, what="sites existants")


def _candidates(zones: gpd.GeoDataFrame, part: SitingPart) -> gpd.GeoDataFrame:
    """Return the communes of the territory where a site may open."""
    inside = zones[zones["in_territory"]]
    # An add-on is called by its commune and its service, « 53130+AM ».
    keep, forbid = ([code.partition("+")[0] for code in rule] for rule in (part.keep, part.forbid))
    asked = [*part.candidates, *keep, *forbid]
    faults = [
        Fault("la commune « {code} » n’est pas dans le territoire.", {"code": code})
        for code in dict.fromkeys(asked)
        if code not in inside.index
    ]
    if faults:
        raise ScenarioError("siting : {fault}", fault=faults[0], faults=faults[1:])
    large = inside["population"] >= part.min_population
    open_to = inside.index.isin(part.candidates) if part.candidates else large
    chosen = inside[open_to | inside.index.isin([*keep, *forbid])]
    table = gpd.GeoDataFrame(
        {"name": chosen["name"], "zone_id": chosen.index, "population": chosen["population"]},
        geometry=gpd.GeoSeries(chosen["anchor"], crs=zones.crs),
        index=chosen.index.rename("candidate_id"),
    )
    return schemas.check(table, schemas.CANDIDATES, what="communes candidates")
