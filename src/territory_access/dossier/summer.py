"""Says whether the people of the summer count in a plan, and what to give so that they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.siting.summer import known_ahead
from territory_access.siting.unknowns import SUMMER, in_play
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem


def season(problem: Problem, voice: Voice) -> str:
    """Return for whom the plan is made, and what is known of the summer.

    Parameters
    ----------
    problem
        What was asked.
    voice
        Language and numbers.
    """
    if _only_places(problem):
        return voice.say(
            "Saison : les besoins sont ceux des habitants à l’année ; l’afflux d’été, notamment "
            "sur le littoral et les îles, n’est pas compté."
        )
    made = voice.say("Saison : le plan est fait pour les habitants à l’année.")
    return f"{made} {of_summer(problem, voice)}"


def of_summer(problem: Problem, voice: Voice) -> str:
    """Return whether the summer is drawn among the unknowns, or what is missing for that.

    Parameters
    ----------
    problem
        What was asked.
    voice
        Language and numbers.
    """
    say, summer = voice.say, problem.summer
    if _only_places(problem):
        return say(
            "L’été n’est pas tiré : ses visiteurs ne cherchent pas de médecin traitant et ne "
            "changent rien à des places."
        )
    if problem.donors is None:
        return say(
            "L’affluence d’été n’est pas tirée : sans l’offre des cabinets, commune par commune "
            "(supply.gp_file), l’APL ne peut pas être recalculée avec ses visiteurs."
        )
    if summer is None:
        return say(
            "L’affluence d’été n’est pas tirée : aucune donnée ne dit ici combien de gens elle "
            "amène. Donnez need.august_file : code de commune et personnes présentes un jour moyen "
            "d’août."
        )
    if not known_ahead(problem):
        return say(
            "L’affluence d’été n’est pas tirée : les départs de médecins prévus diffèrent d’une "
            "commune à l’autre, et l’APL des années à venir ne peut pas être recalculée avec ses "
            "visiteurs."
        )
    if not in_play(SUMMER, problem):
        return say(
            "L’affluence d’été n’est pas tirée : là où elle est comptée, personne ne s’ajoute aux "
            "habitants."
        )
    count = int(summer.counted.sum())
    return voice.say_counted(
        "L’affluence d’été est une des inconnues de la commande robustness, des habitants seuls "
        "aux présents d’août toute l’année : elle est comptée dans {n} commune ; ailleurs, les "
        "habitants seuls comptent. Un jour de visiteur y vaut {share} d’un jour d’habitant "
        "(estimation), et ce qui est offert se partage entre tous.",
        "L’affluence d’été est une des inconnues de la commande robustness, des habitants seuls "
        "aux présents d’août toute l’année : elle est comptée dans {n} communes ; ailleurs, les "
        "habitants seuls comptent. Un jour de visiteur y vaut {share} d’un jour d’habitant "
        "(estimation), et ce qui est offert se partage entre tous.",
        count,
        n=voice.numbers.count(count),
        share=voice.numbers.share(summer.each),
    )


def _only_places(problem: Problem) -> bool:
    """Tell whether no goal is about the APL: ``siting.unknowns`` then leaves the summer out."""
    goals = {problem.objective, *problem.then, *(goal for goal, _ in problem.weights)}
    return problem.missing is None or not goals - {Objective.PLACES}
