"""Says which proven places exist, and what each source says of them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from territory_access.errors import DataError, Fault
from territory_access.parameters import Parameters, cite, data_folder, references
from territory_access.vocabulary import Tag

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_NUMBERS = (
    "acts_per_year",
    "patients",
    "places",
    "fte",
    "gp_count",
    "population",
    "tests",
    "evacuations_avoided",
    "urgent_confirmed",
    "undetermined",
    "savings",
    "consulting_rooms",
    "area",
    "partners",
)
_LABELS = {
    "opened": "ouverture",
    "acts_per_year": "consultations par an",
    "patients": "patients suivis",
    "places": "places",
    "fte": "ETP de médecin",
}
# Services whose places are not patients of a médecin traitant: only siting needs to know.
_WITHOUT_PLACES = ("POCT", "TELE_EHPAD", "CABIN", "REPIT", "TIERS", "IPA")
_ESTIMATES = (Tag.COMPUTED, Tag.KNOWLEDGE_MEDIUM, Tag.KNOWLEDGE_LOW)


def load(*, kappa: float | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Return one row a physical site that gives care in a known commune.

    Index ``facility_id``; columns ``name``, ``service`` (id of the catalogue), ``service_group``,
    ``zone_id``, ``fte`` (GP), ``acts_per_year``, ``places``, ``opened`` (ISO, ``""`` when not
    known), ``operator``, ``evidence`` (a French sentence), ``estimated`` (whether one of the
    numbers is an estimate of ours). Where no source gives a number it is 0, never a guess.

    Parameters
    ----------
    kappa
        Consultations a registered patient a year; ``places.kappa`` by default.
    folder
        Folder of ``sites.csv`` and ``site_evidence.csv``; the embedded one by default.

    Notes
    -----
    Places of a service = the selected ``places`` (islands: their population), else the selected
    ``patients`` (what the operator or the press says), else ``floor(acts / κ)``. A service on
    several sites is split by the ``share`` of each site (largest remainder, so that the sum
    holds).

    Raises
    ------
    DataError
        When a table cannot be used.

    Examples
    --------
    >>> places = load()
    >>> places.loc["smp-cholet", "zone_id"], int(places.loc["smp-cholet", "places"])
    ('49099', 3500)
    >>> places.loc[places["service_group"] == "smp-laval-ouest", "places"].tolist()
    [2500, 2500]
    """
    kappa = Parameters.load().value("places.kappa") if kappa is None else kappa
    known = register(folder)
    said = evidence(folder)
    chosen = said[said["selected"]]
    sites = known[(known["service"] != "") & (known["zone_id"] != "")].copy()
    numbers = chosen[chosen["field"].isin(_NUMBERS)].pivot_table(
        index="service_group", columns="field", values="number"
    )
    opened = chosen[chosen["field"] == "opened"].set_index("service_group")["value"]
    group = sites["service_group"]
    sites["opened"] = group.map(opened).fillna("")
    for field in ("fte", "acts_per_year"):
        sites[field] = group.map(numbers[field]).fillna(0.0) * sites["share"]
    totals = _places(sites, numbers, kappa)
    sites["places"] = _split(sites, totals)
    sites["evidence"] = group.map(_sentences(chosen)).fillna("")
    doubtful = chosen["tag"].isin(_ESTIMATES) & chosen["field"].isin(
        ("fte", "acts_per_year", "patients", "places")
    )
    estimated = set(chosen.loc[doubtful, "service_group"])
    sites["estimated"] = group.isin(estimated) | (sites["share"] < 1)
    return sites[
        [
            "name",
            "service",
            "service_group",
            "zone_id",
            "fte",
            "acts_per_year",
            "places",
            "opened",
            "operator",
            "evidence",
            "estimated",
        ]
    ]


def register(folder: Path | None = None) -> pd.DataFrame:
    """Return every site and project, also those without a service or a known commune.

    Index ``facility_id``; ``service`` is ``""`` for a project outside the catalogue, ``zone_id``
    is ``""`` where the source names no commune; ``share`` is the part of the service on the site.

    Raises
    ------
    DataError
        When the shares of a service do not make 1.

    Examples
    --------
    >>> register().loc["repit-correze", ["zone_id", "departement"]].tolist()
    ['', '19']
    """
    import pandas as pd

    sites = pd.read_csv((folder or data_folder()) / "sites.csv", dtype=str, keep_default_na=False)
    sites = sites.set_index("facility_id")
    sites["share"] = sites["share"].astype(float)
    whole = sites.groupby("service_group")["share"].sum()
    faults = [
        Fault("les parts de « {group} » font {total}", {"group": name, "total": total})
        for name, total in whole.items()
        if not math.isclose(float(total), 1.0)
    ]
    if faults or sites.index.has_duplicates:
        raise DataError("sites.csv : le contenu ne convient pas.", faults=faults)
    known = references()
    sites["reference"] = [cite(source, known) for source in sites["source"]]
    return sites


