"""How long it takes to get there: by car without road data, and by boat."""

from territory_access.travel.times import matrix

__all__ = ["matrix"]
