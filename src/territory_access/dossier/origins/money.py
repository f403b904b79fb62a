"""Where euros, posts and chances come from: accounts, aids, financing, recruiting, replication."""

from __future__ import annotations

from territory_access.dossier.origins.care import APL_AFTER, RESIDENTS, SEEKERS
from territory_access.dossier.origins.figure import Figure, Ground
from territory_access.dossier.origins.sites import (
    APL_AROUND,
    CAPEX,
    CONSULTATIONS,
    FTE,
    NET_CONSULTATIONS,
    PLACES,
)

ACCOUNT = Figure(
    "Comptes poste par poste : honoraires = consultations × recette × (1 − rejets) × (1 + accord "
    "national), forfaits = patients × forfait, moins équipe, charges et investissement amorti "
    "I i ÷ (1 − (1 + i)^(−n)) ; arrondis au centime, la première année au plus dur.",
    of=(CONSULTATIONS,),
    parameters=(
        "money.revenue_per_act",
        "money.net_of_rejects",
        "money.national_agreement_share",
        "money.patient_fee",
        "places.kappa",
        "places.ramp_up_year_1",
        "places.ramp_up_year_2",
        "places.ramp_up_year_3",
        "money.gp_loaded",
        "money.retired_gp_loaded",
        "money.rotating_gp_loaded",
        "money.nurse_loaded",
        "money.advanced_nurse_loaded",
        "money.assistant_loaded",
        "money.secretary_loaded",
        "money.coordinator_loaded",
        "money.overhead_per_gp_fte",
        "money.real_rate",
    ),
    tables=("service_costs.csv", "funding_rules.csv", "services.csv"),
)
WORST_CASE = Figure(
    "Comptes poste par poste, recettes, coûts et montée en charge tous à un bout de leur plage à "
    "la fois.",
    of=(ACCOUNT,),
)
ONE_OFF = Figure(
    "Somme des aides d’une seule fois que les règles datées donnent au site, à sa date d’ouverture "
    "et dans son zonage.",
    tables=("funding_rules.csv",),
)
LOSSES = Figure("− Σ min(0 ; résultat de l’année), sans compenser par les années en excédent.",
                of=(ACCOUNT,))  # fmt: skip
BY_CATALOGUE = Figure(
    "Résultat annuel du catalogue × ETP de médecin ÷ ETP de médecin de référence.",
    tables=("services.csv",),
    cells=("net", "gp_fte"),
)
DIFFERENCE = Figure("Résultat selon ces comptes − résultat selon le catalogue.",
                    of=(ACCOUNT, BY_CATALOGUE))  # fmt: skip
BREAK_EVEN = Figure(
    "N* = (coûts + investissement − aides récurrentes) ÷ recette d’une consultation, au régime de "
    "croisière.",
    of=(ACCOUNT,),
)
EACH = Figure("− résultat annuel au régime de croisière ÷ consultations nettes ; négatif : un "
              "excédent.", of=(ACCOUNT, NET_CONSULTATIONS))  # fmt: skip
EACH_AIDED = Figure(
    "Coût d’une consultation de plus, aides d’une seule fois réparties sur les années montrées.",
    of=(EACH, ONE_OFF),
)
EACH_PLACE = Figure("Coût d’une consultation × κ.", of=(EACH,))
EACH_BY_CATALOGUE = Figure(
    "(investissement amorti − résultat du catalogue) ÷ consultations nettes.",
    of=(CAPEX, BY_CATALOGUE, NET_CONSULTATIONS),
    parameters=("money.real_rate",),
)
APL_GAIN = Figure(
    "Consultations nettes ÷ habitants standardisés à portée : hausse moyenne de l’APL.",
    of=(NET_CONSULTATIONS, APL_AROUND),
)
TO_LIFT = Figure("0,3 × habitants standardisés à portée.", of=(APL_AROUND,))

