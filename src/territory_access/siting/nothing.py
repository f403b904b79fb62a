"""Says why the plan proposes nothing: the rule that binds, in a French sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.siting.words import euros, fte
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from territory_access.siting.problem import Problem


def why_nothing(problem: Problem) -> str:
    """Return the first rule that alone forbids every site, or what makes sites useless.

    Parameters
    ----------
    problem
        A problem whose best plan opens nothing.
    """
    options, rules = problem.options, problem.rules
    if problem.candidates.empty:
        return "aucune commune candidate dans le territoire."
    if options.empty:
        return "aucun des services demandés ne sert cet objectif."
    needless = _needless(problem)
    if needless:
        return needless
    limits = {
        "capex": (
            rules.budget,
            "le budget est de {limit}, le service le moins cher en coûte {least}",
        ),
        "fte": (rules.gp_fte, "{limit} de médecin possible, il en faut au moins {least}"),
        "nurse_fte": (rules.nurse_fte, "{limit} d’infirmier possible, il en faut au moins {least}"),
        "deficit": (
            rules.deficit_per_year,
            "le déficit accepté est de {limit} par an, le plus petit des services demande {least}",
        ),
    }
    for column, (limit, sentence) in limits.items():
        least = float(options[column].min())
        if least > limit:
            say = fte if column.endswith("fte") else euros
            return sentence.format(limit=say(limit), least=say(least)) + "."
    if not problem.allowed.to_numpy().any():
        return (
            "aucune commune candidate ne peut accueillir un des services demandés (population "
            "minimale, île, service déjà présent ou commune interdite)."
        )
    return (
        "aucun service demandé ne peut ouvrir là où il servirait quelqu’un : les règles de budget, "
        "de personnel, de recrutement et de centre mère l’empêchent ensemble."
    )


def _needless(problem: Problem) -> str:
    """Return why no site would serve anyone, or nothing."""
    if problem.objective is Objective.APL:
        data = problem.missing
        if data is not None and data.total(data.apl) <= 0:
            return "aucune consultation ne manque : toutes les communes sont au-dessus du seuil."
        return ""
    seekers = int(problem.seekers.sum())
    if seekers == 0:
        return "aucun habitant ne cherche de médecin traitant."
    if problem.before == seekers:
        return "tous les habitants en recherche ont déjà une place dans les sites existants."
    return ""
