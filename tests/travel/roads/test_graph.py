"""Graphs: what is refused, which part is kept, in which order."""

from __future__ import annotations

import numpy as np
import pytest

from territory_access.errors import NetworkError
from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.graph import (
    Graph,
    along_curve,
    from_arcs,
    hilbert,
    largest_component,
)


def test_a_graph_is_frozen() -> None:
    graph = from_arcs([0], [1], milliseconds=[5], x=[0, 1], y=[0, 1])
    with pytest.raises(ValueError, match="read-only"):
        graph.milliseconds[0] = 1


@pytest.mark.parametrize(
    ("tail", "head", "time", "sentence"),
    [
        ([0], [2], [1], "n’existe pas"),
        ([-1], [0], [1], "n’existe pas"),
        ([0], [1], [-1], "négatif"),
        ([0], [1], [FAR], "12 jours"),
    ],
)
def test_impossible_arcs_are_refused(
    tail: list[int], head: list[int], time: list[int], sentence: str
) -> None:
    with pytest.raises(NetworkError, match=sentence):
        from_arcs(tail, head, milliseconds=time, x=[0, 1], y=[0, 1])


@pytest.mark.parametrize(
    ("first", "head", "milliseconds", "x"),
    [
        ([0, 1], [0], [1], [0, 1]),
        ([0], [], [], []),
        ([0, 2, 1], [0], [1], [0, 1]),
        ([0, 1, 1], [5], [1], [0, 1]),
        ([0, 1, 1], [1], [-1], [0, 1]),
        ([0, 1, 1], [1], [1, 2], [0, 1]),
        ([0, 1, 1], [1], [1], [0, np.nan]),
    ],
)
def test_impossible_tables_are_refused(
    first: list[int], head: list[int], milliseconds: list[int], x: list[float]
) -> None:
    with pytest.raises(NetworkError):
        Graph(
            np.array(first),
            np.array(head, np.int32),
            np.array(milliseconds, np.int32),
            np.array(x),
            np.zeros(len(x)),
        )


def test_content_names_the_graph() -> None:
    one, same, other = (
        from_arcs([0], [1], milliseconds=[time], x=[0, 1], y=[0, 1]) for time in (5, 5, 6)
    )
    assert one.digest() == same.digest() != other.digest()


def test_the_largest_part_is_strongly_connected() -> None:
    tail, head = [0, 1, 2, 2, 4, 5], [1, 2, 0, 3, 5, 4]
    graph = from_arcs(tail, head, milliseconds=[1] * 6, x=range(6), y=range(6))
    part = largest_component(graph)
    assert part.node.tolist() == [0, 1, 2]
    assert part.number.tolist() == [0, 1, 2, -1, -1, -1]
    assert part.graph.tail.tolist() == [0, 1, 2]


def test_the_curve_never_jumps() -> None:
    side = np.arange(32)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    order = np.argsort(hilbert(x, y), kind="stable")
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert steps.max() == 1


def test_numbering_along_the_curve_keeps_the_roads() -> None:
    rng = np.random.default_rng(2)
    tail, head = rng.integers(0, 50, (2, 200))
    graph = from_arcs(
        tail, head, milliseconds=rng.integers(1, 9, 200), x=rng.random(50), y=rng.random(50)
    )
    part = along_curve(graph)
    before = sorted(zip(graph.tail, graph.head, graph.milliseconds, strict=True))
    back = part.node
    moved = part.graph
    after = sorted(zip(back[moved.tail], back[moved.head], moved.milliseconds, strict=True))
    assert before == after
    assert np.array_equal(part.number[part.node], np.arange(50))
