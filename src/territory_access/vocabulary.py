"""The words that the modules share: names of dimensions, kinds, severities and tags."""

from __future__ import annotations

from enum import StrEnum

ORIGIN = "origin"
DESTINATION = "destination"
ZONE = "zone_id"
CANDIDATE = "candidate_id"
SITE = "site_id"


class Season(StrEnum):
    """Which timetable the boats follow."""

    LOW = "low"
    HIGH = "high"


class DesertKind(StrEnum):
    """Why a zone is a desert; the French label is what users read."""

    NONE = "aucun"
    DISTANCE = "distance"
    CAPACITY = "capacité"
    BOTH = "les deux"
    AT_RISK = "à risque"
    SEASONAL = "saisonnier"
    CARLESS = "sans voiture seulement"


class Severity(StrEnum):
    """How much a check matters."""

    ERROR = "erreur"
    WARNING = "attention"
    INFO = "information"


class Tag(StrEnum):
    """Where a number comes from; printed beside it wherever it is used."""

    SEED = "S"
    WEB = "W"
    COMPUTED = "C"
    KNOWLEDGE_HIGH = "K-H"
    KNOWLEDGE_MEDIUM = "K-M"
    KNOWLEDGE_LOW = "K-L"
    USER = "U"


class Objective(StrEnum):
    """What a plan is asked to do best."""

    PLACES = "places"
    APL = "apl"
    LIFTED = "lifted"
    WORST_TENTH = "worst_tenth"


class Status(StrEnum):
    """What the solver proved about a plan."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    EMPTY = "empty"
