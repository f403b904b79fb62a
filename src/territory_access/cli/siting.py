"""What a planner types to question a plan: explain, alternatives, frontier, robustness."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

ScenarioPath = Annotated[
    str, Parameter(help="fichier de scénario (TOML), ou nom d’un scénario fourni", name="scenario")
]
Changes = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set",
        help="remplace une clé, par exemple siting.budget=400000 ; répétable",
        negative=(),
    ),
]
Csv = Annotated[Path | None, Parameter(name="--csv", help="fichier CSV où écrire la table")]
Lang = Annotated[str, Parameter(name="--lang", help="langue des sorties : fr ou en")]
Debug = Annotated[bool, Parameter(name="--debug", help="montre l’erreur en entier", negative=())]


def explain(  # noqa: PLR0913 - the options of the command
    scenario: ScenarioPath,
    site: Annotated[
        str | None,
        Parameter(help="commune candidate, par son code ou son nom ; à défaut, tous les sites"),
    ] = None,
    *,
    rejected: Annotated[
        bool,
        Parameter(
            name="--rejected",
            help="aussi les communes écartées, chacune imposée à son tour (quelques minutes)",
            negative=(),
        ),
    ] = False,
    set_: Changes = (),
    csv: Csv = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Dit pourquoi un site est choisi, ou ce que coûterait d’en imposer un autre."""
    from territory_access.cli import siting_shown

    siting_shown.explain(scenario, set_, lang, csv=csv, site=site, rejected=rejected)


def alternatives(  # noqa: PLR0913 - the options of the command
    scenario: ScenarioPath,
    *,
    tolerance: Annotated[
        float, Parameter(help="part du gain qu’un plan peut perdre, par exemple 0.02")
    ] = 0.01,
    set_: Changes = (),
    csv: Csv = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Montre les plans presque aussi bons : sites toujours, jamais ou parfois choisis."""
    from territory_access.cli import siting_shown

    siting_shown.alternatives(scenario, set_, lang, csv=csv, tolerance=tolerance)


def frontier(  # noqa: PLR0913 - the options of the command
    scenario: ScenarioPath,
    *,
    nested: Annotated[
        bool, Parameter(help="chaque plan garde les sites du plus petit", negative=())
    ] = False,
    equity: Annotated[
        bool,
        Parameter(help="le gain contre les habitants mis à portée, à budget égal", negative=()),
    ] = False,
    set_: Changes = (),
    csv: Csv = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Montre le gain selon le budget, ou ce que coûte l’équité."""
    from territory_access.cli import siting_shown

    siting_shown.frontier(scenario, set_, lang, csv=csv, nested=nested, equity=equity)


def robustness(  # noqa: PLR0913 - the options of the command
    scenario: ScenarioPath,
    *,
    draws: Annotated[int, Parameter(help="nombre de tirages")] = 20,
    seed: Annotated[int, Parameter(help="graine : la même donne les mêmes tirages")] = 0,
    set_: Changes = (),
    csv: Csv = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Dit si le plan tient quand les chiffres incertains changent, et lequel vérifier d’abord."""
    from territory_access.cli import siting_shown

    siting_shown.robustness(scenario, set_, lang, csv=csv, draws=draws, seed=seed)
