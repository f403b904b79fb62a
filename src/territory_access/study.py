"""One run, from a scenario to everything that a dossier says, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.siting.plan import SitingPlan
    from territory_access.territory import Territory


@dataclass(frozen=True)
class Study:
    """Everything of one run, in order.

    Attributes
    ----------
    scenario, territory, parameters
        What was asked, what is there, and every default number used.
    times
        ``travel_time (origin, destination)`` in minutes: zones × sites (facilities, candidates).
    places_before, places_after
        The second ledger (``access.places.allocate``), over zones and sites.
    apl_before, apl_after
        Consultations a standardised inhabitant a year by zone, or ``None`` without GP supply.
    deserts_before, deserts_after
        Zones with ``kind`` and the rules that they break.
    patches
        Contiguous deserts with population and kind.
    islands
        One row an island: boats, captive time, residents.
    plan
        What to open, at what cost, with what proof.
    checks
        check · severity · count · examples · remedy.
    sources
        What was read: name, vintage, licence, SHA-256.
    seconds
        Time spent by step.
    """

    scenario: Scenario
    territory: Territory
    parameters: Parameters
    times: xr.Dataset
    places_before: xr.Dataset
    places_after: xr.Dataset
    apl_before: xr.DataArray | None
    apl_after: xr.DataArray | None
    deserts_before: gpd.GeoDataFrame
    deserts_after: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    islands: pd.DataFrame
    plan: SitingPlan
    checks: pd.DataFrame
    sources: pd.DataFrame
    seconds: Mapping[str, float]
