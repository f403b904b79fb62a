"""How a sentence is said: in which language, with which numbers in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.dossier.numbers import Numbers
from territory_access.language import Language

if TYPE_CHECKING:
    from territory_access.errors import Fault


@dataclass(frozen=True)
class Voice:
    """A language and the way it writes numbers.

    Attributes
    ----------
    language
        Words.
    numbers
        Numbers.
    """

    language: Language
    numbers: Numbers

    @classmethod
    def of(cls, code: str) -> Voice:
        """Return the voice of ``fr`` or ``en``.

        >>> Voice.of("fr").say("{name}, {who}", name="Groix", who="{île}")
        'Groix, {île}'
        """
        return cls(Language(code), Numbers(code))

    def say(self, sentence: str, /, **values: str) -> str:
        """Return a sentence with its values, which are already text."""
        return self._filled(self.language.text(sentence), values)

    def say_counted(self, one: str, several: str, count: float, /, **values: str) -> str:
        """Return the sentence that agrees with ``count``."""
        return self._filled(self.language.counted(one, several, count), values)

    def told(self, sentence: str | Fault) -> str:
        r"""Return a sentence that another layer built, its values with it if it is a fault.

        >>> from territory_access.errors import Fault
        >>> Voice.of("fr").told(Fault("budget de {limit} ; rien à moins", {"limit": "5"}))
        'budget de 5\u202f; rien à moins'
        """
        if isinstance(sentence, str):
            return self.say(sentence)
        said = sentence.said_by(self.language.text)
        return typeset(said) if self.language.code == "fr" else said

    def name(self, name: str) -> str:
        """Return a name as the page writes it; in tables to be joined it stays as it is.

        >>> Voice.of("fr").name("L'Île-d'Yeu")
        'L’Île-d’Yeu'
        """
        return curled(name) if self.language.code == "fr" else name

    def _filled(self, sentence: str, values: dict[str, str]) -> str:
        sentence = typeset(sentence) if self.language.code == "fr" else sentence
        named = {key: self.name(value) for key, value in values.items()}
        return sentence.format(**named) if named else sentence

    def listed(self, items: tuple[str, ...] | list[str]) -> str:
        """Return items joined as in a sentence.

        >>> Voice.of("fr").listed(["Laval", "Cholet", "Yeu"])
        'Laval, Cholet et Yeu'
        """
        if len(items) < 2:
            return "".join(items)
        return self.say("{first} et {last}", first=", ".join(items[:-1]), last=items[-1])


_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")  # between letters: never a quote
_WIDE, _NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_HOLDS = (
    (re.compile(r" (?=[;!?%])"), _NARROW),
    (re.compile(r" (?=[:»€])|(?<=«) "), _WIDE),
    (re.compile(r"(?<=[\d}]) (?=(?:min|km|h|ans|ETP)\b)"), _WIDE),
)


def curled(text: str) -> str:
    """Return text with typographic apostrophes between its letters; quotes stay as they are.

    >>> curled("L'Île-d'Yeu, 'ainsi'")
    "L’Île-d’Yeu, 'ainsi'"
    """
    return _APOSTROPHE.sub("’", text)


def typeset(sentence: str) -> str:
    r"""Return a French sentence with the spaces that must not break a line.

    >>> typeset("Où ? « Ici » : 20 min, 5 %")
    'Où\u202f? «\xa0Ici\xa0»\xa0: 20\xa0min, 5\u202f%'
    """
    for pattern, space in _HOLDS:
        sentence = pattern.sub(space, sentence)
    return sentence
