"""Which proven site each proposal repeats, how alike the places are, and the one-page sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory_access import replication_study
from territory_access.dossier.blocks import Bullets, Column, Format, Section, Statement, Table, Tone
from territory_access.dossier.decisions import coming, going
from territory_access.dossier.findings import is_empty
from territory_access.services import context, library, proven
from territory_access.siting.decisions import NEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.services.library import Initiative
    from territory_access.services.replication import Replication
    from territory_access.study import Study

_QUOTED = 8
# Components of the score, as tables call them.
LABELS = {
    "need": "besoin",
    "staff": "recrutement",
    "finance": "équilibre",
    "context": "ressemblance",
    "coalition": "coalition",
}


def replication(study: Study, voice: Voice) -> Section | None:
    """Return the proven site that each proposal repeats, and the initiatives worth quoting.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    found = [] if is_empty(study) else _models(study)
    quoted = _quoted(study)
    if not found and not quoted:
        return None
    say = voice.say
    blocks: list[Block] = []
    if found:
        blocks += [
            Statement(
                say(
                    "Chaque service proposé a déjà été tenté ailleurs. Le score compare la commune "
                    "à la référence : besoin, recrutement, équilibre, ressemblance, coalition ; il "
                    "aide à discuter et ne prédit pas la réussite."
                )
            ),
            narrow(_scores(study, found, voice)),
            *(Statement(stability(one, voice), Tone.NOTE) for one in found),
        ]
        blocks.append(_unknown(found, voice))
    leaving = set(going(study)["site"])
    closing = [one.site.name for one in found if one.site.id in leaving]
    if closing:
        blocks.append(
            Statement(
                say(
                    "Ce plan ferme ou déplace ce qui sert ici de référence : {names}.",
                    names=voice.listed(closing),
                ),
                Tone.WARNING,
            )
        )
    without = _without_model(study, found)
    if without:
        blocks.append(
            Statement(
                say(
                    "Sans référence parmi les sites éprouvés de l’étude : {services}.",
                    services=voice.listed([say(name) for name in without]),
                )
            )
        )
    if quoted:
        blocks.append(library_table(quoted, voice))
    return Section("replication", say("Références et réplication"), tuple(blocks))


def stability(found: Replication, voice: Voice) -> str:
    """Return whether the order of communes holds when the weights change."""
    say, numbers, sure = voice.say, voice.numbers, found.robustness
    if sure is None:
        return say("{site} : trop peu de communes possibles pour un classement.",
                   site=found.site.name)  # fmt: skip
    first = str(found.table["name"].iloc[0])
    values = {
        "site": found.site.name,
        "first": first,
        "share": numbers.share(sure.first_share),
        "draws": numbers.count(sure.draws),
        "top": numbers.count(sure.top),
    }
    if sure.stable:
        return say(
            "{site} : le classement est stable. {first} reste en tête dans {share} de {draws} "
            "tirages des poids, et les {top} premières le restent.",
            **values,
        )
    moved = found.table.head(sure.top)
    loose = moved.loc[moved["top_share"] == moved["top_share"].min(), "name"].iloc[0]
    return say(
        "{site} : le classement n’est pas stable. {first} reste en tête dans {share} de {draws} "
        "tirages des poids, mais {loose} ne reste parmi les {top} premières que dans {least}.",
        loose=str(loose),
        least=numbers.share(float(moved["top_share"].min())),
        **values,
    )


def ranking(found: Replication, voice: Voice, *, rows: int, blocked: bool = False) -> Table:
    """Return the communes in order, each component shown, and what blocks.

    Parameters
    ----------
    found
        The analogues.
    voice
        Language and numbers.
    rows
        How many communes.
    blocked
        Those that something blocks, instead of those that nothing does.
    """
    say = voice.say
    stopped = found.table["rank"] == 0
    part = found.table[stopped if blocked else ~stopped].head(rows)
    table = tuple(
        (
            voice.name(str(row["name"])),
            str(code),
            int(row["rank"]) or None,
            round(float(row["score"]), 1),
            *(_part(float(row[name])) for name in LABELS),
            ""
            if blocked
            else say("{low} à {high}", low=str(row["rank_low"]), high=str(row["rank_high"])),
            why(found, str(code), str(row["weakest"]), voice),
        )
        for code, row in part.iterrows()
    )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("code_commune", say("Code"), Format.CODE),
        Column("rang", say("Rang"), Format.COUNT),
        Column("score", say("Score"), Format.EXACT),
        *(Column(name, say(label), Format.SHARE) for name, label in LABELS.items()),
        Column("rangs", say("Rang selon les poids"), Format.TEXT),
        Column("bloque", say("Ce qui bloque") if blocked else say("Point faible"), Format.TEXT),
    )
    caption = say("Communes bloquées") if blocked else say("Meilleurs analogues")
    note = say(
        "Un tiret : composante inconnue, laissée de côté avec son poids. Rang selon les poids : "
        "neuf tirages sur dix."
    )
    return Table("bloquees" if blocked else "analogues", caption, columns, table, note=note)


