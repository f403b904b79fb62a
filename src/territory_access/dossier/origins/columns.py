"""Which figure each column of the dossier shows: what is missing here, a test finds.

Tables stand by their id, columns by their key; ``*`` ends the name of those of which there are as
many as sites, services or years. A table that says where its numbers come from row by row has one
figure for all its columns (``WHOLE``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.origins import care, isles, money, sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.origins.figure import Figure

WHOLE = ""  # key under which stands what holds for a whole table

_EACH_ROW = {WHOLE: sites.EACH_ROW}
_ALIKE = {
    "rang": money.RANK,
    "score": money.SCORE,
    "need": money.LIKE_NEED,
    "staff": money.LIKE_STAFF,
    "finance": money.LIKE_FINANCE,
    "context": money.LIKE_CONTEXT,
    "coalition": money.LIKE_COALITION,
    "rangs": money.RANK,
}
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

_NEED: Mapping[str, Mapping[str, Figure]] = {
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
_ISLES: Mapping[str, Mapping[str, Figure]] = {
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
_PLAN: Mapping[str, Mapping[str, Figure]] = {
    "scenarios": {
        "servis": sites.WAY_SERVED,
        "investissement": sites.WAY_CAPEX,
        "par_an": sites.WAY_YEARLY,
        "etp": sites.WAY_FTE,
    },
    "sites": {
        "etp_medecin": sites.FTE,
        "consultations": sites.CONSULTATIONS,
        "places": sites.PLACES,
        "servis": sites.SERVED_THERE,
        "nouveaux": sites.NEWLY_WITHIN,
    },
    "couts": {
        "investissement": sites.CAPEX,
        "fonctionnement": sites.OPEX,
        "deficit": sites.DEFICIT,
        "etp_infirmier": sites.NURSES,
        "cout_place": sites.CAPEX_A_PLACE,
    },
    "renfort_ou_lieu": {
        "nettes": sites.NET_CONSULTATIONS,
        "investissement": sites.CAPEX,
        "deficit": sites.DEFICIT,
        "par_consultation": money.EACH_BY_CATALOGUE,
    },
    "renforts": {
        "nombre": sites.LOT,
        "etp_cabinet": sites.IN_PRACTICE,
        "etp_centre": sites.IN_CENTRES,
        "au_plus": sites.HOSTED,
        "consultations": sites.LOT_CONSULTATIONS,
    },
    "moyens": {"employe": sites.MEANS, "limite": sites.LIMITS},
    "annees_du_plan": {
        "annee": sites.YEAR,
        "etp_medecin": sites.YEARLY_FTE,
        "consultations": sites.YEARLY_ACTS,
        "consultations_nettes": sites.YEARLY_ACTS,
        "deficit": sites.YEARLY_DEFICIT,
    },
    "activite_du_plan": {
        "annee": sites.YEAR,
        "etp_medecin": sites.YEARLY_FTE,
        "consultations": sites.YEARLY_ACTS,
        "deficit": sites.YEARLY_DEFICIT,
    },
    "aides_du_plan": {"montant": sites.GRANT},
    "pourquoi": {
        "served": sites.SERVED_THERE,
        "alone": sites.ALONE,
        "gain_lost": sites.WORTH,
        "reached_lost": sites.WORTH_WITHIN,
    },
    "prix": {"more": sites.MORE, "at_most": sites.MORE},
    "indicateurs": {"avant": sites.INDICATOR, "cible": sites.INDICATOR},
    "suivi_plan": {
        "etp_medecin": sites.FTE,
        "consultations": sites.CONSULTATIONS,
        "places": sites.PLACES,
    },
    "comparaisons": {"habitants": sites.COMPARED, "ressemblance": sites.LIKENESS},
    "ecart_visible": {
        "avant": sites.VISIBLE,
        "visible": sites.VISIBLE,
        "visible_grappes": sites.VISIBLE,
    },
    "projets": {
        "habitants": sites.PROJECT_RESIDENTS,
        "concernes": sites.CONCERNED,
        "capacite": sites.CAPACITY,
        "part": sites.WELCOMED,
    },
    "ehpad": {"hopital": sites.CARE_HOME, "modele": sites.CARE_HOME},
    "controles": {"nombre": sites.SEEN},
    "hypotheses": _EACH_ROW,
    "parametres": _EACH_ROW,
    "service_*": _EACH_ROW,
}
_MONEY: Mapping[str, Mapping[str, Figure]] = {
    "references": _ALIKE,
    "analogues": _ALIKE,
    "bloquees": _ALIKE,
    "poids": {"poids": money.WEIGHT},
    "resultats_economiques": {
        "annee_1": money.ACCOUNT,
        "croisiere": money.ACCOUNT,
        "defavorable": money.WORST_CASE,
        "favorable": money.WORST_CASE,
        "ponctuelles": money.ONE_OFF,
        "a_couvrir": money.LOSSES,
    },
    "compte_*": {"annee_*": money.ACCOUNT},
    "ecart_catalogue": {
        "catalogue": money.BY_CATALOGUE,
        "comptes": money.ACCOUNT,
        "ecart": money.DIFFERENCE,
    },
    "cout_consultation": {
        "nettes": sites.NET_CONSULTATIONS,
        "equilibre": money.BREAK_EVEN,
        "par_consultation": money.EACH,
        "avec_aides": money.EACH_AIDED,
        "par_place": money.EACH_PLACE,
        "selon_catalogue": money.EACH_BY_CATALOGUE,
    },
    "gain_apl_bassin": {
        "habitants": sites.APL_AROUND,
        "gain_apl": money.APL_GAIN,
        "pour_03": money.TO_LIFT,
    },
    "recrutement": {
        "etp": sites.FTE,
        "postes": money.POSTS,
        "sollicites": money.ASKED,
        "attendues": money.CHANCE,
        "chance": money.CHANCE,
        "chance_basse": money.CHANCE,
        "chance_haute": money.CHANCE,
    },
    "effectifs": {"departs": money.LEAVING, "annee_*": money.TEAM_LEFT},
    "debauchage": {
        "brut": sites.CONSULTATIONS,
        "net": sites.NET_CONSULTATIONS,
        "prises": money.TAKEN_FROM,
    },
    "financement": {
        "depenses": money.PROJECT_COST,
        "aide_max": money.MOST_AID,
        "financeurs": money.PLAN_OF_AIDS,
        "porteur": money.PLAN_OF_AIDS,
    },
}
COLUMNS: Mapping[str, Mapping[str, Figure]] = {**_NEED, **_ISLES, **_PLAN, **_MONEY}
PICTURES: Mapping[str, Figure] = {
    "map-share-before": care.SHARE_SERVED,
    "map-share-after": care.SHARE_SERVED_AFTER,
    "map-apl-before": care.APL,
    "map-apl-after": care.APL_AFTER,
    "map-reach": care.MINUTES,
    "essai": care.SERVED_AFTER,
}


def figures(table: str) -> Mapping[str, Figure]:
    """Return the figures of a table by the key of their column.

    >>> figures("compte_44154")["annee_*"] is money.ACCOUNT
    True
    """
    return _named(COLUMNS, table) or {}


def figure(table: str, column: str) -> Figure | None:
    """Return what a column shows, ``None`` where nothing is said of it alone.

    >>> figure("effectifs", "annee_3") is money.TEAM_LEFT, figure("sites", "commune")
    (True, None)
    """
    return _named(figures(table), column)


def _named[T](known: Mapping[str, T], name: str) -> T | None:
    """Return what stands under a name, or under its beginning."""
    starts = (key for key in known if key.endswith("*") and name.startswith(key[:-1]))
    return known.get(name) or known.get(next(starts, name))
