"""How far the APL of Corsica, on its real roads, is from the one published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from territory_access import access, travel
from territory_access.access.activity import Activity, beside
from territory_access.access.blurred import Blurred
from territory_access.access.decay import Decay
from territory_access.errors import Fault
from territory_access.parameters import data_folder
from territory_access.scenario import Scenario
from territory_access.territory import Territory
from territory_access.travel import countrywide
from territory_access.validation import france
from territory_access.validation.ranks import mean_gap, spearman
from territory_access.validation.row import AT_LEAST, AT_MOST, Row, Skipped
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd

ROADS = "roads/corsica"
_SOURCE = "DREES, APL 2018, communes de Corse-du-Sud"
# Minutes of METRIC for one of ours, fitted on 2A (124 communes) from 1.0 to 2.0 by tenths: our
# table of speeds takes mountain roads at the pace of their class, bends left out. It hardly
# matters: the ranks are between 0.845 and 0.853 for any factor from 1.2 to 1.6.
SLOWER = 1.5
_ERROR = Blurred(Decay.drees(), error=1.0, growth=0.05)
_FURTHEST = 60.0


def rows(data: Path | None) -> list[Row | Skipped]:
    """Return the rows on Corsica, where its roads are at hand."""
    label = "APL 2018 de la Corse, sur ses routes"
    needed = (*france.FILES, ROADS)
    missing = [file for file in needed if data is None or not (data / file).exists()]
    if data is None or missing:
        return [Skipped("apl.corsica", label, Fault("il manque {file}", {"file": tuple(missing)}))]
    country = france.read(data)
    place = Territory.load(
        Scenario.load(
            data_folder().parent / "scenarios" / "corse.toml",
            changes=[f'travel.roads="{data / ROADS}"'],
        )
    )
    towns = country.places.loc[place.zones.index]
    anchors = place.zones[["anchor"]].set_geometry("anchor")
    times = travel.matrix(
        place,
        destinations=anchors.assign(zone_id=anchors.index),
        max_minutes=_FURTHEST,
        within_zone="metric",
    )
    found = _apl(towns, times["travel_time"] * SLOWER)
    known = towns["apl"].notna().to_numpy()
    ours, published = found[known], towns.loc[known, "apl"].to_numpy(float)
    need = towns.loc[known, "need"].to_numpy(float)
    note = Fault("temps de routes × {factor}, seul nombre ajusté ici", {"factor": SLOWER})
    return [
        Row("apl.corsica.rho", "Corse-du-Sud, rangs des communes, sur routes", 0.88,
            spearman(ours, published), "ρ", 0.03, _SOURCE, note, AT_LEAST),
        Row("apl.corsica.rho.people", "Corse-du-Sud, rangs pondérés, sur routes", 0.88,
            spearman(ours, published, need), "ρ", None, _SOURCE, note),
        Row("apl.corsica.gap", "Corse-du-Sud, écart absolu moyen par habitant", 0.0,
            mean_gap(ours, published, need), "cons./hab./an", 0.8, _SOURCE, note, AT_MOST),
    ]  # fmt: skip


def _apl(towns: pd.DataFrame, times: xr.DataArray) -> np.ndarray:
    """Return the APL over minutes by road, with the activity fitted on France."""
    codes = towns.index.to_numpy(dtype=object)
    need = xr.DataArray(towns["need"].to_numpy(float), {ORIGIN: codes}, (ORIGIN,))
    heads = xr.DataArray(towns["gp"].to_numpy(float), {DESTINATION: codes}, (DESTINATION,))
    around = 1000 * access.floating_catchment(times, need, heads, _ERROR).to_numpy()
    rate = Activity.of(countrywide.fitted("all")).per_doctor(
        towns["region"].tolist(),
        around=around,
        urbanity=countrywide.urbanity(towns),
        deprivation=towns["deprivation"].to_numpy(float),
        beside=beside(towns, towns["need"].to_numpy(float)),
    )
    return access.apl(times, need, heads * rate, _ERROR).to_numpy()
