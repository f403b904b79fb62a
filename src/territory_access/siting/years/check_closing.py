"""Says whether what closes gives up all that it did, moves whole, is paid, and may close at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault
from territory_access.siting.decisions import LEAVE, RELOCATE, closed
from territory_access.siting.words import euros
from territory_access.siting.years.recount import options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.siting.plan import SitingPlan

    type Reals = NDArray[np.float64]

# What the solver's floating point may leave on staff (FTE) and, relatively, on amounts.
CLOSE = 1e-6
_CENT = 0.01


def gone(
    code: str, option: pd.Series[float], opened: int, team: Reals, acts: Reals
) -> Iterator[Fault]:
    """Yield a site that closes without giving up exactly what it did.

    Parameters
    ----------
    code, option
        Where, and the option that closes it.
    opened
        Year from which it is closed.
    team, acts
        Doctors and consultations by year, as the plan says ``(T,)``.
    """
    shut = np.arange(1, team.size + 1) >= opened
    same = np.isclose(team, option["fte"] * shut, rtol=0, atol=CLOSE)
    same &= np.isclose(acts, option["acts_per_year"] * shut, rtol=1e-9, atol=CLOSE)
    if not same.all():
        yield Fault("{code} : ce qui ferme n’est pas ce qui existe", {"code": code})


def moves(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites that leave without opening elsewhere the same year, or the contrary.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    options = options_of(plan)
    year = plan.sites["year"].to_numpy(int)
    decision, site = options["decision"].to_numpy(str), options["site"].to_numpy(str)
    left, come = (
        sorted(zip(site[decision == name], year[decision == name], strict=True))
        for name in (LEAVE, RELOCATE)
    )
    for name, _ in sorted(set(left) ^ set(come)):
        yield Fault("{site} : déplacé à moitié", {"site": name})
    if len(set(left)) != len(left) or len(set(come)) != len(come):
        yield Fault("un site est déplacé deux fois", {})


def paid(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites that close for another price than theirs, or with an investor's money.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    options = options_of(plan)
    leaves = closed(options)
    due = options["capex"].to_numpy(float)[leaves]
    said = plan.sites["capex"].to_numpy(float)[leaves]
    helped = set(plan.grants["candidate_id"]) if len(plan.grants) else set()
    for code, cost, told in zip(plan.sites.index[leaves], due, said, strict=True):
        if abs(cost - told) > _CENT:
            yield Fault(
                "{code} : fermer coûte {cost}, le plan en compte {told}",
                {"code": code, "cost": euros(cost), "told": euros(told)},
            )
        if code in helped:
            yield Fault("{code} : un financeur aide à fermer", {"code": code})


def untouched(plan: SitingPlan) -> Iterator[Fault]:
    """Yield sites of which the plan decides what they are protected from.

    Parameters
    ----------
    plan
        A plan whose sites may open where they do.
    """
    options, protection = options_of(plan), dict(plan.problem.rules.protect)
    for site, told in zip(options["site"], options["decision"], strict=True):
        decision = RELOCATE if told == LEAVE else told
        if decision in protection.get(str(site), ()):
            yield Fault("{site} : protégé, et le plan le change", {"site": site})
