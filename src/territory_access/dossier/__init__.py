"""What a funder holds in their hands: one page, one workbook, map layers, and an inventory.

>>> from territory_access import dossier
>>> dossier.write.__name__
'write'
"""

from territory_access.dossier.folder import write
from territory_access.dossier.maps.shown import plot
from territory_access.dossier.replay import replay

__all__ = ["plot", "replay", "write"]
