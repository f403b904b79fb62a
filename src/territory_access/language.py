"""Which words the reader sees: French, or its English translation.

French sentences are the source: they stand where they are said. English comes from the gettext
catalogue ``locale/en.po``, read as text, so that nothing has to be compiled and a translator's
change is a readable difference. A sentence that nobody has translated stays French.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Language:
    """One of the languages that the product speaks.

    Attributes
    ----------
    code
        ``fr`` or ``en``.
    messages
        French sentence to its translation; empty in French.

    Raises
    ------
    ScenarioError
        For a language without catalogue.

    Examples
    --------
    >>> Language("fr").text("Résumé")
    'Résumé'
    >>> Language("en").text("Résumé")
    'Summary'
    >>> Language("en").counted("{n} site", "{n} sites", 0)
    '{n} sites'
    """

    code: str
    messages: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.code not in LANGUAGES:
            raise ScenarioError("langue inconnue « {code} » : choisir fr ou en.", code=self.code)
        messages = {} if self.code == "fr" else read_catalogue(self.code)
        object.__setattr__(self, "messages", messages)

    def text(self, sentence: str) -> str:
        """Return a French sentence, or sentence template, in this language."""
        return self.messages.get(sentence, sentence)

    def counted(self, one: str, several: str, count: float) -> str:
        """Return the sentence that agrees with a number: French says « 0 site », English “0 sites”.

        >>> Language("fr").counted("{n} site", "{n} sites", 1.5)
        '{n} site'
        """
        singular = abs(count) < 2 if self.code == "fr" else count == 1
        return self.text(one if singular else several)


def read_catalogue(code: str) -> dict[str, str]:
    """Return the translations of a language, French sentence to translation.

    Sentences left empty or marked *fuzzy* by a translator are not translations.

    >>> read_catalogue("en")["Limites"]
    'Limitations'
    """
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / "locale" / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
