"""How the dossier becomes layers that open in a GIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio import set_gdal_config_options

from territory_access.dossier import islands, qgis
from territory_access.dossier.decisions import word
from territory_access.dossier.findings import communes
from territory_access.dossier.numbers import Hidden, guarded
from territory_access.dossier.voice import Voice
from territory_access.siting.decisions import RELOCATE
from territory_access.siting.lines import lines, only_opens

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.dossier.blocks import Content, Table
    from territory_access.dossier.numbers import Cell
    from territory_access.study import Study


def write_layers(study: Study, content: Content, path: Path) -> None:
    """Write the GeoPackage: communes, deserts, sites, islands, *lisez-moi*.

    Parameters
    ----------
    study
        The run, for its shapes.
    content
        The same words and numbers as the other renderers.
    path
        The ``.gpkg`` file to write.
    """
    # the same file for the same study: GDAL else stamps the hour
    set_gdal_config_options({"OGR_CURRENT_DATE": "1980-01-01T00:00:00.000Z"})
    try:
        layers = {
            "communes_avant_apres": _communes(study, content.communes),
            "deserts": _deserts(study),
            "sites_existants": _existing(study),
            "sites_proposes": _proposed(study, content),
        }
        layers |= _moves(study)
        if content.tables("iles"):
            layers["iles"] = _islands(study, content.tables("iles")[0])
        layers |= _roads(study)
        for name, layer in layers.items():
            pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", append=path.exists())
        words = {"lisez_moi": _readme(content), qgis.STYLES: _styles(study, content, list(layers))}
        for name, table in words.items():
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=True)
    finally:
        set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _styles(study: Study, content: Content, layers: list[str]) -> pd.DataFrame:
    """Return how QGIS draws the layers; the classes are those of the page's maps."""
    voice = Voice.of(content.language)
    return qgis.styles(
        layers,
        voice,
        with_apl=study.apl_before is not None,
        decisions=not only_opens(study.plan),
    )


def _communes(study: Study, table: Table) -> gpd.GeoDataFrame:
    shapes = communes(study).sort_index().geometry.to_numpy()
    return gpd.GeoDataFrame(_frame(table), geometry=shapes, crs=study.territory.crs)


def _frame(table: Table) -> pd.DataFrame:
    """Return a table with hidden cells empty, since a numeric column holds no words."""
    return pd.DataFrame(
        [[_plain(value) for value in row] for row in table.rows],
        columns=[column.key for column in table.columns],
    )


def _plain(value: Cell) -> str | int | float | None:
    return None if isinstance(value, Hidden) else value


def _deserts(study: Study) -> gpd.GeoDataFrame:
    patches = study.patches
    return gpd.GeoDataFrame(
        {
            "identifiant": [str(label) for label in patches.index],
            "nom": patches["name"].astype(str).to_numpy(),
            "type": [str(getattr(kind, "value", kind)) for kind in patches["kind"]],
            "population": patches["population"].to_numpy(dtype="int64"),
            "en_recherche": _counts(patches["seekers"]),
        },
        geometry=patches.geometry.to_numpy(),
        crs=study.territory.crs,
    )


def _counts(column: pd.Series) -> pd.Series:
    """Return counts of residents, the small ones left out."""
    return pd.Series([_plain(guarded(count)) for count in column], dtype="Int64")


def _existing(study: Study) -> gpd.GeoDataFrame:
    sites = study.territory.facilities
    return gpd.GeoDataFrame(
        {
            "identifiant": [str(label) for label in sites.index],
            "nom": sites["name"].astype(str).to_numpy(),
            "service": sites["service"].astype(str).to_numpy(),
            "code_commune": sites["zone_id"].astype(str).to_numpy(),
            "etp_medecin": sites["fte"].to_numpy(dtype=float),
            "consultations_an": sites["acts_per_year"].to_numpy(dtype=float),
            "places": sites["places"].to_numpy(dtype="int64"),
            "ouverture": sites["opened"].astype(str).to_numpy(),
        },
        geometry=sites.geometry.to_numpy(),
        crs=study.territory.crs,
    )


