"""One map of a study, to look at in a notebook or to keep in a file."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from territory_access.dossier.findings import findings
from territory_access.dossier.maps import maps
from territory_access.dossier.voice import Voice
from territory_access.errors import DataError

if TYPE_CHECKING:
    from territory_access.dossier.blocks import LegendItem, Picture
    from territory_access.study import Study

# What the style sheet of the page says of letters: they stay readable over dark colours.
_HALO = "paint-order:stroke;stroke:#fff;stroke-opacity:.85;stroke-width:2.6px"
_KEYS = {
    "fill": "background:{colour}",
    "hatch": "background:repeating-linear-gradient(-45deg,{colour} 0 1px,transparent 1px 4px)",
    "disc": "background:{colour};border-radius:50%",
    "diamond": "background:{colour};transform:rotate(45deg) scale(.75)",
    "ring": "background:#14323b;border-radius:50%;box-shadow:0 0 0 1px #fff,0 0 0 3px {colour}",
    "target": "background:{colour};border-radius:50%;box-shadow:0 0 0 1px #fff,0 0 0 3px #14323b",
    "circle": "border:2px solid {colour};border-radius:50%;box-sizing:border-box",
    "cross": "background:linear-gradient(45deg,transparent 40%,{colour} 40% 60%,transparent 60%),"
    "linear-gradient(-45deg,transparent 40%,{colour} 40% 60%,transparent 60%)",
    "plus": "background:linear-gradient(transparent 35%,{colour} 35% 65%,transparent 65%),"
    "linear-gradient(90deg,transparent 35%,{colour} 35% 65%,transparent 65%)",
    "arrow": "background:{colour};clip-path:polygon(0 40%,60% 40%,60% 10%,100% 50%,60% 90%,"
    "60% 60%,0 60%)",
}


@dataclass(frozen=True)
class Shown:
    """A map of the dossier, by itself.

    Attributes
    ----------
    picture
        Title, legend, source and the ``<svg>`` element.
    """

    picture: Picture

    def save(self, path: str | Path) -> Path:
        """Write the map as an SVG file, without its legend, and return where.

        Parameters
        ----------
        path
            The file to write.
        """
        Path(path).write_text(self._svg(), encoding="utf-8")
        return Path(path)

    def _svg(self) -> str:
        svg = self.picture.svg.replace("var(--font, sans-serif)", "sans-serif")
        return svg.replace('<g class="halo">', f'<g class="halo" style="{_HALO}">')

    def _repr_html_(self) -> str:
        picture = self.picture
        legend = "".join(_key(item) for item in picture.legend)
        svg = self._svg().replace("<svg ", '<svg style="width:100%;height:auto" ', 1)
        return (
            '<figure style="margin:0;max-width:620px;background:#fff;color:#14323b;'
            'font-family:system-ui,sans-serif;font-size:13px;padding:8px">'
            f"<strong>{escape(picture.title)}</strong>{svg}"
            f'<p style="margin:6px 0 2px">{escape(picture.legend_title)}</p>'
            f'<p style="margin:0;line-height:1.7">{legend}</p>'
            f'<figcaption style="color:#5b6b70">{escape(picture.source)}</figcaption></figure>'
        )


def plot(
    study: Study,
    *,
    of: Literal["share", "apl"] = "share",
    when: Literal["before", "after"] = "after",
    language: str = "fr",
) -> Shown:
    """Return a map of the dossier: the same classes and the same words.

    Parameters
    ----------
    study
        The run.
    of
        ``share`` of those who look for a doctor and get a place, or ``apl``.
    when
        Today (``before``) or with the plan (``after``).
    language
        ``fr`` or ``en``.

    Raises
    ------
    DataError
        When the study has no such map: no APL without GP supply, no plan where nothing opens.
    """
    drawn = maps(study, findings(study), Voice.of(language))
    wanted = f"map-{of}-{when}"
    for picture in (*drawn.before, *drawn.after):
        if picture.id == wanted:
            return Shown(picture)
    raise DataError(
        "l’étude n’a pas la carte « {name} » : l’APL demande une offre de médecins "
        "(supply.gp_file), et « after » un plan qui ouvre quelque chose.",
        name=wanted,
    )


def _key(item: LegendItem) -> str:
    look = _KEYS[item.mark].format(colour=escape(item.colour))
    return (
        '<span style="display:inline-block;padding-right:1.2em">'
        f'<span style="display:inline-block;width:.9em;height:.9em;{look}"></span> '
        f"{escape(item.label)}</span>"
    )
