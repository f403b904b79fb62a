"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]

# Many more draws, none of them the same from one run to the next: --hypothesis-profile=long
settings.register_profile("long", max_examples=500, deadline=None)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep road networks in a folder of the session: never in the cache of whoever tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORY_ACCESS_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real official files, or a skip that says what is missing."""
    folder = Path(os.environ.get("TERRITORY_ACCESS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no real data: TERRITORY_ACCESS_DATA names no folder")
    return folder


@pytest.fixture
def write_osm(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of small OpenStreetMap files: nodes at tenths of a kilometre, ways, rules."""

    def write(
        places: dict[int, tuple[float, float]],
        ways: dict[int, tuple[list[int], str]],
        *,
        tags: dict[int, str] | None = None,
        relations: list[tuple[str, str]] | None = None,
        name: str = "roads.osm",
    ) -> Path:
        """Write ``places`` (east, north in 100 m), ``ways`` (nodes, "key=value …"), members."""
        lines = ['<osm version="0.6" generator="test">']
        for node, (east, north) in sorted(places.items()):
            lon, lat = -2 + east * 0.00131865, 47 + north * 0.00089932
            inner = tag_lines((tags or {}).get(node, ""))
            lines.append(f'<node id="{node}" version="1" lon="{lon}" lat="{lat}">{inner}</node>')
        for way, (nodes, text) in sorted(ways.items()):
            refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
            lines.append(f'<way id="{way}" version="1">{refs}{tag_lines(text)}</way>')
        for number, (members, text) in enumerate(relations or [], start=1):
            parts = "".join(
                '<member type="{}" ref="{}" role="{}"/>'.format(*member.split(":"))
                for member in members.split()
            )
            lines.append(f'<relation id="{number}" version="1">{parts}{tag_lines(text)}</relation>')
        path = tmp_path / name
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    def tag_lines(text: str) -> str:
        pairs = [pair.split("=") for pair in text.split(" | ") if pair]
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in pairs)

    return write
