"""What a planner sees once a plan has opened: the months observed beside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from territory_access.cli.shown import show_section
from territory_access.dossier.follow import section
from territory_access.dossier.voice import Voice

if TYPE_CHECKING:
    from pathlib import Path


def show(folder: Path, observed: Path, language: str) -> None:
    """Print what the months observed say of a plan.

    Raises
    ------
    DataError
        If the folder holds no plan, or the table cannot be used.
    """
    voice = Voice.of(language)
    show_section(section(folder, observed, voice), voice, Console(highlight=False, soft_wrap=True))
