"""Which figure each column shows, in the tables on residents, deserts and islands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.origins import care, isles, sites
from territory_access.dossier.origins.figure import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.origins.figure import Figure

_MISSING = {
    "manque": care.MISSING,
    "trop_loin": care.CAUSES,
    "trop_peu": care.CAUSES,
    "trop_a_partager": care.CAUSES,
    "vieillissement": care.CAUSES,
    "etp": care.DOCTORS_MISSING,
}
_CARS = {
    "sans_voiture": care.WITHOUT_CAR,
    "apl_avec": care.APL_BY_CAR,
    "apl_sans": care.APL_BY_CAR,
    "apl_ensemble": care.APL_BY_CAR,
}

NEED: Mapping[str, Mapping[str, Figure]] = {
    "communes": {
        "population": care.RESIDENTS,
        "sans_medecin_traitant": care.WITHOUT_DOCTOR,
        "en_recherche": care.SEEKERS,
        "minutes_avant": care.MINUTES,
        "minutes_apres": care.MINUTES,
        "servis_avant": care.SERVED,
        "servis_apres": care.SERVED_AFTER,
        "part_avant": care.SHARE_SERVED,
        "part_apres": care.SHARE_SERVED_AFTER,
        "desert_avant": care.DESERT,
        "desert_apres": care.DESERT,
        "apl_avant": care.APL,
        "apl_apres": care.APL_AFTER,
        "bord_minutes": care.EDGE_MINUTES,
        **_MISSING,
        "robuste": care.VARIANT,
        "depend": care.VARIANT,
        "apl_avec_voiture": care.APL_BY_CAR,
        "apl_sans_voiture": care.APL_BY_CAR,
        "apl_ensemble": care.APL_BY_CAR,
    },
    "typologie": {
        "communes": care.DESERT,
        "habitants": care.RESIDENTS,
        "part": care.DESERT_SHARE,
        "en_recherche": care.SEEKERS,
    },
    "regles": {"communes": care.DESERT, "habitants": care.DESERT_RESIDENTS},
    "deserts": {
        "communes": care.DESERT,
        "habitants": care.DESERT_RESIDENTS,
        "en_recherche": care.DESERT_SEEKERS,
        "cause": care.CAUSES,
        "etp": care.DOCTORS_MISSING,
    },
    "departements": {
        "habitants": care.RESIDENTS,
        "sans_medecin_traitant": care.WITHOUT_DOCTOR,
        "en_recherche": care.SEEKERS,
        "part_avant": care.SHARE_SERVED,
        "part_apres": care.SHARE_SERVED_AFTER,
        "part_desert": care.DESERT_SHARE,
        "apl_avant": care.MEAN_APL,
        "apl_apres": care.MEAN_APL_AFTER,
    },
    "causes": _MISSING,
    "robustesse": {
        "communes": care.VARIANT,
        "habitants": care.VARIANT,
        "recouvrement": care.OVERLAP,
        "kendall": care.KENDALL,
    },
    "equite": {"avant": care.INEQUALITY, "apres": care.INEQUALITY},
    "voitures": _CARS,
    "caches": {"habitants": care.HIDDEN},
    "existants": {
        WHOLE: sites.EVIDENCE,
        "etp_medecin": sites.EXISTING_FTE,
        "places": care.EXISTING_PLACES,
        "prises": sites.TAKEN,
    },
    "departs": {
        "ans": care.HORIZON,
        "remplaces": care.REPLACED,
        "apl": care.RETIRED_APL,
        "communes": care.RETIRED_UNDER,
        "habitants": care.RETIRED_UNDER,
    },
    "places": {
        "kappa": care.KAPPA,
        "places": care.KAPPA_PLACES,
        "ouvertes": care.KAPPA_PLACES,
        "servis": care.KAPPA_SERVED,
        "apres": care.KAPPA_SERVED,
    },
}
ISLES: Mapping[str, Mapping[str, Figure]] = {
    "iles": {
        "habitants": care.RESIDENTS,
        "departs_basse": isles.SAILINGS,
        "departs_haute": isles.SAILINGS,
        "captif_basse": isles.CAPTIVE,
        "captif_haute": isles.CAPTIVE,
    },
    "iles_jours": {
        "etp": isles.ISLAND_FTE,
        "etp_plan": isles.ISLAND_FTE,
        "coupes": isles.CUT_DAYS,
        "sans": isles.WITHOUT_DAYS,
        "suite": isles.WITHOUT_DAYS,
        "sans_plan": isles.WITHOUT_DAYS,
        "suite_plan": isles.WITHOUT_DAYS,
    },
    "iles_besoins": {
        "consultations": isles.ACTS,
        "etp_volume": isles.VOLUME_FTE,
        "presents": isles.PEOPLE,
        "pointe": isles.ACTS,
        "evitees": isles.AVOIDED,
        "economie": isles.SAVED,
    },
}
