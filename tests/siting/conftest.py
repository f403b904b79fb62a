"""Small made-up territories to site services in, and the arithmetic to check them by hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"siting_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


# Those that others of this folder import, before any of them is.
for _name in ("years_brute", "plan_worth", "plan_list", "one_plan", "question"):
    _load(_name)


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """Territories of a few zones."""
    return _load("small")


@pytest.fixture(scope="session")
def brute() -> ModuleType:
    """Every plan of a small problem, one by one."""
    return _load("brute")


@pytest.fixture(scope="session")
def years_brute() -> ModuleType:
    """Every plan of several years of a small problem, one by one."""
    return _load("years_brute")


@pytest.fixture(scope="session")
def every_plan() -> ModuleType:
    """Every plan of a problem of up to twelve candidates, in one table."""
    return _load("every_plan")


@pytest.fixture(scope="session")
def one_plan() -> ModuleType:
    """What the best teams of one plan bring."""
    return sys.modules["siting_one_plan"]


@pytest.fixture(scope="session")
def broken() -> ModuleType:
    """Which rules each plan breaks."""
    return _load("broken")


@pytest.fixture(scope="session")
def plan_worth() -> ModuleType:
    """What each plan of a list brings."""
    return sys.modules["siting_plan_worth"]
