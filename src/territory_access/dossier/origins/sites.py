"""Where the numbers on the plan come from: its sites, their costs, what they are worth."""

from __future__ import annotations

from territory_access.dossier.origins.care import (
    APL,
    DESERT_RESIDENTS,
    EXISTING_PLACES,
    MEAN_APL_AFTER,
    RESIDENTS,
    SEEKERS,
    SERVED,
    SERVED_AFTER,
    WITHIN,
    WITHOUT_DOCTOR,
)
from territory_access.dossier.origins.figure import Figure, Ground
from territory_access.vocabulary import Tag

_CATALOGUE = ("services.csv",)

EXISTING_FTE = Figure(
    "ETP de médecin du site, partagés entre les lieux d’un même service.",
    tag=None,
    tables=("sites.csv", "site_evidence.csv"),
)
TAKEN = Figure(
    "Places que le flot maximal attribue au site, voisins du territoire compris.", of=(SERVED,)
)
FTE = Figure(
    "Taille choisie parmi celles du catalogue, entre son plus petit et son plus grand ETP de "
    "médecin.",
    tables=_CATALOGUE,
    cells=("gp_fte", "size_min_fte", "size_max_fte"),
    grounds=(Ground.DECISIONS,),
)
NURSES = Figure(
    "ETP d’infirmier du catalogue × ETP de médecin ÷ ETP de médecin de référence.",
    tables=_CATALOGUE,
    cells=("nurse_fte", "gp_fte"),
    grounds=(Ground.DECISIONS,),
)
CONSULTATIONS = Figure(
    "Consultations par an du catalogue × ETP de médecin ÷ ETP de médecin de référence, au régime "
    "de croisière.",
    tables=_CATALOGUE,
    cells=("capacity", "gp_fte"),
    grounds=(Ground.DECISIONS,),
)
IN_PRACTICE = Figure(
    "Consultations par an du fichier de l’offre ÷ consultations d’un ETP, sans les médecins des "
    "sites existants, ni ceux que les sites du plan prennent.",
    parameters=("apl.acts_per_fte",),
    files=("supply.gp_file",),
)
IN_CENTRES = Figure(
    "ETP de médecin des sites existants de la commune et de ceux que le plan y ouvre.",
    of=(EXISTING_FTE, FTE),
)
HOSTED = Figure(
    "⌊ETP en cabinet × postes par ETP + ETP en centre × postes par ETP de centre⌋.",
    of=(IN_PRACTICE, IN_CENTRES),
    parameters=("addon.per_gp_fte", "addon.per_centre_gp_fte"),
)
LOT = Figure(
    "Lot choisi parmi 1, 2, 3, 5, 8, 12 et 20 postes, au plus ce que les médecins de la commune "
    "peuvent en avoir.",
    of=(HOSTED,),
)
LOT_CONSULTATIONS = Figure(
    "Consultations par an du catalogue × postes, au régime de croisière.",
    of=(LOT,),
    tables=_CATALOGUE,
    cells=("capacity",),
)
NET_CONSULTATIONS = Figure(
    "Consultations par an × (1 − part prise aux cabinets voisins, où il y en a).",
    of=(CONSULTATIONS,),
    cells=("poaching",),
)
PLACES = Figure(
    "c = ⌊S (1 − b) ÷ κ⌋ : consultations S, part b prise aux cabinets voisins, κ par patient.",
    of=(NET_CONSULTATIONS,),
    parameters=("places.kappa",),
)
SERVED_THERE = Figure(
    "Habitants en recherche à qui le flot maximal donne une place sur ce site, chacun compté une "
    "fois.",
    of=(SERVED, PLACES),
)
NEWLY_WITHIN = Figure(
    "Habitants en recherche à portée de ce site, et d’aucune place avant le plan.", of=(WITHIN,)
)
CAPEX = Figure(
    "Investissement du catalogue × ETP de médecin ÷ ETP de médecin de référence, hors aides.",
    tables=_CATALOGUE,
    cells=("capex", "gp_fte"),
    grounds=(Ground.DECISIONS,),
)
CLOSING = Figure(
    "Part du coût de fermeture, selon qui y exerce × fonctionnement annuel du site, par le "
    "catalogue en proportion de ses médecins ; × la part due quand l’équipe suit, s’il se déplace.",
    tables=_CATALOGUE,
    cells=("opex", "gp_fte"),
    parameters=(
        "closing.retired_share",
        "closing.salaried_share",
        "closing.rotating_share",
        "closing.liberal_share",
        "closing.move_share",
    ),
)
OPEX = Figure(
    "Fonctionnement annuel du catalogue × ETP de médecin ÷ ETP de médecin de référence.",
    tables=_CATALOGUE,
    cells=("opex", "gp_fte"),
    grounds=(Ground.DECISIONS,),
)
DEFICIT = Figure(
    "max(0 ; − résultat annuel du catalogue) × ETP de médecin ÷ ETP de médecin de référence.",
    tables=_CATALOGUE,
    cells=("net", "gp_fte"),
    grounds=(Ground.DECISIONS,),
)
CAPEX_A_PLACE = Figure("Investissement ÷ places.", of=(CAPEX, PLACES))
TRIAL = Figure(
    "Refait dans la page à chaque essai, des coefficients de l’étude : flot maximal vers les "
    "places cochées, coûts et équipes sommés ; l’APL s’ajoute, étant linéaire en l’offre.",
    of=(SERVED_AFTER, CAPEX, DEFICIT, FTE, NURSES),
)
SPENT = Figure("Somme sur les sites proposés (table « Sites proposés : coûts »).",
               of=(CAPEX,), asked=("siting.budget",))  # fmt: skip
