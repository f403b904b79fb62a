"""The map of roads, and its layers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.dossier import made_up
from territory_access import dossier
from territory_access.dossier.content import content
from territory_access.dossier.voice import Voice
from territory_access.travel.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

    from territory_access.study import Study
