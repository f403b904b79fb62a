"""What each site earns and costs year by year, and what an additional consultation costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access.dossier.blocks import (
    Bullets,
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
    Tone,
)
from territory_access.dossier.decisions import going
from territory_access.dossier.economics_accounts import account_tables, accounts
from territory_access.dossier.economics_effect import comparison, effects, order_of_magnitude
from territory_access.dossier.economics_sites import SiteMoney, sites_money
from territory_access.dossier.findings import is_empty
from territory_access.services.economics import (
    Case,
    Group,
    Setting,
    break_even,
    revenue_per_consultation,
    statement,
)
from territory_access.siting.decisions import CLOSE
from territory_access.siting.lines import only_opens

if TYPE_CHECKING:
    from decimal import Decimal

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.voice import Voice
    from territory_access.services.service import Size
    from territory_access.study import Study


__all__ = ["SiteMoney", "accounts", "economics", "sites_money"]


def economics(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> Section | None:
    """Return the economic model of the plan; nothing where nothing opens.

    Parameters
    ----------
    study, money
        The run and the accounts of its sites.
    voice
        Language and numbers.
    """
    if is_empty(study) or not money:
        return None
    say = voice.say
    blocks: list[Block] = [
        *_unit(study, voice),
        *_whole(study, voice),
        results(money, voice),
        *_cliffs(money, voice),
        Statement(_zones(study, money, voice), Tone.NOTE),
        *comparison(money, voice),
        *_productivity(study, money, voice),
        Subheading(say("Ce que coûte une consultation de plus")),
        *effects(study, money, voice),
        Subheading(say("Ordre de grandeur sur l’APL")),
        *order_of_magnitude(study, money, voice),
        Subheading(say("Comptes par site")),
        *account_tables(money, voice),
    ]
    return Section("economie", say("Modèle économique"), tuple(blocks))


def _unit(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return what a consultation brings and from how many a doctor pays his way."""
    numbers, known = voice.numbers, study.parameters
    found = break_even(known)
    return (
        Statement(
            voice.say(
                "Une consultation de centre rapporte {unit}, forfaits compris. Un médecin salarié "
                "à temps plein coûte {cost} tout compris ; avec {aids} d’aides par an, il "
                "s’équilibre à {acts} consultations par an (de {low} à {high} selon le coût).",
                unit=numbers.cents(revenue_per_consultation(known)),
                cost=numbers.euros(known.value("money.cost_per_salaried_gp_fte")),
                aids=numbers.euros(known.value("money.aids_per_gp_fte")),
                acts=numbers.count(found.central),
                low=numbers.count(found.low),
                high=numbers.count(found.high),
            ),
            Tone.LEAD,
        ),
        Bullets(
            (
                voice.say(
                    "L’équipe est complète et payée dès l’ouverture, les patients viennent peu à "
                    "peu : les premières années sont comptées au plus dur."
                ),
                voice.say(
                    "Défavorable et favorable prennent à la fois toutes les recettes, tous les "
                    "coûts et la montée en charge à un bout de leur plage : l’avenir probable est "
                    "entre les deux."
                ),
                voice.say(
                    "L’investissement est compté chaque année par son coût annuel équivalent, "
                    "subventions non déduites."
                ),
            )
        ),
    )


def _whole(study: Study, voice: Voice) -> tuple[Block, ...]:
    """Return of what these accounts are, where the plan does more than open."""
    if only_opens(study.plan):
        return ()
    items = [
        voice.say(
            "Un service agrandi ou changé a ici les comptes du service entier, une fois la "
            "décision prise, avec le seul investissement qu’elle demande ; un service déplacé, "
            "ceux de sa nouvelle place."
        )
    ]
    gone = going(study)
    saved = -float(gone.loc[gone["decision"] == CLOSE, "deficit"].sum())
    if len(gone):
        items.append(
            voice.say(
                "Ce qui ferme n’a pas de comptes ici : {names}. Selon le catalogue, fermer épargne "
                "{saved} de déficit par an ; fermer ou déplacer coûte {cost} une fois, "
                "estimation comprise dans l’investissement du plan.",
                names=voice.listed([str(name) for name in gone["name"]]),
                saved=voice.numbers.euros(saved),
                cost=voice.numbers.euros(float(gone["closing_cost"].sum())),
            )
        )
    return (Bullets(tuple(items)),)


