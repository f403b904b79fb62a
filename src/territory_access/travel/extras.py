"""Are the libraries of the extra ``cluster`` there? Nothing else imports them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from territory_access.errors import TerritoryAccessError

if TYPE_CHECKING:
    from types import ModuleType


def library(name: str) -> ModuleType:
    """Return a module of the extra.

    Raises
    ------
    TerritoryAccessError
        If it is not installed; the sentence says how to.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise TerritoryAccessError(
            "la bibliothèque {name} manque : installez territory-access[cluster]", name=missing.name
        ) from missing
