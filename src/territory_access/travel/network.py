"""Build the road network that the engine routes on and that points snap to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.datasets.road_form import FERRY
from territory_access.errors import NetworkError
from territory_access.travel import (
    components,
    ferry_arcs,
    ferry_lines,
    no_through,
    one_road,
    road_arcs,
    segments,
    turns,
)
from territory_access.travel.built_up import urban as urban_stretches
from territory_access.travel.ferry_arcs import Boarding
from territory_access.travel.roads import graph as road_graph
from territory_access.travel.roads.chains import Chains, collapse
from territory_access.travel.speeds import SpeedTable, assign

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from territory_access.datasets.road_form import Roads
    from territory_access.parameters import Parameters
    from territory_access.travel.road_arcs import Draft
    from territory_access.travel.roads.graph import Graph

OWN_TIMES = "temps du fichier"


@dataclass(frozen=True)
class Options:
    """How a network is built.

    Attributes
    ----------
    season
        ``low`` or ``high``: which boats sail, and how often.
    peak
        Rush hours rather than quiet ones.
    own_times
        Use the ``travel_time`` of the source instead of the speed table and of junction delays;
        ``None``: where the source has times and no classes of road.
    parameters
        Check-in and day of crossings; the defaults without them.
    """

    season: str = "low"
    peak: bool = False
    own_times: bool | None = None
    parameters: Parameters | None = None


@dataclass(frozen=True)
class RoadNetwork:
    """A graph in milliseconds, and where each stretch of road lies in it.

    Attributes
    ----------
    detail
        Nodes and one-way arcs of the main network and of islands, without fragments; no loop, no
        two arcs between the same nodes.
    chains
        The graph of junctions that the engine prepares, and where each arc of ``detail`` lies.
    road
        ``int32`` (arcs of ``detail``): arcs with the same number are one road between junctions.
    component
        ``int32`` (nodes of ``detail``): row of ``components``.
    components
        ``kind``, ``nodes``, ``share``, ``distance_m``, ``x``, ``y``: every component, fragments
        included (``components.find``).
    stretches
        One row a stretch of the source: ``osmid``, ``highway``, ``length``, ``speed_kph``,
        ``urban``, ``residents`` (not for through traffic), ``snap`` (people may start or end
        here), ``first_piece``, ``pieces``.
    forward, backward
        ``int32`` (pieces): arc of the piece along its stretch and against it, −1 where not allowed
        or not kept.
    arriving_forward, arriving_backward
        The same for those who arrive: another arc on roads for residents (``no_through``).
    running
        ``int32`` (arcs): milliseconds on the way, without the delay at its end.
    segments
        Straight parts of stretches to snap to: ``x1``, ``y1``, ``x2``, ``y2``, ``stretch``,
        ``start``, ``end`` (fractions of the stretch).
    elsewhere
        The same of all other stretches: motorways, ferry lines, what is only for the map.
    ferries
        What became of each boat (``ferry_arcs.REPORT``).
    left_out
        Ways, barriers, rules not used, by reason.
    crs, mode, season, speeds
        Of the coordinates; of the people; of the boats; name of the speed table, or of the source.
    """

    detail: Graph
    chains: Chains
    road: NDArray[np.int32]
    component: NDArray[np.int32]
    components: pd.DataFrame
    stretches: pd.DataFrame
    forward: NDArray[np.int32]
    backward: NDArray[np.int32]
    arriving_forward: NDArray[np.int32]
    arriving_backward: NDArray[np.int32]
    running: NDArray[np.int32]
    segments: pd.DataFrame
    elsewhere: pd.DataFrame
    ferries: pd.DataFrame
    left_out: Mapping[str, int]
    crs: str
    mode: str
    season: str
    speeds: str

    @property
    def graph(self) -> Graph:
        """Junctions and ends: what the engine prepares."""
        return self.chains.graph


def build(
    roads: Roads,
    speeds: SpeedTable | None = None,
    *,
    options: Options | None = None,
    communes: gpd.GeoDataFrame | None = None,
    boats: pd.DataFrame | None = None,
) -> RoadNetwork:
    """Return the network of some roads: speeds, delays, boats, forbidden turns, components.

    Parameters
    ----------
    roads
        As ``datasets.roads.load`` gives them.
    speeds
        The national table by default.
    options
        Season, rush hours, whose times, parameters of boarding.
    communes
        Polygons with ``population``, to tell town from country (``built_up.urban``).
    boats
        Boats beside those of the roads, and instead of those that land at the same place:
        ``datasets.ferries.load``, ``gtfs.lines``.

    Raises
    ------
    NetworkError
        If no road is left.
    """
    chosen, table = options or Options(), speeds or SpeedTable.load()
    boarding = Boarding.of(chosen.season, chosen.parameters)
    sailing, asleep = ferry_arcs.in_season(roads, chosen.season)
    lines = pd.DataFrame() if boats is None else boats
    ferry_lines.refuse_faults(lines, boarding)
    sailing, replaced = ferry_lines.supersede(sailing, lines)
    if sailing.edges["highway"].eq(FERRY).all():
        raise NetworkError(
            "le réseau ne contient aucune route pour ce mode ({mode})", mode=roads.mode
        )
    edges = sailing.edges
    town = urban_stretches(sailing, table, communes=communes)
    times, origin = _times(sailing, town, table, chosen)
    draft = road_arcs.expand(sailing, times)
    if origin != OWN_TIMES:
        road_arcs.add_junction_delays(draft, sailing, table)
    ashore = _ashore(draft, edges)
    lost_turns = turns.forbid(draft, sailing)
    sea = ferry_arcs.add_osm_boats(draft, sailing, table, boarding=boarding)
    dry = np.concatenate([ashore, np.zeros(draft.nodes - len(ashore), bool)])
    added = ferry_lines.add(draft, lines, ashore=dry, crs=roads.crs, boarding=boarding)
    stretches = edges[["osmid", "highway", "length", "snap"]].copy()
    stretches["speed_kph"] = edges["length"].to_numpy(float) / np.maximum(times, 1e-3) * 3.6
    stretches["urban"] = town
    stretches["residents"] = edges["access"].eq("destination").to_numpy()
    network = _finish(draft, stretches, sailing)
    return replace(
        network,
        ferries=_together(asleep, replaced, sea, added),
        left_out=dict(roads.left_out)
        | ({"interdictions de tourner sans voie connue": lost_turns} if lost_turns else {}),
        season=chosen.season,
        speeds=origin,
    )


def _ashore(draft: Draft, edges: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which nodes are on roads of the main network or of an island, without any boat."""
    at_sea = edges["highway"].eq(FERRY).to_numpy()[draft.stretch]
    on_roads = np.isin(np.arange(draft.nodes), draft.tail[~at_sea])
    return components.places(*components.find(draft, ~at_sea)) & on_roads


