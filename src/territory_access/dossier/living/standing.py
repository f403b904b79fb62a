"""Which decisions on services in place the page offers, and how it calls them.

Opening, extending, changing and closing are linear in what the page counts: consultations and
money by their difference, places by those that come and those that leave. A move ties two places
together: it is there only as the plan decides it. So are add-ons, whose number hangs on the
doctors of their host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.siting.decisions import CLOSE, EXTEND, LEAVE, OPEN, RELOCATE, UPGRADE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

GONE, MOVED = (CLOSE, LEAVE), (LEAVE, RELOCATE)
_BESIDE = "reinforce"
_AS_PLANNED = (*MOVED, _BESIDE)
_LABELS = {
    OPEN: "{service}, {size}",
    EXTEND: "agrandir : {service}, {size}",
    UPGRADE: "changer : {service}, {size}",
    CLOSE: "fermer",
    LEAVE: "déplacer ailleurs",
    RELOCATE: "accueillir : {service}",
}


def offered(study: Study, code: str) -> NDArray[np.bool_]:
    """Return which options a place may be given on the page ``(O,)``: see above."""
    options, sites = study.plan.problem.options, study.plan.sites
    free = ~options["decision"].isin(_AS_PLANNED).to_numpy(bool)
    if code not in sites.index:
        return free
    planned = str(sites["service"][code]) + " " + str(sites["size"][code])
    return np.asarray(free | (options.index == planned))


def label(option: pd.Series, voice: Voice) -> str:
    """Return an option as its list shows it."""
    values = {
        "service": voice.say(str(option["name"])),
        "size": voice.say(str(option["size"]).removesuffix(f", {option['site']}")),
    }
    return voice.say(_LABELS.get(str(option["decision"]), "{service}, {size}"), **values)


def name(study: Study, code: str, voice: Voice) -> str:
    """Return the name of a place: its commune, or the service that stands there."""
    row = study.plan.problem.candidates.loc[code]
    if not row["site"]:
        return voice.name(str(row["name"]))
    return voice.name(str(study.territory.facilities.loc[row["site"], "name"]))


def left_out(study: Study, voice: Voice) -> list[str]:
    """Return which decisions of the plan's question the page does not offer."""
    asked = set(study.plan.problem.options["decision"])
    said = []
    if RELOCATE in asked:
        said.append(
            voice.say(
                "Un déplacement n’y est que tel que le plan le décide : pour en essayer un autre, "
                "fermez un service et ouvrez-en un ailleurs."
            )
        )
    if _BESIDE in asked:
        said.append(
            voice.say(
                "Les renforts n’y sont que tels que le plan les décide : l’essai n’en ajoute pas."
            )
        )
    return said
