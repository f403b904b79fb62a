"""Which commands there are, and how each ends.

Exit codes: 0 done, 2 the input is to be corrected, 3 no plan obeys the rules, 1 a bug of ours or a
published number that we no longer find.
Every import that costs time happens inside the command that needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.exceptions import (
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
)

from territory_access import __version__
from territory_access.cli.data import data
from territory_access.cli.learning import follow, library, replicate
from territory_access.cli.siting import alternatives, explain, frontier, robustness
from territory_access.errors import Infeasible, MissingDataset, ScenarioError, TerritoryAccessError
from territory_access.language import LANGUAGES, Language

BUG, BAD_INPUT, INFEASIBLE = 1, 2, 3

app = App(
    name="territory-access",
    help="Qui est trop loin des soins de premier recours, ou en manque, et où ouvrir le prochain "
    "centre, avec l’argent et les médecins que l’on a.",
    version=__version__,
)
app.command(data)
for _command in (replicate, library, follow):
    app.command(_command)
app.command(explain)
app.command(alternatives)
app.command(frontier)
app.command(robustness)


def drawable(path: Path | None) -> None:
    """Refuse a map of a kind that cannot be drawn, or in a folder that is not there."""
    if path is None:
        return
    if path.suffix.lower() not in {".svg", ".png", ".pdf"}:
        raise ScenarioError("--map : « {path} » ; choisissez .svg, .png ou .pdf.", path=path)
    if not path.absolute().parent.is_dir():
        raise ScenarioError("--map : le dossier de « {path} » n’existe pas.", path=path)


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
Lang = Annotated[str, Parameter(name="--lang", help="langue des sorties : fr ou en")]
Debug = Annotated[bool, Parameter(name="--debug", help="montre l’erreur en entier", negative=())]
Drawn = Annotated[
    Path | None,
    Parameter(
        name="--map",
        help="fichier .svg, .png ou .pdf où dessiner le réseau et les communes qu’il n’atteint pas",
    ),
]
Out = Annotated[Path, Parameter(name="--out", help="dossier où écrire les résultats")]


@app.command
def run(
    scenario: ScenarioPath,
    *,
    set_: Changes = (),
    out: Out = Path("resultats"),
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Calcule une étude et écrit son dossier."""
    from territory_access import dossier, study
    from territory_access.cli.steps import Narrator
    from territory_access.scenario import Scenario

    path = find_scenario(scenario)
    with Narrator(lang) as narrator:
        asked = Scenario.load(path, changes=set_)
        done = study.run(asked, observe=narrator)
        with narrator.writing():
            written = dossier.write(done, out / path.stem, language=lang)
        narrator.written(written)


