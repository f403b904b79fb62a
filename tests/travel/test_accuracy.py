"""The committed parameters and errors are those that the data give."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from territory_access.errors import MissingDataset
from territory_access.travel import accuracy, calibration, estimate
from territory_access.travel.estimate import Model, error_summary

if TYPE_CHECKING:
    from pathlib import Path


def test_errors_are_counted_by_hand() -> None:
    known = np.array([5.0, 15.0, 19.0, 24.0, 35.0, 50.0])
    guess = np.array([7.0, 14.0, 21.0, 26.0, 30.0, 90.0])
    found = accuracy.errors(guess, known)
    assert found["pairs"] == 5  # 50 minutes is not near
    assert found["mae"] == pytest.approx((2 + 1 + 2 + 2 + 5) / 5)
    assert found["bias"] == pytest.approx((2 - 1 + 2 + 2 - 5) / 5)
    assert found["side_at_20"] == pytest.approx(1 / 4)
    assert found["bands"] == {  # of two pairs, the ninth decile lies between them
        "0-10": {"pairs": 1, "mae": 2.0, "p90": 2.0, "bias": 2.0},
        "10-20": {"pairs": 2, "mae": 1.5, "p90": 1.9, "bias": 0.5},
        "20-30": {"pairs": 1, "mae": 2.0, "p90": 2.0, "bias": 2.0},
        "30-40": {"pairs": 1, "mae": 5.0, "p90": 5.0, "bias": -5.0},
        "40-60": {"pairs": 1, "mae": 40.0, "p90": 40.0, "bias": 40.0},
    }


def test_the_file_holds_what_the_model_needs(tmp_path: Path) -> None:
    model = Model.load()
    path = tmp_path / "estimate.toml"
    calibration.Calibration(model, error_summary()).write(path)
    assert tomllib.loads(path.read_text())["model"]["scale"] == model.scale
    assert Model.load(path).digest == model.digest  # writing it again is the same file
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_of_parameters_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match=r"estimate\.toml"):
        Model.load(tmp_path / estimate.NAME)


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDataset, match="gironde_pairs"):
        calibration.calibrate(tmp_path)


def test_the_estimate_beats_osrm_and_the_straight_line_on_metric() -> None:
    measured = error_summary()
    assert measured["metric"]["mae"] < measured["straight_line"]["mae"]
    assert measured["metric"]["mae"] < measured["osrm"]["mae"]
    assert measured["metric"]["bands"]["40-60"]["mae"] < 5.0


@pytest.mark.real_data
def test_the_committed_errors_are_those_of_the_data(real_data: Path) -> None:
    model = Model.load()
    cases = calibration.read_cases(real_data, model)
    found = calibration.measure(cases, model, folder=real_data)
    committed = error_summary()
    assert found.keys() == committed.keys()
    for source, measures in committed.items():
        for name in ("mae", "p90", "bias"):
            assert found[source][name] == pytest.approx(measures[name], abs=0.02), (source, name)
        assert found[source]["pairs"] == measures["pairs"]
        assert found[source]["side_at_20"] == pytest.approx(measures["side_at_20"], abs=0.011)
