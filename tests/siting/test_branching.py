"""Sifting has the relaxation of the whole, at any prices a bound; splits close what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.siting.test_linking import retired

from territory_access import siting
from territory_access.siting.years import search, solve
from territory_access.siting.years.branching import branch
from territory_access.siting.years.found import Found
from territory_access.siting.years.model import whole
from territory_access.siting.years.neighbourhood import Asked
from territory_access.siting.years.outside import Outside
from territory_access.siting.years.sifting import Sifting
from territory_access.siting.years.solver import Limits, best, relaxed
from territory_access.siting.years.splits import splits

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.siting.years.model import Whole

SEEDS = range(10)


def asked_of(made: Whole) -> Asked:
    chosen = made.draft.choices
    return Asked(
        made.draft.build,
        chosen.place,
        made.draft.of_service(),
        chosen.option,
        chosen.year,
        solve._areas(made),
        0.0,
    )


def found_of(made: Whole) -> Found:
    tight = made.model if made.links is None else made.links.tightened(made.model)
    found = Found(made.model, tight)
    found.bound = 1e7
    return found


@pytest.mark.parametrize("years", [1, 3])
def test_sifting_from_one_build_finds_the_relaxation_of_the_whole(
    small: ModuleType, years: int
) -> None:
    grew = 0
    for seed in SEEDS:
        made = whole(retired(small, seed, years).problem())
        if not made.draft.build.size:
            continue
        found, asked = found_of(made), asked_of(made)
        sifting = Sifting(found, asked, splits(asked))
        first = np.zeros(asked.build.size, bool)
        first[0] = True
        root = sifting.root(first)
        expected = relaxed(found.tight)
        assert root is not None
        assert expected is not None
        assert root.bound == pytest.approx(expected.bound, rel=2e-4, abs=1e-3)
        grew += int(sifting.inside.builds.sum()) > 1
    assert grew, "one build was enough everywhere"


@pytest.mark.parametrize("years", [1, 3])
def test_no_prices_bound_below_the_best_plan(small: ModuleType, years: int) -> None:
    drawn = np.random.default_rng(0)
    for seed in SEEDS:
        made = whole(retired(small, seed, years).problem())
        if not made.draft.build.size:
            continue
        asked, model = asked_of(made), found_of(made).tight
        plan = best(model, Limits())
        outside = Outside(model, asked.build, asked.place, sums=splits(asked).sums)
        every = np.ones(model.row_low.size, bool)
        for scale in (0.0, 1.0, 100.0):
            prices = scale * drawn.normal(size=every.size)
            inside = every & (drawn.random(every.size) < 0.5)
            priced = outside.bound(prices, {}, inside)
            assert priced is not None
            assert priced[0].bound >= plan.value - 1e-6 * max(1.0, abs(plan.value))


@pytest.mark.parametrize("years", [1, 3])
def test_splits_prove_the_best_plan(small: ModuleType, years: int) -> None:
    split = 0
    for seed in SEEDS:
        made = whole(retired(small, seed, years).problem())
        if not made.draft.build.size:
            continue
        found, asked = found_of(made), asked_of(made)
        plan = best(found.tight, Limits())
        sifting = Sifting(found, asked, splits(asked))
        root = sifting.root(sifting.likely(relaxed(found.tight)), purge=False)  # type: ignore[arg-type]
        assert root is not None
        tree = branch(sifting, root, value=0.0, gap=0.0, nodes=300)
        scale = max(1.0, abs(plan.value))
        assert tree.bound >= plan.value - 1e-6 * scale
        assert tree.bound <= plan.value + 5e-4 * scale
        split += tree.nodes
    assert split, "no relaxation had anything to split"


def test_splits_are_whole_in_any_plan_and_stand_once(small: ModuleType) -> None:
    made = whole(retired(small, 1, 3).problem())
    asked = asked_of(made)
    found = splits(asked)
    rows = [
        found.sums.indices[found.sums.indptr[n] : found.sums.indptr[n + 1]].tobytes()
        for n in range(found.kind.size)
    ]
    assert len(set(rows)) == len(rows)
    assert (
        found.sums.shape
        == (found.kind.size, asked.build.size)
        == (found.family.size, asked.build.size)
    )
    plan = best(made.model, Limits())
    assert plan.values is not None
    sums = found.sums @ plan.values[asked.build]
    assert np.abs(sums - np.round(sums)).max() < 1e-5


@pytest.mark.parametrize(
    ("objective", "then"),
    [("places", ()), ("apl", ("places",)), ("lifted", ()), ("worst_tenth", ())],
)
def test_a_large_search_bounds_every_goal(
    small: ModuleType, objective: str, then: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        small.drawn(seed).but(objective=objective, then=then, years=2, existing=[]).problem()
        for seed in range(8)
    ]
    expected = [siting.solve(problem) for problem in asked]
    begun = []
    real = search.large
    monkeypatch.setattr(search, "LARGE", 0)
    monkeypatch.setattr(search, "large", lambda *given: (begun.append(1), real(*given)))
    for problem, plan in zip(asked, expected, strict=True):
        found = siting.solve(problem)
        scale = max(1.0, abs(plan.report.objective))
        assert found.report.bound >= plan.report.objective - 1e-5 * scale
        assert found.report.objective == pytest.approx(plan.report.objective, abs=1e-5 * scale)
    assert begun
