"""What is kept on disk, and the order that it is in."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.travel.roads import prepared as preparation
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.dijkstra import DijkstraEngine
from territory_access.travel.roads.graph import largest_component
from territory_access.travel.roads.seeds import at_nodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from territory_access.travel.roads.graph import Graph


def test_every_arc_climbs_to_an_ancestor(make_graph: Callable[..., Graph]) -> None:
    done = preparation.prepare(make_graph(800, 1))
    for arcs in (done.up, done.down):
        for node in range(done.nodes):
            ancestors = set()
            above = done.parent[node]
            while above >= 0:
                ancestors.add(int(above))
                above = done.parent[above]
            assert set(arcs.head[arcs.first[node] : arcs.first[node + 1]].tolist()) <= ancestors
            assert all(ancestor < node for ancestor in ancestors)


def test_the_longest_time_lies_between_reach_and_span(make_graph: Callable[..., Graph]) -> None:
    graph = largest_component(make_graph(300, 2)).graph
    done = preparation.prepare(graph)
    everyone = at_nodes(np.arange(graph.nodes))
    longest = DijkstraEngine(graph).matrix(everyone, everyone).max() * 60_000.0
    assert done.reach <= round(longest) <= done.span
    assert preparation.prepare(make_graph(300, 2)).span == FAR  # parts without a link


def test_disk_gives_back_the_same(
    make_graph: Callable[..., Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = make_graph(200, 3)
    fresh = preparation.prepare(graph)
    preparation.prepare(graph, folder=tmp_path / "cache")
    monkeypatch.setattr(preparation, "contract", lambda *_, **__: pytest.fail("contracted again"))
    kept = preparation.prepare(graph, folder=tmp_path / "cache")
    for field in fields(fresh):
        ours, theirs = getattr(fresh, field.name), getattr(kept, field.name)
        together = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
        for one, other in together:
            np.testing.assert_array_equal(one, other)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    with pytest.raises(ValueError, match="read-only"):
        kept.node[0] = 1


def test_other_roads_are_other_files(make_graph: Callable[..., Graph], tmp_path: Path) -> None:
    preparation.prepare(make_graph(40, 3), folder=tmp_path)
    preparation.prepare(make_graph(40, 4), folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_damaged_folder_is_made_again(make_graph: Callable[..., Graph], tmp_path: Path) -> None:
    graph = make_graph(40, 3)
    preparation.prepare(graph, folder=tmp_path)
    [place] = tmp_path.iterdir()
    (place / "node.npy").unlink()
    done = preparation.prepare(graph, folder=tmp_path)
    np.testing.assert_array_equal(done.node, preparation.prepare(graph).node)
    assert (place / "node.npy").is_file()
