"""What changes between two runs: who gains, who loses, which site replaces which, at what cost."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from territory_access.datasets import communes
from territory_access.dossier.blocks import Bullets, Column, Format, Section, Statement, Table
from territory_access.dossier.numbers import guarded
from territory_access.dossier.read_back import MONEY, OPENS, Run, read
from territory_access.dossier.voice import Voice
from territory_access.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.dossier.blocks import Block

__all__ = ["Run", "compare", "read"]

REPLACES_WITHIN_KM = 40.0  # two sites farther apart serve other people: neither replaces the other
_EARTH_KM = 6371.0


def compare(first: Run, second: Run, voice: Voice) -> Section:
    """Return what changes from a first run to a second, in sentences and tables.

    Parameters
    ----------
    first, second
        Two runs on the same territory, or on territories that share communes.
    voice
        Language and numbers.

    Raises
    ------
    DataError
        If the runs share no commune.
    """
    shared = first.communes.index.intersection(second.communes.index)
    if shared.empty:
        raise DataError(
            "{first} et {second} n’ont aucune commune en commun : rien à comparer.",
            first=first.name,
            second=second.name,
        )
    before, after = first.communes.loc[shared], second.communes.loc[shared]
    served = _number(after["servis_apres"]) - _number(before["servis_apres"])
    blocks: list[Block] = [
        Statement(_people(served, voice)),
        Statement(_means(first, second, voice)),
    ]
    changed = tuple(_settings(first, second, voice))
    if changed:
        blocks.append(Statement(voice.say("Ce qui a été demandé autrement :")))
        blocks.append(Bullets(changed))
    moves = tuple(_moves(first, second, voice))
    blocks.append(
        Bullets(moves) if moves else Statement(voice.say("Les mêmes sites sont proposés."))
    )
    blocks.append(_winners(before, served, voice))
    title = voice.say("De {first} à {second}", first=first.name, second=second.name)
    return Section("comparaison", title, tuple(blocks))


def _number(column: pd.Series[Any]) -> pd.Series[float]:
    """Return counts as numbers; those hidden because they are small count for nothing."""
    return pd.to_numeric(column, errors="coerce").fillna(0.0)


def _people(served: pd.Series[float], voice: Voice) -> str:
    """Say how many residents gain a place and how many lose one."""
    people = voice.numbers.people
    gain, loss = float(served.clip(lower=0).sum()), float(-served.clip(upper=0).sum())
    return voice.say(
        "{gain} habitants de plus ont une place dans {up} communes, {loss} de moins dans {down} : "
        "solde {net}.",
        gain=people(gain),
        up=voice.numbers.count(int((served > 0).sum())),
        loss=people(loss),
        down=voice.numbers.count(int((served < 0).sum())),
        net=voice.numbers.count(gain - loss),
    )


def _means(first: Run, second: Run, voice: Voice) -> str:
    """Say what the second plan costs and employs beside the first."""
    totals = [
        {name: float(_number(run.sites[name]).sum()) for name in (*MONEY, "etp_medecin")}
        for run in (first, second)
    ]
    euros, exact = voice.numbers.euros, voice.numbers.exact
    return voice.say(
        "Investissement : {capex_0} puis {capex_1} ; déficit par an : {deficit_0} puis {deficit_1} "
        "; médecins : {fte_0} puis {fte_1} ETP.",
        capex_0=euros(totals[0]["investissement"]),
        capex_1=euros(totals[1]["investissement"]),
        deficit_0=euros(totals[0]["deficit"]),
        deficit_1=euros(totals[1]["deficit"]),
        fte_0=exact(round(totals[0]["etp_medecin"], 2)),
        fte_1=exact(round(totals[1]["etp_medecin"], 2)),
    )


def _settings(first: Run, second: Run, voice: Voice) -> Iterator[str]:
    """Yield what the two scenarios ask differently, words that change nothing left out."""
    for key in sorted({*first.settings, *second.settings} - {"title", "description"}):
        was, now = first.settings.get(key), second.settings.get(key)
        if was != now and (was or now):  # no value, an empty text and an empty list are one
            yield voice.say(
                "{key} : {was} puis {now}", key=key, was=_shown(was, voice), now=_shown(now, voice)
            )


def _shown(value: object, voice: Voice) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return voice.numbers.exact(value)
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _moves(first: Run, second: Run, voice: Voice) -> Iterator[str]:
    """Yield which sites go, come, change size, and which replaces which."""
    yield from _decided(first, second, voice)
    first, second = _opening(first), _opening(second)
    gone = [code for code in first.sites.index if code not in second.sites.index]
    come = [code for code in second.sites.index if code not in first.sites.index]
    for code in first.sites.index.intersection(second.sites.index):
        was, now = (
            f"{run.sites.loc[code, 'service']}, {run.sites.loc[code, 'taille']}"
            for run in (first, second)
        )
        if was != now:
            name = str(first.sites.loc[code, "commune"])
            yield voice.say("{name} : {was} puis {now}", name=name, was=was, now=now)
    for old, new, distance in _pairs(gone, come):
        gone.remove(old)
        come.remove(new)
        yield voice.say(
            "{new} remplace {old}, à {km} km : {new_served} habitants servis au lieu de "
            "{old_served}, pour {new_capex} au lieu de {old_capex}.",
            new=str(second.sites.loc[new, "commune"]),
            old=str(first.sites.loc[old, "commune"]),
            km=voice.numbers.count(distance),
            new_served=_served(second, new, voice),
            old_served=_served(first, old, voice),
            new_capex=_capex(second, new, voice),
            old_capex=_capex(first, old, voice),
        )
    for code in gone:
        yield voice.say(
            "{name} n’ouvre plus ({served} habitants servis).",
            name=str(first.sites.loc[code, "commune"]),
            served=_served(first, code, voice),
        )
    for code in come:
        yield voice.say(
            "{name} ouvre ({served} habitants servis).",
            name=str(second.sites.loc[code, "commune"]),
            served=_served(second, code, voice),
        )


def _opening(run: Run) -> Run:
    """Return a run with the sites that it opens, and nothing of what it decides of others."""
    words = {OPENS, Voice.of("en").say(OPENS)}
    return replace(run, sites=run.sites[run.sites["decision"].isin(words)])


def _decided(first: Run, second: Run, voice: Voice) -> Iterator[str]:
    """Yield what one plan decides of the services in place, and the other does not."""
    told = []
    for run in (first, second):
        changes = run.sites.drop(index=_opening(run).sites.index)
        told.append(
            {
                code: voice.say(
                    "{name} ({service}) : {decision}",
                    name=str(line["commune"]),
                    service=str(line["service"]),
                    decision=str(line["decision"]),
                )
                for code, line in changes.iterrows()
            }
        )
    for code, said in told[0].items():
        if told[1].get(code) != said:
            yield voice.say("Dans le premier plan seul — {decision}.", decision=said)
    for code, said in told[1].items():
        if told[0].get(code) != said:
            yield voice.say("Dans le second plan seul — {decision}.", decision=said)


def _served(run: Run, code: str, voice: Voice) -> str:
    return voice.numbers.people(float(_number(run.sites["servis"])[code]))


def _capex(run: Run, code: str, voice: Voice) -> str:
    return voice.numbers.euros(float(_number(run.sites["investissement"])[code]))


def _pairs(gone: list[str], come: list[str]) -> list[tuple[str, str, float]]:
    """Return which new site stands for which former one: the nearest two first."""
    if not gone or not come:
        return []
    known = communes.names()
    wanted = known.loc[known.index.intersection([*gone, *come])]
    places = {
        str(code): (math.radians(lat), math.radians(lon))
        for code, lat, lon in zip(wanted.index, wanted["lat"], wanted["lon"], strict=True)
    }
    near = sorted(
        (_km(places[old], places[new]), old, new)
        for old in gone
        for new in come
        if old in places and new in places
    )
    pairs: list[tuple[str, str, float]] = []
    for distance, old, new in near:
        taken = {code for pair in pairs for code in pair[:2]}
        if distance <= REPLACES_WITHIN_KM and old not in taken and new not in taken:
            pairs.append((old, new, distance))
    return pairs


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance between two latitudes and longitudes in radians.

    >>> round(_km((0.0, 0.0), (0.0, math.radians(1.0))), 1)
    111.2
    """
    half = math.sin((other[0] - one[0]) / 2) ** 2
    half += math.cos(one[0]) * math.cos(other[0]) * math.sin((other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _winners(before: pd.DataFrame, served: pd.Series[float], voice: Voice) -> Table:
    """Return the communes where something changes, the largest change first."""
    say = voice.say
    moved = served[served != 0]
    order = moved.abs().sort_values(ascending=False, kind="stable").index
    rows = tuple(
        (
            str(code),
            str(before.loc[code, "commune"]),
            guarded(float(_number(before["servis_apres"])[code])),
            guarded(float(_number(before["servis_apres"])[code] + moved[code])),
            round(float(moved[code])),
        )
        for code in order
    )
    columns = (
        Column("code_commune", say("Code"), Format.CODE),
        Column("commune", say("Commune"), Format.TEXT),
        Column("premier", say("Servis, premier plan"), Format.COUNT),
        Column("second", say("Servis, second plan"), Format.COUNT),
        Column("ecart", say("Écart"), Format.COUNT),
    )
    return Table("ecarts", say("Qui gagne, qui perd"), columns, rows)
