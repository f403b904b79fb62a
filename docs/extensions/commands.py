"""The page of the commands, written from the command line itself when the docs are built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from territory_access.cli.app import app as command_line

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "reference/commandes.md"
HEAD = """# Commandes

Toutes acceptent `--help`, `--lang` (`fr` ou `en`) et `--debug`. Codes de sortie : 0, c’est fait ;
2, une donnée d’entrée est à corriger ; 3, aucun plan ne respecte les règles ; 1, un défaut du
logiciel, ou un nombre publié que l’on ne retrouve plus.

"""
# What the generator says in English, as the reader of this page says it.
WORDS = (
    (r"\*\*Parameters\*\*:", "**Options** :"),
    (r"\*\*Arguments\*\*:", "**Arguments** :"),
    (r" \*\[default: (?:\(\)|False)\]\*", ""),
    (r"\*\[default: ([^\]]+)\]\*", r"(à défaut : `\1`)"),
    (r"\*\*\[required\]\*\*", "(obligatoire)"),
    (r"^\* `--(?:debug|lang STR)`.*\n", ""),
    (r"\*\*Options\*\* :\n\s*(?=\n#|\Z)", ""),
    (r"```console", "```text"),
)


def write(app: Sphinx) -> None:
    """Write the page, if it changed."""
    text = command_line.generate_docs(output_format="markdown")
    text = text[text.index("\n## territory-access") + 1 :]
    for english, french in WORDS:
        text = re.sub(english, french, text, flags=re.MULTILINE)
    page = Path(app.srcdir) / PAGE
    page.parent.mkdir(exist_ok=True)
    if not page.is_file() or page.read_text(encoding="utf-8") != HEAD + text:
        page.write_text(HEAD + text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Write the page before anything is read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
