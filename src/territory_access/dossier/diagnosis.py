"""Who is left without a place today, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.datasets.communes import departements as known_departements
from territory_access.dossier.annexes import near_edge
from territory_access.dossier.blocks import (
    Column,
    Format,
    Section,
    Statement,
    Subheading,
    Table,
    Terms,
)
from territory_access.dossier.cars import cars
from territory_access.dossier.equity import equity
from territory_access.dossier.existing import existing_sites
from territory_access.dossier.findings import is_desert
from territory_access.dossier.numbers import guarded, guarded_share
from territory_access.dossier.robust import robust
from territory_access.dossier.today import deserts_today, today
from territory_access.dossier.why import cause, hidden, reasons
from territory_access.vocabulary import DesertKind

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from territory_access.deserts import Rule
    from territory_access.dossier.blocks import Block, Picture
    from territory_access.dossier.findings import Findings
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

LARGEST = 10
_MEANINGS = (
    (DesertKind.DISTANCE, "aucun site offrant des places n’est assez proche"),
    (
        DesertKind.CAPACITY,
        "un site est proche, mais trop peu de ceux qui cherchent une place l’obtiennent",
    ),
    (
        DesertKind.BOTH,
        "aucun site assez proche, et trop d’adultes sans médecin traitant ou une APL basse",
    ),
    (DesertKind.AT_RISK, "pas encore un désert, mais tout près d’un seuil"),
    (DesertKind.SEASONAL, "un désert au mois d’août seulement, quand il y a plus de monde"),
    (
        DesertKind.CARLESS,
        "un désert pour les 75 ans et plus sans voiture, qui n’ont pas de site assez proche",
    ),
    (DesertKind.NONE, "les seuils sont respectés"),
)
_RARE = {DesertKind.SEASONAL, DesertKind.CARLESS}  # told only where the data to see them are there


_STAR = "\N{NARROW NO-BREAK SPACE}*"  # an APL that lacks neighbours


def diagnosis(
    study: Study,
    found: Findings,
    communes: gpd.GeoDataFrame,
    maps: tuple[Picture, ...],
    voice: Voice,
) -> Section:
    """Return the diagnosis: map, typology, largest patches, départements.

    Parameters
    ----------
    study, found, communes
        The run, its numbers, its communes (``findings.communes``).
    maps
        Maps of today.
    voice
        Language and numbers.
    """
    say = voice.say
    statements = (
        deserts_today(found, voice) if study.apl_before is not None else today(found, voice)
    )
    blocks: list[Block] = [
        *(Statement(text) for text in statements),
        *maps,
        Subheading(say("Quels déserts ?")),
    ]
    blocks += [_typology(communes, voice), _meanings(communes, voice)]
    if found.desert_zones_before:
        blocks.append(_rules(study, communes, voice))
    blocks.append(Subheading(say("Où sont-ils ?")))
    if is_desert(study.patches["kind"]).any():
        blocks.append(_patches(study, voice))
    blocks.append(_departements(communes, voice))
    for heading, found_out in (
        (say("Pourquoi ?"), reasons(study, voice)),
        (say("Est-ce sûr ?"), robust(study, voice)),
        (say("À quel point est-ce inégal ?"), equity(study, communes, voice)),
        (say("Avec et sans voiture"), cars(study, voice)),
        (say("Ce que la moyenne cache"), hidden(study, voice)),
    ):
        if found_out:
            blocks += [Subheading(heading), *found_out]
    if len(study.territory.facilities):
        blocks += [Subheading(say("Les sites existants")), existing_sites(study, voice)]
    return Section("diagnostic", say("Diagnostic"), tuple(blocks))


def _typology(communes: gpd.GeoDataFrame, voice: Voice) -> Table:
    total = int(communes["population"].sum())
    rows: list[tuple[Cell, ...]] = []
    for kind, _ in _shown(communes):
        part = communes[communes["kind_before"] == kind.value]
        residents = int(part["population"].sum())
        rows.append(
            (
                voice.say(kind.value),
                len(part),
                residents,
                residents / total if total else 0.0,
                guarded(part["seekers"].sum()),
            )
        )
    columns = (
        Column("type", voice.say("Type de désert"), Format.TEXT),
        Column("communes", voice.say("Communes"), Format.COUNT, total=True),
        Column("habitants", voice.say("Habitants"), Format.COUNT, total=True),
        Column("part", voice.say("Part de la population"), Format.SHARE),
        Column(
            "en_recherche",
            voice.say("En recherche d’un médecin traitant"),
            Format.COUNT,
            total=True,
        ),
    )
    return Table("typologie", voice.say("Communes par type, avant le plan"), columns, tuple(rows))


def _meanings(communes: gpd.GeoDataFrame, voice: Voice) -> Terms:
    told = ((voice.say(kind.value), voice.say(text)) for kind, text in _shown(communes))
    return Terms(tuple(told))


def _shown(communes: gpd.GeoDataFrame) -> list[tuple[DesertKind, str]]:
    """Return the kinds to tell of: the rare ones only where there are some."""
    there = set(communes["kind_before"])
    return [(kind, text) for kind, text in _MEANINGS if kind not in _RARE or kind in there]


def _patches(study: Study, voice: Voice) -> Table:
    deserts = study.patches[is_desert(study.patches["kind"])]
    patches = deserts.assign(_name=deserts["name"].astype(str))
    patches = patches.sort_values(["population", "_name"], ascending=[False, True]).head(LARGEST)
    told = study.explained is not None and "fte" in patches
    rows = tuple(
        (
            str(patch["name"]),
            voice.say(str(getattr(patch["kind"], "value", patch["kind"]))),
            _how_many(patch["zones"]),
            int(patch["population"]),
            guarded(float(patch["seekers"])),
            *((cause(str(patch["cause"]), voice), float(patch["fte"])) if told else ()),
        )
        for _, patch in patches.iterrows()
    )
    columns: tuple[Column, ...] = (
        Column("nom", voice.say("Autour de"), Format.TEXT),
        Column("type", voice.say("Type de désert"), Format.TEXT),
        Column("communes", voice.say("Communes"), Format.COUNT),
        Column("habitants", voice.say("Habitants"), Format.COUNT),
        Column("en_recherche", voice.say("En recherche d’un médecin traitant"), Format.COUNT),
    )
    if told:
        columns += (
            Column("cause", voice.say("Cause principale"), Format.TEXT),
            Column("etp", voice.say("ETP de médecin pour le combler"), Format.DECIMAL),
        )
    note = voice.say_counted(
        "Un seul désert, dont les communes se touchent.",
        "Les {shown} plus peuplés de {all} déserts ; les communes d’un même désert se touchent.",
        len(deserts),
        shown=voice.numbers.count(len(rows)),
        all=voice.numbers.count(len(deserts)),
    )
    return Table(
        "deserts",
        voice.say("Les plus grands déserts d’un seul tenant, au sens de l’étude"),
        columns,
        rows,
        note=note,
    )


def _rules(study: Study, communes: gpd.GeoDataFrame, voice: Voice) -> Table:
    """Return how many communes break each rule; one commune may break several."""
    broken = study.deserts_before["broken_rules"].reindex(communes.index).fillna("").astype(str)
    each = broken[is_desert(communes["kind_before"])].str.split(" ; ").explode()
    known = {rule.label: rule for rule in study.rules}
    rows = tuple(
        (
            _rule(known.get(rule), rule, voice),
            len(codes),
            int(communes.loc[codes.index, "population"].sum()),
        )
        for rule, codes in each[each != ""].groupby(each)
    )
    columns = (
        Column("regle", voice.say("Règle enfreinte"), Format.TEXT),
        Column("communes", voice.say("Communes"), Format.COUNT),
        Column("habitants", voice.say("Habitants"), Format.COUNT),
    )
    note = voice.say("Une commune peut enfreindre plusieurs règles.")
    return Table(
        "regles", voice.say("Pourquoi ces communes sont des déserts"), columns, rows, note=note
    )


def _rule(rule: Rule | None, label: str, voice: Voice) -> str:
    """Return a rule with its threshold as this language writes both."""
    if rule is None:
        return voice.say(label)
    return voice.say(rule.template, threshold=voice.numbers.exact(round(rule.shown, 2)))


def _how_many(zones: object) -> int:
    """Return a number of zones, given as such or as their codes."""
    if isinstance(zones, str):
        return len([code for code in zones.replace(";", ",").split(",") if code.strip()])
    if isinstance(zones, list | tuple | set | frozenset | np.ndarray):
        return len(zones)
    return int(str(zones))


def _departements(communes: gpd.GeoDataFrame, voice: Voice) -> Table:
    has_apl = "apl_before" in communes
    names = known_departements()["name"]
    cut = near_edge(communes) & has_apl
    rows: list[tuple[Cell, ...]] = []
    for code, part in communes.groupby("departement", sort=True):
        residents = int(part["population"].sum())
        desert = int(part.loc[is_desert(part["kind_before"]), "population"].sum())
        seekers = float(part["seekers"].sum())
        row: tuple[Cell, ...] = (
            str(code),
            f"{names.get(str(code), '')}{_STAR if cut[part.index].any() else ''}",
            residents,
            guarded(part["without_doctor"].sum()),
            guarded(seekers),
            guarded_share(float(part["served_before"].sum()), seekers),
            guarded_share(float(part["served_after"].sum()), seekers),
            desert / residents if residents else 0.0,
        )
        if has_apl:
            row += (_mean(part, "apl_before"), _mean(part, "apl_after"))
        rows.append(row)
    columns: tuple[Column, ...] = (
        Column("departement", voice.say("Département"), Format.CODE),
        Column("nom", voice.say("Nom"), Format.TEXT),
        Column("habitants", voice.say("Habitants"), Format.COUNT, total=True),
        Column(
            "sans_medecin_traitant", voice.say("Sans médecin traitant"), Format.COUNT, total=True
        ),
        Column("en_recherche", voice.say("En recherche"), Format.COUNT, total=True),
        Column("part_avant", voice.say("Avec une place, avant"), Format.SHARE),
        Column("part_apres", voice.say("Avec une place, après"), Format.SHARE),
        Column("part_desert", voice.say("Habitants en désert, avant"), Format.SHARE),
    )
    if has_apl:
        columns += (
            Column("apl_avant", voice.say("APL moyenne, avant"), Format.DECIMAL),
            Column("apl_apres", voice.say("APL moyenne, après"), Format.DECIMAL),
        )
    note = _edge_note(int(cut.sum()), voice) if cut.any() else ""
    caption = voice.say("Habitants par département")
    return Table("departements", caption, columns, tuple(rows), note=note)


def _edge_note(count: int, voice: Voice) -> str:
    """Return what the star of a département means."""
    return voice.say(
        "* L’APL y est approchée : {count} communes sont à moins de 40 minutes du bord de ce qui "
        "est chargé, et des voisins y manquent (tableau des communes). Montez territory.buffer_km.",
        count=voice.numbers.count(count),
    )


def _mean(part: pd.DataFrame, column: str) -> float:
    """Return the mean over standardised inhabitants, as the APL is published."""
    need = part["need"].to_numpy(dtype=float)
    return float(np.average(part[column], weights=need)) if need.sum() else 0.0
