"""Replication: hand-made scores, laws of the ranking, the same chances as the staffing module."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from territory_access.errors import DataError
from territory_access.parameters import Parameters
from territory_access.services import catalogue, context, proven, staffing
from territory_access.services.replication import (
    COMPONENTS,
    Ground,
    concentration,
    free_people,
    parts,
    replicate,
    robustness,
    weighted,
)

PARAMETERS = Parameters.load()
CODES = ("A", "B", "C", "D")


def ground(*, facilities: pd.DataFrame | None = None, seekers: float = 9000.0) -> Ground:
    """Return four communes on a line, 15 minutes apart; D is a village."""
    zones = pd.DataFrame(
        {
            "name": ["Alpha", "Bêta", "Gamma", "Delta"],
            "population": [400_000, 300_000, 200_000, 900],
            "adults": [320_000, 240_000, 160_000, 720],
            "without_doctor": [40_000, 26_000, 17_000, 80],
            "area_km2": [60.0, 50.0, 40.0, 20.0],
        },
        index=list(CODES),
    )
    place = np.arange(4) * 15.0
    minutes = np.abs(place[:, None] - place[None, :])
    sites = pd.DataFrame({"service": [], "zone_id": [], "fte": []}).astype({"fte": float})
    if facilities is not None:
        sites = facilities
        at = [CODES.index(code) for code in sites["zone_id"]]
        minutes = np.hstack([minutes, minutes[:, at]])
    labels = {"origin": list(CODES), "destination": [*CODES, *sites.index]}
    return Ground(
        zones=zones,
        minutes=xr.DataArray(minutes, labels, ("origin", "destination")),
        places=CODES,
        facilities=sites,
        unserved=xr.DataArray([seekers, 100.0, 0.0, 50.0], {"origin": list(CODES)}, ("origin",)),
    )


def smp() -> pd.DataFrame:
    return pd.DataFrame({"service": ["SMP"], "zone_id": ["C"], "fte": [2.5]}, index=["smp-c"])


def ask(place: Ground, service: str = "SMP", **kept: object) -> object:
    model = proven.models(service)[0]
    return replicate(model, place, service=catalogue.load()[service], parameters=PARAMETERS, **kept)  # type: ignore[arg-type]  # keyword arguments of the call under test


def test_the_score_is_the_weighted_mean_times_the_evidence() -> None:
    found = ask(ground(), coalition=dict.fromkeys(CODES, 0.5))
    for row in found.table.to_dict("records"):
        by_hand = sum(
            PARAMETERS.value(f"replication.{name}") * row[name] for name in COMPONENTS
        ) / sum(PARAMETERS.value(f"replication.{name}") for name in COMPONENTS)
        assert row["score"] == pytest.approx(100 * by_hand)


def test_what_is_not_known_is_left_out_and_named() -> None:
    found = ask(ground())
    assert found.table["coalition"].isna().all()
    assert [str(why) for why in found.unknown] == [
        "coalition : aucun projet du scénario n’en donne l’état"
    ]
    assert {str(name) for name in found.missing} >= {"zonage de l’ARS"}
    rest = {name: PARAMETERS.value(f"replication.{name}") for name in COMPONENTS[:4]}
    row = found.table.iloc[0]
    expected = sum(rest[name] * row[name] for name in rest) / sum(rest.values())
    assert row["score"] == pytest.approx(100 * expected)


def test_need_is_who_looks_in_vain_within_reach_over_the_places() -> None:
    found = ask(ground(seekers=1000.0))
    places = catalogue.load()["SMP"].size("base").places(4.2, poaching=0.05)
    # Alpha reaches Bêta at 15 minutes, Gamma at 30 is beyond the 20 of an SMP
    assert found.table.loc["A", "seekers"] == 1100.0
    assert found.table.loc["A", "need"] == pytest.approx(1100 / places)


def test_a_blocked_commune_comes_last_and_says_why() -> None:
    found = ask(ground(facilities=smp()))
    assert found.table.loc[["C", "D"], "rank"].tolist() == [0, 0]
    assert found.table.index[:2].tolist() == sorted(
        ["A", "B"], key=lambda code: -found.table.loc[code, "score"]
    )
    assert "ce service y est déjà ouvert" in [str(why) for why in found.blocks["C"]]
    assert any("900 habitants" in str(why) for why in found.blocks["D"])


def test_a_branch_needs_its_mother() -> None:
    without = ask(ground(), "SMP")  # the ground itself has no centre
    assert without.service.mother_minutes is None
    service = catalogue.load()["ANT"]
    model = proven.models("SMP")[0]
    alone = replicate(model, ground(), service=service, parameters=PARAMETERS)
    near = replicate(model, ground(facilities=smp()), service=service, parameters=PARAMETERS)
    assert any("centre mère" in str(why) for why in alone.blocks["A"])
    assert not any("centre mère" in str(why) for why in near.blocks["A"])


def test_the_staff_component_is_that_of_the_staffing_module() -> None:
    place = ground()
    features = context.describe(place.zones, place.minutes, CODES)
    service = catalogue.load()["SMP"]
    table, _ = parts(
        proven.models("SMP")[0], place, features, service=service, parameters=PARAMETERS,
        coalition={},
    )  # fmt: skip
    for code in CODES:
        one = staffing.retired_chances(
            service.gp_fte, float(features.loc[code, "population_pool"]), PARAMETERS
        )
        assert table.loc[code, "staff"] == pytest.approx(one.expected / one.posts)
        assert table.loc[code, "filled"] == pytest.approx(one.all_filled, abs=1e-9)


def test_an_open_site_takes_its_doctors_from_the_basin_that_it_shares() -> None:
    place = ground(facilities=smp())
    features = context.describe(place.zones, place.minutes, CODES)
    left = free_people(place, features, PARAMETERS)
    # everything is within 60 minutes of everything: the whole draw is lost everywhere
    lost = 2.5 / staffing.retired_fte(1.0, PARAMETERS)
    assert left["A"] == pytest.approx(max(0.0, 900_900 - lost))


@given(st.floats(0.05, 1), st.floats(0.05, 1))
def test_more_of_a_component_never_lowers_the_score(low: float, more: float) -> None:
    weights = np.array([[0.3, 0.25, 0.15, 0.15, 0.15]])
    base = np.array([[low, 0.5, np.nan, 0.2, 0.9]])
    higher = base.copy()
    higher[0, 0] = min(1.0, low + more)
    assert weighted(higher, weights)[0, 0] >= weighted(base, weights)[0, 0] - 1e-12


def test_draws_of_weights_are_as_wide_as_their_ranges() -> None:
    weights = {name: PARAMETERS.value(f"replication.{name}") for name in COMPONENTS}
    alpha = np.array(list(weights.values())) * concentration(weights, PARAMETERS)
    drawn = np.random.default_rng(1).dirichlet(alpha, 40_000).std(axis=0)
    wanted = [
        (PARAMETERS[f"replication.{name}"].high - PARAMETERS[f"replication.{name}"].low)
        / (2 * 1.645)
        for name in COMPONENTS
    ]
    assert np.mean(drawn) == pytest.approx(np.mean(wanted), rel=0.15)


def test_a_tight_race_is_not_called_stable() -> None:
    rng = np.random.default_rng(3)
    close = 0.5 + rng.uniform(-0.2, 0.2, (30, 5))
    weights = {name: PARAMETERS.value(f"replication.{name}") for name in COMPONENTS}
    found = robustness(close, weights=weights, parameters=PARAMETERS)
    assert not found.stable
    apart = np.repeat(np.linspace(0.9, 0.1, 30)[:, None], 5, axis=1)
    sure = robustness(apart, weights=weights, parameters=PARAMETERS)
    assert sure.stable
    assert (sure.ranks["rank_low"] == sure.ranks["rank_high"]).all()
    assert robustness(close, weights=weights, parameters=PARAMETERS).ranks.equals(found.ranks)


def test_likeness_is_mahalanobis_by_feature() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {"without_doctor": rng.uniform(0.1, 0.3, 40), "old": rng.uniform(0.05, 0.2, 40)},
        index=[f"{place}" for place in range(40)],
    )
    model = table.loc["7"]
    both = pd.concat([table, model.to_frame().T]).to_numpy(float)
    scale = both.std(axis=0, ddof=1)
    inverse = np.linalg.inv(context.correlation(both / scale))
    found = context.likeness(table, model)
    for code in ("0", "7", "21"):
        apart = mahalanobis(table.loc[code] / scale, model / scale, inverse)
        assert found[code] == pytest.approx(math.exp(-0.5 * apart**2 / 2), abs=1e-6)
    assert found["7"] == pytest.approx(1.0)
    assert found.max() == found["7"]


def test_likeness_does_not_hang_on_the_unit() -> None:
    table = pd.DataFrame(
        {"without_doctor": [0.1, 0.2, 0.15, 0.12], "old": [0.05, 0.2, 0.1, 0.12]}, index=list(CODES)
    )
    percent = table * 100
    assert np.allclose(
        context.likeness(table, table.loc["A"]), context.likeness(percent, percent.loc["A"])
    )


def test_nothing_in_common_is_refused() -> None:
    table = pd.DataFrame({"old": [0.1, 0.2]}, index=["A", "B"])
    with pytest.raises(DataError, match="aucune caractéristique"):
        context.likeness(table, pd.Series({"population": 5.0}))


def test_the_embedded_table_is_that_of_the_communes_of_the_sites() -> None:
    known = context.proven()
    placed = {
        one.commune for service in catalogue.load() for one in proven.models(service) if one.commune
    }
    assert set(known.index) == placed
    assert known.notna().all().all()
    assert (known["population_pool"] >= known["population_reach"]).all()
    assert (known["population_reach"] >= known["population"]).all()
