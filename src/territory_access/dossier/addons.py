"""What reinforces doctors and centres, beside whom, and whether opening would cost less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Column, Format, Statement, Subheading, Table, Tone
from territory_access.dossier.economics_effect import lifetime
from territory_access.services import catalogue
from territory_access.services.economics import equivalent_annual_cost, statement
from territory_access.siting.addons import CENTRE, PRACTICE
from territory_access.siting.decisions import OPEN, REINFORCE
from territory_access.siting.hosts import sites_fte
from territory_access.siting.lost import lost_by, share_left

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.parameters import Parameters
    from territory_access.services.service import Service
    from territory_access.study import Study


def addons(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return what is reinforced, and what one consultation more costs this way or by opening.

    Parameters
    ----------
    study
        The run; nothing is said where it offers no add-on.
    voice
        Language and numbers.
    """
    say, decision = voice.say, study.plan.problem.options["decision"]
    if not (decision == REINFORCE).any():
        return ()
    each = _each(study)
    blocks: list[Block] = [Subheading(say("Renforcer, ou ouvrir"))]
    if len(each):
        blocks += [Statement(_compared(each, voice)), _costs(each, voice)]
    mine = study.plan.sites[study.plan.sites.index.isin(_places(study).index)]
    if mine.empty:
        blocks.append(Statement(say("Avec ces moyens, le plan ne retient aucun renfort.")))
        return tuple(blocks)
    return (*blocks, _hosted(study, mine, voice), *_biology(study, mine, voice))


def _places(study: Study) -> pd.DataFrame:
    """Return where add-ons may stand (``siting.hosts``)."""
    known = study.plan.problem.addons
    if known is None:
        raise ValueError
    return known.places


def _each(study: Study) -> pd.DataFrame:
    """Return what one consultation more costs by each service offered, the least first."""
    import pandas as pd

    services = catalogue.load(study.scenario.services)
    offered = study.plan.problem.options
    offered = offered[offered["decision"].isin([OPEN, REINFORCE]) & (offered["net_acts"] > 0)]
    rows = []
    for name in offered["service"].unique():
        service = services[str(name)]
        acts = service.capacity * (1.0 - service.poaching)
        rows.append((service.id, service.name, service.beside, acts, service.capex,
                     max(0.0, -service.net), _cost(service, acts, study.parameters)))  # fmt: skip
    columns = ["id", "name", "beside", "acts", "capex", "deficit", "each"]
    return pd.DataFrame(rows, columns=columns).sort_values(["each", "id"], kind="stable")


def _cost(service: Service, acts: float, parameters: Parameters) -> float:
    """Return euros a year, investment spread over its life, by net consultation."""
    told = statement(service, service.size("base"), parameters=parameters)
    rate = parameters.value("money.real_rate")
    worn = equivalent_annual_cost(service.capex, years=lifetime(told), rate=rate)
    return (worn + max(0.0, -service.net)) / acts


def _compared(each: pd.DataFrame, voice: Voice) -> str:
    """Return the cheapest add-on beside the cheapest place that opens."""
    say, cents = voice.say, voice.numbers.cents
    added, opened = each[each["beside"]], each[~each["beside"]]
    if added.empty or opened.empty:
        return say("Coût net d’une consultation de plus, selon le catalogue des services.")
    near, far = added.iloc[0], opened.iloc[0]
    return say(
        "Une consultation de plus coûte {addon} par an avec « {reinforcing} », {site} en ouvrant "
        "« {opening} ». Un renfort ne demande pas de médecin ; il lui en faut un en place, "
        "volontaire.",
        addon=cents(round(float(near["each"]), 2)),
        reinforcing=say(str(near["name"])),
        site=cents(round(float(far["each"]), 2)),
        opening=say(str(far["name"])),
    )


def _costs(each: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    columns = (
        Column("service", say("Service"), Format.TEXT),
        Column("genre", say("Renfort ou lieu"), Format.TEXT),
        Column("nettes", say("Consultations nettes par an"), Format.COUNT),
        Column("investissement", say("Investissement"), Format.EUROS),
        Column("deficit", say("Déficit par an"), Format.EUROS),
        Column("par_consultation", say("Coût d’une consultation de plus"), Format.CENTS),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            say(str(one["name"])),
            say("renfort") if one["beside"] else say("lieu"),
            float(one["acts"]),
            float(one["capex"]),
            float(one["deficit"]),
            round(float(one["each"]), 2),
        )
        for _, one in each.iterrows()
    )
    note = say(
        "Un poste, ou la taille de référence du service : déficit annuel du catalogue et "
        "investissement réparti sur sa durée de vie, divisés par les consultations qui ne viennent "
        "pas de cabinets voisins."
    )
    caption = say("Renforcer, ou ouvrir : ce que coûte une consultation de plus")
    return Table("renfort_ou_lieu", caption, columns, rows, note=note)


