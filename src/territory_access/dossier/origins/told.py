"""How the origin of a number is said: formula, tag, assumptions and sources of this very run."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

from territory_access.datasets import registry
from territory_access.dossier.assumptions import FIELDS
from territory_access.dossier.origin import Input, Origin
from territory_access.dossier.origins import grounds
from territory_access.dossier.origins.figure import Ground
from territory_access.services import catalogue
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from territory_access.dossier.origins.figure import Figure
    from territory_access.dossier.voice import Voice
    from territory_access.parameters import Parameter
    from territory_access.services.service import Cell, Service
    from territory_access.study import Study

# that a number is general knowledge is what its tag says already
_KNOWN = {Tag.KNOWLEDGE_HIGH, Tag.KNOWLEDGE_MEDIUM, Tag.KNOWLEDGE_LOW}


def formula(figure: Figure, voice: Voice) -> str:
    """Return how a figure is worked out, and its tag."""
    said = voice.say(figure.formula)
    return f"{said} [{figure.tag.value}]" if figure.tag else said


class Origins:
    """Says where the numbers of a study come from, each figure, ground and assumption once.

    Parameters
    ----------
    study
        A whole run: its parameters, its sources and its scenario are what is quoted.
    voice
        Language and numbers.
    """

    def __init__(self, study: Study, voice: Voice) -> None:
        self._study, self._voice = study, voice
        self._said: dict[Figure, Origin] = {}
        self._grounds: dict[Ground, str] = {}
        self._inputs: dict[str, Input] = {}

    def of(self, figure: Figure) -> Origin:
        """Return where a figure comes from: how, and what the run found, assumed and read."""
        if figure not in self._said:
            apl = self._study.apl_before is not None
            self._said[figure] = self._origin(figure.in_run(apl=apl))
        return self._said[figure]

    def _origin(self, figure: Figure) -> Origin:
        found = [self._ground(name) for name in figure.every("grounds")]
        return Origin(
            formula(figure, self._voice),
            tuple(part for part in found if part),
            (
                *self._asked(figure.every("asked")),
                *self._cells(figure.every("cells")),
                *self._assumed(figure.every("parameters")),
            ),
            tuple(self._read(figure)),
        )

    def _ground(self, name: str) -> str:
        ground = Ground(name)
        if ground not in self._grounds:
            self._grounds[ground] = grounds.told(ground, self._study, self._voice)
        return self._grounds[ground]

    def _asked(self, keys: tuple[str, ...]) -> Iterator[Input]:
        """Yield the values that the scenario gives, those without any left out."""
        for key in keys:
            value: object = self._study.scenario
            for name in key.split("."):
                value = getattr(value, name)
            if isinstance(value, int | float) and math.isfinite(value):
                yield Input(key, f"= {self._voice.numbers.exact(value)} [{Tag.USER.value}]")

    def _cells(self, fields: tuple[str, ...]) -> Iterator[Input]:
        """Yield what the catalogue says of the services of the plan, field by field."""
        for field in fields:
            cells = [self._cell(name, one.cells[field]) for name, one in self._opened.items()
                     if field in one.cells]  # fmt: skip
            if cells:
                label = self._voice.say("{field} (catalogue)", field=self._voice.say(FIELDS[field]))
                yield Input(label, f"= {', '.join(cells)}")

    @cached_property
    def _opened(self) -> Mapping[str, Service]:
        """The services that the plan opens, as the scenario has them."""
        known = catalogue.load(self._study.scenario.services)
        wanted = sorted({str(name) for name in self._study.plan.sites["service"]})
        return {name: known[name] for name in wanted if name in known}

    def _amount(self, value: float, unit: str) -> str:
        """Return a number with its unit; a share needs none."""
        written = self._voice.numbers.exact(value)
        return written if unit == "part" else f"{written}\N{NO-BREAK SPACE}{self._voice.say(unit)}"

    def _cell(self, name: str, cell: Cell) -> str:
        exact = self._voice.numbers.exact
        return self._voice.say(
            "{name} {value} ({low} à {high}) [{tag}]",
            name=name,
            value=self._amount(cell.value, cell.unit),
            low=exact(cell.low),
            high=exact(cell.high),
            tag=cell.tag.value,
        )

    def _assumed(self, ids: tuple[str, ...]) -> Iterator[Input]:
        """Yield the assumptions that the run has read, with their range, tag and source."""
        parameters, read = self._study.parameters, self._study.parameters.read
        for one in ids:
            if one in read and one not in self._inputs:
                self._inputs[one] = self._parameter(parameters[one])
        yield from (self._inputs[one] for one in ids if one in read)

    def _parameter(self, one: Parameter) -> Input:
        exact, say = self._voice.numbers.exact, self._voice.say
        detail = say(
            "= {value} ({low} à {high}) [{tag}]",
            value=self._amount(one.value, one.unit),
            low=exact(one.low),
            high=exact(one.high),
            tag=one.tag.value,
        )
        source = "" if one.tag in _KNOWN else f" {one.reference}"
        return Input(say(one.label), f"{detail}{source}")

    def _read(self, figure: Figure) -> Iterator[Input]:
        """Yield what was read, of which vintage, under which licence."""
        names = [*figure.every("tables")]
        for ground in figure.every("grounds"):
            names += grounds.tables(Ground(ground), self._study)
        names += [name for key in figure.every("files") if (name := self._file(key))]
        known = self._sources
        yield from (self._source(known[name]) for name in dict.fromkeys(names) if name in known)

    @cached_property
    def _sources(self) -> dict[str, dict[str, object]]:
        """What the run has read, by the name of the file."""
        rows = self._study.sources.reset_index().to_dict("records")
        return {str(row["name"]): {str(key): value for key, value in row.items()} for row in rows}

    def _file(self, key: str) -> str:
        """Return the name of the file that the scenario brings under a key, or nothing."""
        table, name = key.split(".")
        named = getattr(getattr(self._study.scenario, table), name)
        return registry.locate(named, key=key).name if named else ""

    def _source(self, row: Mapping[str, object]) -> Input:
        say = self._voice.say
        title = say(str(row.get("title", row["name"])))
        detail = say(
            "({vintage} ; {licence})", vintage=str(row["vintage"]), licence=say(str(row["licence"]))
        )
        return Input(title, detail)
