"""How the documentation is built: French pages in MyST, the reference from docstrings."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "territory_access"
author = "territory_access"
copyright = "Apache-2.0"  # noqa: A001 - the name that Sphinx reads
version = release = installed("territory-access")
language = "fr"

extensions = [
    "commands",
    "defaults",
    "mathml",
    "reference",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "exemples/*/tables"]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
html_title = "territory_access"
html_static_path: list[str] = []
html_math_renderer = "mathml"