def _hosted(study: Study, mine: pd.DataFrame, voice: Voice) -> Table:
    """Return who hosts each add-on of the plan, and how many could stand there."""
    say, known = voice.say, study.plan.problem.addons
    if known is None:
        raise ValueError
    rows: list[tuple[Cell, ...]] = []
    asked = study.plan.problem
    counts = asked.missing is not None  # as in the plan, where the APL does not, nobody leaves
    left = share_left(asked, lost_by(study.plan)).to_dict() if counts else {}
    for code, site in mine.iterrows():
        place = known.places.loc[str(code)]
        practices = float(str(place["practices"])) * float(left.get(str(place["zone_id"]), 1.0))
        centres = _in_centres(study, str(place["zone_id"]))
        most = int(known.per_fte * practices + known.per_centre_fte * centres + 1e-6)
        kind = str(place["kind"])
        rows.append(
            (
                str(study.territory.zones.loc[place["zone_id"], "name"]),
                say(str(_named(study, str(site["service"])))),
                int(str(site["size"])),
                round(practices, 2) if kind == PRACTICE else None,
                round(centres, 2) if kind in {PRACTICE, CENTRE} else None,
                most if kind == PRACTICE else 1,
                float(str(site["acts_per_year"])),
            )
        )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Renfort"), Format.TEXT),
        Column("nombre", say("Postes"), Format.COUNT, total=True),
        Column("etp_cabinet", say("ETP de médecin en cabinet"), Format.EXACT),
        Column("etp_centre", say("ETP de médecin en centre, plan compris"), Format.EXACT),
        Column("au_plus", say("Postes au plus"), Format.COUNT),
        Column("consultations", say("Consultations par an"), Format.COUNT, total=True),
    )
    note = say(
        "Un renfort se tient auprès d’un médecin en cabinet (d’après le fichier de l’offre, s’il "
        "est donné) ou d’un centre qui existe ou que le plan ouvre. Les assistants déjà au travail "
        "ne sont pas connus commune par commune : à vérifier sur place."
    )
    return Table("renforts", say("Les renforts, et qui les accueille"), columns, tuple(rows),
                 note=note)  # fmt: skip


def _named(study: Study, service: str) -> str:
    offered = study.plan.problem.options
    return str(offered.loc[offered["service"] == service, "name"].iloc[0])


def _in_centres(study: Study, zone: str) -> float:
    """Return the GP FTE of the sites of a commune, once the plan is there."""
    problem, sites = study.plan.problem, study.plan.sites
    here = problem.candidates.loc[sites.index, "zone_id"].to_numpy(str) == zone
    today = sites_fte(problem.existing, np.array([zone]))[0]
    return float(today) + float(sites["fte"].to_numpy(float)[here].sum())


def _biology(study: Study, mine: pd.DataFrame, voice: Voice) -> tuple[Statement, ...]:
    """Return what biology on the spot would avoid, where the islands' estimate knows it."""
    say, numbers, found = voice.say, voice.numbers, []
    for code, site in mine.iterrows():
        if site["acts_per_year"] > 0:
            continue
        name, zone = str(site["name"]), str(_places(study).loc[str(code), "zone_id"])
        island = None if study.outlook is None else _island(study.outlook, zone)
        if site["service"] != "POCT" or island is None:
            sentence = say(
                "{name} est imposé : il ne donne ni consultation ni place, et ce qu’il apporte "
                "n’est pas estimé ici.",
                name=name,
            )
        else:
            sentence = say(
                "{name} est imposé : il ne donne ni consultation ni place. Au rythme observé à "
                "Groix, {avoided} transferts évités par an ({low} à {high}), un ordre de grandeur.",
                name=name,
                avoided=numbers.decimal(float(island["avoided"])),
                low=numbers.decimal(float(island["avoided_low"])),
                high=numbers.decimal(float(island["avoided_high"])),
            )
        found.append(Statement(sentence, Tone.NOTE))
    return tuple(found)


def _island(outlook: pd.DataFrame, zone: str) -> pd.Series | None:
    """Return the island of a commune, where what biology would avoid there was estimated."""
    for _, island in outlook.iterrows():
        if zone in str(island["zones"]).split() and np.isfinite(float(island["avoided"])):
            return island
    return None
