"""Which named and dated thresholds make a zone a desert."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from territory_access.vocabulary import DesertKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory_access.parameters import Parameters


class Measure(StrEnum):
    """What a rule looks at."""

    MINUTES = "minutes"
    SHARE = "share"
    UNSERVED = "unserved"
    APL = "apl"
    GP_MINUTES = "gp_minutes"
    EMERGENCY_MINUTES = "emergency_minutes"


@dataclass(frozen=True)
class Rule:
    """One reason to call a zone a desert.

    Attributes
    ----------
    id
        Short name, stable.
    template
        French sentence with ``{threshold}``.
    kind
        ``DISTANCE`` or ``CAPACITY``.
    measure
        ``minutes`` to the nearest site with places, ``share`` of the seekers who get a place,
        ``unserved`` adults as a share of adults, ``apl``, ``gp_minutes`` to the nearest practice,
        or ``emergency_minutes``.
    threshold
        Broken strictly above (minutes, unserved) or strictly below (share, apl).
    dated
        When the threshold was set or observed.
    source
        Key of ``references.toml``.
    warns
        Whether being close to the threshold makes a zone *à risque*.

    Examples
    --------
    >>> rule = Rule("trop-loin", "Rien à moins de {threshold} min", DesertKind.DISTANCE,
    ...             Measure.MINUTES, 20.0, "2017", "arr2017")
    >>> rule.label, rule.broken(np.array([19.0, 20.0, 20.5])).tolist()
    ('Rien à moins de 20 min', [False, False, True])
    >>> rule.close(np.array([18.0, 18.5, 20.5]), 0.1).tolist()
    [False, True, False]
    """

    id: str
    template: str
    kind: DesertKind
    measure: Measure
    threshold: float
    dated: str
    source: str
    warns: bool = True

    @property
    def label(self) -> str:
        """The sentence with its threshold, in French."""
        return self.template.format(threshold=f"{self.shown:.4g}".replace(".", ","))

    @property
    def shown(self) -> float:
        """The threshold in the unit of the sentence: a share is a percentage."""
        return self.threshold * (100 if "%" in self.template else 1)

    @property
    def above(self) -> bool:
        """Whether too much breaks the rule, rather than too little."""
        return self.measure not in {Measure.SHARE, Measure.APL}

    def broken(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return where the rule is broken."""
        return values > self.threshold if self.above else values < self.threshold

    def close(self, values: NDArray[np.float64], margin: float) -> NDArray[np.bool_]:
        """Return where it is not broken, but would be with a threshold ``margin`` stricter."""
        if not self.warns:
            return np.zeros(values.shape, dtype=bool)
        stricter = self.threshold * (1 - margin if self.above else 1 + margin)
        beyond = values > stricter if self.above else values < stricter
        return beyond & ~self.broken(values)


def rules(
    parameters: Parameters,
    *,
    reach_minutes: float | None = None,
    apl_threshold: float | None = None,
    with_apl: bool = False,
) -> tuple[Rule, ...]:
    """Return the rules of a study.

    Parameters
    ----------
    parameters
        Thresholds and their sources.
    reach_minutes, apl_threshold
        Chosen by the scenario instead of the parameters.
    with_apl
        Whether the APL is known, so that its rules can be asked.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> [rule.id for rule in rules(Parameters.load())]
    ['trop-loin', 'trop-peu', 'sans-medecin']
    """
    # Above the range of the national estimate, the local doctors visibly cannot take more people.
    national = parameters["need.without_doctor"]
    usual = max(national.high, national.value)
    value = parameters.value
    reach = value("access.reach_minutes") if reach_minutes is None else reach_minutes
    low = value("apl.threshold") if apl_threshold is None else apl_threshold
    far, few = DesertKind.DISTANCE, DesertKind.CAPACITY
    found = [
        Rule("trop-loin", "Aucun site offrant des places à {threshold} min ou moins", far,
             Measure.MINUTES, reach, "2017", "arr2017"),
        Rule("trop-peu", "Moins de {threshold} % des demandeurs trouvent une place", few,
             Measure.SHARE, value("deserts.served_share"), "2026", "knowledge"),
        Rule("sans-medecin",
             "Plus de {threshold} % des adultes restent sans médecin traitant ni place", few,
             Measure.UNSERVED, usual, "2021", national.source, warns=False),
    ]  # fmt: skip
    if with_apl:
        severe = value("apl.threshold_severe")
        found += [
            Rule("apl-basse", "APL inférieure à {threshold}", few, Measure.APL, low, "2017", "kos"),
            Rule("apl-tres-basse", "APL inférieure à {threshold}", few, Measure.APL, severe,
                 "2021", "medfr", warns=False),
        ]  # fmt: skip
    return tuple(found)
