"""Captive times, staff for continuity, evacuations avoided, summer on islands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access import islands
from territory_access.datasets import ferries, island_figures, sites
from territory_access.parameters import Parameters
from territory_access.travel import ferry
from territory_access.validation.row import Row, Skipped

if TYPE_CHECKING:
    from pathlib import Path

_BIOLOGY = "ARS Bretagne, biologie délocalisée à Groix (septembre à décembre 2023)"
_PRESS = "presse locale (L’Herminerouge, d’après Ouest-France)"
_EXAMPLE = "exemple de calcul sur l’horaire publié de la compagnie"


def rows(data: Path | None) -> list[Row | Skipped]:  # noqa: ARG001 - needs no data
    """Return the rows on islands; they need embedded tables only.

    Examples
    --------
    >>> [row.id for row in rows(None) if not row.passed]
    []
    """
    known = Parameters.load()
    return [*_times(known), *_staff(known), *_evacuations(known), *_summer(known)]


def _times(known: Parameters) -> list[Row | Skipped]:
    """Return captive times from the table of boats, and a pair of boats the wrong way round."""
    boats = ferries.load()
    value = known.value
    found: list[Row | Skipped] = []
    cases = (
        ("groix", "Groix : temps captif d’une consultation sur le continent", 85.0, 5.5, 0.1),
        ("houat", "Houat, hiver : temps captif d’une consultation", 80.0, 9.0, 0.05),
    )
    for line, label, one_way, published, tolerance in cases:
        captive = ferry.round_trip(
            one_way,
            sailings=float(boats["sailings_low"].loc[line]),
            consultation=value("ferry.consultation_minutes"),
            window=value("ferry.service_window_minutes"),
        )
        note = f"un aller de {one_way:.0f} min, attente non comprise"
        found.append(
            Row(f"islands.captive.{line}", label, published, captive / 60, "h", tolerance,
                _EXAMPLE, note)
        )  # fmt: skip
    boat = islands.Timetable(out=(480,), back=(1_080,), crossing=45)
    ashore = 2 * value("ferry.egress_minutes") + value("ferry.consultation_minutes")
    wrong = boat.reversed.same_day(ashore, check_in=value("ferry.check_in_minutes"))
    found.append(
        Row("islands.same_day.reversed", "Retour le jour même, bateaux dans le mauvais sens", 0.0,
            float(wrong), "vrai = 1", 0.0, "par définition")
    )  # fmt: skip
    return found


def _staff(known: Parameters) -> list[Row | Skipped]:
    staff = islands.staff_needed(12_000, parameters=known)
    return [
        Row("islands.continuity.groix", "Groix : ETP de médecin pour la continuité", 5.0,
            staff.continuity, "ETP", 0.05, _PRESS, "8 760 h par an et 1 755 h par ETP"),
        Row("islands.volume.groix", "Groix : ETP que demande le volume", 2.8, staff.volume, "ETP",
            0.05, "12 000 consultations à 4 220 par ETP"),
    ]  # fmt: skip


def _evacuations(known: Parameters) -> list[Row | Skipped]:
    said = sites.evidence()
    chosen = said[said["selected"] & (said["service_group"] == "poct-groix")]
    numbers = chosen.set_index("field")["number"]
    seen = int(numbers["evacuations_avoided"]), int(numbers["tests"])
    found = islands.avoided(seen[1], seen=seen, parameters=known)
    return [
        Row("islands.biology.share", "Part des bilans qui évitent une évacuation", 0.526,
            found.share, "part", 0.001, _BIOLOGY, "29 sur 55, loi Beta(30, 27)"),
        Row("islands.biology.count", "Évacuations évitées pour 55 bilans", 29.0, found.count,
            "évacuations", 0.5, _BIOLOGY, "moyenne a posteriori, un peu sous l’observé"),
        Row("islands.biology.saved", "Économie par évacuation évitée", 60_000 / 29,
            found.euros / found.count, "€", 1.0, _BIOLOGY),
    ]  # fmt: skip


def _summer(known: Parameters) -> list[Row | Skipped]:
    figures = island_figures.load()
    months = islands.monthly(
        2_310,
        august_people=island_figures.august_people(figures, "groix") or 0.0,
        profile=island_figures.profile(figures, "groix"),
        parameters=known,
    )
    return [
        Row("islands.acts.groix", "Groix : consultations par an, été compris", 12_000.0,
            float(months["acts"].sum()), "consultations", None, "Assist (groupe VYV)",
            "habitants et visiteurs au taux par défaut ; le centre soigne aussi les urgences"),
    ]  # fmt: skip
