"""From whom sites take doctors: what each takes, who loses it, and what is left as new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.access.decay import Decay
from territory_access.dossier.blocks import Column, Format, Statement, Table, Tone
from territory_access.siting.lost import apl_lost, lost_by
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.economics import SiteMoney
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

# Communes that lose most: as many as a page takes; the rest is in the total.
SHOWN = 15
NAMED = 5


def donors(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Block, ...]:
    """Return which communes lose the consultations that sites take from practices nearby.

    Parameters
    ----------
    study, money
        The run, and the sites with their services.
    voice
        Language and numbers.
    """
    taking = [site for site in money if site.service.poaching > 0 and site.team > 0]
    if not taking:
        return ()
    if study.plan.problem.donors is None:
        return (_unknown(study, taking, voice),)
    lost = lost_by(study.plan)
    if lost.empty:
        return ()
    return (
        _by_site(study, lost, voice),
        _together(study, lost, voice),
        _losing(study, lost, voice),
    )


def followed(study: Study, voice: Voice) -> list[str]:
    """Return which practices an evaluation must watch, where the plan takes doctors from some."""
    lost = lost_by(study.plan)
    if lost.empty:
        return []
    total = _most(lost)
    return [
        voice.say(
            "Effets sur les cabinets voisins : relever aussi les consultations à {names}, où le "
            "plan en prendrait le plus ({n} par an dans toutes les communes) ; une baisse plus "
            "forte dirait que les sites prennent plus de médecins que supposé.",
            names=voice.listed(_names(study, total.index[:NAMED], voice)),
            n=voice.numbers.count(float(total.sum())),
        )
    ]


def _unknown(study: Study, taking: list[SiteMoney], voice: Voice) -> Statement:
    """Return how much is taken where nobody knows from whom."""
    taken = sum(site.added_acts * site.service.poaching for site in taking)
    return Statement(
        voice.say(
            "Environ {n} consultations par an viendraient de médecins déjà en place à "
            "moins de {minutes} min : elles ne comptent pas comme nouvelles. Sans offre de "
            "médecins (supply.gp_file), les communes qui les perdent ne peuvent être "
            "nommées.",
            n=voice.numbers.count(taken),
            minutes=voice.numbers.count(study.parameters.value("staff.poaching_minutes")),
        ),
        Tone.NOTE,
    )


def _by_site(study: Study, lost: pd.DataFrame, voice: Voice) -> Table:
    """Return what each site offers, takes and adds."""
    say, sites = voice.say, study.plan.sites
    rows: list[tuple[Cell, ...]] = []
    taking = lost[lost.sum(axis=1) > 0]
    for (_, gone), (_, site) in zip(
        taking.iterrows(), sites.loc[taking.index].iterrows(), strict=True
    ):
        taken, gross = float(gone.sum()), float(site["acts_per_year"])
        most = gone.sort_values(ascending=False, kind="stable").index[:NAMED]
        rows.append(
            (voice.name(str(site["name"])), str(site["service"]), gross, gross - taken, taken,
             ", ".join(_names(study, most, voice)))
        )  # fmt: skip
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("brut", say("Consultations, brut"), Format.COUNT, total=True),
        Column("net", say("Consultations, net"), Format.COUNT, total=True),
        Column("prises", say("Prises à des cabinets"), Format.COUNT, total=True),
        Column("donneurs", say("D’où, surtout"), Format.TEXT),
    )
    note = say("Parts fixes : chaque commune perd en proportion de ce qu’elle offre aujourd’hui.")
    caption = say("Ce que les sites prennent aux cabinets voisins")
    return Table("debauchage", caption, columns, tuple(rows), note=note)


def _together(study: Study, lost: pd.DataFrame, voice: Voice) -> Statement:
    """Return what the plan offers, what is lost around, and what is left as new."""
    gross = float(study.plan.sites["acts_per_year"].sum())
    gone = float(lost.to_numpy().sum())
    return Statement(
        voice.say(
            "En tout, le plan offre {gross} consultations par an de plus qu’aujourd’hui ; les "
            "cabinets de {count} communes en perdent {gone} ; {net} sont nouvelles. L’APL du "
            "dossier compte les unes et les autres.",
            gross=voice.numbers.count(gross),
            count=voice.numbers.count(int((_most(lost) > 0).sum())),
            gone=voice.numbers.count(gone),
            net=voice.numbers.count(gross - gone),
        )
    )


def _losing(study: Study, lost: pd.DataFrame, voice: Voice) -> Table:
    """Return the communes whose practices lose most, with and without what they lose."""
    say, total = voice.say, _most(lost)
    offered = _offered(study)
    shown = total.index[:SHOWN]
    levels = _levels(study, total)
    rows = tuple(
        (name, str(code), float(offered[code]), float(total[code]),
         float(total[code] / offered[code]), *levels.loc[code].tolist())
        for name, code in zip(_names(study, shown, voice), shown, strict=True)
    )  # fmt: skip
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("code_commune", say("Code"), Format.CODE),
        Column("offre", say("Consultations offertes aujourd’hui"), Format.COUNT),
        Column("perdues", say("Perdues par an"), Format.COUNT),
        Column("part", say("Part perdue"), Format.SHARE),
        *(Column(key, say(_APL[key]), Format.EXACT) for key in levels.columns),
    )
    note = say(
        "Les {shown} communes qui perdent le plus, sur {count} ; ensemble elles perdent {part} de "
        "ce que les sites prennent. « Sans ces pertes » : avec le plan, si nul médecin n’y était "
        "pris.",
        shown=voice.numbers.count(len(shown)),
        count=voice.numbers.count(int((total > 0).sum())),
        part=voice.numbers.share(float(total[shown].sum() / total.sum())),
    )
    return Table("donneurs", say("Les communes qui perdent des médecins"), columns, rows, note=note)


_APL = {
    "apl_avant": "APL aujourd’hui",
    "apl_sans": "APL avec le plan, sans ces pertes",
    "apl_avec": "APL avec le plan",
}


def _levels(study: Study, total: pd.Series[float]) -> pd.DataFrame:
    """Return the APL of the communes that lose: today, with the plan but no loss, with both."""
    asked, before, after = study.plan.problem, study.apl_before, study.apl_after
    if before is None or after is None or asked.donors is None:
        return pd.DataFrame(index=total.index)
    zones = asked.donors.times[ORIGIN]
    need = zones.copy(data=study.territory.zones.loc[zones.to_numpy(), "need"].to_numpy(float))
    gone = pd.Series(
        apl_lost(asked, total, need, Decay.drees(study.parameters)), zones.to_numpy().astype(str)
    )
    codes = {ORIGIN: total.index.to_numpy()}
    with_plan = after.sel(codes).to_numpy()
    return pd.DataFrame(
        {
            "apl_avant": np.round(before.sel(codes).to_numpy(), 3),
            "apl_sans": np.round(with_plan + gone[total.index].to_numpy(), 3),
            "apl_avec": np.round(with_plan, 3),
        },
        index=total.index,
    )


def _offered(study: Study) -> pd.Series[float]:
    known = study.plan.problem.donors
    return pd.Series(dtype=float) if known is None else known.acts.to_series()


def _most(lost: pd.DataFrame) -> pd.Series[float]:
    """Return what each commune loses in all, largest first."""
    return lost.sum(axis=0).sort_values(ascending=False, kind="stable")


def _names(study: Study, codes: pd.Index, voice: Voice) -> list[str]:
    names = study.territory.zones["name"]
    return [voice.name(str(names.get(code, code))) for code in codes]
