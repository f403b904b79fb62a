"""Which rules have a name: those that a text, a statistic or a programme has set, with their date.

A scenario combines them by name (``[deserts] rules``). Each is asked as its source means it: the
minutes of access programmes are to a site that offers places, those of the statistics to a general
practitioner, those of the emergency pledge to an emergency department or a SMUR. A rule whose
measure is not known in a study is refused, never passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.deserts.rule import Measure, Rule, rules
from territory_access.errors import ScenarioError
from territory_access.vocabulary import DesertKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from territory_access.parameters import Parameters

_FAR, _FEW = DesertKind.DISTANCE, DesertKind.CAPACITY

DATED = (
    Rule("apl-2.5", "APL inférieure à {threshold}", _FEW, Measure.APL, 2.5, "2017", "arr2017"),
    Rule("apl-1.5", "APL inférieure à {threshold}", _FEW, Measure.APL, 1.5, "2021", "medfr"),
    Rule("medecin-10", "Aucun médecin généraliste à {threshold} min ou moins", _FAR,
         Measure.GP_MINUTES, 10.0, "2016", "drees2016"),
    Rule("medecin-15", "Aucun médecin généraliste à {threshold} min ou moins", _FAR,
         Measure.GP_MINUTES, 15.0, "2012", "insee2012"),
    Rule("medecin-20", "Aucun médecin généraliste à {threshold} min ou moins", _FAR,
         Measure.GP_MINUTES, 20.0, "2017", "arr2017"),
    Rule("medecin-30", "Aucun médecin généraliste à {threshold} min ou moins", _FAR,
         Measure.GP_MINUTES, 30.0, "2016", "drees2016"),
    Rule("france-sante-30", "Aucun site offrant des places à {threshold} min ou moins", _FAR,
         Measure.MINUTES, 30.0, "2026", "france-sante"),
    Rule("urgences-30", "Aucun service d’urgences ou SMUR à {threshold} min ou moins", _FAR,
         Measure.EMERGENCY_MINUTES, 30.0, "2012", "placss"),
)  # fmt: skip
"""Thresholds that do not move with the parameters: they are quoted."""


def named(
    names: Sequence[str],
    parameters: Parameters,
    *,
    known: Collection[Measure] = (Measure.MINUTES, Measure.SHARE, Measure.UNSERVED),
) -> tuple[Rule, ...]:
    """Return the rules that a scenario names, or those of the study where it names none.

    Parameters
    ----------
    names
        Of ``DATED``, or of the rules of a study: ``trop-loin``, ``trop-peu``, ``sans-medecin``,
        ``apl-basse``, ``apl-tres-basse``, whose thresholds are parameters.
    parameters
        Thresholds of the rules of the study.
    known
        What this study can measure.

    Raises
    ------
    ScenarioError
        If a name is not known, or its measure is not in this study; all are listed.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> found = named(["france-sante-30", "trop-peu"], Parameters.load())
    >>> [(rule.id, rule.threshold, rule.dated) for rule in found]
    [('france-sante-30', 30.0, '2026'), ('trop-peu', 0.5, '2026')]
    >>> named(["medecin-15"], Parameters.load())
    Traceback (most recent call last):
    territory_access.errors.ScenarioError: deserts.rules : la règle « medecin-15 » a besoin de...
    """
    has_apl = Measure.APL in known
    if not names:
        return rules(parameters, with_apl=has_apl)
    offered = {rule.id: rule for rule in (*rules(parameters, with_apl=True), *DATED)}
    for name in names:
        if name not in offered:
            raise ScenarioError(
                "deserts.rules : règle inconnue « {name} ». Les règles sont : {known}.",
                name=name,
                known=", ".join(offered),
            )
    chosen = tuple(offered[name] for name in dict.fromkeys(names))
    for rule in chosen:
        if rule.measure not in known:
            raise ScenarioError(
                "deserts.rules : la règle « {name} » a besoin de {key}.",
                name=rule.id,
                key=_NEEDS[rule.measure],
            )
    return chosen


_NEEDS = {
    Measure.APL: "supply.gp_file",
    Measure.GP_MINUTES: "supply.gp_file",
    Measure.EMERGENCY_MINUTES: "deserts.emergency_file",
}
