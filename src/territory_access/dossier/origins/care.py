"""Where the numbers on residents, places, consultations and deserts come from."""

from __future__ import annotations

from territory_access.dossier.origins.figure import Figure, Ground
from territory_access.vocabulary import Tag

RESIDENTS = Figure(
    "Population municipale, commune par commune ; les totaux sont des sommes, sans la bande "
    "voisine.",
    tag=Tag.WEB,
    tables=("communes.parquet",),
)
ADULTS = Figure(
    "Habitants × part des 17 ans et plus.", of=(RESIDENTS,), parameters=("need.adult_share",)
)
WITHOUT_DOCTOR = Figure(
    "U = τ × a × P : habitants P, part a des 17 ans et plus, part τ d’entre eux sans médecin "
    "traitant (la plus précise connue, sinon la part nationale) ; estimation, commune par commune.",
    of=(ADULTS,),
    parameters=("need.without_doctor",),
    files=("need.without_doctor_file",),
    grounds=(Ground.RATES,),
)
SEEKERS = Figure(
    "s = σ × U : habitants sans médecin traitant U × part σ de ceux qui en cherchent un ; "
    "estimation, commune par commune.",
    of=(WITHOUT_DOCTOR,),
    parameters=("need.seekers_share",),
)
NEED = Figure(
    "Habitants standardisés : population pondérée par ce que chaque âge consomme, là où le "
    "scénario donne les âges ; sinon un habitant compte pour un.",
    of=(RESIDENTS,),
    files=("need.ages_file", "need.apl_file"),
)

MINUTES = Figure(
    "Trajet le plus court vers un site qui offre des places, de chef-lieu à chef-lieu.",
    tables=("communes.parquet", "sites.csv"),
    grounds=(Ground.MINUTES,),
)
EDGE_MINUTES = Figure(
    "Trajet jusqu’à la commune la plus proche qui n’est pas chargée : au-delà, des voisins "
    "manquent au calcul.",
    tables=("communes.parquet",),
    grounds=(Ground.MINUTES,),
)
EXISTING_PLACES = Figure(
    "Places des sites existants : patients suivis ou places qu’une source donne, sinon "
    "consultations par an ÷ κ, arrondies en dessous.",
    tag=None,
    parameters=("places.kappa",),
    tables=("sites.csv", "site_evidence.csv"),
)
SERVED = Figure(
    "Flot maximal Σ xᵢⱼ des habitants en recherche vers les places à portée : chaque habitant et "
    "chaque place comptent une fois (Σⱼ xᵢⱼ ≤ sᵢ, Σᵢ xᵢⱼ ≤ cⱼ) ; entre partages égaux, le plus "
    "équitable. Recalculé hors du modèle d’optimisation.",
    of=(SEEKERS, EXISTING_PLACES),
    parameters=("access.reach_minutes",),
    grounds=(Ground.MINUTES,),
)
SERVED_AFTER = Figure(
    "Flot maximal des habitants en recherche vers les places à portée, un habitant, une place, "
    "celles du plan comprises : consultations de ses sites, sans celles prises à des cabinets "
    "voisins, ÷ κ, arrondies en dessous.",
    of=(SERVED,),
    cells=("capacity", "poaching", "reach_minutes"),
)
WITHIN = Figure(
    "Habitants en recherche dont le trajet vers un site qui offre des places ne dépasse pas la "
    "portée de son service.",
    of=(SEEKERS,),
    parameters=("access.reach_minutes",),
    cells=("reach_minutes",),
    grounds=(Ground.MINUTES,),
)
SHARE_SERVED = Figure(
    "Habitants servis ÷ habitants en recherche ; servis : flot maximal vers les places à portée, "
    "un habitant, une place.",
    of=(SERVED,),
)
SHARE_SERVED_AFTER = Figure(
    "Habitants servis avec le plan ÷ habitants en recherche ; servis : flot maximal vers les "
    "places à portée, celles du plan comprises.",
    of=(SERVED_AFTER,),
)
KAPPA = Figure(
    "κ : consultations qu’un patient inscrit demande par an ; haut, milieu et bas de sa plage.",
    tag=None,
    parameters=("places.kappa",),
)
KAPPA_PLACES = Figure(
    "Places calculées à partir de consultations : consultations ÷ κ de la ligne, arrondies en "
    "dessous ; celles qu’une source donne ne changent pas.",
    of=(KAPPA, EXISTING_PLACES),
)
KAPPA_SERVED = Figure(
    "Flot maximal des habitants en recherche vers les places de la ligne ; habitants du seul "
    "territoire.",
    of=(SERVED, KAPPA),
)

