"""One page of reference for each package, written from its modules when the docs are built."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

PACKAGE = "territory_access"
FOLDER = "reference"


def _modules(package: str) -> Iterator[str]:
    """Yield the modules below a package, itself first."""
    yield package
    paths = getattr(import_module(package), "__path__", [])
    for found in sorted(pkgutil.iter_modules(paths), key=lambda each: each.name):
        yield from _modules(f"{package}.{found.name}")


def _page(name: str, modules: list[str]) -> str:
    lines = [f"# `{name}`", ""]
    for module in modules:
        first = (import_module(module).__doc__ or "").strip().splitlines()[0]
        lines += [
            f"## `{module}`",
            "",
            "```{eval-rst}",
            f".. automodule:: {module}",
            "   :ignore-module-all:",
            "```",
            "",
        ]
        assert first, f"{module} says no purpose"  # noqa: S101 - a build, not the product
    return "\n".join(lines)


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
    listed = "\n".join(names)
    index = f"# Référence\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    (folder / "index.md").write_text(index, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Write the reference before anything is read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
