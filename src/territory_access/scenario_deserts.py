"""What a planner may ask of deserts: which named and dated rules make one."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DesertRule = Literal[
    "trop-loin",
    "trop-peu",
    "sans-medecin",
    "apl-basse",
    "apl-tres-basse",
    "apl-2.5",
    "apl-1.5",
    "medecin-10",
    "medecin-15",
    "medecin-20",
    "medecin-30",
    "france-sante-30",
    "urgences-30",
]


class DesertsPart(BaseModel):
    """Which rules make a desert, and what they look at."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )

    rules: tuple[DesertRule, ...] = Field(
        default=(),
        description="règles, par leur nom : trop-loin, trop-peu, sans-medecin, apl-basse, "
        "apl-tres-basse (seuils de l’étude) ; apl-2.5, apl-1.5, medecin-10, medecin-15, "
        "medecin-20, medecin-30, france-sante-30, urgences-30 (seuils datés) ; "
        "à défaut, celles de l’étude",
    )
    emergency_file: Path | None = Field(
        default=None,
        description="base permanente des équipements (INSEE), pour la règle urgences-30",
    )
