"""How far the APL of every commune of France, worked out here, is from the one published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault
from territory_access.validation import france
from territory_access.validation.ranks import mean_gap, spearman
from territory_access.validation.row import AT_LEAST, AT_MOST, Row, Skipped

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = "DREES, APL 2018, communes dont elle est à notre disposition"
_GOAL, _PLAIN = 0.80, 0.62
_CROSSED = Fault("chaque moitié des départements, par des nombres ajustés sur l’autre", {})
_SEEN = Fault("nombres ajustés sur ces mêmes départements", {})


def rows(data: Path | None) -> list[Row | Skipped]:
    """Return the rows on France: ranks and gap, by numbers fitted elsewhere and on all."""
    label = "APL 2018 de toute la France, par des temps estimés"
    missing = [file for file in france.FILES if data is None or not (data / file).is_file()]
    if data is None or missing:
        return [Skipped("apl.france", label, Fault("il manque {file}", {"file": tuple(missing)}))]
    country = france.read(data)
    known = country.places[country.known]
    published, need = (known[name].to_numpy(np.float64) for name in ("apl", "need"))
    crossed = france.crossed(country)[country.known].to_numpy(np.float64)
    seen = france.apl(country)[country.known].to_numpy(np.float64)
    paris = known["region"].eq("11").to_numpy()
    gap = mean_gap(crossed, published, need)
    mean = float(np.average(seen, weights=need)), float(np.average(published, weights=need))
    return [
        Row("apl.france.rho", "France, rangs pondérés par la population, croisés", _GOAL,
            spearman(crossed, published, need), "ρ", 0.0, _SOURCE, _CROSSED, AT_LEAST),
        Row("apl.france.rho.seen", "France, rangs pondérés par la population, ajustés", _GOAL,
            spearman(seen, published, need), "ρ", 0.0, _SOURCE, _SEEN, AT_LEAST),
        Row("apl.france.rho.plain", "France, rangs des communes, croisés", _PLAIN,
            spearman(crossed, published), "ρ", 0.0, _SOURCE, _CROSSED, AT_LEAST),
        Row("apl.france.rho.elsewhere", "France sans l’Île-de-France, rangs pondérés, croisés",
            _GOAL, spearman(crossed[~paris], published[~paris], need[~paris]), "ρ", None,
            _SOURCE, _CROSSED),
        Row("apl.france.rho.paris", "Île-de-France sans Paris, rangs pondérés, croisés", _GOAL,
            spearman(crossed[paris], published[paris], need[paris]), "ρ", None, _SOURCE, _CROSSED),
        Row("apl.france.gap", "France, écart absolu moyen par habitant, croisé", 0.0, gap,
            "cons./hab./an", 0.6, _SOURCE, _CROSSED, AT_MOST),
        Row("apl.france.mean", "France, APL moyenne de 2018", mean[1], mean[0], "cons./hab./an",
            0.05, _SOURCE, _SEEN),
    ]  # fmt: skip
