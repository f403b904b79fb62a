"""How people travel in a scenario: roads, boats, public transport."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from pathlib import Path  # noqa: TC003 - as above

from pydantic import BaseModel, ConfigDict, Field

from territory_access.vocabulary import Season


class TravelPart(BaseModel):
    """How people travel."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )

    season: Season = Field(
        default=Season.LOW, description="saison des bateaux : low (basse) ou high (haute)"
    )
    max_minutes: float = Field(
        default=60.0, gt=0, le=240, description="au-delà de ce temps, en minutes, hors de portée"
    )
    roads: str = Field(
        default="",
        description="réseau routier : fichier .osm.pbf, GraphML ou GeoPackage, dossier de tables, "
        "ou data:NOM dans le dossier TERRITORY_ACCESS_DATA ; à défaut, les temps sont estimés",
    )
    speeds: Path | None = Field(
        default=None,
        description="table de vitesses (CSV) ; à défaut, la table nationale embarquée",
    )
    gtfs: str = Field(
        default="",
        description="horaire de bateaux, archive GTFS (.zip) ou data:NOM dans le dossier "
        "TERRITORY_ACCESS_DATA ; il remplace la table des bateaux pour les îles qu’il dessert",
    )
    gtfs_day: date | None = Field(
        default=None,
        description="jour de l’horaire, par exemple 2026-02-14 ; à défaut, sa saison entière",
    )
    transit_gtfs: str = Field(
        default="",
        description="horaire de transports en commun, archive GTFS (.zip) ou data:NOM, pour ceux "
        "qui n’ont pas de voiture (need.cars_file) ; à défaut, ils marchent",
    )
    transit_day: date | None = Field(
        default=None,
        description="jour de cet horaire ; à défaut, celui, en semaine, dont le nombre de courses "
        "est médian",
    )
    own_times: bool = Field(
        default=False, description="prendre les temps du fichier routier, sans table de vitesses"
    )
    peak: bool = Field(default=False, description="heures de pointe plutôt qu’heures creuses")
    parking: bool = Field(
        default=False,
        description="ajouter à l’arrivée le temps de se garer et de marcher ; à défaut, les temps "
        "sont ceux de la conduite, comme dans METRIC (INSEE)",
    )
