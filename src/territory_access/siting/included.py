"""Reads the smaller plan that a plan must contain, as it stands: a run's folder, or a list.

Money that comes later then only adds to what was begun. What that costs is the gain of the free
plan less that of this one (``siting.prices``, kind ``nested``).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault, ScenarioError
from territory_access.siting.options import did_you_mean
from territory_access.siting.words import euros, fte

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from territory_access.scenario import SitingPart
    from territory_access.siting.problem import Problem

    type Included = tuple[tuple[str, str], ...]

KEY = "siting.includes"
MANIFEST, PLAN = "manifest.json", "plan"
_OPENS = "ouvrir"
_CENT = 0.01


def included_of(settings: SitingPart, problem: Problem) -> Included:
    """Return the candidate and the option of each site that the plan must contain.

    Parameters
    ----------
    settings
        The ``[siting]`` part of a scenario.
    problem
        What is asked, the included sites left aside.

    Raises
    ------
    DataError
        When a folder holds no plan that can be read.
    ScenarioError
        When a site can no longer open, or the sites cost more than there is.
    """
    asked = settings.includes
    sites = [part.model_dump() for part in asked] if isinstance(asked, tuple) else _of_folder(asked)
    found = tuple(sorted(_found(site, problem) for site in sites))
    codes = [code for code, _ in found]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        raise ScenarioError(
            "siting.includes : {name} ({code}) y est deux fois.",
            name=problem.candidates.loc[code, "name"],
            code=code,
        )
    _check_means(found, problem)
    return found


def holding(problem: Problem) -> Problem:
    """Return the same question, the included sites being all that may open there and must.

    Parameters
    ----------
    problem
        What is asked.
    """
    if not problem.included:
        return problem
    allowed = problem.allowed.copy()
    for code, option in problem.included:
        mine = problem.options.index.to_numpy(str) == option
        here = allowed.sel(candidate_id=code).to_numpy()
        allowed.loc[{"candidate_id": code}] = here & mine
    codes = {code for code, _ in problem.included}
    rules = replace(problem.rules, keep=tuple(sorted({*problem.rules.keep, *codes})))
    return replace(problem, allowed=allowed, rules=rules, included=())


def _of_folder(folder: Path) -> Sequence[Mapping[str, object]]:
    """Return the sites of the plan of a result folder."""
    if not folder.is_dir():
        raise ScenarioError("siting.includes : le dossier « {path} » n’existe pas.", path=folder)
    path = folder / MANIFEST
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(
            "siting.includes : « {path} » n’est pas un dossier de résultats, il n’a pas de "
            "manifest.json.",
            path=folder,
        ) from error
    except (OSError, ValueError) as error:
        raise DataError("siting.includes : « {path} » ne se lit pas.", path=path) from error
    sites = listed.get(PLAN) if isinstance(listed, dict) else None
    if not isinstance(sites, list) or not all(isinstance(site, dict) for site in sites):
        raise DataError(
            "siting.includes : l’inventaire de « {path} » ne dit pas son plan ; refaites ce "
            "dossier avec « territory-access run ».",
            path=folder,
        )
    return sites


def _found(site: Mapping[str, object], problem: Problem) -> tuple[str, str]:
    """Return the candidate and the option of a site."""
    code = _candidate(str(site.get("site", "")), problem.candidates)
    name = problem.candidates.loc[code, "name"]
    if site.get("decision", _OPENS) != _OPENS:
        raise ScenarioError(
            "siting.includes : à {name}, le plan repris change un service en place ; seuls les "
            "services qui ouvrent se reprennent.",
            name=name,
        )
    option = f"{site.get('service')} {site.get('size')}"
    if option not in problem.options.index:
        raise ScenarioError(
            "siting.includes : « {option} » n’est pas un service et une taille de cette étude ; "
            "ajoutez le service à siting.services.{hint}",
            option=option,
            hint=did_you_mean(option, list(problem.options.index.astype(str))),
        )
    if not bool(problem.allowed.sel(candidate_id=code, option=option)):
        raise ScenarioError(
            "siting.includes : « {option} » ne peut plus ouvrir à {name} ({code}) : un service y "
            "est déjà, la commune est trop petite, ou siting.forbid l’écarte.",
            option=option,
            name=name,
            code=code,
        )
    return code, option


def _candidate(site: str, candidates: pd.DataFrame) -> str:
    """Return the code of a candidate, from its code or its name."""
    if site in candidates.index:
        return site
    names = candidates["name"].astype(str)
    same = candidates.index[names.str.casefold() == site.casefold()]
    if len(same) == 1:
        return str(same[0])
    raise ScenarioError(
        "siting.includes : « {site} » n’est pas, ou plus, une commune candidate de ce territoire "
        "(siting.candidates, siting.min_population).{hint}",
        site=site,
        hint=did_you_mean(site, [*names, *candidates.index.astype(str)]),
    )


def _check_means(found: Included, problem: Problem) -> None:
    """Refuse a plan that asks for more than there is."""
    faults = list(_too_much(problem.options.loc[[option for _, option in found]], problem))
    if faults:
        raise ScenarioError(
            "siting.includes : le plan repris {fault}.", fault=faults[0], faults=faults[1:]
        )


def _too_much(chosen: pd.DataFrame, problem: Problem) -> Iterator[Fault]:
    """Yield what no plan can pay or staff in full, be it of one year or of several."""
    rules, flexible = problem.rules, problem.horizon.flexible
    capex, deficit = (float(chosen[name].sum()) for name in ("capex", "deficit"))
    doctors = float(chosen["least_fte" if flexible else "fte"].sum())
    if not problem.funders and capex > rules.budget + _CENT:
        yield Fault(
            "coûte {total}, plus que siting.budget ({limit})",
            {"total": euros(capex), "limit": euros(rules.budget)},
        )
    cruise = problem.horizon.years == 1 and not flexible
    if cruise and deficit > rules.deficit_per_year + _CENT:
        yield Fault(
            "perd {total} par an, plus que siting.deficit_per_year ({limit})",
            {"total": euros(deficit), "limit": euros(rules.deficit_per_year)},
        )
    if doctors > rules.gp_fte + _CENT:
        yield Fault(
            "demande {total} de médecin, plus que siting.gp_fte ({limit})",
            {"total": fte(doctors), "limit": fte(rules.gp_fte)},
        )