STAFFED = Figure(
    "Sites proposés, et somme de leurs ETP de médecin.", of=(FTE,), asked=("siting.gp_fte",)
)
MEANS = Figure(
    "Sommes sur les sites proposés : investissement, déficit annuel, ETP de médecin et "
    "d’infirmier du catalogue, à leur taille.",
    of=(CAPEX, DEFICIT, FTE, NURSES),
)
LIMITS = Figure(
    "Ce que le scénario permet.",
    tag=Tag.USER,
    asked=("siting.budget", "siting.deficit_per_year", "siting.gp_fte", "siting.nurse_fte"),
)
GAP = Figure(
    "(borne − gain du plan) ÷ gain du plan ; aucun plan qui suit les mêmes règles ne dépasse la "
    "borne.",
    grounds=(Ground.SOLVER,),
)

YEAR = Figure("Année du plan ; 1 est la première.", tag=Tag.USER, asked=("siting.years",))
YEARLY_FTE = Figure("ETP de médecin que le plan place cette année-là.", of=(FTE,),
                    grounds=(Ground.SOLVER,))  # fmt: skip
YEARLY_ACTS = Figure(
    "Consultations des médecins placés, au plus la part de la montée en charge de l’année.",
    of=(NET_CONSULTATIONS,),
    parameters=("places.ramp_up_year_1", "places.ramp_up_year_2", "places.ramp_up_year_3"),
)
YEARLY_DEFICIT = Figure(
    "Coût annuel, part fixe et part par médecin, moins recettes de l’activité de l’année ; négatif "
    ": un excédent.",
    of=(OPEX, YEARLY_ACTS),
    parameters=("siting.fixed_cost_share",),
)
GRANT = Figure(
    "Part de l’investissement, dans les limites que le scénario donne à chaque financeur "
    "(siting.funders) ; le reste est l’argent propre.",
    of=(CAPEX,),
    grounds=(Ground.SOLVER,),
)

ALONE = Figure("Habitants en recherche dont ce site est le seul, avec des places, à portée.",
               of=(WITHIN,))  # fmt: skip
WORTH = Figure(
    "Gain du plan − gain du meilleur plan sans ce site, le problème étant résolu à nouveau.",
    of=(SERVED_AFTER,),
    grounds=(Ground.SOLVER,),
)
WORTH_PROVED = Figure(
    "Gain du plan − borne de ce qu’un plan sans ce site peut gagner, tirée de la relaxation et de "
    "la recherche.",
    grounds=(Ground.SOLVER,),
)
ONLY_THERE = Figure(
    "Gain du plan − gain du même plan sans ce site, rien d’autre ne changeant, recompté sans le "
    "modèle.",
)
WORTH_WITHIN = Figure(
    "Habitants à portée d’une place avec le plan − avec le meilleur plan sans ce site, là où "
    "aucune place n’est perdue.",
    of=(WITHIN,),
)
MORE = Figure(
    "Gain du meilleur plan avec cette limite relevée − gain du plan ; « au plus » est la borne "
    "prouvée.",
    of=(SERVED_AFTER,),
    grounds=(Ground.SOLVER,),
)
WAY_SERVED = Figure(
    "Flot maximal des habitants en recherche vers les places de cette voie.", of=(SERVED_AFTER,)
)
WAY_CAPEX = Figure("Investissement de la voie, hors aides.", of=(CAPEX,))
WAY_YEARLY = Figure(
    "Déficit annuel du plan ; pour les médecins en place, nombre de médecins aidés × coût annuel "
    "d’un poste, aides récurrentes déduites.",
    of=(DEFICIT,),
    parameters=("money.assistant_loaded", "money.advanced_nurse_loaded"),
)
WAY_FTE = Figure("ETP de médecin à recruter.", of=(FTE,))

