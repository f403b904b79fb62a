"""The layers open in a GIS with the same numbers as the page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio

from territory_access import dossier

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from territory_access.study import Study


def test_layers_and_their_crs(written: Path) -> None:
    path = written / "resultats.gpkg"
    layers = dict(pyogrio.list_layers(path))
    assert list(layers) == [
        "communes_avant_apres", "deserts", "sites_existants", "sites_proposes", "iles",
        "lisez_moi", "layer_styles",
    ]  # fmt: skip
    assert layers["lisez_moi"] is None
    assert str(gpd.read_file(path, layer="deserts").crs) == "EPSG:2154"


def test_communes_carry_their_numbers(written: Path, study: Study) -> None:
    layer = gpd.read_file(written / "resultats.gpkg", layer="communes_avant_apres")
    layer = layer.set_index("code_commune")
    assert set(layer.index) == set(
        study.territory.zones.index[study.territory.zones["in_territory"]]
    )
    assert layer.loc["99019", "population"] == study.territory.zones.loc["99019", "population"]
    shape = study.territory.zones.geometry["99019"]
    assert layer.geometry["99019"].equals(shape)
    assert all(name.isascii() and name.islower() for name in layer.columns)


def test_layers_bring_their_style(written: Path) -> None:
    styles = pyogrio.read_dataframe(written / "resultats.gpkg", layer="layer_styles")
    styles = styles.set_index("f_table_name")
    assert {"communes_avant_apres", "deserts", "sites_existants", "sites_proposes"} <= set(
        styles.index
    )
    assert styles["useAsDefault"].astype(bool).all()
    layers = {name: gpd.read_file(written / "resultats.gpkg", layer=name) for name in styles.index}
    for name, qml in styles["styleQML"].items():
        renderer = ET.fromstring(qml).find("renderer-v2")  # noqa: S314 - our own file
        column = renderer.get("attr")
        assert column is None or column in layers[name].columns
        used = {each.get("symbol") for each in renderer.iter() if each.tag in {"range", "category"}}
        assert used <= {symbol.get("name") for symbol in renderer.iter("symbol")}
    ranges = ET.fromstring(styles.loc["communes_avant_apres", "styleQML"]).iter("range")  # noqa: S314
    edges = [(float(each.get("lower")), float(each.get("upper"))) for each in ranges]
    values = layers["communes_avant_apres"]["part_apres"].dropna()
    assert values.map(lambda v: sum(low < v <= high for low, high in edges)).eq(1).all()


def test_proposed_sites_are_points_with_money(written: Path, study: Study) -> None:
    layer = gpd.read_file(written / "resultats.gpkg", layer="sites_proposes")
    assert layer["investissement_eur"].sum() == study.plan.sites["capex"].sum()
    assert set(layer.geom_type) == {"Point"}


def test_islands_are_points_at_their_chef_lieu(written: Path, study: Study) -> None:
    layer = gpd.read_file(written / "resultats.gpkg", layer="iles").set_index("code_commune")
    assert list(layer.index) == list(study.islands.index)
    assert layer["captif_basse"].tolist() == study.islands["captive_minutes_low"].tolist()
    (code,) = layer.index
    assert layer.geometry[code].equals(study.territory.zones["anchor"][code])


def test_without_islands_there_is_no_layer_of_them(study: Study, tmp_path: Path) -> None:
    dossier.write(dataclasses.replace(study, islands=study.islands.iloc[:0]), tmp_path / "r")
    assert "iles" not in dict(pyogrio.list_layers(tmp_path / "r" / "resultats.gpkg"))


def test_small_counts_are_left_empty(made_up: ModuleType, tmp_path: Path) -> None:
    study = made_up.made_up_study()
    study.territory.zones.loc["99001", "seekers"] = 7
    dossier.write(study, tmp_path / "r")
    layer = gpd.read_file(tmp_path / "r" / "resultats.gpkg", layer="communes_avant_apres")
    row = layer.set_index("code_commune").loc["99001"]
    assert pd.isna(row["en_recherche"])
    assert pd.isna(row["part_apres"])


def test_readme_travels_with_the_layers(hostile_written: Path, made_up: ModuleType) -> None:
    table = pyogrio.read_dataframe(hostile_written / "resultats.gpkg", layer="lisez_moi")
    assert table.loc[table["sujet"] == "titre", "texte"].iloc[0].startswith(made_up.HOSTILE)
    assert "limites" in set(table["sujet"])


def test_an_empty_plan_still_has_its_layer(made_up: ModuleType, tmp_path: Path) -> None:
    dossier.write(made_up.made_up_study(empty=True), tmp_path / "r")
    layer = pyogrio.read_dataframe(tmp_path / "r" / "resultats.gpkg", layer="sites_proposes")
    assert len(layer) == 0
    assert "investissement_eur" in layer.columns
