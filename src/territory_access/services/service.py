"""Says what a service is: its figures, and the sizes in which it can open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.vocabulary import Tag

type StaffProfile = Literal["retired", "salaried", "rotating", "liberal", "none"]
type Setting = Literal["anywhere", "island", "ehpad", "practice", "addon"]

# What is said of a service in words, and the words allowed (None: any text).
WORDS = {
    "name": None,
    "staff_profile": ("retired", "salaried", "rotating", "liberal", "none"),
    "setting": ("anywhere", "island", "ehpad", "practice", "addon"),
    "evidence": ("A", "B", "C"),
    "counts_in_apl": ("true", "false"),
    "gives_places": ("true", "false"),
    "prerequisites": None,
    "proven_at": None,
}
# Fields that a service may lack: what stands for them is said by `Service`.
OPTIONAL = {"mother_minutes", "size_min_fte", "size_max_fte"}
# What is said of a service in figures, money in euros.
FIELDS = (
    "capex",
    "gp_fte",
    "size_min_fte",
    "size_max_fte",
    "nurse_fte",
    "support_fte",
    "capacity",
    "opex",
    "net",
    "lead_months",
    "reach_minutes",
    "poaching",
    "min_population",
    "mother_minutes",
)


@dataclass(frozen=True)
class Cell:
    """One figure of the catalogue with its range and origin.

    Attributes
    ----------
    value, low, high
        In ``unit``; ``value`` may leave the range when the scenario set it.
    unit, tag, source, note
        For the dossier; ``source`` holds keys of ``references.toml``.
    """

    value: float
    low: float
    high: float
    unit: str
    tag: Tag
    source: str
    note: str = ""

    @property
    def outside_range(self) -> bool:
        """Whether the value in use left the documented range."""
        return not self.low <= self.value <= self.high


@dataclass(frozen=True)
class Size:
    """One size in which a service can open; every amount grows with the GP full-time equivalents.

    Attributes
    ----------
    name
        ``petit``, ``base`` or ``grand``.
    fte, nurse_fte
        Full-time equivalents of GPs and of nurses.
    acts_per_year
        Consultations a year at cruise, gross of poaching.
    capex, opex, deficit
        Euros, euros a year, euros a year (0 for a surplus).
    gives_places
        False where no patient finds a médecin traitant.
    """

    name: str
    fte: float
    nurse_fte: float
    acts_per_year: float
    capex: float
    opex: float
    deficit: float
    gives_places: bool = True

    def places(self, kappa: float, *, poaching: float = 0.0) -> int:
        """Return how many residents find a médecin traitant there.

        Parameters
        ----------
        kappa
            Consultations a registered patient a year (``places.kappa``).
        poaching
            Share of the doctors drawn from neighbouring practices, whose patients are not new;
            0 counts gross places.

        Notes
        -----
        ``floor(acts · (1 − poaching) / κ)``, 0 when the service gives no place.

        Examples
        --------
        >>> size = Size("base", 2.5, 0.0, 15_000, 150_000, 480_000, 0.0)
        >>> size.places(4.2), size.places(4.2, poaching=0.05)
        (3571, 3392)
        """
        if not self.gives_places:
            return 0
        # the nudge keeps exact quotients (4 200 / 4,2) from falling one short
        return math.floor(self.acts_per_year * (1.0 - poaching) / kappa + 1e-9)


@dataclass(frozen=True)
class Service:
    """One type of service.

    Attributes
    ----------
    id, name
        Short id, French name.
    capex, opex, net
        Euros; euros a year; yearly operating result in euros (negative: a deficit).
    gp_fte, nurse_fte, support_fte
        Full-time equivalents at the base size.
    capacity
        Consultations a year at cruise (for ``POCT`` tests, for ``REPIT`` carers).
    lead_months
        Months from decision to opening.
    reach_minutes
        How far users come from; 0 = same commune or same island only.
    poaching
        Share of GP time drawn from practices around.
    min_population
        Inhabitants of the host commune below which it should not open.
    mother_minutes
        How far its mother centre may be; ``None`` when it needs none.
    staff_profile
        Whom it recruits; ``liberal`` doctors are not employed by the project.
    setting
        Where it makes sense; ``addon`` completes another service, ``practice`` a doctor in place.
    evidence
        A replicated or evaluated, B several sites or one documented, C pilot or claim.
    counts_in_apl, gives_places
        Whether its consultations count in the APL, whether patients find a médecin traitant.
    prerequisites, proven_at
        French sentences.
    sizes
        Sizes in which it can open, smallest first.
    cells
        Every figure with range, tag and source.
    """

    id: str
    name: str
    capex: float
    gp_fte: float
    nurse_fte: float
    support_fte: float
    capacity: float
    opex: float
    net: float
    lead_months: float
    reach_minutes: float
    poaching: float
    min_population: float
    mother_minutes: float | None
    staff_profile: StaffProfile
    setting: Setting
    evidence: Literal["A", "B", "C"]
    counts_in_apl: bool
    gives_places: bool
    prerequisites: str
    proven_at: str
    sizes: tuple[Size, ...]
    cells: Mapping[str, Cell]

    @property
    def counted(self) -> bool:
        """Whether it gives consultations to the APL, or places."""
        return self.counts_in_apl or self.gives_places

    @property
    def beside(self) -> bool:
        """Whether it stands beside a doctor, a centre or a home, or brings nothing counted."""
        return self.setting in {"practice", "addon", "ehpad"} or not self.counted

    def size(self, name: str) -> Size:
        """Return the size called ``name``; ``KeyError`` when there is none."""
        found = {size.name: size for size in self.sizes}
        return found[name]


def sizes(cells: Mapping[str, Cell], *, gives_places: bool) -> tuple[Size, ...]:
    """Return the sizes between the smallest and the largest GP staff, each amount in proportion."""
    base = cells["gp_fte"].value
    wanted = {"base": base}
    if base > 0 and "size_min_fte" in cells and cells["size_min_fte"].value < base:
        wanted = {"petit": cells["size_min_fte"].value} | wanted
    if base > 0 and "size_max_fte" in cells and cells["size_max_fte"].value > base:
        wanted |= {"grand": cells["size_max_fte"].value}

    def amount(field: str, fte: float) -> float:
        ratio = fte / base if base > 0 else 1.0
        return round(cells[field].value * ratio, 6)

    return tuple(
        Size(
            name=name,
            fte=fte,
            nurse_fte=amount("nurse_fte", fte),
            acts_per_year=amount("capacity", fte),
            capex=amount("capex", fte),
            opex=amount("opex", fte),
            deficit=max(0.0, -amount("net", fte)),
            gives_places=gives_places,
        )
        for name, fte in wanted.items()
    )
