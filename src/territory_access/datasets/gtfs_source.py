"""Says where the timetable that a scenario names is, and where one gets it."""

from __future__ import annotations

import re
from pathlib import Path

from territory_access.datasets import user_folder
from territory_access.errors import MissingDataset, ScenarioError

_NAME = re.compile(r"[\w-]+")


def locate(named: str, *, key: str = "travel.gtfs") -> Path:
    """Return the path of a GTFS: a path, or ``data:NAME`` in the folder of the user's data.

    The archive lies in that folder or in its folders ``gtfs`` or ``ferries``, as ``NAME.zip``.

    Parameters
    ----------
    named
        What the scenario says.
    key
        Its key there, for what is told.

    Raises
    ------
    MissingDataset
        When it is not there.
    ScenarioError
        When what follows ``data:`` is no name.
    """
    if not named.startswith(user_folder.NAMED):
        if Path(named).is_file():
            return Path(named)
        raise MissingDataset(
            "{key} : « {path} » n’existe pas. Les horaires se trouvent sur "
            "transport.data.gouv.fr, au format GTFS (.zip).",
            key=key,
            path=named,
        )
    name = named.removeprefix(user_folder.NAMED)
    if not _NAME.fullmatch(name):
        raise ScenarioError(
            "{key} : « {named} » : après data:, un nom fait de lettres, de chiffres et de "
            "tirets, par exemple data:groix.",
            key=key,
            named=named,
        )
    folder = user_folder.folder()
    places = [folder / under / f"{name}.zip" for under in ("gtfs", "ferries", "")]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise MissingDataset(
            "{key} : « {named} » n’est pas dans {folder} (variable d’environnement "
            "{variable}). Placez-y, dans le sous-dossier « gtfs », l’horaire sous le nom "
            "{name}.zip ; les horaires se trouvent sur transport.data.gouv.fr.",
            key=key,
            named=named,
            name=name,
            variable=user_folder.FOLDER_VARIABLE,
            folder=folder,
        )
    return found
