"""What an additional consultation and a place cost, beside the catalogue and beside reinforcing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.dossier.blocks import Bullets, Column, Format, Statement, Table, Tone
from territory_access.dossier.decisions import going
from territory_access.services import catalogue
from territory_access.services.economics import (
    apl_gain,
    consultations_to_lift,
    effect,
    equivalent_annual_cost,
    pays_its_way,
    reinforcements,
)
from territory_access.vocabulary import DESTINATION

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Block
    from territory_access.dossier.economics import SiteMoney
    from territory_access.dossier.voice import Voice
    from territory_access.services.economics import Statement as Told
    from territory_access.study import Study


# How far below the threshold a basin is taken to be: 2.2 for 2.5.
_STEP = 0.3


def comparison(money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Block, ...]:
    """Return how these accounts differ from the yearly result that the plan was chosen with."""
    say = voice.say
    rows = []
    for site in money:
        planned = round(site.service.net * _times(site), 2)
        here = float(site.base.operating()[-1])
        rows.append((site.name, site.service.id, planned, here, round(here - planned, 2)))
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("catalogue", say("Résultat selon le catalogue"), Format.CENTS, total=True),
        Column("comptes", say("Résultat d’exploitation selon ces comptes"), Format.CENTS,
               total=True),
        Column("ecart", say("Écart"), Format.CENTS, total=True),
    )  # fmt: skip
    note = say(
        "Le plan est choisi avec le résultat annuel que donne le catalogue des services ; ces "
        "comptes-ci sont refaits poste par poste, au régime de croisière, avant amortissement et "
        "aides ponctuelles. L’écart dit ce que vaut l’un ou l’autre : il vient surtout des "
        "consultations par médecin, du personnel d’appui et de ce que la collectivité prête."
    )
    caption = say("Deux lectures du résultat annuel")
    return (Table("ecart_catalogue", caption, columns, tuple(rows), note=note),)


def effects(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Block, ...]:
    """Return the cost of a consultation and of a place, and what reinforcing would cost."""
    say, numbers = voice.say, voice.numbers
    kappa, rate = study.parameters.value("places.kappa"), study.parameters.value("money.real_rate")
    rows = []
    for site in money:
        each = kappa if site.service.gives_places else 0.0
        without = effect(site.base, site.net_acts, kappa=each)
        aided = effect(site.base, site.net_acts, kappa=each, one_off=True)
        life = lifetime(site.base)
        worn = equivalent_annual_cost(site.size.capex, years=life, rate=rate)
        seen = (worn - site.service.net * _times(site)) / site.net_acts if site.net_acts else None
        rows.append(
            (site.name, site.service.id, site.net_acts, _finite(pays_its_way(site.base)),
             _finite(without.per_consultation), _finite(aided.per_consultation),
             _finite(without.per_place), seen)
        )  # fmt: skip
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("nettes", say("Consultations nettes par an"), Format.COUNT, total=True),
        Column("equilibre", say("Équilibre, en consultations par an"), Format.COUNT),
        Column("par_consultation", say("Coût d’une consultation de plus"), Format.CENTS),
        Column("avec_aides", say("… avec aides ponctuelles"), Format.CENTS),
        Column("par_place", say("Coût annuel d’une place"), Format.CENTS),
        Column("selon_catalogue", say("Coût d’une consultation selon le catalogue"), Format.CENTS),
    )
    note = say(
        "Consultations nettes : sans celles des médecins venus de cabinets voisins. Un coût "
        "négatif est un excédent. Aides ponctuelles : réparties sur les années montrées."
    )
    caption = say("Coût d’une consultation et d’une place de plus")
    total = sum(site.added_net for site in money)
    services = catalogue.load(study.scenario.services)
    items = [
        say(
            "Pour autant de consultations ({n}), {hosts} médecins en place auraient chacun un "
            "poste « {service} » : {yearly} par an, {each} la consultation. Cela suppose que ces "
            "médecins existent et le veulent, et ne crée pas de lieu.",
            n=numbers.count(total),
            hosts=numbers.count(one.hosts),
            service=say(services[one.service].name),
            yearly=numbers.euros(one.yearly),
            each=numbers.cents(round(one.per_consultation, 2)),
        )
        for one in (reinforcements(total, services, parameters=study.parameters) if total else ())
    ]
    items.append(
        say(
            "Un passage aux urgences coûte de l’ordre de {euros}.",
            euros=numbers.euros(study.parameters.value("money.emergency_visit")),
        )
    )
    return (Table("cout_consultation", caption, columns, tuple(rows), note=note),
            Bullets(tuple(items)))  # fmt: skip


def order_of_magnitude(
    study: Study, money: tuple[SiteMoney, ...], voice: Voice
) -> tuple[Block, ...]:
    """Return by how much each site raises the mean APL around it, and that it is not enough."""
    say, numbers = voice.say, voice.numbers
    need = study.territory.zones["need"]
    reach = study.parameters.value("access.reach_minutes")
    threshold = study.parameters.value("apl.threshold")
    rows = []
    told = [
        (site.code, site.name, site.service.id, site.added_net)
        for site in money
        if site.service.counts_in_apl
    ]
    told += [
        (str(line["at"]), str(line["name"]), str(line["service"]), float(line["net_acts"]))
        for _, line in going(study).iterrows()
    ]
    for at, name, service, acts in told:
        minutes = study.times["travel_time"].sel({DESTINATION: at}).to_series()
        around = float(need[(minutes.reindex(need.index) <= reach).to_numpy(bool)].sum())
        if around > 0:
            lift = round(consultations_to_lift(threshold - _STEP, threshold, around))
            rows.append((name, service, round(around), round(apl_gain(acts, around), 3), lift))
    said = Statement(
        say(
            "Un service de 15 000 consultations ajoute {gain} à l’APL moyenne d’un bassin de "
            "80 000 habitants : à lui seul, il ne porte pas 2,2 à 2,5, ce qui demande {needed} "
            "consultations de plus.",
            gain=numbers.decimal(apl_gain(15_000, 80_000), 2),
            needed=numbers.count(consultations_to_lift(2.2, 2.5, 80_000)),
        ),
        Tone.PROOF,
    )
    if not rows:
        return (said,)
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("service", say("Service"), Format.TEXT),
        Column("habitants", say("Habitants à {n} min", n=numbers.count(reach)), Format.COUNT),
        Column("gain_apl", say("Gain moyen d’APL"), Format.EXACT),
        Column("pour_03", say("Consultations pour gagner 0,3"), Format.COUNT),
    )
    note = say(
        "Habitants standardisés à portée du site. Toutes les consultations sont supposées prises "
        "par eux."
    )
    return said, Table("gain_apl_bassin", say("Ce que chaque site ajoute à l’APL autour de lui"),
                       columns, tuple(rows), note=note)  # fmt: skip


def _times(site: SiteMoney) -> float:
    """Return how many times the base size this site is: by its doctors, or by its capacity."""
    if site.service.gp_fte:
        return site.size.fte / site.service.gp_fte
    capacity = site.service.capacity
    return site.size.acts_per_year / capacity if site.size.acts_per_year and capacity else 1.0


def lifetime(told: Told) -> float:
    """Return how long the investment of a service lasts, the shortest of its parts, in years."""
    lives = [one.values[0] for key, one in told.inputs.items() if key.endswith("_life")]
    return float(min(lives)) if lives else 15.0


def _finite(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None