APL = Figure(
    "Aᵢ = Σⱼ w(tᵢⱼ) Sⱼ ÷ Dⱼ, avec Dⱼ = Σₖ w(tₖⱼ) Pₖ : consultations Sⱼ offertes, partagées entre "
    "les habitants standardisés P qui peuvent y venir, d’autant moins (w) qu’ils sont loin (t). "
    "Par habitant standardisé et par an (APL de la DREES).",
    of=(NEED,),
    parameters=(
        "access.decay_near_minutes",
        "access.decay_middle_minutes",
        "access.decay_far_minutes",
        "access.decay_near_weight",
        "access.decay_middle_weight",
        "access.decay_far_weight",
        "apl.acts_floor",
        "apl.acts_cap",
        "apl.acts_per_head",
        "apl.acts_per_fte",
    ),
    files=("supply.gp_file",),
    grounds=(Ground.MINUTES,),
)
APL_AFTER = Figure(
    "APL d’aujourd’hui + celle des sites du plan, à besoin inchangé : elle est linéaire en "
    "l’offre. Ce que des cabinets voisins perdent est ôté chez eux où leur offre est connue, du "
    "site sinon.",
    of=(APL,),
    cells=("capacity", "poaching"),
)
MEAN_APL = Figure(
    "Σ Pᵢ Aᵢ ÷ Σ Pᵢ : moyenne des APL communales Aᵢ = Σⱼ w(tᵢⱼ) Sⱼ ÷ Dⱼ, pondérée par les "
    "habitants standardisés Pᵢ.",
    of=(APL,),
)
MEAN_APL_AFTER = Figure(
    "Σ Pᵢ Aᵢ ÷ Σ Pᵢ : moyenne des APL communales avec le plan, pondérée par les habitants "
    "standardisés Pᵢ.",
    of=(APL_AFTER,),
)

DESERT = Figure(
    "Communes qui enfreignent au moins une règle de désert ; celles d’un même désert se touchent.",
    parameters=("access.reach_minutes", "deserts.served_share", "deserts.at_risk_margin"),
    grounds=(Ground.RULES, Ground.MINUTES),
    with_apl=Figure(
        "Communes qui enfreignent au moins une règle de désert, dont celles sur l’APL ; celles "
        "d’un même désert se touchent.",
        of=(APL,),
        parameters=("access.reach_minutes", "deserts.served_share", "deserts.at_risk_margin",
                    "apl.threshold", "apl.threshold_severe"),
        grounds=(Ground.RULES,),
    ),
)  # fmt: skip
DESERT_RESIDENTS = Figure(
    "Population municipale des communes en désert, ou qui enfreignent cette règle.",
    of=(RESIDENTS, DESERT),
)
DESERT_SEEKERS = Figure(
    "Habitants en recherche des communes de ce désert : s = σ × τ × a × P.", of=(SEEKERS, DESERT)
)
DESERT_SHARE = Figure(
    "Habitants des communes de ce type, ou en désert ÷ habitants.", of=(RESIDENTS, DESERT)
)
MISSING = Figure(
    "Habitants en recherche à qui le flot maximal ne donne pas de place.",
    of=(SERVED,),
    with_apl=Figure(
        "(seuil − APL) × habitants standardisés, dans les communes sous le seuil.",
        of=(APL,),
        parameters=("apl.threshold",),
    ),
)
CAUSES = Figure(
    "Le manque partagé sans reste : personne à portée ; des sites à portée qui ne suffiraient pas "
    "à la seule commune ; des places que d’autres communes prennent.",
    of=(MISSING,),
    with_apl=Figure(
        "Le manque partagé sans reste : parts φ de la valeur de Shapley des quatre facteurs de "
        "l’APL, Σ φ = seuil − APL ; une part négative compense.",
        of=(MISSING,),
    ),
)
DOCTORS_MISSING = Figure(
    "Habitants sans place × κ ÷ consultations par an et par ETP de médecin du service.",
    of=(MISSING,),
    parameters=("places.kappa",),
    cells=("capacity", "gp_fte"),
    with_apl=Figure(
        "Consultations manquantes ÷ consultations par an et par ETP de médecin du service.",
        of=(MISSING,),
        cells=("capacity", "gp_fte"),
    ),
)
VARIANT = Figure(
    "Les règles refaites en changeant un seul choix : seuil, portée, temps, découpage ou part qui "
    "cherche.",
    of=(DESERT,),
)
OVERLAP = Figure("Indice de Jaccard : habitants communs aux deux listes ÷ habitants de l’une ou de "
                 "l’autre.", of=(VARIANT, RESIDENTS))  # fmt: skip
