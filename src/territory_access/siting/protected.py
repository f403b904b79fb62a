"""Says which existing services a scenario protects, and from which decisions.

A protected service stays as it is: no plan extends, changes, closes or moves it, or only what
``siting.protect`` leaves open. Everything else goes on around it: services that open nearby,
add-ons that it hosts, outposts that it runs, patients and doctors who come and go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from territory_access.errors import ScenarioError
from territory_access.siting.decisions import LEAVE, OPEN, RELOCATE
from territory_access.siting.options import did_you_mean
from territory_access.siting.standing import STANDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from territory_access.scenario import SitingPart
    from territory_access.scenario_siting import ProtectedPart
    from territory_access.territory import Territory

    type Protection = dict[str, frozenset[str]]
    type Rows = dict[str, dict[str, Any]]

CHANGES = ("extend", "upgrade", "close", "relocate")


def protected(settings: SitingPart, territory: Territory) -> Protection:
    """Return the decisions that each protected site is spared, by ``facility_id``.

    Parameters
    ----------
    settings
        ``protect`` and ``decisions`` of the scenario.
    territory
        ``facilities`` with their names, ``zones`` with theirs.

    Raises
    ------
    ScenarioError
        For a site that does not stand in the territory, a name that several have, or a decision
        that the scenario does not open.
    """
    found: dict[str, frozenset[str]] = {}
    if settings.protect and set(settings.decisions) <= {OPEN}:
        raise ScenarioError(
            "siting.protect : siting.decisions n’a que « open », rien de ce qui est en place ne "
            "change. Ôtez siting.protect, ou dites ce qui se décide : extend, upgrade, close, "
            "relocate."
        )
    for part in settings.protect:
        name, spared = (part, CHANGES) if isinstance(part, str) else _told(part, settings)
        for site in _sites(name, territory):
            found[site] = found.get(site, frozenset()) | frozenset(spared)
    return found


def _told(part: ProtectedPart, settings: SitingPart) -> tuple[str, tuple[str, ...]]:
    """Return what one table protects, and from what."""
    for decision in part.decisions:
        if set(part.decisions) != set(CHANGES) and decision not in settings.decisions:
            raise ScenarioError(
                "siting.protect : « {site} » est protégé de « {decision} », qui n’est pas dans "
                "siting.decisions ({decisions}).",
                site=part.site,
                decision=decision,
                decisions=", ".join(settings.decisions),
            )
    return part.site, part.decisions


def _sites(name: str, territory: Territory) -> list[str]:
    """Return the sites that an identifier, a commune or a name stands for."""
    sites, zones = territory.facilities, territory.zones
    label = sites["name"].astype(str)
    home = zones["name"].astype(str).loc[sites["zone_id"]].set_axis(sites.index)
    if name in sites.index:
        mine = sites[sites.index == name]
    elif name in zones.index:
        mine = sites[sites["zone_id"] == name]
    else:
        mine = sites[_same(label, name)]
        if len(mine) > 1:
            _several(name, mine.index)
        mine = mine if len(mine) else sites[_same(home, name)]
        communes = sorted(set(mine["zone_id"].astype(str)))
        if len(communes) > 1:
            _several(name, communes)
    if mine.empty:
        _unknown(name, territory, [*sites.index, *label, *home.unique()])
    inside = zones["in_territory"].astype(bool) if "in_territory" in zones else None
    if inside is not None and not inside[mine["zone_id"]].all():
        raise ScenarioError(
            "siting.protect : « {name} » est hors du territoire étudié ; aucun plan n’y change "
            "rien, il n’y a pas à le protéger.",
            name=name,
        )
    return [str(site) for site in mine.index]


def _same(names: pd.Series[str], name: str) -> pd.Series[bool]:
    return names.str.casefold() == name.casefold()


def _several(name: str, codes: Any) -> None:  # noqa: ANN401 - any list of labels
    raise ScenarioError(
        "siting.protect : « {name} » : plusieurs services ou communes portent ce nom ({codes}) ; "
        "donnez l’identifiant ou le code.",
        name=name,
        codes=", ".join(str(code) for code in codes),
    )


def _unknown(name: str, territory: Territory, known: list[str]) -> None:
    """Say that nothing of this name stands here."""
    zones = territory.zones["name"].astype(str)
    if name in zones.index or _same(zones, name).any():
        raise ScenarioError(
            "siting.protect : aucun service en place dans la commune « {name} ».", name=name
        )
    raise ScenarioError(
        "siting.protect : « {name} » n’est ni un service en place que l’étude compte, ni une "
        "commune qui en a un (supply.exclude en écarte peut-être).{hint}",
        name=name,
        hint=did_you_mean(name, known),
    )


def spared(rows: Rows, protection: Mapping[str, frozenset[str]], settings: SitingPart) -> Rows:
    """Return the options of existing sites without what protection takes away.

    Parameters
    ----------
    rows
        What could be decided of them (``decisions.decided``).
    protection
        As ``protected`` returns it.
    settings
        ``keep`` and ``decisions`` of the scenario.

    Raises
    ------
    ScenarioError
        For a site that no decision concerned anyway, one of which ``siting.keep`` requires a
        decision, or where nothing is left to decide at all.
    """
    left = {name: row for name, row in rows.items() if not _barred(row, protection)}
    for site in sorted(protection):
        mine = [row for row in rows.values() if row["site"] == site]
        if not any(_barred(row, protection) for row in mine):
            raise ScenarioError(
                "siting.protect : rien de ce qui se décide ne concerne « {site} » ({decisions}) ; "
                "il n’y a pas à le protéger.",
                site=site,
                decisions=", ".join(one for one in settings.decisions if one in protection[site]),
            )
        if f"{site}{STANDING}" in settings.keep and all(_barred(row, protection) for row in mine):
            raise ScenarioError(
                "siting.keep exige une décision pour « {site} », que siting.protect laisse comme "
                "il est : ôtez-le de l’un des deux.",
                site=site,
            )
    if protection and not left and OPEN not in settings.decisions:
        raise ScenarioError(
            "siting.protect : il ne reste rien à décider, tout ce qui pourrait changer est "
            "protégé. Ajoutez « open » à siting.decisions, ou protégez moins."
        )
    return left


def _barred(row: Mapping[str, Any], protection: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a site is protected from an option; both halves of a move are one."""
    decision = RELOCATE if row["decision"] == LEAVE else row["decision"]
    return decision in protection.get(str(row["site"]), frozenset())
