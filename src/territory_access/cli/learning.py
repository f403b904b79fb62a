"""What a planner types to learn from elsewhere and from afterwards: replicate, library, follow."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads it at run time
from typing import Annotated

from cyclopts import Parameter

Lang = Annotated[str, Parameter(name="--lang", help="langue des sorties : fr ou en")]
Debug = Annotated[bool, Parameter(name="--debug", help="montre l’erreur en entier", negative=())]


def replicate(  # noqa: PLR0913 - the options of the command
    site: Annotated[str, Parameter(help="site éprouvé, par exemple smp-cholet", name="site")],
    *,
    region: Annotated[
        tuple[str, ...],
        Parameter(name="--region", help="code de région, par exemple 52 ; répétable", negative=()),
    ] = (),
    departement: Annotated[
        tuple[str, ...],
        Parameter(name="--departement", help="code de département ; répétable", negative=()),
    ] = (),
    set_: Annotated[
        tuple[str, ...],
        Parameter(
            name="--set",
            help="change un paramètre, par exemple replication.need=0.4 ; répétable",
            negative=(),
        ),
    ] = (),
    out: Annotated[
        Path | None,
        Parameter(name="--out", help="dossier où écrire la fiche d’une page (HTML, PDF) et le CSV"),
    ] = None,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Classe les communes où un site éprouvé se répliquerait le mieux, et dit ce qui bloque."""
    from territory_access.cli.replicate import show

    show(site, lang, regions=region, departements=departement, changes=set_, out=out)


def library(
    *words: Annotated[str, Parameter(help="mots à chercher ; tout à défaut", name="mots")],
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Cherche dans les initiatives connues : thèmes, lieux, rôles, enjeux."""
    from territory_access.cli.library import show

    show(" ".join(words), lang)


def follow(
    folder: Annotated[Path, Parameter(help="dossier de résultats du plan", name="dossier")],
    observed: Annotated[Path, Parameter(help="table des mois observés", name="observe")],
    *,
    lang: Lang = "fr",
    debug: Debug = False,  # noqa: ARG001 - read by main
) -> None:
    """Compare les mois observés après l’ouverture au plan, et corrige ce que l’on peut attendre."""
    from territory_access.cli.follow import show

    show(folder, observed, lang)