OFFERED_NET = Figure(
    "Consultations par an du catalogue × (1 − part prise aux cabinets voisins), pour un poste ou à "
    "la taille de référence.",
    tables=_CATALOGUE,
)
OFFERED_CAPEX = Figure(
    "Investissement du catalogue, pour un poste ou à la taille de référence.", tables=_CATALOGUE
)
OFFERED_DEFICIT = Figure("max(0 ; − résultat annuel du catalogue).", tables=_CATALOGUE)
OFFERED_EACH = Figure(
    "(E + déficit annuel) ÷ consultations nettes, avec E = I i ÷ (1 − (1 + i)^(−n)), "
    "l’investissement I réparti sur sa durée de vie n.",
    of=(OFFERED_CAPEX, OFFERED_DEFICIT, OFFERED_NET),
    parameters=("money.real_rate",),
    tables=("service_costs.csv",),
)
WEIGHT_OF_A_PLACE = Figure(
    "1 + ce que le scénario ajoute pour ce groupe (siting.priority).", tag=Tag.USER
)
GROUP_SEEKERS = Figure(
    "Σ habitants en recherche × part du groupe dans la commune : ceux qui cherchent sont supposés "
    "semblables aux habitants.",
    of=(SEEKERS,),
    files=("need.ages_file", "need.cars_file", "need.deprivation_file"),
)
GROUP_SERVED = Figure(
    "Σ habitants servis × part du groupe dans la commune, les places étant partagées au plus "
    "équitable.",
    of=(SERVED_AFTER, GROUP_SEEKERS),
)
PROMISED = Figure("Communes du groupe que le scénario désigne (siting.guarantees).", tag=Tag.USER)

COMPARED = Figure("Population de l’intercommunalité de comparaison.", tag=Tag.WEB, of=(RESIDENTS,))
LIKENESS = Figure(
    "exp(−d² ÷ 2), d : distance de Mahalanobis entre les deux territoires avant le plan, "
    "corrélations rétrécies.",
    of=(RESIDENTS, WITHOUT_DOCTOR, SERVED),
    files=("need.ages_file", "need.deprivation_file", "supply.gp_file"),
)
INDICATOR = Figure(
    "Calculé par l’étude pour le seul territoire : avant le plan, puis au régime de croisière.",
    of=(WITHOUT_DOCTOR, WITHIN, DESERT_RESIDENTS, CONSULTATIONS, SERVED_THERE, MEAN_APL_AFTER),
    tables=("indicators.csv",),
)
VISIBLE = Figure(
    "δ = (z(1 − α ÷ 2) + z(1 − β)) √(f λ Σ 1 ÷ n) pour un taux λ, p (1 − p) au lieu de λ pour une "
    "part p ; risque α de 5 %, puissance de 80 %, f l’effet de grappe.",
    of=(RESIDENTS,),
    parameters=("need.adult_share",),
)
PROJECT_RESIDENTS = Figure(
    "Habitants des communes à portée du lieu posé par le scénario.",
    of=(RESIDENTS,),
    grounds=(Ground.MINUTES,),
)
CONCERNED = Figure(
    "Habitants à portée que le service concerne : aidants (adultes × leur part) pour un répit, "
    "habitants en recherche pour un service médical.",
    of=(SEEKERS,),
    parameters=("need.carer_share",),
)
CAPACITY = Figure("Capacité annuelle par défaut du catalogue ; étiquette sous « Hypothèses ».",
                  tag=None, tables=_CATALOGUE)  # fmt: skip
WELCOMED = Figure("min(1 ; capacité ÷ personnes concernées).", of=(CONCERNED, CAPACITY))
CARE_HOME = Figure(
    "Trajet le plus court depuis la commune de l’EHPAD.",
    files=("need.care_homes_file",),
    grounds=(Ground.MINUTES,),
)
SEEN = Figure("Nombre de cas que le contrôle a trouvés dans les données lues.")
EVIDENCE = Figure(
    "Chaque chiffre d’un site a sa source et son étiquette.", tag=None, grounds=(Ground.SITES,),
    of=(EXISTING_PLACES,),
)  # fmt: skip
EACH_ROW = Figure(
    "Chaque ligne porte sa valeur, sa plage, son étiquette et sa source ; [U] : valeur du "
    "scénario.",
    tag=None,
)
APL_AROUND = Figure("Habitants standardisés dont le trajet jusqu’au site ne dépasse pas la portée.",
                    of=(APL,), parameters=("access.reach_minutes",))  # fmt: skip
