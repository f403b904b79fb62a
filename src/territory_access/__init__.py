"""Health-access service locator and capacity planning toolkit.

Modules are the namespace, functions are the verbs::

    import territory_access as ta

    scenario = ta.Scenario.load("scenarios/pays-de-la-loire.toml")
    study = ta.study.run(scenario)
    ta.dossier.write(study, "resultats/pays-de-la-loire")

Everything is imported when first used, so that ``import territory_access`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access import (
        access,
        datasets,
        deserts,
        dossier,
        islands,
        services,
        siting,
        study,
        travel,
    )
    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.territory import Territory

__version__ = version("territory-access")

_CLASSES = {
    "Parameters": "territory_access.parameters",
    "Scenario": "territory_access.scenario",
    "Territory": "territory_access.territory",
}

__all__ = [
    "Parameters",
    "Scenario",
    "Territory",
    "access",
    "datasets",
    "deserts",
    "dossier",
    "islands",
    "services",
    "siting",
    "study",
    "travel",
]


def __getattr__(name: str) -> object:
    if name in _CLASSES:
        return getattr(import_module(_CLASSES[name]), name)
    if name in __all__:
        return import_module(f"territory_access.{name}")
    raise AttributeError(f"module 'territory_access' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