@app.command
def check(
    scenario: ScenarioPath,
    *,
    set_: Changes = (),
    map_: Drawn = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Vérifie un scénario, ses données et son réseau routier, sans rien calculer."""
    from territory_access.cli.steps import show_checks
    from territory_access.parameters import Parameters
    from territory_access.scenario import Scenario
    from territory_access.services import catalogue
    from territory_access.territory import Territory

    drawable(map_)
    asked = Scenario.load(find_scenario(scenario), changes=set_)
    parameters = Parameters.load(asked.parameters)
    catalogue.load(asked.services)
    place = Territory.load(asked, parameters=parameters)
    show_checks(place, lang, season=asked.travel.season, drawn=map_)


@app.command
def ideas(
    scenario: ScenarioPath,
    *tried: Annotated[
        str,
        Parameter(
            help="une idée : un ou plusieurs changements, par exemple "
            "« siting.budget=400000 siting.gp_fte=8 »"
        ),
    ],
    set_: Changes = (),
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Essaie plusieurs idées sur un même territoire, une ligne chacune, sans écrire de dossier."""
    from territory_access.cli import trying

    trying.show(scenario, tried, set_, lang)


@app.command
def compare(
    first: Annotated[Path, Parameter(help="dossier de résultats", name="premier")],
    second: Annotated[Path, Parameter(help="autre dossier de résultats", name="second")],
    *,
    csv: Annotated[Path | None, Parameter(help="fichier CSV des écarts par commune")] = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Dit ce qui change d’un résultat à un autre : qui gagne, qui perd, quel site, quel coût."""
    from territory_access.cli import comparing

    comparing.show(first, second, lang, csv=csv)


@app.command
def fund(
    scenario: ScenarioPath,
    *,
    rules: Annotated[
        str | None,
        Parameter(
            help="règles : assist-2023, assist-2024, direct, fir, detr, france-sante, cnam ; à "
            "défaut, celles du scénario"
        ),
    ] = None,
    set_: Changes = (),
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Dit ce que chaque projet peut recevoir d’un financeur, et pourquoi pas davantage."""
    from territory_access.cli.fund import fund as tell

    tell(find_scenario(scenario), set_, rules, lang)


@app.command
def replay(
    folder: Annotated[Path, Parameter(help="dossier de résultats", name="dossier")],
    *,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Refait l’étude d’un dossier de résultats et dit si ses tables sont les mêmes."""
    from territory_access.cli.replaying import replay_folder

    replay_folder(folder, lang)


@app.command
def warmup(
    *,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Compile une fois pour toutes le moteur d’itinéraires, qui sinon l’est au premier calcul."""
    from territory_access.cli.roads import warm_up

    warm_up(lang)


@app.command
def validate(
    *,
    json: Annotated[Path | None, Parameter(help="fichier où écrire les résultats")] = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Refait les nombres publiés que les données disponibles permettent de vérifier."""
    from territory_access.cli.validate import validate as check_all

    check_all(json, lang)


@app.command
def schema(
    *,
    readme: Annotated[bool, Parameter(help="en Markdown, pour être lu", negative=())] = False,
) -> None:
    """Décrit toutes les clés d’un scénario (schéma JSON, pour les éditeurs de texte)."""
    from territory_access.scenario_reference import json_schema, markdown

    sys.stdout.write(markdown() if readme else json_schema())


def find_scenario(name: str) -> Path:
    """Return the path of a scenario file, or of one that ships with the package.

    Raises
    ------
    MissingDataset
        Naming the scenarios that exist.
    """
    from territory_access.parameters import data_folder

    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    shipped = {file.stem: file for file in (data_folder().parent / "scenarios").glob("*.toml")}
    if path.stem in shipped and path.name in (path.stem, f"{path.stem}.toml"):
        return shipped[path.stem]
    raise MissingDataset(
        "scénario « {name} » introuvable ; donnez le chemin d’un fichier .toml, ou l’un de "
        "ceux-ci : {shipped}.",
        name=name,
        shipped=", ".join(sorted(shipped)),
    )


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(_outcome(words))


def _outcome(words: list[str]) -> int:
    language = Language(_language_of(words))
    try:
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except TerritoryAccessError as error:
        return _refuse(error, language, debug="--debug" in words)
    except CycloptsError as error:
        return _refuse(_in_words(error), language, debug="--debug" in words)
    except KeyboardInterrupt:
        return _refuse(
            TerritoryAccessError("interrompu ; rien n’a été écrit."), language, debug=False
        )
    except Exception as error:  # the last line of defence: a planner never reads a traceback
        if "--debug" in words:
            raise
        return _refuse(
            TerritoryAccessError(
                "une erreur de notre fait ({kind} : {error}). Rien n’a été écrit. "
                "Relancez avec --debug et transmettez-nous ce qui s’affiche.",
                kind=type(error).__name__,
                error=error,
            ),
            language,
            debug=False,
            code=BUG,
        )
    return 0


def _language_of(words: list[str]) -> str:
    """Return the language asked for, before anything is parsed; errors are said in it too."""
    for position, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and position + 1 < len(words):
            value = words[position + 1]
        if value in LANGUAGES:
            return value
    return "fr"


def _refuse(
    error: TerritoryAccessError, language: Language, *, debug: bool, code: int | None = None
) -> int:
    if debug:
        raise error
    sys.stderr.write(f"{language.text('Erreur')} — {error.said_by(language.text)}\n")
    if code is not None:
        return code
    return INFEASIBLE if isinstance(error, Infeasible) else BAD_INPUT


def _in_words(error: CycloptsError) -> TerritoryAccessError:
    """Return what is wrong with the command line itself."""
    match error:
        case UnknownOptionError():
            word = getattr(error.token, "value", "") or getattr(error.token, "keyword", "")
            return ScenarioError(
                "option inconnue « {word} ». Voyez territory-access --help.", word=word
            )
        case UnknownCommandError():
            word = (error.unused_tokens or [""])[0]
            return ScenarioError(
                "commande inconnue « {word} ». Voyez territory-access --help.", word=word
            )
        case MissingArgumentError():
            return ScenarioError(
                "il manque un argument : le scénario à lire ? Voyez territory-access --help."
            )
        case _:
            return ScenarioError(
                "ligne de commande incomprise ({error}). Voyez territory-access --help.",
                error=error,
            )
