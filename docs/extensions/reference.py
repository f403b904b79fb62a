"""One page of reference for each package, written from its modules when the docs are built."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAliasType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

PACKAGE = "territory_access"
FOLDER = "reference"
HEAD = """# Référence du code

Écrite à partir du code, en anglais comme lui ; ses exemples sont rejoués par les tests. Les modules
sont l’espace de noms, les fonctions les verbes : `import territory_access as ta`, puis
`ta.study.run(…)`.

| module | what it answers |
|---|---|
"""
IVAR = re.compile(r":ivar (?P<names>[^:]+): ?(?P<text>.*)")
# Compiled loops over arrays of numbers: nobody calls them but the module beside them.
KERNELS = frozenset(
    f"{PACKAGE}.travel.roads.{name}"
    for name in (
        "arcs", "chains", "close_pairs", "contraction", "core", "heap", "layout", "reductions",
        "region", "rows", "seeds", "selection", "sparse", "sweep", "threads", "tiles",
        "vector_block", "vector_row", "witness",
    )
) | {f"{PACKAGE}.siting.classical.kernels"}  # fmt: skip


def _modules(package: str) -> Iterator[str]:
    """Yield the modules below a package, itself first."""
    yield package
    paths = getattr(import_module(package), "__path__", [])
    for found in sorted(pkgutil.iter_modules(paths), key=lambda each: each.name):
        if f"{package}.{found.name}" not in KERNELS:
            yield from _modules(f"{package}.{found.name}")


def _page(name: str, modules: list[str]) -> str:
    lines = [f"# `{name}`", ""]
    for module in modules:
        lines += [
            f"## `{module}`",
            "",
            "```{eval-rst}",
            f".. automodule:: {module}",
            "   :ignore-module-all:",
            "```",
            "",
        ]
    return "\n".join(lines)


def _purpose(name: str) -> str:
    """Return the first line of a module: the question that it answers."""
    return (import_module(f"{PACKAGE}.{name}").__doc__ or "").strip().splitlines()[0]


def write(app: Sphinx) -> None:
    """Write the pages that are not up to date, and leave the others as they are."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(exist_ok=True)
    root = import_module(PACKAGE)
    names = sorted(found.name for found in pkgutil.iter_modules(root.__path__))
    for name in names:
        text = _page(name, list(_modules(f"{PACKAGE}.{name}")))
        page = folder / f"{name}.md"
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    purposes = "".join(f"| [`{name}`]({name}.md) | {_purpose(name)} |\n" for name in names)
    listed = "\n".join(names)
    index = f"{HEAD}{purposes}\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"
    page = folder / "index.md"
    if not page.is_file() or page.read_text(encoding="utf-8") != index:
        page.write_text(index, encoding="utf-8")


def skip(  # noqa: PLR0913, PLR0917 - what Sphinx hands over
    app: Sphinx, what: str, name: str, obj: object, skipped: bool, options: object
) -> bool | None:
    """Leave out aliases of types: they serve who checks the code, not who calls it."""
    del app, what, name, skipped, options
    return True if isinstance(obj, TypeAliasType) else None


def attributes(  # noqa: PLR0913, PLR0917 - what Sphinx hands over
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Write the attributes of a class as a list: as fields, each would look for a link.

    Headings of modules become lines of their own: two modules of a page may have the same.
    """
    del app, name, obj, options
    lines[:] = list(_listed(_flat(lines) if what == "module" else lines))


def _flat(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if kept and len(line) > 2 and set(line) == {"-"} and len(kept[-1]) == len(line):
            kept[-1:] = [f".. rubric:: {kept[-1]}", ""]
        else:
            kept.append(line)
    return kept


def _listed(lines: list[str]) -> Iterator[str]:
    """Turn the fields of attributes into items, with the lines that follow each."""
    margin = 0
    for line in lines:
        found = IVAR.match(line)
        if found:
            margin = found.start("text")
            names = ", ".join(f"``{name.strip()}``" for name in found["names"].split(","))
            yield f"* {names} – {found['text']}"
        elif line.startswith(":vartype"):
            continue
        elif margin and line[:margin].strip() == "":
            yield f"  {line[margin:]}" if line.strip() else line
        else:
            margin = 0
            yield line


def setup(app: Sphinx) -> dict[str, object]:
    """Write the reference before anything is read."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("builder-inited", write)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-docstring", attributes, priority=900)  # after napoleon
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
