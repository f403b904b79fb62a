"""How one will know that the plan worked: indicators, comparison territories, what can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.dossier.blocks import (
    Bullets,
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
)
from territory_access.dossier.decisions import coming
from territory_access.dossier.donors import followed
from territory_access.dossier.findings import is_empty
from territory_access.services import evaluation as plan
from territory_access.services.power import Groups, detectable_rate, detectable_share
from territory_access.siting.decisions import EXTEND, RELOCATE, UPGRADE
from territory_access.siting.lines import lines, only_opens
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.findings import Findings
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.errors import Fault
    from territory_access.study import Study

PLAN_TABLE = "suivi_plan"
# Yearly events per 1,000 residents of which the smallest visible change is told: orders of
# magnitude to choose from, not what happens here.
_RATES = (10, 50, 300)
_DESIGNS = (1.0, 2.0)


def evaluation(study: Study, found: Findings, voice: Voice) -> Section | None:
    """Return the plan of evaluation, or nothing where nothing opens.

    Parameters
    ----------
    study, found
        The run and its numbers.
    voice
        Language and numbers.
    """
    if is_empty(study):
        return None
    say = voice.say
    treated, matches, lacking = _compared(study)
    blocks: list[Block] = [
        Statement(
            say(
                "Sur deux à trois ans. L’état avant est celui de l’étude, la cible celle du plan "
                "au régime de croisière ; ce que l’étude ne sait pas se relève avant l’ouverture, "
                "sans quoi rien ne pourra être comparé."
            )
        ),
        _indicators(study, found, voice),
        _followed(study, voice),
        Subheading(say("Avec quoi comparer")),
        Statement(
            say(
                "Un avant-après seul ne prouve rien : la démographie médicale change partout. "
                "Chaque intercommunalité où un site ouvre se compare à celles qui lui "
                "ressemblaient le plus avant, hors de portée du plan (différence de différences, "
                "par trimestre ; vérifier aussi que les médecins ne viennent pas d’à côté)."
            )
        ),
    ]
    if not matches.empty:
        blocks += [_matches(matches, voice), _visible(study, treated, matches, voice)]
    notes = [voice.told(fault) for fault in lacking]
    if matches.empty:
        notes.append(
            say(
                "Aucun territoire de comparaison dans cette étude : élargissez-la, ou comparez à "
                "des territoires voisins."
            )
        )
    notes += followed(study, voice)
    notes.append(
        say(
            "Après l’ouverture : « territory-access follow » compare les mois observés au plan et "
            "corrige ce que l’on peut en attendre."
        )
    )
    blocks.append(Bullets(tuple(notes)))
    return Section("evaluation", say("Plan d’évaluation"), tuple(blocks))


def _indicators(study: Study, found: Findings, voice: Voice) -> Table:
    say = voice.say
    sites, today = lines(study.plan), _standing(study)
    acts = today["acts_per_year"] + float(sites["acts_per_year"].sum())
    baseline = {
        "consultations": today["acts_per_year"],
        "fte_filled": today["fte"],
        "registrations": today["used"],
        "without_doctor": float(found.without_doctor),
        "reachable": float(found.within_before),
        "desert_population": float(found.desert_before),
    }
    target = {
        "consultations": acts,
        "fte_filled": today["fte"] + float(sites["fte"].sum()),
        "registrations": today["kept"] + float(sites["served"].sum()),
        "without_doctor": found.without_doctor - found.gained + found.lost,
        "reachable": float(found.within_after),
        "desert_population": float(found.desert_after),
        "deficit": float(sites["deficit"].sum()),
    }
    if acts > 0 and only_opens(study.plan):
        target["cost_per_act"] = float(sites["opex"].sum()) / acts
    if study.apl_before is not None and study.apl_after is not None:
        zones = study.territory.zones[study.territory.zones["in_territory"]]
        for told, apl in ((baseline, study.apl_before), (target, study.apl_after)):
            here = apl.sel({ORIGIN: zones.index.to_numpy()}).to_numpy()
            told["apl"] = float(np.average(here, weights=zones["need"]))
    rows = tuple(
        (
            say("{name} ({unit})", name=say(one.name), unit=say(one.unit)),
            say(plan.FAMILIES[one.family]),
            _value(one.baseline, voice),
            _value(one.target, voice),
            say(one.source),
            say(one.frequency),
        )
        for one in plan.indicators(baseline, target)
    )
    columns = (
        Column("indicateur", say("Indicateur"), Format.TEXT),
        Column("famille", say("Famille"), Format.TEXT),
        Column("avant", say("Avant"), Format.TEXT),
        Column("cible", say("Cible"), Format.TEXT),
        Column("source", say("Où le lire"), Format.TEXT),
        Column("frequence", say("Fréquence"), Format.TEXT),
    )
    note = say(
        "Avant et cible : calculés par l’étude, pour le seul territoire. La cible suppose les "
        "médecins trouvés et les places prises ; la montée en charge prend deux à trois ans."
    )
    return Table("indicateurs", say("Ce qui se mesure"), columns, rows, note=note)


def _standing(study: Study) -> dict[str, float]:
    """Return what the services that the plan changes or closes do today, together.

    ``used`` places are taken today, ``kept`` of them at the sites that stay.
    """
    told, existing = lines(study.plan), study.plan.problem.existing
    changed = told[(told["site"] != "") & (told["decision"] != RELOCATE)]
    here = existing.loc[changed["site"].unique()]
    used = study.places_before["used"].sel({DESTINATION: here.index.to_numpy(str)}).to_series()
    stay = changed.loc[changed["coming"], "site"].unique()
    return {
        "acts_per_year": float(here["acts_per_year"].sum()),
        "fte": float(here["fte"].sum()),
        "used": float(used.sum()),
        "kept": float(used.loc[stay].sum()),
    }


def _value(value: float | None, voice: Voice) -> str:
    if value is None:
        return voice.say("à relever")
    return voice.numbers.exact(round(value, 2)) if abs(value) < 100 else voice.numbers.count(value)


def _followed(study: Study, voice: Voice) -> Table:
    """Return the plan site by site, as ``territory-access follow`` reads it."""
    say = voice.say
    names = study.plan.problem.options.drop_duplicates("service").set_index("service")["name"]
    rows = tuple(
        (
            str(site["name"]),
            str(site["zone_id"]),
            str(site["service"]),
            say(str(names[site["service"]])),
            *_whole(study, site),
        )
        for _, site in coming(study).drop_duplicates("zone_id").iterrows()
    )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("code_commune", say("Code"), Format.CODE),
        Column("type", say("Type"), Format.IDENTIFIER),
        Column("service", say("Service"), Format.TEXT),
        Column("etp_medecin", say("ETP de médecin"), Format.EXACT),
        Column("consultations", say("Consultations par an"), Format.COUNT),
        Column("places", say("Places"), Format.COUNT),
    )
    return Table(PLAN_TABLE, say("Ce que le plan promet, site par site"), columns, rows)


def _whole(study: Study, line: pd.Series) -> tuple[float, float, int]:
    """Return doctors, consultations and places of a service once the plan is carried out."""
    fte, acts, places = float(line["fte"]), float(line["acts_per_year"]), int(line["places"])
    if line["decision"] not in {EXTEND, UPGRADE}:
        return fte, acts, places
    now = study.plan.problem.existing.loc[line["site"]]
    return (
        fte + float(now["fte"]), acts + float(now["acts_per_year"]), places + int(now["places"])
    )  # fmt: skip


def _compared(study: Study) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Fault, ...]]:
    """Return the treated territories, their matches, and what could not be matched."""
    zones = study.territory.zones
    sites = lines(study.plan)
    share = study.places_before["share"].sel({ORIGIN: zones.index.to_numpy()}).to_numpy()
    values = {"share_served": pd.Series(share, zones.index)}
    if study.apl_before is not None:
        apl = study.apl_before.sel({ORIGIN: zones.index.to_numpy()}).to_numpy()
        values["apl"] = pd.Series(apl, zones.index)
    places = plan.territories(zones, values)
    treated = [
        code for code in zones.loc[sites["zone_id"], "epci"].unique() if code in places.index
    ]
    minutes = study.times["travel_time"].sel(
        {ORIGIN: zones.index.to_numpy(), DESTINATION: sites["at"].to_numpy(str)}
    )
    near = minutes.transpose(ORIGIN, DESTINATION).to_numpy() <= sites["reach"].to_numpy(float)
    # an intercommunality that the edge of the study cuts is no fair comparison either
    apart = near.any(axis=1) | ~zones["in_territory"].to_numpy(dtype=bool)
    touched = zones.loc[apart, "epci"].unique().tolist()
    matches, lacking = plan.matched(places, treated, touched)
    return places.loc[treated], matches, lacking


def _matches(matches: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    rows = tuple(
        (
            voice.name(str(row["name"])),
            voice.name(str(row["match_name"])),
            str(row["match"]),
            int(row["population"]),
            round(float(row["likeness"]), 2),
        )
        for row in matches.to_dict("records")
    )
    columns = (
        Column("territoire", say("Où un site ouvre"), Format.TEXT),
        Column("comparaison", say("Territoire de comparaison"), Format.TEXT),
        Column("code_epci", say("Code"), Format.CODE),
        Column("habitants", say("Habitants"), Format.COUNT),
        Column("ressemblance", say("Ressemblance (0 à 1)"), Format.EXACT),
    )
    note = say(
        "Ressemblance avant le plan : habitants, densité, part sans médecin traitant, part qui "
        "obtient une place, et âges, défavorisation et APL où ils sont connus."
    )
    return Table("comparaisons", say("Territoires de comparaison"), columns, rows, note=note)


def _visible(study: Study, treated: pd.DataFrame, matches: pd.DataFrame, voice: Voice) -> Table:
    """Return the smallest change that such an evaluation would see."""
    say, numbers = voice.say, voice.numbers
    adults = study.parameters.value("need.adult_share")
    people, others = float(treated["population"].sum()), float(matches["population"].sum())
    groups = Groups(people, others)
    grown = Groups(people * adults, others * adults)
    share = float(np.average(treated["without_doctor"], weights=treated["population"]))
    rows: list[tuple[Cell, ...]] = [
        (
            say("Part des adultes sans médecin traitant"),
            numbers.share(share, 1),
            *(
                say("{n} point", n=numbers.decimal(
                    100 * detectable_share(share, grown, design=design), 2))
                for design in _DESIGNS
            ),
        )
    ]  # fmt: skip
    rows += [
        (
            say("Événements par an pour 1 000 habitants (exemple)"),
            numbers.exact(rate),
            *(
                numbers.decimal(1000 * detectable_rate(rate / 1000, groups, design=design), 1)
                for design in _DESIGNS
            ),
        )
        for rate in _RATES
    ]
    columns = (
        Column("mesure", say("Mesure"), Format.TEXT),
        Column("avant", say("Avant"), Format.TEXT),
        Column("visible", say("Plus petit écart visible"), Format.TEXT),
        Column("visible_grappes", say("Le même, si les habitants d’un lieu se ressemblent"),
               Format.TEXT),
    )  # fmt: skip
    note = say(
        "{people} habitants suivis, {others} en comparaison, un an avant et deux ans après ; "
        "risque de 5 %, puissance de 80 %. L’écart est celui de la moyenne de tous ces habitants, "
        "dont un site ne touche qu’une partie ; un effet plus petit peut exister sans se voir. "
        "Dernière colonne : variance doublée (effet de grappe). Les taux donnés en "
        "exemple sont des ordres de grandeur, à remplacer par ceux que l’on relève.",
        people=numbers.count(people),
        others=numbers.count(others),
    )
    return Table("ecart_visible", say("Ce que l’évaluation pourra voir"), columns, tuple(rows),
                 note=note)  # fmt: skip
