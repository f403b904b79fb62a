"""What it costs, once, that a plan closes services or moves them: a column, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format
from territory_access.siting.decisions import closed
from territory_access.siting.lines import lines

if TYPE_CHECKING:
    import pandas as pd

    from territory_access.dossier.voice import Voice
    from territory_access.study import Study

# Said under the table of costs of a plan that may close.
CLOSING_COSTS = (
    "L’investissement comprend ce que coûte une fermeture ou un départ, payé l’année où il a lieu "
    ": indemnités, préavis, bail, remise en état, estimés en part du coût annuel du service "
    "(hypothèses « closing ») ; à remplacer par un devis. Fermer épargne le déficit que le "
    "catalogue donne au service. La revente du matériel n’est pas comptée."
)


def cost_column(study: Study, voice: Voice) -> tuple[Column, ...]:
    """Return the column of what closing costs; none where nothing could close.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    if not _may(study):
        return ()
    return (Column("fermeture", voice.say("Dont fermeture ou départ"), Format.EUROS, total=True),)


def cost(line: pd.Series, study: Study) -> tuple[float, ...]:
    """Return the cell of ``cost_column`` for a line of ``siting.lines.lines``."""
    return (float(line["closing_cost"]),) if _may(study) else ()


def note(study: Study, voice: Voice) -> str:
    """Return what is said of these costs under the table, or nothing."""
    return voice.say(CLOSING_COSTS) if _may(study) else ""


def spent_on_it(study: Study, voice: Voice) -> str:
    """Return « dont 118 500 € pour fermer ou déplacer », or nothing where it costs nothing.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    total = float(lines(study.plan)["closing_cost"].sum())
    if total <= 0:
        return ""
    return voice.say("dont {cost} pour fermer ou déplacer", cost=voice.numbers.euros(total))


def _may(study: Study) -> bool:
    """Return whether the question let anything close or move."""
    return bool(closed(study.plan.problem.options).any())
