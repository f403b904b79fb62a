"""Robust deserts: what survives, what it depends on, and how far lists are apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from territory_access import deserts
from territory_access.deserts.stability import Moved, Variant, weighted_median
from territory_access.errors import DataError

ZONES = pd.Index(["A", "B", "C", "D"])
PEOPLE = pd.Series([100, 200, 300, 400], ZONES)


def variant(label: str, moved: Moved, *minutes: float) -> Variant:
    score = pd.Series(minutes, ZONES)
    return Variant(label, moved, score > 20, score)


def test_what_survives_is_robust() -> None:
    found = deserts.stability(
        variant("base", Moved.TIMES, 30, 25, 21, 5),
        [
            variant("times", Moved.TIMES, 28, 22, 18, 4),
            variant("zones", Moved.ZONES, 28, 18, 25, 25),
        ],
        PEOPLE,
    )
    assert found.zones["robust"].tolist() == [True, False, False, False]
    assert found.zones["kept"].tolist() == [1.0, 0.5, 0.5, 0.5]
    assert found.zones["depends"].tolist() == ["", "zonage", "temps de trajet", "zonage"]
    assert found.variants["overlap"].tolist() == pytest.approx([300 / 600, 400 / 1_000])
    assert found.variants["kendall"].iloc[0] == pytest.approx(1.0)
    assert found.variants["population"].tolist() == [300, 800]


def test_kendall_is_that_of_pairs() -> None:
    base, other = [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 4.0, np.inf]
    found = deserts.stability(
        variant("base", Moved.TIMES, *base), [variant("x", Moved.TIMES, *other)], PEOPLE
    )
    pairs = [(i, j) for i in range(4) for j in range(i)]
    agree = sum(np.sign(base[i] - base[j]) * np.sign(other[i] - other[j]) for i, j in pairs)
    assert found.variants["kendall"].iloc[0] == pytest.approx(agree / 6)


def test_without_variants_every_desert_stands() -> None:
    found = deserts.stability(variant("base", Moved.TIMES, 30, 5, 5, 5), [], PEOPLE)
    assert found.zones["robust"].tolist() == [True, False, False, False]
    assert len(found.variants) == 0


def test_no_desert_anywhere_overlaps() -> None:
    quiet = variant("base", Moved.TIMES, 1, 1, 1, 1)
    found = deserts.stability(quiet, [quiet], PEOPLE)
    assert found.variants[["overlap", "kendall"]].to_numpy().tolist() == [[1.0, 1.0]]


def test_other_zones_are_refused() -> None:
    score = pd.Series([1.0], pd.Index(["Z"]))
    with pytest.raises(DataError, match="mêmes zones"):
        deserts.stability(
            variant("base", Moved.TIMES, 1, 1, 1, 1),
            [Variant("x", Moved.TIMES, score > 0, score)],
            PEOPLE,
        )


def test_a_median_of_people_may_be_out_of_reach() -> None:
    values, people = np.array([5.0, np.inf, 7.0]), np.array([30.0, 10.0, 30.0])
    assert weighted_median(values, people, np.zeros(3, np.intp), 1).tolist() == [7.0]
    people = np.array([10.0, 30.0, 10.0])
    assert weighted_median(values, people, np.zeros(3, np.intp), 1).tolist() == [np.inf]