KENDALL = Figure("τ_b de Kendall entre les rangs des communes : 1, le même ordre ; 0, aucun lien.",
                 of=(VARIANT,))  # fmt: skip
HIDDEN = Figure(
    "Habitants concernés dans une commune que sa moyenne met hors de cause : 75 ans et plus sans "
    "voiture, présents en août, soins de nuit.",
    of=(RESIDENTS,),
    parameters=("travel.walk_minutes_max", "need.no_car_share_75_alone", "apl.threshold",
                "need.visitor_acts_per_1000_days", "need.resident_acts_per_1000_days"),
    files=("need.ages_file", "need.cars_file", "need.august_file"),
)  # fmt: skip
INEQUALITY = Figure(
    "Gini : ½ Σ pᵢ pⱼ |Aᵢ − Aⱼ| ÷ μ ; Theil : Σ pᵢ (Aᵢ ÷ μ) ln (Aᵢ ÷ μ), entre et dans les "
    "départements ; D10/D1, D9/D1 et Palma : rapports de parts ; FGT α : Σ pᵢ ((seuil − Aᵢ)⁺ ÷ "
    "seuil)^α. Aᵢ : chance d’obtenir une place dans la commune ; pᵢ : sa part de ceux qui "
    "cherchent.",
    of=(SERVED,),
    parameters=("deserts.served_share",),
    files=("need.deprivation_file",),
    with_apl=Figure(
        "Gini : ½ Σ pᵢ pⱼ |Aᵢ − Aⱼ| ÷ μ ; Theil : Σ pᵢ (Aᵢ ÷ μ) ln (Aᵢ ÷ μ), entre et dans les "
        "départements ; D10/D1, D9/D1 et Palma : rapports de parts ; FGT α : Σ pᵢ ((seuil − Aᵢ)⁺ ÷ "
        "seuil)^α. Aᵢ : APL de la commune ; pᵢ : sa part des habitants.",
        of=(APL, RESIDENTS),
        parameters=("apl.threshold",),
        files=("need.deprivation_file",),
    ),
)
WITHOUT_CAR = Figure(
    "Habitants × part des ménages sans voiture : chaque habitant compte comme son ménage.",
    of=(RESIDENTS,),
    parameters=("need.no_car_share",),
    files=("need.cars_file",),
)
APL_BY_CAR = Figure(
    "Rⱼ = Sⱼ ÷ Σ_g Σₖ w(t^g) P^g, A^g = Σⱼ w(t^g) Rⱼ : deux groupes, avec et sans voiture, chacun "
    "avec ses minutes, se partagent les mêmes médecins ; moyennes pondérées par les habitants.",
    of=(APL, WITHOUT_CAR),
    parameters=("travel.walk_speed", "travel.walk_minutes_max", "travel.detour_plain",
                "transit.window_start", "transit.window_hours"),
)  # fmt: skip
RETIRED_APL = Figure(
    "A(h) = Σ_b A_b × (r_b(h) + ρ (1 − r_b(h))) : l’APL de chaque classe d’âge des médecins, "
    "dont reste r_b après h ans, et ρ remplacée.",
    of=(APL,),
    parameters=("outlook.replaced", "outlook.leave_60_64", "outlook.leave_65_69",
                "outlook.leave_70_plus", "outlook.share_over_60", "outlook.share_over_62",
                "outlook.share_over_65"),
)  # fmt: skip
RETIRED_UNDER = Figure(
    "Communes, et leurs habitants, dont l’APL projetée est sous le seuil.",
    of=(RETIRED_APL, RESIDENTS),
    parameters=("apl.threshold",),
)
REPLACED = Figure(
    "Part ρ de l’activité des partants que des successeurs rapportent : bas, milieu et haut de sa "
    "plage.",
    tag=None,
    parameters=("outlook.replaced",),
)
HORIZON = Figure("Choix de méthode : aujourd’hui, dans cinq ans, dans dix ans.", tag=None)
