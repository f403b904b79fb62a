"""Write in README.md the table of the official files that can be fetched.

    python datasets/registry_table.py

The table is made from ``sources.toml`` and ``road_extracts.csv``; a test tells when it is behind.
"""

from __future__ import annotations

from pathlib import Path

from territory_access.datasets import registry

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- fichiers officiels -->", "<!-- fin des fichiers officiels -->"


def table() -> str:
    """Return the table in Markdown."""
    lines = [
        "| nom | contenu | millésime | licence | lu par | fichier | adresse |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(one) for one in registry.entries().values()]
    return "\n".join(lines)


def in_step(text: str) -> str:
    """Return the README with the table of today between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _row(one: registry.Entry) -> str:
    reader = f"`datasets.{one.reader}`" if one.reader else "–"
    cells = [f"`{one.name}`", f"[{one.title}]({one.page})", one.vintage, one.licence]
    return "| " + " | ".join([*cells, reader, f"`{one.file}`", _address(one)]) + " |"


def _address(one: registry.Entry) -> str:
    if not one.address:
        return "inconnue"
    return "vérifiée" if one.checked else f"{one.tag}, non vérifiée"


if __name__ == "__main__":
    README.write_text(in_step(README.read_text(encoding="utf-8")), encoding="utf-8")