def results(money: tuple[SiteMoney, ...], voice: Voice) -> Table:
    """Return the yearly result of each site: first year, cruise, cases, with and without aids."""
    say = voice.say
    rows = []
    for site in money:
        base = site.base.result(one_off=False)
        rows.append(
            (
                f"{site.name} ({site.service.id})",
                float(base[0]),
                float(base[-1]),
                float(site.told[Case.LOW].result(one_off=False)[-1]),
                float(site.told[Case.HIGH].result(one_off=False)[-1]),
                float(sum(site.base.total(Group.ONE_OFF))),
                float(-sum(min(year, _nothing(year)) for year in base)),
            )
        )
    columns = (
        Column("site", say("Site"), Format.TEXT),
        Column("annee_1", say("Résultat, année 1"), Format.CENTS, total=True),
        Column("croisiere", say("Résultat, régime de croisière"), Format.CENTS, total=True),
        Column("defavorable", say("Cas défavorable"), Format.CENTS, total=True),
        Column("favorable", say("Cas favorable"), Format.CENTS, total=True),
        Column("ponctuelles", say("Aides ponctuelles, en tout"), Format.CENTS, total=True),
        Column("a_couvrir", say("Pertes à couvrir sur la période"), Format.CENTS, total=True),
    )
    note = say(
        "Résultats sans aides ponctuelles, investissement amorti. Pertes à couvrir : somme des "
        "années en perte, sans les compenser par les autres."
    )
    caption = say("Résultat annuel de chaque site")
    return Table("resultats_economiques", caption, columns, tuple(rows), note=note)


def _nothing(year: Decimal) -> Decimal:
    return year * 0


def _cliffs(money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Block, ...]:
    """Return when aids fall, for the sites where they do, those that lose as much together."""
    falls: dict[tuple[int, Decimal], list[str]] = {}
    for site in money:
        falls.setdefault(site.base.cliff(), []).append(site.name)
    items = [
        voice.say(
            "{names} : les aides baissent de {fall} en année {year}.",
            names=voice.listed(names),
            fall=voice.numbers.cents(fall),
            year=voice.numbers.count(year),
        )
        for (year, fall), names in falls.items()
        if fall
    ]
    return (Bullets(tuple(items)),) if items else ()


def _productivity(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> tuple[Block, ...]:
    """Return the result with the activity of salaried centres, where the catalogue counts more."""
    usual = study.parameters.value("productivity.salaried_centre")
    alike: dict[tuple[str, Size], list[SiteMoney]] = {}
    for site in money:
        if site.base.detailed and site.size.acts_per_year > usual * site.size.fte:
            alike.setdefault((site.service.id, site.size), []).append(site)
    items = []
    for sites in alike.values():
        site = sites[0]
        fewer = replace(site.size, acts_per_year=usual * site.size.fte)
        told = statement(
            site.service, fewer, parameters=study.parameters,
            setting=Setting(opening=study.scenario.funding.opening),
        )  # fmt: skip
        items.append(
            voice.say(
                "{names} : le catalogue compte {many} consultations par ETP de médecin. À {few}, "
                "comme dans un centre salarié, le résultat d’exploitation serait de {result} par "
                "an au régime de croisière.",
                names=voice.listed([one.name for one in sites]),
                many=voice.numbers.count(site.size.acts_per_year / site.size.fte),
                few=voice.numbers.count(usual),
                result=voice.numbers.cents(told.operating()[-1]),
            )
        )
    return (Bullets(tuple(items)),) if items else ()


def _zones(study: Study, money: tuple[SiteMoney, ...], voice: Voice) -> str:
    unknown = [site.name for site in money if site.zone not in study.scenario.funding.zones]
    if unknown:
        return voice.say(
            "Le zonage de l’ARS n’est pas donné pour {names} : les aides réservées aux zones "
            "d’intervention prioritaire n’y sont pas comptées (funding.zones). Les montants des "
            "contrats sont ceux de l’accord de 2015 et de ses avenants, à vérifier dans celui de "
            "2025. Ni la prise en charge de cotisations dite « Teulade » ni le temps d’un interne "
            "ne sont comptés.",
            names=voice.listed(unknown),
        )
    return voice.say(
        "Les montants des contrats sont ceux de l’accord de 2015 et de ses avenants, à vérifier "
        "dans celui de 2025. Ni la prise en charge de cotisations dite « Teulade » ni le temps "
        "d’un interne ne sont comptés."
    )
