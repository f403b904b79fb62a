"""A made-up study and the dossier that comes of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from territory_access import dossier

if TYPE_CHECKING:
    from types import ModuleType

    from territory_access.study import Study


def _made_up() -> ModuleType:
    """Load the neighbour file, which no package path leads to."""
    path = Path(__file__).with_name("made_up.py")
    spec = importlib.util.spec_from_file_location("made_up", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["made_up"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    return _made_up()


@pytest.fixture(scope="session")
def study(made_up: ModuleType) -> Study:
    return made_up.made_up_study()


@pytest.fixture(scope="session")
def hostile_study(made_up: ModuleType) -> Study:
    return made_up.made_up_study(made_up.hostile)


@pytest.fixture(scope="session")
def written(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "resultat"
    dossier.write(study, folder)
    return folder


@pytest.fixture(scope="session")
def hostile_written(hostile_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "resultat"
    dossier.write(hostile_study, folder)
    return folder
