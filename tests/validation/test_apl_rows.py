"""The APL that the DREES published, found again from its own inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import spearmanr

from territory_access.validation import apl_france, apl_published, france
from territory_access.validation.ranks import spearman
from territory_access.validation.row import Row

if TYPE_CHECKING:
    from pathlib import Path


def test_ranks_without_weights_are_those_of_spearman() -> None:
    draw = np.random.default_rng(1)
    one = draw.integers(0, 20, 300).astype(float)
    other = one + draw.normal(0, 8, 300)
    assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_a_weight_of_two_is_the_same_commune_twice() -> None:
    draw = np.random.default_rng(2)
    one, other = draw.normal(size=(2, 40))
    twice = np.repeat([2, 1], 20)
    expected = spearman(np.repeat(one, twice), np.repeat(other, twice))
    assert spearman(one, other, twice.astype(float)) == pytest.approx(expected)


def test_closed_islands_are_explained_to_the_third_decimal(real_data: Path) -> None:
    rows = [row for row in apl_published.rows(real_data) if isinstance(row, Row)]
    islands = [row for row in rows if row.id.startswith("apl.island.")]
    assert len(islands) == 12
    assert all(abs(row.residual) <= 0.000501 for row in islands)
    assert not [row.id for row in rows if not row.passed]


def test_all_of_france_is_ranked_as_published(real_data: Path) -> None:
    rows = {row.id: row for row in apl_france.rows(real_data) if isinstance(row, Row)}
    assert not [row.id for row in rows.values() if not row.passed]
    assert rows["apl.france.rho"].ours > 0.78
    assert rows["apl.france.rho"].ours < rows["apl.france.rho.seen"].ours


def test_supply_and_need_are_whole(real_data: Path) -> None:
    country = france.read(real_data)
    assert len(country.places) == 34_875 - 3 + 45
    assert country.places["gp"].sum() == 61_594
    assert (country.places["need"] > 0).mean() > 0.999
    assert country.known.sum() > 32_000
    found = france.apl(country, profession="midwife")
    assert (found >= 0).all()
    with pytest.raises(ValueError, match="profession inconnue"):
        france.apl(country, profession="notary")
