r"""Says who may host an add-on, and how many: doctors in practice, doctors of centres, centres.

A file of doctors counts those of centres too: what a commune has in practice is what is left
without them. Where no file says it, only the existing sites and those that open are hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.errors import ScenarioError
from territory_access.services.requirements import CENTRES
from territory_access.siting.addons import CENTRE, NOBODY, PRACTICE, lots
from territory_access.vocabulary import CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters
    from territory_access.services.service import Service
    from territory_access.territory import Territory


@dataclass(frozen=True)
class Addons:
    """Where add-ons may stand, and beside whom.

    Attributes
    ----------
    places
        Index ``candidate_id`` (``53130+AM``): ``service``, ``zone_id``, ``kind`` of host
        (``practice``, ``addon`` for a centre, nothing), ``practices`` (GP FTE in practice in the
        commune, outside the existing sites).
    per_fte, per_centre_fte
        Add-ons of a kind that a GP FTE may have, in practice and in a centre.
    """

    places: pd.DataFrame
    per_fte: float
    per_centre_fte: float


def addons_of(
    territory: Territory,
    candidates: pd.DataFrame,
    existing: pd.DataFrame,
    services: Mapping[str, Service],
    parameters: Parameters,
) -> Addons | None:
    """Return where add-ons may stand, or ``None`` where the question has none.

    Parameters
    ----------
    territory
        ``supply``: consultations a year of the doctors of each commune, where known.
    candidates, existing
        As ``siting.places`` returns them.
    services
        The catalogue.
    parameters
        ``apl.acts_per_fte``, ``addon.per_gp_fte``, ``addon.per_centre_gp_fte``.
    """
    mine = candidates[candidates["addon"] != ""]
    if mine.empty:
        return None
    zones = mine["zone_id"].to_numpy(str)
    doctors = np.zeros(len(mine))
    if territory.supply is not None:
        acts = territory.supply["acts_per_year"].reindex(zones, fill_value=0.0).to_numpy(float)
        doctors = acts / parameters.value("apl.acts_per_fte")
    kinds = {name: services[name].setting for name in mine["addon"].unique()}
    kind = mine["addon"].map(kinds)
    return Addons(
        places=pd.DataFrame(
            {
                "service": mine["addon"],
                "zone_id": zones,
                "kind": kind.where(kind.isin([PRACTICE, CENTRE]), NOBODY),
                "practices": np.maximum(0.0, doctors - sites_fte(existing, zones)),
            },
            index=mine.index,
        ),
        per_fte=parameters.value("addon.per_gp_fte"),
        per_centre_fte=parameters.value("addon.per_centre_gp_fte"),
    )


def sites_fte(existing: pd.DataFrame, zones: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return the GP FTE of the existing sites of each commune."""
    found = existing.groupby("zone_id")["fte"].sum().reindex(zones, fill_value=0.0)
    return np.asarray(found.to_numpy(float))


def hosted(
    allowed: xr.DataArray,
    addons: Addons | None,
    existing: pd.DataFrame,
    options: pd.DataFrame,
    kept: Iterable[str],
) -> xr.DataArray:
    """Return what is allowed without the add-ons that no host could ever take.

    Parameters
    ----------
    allowed
        May this candidate get this option ``(candidate_id, option)``.
    addons
        Where they may stand.
    existing
        Existing sites.
    options
        What may open or change.
    kept
        Candidates where something must open.

    Raises
    ------
    ScenarioError
        If an add-on is required where nothing could host it.
    """
    if addons is None:
        return allowed
    places, lot = addons.places, lots(options)
    zones, kind = places["zone_id"].to_numpy(str), places["kind"].to_numpy(str)
    new = max(0.0, float(options["fte"].max()))
    doctors = addons.per_fte * places["practices"].to_numpy(float)
    doctors += addons.per_centre_fte * (sites_fte(existing, zones) + new)
    standing = existing.loc[existing["service"].isin(CENTRES), "zone_id"]
    open_to = np.isin(zones, standing.to_numpy(str)) | bool(options["service"].isin(CENTRES).any())
    room = np.select([kind == PRACTICE, kind == CENTRE], [doctors, open_to], 1.0)
    known = set(zip(existing["zone_id"], existing["service"], strict=True))
    already = np.array([pair in known for pair in zip(zones, places["service"], strict=True)])
    found = allowed.copy()
    here = found.sel({CANDIDATE: places.index.to_numpy(str)}).to_numpy()
    here &= lot[None, :] <= room[:, None] + 1e-9
    here &= ~already[:, None]
    found.loc[{CANDIDATE: places.index.to_numpy(str)}] = here
    for code in kept:
        if code in places.index[already]:
            raise ScenarioError(
                "siting.keep : « {code} » : ce service y est déjà ouvert.", code=code
            )
        if code in places.index and not bool(found.sel({CANDIDATE: code}).any()):
            raise ScenarioError(
                "siting.keep : « {code} » : rien ne peut l’accueillir dans cette commune, ni "
                "médecin ou centre en place que les données connaissent, ni service qui pourrait "
                "y ouvrir.",
                code=code,
            )
    return found
