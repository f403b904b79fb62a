"""What a planner types about official files: data list, data get, data check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

data = App(
    name="data",
    help="Les fichiers officiels : lesquels, les télécharger, vérifier ceux qui sont là.",
)

To = Annotated[
    Path | None,
    Parameter(
        name="--to",
        help="dossier des données ; à défaut celui que nomme TERRITORY_ACCESS_DATA, sinon un "
        "dossier de l’utilisateur",
    ),
]
Lang = Annotated[str, Parameter(name="--lang", help="langue des sorties : fr ou en")]
Debug = Annotated[bool, Parameter(name="--debug", help="montre l’erreur en entier", negative=())]
Refresh = Annotated[
    bool,
    Parameter(
        name="--refresh",
        help="télécharge de nouveau, et accepte une autre édition que celle notée",
        negative=(),
    ),
]


@data.command(name="list", help="Montre les fichiers officiels connus, et ceux qui sont là.")
def list_(
    *,
    to: To = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Show the registry."""
    from territory_access.cli.data_shown import show_list

    show_list(to, lang)


@data.command(help="Télécharge des fichiers officiels, et note l’empreinte de chacun.")
def get(
    *names: Annotated[str, Parameter(help="noms, comme les montre « data list »")],
    to: To = None,
    refresh: Refresh = False,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Download entries of the registry."""
    from territory_access.cli.data_shown import fetch

    fetch(names, to, lang, refresh=refresh)


@data.command(help="Vérifie que les fichiers présents n’ont pas changé et se lisent.")
def check(
    *names: Annotated[str, Parameter(help="noms ; tous ceux qui sont là à défaut")],
    to: To = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Compare and read the files of the folder."""
    from territory_access.cli.data_shown import verify

    verify(names, to, lang)
