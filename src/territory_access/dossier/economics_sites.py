"""Which sites of a plan have accounts, and what each of them earns and costs in each case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.dossier.decisions import coming
from territory_access.services import catalogue, funding
from territory_access.services.economics import Case, Setting, staff, statement
from territory_access.services.service import Size
from territory_access.siting.decisions import EXTEND, RELOCATE, UPGRADE, today

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from territory_access.services.economics import Statement as Told
    from territory_access.services.service import Service
    from territory_access.study import Study


@dataclass(frozen=True)
class SiteMoney:
    """One site of the plan with its accounts in each case.

    Attributes
    ----------
    code, name
        Where it stands, as ``at`` of ``siting.lines.lines``, and the name of the commune.
    service, size
        What stands there once the plan is carried out, at its whole size; ``capex`` is what the
        plan invests.
    told
        Accounts in each case.
    zone
        Code of the commune.
    team
        FTE of doctors whom the plan must find: nobody for a team that moves.
    added_acts, added_net
        Consultations that come with the decision, and those not taken from practices nearby.
    """

    code: str
    name: str
    service: Service
    size: Size
    told: dict[Case, Told]
    zone: str
    team: float
    added_acts: float
    added_net: float

    @property
    def base(self) -> Told:
        """The accounts with the central values."""
        return self.told[Case.BASE]

    @property
    def net_acts(self) -> float:
        """Consultations that do not come from practices nearby."""
        return self.size.acts_per_year * (1.0 - self.service.poaching)


def sites_money(study: Study) -> tuple[SiteMoney, ...]:
    """Return the accounts of every site that the plan opens or changes, in its order.

    Those that it closes have none.
    """
    services = catalogue.load(study.scenario.services)
    shares, rules = staff.load(), funding.load()
    asked = study.scenario.funding
    found = []
    for _, row in coming(study).iterrows():
        service, code = services[str(row["service"])], str(row["zone_id"])
        now = _today(study, row, services)
        figures = ("fte", "nurse_fte", "acts_per_year", "capex", "opex", "deficit")
        size = Size(
            name=str(row["size"]),
            gives_places=service.gives_places,
            **{name: float(row[name]) + now.get(name, 0.0) for name in figures},
        )
        told = {
            case: statement(
                service, size, parameters=study.parameters, site=code, shares=shares,
                setting=Setting(zone=asked.zones.get(code, ""), opening=asked.opening,
                                case=case, rules=rules),
            )
            for case in Case
        }  # fmt: skip
        team = 0.0 if row["decision"] == RELOCATE else float(row["fte"])
        found.append(
            SiteMoney(
                str(row["at"]), str(row["name"]), service, size, told, code, team,
                float(row["acts_per_year"]), float(row["net_acts"]),
            )
        )  # fmt: skip
    return tuple(found)


def _today(study: Study, row: pd.Series, services: Mapping[str, Service]) -> dict[str, float]:
    """Return what a site that grows or changes does and costs today; nothing of a new one.

    What is invested is only what the plan invests.
    """
    if row["decision"] not in {EXTEND, UPGRADE}:
        return {}
    here = study.plan.problem.existing.loc[row["site"]]
    costs = today(here, services[str(row["was"])])
    doing = {"fte": float(here["fte"]), "acts_per_year": float(here["acts_per_year"])}
    return doing | costs | {"capex": 0.0}
