"""Read the relations of an OpenStreetMap extract: turn restrictions and ferry routes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from territory_access.datasets import osm_values
from territory_access.datasets.osm_access import KEYS, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Turn(NamedTuple):
    """One turn that is forbidden, or the only one allowed."""

    via: int  # node
    from_way: int
    to_way: int
    only: bool


class Crossing(NamedTuple):
    """What a ferry relation says of its ways."""

    route: int  # id of the relation
    duration: float  # seconds from end to end, nan unknown
    headway: float  # seconds, nan unknown


@dataclass(frozen=True)
class Relations:
    """What the relations of one extract say to one mode."""

    turns: list[Turn] = field(default_factory=list)
    crossings: dict[int, Crossing] = field(default_factory=dict)  # by way
    left_out: Counter[str] = field(default_factory=Counter)


type Member = tuple[str, int, str]  # kind (n, w, r), id, role


def load(path: Path, mode: Mode) -> Relations:
    """Return turn restrictions and ferry routes of a file, as far as they concern the mode."""
    import osmium

    found = Relations()
    stream = osmium.FileProcessor(str(path), osmium.osm.RELATION)
    for relation in stream.with_filter(osmium.filter.KeyFilter("type")):
        if not isinstance(relation, osmium.osm.Relation):
            continue
        tags = {tag.k: tag.v for tag in relation.tags}
        members: list[Member] = [(part.type, part.ref, part.role) for part in relation.members]
        if tags["type"].startswith("restriction"):
            add_restriction(found, tags, members, mode)
        elif tags["type"] == "route" and tags.get("route") == "ferry":
            crossing = Crossing(
                relation.id,
                osm_values.duration(tags.get("duration")),
                osm_values.duration(tags.get("interval")),
            )
            found.crossings.update({ref: crossing for kind, ref, _ in members if kind == "w"})
    return found


def add_restriction(
    found: Relations, tags: Mapping[str, str], members: Sequence[Member], mode: Mode
) -> None:
    """Add the turns of one relation, or count why it is not used.

    Read: ``restriction`` and ``restriction:motorcar`` (or the mode's own key), ``except``, several
    ``from`` or ``to`` ways. Not read, and counted: restrictions that hold at some hours only, or
    past a way rather than a node. A U-turn on the same way needs no rule: no shortest path turns.

    Examples
    --------
    >>> found = Relations()
    >>> members = [("w", 1, "from"), ("n", 5, "via"), ("w", 2, "to")]
    >>> add_restriction(found, {"restriction": "no_left_turn"}, members, Mode.CAR)
    >>> found.turns
    [Turn(via=5, from_way=1, to_way=2, only=False)]
    """
    if mode is Mode.WALK:
        return
    rule = _rule(tags, mode)
    if rule is None:
        if any(":conditional" in key for key in tags):
            found.left_out["interdictions de tourner à certaines heures"] += 1
        return
    via = [ref for kind, ref, role in members if role == "via" and kind == "n"]
    starts = [ref for kind, ref, role in members if role == "from" and kind == "w"]
    ends = [ref for kind, ref, role in members if role == "to" and kind == "w"]
    if len(via) != 1 or not starts or not ends:
        found.left_out["interdictions de tourner par une voie, ou incomplètes"] += 1
        return
    only = rule.startswith("only_")
    found.turns.extend(
        Turn(via[0], start, end, only)
        for start in starts
        for end in ends
        if not (rule == "no_u_turn" and start == end)
    )


def _rule(tags: Mapping[str, str], mode: Mode) -> str | None:
    keys = KEYS[mode][:-1]
    exempt = {part.strip() for part in tags.get("except", "").split(";")}
    if exempt & set(keys):
        return None
    named = [tags[f"restriction:{key}"] for key in keys if f"restriction:{key}" in tags]
    rule = named[0] if named else tags.get("restriction", "")
    return rule if rule.startswith(("no_", "only_")) else None
