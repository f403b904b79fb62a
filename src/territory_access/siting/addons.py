r"""Says what may reinforce a place of care: which add-on, beside which host, how many.

An add-on completes a doctor or a centre and stands beside the one service of its commune, never
instead of it. Each candidate commune is one more place for each add-on, called by the code of the
commune and the service (``53130+AM``); what is decided there is how many, by lots:

.. math::
   u_{jst} \le \rho\, G_j + \rho_c \Big( \sum_{f \text{ at } j} g_f
   + \sum_{k \text{ at } j} n_{kt} \Big)

with :math:`u` add-ons s at work at j in year t, :math:`G_j` GP FTE in practice there, :math:`g_f`
those of the existing sites, :math:`n_{kt}` what the plan adds or takes away, :math:`\rho` =
``addon.per_gp_fte`` and :math:`\rho_c` = ``addon.per_centre_gp_fte`` (a centre has assistants
already). An add-on of a centre (biology) needs one open in its commune, whatever its size.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from territory_access.errors import Fault, ScenarioError
from territory_access.siting.decisions import REINFORCE
from territory_access.siting.options import row
from territory_access.vocabulary import CANDIDATE, DESTINATION, Objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from territory_access.scenario import SitingPart
    from territory_access.services.service import Service, Size
    from territory_access.territory import Territory

    type Flags = NDArray[np.bool_]

# Between the commune and the add-on in the name of a place: no commune has such a code.
BESIDE: Final = "+"
# How many add-ons of a kind a commune may get.
LOTS: Final = (1, 2, 3, 5, 8, 12, 20)
# What hosts an add-on: any doctor, a centre, or nobody that the data know.
PRACTICE, CENTRE, NOBODY = "practice", "addon", ""
# What services bring that give neither consultation nor place.
_SERVES = {
    "POCT": Fault("elle évite des transferts, estimés île par île dans le dossier", {}),
    "REPIT": Fault("elle soulage des aidants", {}),
    "TELE_EHPAD": Fault("elle évite des passages aux urgences à des résidents d’EHPAD", {}),
    "CABIN": Fault(
        "elle donne des téléconsultations, sans médecin traitant ni effet sur l’APL", {}
    ),
}


def with_addons[T: xr.Dataset | xr.DataArray](
    territory: Territory, times: T, settings: SitingPart, services: Mapping[str, Service]
) -> tuple[Territory, T]:
    """Return the territory and its times with a place for each add-on in each candidate commune.

    As they are where the scenario asks for none, or where it was done already.

    Parameters
    ----------
    territory
        ``candidates``.
    times
        Minutes ``(origin, destination)``, candidates among the destinations.
    settings
        ``services`` and ``keep`` of the scenario.
    services
        The catalogue.

    Raises
    ------
    ScenarioError
        For a service that gives neither consultation nor place and is not required anywhere.
    """
    wanted = [(name, _required(name, settings)) for name in _asked(settings, services)]
    for name, required in wanted:
        if not required and not services[name].counted:
            _refuse(services[name])
    communes = territory.candidates
    plain = ~communes.index.astype(str).str.contains(BESIDE, regex=False)
    rows = [
        (f"{code}{BESIDE}{name}", str(code), name)
        for name, required in wanted
        for code in communes.index[plain]
        if services[name].counted or code in required
    ]
    if not rows or {label for label, *_ in rows} <= set(communes.index):
        return territory, times
    labels, codes, names = (list(part) for part in zip(*rows, strict=True))
    new: Any = communes.loc[codes].set_axis(pd.Index(labels, name=CANDIDATE, dtype=str), axis=0)
    new["name"] = [f"{name} ({kind})" for name, kind in zip(new["name"], names, strict=True)]
    here = times.sel({DESTINATION: codes}).assign_coords({DESTINATION: np.array(labels, str)})
    both: Any = xr.concat([times, here], DESTINATION, join="exact", combine_attrs="override")  # type: ignore[call-overload]  # both are of one kind
    candidates = gpd.GeoDataFrame(pd.concat([communes, new]), crs=communes.crs)
    return replace(territory, candidates=candidates), both


def _asked(settings: SitingPart, services: Mapping[str, Service]) -> list[str]:
    """Return the add-ons that a scenario offers."""
    asked = sorted(set(settings.services) & set(services))
    return [name for name in asked if services[name].beside]


def _required(service: str, settings: SitingPart) -> set[str]:
    """Return the communes where a scenario requires this add-on."""
    end = f"{BESIDE}{service}"
    return {code.removesuffix(end) for code in settings.keep if code.endswith(end)}


def _refuse(service: Service) -> None:
    raise ScenarioError(
        "siting.services : « {service} » ({name}) ne donne ni consultation ni place ; {serves}. "
        "Un plan ne la choisirait jamais : imposez-la dans une commune (siting.keep = "
        '["CODE{beside}{service}"]), ou retirez-la.',
        service=service.id,
        name=service.name,
        serves=_SERVES.get(service.id, Fault("ce qu’elle apporte n’est pas compté", {})),
        beside=BESIDE,
    )


def host_of(codes: Iterable[str]) -> list[str]:
    """Return the commune of the host of each add-on; a place that is none stays as it is.

    >>> host_of(["53130", "53130+AM", "smp-laval+"])
    ['53130', '53130', 'smp-laval+']
    """
    parts = [(str(code), *str(code).partition(BESIDE)) for code in codes]
    return [first if addon else code for code, first, _, addon in parts]


def addon_of(codes: Iterable[str]) -> list[str]:
    """Return the add-on that each place is for, nothing for the others.

    >>> addon_of(["53130", "53130+AM", "smp-laval+"])
    ['', 'AM', '']
    """
    return [str(code).partition(BESIDE)[2] for code in codes]


def reinforcing(
    settings: SitingPart, services: Mapping[str, Service], objective: Objective, kappa: float
) -> dict[str, dict[str, object]]:
    """Return the options of the add-ons, one row a lot, by label (``siting.options``).

    Parameters
    ----------
    settings
        ``services`` of the scenario.
    services
        The catalogue.
    objective
        For places, those that only give consultations are left out; the contrary for the APL.
    kappa
        Consultations that a registered patient takes a year.
    """
    found = {}
    for name in _asked(settings, services):
        service = services[name]
        helps = service.gives_places if objective is Objective.PLACES else service.counts_in_apl
        if service.counted and not helps:
            continue
        for lot in LOTS if service.setting == PRACTICE else LOTS[:1]:
            found[f"{name} {lot}"] = _row(service, lot, kappa)
    return found


def _row(service: Service, lot: int, kappa: float) -> dict[str, object]:
    """Return a lot of one add-on: everything in proportion, and no doctor of its own."""
    acts = service.capacity * lot if service.counted else 0.0
    size: Size = replace(
        service.sizes[0],
        name=str(lot),
        fte=0.0,
        nurse_fte=service.nurse_fte * lot,
        acts_per_year=acts,
        capex=service.capex * lot,
        opex=service.opex * lot,
        deficit=max(0.0, -service.net) * lot,
    )
    return row(service, size, kappa) | {"least_fte": 0.0, "decision": REINFORCE}


def lots(options: pd.DataFrame) -> NDArray[np.float64]:
    """Return how many add-ons each option is, 0 for what is none ``(O,)``."""
    mine = (options["decision"] == REINFORCE).to_numpy(bool)
    size = options["size"].where(mine, "0")
    return np.asarray(size.astype(float).to_numpy())
