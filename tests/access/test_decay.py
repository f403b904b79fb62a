"""Weights by minutes: which side of an edge a time falls on, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from territory_access.access import Decay
from territory_access.errors import DataError
from territory_access.parameters import Parameters


def test_edges_belong_to_the_nearer_step() -> None:
    weight = Decay.drees()(np.array([0, 10, np.nextafter(10, 11), 15, 15.5, 20, 20.01, np.inf]))
    assert weight.tolist() == [1, 1, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 0, 0]


def test_single_precision_times_are_read_in_the_same_way() -> None:
    assert Decay.binary(20)(np.array([20.0, 20.5], dtype=np.float32)).tolist() == [1.0, 0.0]


def test_the_shape_is_kept() -> None:
    assert Decay.drees_2012()(np.zeros((2, 3))).shape == (2, 3)


def test_the_default_parameters_leave_the_thirds_exact() -> None:
    assert Decay.drees(Parameters.load()) == Decay.drees()


def test_the_user_may_move_an_edge() -> None:
    decay = Decay.drees(Parameters.load({"access.decay_far_minutes": 22}))
    assert decay.edges == (10, 15, 22)
    assert decay.reach == 22
    assert decay.weights == Decay.drees().weights


@pytest.mark.parametrize(
    ("edges", "weights"),
    [
        ((10, 10), (1, 0.5)),
        ((20, 10), (1, 0.5)),
        ((10, 20), (0.5, 1)),
        ((10,), (1, 0.5)),
        ((10,), (1.5,)),
        ((10,), (-0.5,)),
        ((0,), (1,)),
        ((), ()),
    ],
)
def test_what_does_not_decrease_is_refused(
    edges: tuple[float, ...], weights: tuple[float, ...]
) -> None:
    with pytest.raises(DataError, match="Décroissance"):
        Decay(edges, weights)
