"""What is wrong with a scenario, in the words of the person who wrote it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from territory_access.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

# Pydantic's error types that planners meet, in words; the rest falls back on "valeur refusée".
_SENTENCES: Mapping[str, str] = {
    "missing": "il manque « {key} » ({meaning}).",
    "greater_than_equal": "« {key} » vaut {value} ; il faut au moins {ge}.",
    "greater_than": "« {key} » vaut {value} ; il faut plus de {gt}.",
    "less_than_equal": "« {key} » vaut {value} ; il faut au plus {le}.",
    "less_than": "« {key} » vaut {value} ; il faut moins de {lt}.",
    "finite_number": "« {key} » doit être un nombre fini.",
    "float_type": "« {key} » doit être un nombre ; « {value} » n’en est pas un.",
    "int_type": "« {key} » doit être un nombre entier ; « {value} » n’en est pas un.",
    "int_from_float": "« {key} » doit être un nombre entier ; « {value} » n’en est pas un.",
    "string_type": "« {key} » doit être un texte entre guillemets ; « {value} » n’en est pas un.",
    "bool_type": "« {key} » doit être true ou false ; « {value} » n’est ni l’un ni l’autre.",
    "tuple_type": '« {key} » doit être une liste, par exemple ["53"].',
    "model_type": "« {key} » doit être une table de clés et de valeurs.",
    "dict_type": "« {key} » doit être une table de clés et de valeurs.",
    "enum": "« {key} » vaut « {value} » ; choisissez {expected}.",
    "literal_error": "« {key} » vaut « {value} » ; choisissez {expected}.",
    "string_too_short": "« {key} » est vide.",
    "string_too_long": "« {key} » est trop long ({max_length} caractères au plus).",
    "too_short": "« {key} » est vide.",
    "json_invalid": "trop de clés imbriquées.",
    "value_error": "« {key} » : {error}.",
}


# Where pydantic says that a key of a table is wrong, and not its value.
_OF_KEY = "[key]"
# What pydantic adds to the path of what may be of two kinds (``scenario_siting``).
_KINDS = {"nom", "table", "dossier", "liste"}
_NO_SUCH_KEY = "« {key} » n’a pas de clé « {value} » ; choisissez {expected}."


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Return one sentence a fault, with the nearest known key where one is misspelt.

    Parameters
    ----------
    error
        What pydantic found.
    model
        The model that was being filled.
    """
    details = error.errors(include_url=False)
    # a list whose items are wrong is not empty, whatever is left of it
    wrong = {one["loc"][:-1] for one in details if one["loc"] and isinstance(one["loc"][-1], int)}
    short = [one for one in details if one["type"] == "too_short" and one["loc"] in wrong]
    faults = [_fault(detail, model) for detail in details if detail not in short]
    # "siting is missing" says nothing new beside "sitting: did you mean siting?"
    suggested = {fault.values["near"] for fault in faults if "near" in fault.values}
    return [fault for fault in faults if fault.values["key"] not in suggested]


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    names = [str(name) for name in detail["loc"] if name not in _KINDS]
    key = ".".join(names)
    if detail["type"] == "extra_forbidden":
        return _unknown(names, model)
    context: dict[str, Any] = {
        name: f"{value:g}" if isinstance(value, float) else value
        for name, value in (detail.get("ctx") or {}).items()
    }
    context["error"] = Fault(str(context.get("error", detail["msg"])), {})
    context["expected"] = _choices(str(context.get("expected", "")))
    sentence = _SENTENCES.get(detail["type"], "« {key} » : valeur « {value} » refusée.")
    if names[-1:] == [_OF_KEY]:
        key, sentence = ".".join(names[:-2]), _NO_SUCH_KEY
    shown = str(detail["input"])
    return Fault(
        sentence,
        context
        | {
            "key": key,
            "value": shown if len(shown) <= 60 else shown[:59] + "…",
            "meaning": Fault(_meaning(names, model), {}),
        },
    )


def _choices(expected: str) -> str | Fault:
    """Return the values that a key may take, which pydantic joins in English."""
    most, joined, last = expected.rpartition(" or ")
    return Fault("{most} ou {last}", {"most": most, "last": last}) if joined else expected


def _unknown(names: Sequence[str], model: type[BaseModel]) -> Fault:
    """Say that a key is unknown, and which known one looks most like it."""
    known = _keys(_table(names[:-1], model))
    values: dict[str, object] = {"key": names[-1], "known": ", ".join(known)}
    near = difflib.get_close_matches(names[-1], known, n=1, cutoff=0.6)
    if near:
        return Fault(
            "clé inconnue « {key} ». Vouliez-vous dire « {near} » ?", values | {"near": near[0]}
        )
    return Fault("clé inconnue « {key} ». Les clés possibles sont : {known}.", values)


def _table(names: Sequence[str], model: type[BaseModel]) -> type[BaseModel]:
    """Return the part of the model that a path of keys leads to, as far as it leads."""
    for name in names:
        if name.isdecimal():  # an item of a list of tables
            continue
        field = model.model_fields.get(name)
        part = _part(field.annotation) if field else None
        if part is None:
            break
        model = part
    return model


def _part(kind: object) -> type[BaseModel] | None:
    """Return the table that a key holds, or each item of its list; nothing for other keys."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((part for part in map(_part, get_args(kind)) if part is not None), None)


def _keys(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def _meaning(names: Sequence[str], model: type[BaseModel]) -> str:
    """Return what a key stands for, from its description."""
    field = _table(names[:-1], model).model_fields.get(names[-1]) if names else None
    return (field.description if field else None) or ""
