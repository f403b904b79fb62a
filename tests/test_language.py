"""French is said as written; English keeps every value of the sentence, and misses none."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

import territory_access
from territory_access import errors
from territory_access.errors import DataError, Fault, TerritoryAccessError
from territory_access.language import Language, read_catalogue
from territory_access.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(territory_access.__file__).parent
ERRORS = [
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, TerritoryAccessError)
]
# Which arguments of a call are sentences.
SAYS = dict.fromkeys([*ERRORS, "Fault", "say", "text"], (0,)) | {
    "say_counted": (0, 1),
    "counted": (0, 1),
    "Rule": (1,),
    "_unknown": (2, 3),  # services.overrides: with and without a suggestion
    "add": (0,),  # datasets.cell_values: kinds of faults
    "Check": (0, 4),  # travel.network_check: what was looked at, what to do
    "Figure": (0,),  # dossier.origins: how a number is worked out
    "Row": (1,),  # validation: what is counted
    "Skipped": (1, 2),  # validation: what is counted, what is missing
}
# Tables of sentences, and functions that give a reason, by file.
TABLES = {
    "scenario_faults.py": {"_SENTENCES"},
    "cli/steps.py": {"_LABELS", "_KINDS"},
    "dossier/decisions.py": {"_WORDS", "_SAID", "_COUNTED", "DIFFERENCES"},
    "dossier/diagnosis.py": {"_MEANINGS"},
    "dossier/economics_accounts.py": {"_TOTALS"},
    "dossier/held.py": {"_FROM"},
    "dossier/leaving.py": {"CLOSING_COSTS"},
    "dossier/living/standing.py": {"_LABELS"},
    "dossier/maps/decided.py": {"LABELS"},
    "dossier/staffing.py": {"_PROFILES"},
    "services/economics/aids.py": {"_INPUTS"},
    "services/economics/staff.py": {"ROLES"},
    "services/economics/statement.py": {"_INPUTS", "_LINES", "ASSETS"},
    "services/financing/check.py": {"_ASKED"},
    "services/financing/terms.py": {"NAMES"},
    "dossier/why.py": {"_CAUSES"},
    "dossier/replication.py": {"LABELS"},
    "services/context.py": {"LABELS", "NEVER"},
    "services/evaluation.py": {"FAMILIES"},
    "desert_variants.py": {"_SAID"},
}
REASONS = {"siting/nothing.py"}
# Findings: what was looked at, how much it matters, the names concerned, the remedy.
FINDINGS = {"territory_checks.py", "study_checks.py", "travel/road_checks.py"}


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def words(node: ast.AST) -> list[str]:
    """Return the texts under a node, those of tables by their values."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Dict(values=parts) | ast.Tuple(elts=parts):
            return [text for part in parts for text in words(part)]
    return []


def sentences(file: str, tree: ast.Module) -> Iterator[str]:
    """Yield the sentences that a module can say."""
    assigned: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                assigned.setdefault(ast.unparse(target), []).extend(words(node.value))
    for table in TABLES.get(file, ()):
        assert assigned[table]
        yield from assigned[table]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            # the model of siting adds columns, whose names nobody reads
            if called(node) != "add" or not file.startswith("siting/years/"):
                yield from said_by(node, assigned)
        else:
            yield from kept_in(node, file)


def said_by(call: ast.Call, assigned: dict[str, list[str]]) -> Iterator[str]:
    """Yield the sentences among the arguments of a call, by themselves or by a variable."""
    positions = SAYS.get(called(call), ())
    for argument in (call.args[place] for place in positions if place < len(call.args)):
        yield from assigned.get(ast.unparse(argument), ())
        yield from words(argument)


def kept_in(node: ast.AST, file: str) -> Iterator[str]:
    """Yield the sentences that some modules keep otherwise than in a call."""
    match node:
        case ast.Return(value=ast.Constant(value=str(text))) if file in REASONS and text:
            yield text
        case ast.Tuple(elts=[check, ast.Attribute(), _, remedy]) if file in FINDINGS:
            yield from [*words(check), *words(remedy)]
        case ast.For(iter=ast.Tuple() as headings) if file == "cli/steps.py":
            yield from words(headings)


def needed(model: type[BaseModel]) -> Iterator[str]:
    """Yield what the keys that a scenario cannot leave out stand for."""
    for field in model.model_fields.values():
        if field.is_required() and field.description:
            yield field.description
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from needed(field.annotation)


def test_the_walk_finds_the_sentences_that_it_should() -> None:
    found = {file: set(sentences(file, tree)) for file, tree in modules()}
    assert "optimum prouvé" in found["cli/steps.py"]
    assert "remède" in found["cli/steps.py"]
    assert "clé inconnue « {key} ». Les clés possibles sont : {known}." in found[
        "scenario_faults.py"
    ]  # fmt: skip
    assert "il manque « {key} » ({meaning})." in found["scenario_faults.py"]
    assert "nombre négatif : ligne(s) {lines}{more}" in found["datasets/cell_values.py"]
    assert "aucune commune candidate" in found["territory_checks.py"]
    assert "îles sans liaison connue" in found["study_checks.py"]
    assert "APL inférieure à {threshold}" in found["deserts/rule.py"]
    assert "aucun habitant ne cherche de médecin traitant." in found["siting/nothing.py"]
    assert "service {service} : champ inconnu « {word} »." in found["services/overrides.py"]


def test_every_sentence_that_can_be_said_is_translated() -> None:
    catalogue = read_catalogue("en")
    missing = {
        f"{file}: {sentence}"
        for file, tree in modules()
        for sentence in sentences(file, tree)
        if sentence and sentence not in catalogue
    }
    assert not missing


def test_what_a_missing_key_stands_for_is_translated() -> None:
    asked = set(needed(Scenario))
    assert "titre du dossier" in asked
    assert not asked - set(read_catalogue("en"))


def test_no_error_is_glued_together() -> None:
    glued = [
        f"{file}:{node.lineno}"
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called(node) in {*ERRORS, "Fault"}
        and any(isinstance(argument, ast.BinOp | ast.JoinedStr) for argument in node.args[:1])
    ]
    assert not glued


def test_every_translation_keeps_the_values_of_its_sentence() -> None:
    catalogue = read_catalogue("en")
    assert len(catalogue) > 200
    for french, english in catalogue.items():
        assert names(french) == names(english), french


def test_an_error_is_said_in_english() -> None:
    error = DataError(
        "{folder} : ce dossier existe et n’a pas été écrit par ce logiciel (il n’a pas de "
        "manifest.json) ; choisir un autre nom ou le déplacer.", folder="out",
    )  # fmt: skip
    assert error.said_by(Language("en").text).startswith("out: this folder exists")


def test_the_words_of_ours_within_an_error_are_said_in_english() -> None:
    kind = Fault("de département", {})
    fault = Fault("le code {kind} « {code} » n’existe pas.", {"kind": kind, "code": "2"})
    assert fault.said_by(Language("en").text) == "the département code “2” does not exist."
    where = Fault("{line} (« {shown} »)", {"line": 3, "shown": Fault("vide", {})})
    listed = Fault("nombre négatif : ligne(s) {lines}{more}", {"lines": (where, 9), "more": ""})
    assert listed.said_by(Language("en").text) == "negative number: line(s) 3 (“empty”), 9"


def test_what_is_not_translated_stays_french() -> None:
    assert Language("en").text("pas encore traduit") == "pas encore traduit"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="langue inconnue « de »"):
        Language("de")
