"""Neighbouring communes of a whole country: near ones only, on the same land, both ways alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from territory_access.datasets import communes, relief
from territory_access.travel import countrywide
from territory_access.travel.countrywide import Countrywide


def places(*departements: str) -> pd.DataFrame:
    register = communes.names()
    chosen = register[register["departement"].isin(departements)]
    return chosen[["lon", "lat", "population"]].join(relief.load())


def test_times_are_the_same_both_ways_and_none_at_home() -> None:
    towns = places("53")
    found = Countrywide.load().neighbours(towns)
    table = pd.Series(found.minutes, pd.MultiIndex.from_arrays(found[:2]))
    assert table.index.is_unique
    back = table.swaplevel().reindex(table.index)
    np.testing.assert_array_equal(table.to_numpy(), back.to_numpy())
    home = found.origin == found.destination
    assert home.sum() == len(towns)
    assert (found.minutes[home] == 0).all()


def test_no_road_leads_over_the_sea() -> None:
    towns = places("56")
    found = Countrywide.load().neighbours(towns)
    codes = towns.index.to_numpy()
    pairs = set(zip(codes[found.origin], codes[found.destination], strict=True))
    assert ("56152", "56241") in pairs  # Le Palais, Sauzon
    assert ("56069", "56069") in pairs  # Groix alone
    assert {one for one, other in pairs if other == "56069"} == {"56069"}


def test_mountains_are_slower() -> None:
    towns = pd.DataFrame(
        {"lon": [6.0, 6.1], "lat": [45.0, 45.0], "population": 300.0, "relief": 0, "altitude": 0}
    )
    model = Countrywide.load()
    plain = model.neighbours(towns).minutes.max()
    high = model.neighbours(towns.assign(relief=900, altitude=1_200)).minutes.max()
    assert high > 1.15 * plain > 10


def test_the_bridge_is_used_and_the_estuary_is_not_crossed() -> None:
    towns = places("44", "85")
    found = Countrywide.load().neighbours(towns)
    minutes = pd.Series(found.minutes, pd.MultiIndex.from_arrays(found[:2]))
    at = {code: towns.index.get_loc(code) for code in ("44184", "44154", "44109", "44143")}
    assert 5 < minutes[at["44184"], at["44154"]] < 25  # Saint-Nazaire, Saint-Brevin, by the bridge
    assert minutes[at["44109"], at["44143"]] < 20  # Nantes, Rezé, over the Loire


def test_main_roads_only_ever_shorten() -> None:
    towns = places("53")
    pairs = countrywide.survey(towns)
    without = pairs._replace(ways=pairs.ways._replace(found=np.zeros(len(pairs.one), bool)))
    model = Countrywide.load()
    over, straight = model.over(pairs).minutes, model.over(without).minutes
    assert (over <= straight).all()
    assert 0.02 < (over < straight).mean() < 0.9


@pytest.mark.parametrize("fit", ["first", "second", "all"])
def test_every_fit_is_whole(fit: str) -> None:
    tables = countrywide.fitted(fit)
    assert set(tables) == {"minutes", "blur", "activity", "rates"}
    assert len(tables["rates"]) == 13
    model = Countrywide.load(fit)
    assert len(model.pace) == len(countrywide.URBANITY)
    assert len(model.traits) == len(countrywide.TRAITS)
