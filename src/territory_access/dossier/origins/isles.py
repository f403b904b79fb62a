"""Where the numbers on islands come from: boats, captive time, days without a doctor, summer."""

from __future__ import annotations

from territory_access.dossier.origins.care import RESIDENTS
from territory_access.dossier.origins.figure import Figure, Ground

SAILINGS = Figure(
    "Départs par jour de la ligne ; étiquette, plage et source de chacun dans ferry_figures.csv.",
    tag=None,
    grounds=(Ground.BOATS,),
)
CAPTIVE = Figure(
    "Captif = 2 T + c + H : trajet T d’un port et d’une route à l’autre, consultation c, "
    "intervalle H = W ÷ n entre deux des n départs d’une journée de W minutes.",
    of=(SAILINGS,),
    parameters=("ferry.check_in_minutes", "ferry.egress_minutes", "ferry.consultation_minutes",
                "ferry.service_window_minutes"),
    grounds=(Ground.MINUTES,),
)  # fmt: skip
ISLAND_FTE = Figure(
    "ETP de médecin des sites connus de l’île ; avec le plan, ceux qui ouvrent en plus.",
    tag=None,
    tables=("sites.csv", "site_evidence.csv"),
)
CUT_DAYS = Figure(
    "Jours où la mer arrête tous les bateaux : chaîne de Markov de part p et de durée moyenne L "
    "(un jour ouvert est suivi d’un jour fermé avec la probabilité p ÷ ((1 − p) L)), mille années "
    "simulées.",
    of=(SAILINGS,),
    parameters=("ferry.cancel_rate", "ferry.cancel_spell_days", "ferry.cancel_high_ratio"),
)
WITHOUT_DAYS = Figure(
    "Jours où aucun médecin n’est sur l’île et où l’on ne peut ni consulter sur le continent ni en "
    "revenir : moyenne de mille années simulées jour par jour, et étendue de neuf sur dix.",
    of=(CUT_DAYS, CAPTIVE, ISLAND_FTE),
    parameters=("island.days_per_fte", "island.turn_days", "island.held_share",
                "island.visit_hours"),
)  # fmt: skip
ACTS = Figure(
    "Demande du mois m : c × P ÷ 12 + r × vₘ, avec P habitants, vₘ journées de visiteurs, c et r "
    "leurs consultations ; somme sur l’année.",
    of=(RESIDENTS,),
    parameters=("need.resident_acts_per_1000_days", "need.visitor_acts_per_1000_days",
                "island.august_multiple"),
    tables=("island_figures.csv",),
)  # fmt: skip
PEOPLE = Figure(
    "Habitants et visiteurs présents un jour moyen du mois de pointe ; comptés là où une source le "
    "fait, sinon supposés (*).",
    of=(ACTS,),
)
VOLUME_FTE = Figure(
    "Consultations demandées ÷ consultations par an et par ETP.",
    of=(ACTS,),
    parameters=("productivity.salaried_centre",),
)
AVOIDED = Figure(
    "Bilans par an × part évitée, loi bêta de moyenne (k + 1) ÷ (n + 2) pour k évacuations évitées "
    "sur n bilans observés à Groix ; étendue de 95 %.",
    of=(RESIDENTS,),
    parameters=("island.tests_per_1000",),
    tables=("site_evidence.csv",),
)
SAVED = Figure(
    "Évacuations évitées × coût d’une évacuation, au millier d’euros.",
    of=(AVOIDED,),
    parameters=("ferry.evacuation_cost",),
)
