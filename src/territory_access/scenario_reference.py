"""Every key of a scenario, described: for text editors (JSON Schema) and for people (Markdown)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_HEAD = """# Scénarios

Un scénario est un fichier TOML. `territory-access run scenarios/NOM.toml` le calcule ;
`--set cle=valeur` en change une clé ; `extends = "autre.toml"` en fait une variante d’un autre.
Les chemins sont relatifs au fichier qui les nomme. `scenario.schema.json` aide les éditeurs de
texte (première ligne : `#:schema ./scenario.schema.json`).

Cette page et le schéma sont produits par `make docs` : ne les modifiez pas à la main.

| clé | ce qu’elle dit | défaut |
|---|---|---|
"""

_KINDS = {
    "str": "texte",
    "float": "nombre",
    "int": "nombre entier",
    "bool": "true ou false",
    "Path": "chemin",
    "tuple": "liste",
    "dict": "table",
}


def json_schema() -> str:
    """Return the JSON Schema of a scenario, as text."""
    return json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def markdown() -> str:
    """Return the reference of every key, as a Markdown page in French.

    >>> "| `siting.budget` | investissement total, en euros" in markdown()
    True
    """
    return _HEAD + "".join(_rows(Scenario, ""))


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield f"| **`[{prefix}{name}]`** | *{field.description}* | |\n"
            yield from _rows(kind, f"{prefix}{name}.")
        else:
            meaning = f"{field.description} ({_kind(field)})"
            yield f"| `{prefix}{name}` | {meaning} | {_default(field)} |\n"


def _kind(field: FieldInfo) -> str:
    kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind]
    named = (getattr(kind, "__origin__", kind) for kind in kinds)
    known = (_KINDS.get(getattr(kind, "__name__", "")) for kind in named)
    return next((kind for kind in known if kind), "texte")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "obligatoire"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ((), {}, ""):
        return ""
    shown = list(value) if isinstance(value, tuple) else value
    return f"`{json.dumps(shown, ensure_ascii=False, default=str)}`"
