"""Answers the questions that the field has asked since 1964, on labelled tables, with a proof.

>>> from territory_access.siting import classical
>>> sorted(classical.__all__)
['Location', 'bclp', 'capacitated', 'lscp', 'mclp', 'p_centre', 'p_median', 'people_within', 'uflp']
"""

from territory_access.siting.classical.bclp import bclp, people_within
from territory_access.siting.classical.capacitated import capacitated
from territory_access.siting.classical.location import Location
from territory_access.siting.classical.lscp import lscp
from territory_access.siting.classical.mclp import mclp
from territory_access.siting.classical.p_centre import p_centre
from territory_access.siting.classical.p_median import p_median
from territory_access.siting.classical.uflp import uflp

__all__ = [
    "Location",
    "bclp",
    "capacitated",
    "lscp",
    "mclp",
    "p_centre",
    "p_median",
    "people_within",
    "uflp",
]
