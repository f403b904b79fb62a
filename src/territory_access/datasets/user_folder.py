"""Says where the official files that a user fetched lie."""

from __future__ import annotations

import os
from pathlib import Path

# What a scenario puts before the name of a file of that folder.
NAMED = "data:"
FOLDER_VARIABLE = "TERRITORY_ACCESS_DATA"
_CACHE_VARIABLE = "TERRITORY_ACCESS_CACHE"


def folder(to: Path | None = None) -> Path:
    """Return the folder of data: ``to``, else ``TERRITORY_ACCESS_DATA``, else one of the system.

    That of the system is ``donnees`` in the cache folder of the user (``TERRITORY_ACCESS_CACHE``
    where it is set). It may not exist yet.

    Examples
    --------
    >>> folder(Path("ici")).name
    'ici'
    """
    if to is not None:
        return to
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    cache = os.environ.get(_CACHE_VARIABLE)
    if cache:
        return Path(cache) / "donnees"
    import pooch

    return Path(pooch.os_cache("territory-access")) / "donnees"
