"""French is said as written; English keeps every value of the sentence."""

from __future__ import annotations

import string

import pytest

from territory_access.errors import DataError
from territory_access.language import Language, read_catalogue


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


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


def test_what_is_not_translated_stays_french() -> None:
    assert Language("en").text("pas encore traduit") == "pas encore traduit"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="langue inconnue « de »"):
        Language("de")
