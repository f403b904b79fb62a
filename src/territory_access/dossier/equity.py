"""How unequally care is spread, before and with the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access import access
from territory_access.dossier.blocks import Column, Format, Statement, Table
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

    from territory_access.dossier.blocks import Block
    from territory_access.dossier.numbers import Cell
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

DEPRIVATION = "deprivation"


def equity(study: Study, communes: gpd.GeoDataFrame, voice: Voice) -> tuple[Block, ...]:
    """Return a sentence and the measures of inequality, before and after.

    They are of the APL over inhabitants where it is known; else of the chance of a place over
    those who seek one.

    Parameters
    ----------
    study
        A whole run.
    communes
        Those of the territory (``findings.communes``).
    voice
        Language and numbers.
    """
    has_apl = "apl_before" in communes
    weight = communes["population" if has_apl else "seekers"]
    if not weight.sum():
        return ()
    what = "apl" if has_apl else "share"
    line = study.parameters.value("apl.threshold" if has_apl else "deserts.served_share")
    measured = {
        when: dict(_measures(communes, communes[f"{what}_{when}"], weight, line, voice))
        for when in ("before", "after")
    }
    rows: list[tuple[Cell, ...]] = [
        (label, _cell(value), _cell(measured["after"][label]))
        for label, value in measured["before"].items()
        if np.isfinite([value, measured["after"][label]]).any()  # the worst tenth may have nothing
    ]
    columns = (
        Column("mesure", voice.say("Mesure"), Format.TEXT),
        Column("avant", voice.say("Avant"), Format.EXACT),
        Column("apres", voice.say("Après"), Format.EXACT),
    )
    caption = (
        voice.say("Inégalités d’APL entre habitants")
        if has_apl
        else voice.say("Inégalités de chances d’obtenir une place, entre ceux qui en cherchent")
    )
    note = voice.say(
        "0 : la même chose pour tous. Chaque habitant compte une fois ; calcul par commune, donc "
        "sans les inégalités au sein d’une commune."
    )
    return (
        Statement(_sentence(measured, communes, what, weight, has_apl=has_apl, voice=voice)),
        Table("equite", caption, columns, tuple(rows), note=note),
    )


def _measures(
    communes: gpd.GeoDataFrame, level: object, weight: object, line: float, voice: Voice
) -> Iterator[tuple[str, float]]:
    values, people = _array(communes, level), _array(communes, weight)
    yield voice.say("Indice de Gini"), access.gini(values, people)
    split = access.theil(values, people, groups=_array(communes, communes["departement"]))
    yield voice.say("Indice de Theil"), split.total
    yield voice.say("– dont entre départements"), split.between
    yield voice.say("– dont entre communes d’un même département"), split.within
    yield (
        voice.say("Dixième le mieux servi sur le moins bien servi (D10/D1)"),
        access.tenth_ratio(values, people),
    )
    yield voice.say("Déciles extrêmes (D9/D1)"), access.decile_ratio(values, people)
    yield (
        voice.say("Rapport de Palma (10 % d’en haut sur 40 % d’en bas)"),
        access.palma(values, people),
    )
    yield voice.say("Part sous le seuil (FGT 0)"), access.poverty(values, people, line)
    yield (
        voice.say("Manque moyen sous le seuil (FGT 1)"),
        access.poverty(values, people, line, alpha=1),
    )
    yield voice.say("Gravité du manque (FGT 2)"), access.poverty(values, people, line, alpha=2)
    if DEPRIVATION in communes and communes[DEPRIVATION].notna().all():
        rank = -_array(communes, communes[DEPRIVATION])
        yield (
            voice.say("Indice de concentration selon la défavorisation"),
            access.concentration(values, people, rank),
        )
        yield (
            voice.say("Pente selon la défavorisation (SII)"),
            access.slope_index(values, people, rank),
        )


def _sentence(  # noqa: PLR0913 - what is measured, on whom, and in which words
    measured: dict[str, dict[str, float]],
    communes: gpd.GeoDataFrame,
    what: str,
    weight: object,
    *,
    has_apl: bool,
    voice: Voice,
) -> str:
    tenths = access.tenths(_array(communes, communes[f"{what}_before"]), _array(communes, weight))
    gini = voice.say("Indice de Gini")
    before, after = (voice.numbers.decimal(measured[when][gini], 2) for when in ("before", "after"))
    if has_apl:
        return voice.say(
            "Le dixième des habitants le moins bien servi dispose de {low} consultations par an et "
            "par habitant, le mieux servi de {high} ; l’indice de Gini passe de {before} à "
            "{after}.",
            low=voice.numbers.decimal(float(tenths[0])),
            high=voice.numbers.decimal(float(tenths[-1])),
            before=before,
            after=after,
        )
    none = int((np.asarray(tenths) <= 0).sum())
    return voice.say(
        "Aujourd’hui, {none} dixièmes de ceux qui cherchent un médecin traitant n’ont aucune "
        "chance d’obtenir une place dans un site connu de l’étude ; l’indice de Gini de ces "
        "chances passe de {before} à {after} avec le plan.",
        none=voice.numbers.count(none),
        before=before,
        after=after,
    )


def _array(communes: gpd.GeoDataFrame, values: object) -> xr.DataArray:
    return xr.DataArray(
        np.asarray(values), {ORIGIN: communes.index.to_numpy()}, (ORIGIN,), name="level"
    )


def _cell(value: float) -> Cell:
    """Return a measure; nothing where a ratio has no denominator."""
    return round(value, 3) if np.isfinite(value) else None
