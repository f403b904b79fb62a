"""What the dossier rests on: assumptions, sources, checks and limits."""

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
    Subheading,
    Table,
    Terms,
)
from territory_access.dossier.numbers import SMALLEST_COUNT
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

_TAGS = (
    (Tag.SEED, "document d’origine du projet"),
    (Tag.WEB, "page ou fichier public, cité"),
    (Tag.COMPUTED, "calculé à partir de chiffres cités"),
    (Tag.KNOWLEDGE_HIGH, "connaissance du domaine, confiance haute"),
    (
        Tag.KNOWLEDGE_MEDIUM,
        "connaissance du domaine, confiance moyenne : à remplacer par une donnée locale",
    ),
    (
        Tag.KNOWLEDGE_LOW,
        "connaissance du domaine, confiance basse : à remplacer par une donnée locale",
    ),
    (Tag.USER, "valeur donnée par l’utilisateur du scénario"),
)


def assumptions(study: Study, voice: Voice) -> Section:
    """Return every default number with its range, tag and source; changed ones are marked."""
    say = voice.say
    table = study.parameters.table().reset_index()
    rows: list[tuple[Cell, ...]] = []
    marked = set()
    for position, (_, line) in enumerate(table.iterrows()):
        overridden = bool(line.get("overridden", False))
        if overridden:
            marked.add(position)
        tag = Tag.USER.value if overridden else _words(line.get("tag"))
        rows.append(
            (
                say(_words(line.get("label")) or _words(line.get("id"))),
                _amount(line.get("value")),
                _amount(line.get("low")),
                _amount(line.get("high")),
                say(_words(line.get("unit"))),
                tag,
                _source(line, voice),
                _words(line.get("id")),
            )
        )
    columns = (
        Column("hypothese", say("Hypothèse"), Format.TEXT),
        Column("valeur", say("Valeur"), Format.EXACT),
        Column("bas", say("Bas"), Format.EXACT),
        Column("haut", say("Haut"), Format.EXACT),
        Column("unite", say("Unité"), Format.TEXT),
        Column("etiquette", say("Étiquette"), Format.TAG),
        Column("source", say("Source et note"), Format.TEXT),
        Column("identifiant", say("Identifiant"), Format.IDENTIFIER),
    )
    blocks: tuple[Block, ...] = (
        Statement(
            say(
                "Tout chiffre qui n’est pas un fait public est une hypothèse : voici sa valeur, "
                "l’intervalle où elle reste plausible et d’où elle vient. Chacune se remplace "
                "dans le "
                "scénario par son identifiant."
            )
        ),
        Table(
            "hypotheses",
            say("Hypothèses de l’étude"),
            columns,
            tuple(rows),
            note=_changed(len(marked), voice),
            marked=frozenset(marked),
        ),
        Subheading(say("Étiquettes")),
        Terms(tuple((tag.value, say(meaning)) for tag, meaning in _TAGS)),
    )
    return Section("hypotheses", say("Hypothèses"), blocks)


def sources(study: Study, voice: Voice) -> Section:
    """Return what was read, of which vintage, under which licence, and its fingerprint."""
    say = voice.say
    table = study.sources.reset_index()
    rows = tuple(
        (
            say(_words(_pick(line, "name", "nom"))),
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
            _words(line.get("examples")),
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
                "clé « supply.gp_file », avec les colonnes « code_column » et « acts_column » "
                "(actes par "
                "an) ou « gp_column » (nombre de médecins)."
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
        say(
            "Saison : les besoins sont ceux des habitants à l’année ; l’afflux d’été, notamment "
            "sur le "
            "littoral et les îles, n’est pas compté."
        ),
        say(
            "Recrutement : les ETP sont une limite donnée, pas une promesse ; une part des "
            "médecins "
            "recrutés pourrait venir de cabinets voisins."
        ),
        say(
            "La commune est l’unité : tous ses habitants partent du même point, et les écarts à "
            "l’intérieur d’une grande ville ne se voient pas."
        ),
    ]
    return Section("limites", say("Limites"), (Bullets(tuple(items)),))


def travel_limit(attrs: Mapping[str, object], voice: Voice) -> str:
    """Return how far to trust the travel times, with the error that was measured.

    Parameters
    ----------
    attrs
        Attributes of the travel-time dataset: ``error_mae_minutes``, ``error_p90_minutes``,
        ``error_crossing_share`` (share of pairs that change side of 20 minutes).
    voice
        Language and numbers.
    """
    numbers = voice.numbers
    mean, worst, crossing = (
        _attr(attrs, name)
        for name in ("error_mae_minutes", "error_p90_minutes", "error_crossing_share")
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


def _changed(count: int, voice: Voice) -> str:
    if not count:
        return voice.say("Aucune valeur n’a été remplacée par le scénario.")
    return voice.say_counted(
        "{n} valeur a été remplacée par le scénario : elle est marquée.",
        "{n} valeurs ont été remplacées par le scénario : elles sont marquées.",
        count,
        n=voice.numbers.count(count),
    )


def _source(line: pd.Series, voice: Voice) -> str:
    parts = [_words(line.get("reference")) or _words(line.get("source")), _words(line.get("note"))]
    return " — ".join(voice.say(part) for part in parts if part)


def _pick(line: pd.Series, *names: str) -> object:
    return next((line[name] for name in names if name in line), None)


def _words(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _amount(value: object) -> float | None:
    number = pd.to_numeric(value, errors="coerce")  # type: ignore[call-overload]  # any cell
    return None if pd.isna(number) else float(number)
