"""Evaluation: power against simulation, matches against hand, posteriors against integration."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.services import evaluation, follow
from territory_access.services.power import (
    Groups,
    detectable_rate,
    detectable_share,
    people_needed,
)

PARAMETERS = Parameters.load()


def test_an_effect_of_the_detectable_size_is_seen_four_times_in_five() -> None:
    groups, rate = Groups(20_000, 60_000), 0.05
    effect = detectable_rate(rate, groups)
    rng = np.random.default_rng(11)
    draws = 20_000

    def mean(people: float, years: float, level: float) -> np.ndarray:
        return rng.poisson(level * people * years, draws) / (people * years)

    change = (mean(20_000, 2, rate - effect) - mean(20_000, 1, rate)) - (
        mean(60_000, 2, rate) - mean(60_000, 1, rate)
    )
    spread = math.sqrt(rate * (1 / 20_000 + 1 / 40_000 + 1 / 60_000 + 1 / 120_000))
    seen = np.abs(change / spread) > stats.norm.ppf(0.975)
    assert seen.mean() == pytest.approx(0.80, abs=0.02)


def test_clusters_and_few_people_hide_effects() -> None:
    groups = Groups(20_000, 60_000)
    one = detectable_rate(0.05, groups)
    assert detectable_rate(0.05, groups, design=4.0) == pytest.approx(2 * one)
    assert detectable_rate(0.05, Groups(5_000, 15_000)) == pytest.approx(2 * one)
    assert detectable_share(0.0, groups) == 0.0


def test_people_needed_is_the_textbook_number() -> None:
    found = people_needed(0.012, 0.009)
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert found == math.ceil(z**2 * 0.021 / 0.003**2)


@pytest.mark.parametrize("bad", [(-0.1, 1.0), (1.2, 1.0), (0.1, 0.5)])
def test_senseless_rates_are_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(DataError):
        detectable_share(bad[0], Groups(10, 10), design=bad[1])
    with pytest.raises(DataError):
        Groups(0, 10)


def test_matches_are_the_nearest_and_each_serves_once() -> None:
    table = pd.DataFrame(
        {
            "name": list("ABCDEF"),
            "population": [90e3, 85e3, 88e3, 10e3, 11e3, 9e3],
            "without_doctor": [0.15, 0.14, 0.16, 0.10, 0.11, 0.10],
        },
        index=list("abcdef"),
    )
    found, lacking = evaluation.matched(table, ["a", "d"], ["a", "d"], each=2)
    pairs = found.groupby("epci")["match"].apply(set).to_dict()
    assert pairs == {"a": {"b", "c"}, "d": {"e", "f"}}
    assert not lacking
    assert found["match"].is_unique


def test_what_the_plan_touches_is_never_a_comparison() -> None:
    table = pd.DataFrame({"name": list("ABC"), "population": [9e4, 8e4, 1e4]}, index=list("abc"))
    found, lacking = evaluation.matched(table, ["a"], ["b"], each=2)
    assert found["match"].tolist() == ["c"]
    assert [str(one) for one in lacking] == [
        "A : il ne reste que 1 intercommunalités hors de portée du plan"
    ]


def test_unknown_indicators_are_refused() -> None:
    with pytest.raises(DataError, match="consultation, miracles"):
        evaluation.indicators({"consultation": 1.0}, {"miracles": 2.0})


@given(
    counts=st.lists(st.integers(300, 1500), min_size=1, max_size=24),
    fte=st.floats(1.0, 5.0),
)
def test_the_posterior_of_productivity_is_that_of_integration(
    counts: list[int], fte: float
) -> None:
    prior = follow.productivity_prior(6000, 4800, 7600)
    found = follow.productivity(counts, [fte / 12] * len(counts), prior)
    total, worked = sum(counts) / found.dispersion, fte / 12 * len(counts) / found.dispersion
    law = stats.gamma(prior.a, scale=1 / prior.b)

    # prior × likelihood, on the scale of logarithms, about the posterior's own middle
    middle, width = found.posterior.mean, math.sqrt(found.posterior.a) / found.posterior.b
    top = law.logpdf(middle) + total * math.log(middle) - worked * middle

    def weight(rate: float) -> float:
        return math.exp(law.logpdf(rate) + total * math.log(rate) - worked * rate - top)

    low, high = max(middle - 12 * width, 1e-6), middle + 12 * width
    mass = integrate.quad(weight, low, high, points=[middle], limit=200)[0]
    first = integrate.quad(lambda rate: rate * weight(rate), low, high, points=[middle], limit=200)[
        0
    ]
    assert first / mass == pytest.approx(found.posterior.mean, rel=1e-6)


def test_the_posterior_of_take_up_is_that_of_integration() -> None:
    found = follow.take_up(900, 2857, PARAMETERS["places.ramp_up_year_1"])
    prior = stats.beta(found.prior.a, found.prior.b)

    def weight(share: float) -> float:
        return float(prior.pdf(share) * stats.binom.pmf(900, 2857, share))

    mass = integrate.quad(weight, 0.25, 0.40, limit=200)[0]
    first = integrate.quad(lambda share: share * weight(share), 0.25, 0.40, limit=200)[0]
    assert first / mass == pytest.approx(found.posterior.mean, rel=1e-6)
    above = integrate.quad(weight, 0.32, 0.40, limit=200)[0] / mass
    assert above == pytest.approx(found.posterior.above(0.32), abs=1e-6)


def test_uneven_months_teach_less_than_even_ones() -> None:
    prior = follow.productivity_prior(6000, 4800, 7600)
    even = follow.productivity([1000] * 12, [1 / 6] * 12, prior)
    uneven = follow.productivity([600, 1400] * 6, [1 / 6] * 12, prior)
    assert even.dispersion == 1.0
    assert uneven.dispersion > 100
    width = [high - low for low, high in (even.posterior.interval, uneven.posterior.interval)]
    assert width[1] > 5 * width[0]
    assert prior.interval[0] < uneven.posterior.interval[0]


def test_without_observations_nothing_is_learnt() -> None:
    prior = follow.productivity_prior(6000, 4800, 7600)
    with pytest.raises(DataError, match="mois"):
        follow.productivity([], [], prior)
    with pytest.raises(DataError, match="mois"):
        follow.productivity([10], [0.0], prior)
    with pytest.raises(DataError, match="place"):
        follow.take_up(10, 0, PARAMETERS["places.ramp_up_year_1"])


def test_a_place_too_many_counts_as_full() -> None:
    found = follow.take_up(3000, 2857, PARAMETERS["places.ramp_up_year_2"])
    assert found.posterior.mean > 0.99
    assert found.observed > 1