def evidence(folder: Path | None = None) -> pd.DataFrame:
    """Return everything that the sources say, conflicts included, one row a statement.

    Columns ``service_group``, ``field``, ``value`` (text), ``number`` (NaN for dates), ``unit``,
    ``as_of``, ``tag``, ``source``, ``reference``, ``selected`` (one a group and field), ``note``.

    Raises
    ------
    DataError
        With every statement that cannot be used, and every field without exactly one selected.

    Examples
    --------
    >>> said = evidence()
    >>> said.query("service_group == 'isl-groix' and field == 'population'")[
    ...     ["value", "tag", "selected"]].values.tolist()
    [['2310', 'W', True], ['3300', 'S', False], ['2300', 'W', False], ['2500', 'W', False]]
    """
    import pandas as pd

    said = pd.read_csv(
        (folder or data_folder()) / "site_evidence.csv", dtype=str, keep_default_na=False
    )
    numeric = said["field"].isin(_NUMBERS)
    said["number"] = pd.to_numeric(said["value"].where(numeric), errors="coerce")
    said["selected"] = said["selected"] == "true"
    faults = [
        Fault("ligne {line} : « {value} » ne convient pas", {"line": line, "value": row["value"]})
        for line, row in enumerate(said.to_dict("records"), start=2)
        if _wrong(str(row["tag"]), str(row["field"]), str(row["value"]), float(row["number"]))
    ]
    counts = said.groupby(["service_group", "field"])["selected"].sum().reset_index()
    faults += [
        Fault(
            "{field} de « {service_group} » : {selected} valeur(s) retenue(s), une est attendue",
            {str(key): value for key, value in row.items()},
        )
        for row in counts[counts["selected"] != 1].to_dict("records")
    ]
    if faults:
        raise DataError("site_evidence.csv : le contenu ne convient pas.", faults=faults)
    known = references()
    said["reference"] = [cite(source, known) for source in said["source"]]
    return said


def _wrong(tag: str, field: str, value: str, number: float) -> bool:
    if tag not in set(Tag):
        return True
    if field == "opened":
        return not re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", value)
    return not number >= 0  # NaN is what is left of a field that has no number


def _places(sites: pd.DataFrame, numbers: pd.DataFrame, kappa: float) -> dict[str, int]:
    """Return the places of each service, before its sites share them."""
    found = {}
    for service, group in zip(sites["service"], sites["service_group"], strict=True):
        row = numbers.loc[group].dropna() if group in numbers.index else {}
        if service in _WITHOUT_PLACES:
            found[group] = 0
        elif "places" in row or "patients" in row:
            found[group] = int(row["places"] if "places" in row else row["patients"])
        else:
            found[group] = math.floor(row["acts_per_year"] / kappa) if "acts_per_year" in row else 0
    return found


def _split(sites: pd.DataFrame, totals: dict[str, int]) -> list[int]:
    """Return whole places a site: the sum of a service holds, the first sites take the rest."""
    left = dict(totals)
    last = dict(zip(sites["service_group"], sites.index, strict=True))
    places = []
    for site, group, share in zip(sites.index, sites["service_group"], sites["share"], strict=True):
        mine = left[group] if site == last[group] else round(totals[group] * share)
        left[group] -= mine
        places.append(mine)
    return places


def _sentences(chosen: pd.DataFrame) -> dict[str, str]:
    """Return what is known of each service, in one French sentence with tags."""
    shown = chosen[chosen["field"].isin(list(_LABELS)) & (chosen["value"] != "")]
    return {
        str(group): "\u202f; ".join(
            f"{_LABELS[field]}\u00a0: {_written(value)} [{tag}]"
            for field, value, tag in zip(rows["field"], rows["value"], rows["tag"], strict=True)
        )
        for group, rows in shown.groupby("service_group")
    }


def _written(value: str) -> str:
    """Return a number as French writes it, a date as it is."""
    if "-" in value or (len(value) == 4 and value.startswith("20")):
        return value
    return f"{float(value):,g}".replace(",", "\u202f").replace(".", ",")
