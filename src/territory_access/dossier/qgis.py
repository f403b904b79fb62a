"""How the layers look when QGIS opens them: the classes and symbols of the page's maps.

A GeoPackage carries its styles in a table ``layer_styles``, which QGIS reads by itself: one row a
layer, its symbology as QML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd

from territory_access.dossier.maps.classes import CONSULTATIONS, SHARES
from territory_access.dossier.maps.decided import LABELS
from territory_access.vocabulary import DesertKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from territory_access.dossier.maps.classes import Classes
    from territory_access.dossier.voice import Voice

STYLES = "layer_styles"
_NEVER = "1980-01-01T00:00:00.000Z"  # the same file for the same study
_HEADER = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
KINDS = {
    DesertKind.DISTANCE.value: "#c9772b",
    DesertKind.CAPACITY.value: "#5aa5a8",
    DesertKind.BOTH.value: "#8f3209",
    DesertKind.AT_RISK.value: "#e8cf9a",
}


# What a plan decides: the shape of QGIS nearest to the symbol of the page, and its colour.
_MARKS = {
    "open": ("diamond", "#c2410c"),
    "extend": ("circle", "#c2410c"),
    "upgrade": ("pentagon", "#c2410c"),
    "close": ("cross_fill", "#5b6b70"),
    "leave": ("circle", "#5b6b70"),
    "relocate": ("arrowhead_filled", "#c2410c"),
    "reinforce": ("star", "#c2410c"),
}


def styles(
    layers: Sequence[str], voice: Voice, *, with_apl: bool, decisions: bool = False
) -> pd.DataFrame:
    """Return the table of styles of a GeoPackage.

    Parameters
    ----------
    layers
        Names of the layers that the file holds; those without a style of ours are left out.
    voice
        Language of the legends.
    with_apl
        Whether communes are coloured by APL rather than by the share served.
    decisions
        Whether proposals have a column ``symbole``: what is decided of each.

    Returns
    -------
    pandas.DataFrame
        The columns that QGIS expects of ``layer_styles``.
    """
    classes, column = (CONSULTATIONS, "apl_apres") if with_apl else (SHARES, "part_apres")
    known = {
        "communes_avant_apres": graduated(classes, column, voice),
        "deserts": categorised("type", KINDS, voice),
        "sites_existants": single("circle", "#14272e", "2.6"),
        "sites_proposes": marked("symbole", voice)
        if decisions
        else single("diamond", "#c2410c", "4"),
        "iles": single("triangle", "#0b4a58", "3"),
    }
    rows = [
        {
            "id": position,
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer,
            "f_geometry_column": "geom",
            "styleName": layer,
            "styleQML": known[layer],
            "styleSLD": "",
            "useAsDefault": True,
            "description": "territory_access",
            "owner": "",
            "ui": "",
            "update_time": _NEVER,
        }
        for position, layer in enumerate((name for name in layers if name in known), start=1)
    ]
    return pd.DataFrame(rows)


def graduated(classes: Classes, column: str, voice: Voice) -> str:
    """Return a symbology that colours a number by the fixed classes of the maps."""
    renderer = ET.Element(
        "renderer-v2",
        {"type": "graduatedSymbol", "attr": column, "graduatedMethod": "GraduatedColor"},
    )
    ranges, symbols = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    lower = -1.0
    edges = [*classes.edges, 1e9][: len(classes.colours)]
    for place, (upper, colour) in enumerate(zip(edges, classes.colours, strict=True)):
        label = voice.say(classes.labels[place])
        bounds = {"lower": f"{lower:g}", "upper": f"{upper:g}"}
        ET.SubElement(
            ranges, "range", bounds | {"symbol": str(place), "label": label, "render": "true"}
        )
        symbols.append(_symbol(str(place), "fill", "SimpleFill", _filled(colour)))
        lower = upper
    return _document(renderer)


def categorised(column: str, colours: dict[str, str], voice: Voice) -> str:
    """Return a symbology that gives each word of a column its colour."""
    renderer = ET.Element("renderer-v2", {"type": "categorizedSymbol", "attr": column})
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for place, (word, colour) in enumerate(colours.items()):
        said = {"value": word, "label": voice.say(word)}
        ET.SubElement(categories, "category", said | {"symbol": str(place), "render": "true"})
        symbols.append(_symbol(str(place), "fill", "SimpleFill", _filled(colour)))
    return _document(renderer)


def marked(column: str, voice: Voice) -> str:
    """Return a symbology that gives each decision its mark, by a column that names it."""
    renderer = ET.Element("renderer-v2", {"type": "categorizedSymbol", "attr": column})
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for place, (word, (shape, colour)) in enumerate(_MARKS.items()):
        said = {"value": word, "label": voice.say(LABELS[word])}
        ET.SubElement(categories, "category", said | {"symbol": str(place), "render": "true"})
        symbols.append(_symbol(str(place), "marker", "SimpleMarker", _mark(shape, colour, "4")))
    return _document(renderer)


def _mark(shape: str, colour: str, size: str) -> list[tuple[str, str]]:
    mark = [("name", shape), ("color", _rgb(colour)), ("outline_color", _rgb("#ffffff"))]
    return [*mark, ("size", size), ("size_unit", "MM")]


def single(shape: str, colour: str, size: str) -> str:
    """Return a symbology of one mark; sizes in millimetres."""
    renderer = ET.Element("renderer-v2", {"type": "singleSymbol"})
    symbols = ET.SubElement(renderer, "symbols")
    symbols.append(_symbol("0", "marker", "SimpleMarker", _mark(shape, colour, size)))
    return _document(renderer)


def _filled(colour: str) -> list[tuple[str, str]]:
    outline = [("outline_color", _rgb("#ffffff")), ("outline_width", "0.1")]
    return [("color", _rgb(colour)), ("style", "solid"), *outline]


def _symbol(name: str, kind: str, layer: str, options: Iterable[tuple[str, str]]) -> ET.Element:
    symbol = ET.Element("symbol", {"name": name, "type": kind, "alpha": "1"})
    drawn = ET.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "pass": "0"})
    listed = ET.SubElement(drawn, "Option", {"type": "Map"})
    for key, value in options:
        ET.SubElement(listed, "Option", {"name": key, "type": "QString", "value": value})
    return symbol


def _rgb(colour: str) -> str:
    """Return a colour as QGIS writes it.

    >>> _rgb("#0b4a58")
    '11,74,88,255'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _document(renderer: ET.Element) -> str:
    root = ET.Element("qgis", {"version": "3.34", "styleCategories": "Symbology"})
    root.append(renderer)
    return _HEADER + ET.tostring(root, encoding="unicode")
