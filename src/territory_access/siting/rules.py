"""Says what a plan must respect, once it makes sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.errors import ScenarioError
from territory_access.siting.options import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from territory_access.scenario import SitingPart


@dataclass(frozen=True)
class Rules:
    """What the plan must respect.

    Attributes
    ----------
    budget
        Investment, euros.
    deficit_per_year
        Operating deficit of all new sites, euros a year.
    gp_fte, nurse_fte
        Staff of all new sites, FTE.
    keep, forbid
        Candidates where a service must open, or may not.
    per_epci
        New services at most in one intercommunalité; ``None`` for no limit.
    protect
        Existing sites and the decisions that each is spared (``siting.protected``).
    """

    budget: float
    deficit_per_year: float
    gp_fte: float
    nurse_fte: float
    keep: tuple[str, ...]
    forbid: tuple[str, ...]
    per_epci: int | None = None
    protect: tuple[tuple[str, tuple[str, ...]], ...] = ()


def rules_of(
    settings: SitingPart,
    candidates: pd.DataFrame,
    protection: Mapping[str, Collection[str]] | None = None,
) -> Rules:
    """Return the rules of a scenario, once they make sense together.

    Parameters
    ----------
    settings
        The ``[siting]`` part of a scenario.
    candidates
        Where a site may open: ``name``, ``hosts``.
    protection
        Decisions that existing sites are spared, by site.

    Raises
    ------
    ScenarioError
        For a candidate that does not exist, or rules that contradict each other.
    """
    amounts = ("budget", "deficit_per_year", "gp_fte", "nurse_fte")
    for name in amounts:
        if not getattr(settings, name) >= 0:
            raise ScenarioError(
                "siting.{name} vaut {value} ; il faut au moins 0.",
                name=name,
                value=getattr(settings, name),
            )
    lists: dict[str, Sequence[str]] = {"keep": settings.keep, "forbid": settings.forbid}
    for name, codes in lists.items():
        for code in codes:
            _check_known(name, code, candidates)
    for code in settings.keep:
        if code in settings.forbid:
            raise ScenarioError(
                "{commune} ({code}) est à la fois dans siting.keep et dans siting.forbid.",
                commune=candidates.loc[code, "name"],
                code=code,
            )
        if candidates.loc[code, "hosts"]:
            raise ScenarioError(
                "siting.keep : {commune} ({code}) a déjà un site qui donne des places ; "
                "un seul service par commune.",
                commune=candidates.loc[code, "name"],
                code=code,
            )
    spared = sorted((protection or {}).items())
    return Rules(
        **{name: _limit(settings, name) for name in amounts},
        keep=tuple(sorted(set(settings.keep))),
        forbid=tuple(sorted(set(settings.forbid))),
        per_epci=settings.per_epci,
        protect=tuple((site, tuple(sorted(kept))) for site, kept in spared),
    )


def _limit(settings: SitingPart, name: str) -> float:
    """Return a limit; money by year, where it is given, replaces the amount for all years."""
    if name == "budget" and settings.budget_by_year:
        return float(sum(settings.budget_by_year))
    if name == "deficit_per_year" and settings.deficit_by_year:
        return float(max(settings.deficit_by_year))
    return float(getattr(settings, name))


def _check_known(rule: str, code: str, candidates: pd.DataFrame) -> None:
    if code in candidates.index:
        return
    names = dict(zip(candidates["name"], candidates.index, strict=True))
    hint = did_you_mean(code, [*candidates.index, *names])
    if code in names:
        hint = f" Son code est {names[code]}."
    raise ScenarioError(
        "siting.{rule} : « {code} » n’est pas une commune candidate de ce territoire.{hint}",
        rule=rule,
        code=code,
        hint=hint,
    )
