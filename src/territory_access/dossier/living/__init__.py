"""The map that answers « what if »: what the page needs to count as Python does."""

from territory_access.dossier.living.block import living

__all__ = ["living"]
