"""Whether the APL obeys the worked example of its method, and loses no consultation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from territory_access import access
from territory_access.errors import Fault
from territory_access.validation.row import Row, Skipped
from territory_access.vocabulary import DESTINATION, ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = "exemple chiffré de la méthode (2SFCA à paliers 10, 15, 20 min)"
_UNIT = "cons./hab./an"
_CODES = ["A", "B", "C"]
_MINUTES = [[0.0, 12.0, 25.0], [12.0, 0.0, 18.0], [25.0, 18.0, 0.0]]
_BEFORE, _AFTER = (1.578947, 1.416268, 1.090909), (2.052632, 2.126794, 1.327751)


def rows(data: Path | None) -> list[Row | Skipped]:  # noqa: ARG001 - needs no data
    """Return the rows of the worked example and of conservation."""
    times = xr.DataArray(_MINUTES, {ORIGIN: _CODES, DESTINATION: _CODES})
    need = xr.DataArray([5_000.0, 2_000.0, 3_000.0], {ORIGIN: _CODES})
    acts = xr.DataArray([10_000.0, 0.0, 4_000.0], {DESTINATION: _CODES})
    more = acts + xr.DataArray([0.0, 4_500.0, 0.0], {DESTINATION: _CODES})
    found: list[Row | Skipped] = []
    for when, offered, published in (("before", acts, _BEFORE), ("after", more, _AFTER)):
        levels = access.apl(times, need, offered)
        for code, expected, ours in zip(_CODES, published, levels.values, strict=True):
            label = Fault(
                "APL de {code}, exemple à {acts} consultations",
                {"code": code, "acts": int(offered.sum())},
            )
            found.append(
                Row(
                    f"apl.toy.{when}.{code.lower()}",
                    label,
                    expected,
                    float(ours),
                    _UNIT,
                    1e-6,
                    _SOURCE,
                )
            )
        given, spread = float(offered.sum()), float((levels * need).sum())
        found.append(
            Row(
                f"apl.toy.{when}.conserved",
                "Consultations réparties, exemple",
                given,
                spread,
                "cons./an",
                1e-6 * given,
                _SOURCE,
            )
        )
    found.append(_conserved())
    return found


def _conserved() -> Row:
    """Return what is left of the supply of a drawn territory: all of it."""
    draw = np.random.default_rng(20_26)
    zones = [f"{number:03}" for number in range(200)]
    places = draw.uniform(0, 60, (len(zones), 2))
    minutes = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    times = xr.DataArray(minutes, {ORIGIN: zones, DESTINATION: zones})
    need = xr.DataArray(draw.uniform(100, 5_000, len(zones)), {ORIGIN: zones})
    acts = xr.DataArray(draw.poisson(1.5, len(zones)) * 5_400.0, {DESTINATION: zones})
    spread = float((access.apl(times, need, acts) * need).sum())
    return Row(
        "apl.conserved",
        "Consultations réparties, tirage de 200 communes",
        float(acts.sum()),
        spread,
        "cons./an",
        1e-6 * float(acts.sum()),
        "conservation : Σ P*·A = Σ S",
    )
