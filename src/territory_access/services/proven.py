"""Which proven site is taken as a model, and what is known of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_access.datasets import sites
from territory_access.errors import DataError
from territory_access.services import context

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Proven:
    """A site that has been tried.

    Attributes
    ----------
    id, name, service, group, operator
        As in ``sites.csv``.
    commune
        Its code, ``""`` where the source does not say it.
    evidence
        Every statement about it, conflicts included (``sites.evidence``).
    features
        What is known of its commune (``context.proven``), or ``None``.
    """

    id: str
    name: str
    service: str
    group: str
    operator: str
    commune: str
    evidence: pd.DataFrame
    features: pd.Series[float] | None


def site(id_: str) -> Proven:
    """Return a proven site by its id.

    Raises
    ------
    DataError
        When nothing is called so (the nearest name is said), or it is no service of the catalogue.

    Examples
    --------
    >>> site("smp-cholet").name
    'SMP Madeleine-Brès, Cholet'
    >>> site("smp-chollet")
    Traceback (most recent call last):
    territory_access.errors.DataError: site « smp-chollet » inconnu. Vouliez-vous dire
        « smp-cholet » ? Les sites éprouvés : ...
    """
    known = sites.register()
    models = known.index[known["service"] != ""]
    if id_ not in models:
        near = difflib.get_close_matches(id_, models, n=1, cutoff=0.4)
        if id_ in known.index:
            raise DataError(
                "« {id} » n’est pas un service du catalogue : « territory-access library » le "
                "décrit. Les sites éprouvés : {known}.",
                id=id_,
                known=", ".join(models),
            )
        if near:
            raise DataError(
                "site « {id} » inconnu. Vouliez-vous dire « {near} » ? Les sites éprouvés : "
                "{known}.",
                id=id_,
                near=near[0],
                known=", ".join(models),
            )
        raise DataError(
            "site « {id} » inconnu. Les sites éprouvés : {known}.", id=id_, known=", ".join(models)
        )
    return _models(known.loc[[id_]])[0]


def models(service: str) -> tuple[Proven, ...]:
    """Return the proven sites of a service.

    >>> [one.id for one in models("ROT")]
    ['rot-ajain']
    """
    known = sites.register()
    return _models(known[known["service"] == service])


def _models(rows: pd.DataFrame) -> tuple[Proven, ...]:
    said, around = sites.evidence(), context.proven()
    return tuple(
        Proven(
            id=str(id_),
            name=str(row["name"]),
            service=str(row["service"]),
            group=str(row["service_group"]),
            operator=str(row["operator"]),
            commune=str(row["zone_id"]),
            evidence=said[said["service_group"] == row["service_group"]],
            features=around.loc[row["zone_id"]] if row["zone_id"] in around.index else None,
        )
        for id_, row in rows.iterrows()
    )