def _proposed(study: Study, content: Content) -> gpd.GeoDataFrame:
    """Return one point a line of the plan; differences where it changes what stands."""
    sites, voice = lines(study.plan), Voice.of(content.language)
    place = study.territory
    points = pd.concat([place.candidates.geometry, place.facilities.geometry]).loc[sites["at"]]
    what = {
        "decision": [word(line, voice) for _, line in sites.iterrows()],
        "symbole": sites["decision"].to_numpy(str),
        "site_existant": sites["site"].to_numpy(str),
    }
    return gpd.GeoDataFrame(
        {
            "code_commune": sites["zone_id"].to_numpy(str),
            "commune": sites["name"].to_numpy(str),
            **({} if only_opens(study.plan) else what),
            "service": sites["service"].to_numpy(str),
            "taille": sites["size"].to_numpy(str),
            "etp_medecin": sites["fte"].to_numpy(dtype=float),
            "etp_infirmier": sites["nurse_fte"].to_numpy(dtype=float),
            "consultations_an": sites["acts_per_year"].to_numpy(dtype=float),
            "places": sites["places"].to_numpy(dtype="int64"),
            "habitants_servis": _counts(sites["served"]),
            "investissement_eur": sites["capex"].to_numpy(dtype=float),
            "fonctionnement_eur_an": sites["opex"].to_numpy(dtype=float),
            "deficit_eur_an": sites["deficit"].to_numpy(dtype=float),
        },
        geometry=points.to_numpy(),
        crs=study.territory.crs,
    )


def _moves(study: Study) -> dict[str, gpd.GeoDataFrame]:
    """Return a line from where each service leaves to where it goes; nothing where none moves."""
    told, place = lines(study.plan), study.territory
    came = told[told["decision"] == RELOCATE]
    if came.empty:
        return {}
    here = place.facilities.geometry.loc[came["site"]]
    there = place.candidates.geometry.loc[came["at"]]
    ways = [shapely.LineString(ends) for ends in zip(here, there, strict=True)]
    table = {
        "service": came["service"].to_numpy(str),
        "site_existant": came["site"].to_numpy(str),
        "de": came["other_name"].to_numpy(str),
        "vers": came["name"].to_numpy(str),
    }
    return {"deplacements": gpd.GeoDataFrame(table, geometry=ways, crs=place.crs)}


def _islands(study: Study, table: Table) -> gpd.GeoDataFrame:
    """Return the islands of the page, each a point at its chef-lieu."""
    codes = islands.inside(study).index
    layer = _frame(table)
    layer.insert(0, "code_commune", codes.astype(str))
    points = study.territory.zones["anchor"].loc[codes].to_numpy()
    return gpd.GeoDataFrame(layer, geometry=points, crs=study.territory.crs)


def _roads(study: Study) -> dict[str, gpd.GeoDataFrame]:
    """Return the surroundings of what opens and the longest ways, where there are roads."""
    if study.reach is None:
        return {}
    around, ways = study.reach
    names = study.territory.zones["name"]
    layers = {
        "isochrones": around.rename(columns={"minutes": "minutes_au_plus"}),
        "trajets": gpd.GeoDataFrame(
            {
                "code_commune": ways.index.astype(str),
                "commune": names.loc[ways.index].astype(str).to_numpy(),
                "vers": ways["site"].astype(str).to_numpy(),
                "minutes": ways["minutes"].to_numpy(dtype=float),
                "km": ways["km"].to_numpy(dtype=float),
                "bateau": ways["boat"].to_numpy(dtype=bool),
            },
            geometry=ways.geometry.to_numpy(),
            crs=study.territory.crs,
        ),
    }
    return {name: layer for name, layer in layers.items() if len(layer)}


def _words(content: Content) -> dict[str, str]:
    """Return under which words assumptions and sources stand."""
    return {name: content.labels[name] for name in ("assumed", "read")}


def _readme(content: Content) -> pd.DataFrame:
    """Return the words that must travel with the layers."""
    lines = [("titre", content.title), ("question", content.subtitle), *content.facts]
    lines += [("lecture", content.labels["readme"]), ("logiciel", content.labels["made"])]
    for column in content.communes.columns:
        whence = column.origin.lines(**_words(content)) if column.origin else ()
        lines.append((column.key, "\n".join([column.label, *whence])))
    for section in content.sections:
        if section.id == "limites":
            lines += [
                (section.id, item)
                for block in section.blocks
                for item in getattr(block, "items", ())
            ]
    return pd.DataFrame(lines, columns=["sujet", "texte"])
