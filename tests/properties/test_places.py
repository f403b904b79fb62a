"""What must hold of the second ledger whatever the territory; linear programmes as referee."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from territory_access.access import places

if TYPE_CHECKING:
    from random import Random


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    zones, sites = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    counts = st.integers(0, 40)
    return (
        draw(hnp.arrays(bool, (zones, sites))),
        draw(hnp.arrays(np.int64, zones, elements=counts)),
        draw(hnp.arrays(np.int64, sites, elements=counts)),
    )


def allocate(links: np.ndarray, wants: np.ndarray, holds: np.ndarray) -> xr.Dataset:
    origin = {"origin": np.arange(len(wants))}
    destination = {"destination": np.arange(len(holds))}
    return places.allocate(
        xr.DataArray(links, origin | destination),
        xr.DataArray(wants, origin),
        xr.DataArray(holds, destination),
    )


class Flows:
    """Flows on the allowed pairs, for linprog: one variable a pair."""

    def __init__(self, links: np.ndarray, wants: np.ndarray, holds: np.ndarray) -> None:
        self.rows, self.columns = np.nonzero(links)
        self.sent = (self.rows[None, :] == np.arange(len(wants))[:, None]).astype(float)
        filled = (self.columns[None, :] == np.arange(len(holds))[:, None]).astype(float)
        self.limits = np.vstack([self.sent, filled])
        self.bounds = np.concatenate([wants, holds]).astype(float)

    def total(self) -> float:
        if not self.rows.size:
            return 0.0
        return -linprog(-np.ones(self.rows.size), self.limits, self.bounds).fun


def fairest(links: np.ndarray, wants: np.ndarray, holds: np.ndarray) -> np.ndarray:
    """Lexicographic max-min of the shares by successive linear programmes."""
    flows = Flows(links, wants, holds)
    share = np.zeros(len(wants))
    open_zones = [i for i in range(len(wants)) if wants[i] and links[i].any()]
    size = flows.rows.size
    while open_zones:
        fixed = [i for i in range(len(wants)) if i not in open_zones]

        def floor(level: dict[int, float], fixed: list[int] = fixed) -> tuple:
            rows = [np.append(-flows.sent[i], 0.0) for i in fixed]
            need = [-share[i] * wants[i] + 1e-7 for i in fixed]
            rows += [np.append(-flows.sent[i], wants[i]) for i in level]
            return rows, need + list(level.values())

        limits = np.hstack([flows.limits, np.zeros((len(flows.bounds), 1))])
        rows, need = floor(dict.fromkeys(open_zones, 0.0))
        cost = np.append(np.zeros(size), -1.0)
        best = -linprog(
            cost,
            np.vstack([limits, *rows]),
            np.concatenate([flows.bounds, need]),
            bounds=[(0, None)] * size + [(0, 1)],
        ).fun
        # A zone is stuck at this level if it cannot have more while the others keep it.
        still = []
        for zone in open_zones:
            rows, need = floor(dict.fromkeys(open_zones, 1e-7))
            more = -linprog(
                np.append(-flows.sent[zone] / wants[zone], 0.0),
                np.vstack([limits, *rows]),
                np.concatenate([flows.bounds, need]),
                bounds=[(0, None)] * size + [(best, best)],
            ).fun
            if more > best + 1e-5 and best < 1 - 1e-9:
                still.append(zone)
            else:
                share[zone] = best
        assert len(still) < len(open_zones)
        open_zones = still
    return share


@given(cases())
@settings(max_examples=150, deadline=None)
def test_the_total_is_the_largest_and_balances(case: tuple) -> None:
    links, wants, holds = case
    given_ = allocate(links, wants, holds)
    total = given_.attrs["total"]
    assert isinstance(total, int)
    assert total == round(Flows(links, wants, holds).total(), 6)
    assert abs(given_["served"].sum() - total) < 1e-9
    assert abs(given_["used"].sum() - total) < 1e-9
    assert (given_["served"] <= wants + 1e-9).all()
    assert (given_["used"] <= holds + 1e-9).all()


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_shares_are_the_fairest(case: tuple) -> None:
    links, wants, holds = case
    found = allocate(links, wants, holds)["share"].values
    np.testing.assert_allclose(found, fairest(links & (holds > 0), wants, holds), atol=1e-4)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_one_flow_realises_both_columns(case: tuple) -> None:
    links, wants, holds = case
    given_ = allocate(links, wants, holds)
    flows = Flows(links, wants, holds)
    if flows.rows.size:
        both = np.concatenate([given_["served"], given_["used"]])
        assert linprog(
            np.zeros(flows.rows.size), A_eq=flows.limits, b_eq=both, options={"presolve": False}
        ).success


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_changes_nothing(case: tuple, random: Random) -> None:
    links, wants, holds = case
    zones, sites = list(range(len(wants))), list(range(len(holds)))
    random.shuffle(zones)
    random.shuffle(sites)
    plain = allocate(links, wants, holds)
    mixed = allocate(links[zones][:, sites], wants[zones], holds[sites])
    assert mixed["share"].values.tolist() == plain["share"].values[zones].tolist()
    assert mixed["used"].values.tolist() == plain["used"].values[sites].tolist()


@given(cases(), st.integers(0, 4), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_more_places_serve_no_fewer(case: tuple, site: int, more: int) -> None:
    links, wants, holds = case
    before = allocate(links, wants, holds)
    holds = holds.copy()
    holds[site % len(holds)] += more
    after = allocate(links, wants, holds)
    assert before.attrs["total"] <= after.attrs["total"] <= before.attrs["total"] + more
    # The fairest allocation never takes from a zone when a site grows.
    assert (after["share"] >= before["share"] - 1e-12).all()
