"""What a plan of several years does each year, and what each funder gives to each site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Subheading, Table
from territory_access.dossier.decisions import phrase, word
from territory_access.siting.decisions import LEAVE
from territory_access.siting.lines import lines, only_opens, paid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.voice import Voice
    from territory_access.siting.plan import SitingPlan


def by_year(plan: SitingPlan, voice: Voice) -> tuple[Block, ...]:
    """Return what is done each year and who helps; nothing for a plan of one year without help.

    Parameters
    ----------
    plan
        A plan that opens something.
    voice
        Language and numbers.
    """
    blocks: list[Block] = []
    if plan.problem.horizon.years > 1 and not plan.activity.empty:
        title = voice.say("Le plan, année par année")
        blocks += [Subheading(title), _years(plan, voice), _activity(plan, voice)]
    if not plan.grants.empty:
        blocks += [Subheading(voice.say("Qui aide à investir")), _grants(plan, voice)]
    return tuple(blocks)


def _years(plan: SitingPlan, voice: Voice) -> Table:
    """Return one row a year: what opens, and what all sites together do."""
    say, done = voice.say, plan.activity.groupby("year").sum(numeric_only=True)
    told = lines(plan).assign(said=[*_said(plan, voice)])
    opened = told[told["said"] != ""].groupby("year")["said"].agg(", ".join)
    rows = tuple(
        (
            year,
            str(opened.get(year, "–")),
            round(float(row["fte"]), 2),
            float(row["acts_per_year"]),
            float(row["net_acts"]),
            float(row["deficit"]),
        )
        for year, (_, row) in enumerate(done.iterrows(), start=1)
    )
    columns = (
        Column("annee", say("Année"), Format.COUNT),
        Column(
            "ouvertures",
            say("Ce qui ouvre") if only_opens(plan) else say("Ce qui est décidé"),
            Format.TEXT,
        ),
        Column("etp_medecin", say("ETP de médecin"), Format.EXACT),
        Column("consultations", say("Consultations par an"), Format.COUNT),
        Column("consultations_nettes", say("Dont nouvelles"), Format.COUNT),
        Column("deficit", say("Déficit de l’année"), Format.EUROS),
    )
    note = say(
        "Année 1 : la première du plan. Les patients viennent peu à peu ; un déficit négatif est "
        "un excédent. Nouvelles : sans celles qui viennent de cabinets voisins."
    )
    return Table("annees_du_plan", say("Le plan par année"), columns, rows, note=note)


def _said(plan: SitingPlan, voice: Voice) -> Iterator[str]:
    """Yield the name of each site that opens, or what is decided; nothing where it is told."""
    for _, line in lines(plan).iterrows():
        if only_opens(plan):
            yield str(line["name"])
        else:
            yield phrase(line, voice) if line["decision"] != LEAVE else ""


def _activity(plan: SitingPlan, voice: Voice) -> Table:
    """Return one row a site and year in which it is open."""
    say, names, first = voice.say, plan.sites["name"], plan.sites["year"]
    done, told = plan.activity.reset_index(), lines(plan)
    opens = only_opens(plan)
    done = done[done["year"] >= done["candidate_id"].map(first)]
    rows = tuple(
        (
            str(names[row["candidate_id"]]),
            *(() if opens else (word(told.loc[row["candidate_id"]], voice),)),
            int(row["year"]),
            round(float(row["fte"]), 2),
            float(row["acts_per_year"]),
            float(row["deficit"]),
        )
        for _, row in done.iterrows()
    )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        *(() if opens else (Column("decision", say("Ce qui est décidé"), Format.TEXT),)),
        Column("annee", say("Année"), Format.COUNT),
        Column("etp_medecin", say("ETP de médecin"), Format.EXACT),
        Column("consultations", say("Consultations par an"), Format.COUNT),
        Column("deficit", say("Déficit de l’année"), Format.EUROS),
    )
    return Table("activite_du_plan", say("Chaque site, année par année"), columns, rows)


def _grants(plan: SitingPlan, voice: Voice) -> Table:
    """Return one row a site and funder, and what is left to pay."""
    say, given = voice.say, plan.grants
    left = plan.sites["capex"].sub(given.groupby("candidate_id")["amount"].sum(), fill_value=0.0)
    rows = [
        (str(plan.sites["name"][code]), str(funder), float(amount))
        for code, funder, amount in given[["candidate_id", "funder", "amount"]].itertuples(
            index=False
        )
    ]
    own = say("Argent propre")
    rows += [(str(plan.sites["name"][code]), own, float(left[code])) for code in paid(plan).index]
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("financeur", say("Financeur"), Format.TEXT),
        Column("montant", say("Montant"), Format.EUROS, total=True),
    )
    note = say("Selon les règles du scénario (siting.funders) ; rien n’est accordé à ce jour.")
    return Table("aides_du_plan", say("Qui paie l’investissement"), columns, tuple(rows), note=note)