POSTS = Figure(
    "Personnes qui font ces ETP : ETP ÷ ETP que chaque retraité donne ; pour des salariés, ETP "
    "arrondis au-dessus.",
    of=(FTE,),
    parameters=("staff.retired_fte",),
)
ASKED = Figure(
    "Retraités : P ÷ 1 000 × g, dans les bassins d’où l’on peut venir ; salariés : un candidat par "
    "poste.",
    of=(RESIDENTS,),
    parameters=("staff.retired_gp_per_1000", "staff.pool_minutes"),
    grounds=(Ground.MINUTES,),
)
CHANCE = Figure(
    "Loi bêta-binomiale : la chance qu’une personne accepte est la même pour toutes au même lieu, "
    "de moyenne et d’étendue données ; au plus dur et au plus facile, aux deux bouts de sa plage.",
    of=(POSTS, ASKED),
    parameters=("staff.retired_take_up", "staff.salaried_filled_12_months"),
)
LEAVING = Figure(
    "Part de l’équipe qui part chaque année, selon qui elle est.",
    tag=None,
    parameters=("staff.retired_exit_rate", "staff.salaried_exit_rate", "staff.rotating_exit_rate",
                "staff.liberal_exit_rate"),
)  # fmt: skip
TEAM_LEFT = Figure(
    "ETP × (1 − départs)^(année − 1) : personne n’est recruté ensuite.", of=(FTE, LEAVING)
)
TAKEN_FROM = Figure(
    "Consultations × part prise aux cabinets voisins, répartie en proportion de l’offre à portée.",
    of=(CONSULTATIONS,),
    parameters=("staff.poaching_minutes",),
    files=("supply.gp_file",),
    cells=("poaching",),
    grounds=(Ground.MINUTES,),
)
OFFERED = Figure(
    "Consultations par an que les cabinets de la commune offrent aujourd’hui.",
    files=("supply.gp_file",),
)
LOST = Figure(
    "Somme, sur les sites qui ouvrent à portée, de ce qu’ils prennent × offre de la commune ÷ "
    "offre de toutes celles à portée du site.",
    of=(TAKEN_FROM, OFFERED),
)
SHARE_LOST = Figure("Consultations perdues ÷ offertes aujourd’hui.", of=(LOST, OFFERED))
APL_WITHOUT_LOSS = Figure(
    "APL avec le plan, les cabinets offrant ce qu’ils offrent aujourd’hui.", of=(APL_AFTER, LOST)
)

PROJECT_COST = Figure(
    "Dépenses du projet : celles que donne le scénario ([[projects]]), sinon l’investissement du "
    "site × (1 + TVA).",
    of=(CAPEX,),
    parameters=("money.vat",),
)
MOST_AID = Figure(
    "max(0 ; min(s × C ; C − max(propre ; o) − m ; v)) : part s des dépenses C, argent propre "
    "d’au moins o, autres financeurs m, reste v de l’enveloppe ; au centime inférieur.",
    of=(PROJECT_COST,),
    tables=("funding_rules.csv",),
)
PLAN_OF_AIDS = Figure(
    "Le plan qui demande le moins au porteur, trouvé en essayant tous les ensembles de financeurs "
    "; les deux colonnes font les dépenses.",
    of=(MOST_AID,),
)

SCORE = Figure(
    "R = 100 × m × Σ wₖ cₖ ÷ Σ wₖ : composantes c entre 0 et 1, poids w, multiplicateur m de la "
    "preuve ; une composante inconnue est laissée de côté avec son poids.",
    parameters=(
        "replication.need",
        "replication.staff",
        "replication.finance",
        "replication.context",
        "replication.coalition",
        "replication.evidence_a",
        "replication.evidence_b",
        "replication.evidence_c",
    ),
    tables=("site_context.csv", "site_evidence.csv"),
)
RANK = Figure("Rang selon le score ; intervalle de neuf tirages des poids sur dix (loi de "
              "Dirichlet).", of=(SCORE,))  # fmt: skip
LIKE_NEED = Figure(
    "min(1 ; habitants à portée qui cherchent en vain ÷ places du service).", of=(SEEKERS, PLACES)
)
LIKE_STAFF = Figure("Postes pourvus en un an, en moyenne ÷ postes.", of=(CHANCE,))
LIKE_FINANCE = Figure(
    "min(1 ; besoin) × (fonctionnement + résultat) ÷ fonctionnement du catalogue.",
    of=(LIKE_NEED,),
    cells=("opex", "net"),
)
LIKE_CONTEXT = Figure(
    "exp(−d² ÷ 2), d : distance de Mahalanobis entre la commune et celle du site éprouvé.",
    of=(RESIDENTS,),
    tables=("site_context.csv",),
    files=("need.ages_file", "need.cars_file", "need.deprivation_file", "supply.gp_file"),
)
LIKE_COALITION = Figure("Rôles nécessaires acquis ÷ rôles nécessaires.",
                        tables=("coalition_roles.csv",))  # fmt: skip
WEIGHT = Figure(
    "Poids de chaque composante ; ils sont tirés d’une loi de Dirichlet pour dire si le rang "
    "tient.",
    tag=None,
    parameters=("replication.need", "replication.staff", "replication.finance",
                "replication.context", "replication.coalition"),
)  # fmt: skip
