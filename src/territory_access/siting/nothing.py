"""Says why the plan proposes nothing: what stops each service, in a French sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.errors import Fault
from territory_access.siting.continuity import floors
from territory_access.siting.decisions import REINFORCE
from territory_access.siting.pool import thousandths
from territory_access.siting.tighten import Staffing
from territory_access.siting.words import euros, fte
from territory_access.vocabulary import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from territory_access.siting.problem import Problem

    type Flags = NDArray[np.bool_]


def why_nothing(problem: Problem) -> Fault:
    """Return what makes every site useless, or what stops each service from opening.

    Parameters
    ----------
    problem
        A problem whose best plan opens nothing.
    """
    if problem.candidates.empty:
        return Fault("aucune commune candidate dans le territoire.", {})
    if problem.options.empty:
        return Fault("aucun des services demandés ne sert cet objectif.", {})
    needless = _needless(problem)
    if needless is not None:
        return needless
    services = problem.options["service"].to_numpy(str)
    reasons = tuple(_stopped(problem, services == name) for name in dict.fromkeys(services))
    return Fault("{reasons}.", {"reasons": reasons})


def no_time(problem: Problem) -> Fault:
    """Return that the search ended before any plan was found.

    Parameters
    ----------
    problem
        A problem with a time limit.
    """
    return Fault(
        "aucun plan trouvé en {seconds} s, ce qui ne veut pas dire qu’il n’y en a pas ; relevez ou "
        "retirez « siting.time_limit ».",
        {"seconds": f"{problem.time_limit:g}"},
    )


def _needless(problem: Problem) -> Fault | None:
    """Return why no site would serve anyone, or nothing."""
    data = problem.missing
    if problem.objective is Objective.APL:
        if data is None or data.total(data.apl) > 0:
            return None
        return Fault(
            "aucune consultation ne manque : toutes les communes sont au-dessus du seuil.", {}
        )
    seekers = int(problem.seekers.sum())
    if seekers == 0:
        return Fault("aucun habitant ne cherche de médecin traitant.", {})
    if problem.before == seekers:
        return Fault(
            "tous les habitants en recherche ont déjà une place dans les sites existants.", {}
        )
    return None


def _stopped(problem: Problem, mine: Flags) -> Fault:
    """Return the first rule that leaves a service nowhere to open, whatever its size."""
    name = str(problem.options["service"].to_numpy(str)[mine][0])
    left = np.ones((len(problem.candidates), int(mine.sum())), dtype=bool)
    for sentence, values, allowed in _rules(problem, mine):
        left = left & allowed
        if not left.any():
            return Fault(sentence, {"service": name, **values})
    return Fault("{service} : il ne servirait personne de plus", {"service": name})


def _rules(problem: Problem, mine: Flags) -> Iterator[tuple[str, dict[str, object], Flags]]:
    """Yield each rule, means first: its sentence, its values, where it lets each size open."""
    options, rules = problem.options[mine], problem.rules
    limits = {
        "capex": (rules.budget, "{service} : le budget est de {limit}, il faut {least} au moins"),
        "deficit": (
            rules.deficit_per_year,
            "{service} : le déficit accepté est de {limit} par an, il faut {least} au moins",
        ),
        "fte": (rules.gp_fte, "{service} : {limit} de médecin possible, il faut {least} au moins"),
        "nurse_fte": (
            rules.nurse_fte,
            "{service} : {limit} d’infirmier possible, il faut {least} au moins",
        ),
    }
    for column, (limit, sentence) in limits.items():
        say = fte if column.endswith("fte") else euros
        amounts = options[column].to_numpy(float)
        yield sentence, {"limit": say(limit), "least": say(amounts.min())}, amounts <= limit
    if problem.addons is not None and (options["decision"] == REINFORCE).any():
        sentence = "{service} : ni médecin ni centre connu n’est là pour en accueillir"
        yield sentence, {}, problem.allowed.to_numpy()[:, mine]
    free = problem.allowed.to_numpy()[:, mine]
    yield "{service} : aucune commune candidate assez peuplée et encore libre", {}, free
    floor = floors(problem)
    if floor is not None:
        least = floor[:, mine]
        sentence = (
            "{service} : être là à toute heure sur une île (siting.continuity) demande {least} de "
            "médecin, {limit} possible"
        )
        room = np.minimum(options["fte"].to_numpy(float), rules.gp_fte)
        said: dict[str, object] = {"least": fte(least.max()), "limit": fte(rules.gp_fte)}
        yield sentence, said, room[None, :] >= least - 1e-9
    needs = np.where(options["retired"], thousandths(options["fte"]), 0)
    staffing = Staffing.of(problem.pool)
    given = np.array([staffing.given([j]) for j in range(len(problem.candidates))])
    sentence = "{service} : les médecins retraités des environs sont trop peu, ou déjà pris"
    yield sentence, {}, needs[None, :] <= given[:, None]
    if options["mother_minutes"].notna().all():
        yield "{service} : pas de centre mère assez proche", {}, np.array(False)
