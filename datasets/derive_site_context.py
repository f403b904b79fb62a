"""Write site_context.csv: what is known of the communes of the proven sites.

Run after a change of communes, rates, sites or of the estimate of times:
``python datasets/derive_site_context.py``. Times are estimated, with the default parameters.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from territory_access import Scenario, Territory, travel
from territory_access.datasets import sites
from territory_access.services import context

BUFFER_KM = 90  # nothing further is within 60 minutes


def described(code: str) -> pd.DataFrame:
    """Return the row of one commune."""
    place = Territory.load(
        Scenario.parse(
            f'title = "x"\nterritory = {{communes = ["{code}"], buffer_km = {BUFFER_KM}}}\n'
            "siting = {budget = 0, gp_fte = 0, min_population = 0}"
        )
    )
    zone = place.zones.loc[[code], ["anchor"]].set_geometry("anchor")
    times = travel.matrix(place, destinations=zone.assign(zone_id=code), max_minutes=60)
    return context.describe(place.zones, times["travel_time"], [code]).assign(
        name=place.zones.loc[code, "name"]
    )


def main() -> None:
    """Write the table."""
    codes = sorted(set(sites.load()["zone_id"]) - {""})
    table = pd.concat([described(code) for code in codes])
    order = ["name", *(name for name in context.LABELS if name in table)]
    table[order].round(6).to_csv(Path(__file__).parent / "site_context.csv", lineterminator="\n")


if __name__ == "__main__":
    main()
