"""What can go wrong, in the words of the person who can put it right.

Every error says what, where and what to do, in one French sentence. The sentence is a template and
its values are kept beside it, so that the command line can say the same in another language.
Each class is also the builtin that it resembles: ``except ValueError`` keeps working.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, as a sentence template and its values.

    >>> str(Fault("ligne {line} : population négative", {"line": 4}))
    'ligne 4 : population négative'

    Values that are words of ours are faults too, so that they are translated with the sentence;
    several values stand in a tuple.

    >>> str(Fault("{what} : lignes {lines}", {"what": Fault("code vide", {}), "lines": (4, 7)}))
    'code vide : lignes 4, 7'
    """

    sentence: str
    values: dict[str, object]

    def __str__(self) -> str:
        return self.said_by(lambda sentence: sentence)

    def said_by(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of ``translate``."""
        sentence = translate(self.sentence)
        if not self.values:
            return sentence
        return sentence.format(
            **{key: _said(value, translate) for key, value in self.values.items()}
        )


def _said(value: object, translate: Callable[[str], str]) -> object:
    """Return a value as it is written in a sentence; several are parted by commas."""
    if isinstance(value, Fault):
        return value.said_by(translate)
    if isinstance(value, tuple):
        return ", ".join(str(_said(one, translate)) for one in value)
    return value


class TerritoryAccessError(Exception):
    """Anything this package refuses, with every fault found and not just the first.

    >>> error = ScenarioError("clé inconnue « {key} »", key="sitting")
    >>> str(error)
    'clé inconnue « sitting »'
    >>> isinstance(error, ValueError)
    True
    """

    def __init__(self, sentence: str, /, *, faults: Iterable[Fault] = (), **values: object) -> None:
        self.fault = Fault(sentence, values)
        self.faults = tuple(faults)
        super().__init__(sentence)

    def __str__(self) -> str:
        return self.said_by(lambda sentence: sentence)

    def said_by(self, translate: Callable[[str], str]) -> str:
        """Return the whole message in the language of ``translate``, one fault a line."""
        lines = [self.fault.said_by(translate)]
        lines += [f"  – {fault.said_by(translate)}" for fault in self.faults]
        return "\n".join(lines)


class ScenarioError(TerritoryAccessError, ValueError):
    """A scenario file that cannot be read or does not make sense."""


class DataError(TerritoryAccessError, ValueError):
    """A table whose content cannot be used; every fault is listed once."""


class MissingDataset(TerritoryAccessError, FileNotFoundError):  # noqa: N818 - it names what is missing
    """A file that is not there: its name, its source page and where to put it."""


class NetworkError(TerritoryAccessError, ValueError):
    """A road network that cannot answer the question."""


class SitingError(TerritoryAccessError, RuntimeError):
    """The optimiser could not give a plan."""


class Infeasible(SitingError):  # noqa: N818 - it names the finding
    """No plan obeys all the rules; names the rules to relax and by how much."""


class Unverified(SitingError):  # noqa: N818 - it names the finding
    """The solver's answer does not survive our own arithmetic."""
