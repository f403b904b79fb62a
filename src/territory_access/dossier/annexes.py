"""What is known of each commune, in the table that is too long for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory_access.dossier.blocks import Column, Format, Table
from territory_access.dossier.numbers import guarded, guarded_share
from territory_access.travel.edge import FAR_ENOUGH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice


def communes_table(
    communes: gpd.GeoDataFrame,
    voice: Voice,
    *,
    more: tuple[tuple[Column, ...], Mapping[str, Sequence[Cell]]] = ((), {}),
) -> Table:
    """Return one row a commune of the territory, before and after the plan.

    Parameters
    ----------
    communes
        As ``findings.communes`` gives them.
    voice
        Language and numbers.
    more
        Further columns, and the cells of each commune by its code.
    """
    say = voice.say
    columns = [
        Column("code_commune", say("Code"), Format.CODE),
        Column("commune", say("Commune"), Format.TEXT),
        Column("departement", say("Département"), Format.CODE),
        Column("intercommunalite", say("Intercommunalité"), Format.TEXT),
        Column("population", say("Habitants"), Format.COUNT, total=True),
        Column("sans_medecin_traitant", say("Sans médecin traitant"), Format.COUNT, total=True),
        Column("en_recherche", say("En recherche"), Format.COUNT, total=True),
        Column("minutes_avant", say("Minutes du site le plus proche, avant"), Format.MINUTES),
        Column("minutes_apres", say("Minutes du site le plus proche, après"), Format.MINUTES),
        Column("servis_avant", say("Habitants avec une place, avant"), Format.COUNT, total=True),
        Column("servis_apres", say("Habitants avec une place, après"), Format.COUNT, total=True),
        Column("part_avant", say("Part avec une place, avant"), Format.SHARE),
        Column("part_apres", say("Part avec une place, après"), Format.SHARE),
        Column("desert_avant", say("Désert, avant"), Format.TEXT),
        Column("desert_apres", say("Désert, après"), Format.TEXT),
    ]
    has_apl = "apl_before" in communes
    if has_apl:
        columns += [
            Column("apl_avant", say("APL, avant"), Format.DECIMAL),
            Column("apl_apres", say("APL, après"), Format.DECIMAL),
        ]
    cut = set(communes.index[near_edge(communes)])
    if cut:
        bord = say("Minutes jusqu’au bord des données, si moins de 40")
        columns += [Column("bord_minutes", bord, Format.MINUTES)]
    columns += more[0]
    rows = []
    plain = pd.DataFrame(communes.drop(columns=["geometry", "anchor"])).sort_index()
    for code, zone in plain.to_dict("index").items():
        row: list[Cell] = [
            str(code),
            str(zone["name"]),
            str(zone["departement"]),
            str(zone["epci_name"]),
            int(zone["population"]),
            guarded(zone["without_doctor"]),
            guarded(zone["seekers"]),
            _minutes(zone["minutes_before"]),
            _minutes(zone["minutes_after"]),
            guarded(zone["served_before"]),
            guarded(zone["served_after"]),
            guarded_share(zone["served_before"], zone["seekers"]),
            guarded_share(zone["served_after"], zone["seekers"]),
            say(_kind(zone["kind_before"])),
            say(_kind(zone["kind_after"])),
        ]
        if has_apl:
            row += [float(zone["apl_before"]), float(zone["apl_after"])]
        if cut:
            row += [float(zone["edge_minutes"]) if code in cut else None]
        rows.append((*row, *more[1].get(str(code), [""] * len(more[0]))))
    return Table("communes", say("Communes du territoire"), tuple(columns), tuple(rows))


def near_edge(communes: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Return the communes whose neighbours are not all loaded (``travel.edge``).

    >>> near_edge(pd.DataFrame({"edge_minutes": [39.0, 41.0]}, index=["A", "B"])).tolist()
    [True, False]
    """
    if "edge_minutes" not in communes:
        return pd.Series(data=False, index=communes.index)
    found: pd.Series[bool] = communes["edge_minutes"] < FAR_ENOUGH
    return found


def _minutes(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _kind(kind: object) -> str:
    return str(getattr(kind, "value", kind))
