"""Which figure each column of the dossier shows: what is missing here, a test finds.

Tables stand by their id, columns by their key; ``*`` ends the name of those of which there are as
many as sites, services or years. A table that says where its numbers come from row by row has one
figure for all its columns (``WHOLE``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.origins import care, sites
from territory_access.dossier.origins.need_columns import ISLES, NEED
from territory_access.dossier.origins.plan_columns import MONEY, PLAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.origins.figure import Figure

COLUMNS: Mapping[str, Mapping[str, Figure]] = {**NEED, **ISLES, **PLAN, **MONEY}
PICTURES: Mapping[str, Figure] = {
    "map-share-before": care.SHARE_SERVED,
    "map-share-after": care.SHARE_SERVED_AFTER,
    "map-apl-before": care.APL,
    "map-apl-after": care.APL_AFTER,
    "map-reach": care.MINUTES,
    "essai": sites.TRIAL,
}


def of_table(table: str) -> Mapping[str, Figure]:
    """Return the figures of a table by the key of their column.

    >>> of_table("compte_44154")["annee_*"] is MONEY["compte_*"]["annee_*"]
    True
    """
    return _named(COLUMNS, table) or {}


def shown(table: str, column: str) -> Figure | None:
    """Return what a column shows, ``None`` where nothing is said of it alone.

    >>> shown("effectifs", "annee_3") is MONEY["effectifs"]["annee_*"], shown("sites", "commune")
    (True, None)
    """
    return _named(of_table(table), column)


def _named[T](known: Mapping[str, T], name: str) -> T | None:
    """Return what stands under a name, or under its beginning."""
    starts = (key for key in known if key.endswith("*") and name.startswith(key[:-1]))
    return known.get(name) or known.get(next(starts, name))
