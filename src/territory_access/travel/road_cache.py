"""Where road networks are kept from one run to the next: in the cache folder of the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER_VARIABLE = "TERRITORY_ACCESS_CACHE"
_NAME = "territory-access"


def folder() -> Path | None:
    """Return the cache folder, made if need be; ``None`` where nothing can be written.

    The environment variable ``TERRITORY_ACCESS_CACHE`` names it; otherwise it is where the system
    keeps caches. Everything in it can be deleted at any time.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    try:
        place = Path(named) if named else _of_the_system() / _NAME
        place.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: nobody has a home here
        return None
    return place if os.access(place, os.W_OK) else None


def _of_the_system() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