def _together(*reports: pd.DataFrame) -> pd.DataFrame:
    known = [report for report in reports if len(report)]
    return pd.concat(known or reports[:1], ignore_index=True)


def _times(
    roads: Roads, town: NDArray[np.bool_], table: SpeedTable, options: Options
) -> tuple[NDArray[np.float64], str]:
    """Return the seconds along each stretch, and whose speeds they are."""
    edges = roads.edges
    classless = edges["highway"].eq("").all()
    own = classless if options.own_times is None else options.own_times
    if own:
        if "travel_time" not in edges:
            raise NetworkError(
                "ce réseau n’a ni temps de parcours (travel_time, speed_kph, freespeed) ni classes "
                "de voies (highway) : ajoutez l’une de ces colonnes"
            )
        return edges["travel_time"].to_numpy(float), OWN_TIMES
    speed = assign(edges, town, table, mode=roads.mode, peak=options.peak)
    times = edges["length"].to_numpy(float) / speed * 3.6
    boat = edges["highway"].eq(FERRY).to_numpy()
    times[boat] = ferry_arcs.seconds(edges[boat], table)
    return times, table.name


def _finish(draft: Draft, stretches: pd.DataFrame, roads: Roads) -> RoadNetwork:
    """Keep the main network and islands, and number their arcs as the graph does."""
    label, table = components.find(draft)
    doubled = no_through.close(draft, stretches["residents"].to_numpy(), label)
    label = label[doubled.node]
    kept = components.places(label, table)
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    arcs = np.flatnonzero(kept[draft.tail] & kept[draft.head])
    tail, head = number[draft.tail[arcs]], number[draft.head[arcs]]
    graph = road_graph.from_arcs(
        tail,
        head,
        milliseconds=draft.milliseconds[arcs],
        x=draft.x[kept],
        y=draft.y[kept],
    )
    chains = collapse(graph)
    row = np.full(len(draft.tail), -1, np.int32)
    ranked = np.searchsorted(
        graph.tail * np.int64(graph.nodes) + graph.head, tail * np.int64(graph.nodes) + head
    )
    row[arcs] = ranked
    running = np.zeros(len(graph.head), np.int32)
    running[ranked] = (draft.milliseconds - draft.delay)[arcs]
    sides = (draft.forward, draft.backward)
    forward, backward = (np.where(arc >= 0, row[arc], -1).astype(np.int32) for arc in sides)
    arriving_forward, arriving_backward = (
        np.where(arc >= 0, row[doubled.arriving[arc]], -1).astype(np.int32) for arc in sides
    )
    stretches["pieces"] = draft.pieces
    stretches["first_piece"] = np.cumsum(draft.pieces) - draft.pieces
    usable = np.ones(len(stretches), bool)
    owner = np.repeat(np.arange(len(stretches)), draft.pieces)
    usable[owner[(forward < 0) & (backward < 0)]] = False
    stretches["snap"] &= usable
    return RoadNetwork(
        detail=graph,
        chains=chains,
        road=one_road.numbers(graph, chains),
        component=label[kept].astype(np.int32),
        components=table,
        stretches=stretches,
        forward=forward,
        backward=backward,
        arriving_forward=arriving_forward,
        arriving_backward=arriving_backward,
        running=running,
        segments=segments.of_stretches(roads, stretches["snap"].to_numpy(bool)),
        elsewhere=segments.of_stretches(roads, ~stretches["snap"].to_numpy(bool)),
        ferries=pd.DataFrame(),
        left_out={},
        crs=roads.crs,
        mode=roads.mode,
        season="",
        speeds="",
    )
