"""The yearly accounts of the sites: tables for the page, formulas for the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Account, Column, Format, Table
from territory_access.services.economics import LABELS, Group

if TYPE_CHECKING:
    from territory_access.dossier.economics import SiteMoney
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

# What each total is called.
_TOTALS = {
    "operating": "Résultat d’exploitation",
    "without": "Résultat sans aides ponctuelles",
    "with": "Résultat avec aides ponctuelles",
}


def account_tables(money: tuple[SiteMoney, ...], voice: Voice) -> list[Table]:
    """Return the accounts of the sites, one table for those whose accounts are the same."""
    alike: dict[tuple[object, ...], list[SiteMoney]] = {}
    for site in money:
        alike.setdefault((site.service.id, *site.base.amounts.items()), []).append(site)
    told: set[str] = set()
    return [_account_table(sites, voice, told) for sites in alike.values()]


def _account_table(sites: list[SiteMoney], voice: Voice, told_before: set[str]) -> Table:
    """Return the accounts of one of these sites: what comes in above zero, what goes out below.

    What reinforces a site is at the same commune: its table is called by the service as well.
    """
    id_ = f"compte_{sites[0].code.replace('-', '_')}"
    id_ = f"{id_}_{sites[0].service.id.lower()}" if id_ in told_before else id_
    told_before.add(id_)
    told = sites[0].base
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (voice.say(LABELS[line.key]), *(sign * float(one) for one in told.amounts[line.key]))
        for line in told.lines
        for sign in (-1 if line.group in {Group.COST, Group.ASSET} else 1,)
    )
    columns = (
        Column("poste", voice.say("Poste"), Format.TEXT),
        *(
            Column(
                f"annee_{year}",
                voice.say("Année {n}", n=voice.numbers.count(year)),
                Format.CENTS,
                total=True,
            )
            for year in range(1, told.years + 1)
        ),
    )
    names, service = voice.listed([site.name for site in sites]), sites[0].service.id
    caption = voice.say_counted(
        "{names} ({service}) : comptes par année",
        "{names} ({service}) : comptes par année de chacun de ces sites",
        len(sites),
        names=names,
        service=service,
    )
    note = voice.say("Le total est le résultat avec les aides ponctuelles, investissement amorti.")
    return Table(id_, caption, columns, rows, note=note)


def accounts(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Account, ...]:
    """Return the accounts of the sites for the workbook, where their lines are live formulas."""
    made = []
    for site in money:
        told = site.base
        names = {line.key: voice.say(LABELS[line.key]) for line in told.lines}
        names |= {f"input {one.key}": voice.say(one.label) for one in told.inputs.values()}
        names |= {f"unit {one.key}": voice.say(one.unit) for one in told.inputs.values()}
        names |= {key: voice.say(_TOTALS[key]) for key in _TOTALS}
        names["year"] = voice.say("Année {n}", n="{n}")
        names |= {"label": voice.say("Poste"), "unit": voice.say("Unité"),
                  "origin": voice.say("Identifiant")}  # fmt: skip
        made.append(
            Account(
                title=voice.say("{service} à {name}", service=site.service.id, name=site.name),
                statement=told,
                names=names,
                origins={one.key: _origin(study, one.origin) for one in told.inputs.values()},
            )
        )
    return tuple(made)


def _origin(study: Study, name: str) -> str:
    """Return tag, range and source of a parameter; the identifier itself of anything else."""
    known = study.parameters.get(name)
    if known is None:
        return name
    range_ = f"{known.low:g} – {known.high:g} {known.unit}"
    return f"{name} [{known.tag.value}] {range_} · {known.reference}"
