"""The page of every default number, written from the data when the docs are built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.parameters import Parameters
from territory_access.services import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

PAGE = "reference/nombres.md"
HEAD = """# Tous les nombres par défaut

Valeur, étendue, étiquette, source. Étiquettes : `S` document de départ, `W` page publique, `C`
calcul, `K-H`, `K-M`, `K-L` connaissance plus ou moins sûre. Tout se remplace dans un scénario
([comment](../guides/changer-un-nombre.md)).

"""
COLUMNS = """| {first} | ce que c’est, d’où cela vient | valeur | étendue | étiquette |
|---|---|---:|---|---|
"""
FIELDS = {
    "capex": "Investissement",
    "gp_fte": "Médecins, à la taille de base",
    "size_min_fte": "Médecins, à la plus petite taille",
    "size_max_fte": "Médecins, à la plus grande taille",
    "nurse_fte": "Infirmiers",
    "support_fte": "Secrétaires, assistants, coordination",
    "capacity": "Consultations, au régime de croisière",
    "opex": "Fonctionnement",
    "net": "Résultat annuel (négatif : un déficit)",
    "lead_months": "Délai d’ouverture",
    "reach_minutes": "Portée (0 : sa commune ou son île)",
    "poaching": "Part des médecins prise à des cabinets voisins",
    "min_population": "Population minimale de la commune",
    "mother_minutes": "Distance au centre mère, au plus",
}


def number(value: float) -> str:
    """Return a number as it is read in French.

    >>> number(150000.0), number(0.55)
    ('150\u202f000', '0,55')
    """
    return f"{value:,.10g}".replace(",", "\u202f").replace(".", ",")


def extent(low: float, high: float) -> str:
    """Return the range of a number, or a dash where it has none."""
    return "–" if low == high else f"{number(low)} à {number(high)}"


def row(*cells: str) -> str:
    """Return a row of a table in Markdown."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def lines() -> Iterator[str]:
    """Yield the page."""
    yield HEAD
    parameters = Parameters.load()
    family = ""
    for id_ in sorted(parameters):
        one = parameters[id_]
        if id_.split(".")[0] != family:
            family = id_.split(".")[0]
            yield f"\n## `{family}`\n\n" + COLUMNS.format(first="identifiant")
        value = f"{number(one.value)} {one.unit}"
        meaning = f"{one.label}. *{one.reference}*"
        yield row(f"`{id_}`", meaning, value, extent(one.low, one.high), one.tag.value)
    services = catalogue.load()
    figures = catalogue.table(services)
    for id_, service in services.items():
        yield f"\n## {service.name} : `{id_}`\n\n" + COLUMNS.format(first="champ")
        for one in figures[figures["service"] == id_].itertuples(index=False):
            value = f"{number(one.value)} {one.unit}"
            meaning = f"{FIELDS[one.field]}. {one.note} *{one.reference}*".replace("  ", " ")
            yield row(f"`{one.field}`", meaning, value, extent(one.low, one.high), one.tag)


def write(app: Sphinx) -> None:
    """Write the page, if it changed."""
    text = "".join(lines())
    page = Path(app.srcdir) / PAGE
    page.parent.mkdir(exist_ok=True)
    if not page.is_file() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Write the page before anything is read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
