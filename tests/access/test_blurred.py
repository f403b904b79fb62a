"""Blurred steps are the mean of sharp ones over the error of the minutes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_access.access import Activity, Blurred, Decay


@given(st.floats(0.1, 40), st.floats(0.5, 8), st.floats(0, 0.5))
def test_it_is_the_mean_of_the_steps_over_the_error(t: float, error: float, growth: float) -> None:
    blurred = Blurred(Decay.drees(), error, growth)
    wide = error + growth * t
    true = np.linspace(t - wide, t + wide, 20_001)
    assert float(blurred(t)) == pytest.approx(Decay.drees()(true).mean(), abs=2e-4)
    assert (t <= blurred.reach) or float(blurred(t)) == 0


def test_a_place_itself_counts_whole_and_what_is_out_of_reach_not_at_all() -> None:
    blurred = Blurred(Decay.drees(), 8.0, 0.3)
    assert blurred([0.0, np.inf]).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(("error", "growth"), [(0.0, 0.1), (-1.0, 0.0), (2.0, 1.0), (2.0, -0.1)])
def test_an_error_that_makes_no_sense_is_refused(error: float, growth: float) -> None:
    with pytest.raises(ValueError, match="Erreur des temps"):
        Blurred(Decay.drees(), error, growth)


def test_doctors_among_many_give_fewer_consultations_and_regions_differ() -> None:
    found = Activity({"32": 4_600.0}, 4_000.0, -0.4, 0.0, 0.0, 0.1).per_doctor(
        ["32", "11", "11", "11"],
        around=np.array([1.0, 1.0, 2.0, 1.0]),
        urbanity=np.array([0.0, 0.0, 0.0, 3.0]),
        deprivation=np.array([0.0, 0.0, 0.0, 10.0]),
    )
    assert found[0] == pytest.approx(4_600, rel=1e-3)
    assert found[2] < found[1] < found[3]


def test_each_profession_has_its_steps() -> None:
    assert Decay.of("physio") == Decay.of("nurse") == Decay.drees()
    assert Decay.of("dentist").edges == (15.0, 20.0, 30.0)
    assert Decay.of("gp", method=2013) == Decay.drees_2012()
    for profession, method in (("notary", 2015), ("midwife", 2012)):
        with pytest.raises(ValueError, match="pas de décroissance connue"):
            Decay.of(profession, method=method)
