"""Which figure each column shows, in the tables on the plan, its money and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.origins import care, money, sites
from territory_access.dossier.origins.figure import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.origins.figure import Figure

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
PLAN: Mapping[str, Mapping[str, Figure]] = {
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
        "fermeture": sites.CLOSING,
        "fonctionnement": sites.OPEX,
        "deficit": sites.DEFICIT,
        "etp_infirmier": sites.NURSES,
        "cout_place": sites.CAPEX_A_PLACE,
    },
    "renforts": {
        "nombre": sites.LOT,
        "etp_cabinet": sites.IN_PRACTICE,
        "etp_centre": sites.IN_CENTRES,
        "au_plus": sites.HOSTED,
        "consultations": sites.LOT_CONSULTATIONS,
    },
    "renfort_ou_lieu": {
        "nettes": sites.OFFERED_NET,
        "investissement": sites.OFFERED_CAPEX,
        "deficit": sites.OFFERED_DEFICIT,
        "par_consultation": sites.OFFERED_EACH,
    },
    "priorites": {
        "poids": sites.WEIGHT_OF_A_PLACE,
        "demandeurs": sites.GROUP_SEEKERS,
        "avant": sites.GROUP_SERVED,
        "apres": sites.GROUP_SERVED,
    },
    "garanties": {"communes": sites.PROMISED, "prix": sites.MORE},
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
        "acts": sites.CONSULTATIONS,
        "only": sites.ONLY_THERE,
        "gain_lost": sites.WORTH,
        "at_least": sites.WORTH_PROVED,
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
MONEY: Mapping[str, Mapping[str, Figure]] = {
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
    "donneurs": {
        "offre": money.OFFERED,
        "perdues": money.LOST,
        "part": money.SHARE_LOST,
        "apl_avant": care.APL,
        "apl_sans": money.APL_WITHOUT_LOSS,
        "apl_avec": care.APL_AFTER,
    },
    "financement": {
        "depenses": money.PROJECT_COST,
        "aide_max": money.MOST_AID,
        "financeurs": money.PLAN_OF_AIDS,
        "porteur": money.PLAN_OF_AIDS,
    },
}
