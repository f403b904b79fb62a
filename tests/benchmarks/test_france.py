"""The APL of all of France, every profession, from the files: budget of 30 CPU seconds and 4 GB."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_apl_of_all_of_france(real_data: Path, note: Callable[..., float]) -> None:
    start = time.process_time()
    from territory_access.validation import france

    country = france.read(real_data)
    pairs = france.minutes(country)
    found = {
        profession: france.spread(country, pairs, profession=profession)
        for profession in ("gp", "nurse", "physio", "midwife")
    }
    seconds = time.process_time() - start
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    said = f"{len(country.places):,} communes, {pairs.count:,} pairs, {gigabytes:.2f} GB"
    note("France, 4 professions, files to APL / budget of 30 s", seconds, 30.0, equal=said)
    assert all((levels >= 0).all() for levels in found.values())
    assert gigabytes < 4
    assert seconds < 30
