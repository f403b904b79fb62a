"""What the dossier rests on: sources, checks and limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from territory_access.dossier.blocks import (
    Bullets,
    Column,
    Format,
    Section,
    Statement,
    Table,
)
from territory_access.dossier.numbers import SMALLEST_COUNT
from territory_access.dossier.roads import road_limit
from territory_access.dossier.summer import season
from territory_access.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def sources(study: Study, voice: Voice) -> Section:
    """Return what was read, of which vintage, under which licence, and its fingerprint."""
    say = voice.say
    table = study.sources.reset_index()
    rows = tuple(
        (
            say(_words(_pick(line, "title", "name"))),
            _words(_pick(line, "vintage")),
            say(_words(_pick(line, "licence", "license"))),
            _words(_pick(line, "sha256", "hash"))[:12],
        )
        for _, line in table.iterrows()
    )
    columns = (
        Column("source", say("Source"), Format.TEXT),
        Column("millesime", say("Millésime"), Format.TEXT),
        Column("licence", say("Licence"), Format.TEXT),
        Column("empreinte", say("Empreinte SHA-256 (début)"), Format.IDENTIFIER),
    )
    note = say(
        "L’empreinte entière de chaque source est dans le fichier manifest.json, à côté de ce "
        "dossier."
    )
    return Section(
        "sources",
        say("Sources"),
        (Table("sources", say("Données lues par l’étude"), columns, rows, note=note),),
    )


def checks(study: Study, voice: Voice) -> Section:
    """Return what the data checks found, and the remedy of each."""
    say = voice.say
    table = study.checks.reset_index()
    if table.empty:
        blocks: tuple[Block, ...] = (Statement(say("Les contrôles n’ont rien trouvé à signaler.")),)
        return Section("controles", say("Contrôles"), blocks)
    rows = tuple(
        (
            say(_words(line.get("check"))),
            say(_words(getattr(line.get("severity"), "value", line.get("severity")))),
            _amount(line.get("count")),
            _said(line.get("examples"), voice),
            say(_words(line.get("remedy"))),
        )
        for _, line in table.iterrows()
    )
    columns = (
        Column("controle", say("Contrôle"), Format.TEXT),
        Column("gravite", say("Gravité"), Format.TEXT),
        Column("nombre", say("Nombre"), Format.COUNT),
        Column("exemples", say("Exemples"), Format.TEXT),
        Column("remede", say("Que faire"), Format.TEXT),
    )
    return Section(
        "controles",
        say("Contrôles"),
        (Table("controles", say("Contrôles des données"), columns, rows),),
    )


def limits(study: Study, voice: Voice) -> Section:
    """Return what these numbers cannot say; never empty."""
    say = voice.say
    items = [
        _practices(study, voice),
        travel_limit(study.times.attrs, voice),
        say(
            "Nombre d’habitants sans médecin traitant : là où aucun taux local n’est publié, le "
            "taux "
            "national est appliqué ; les vrais écarts entre communes sont alors effacés."
        ),
        say(
            "La capacité n’est pas l’accès : une place comptée ici n’est ni un rendez-vous "
            "rapide, ni "
            "un site ouvert tard, ni un local accessible, ni la certitude que le médecin accepte."
        ),
    ]
    if study.apl_before is None:
        items.append(
            say(
                "L’accessibilité potentielle localisée (APL) n’est pas calculée, faute d’une "
                "table de "
                "l’offre de médecins. Pour l’obtenir, donner au scénario un fichier CSV par "
                "commune : "
                "clé « supply.gp_file », avec les colonnes que nomme « supply.gp_columns » : "
                "« code » et « acts » (actes par an) ou « gp » (nombre de médecins)."
            )
        )
    items += [
        say(
            "Les nombres d’habitants inférieurs à {n} ne sont pas publiés (« < {n} ») ; une part "
            "qui "
            "les laisserait deviner est notée « n.c. ». Les totaux des tables ne les comprennent "
            "pas.",
            n=str(SMALLEST_COUNT),
        ),
        season(study.plan.problem, voice),
        say("Recrutement : les ETP sont une limite donnée, pas une promesse."),
        _taken(study, voice),
        say(
            "La commune est l’unité : tous ses habitants partent du même point, et les écarts à "
            "l’intérieur d’une grande ville ne se voient pas."
        ),
    ]
    return Section("limites", say("Limites"), (Bullets(tuple(items)),))


def _taken(study: Study, voice: Voice) -> str:
    """Return what is known of doctors who come from practices nearby."""
    if study.plan.problem.donors is None:
        return voice.say(
            "Une part des médecins recrutés viendrait de cabinets voisins (une estimation par type "
            "de service) : faute de savoir qui les perd, elle est retirée de ce que le site offre."
        )
    return voice.say(
        "Une part des médecins recrutés viendrait de cabinets à moins de {minutes} min (une "
        "estimation par type de service) : l’APL y baisse d’autant, en parts fixes. Nul ne sait "
        "quels médecins partiraient.",
        minutes=voice.numbers.count(study.parameters.value("staff.poaching_minutes")),
    )


def _practices(study: Study, voice: Voice) -> str:
    """Return what is known of practices, the supply that the sites are not."""
    if study.apl_before is None:
        return voice.say(
            "Les cabinets libéraux ne sont pas comptés : un « désert » est ici une commune d’où "
            "l’on n’atteint pas assez de places dans les sites connus de l’étude, et non une "
            "commune sans médecin. Une part des habitants en recherche trouvera un médecin en "
            "cabinet."
        )
    return voice.say(
        "Les cabinets libéraux comptent dans l’accessibilité (APL), et non dans les places : nul "
        "ne sait combien de patients ils peuvent encore accueillir. Une part des habitants en "
        "recherche trouvera un médecin en cabinet."
    )


def travel_limit(attrs: Mapping[str, object], voice: Voice) -> str:
    """Return how far to trust the travel times, with the error that was measured.

    Parameters
    ----------
    attrs
        Attributes of the travel-time dataset: ``error_mae`` and ``error_p90`` (minutes),
        ``error_side_at_20`` (share of pairs that change side of 20 minutes), or what
        ``road_limit`` says.
    voice
        Language and numbers.
    """
    if attrs.get("engine") == "roads":
        return road_limit(attrs, voice)
    numbers = voice.numbers
    mean, worst, crossing = (
        _attr(attrs, name) for name in ("error_mae", "error_p90", "error_side_at_20")
    )
    if mean is None or worst is None or crossing is None:
        return voice.say(
            "Temps de trajet : ils sont calculés en voiture, sans embouteillage ; un habitant sans "
            "voiture met plus longtemps, ou ne peut pas venir."
        )
    return voice.say(
        "Temps de trajet : ce sont des estimations en voiture, sans réseau routier ni "
        "embouteillage. "
        "Mesurée sur des trajets réels mis de côté, l’erreur moyenne est de {mean} min, un trajet "
        "sur "
        "dix s’écarte de plus de {worst} min, et {crossing} des trajets changent de côté de la "
        "limite "
        "de 20 min.",
        mean=numbers.decimal(mean),
        worst=numbers.decimal(worst),
        crossing=numbers.share(crossing, 1),
    )


def _attr(attrs: Mapping[str, object], name: str) -> float | None:
    value = attrs.get(name)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _pick(line: pd.Series, *names: str) -> object:
    return next((line[name] for name in names if name in line), None)


def _words(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _said(value: object, voice: Voice) -> str:
    return voice.told(value) if isinstance(value, Fault) else voice.say(_words(value))


def _amount(value: object) -> float | None:
    number = pd.to_numeric(value, errors="coerce")  # type: ignore[call-overload]  # any cell
    return None if pd.isna(number) else float(number)