def narrow(table: Table) -> Table:
    """Return a table without codes of communes and without empty columns, where room is short."""
    kept = [
        place
        for place, column in enumerate(table.columns)
        if column.key != "code_commune" and any(row[place] is not None for row in table.rows)
    ]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def why(found: Replication, code: str, weakest: str, voice: Voice) -> str:
    """Return what blocks a commune, or else the component that costs it most points."""
    faults = found.blocks[code]
    if faults:
        return "\N{NARROW NO-BREAK SPACE}; ".join(voice.told(fault) for fault in faults)
    return voice.say(LABELS[weakest])


def library_table(quoted: Sequence[Initiative], voice: Voice) -> Table:
    """Return initiatives that bear on a project, as rows."""
    say = voice.say
    rows = tuple(
        (
            voice.name(one.name),
            ", ".join(part for part in (voice.name(one.place), one.year) if part),
            say(one.summary),
            say(one.limits) if one.limits else "",
            one.tag,
        )
        for one in quoted
    )
    columns = (
        Column("initiative", say("Initiative"), Format.TEXT),
        Column("ou", say("Où, quand"), Format.TEXT),
        Column("apport", say("Ce qu’elle apporte"), Format.TEXT),
        Column("limite", say("Ce que l’on n’en sait pas"), Format.TEXT),
        Column("etiquette", say("Étiquette"), Format.TAG),
    )
    note = say("D’autres : territory-access library, suivi de mots.")
    return Table("initiatives", say("Initiatives à connaître"), columns, rows, note=note)


def _models(study: Study) -> list[Replication]:
    """Return the analogues of the best model of each service that the plan opens."""
    sites = _new(study)
    features = context.describe(
        study.territory.zones, study.times["travel_time"], tuple(study.territory.candidates.index)
    )
    found = []
    for service in sites["service"].unique():
        codes = sites.loc[sites["service"] == service, "zone_id"]
        alike = {
            float(context.likeness(features, one.features)[codes].mean()): one
            for one in proven.models(str(service))
            if one.features is not None
        }
        if alike:
            found.append(replication_study.of_study(study, alike[max(alike)]))
    return found


def _scores(study: Study, found: Sequence[Replication], voice: Voice) -> Table:
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        sites = _new(study)
        for code in sites.loc[sites["service"] == one.service.id, "zone_id"]:
            if code not in one.table.index:
                continue
            row = one.table.loc[code]
            rows.append(
                (
                    voice.name(str(row["name"])),
                    voice.name(one.site.name),
                    one.service.evidence,
                    round(float(row["score"]), 1),
                    *(_part(float(row[name])) for name in LABELS),
                    why(one, str(code), str(row["weakest"]), voice),
                )
            )
    columns = (
        Column("commune", say("Commune"), Format.TEXT),
        Column("reference", say("Référence"), Format.TEXT),
        Column("preuve", say("Preuve"), Format.TAG),
        Column("score", say("Score"), Format.EXACT),
        *(Column(name, say(label), Format.SHARE) for name, label in LABELS.items()),
        Column("bloque", say("Ce qui bloque, ou coûte le plus"), Format.TEXT),
    )
    note = say(
        "Preuve : A répliqué ou évalué, B plusieurs sites ou un documenté, C pilote ; elle "
        "multiplie le score. Poids : paramètres replication.*. Un tiret : composante inconnue, "
        "laissée de côté avec son poids."
    )
    return Table("references", say("Ce que chaque site réplique"), columns, tuple(rows), note=note)


def _unknown(found: Sequence[Replication], voice: Voice) -> Bullets:
    items = dict.fromkeys(
        voice.told(fault) for one in found for fault in (*one.unknown, *one.to_check)
    )
    missing = dict.fromkeys(voice.told(fault) for one in found for fault in one.missing)
    if missing:
        listed = voice.say(
            "Ressemblance, sans : {features} (non fournis).", features=voice.listed(list(missing))
        )
        items[listed] = None
    return Bullets(tuple(items))


def _quoted(study: Study) -> tuple[Initiative, ...]:
    """Return the initiatives that bear on the services of the plan and of the projects."""
    services = {one.service for one in study.scenario.projects if one.service}
    if not is_empty(study):
        services |= set(coming(study)["service"])
    if not services:
        return ()
    themes = library.CARERS if "REPIT" in services else ()
    bearing = library.bearing_on(services, themes=themes)
    modest = [one for one in bearing if "financement" not in one.themes]
    near = {code[:2] for code in study.territory.candidates.index}
    modest.sort(key=lambda one: one.departement not in near)
    return tuple(modest[:_QUOTED])


def _without_model(study: Study, found: Sequence[Replication]) -> list[str]:
    if is_empty(study):
        return []
    offered = study.plan.problem.options.drop_duplicates("service").set_index("service")["name"]
    told = {one.service.id for one in found}
    return [
        str(offered[service]) for service in _new(study)["service"].unique() if service not in told
    ]


def _new(study: Study) -> pd.DataFrame:
    """Return the lines of the plan that put a service where none was: only they repeat a model."""
    told = coming(study)
    known = told["zone_id"].isin(study.territory.candidates.index)
    return told[known & told["decision"].isin(NEW)]


def _part(value: float) -> float | None:
    return value if value == value else None  # noqa: PLR0124 - NaN: not known
