"""How the dossier becomes one page that opens anywhere, with no request."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from territory_access.dossier.blocks import Format, Living
from territory_access.dossier.numbers import Hidden
from territory_access.dossier.voice import curled

if TYPE_CHECKING:
    from territory_access.dossier.blocks import Column, Content
    from territory_access.dossier.numbers import Cell, Numbers

TEMPLATES = Path(__file__).parent / "templates"
VENDOR = Path(__file__).parent / "vendor"
LEAFLET_STYLE = VENDOR / "leaflet.css"
LIVING_CODE = (
    VENDOR / "leaflet.js",
    Path(__file__).parent / "living" / "ledger.js",
    Path(__file__).parent / "living" / "page.js",
)
WORDS = {Format.TEXT, Format.CODE, Format.IDENTIFIER, Format.TAG}


def page(content: Content, numbers: Numbers) -> str:
    """Return the dossier as one HTML document.

    Everything that comes from data is escaped; the only markup taken as it stands is the style
    sheets and scripts of this package, the maps drawn by ``drawing.draw`` and the data of the
    living map, in which no character can end a script.

    Parameters
    ----------
    content
        What to say.
    numbers
        How to write the cells of tables.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "dossier.css").read_text(encoding="utf-8")
    scripts = _scripts(content)
    return environment.get_template("dossier.html.j2").render(
        content=content,
        style=f"{LEAFLET_STYLE.read_text(encoding='utf-8')}\n{style}" if scripts else style,
        scripts=scripts,
        script_source=" ".join(_fingerprint(script) for script in scripts) or "'none'",
        cell=lambda value, column: shown(value, column, numbers),
        is_number=lambda column: column.format not in WORDS,
    )


def _scripts(content: Content) -> list[str]:
    """Return the code of the page: none, unless the reader can try something on it."""
    blocks = [block for section in content.sections for block in section.blocks]
    if not any(isinstance(block, Living) for block in blocks):
        return []
    return [f"\n{path.read_text(encoding='utf-8')}\n" for path in LIVING_CODE]


def _fingerprint(script: str) -> str:
    """Return what the page's security policy lets in: exactly this code, and no other.

    >>> _fingerprint("1")
    "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest())
    return f"'sha256-{digest.decode('ascii')}'"


def shown(value: Cell, column: Column, numbers: Numbers) -> str:
    """Return a cell for readers: names with the apostrophes of the page, codes untouched."""
    text = written(value, column.format, numbers)
    french = numbers.locale == "fr"
    return curled(text) if french and column.format is Format.TEXT else text


def written(value: Cell, kind: Format, numbers: Numbers) -> str:
    r"""Return a cell as its column wants it.

    >>> from territory_access.dossier.numbers import Numbers
    >>> written(0.5, Format.SHARE, Numbers("fr")), written(None, Format.COUNT, Numbers("fr"))
    ('50\u202f%', '—')
    """
    if value is None or value == "":
        return "—"
    if isinstance(value, Hidden):
        return numbers.count(value)
    if isinstance(value, str) or kind in WORDS:
        return str(value)
    ways = {
        Format.COUNT: numbers.count,
        Format.EUROS: numbers.euros,
        Format.CENTS: numbers.cents,
        Format.SHARE: numbers.share,
        Format.MINUTES: numbers.minutes,
        Format.DURATION: numbers.duration,
        Format.DECIMAL: numbers.decimal,
        Format.EXACT: numbers.exact,
    }
    return ways[kind](value)
