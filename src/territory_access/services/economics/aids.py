"""Which aids of the health insurance a centre gets, by zone, date and staff, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.services.economics.lines import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.services.economics.lines import Book
    from territory_access.services.economics.setting import Setting
    from territory_access.services.economics.staff import Post
    from territory_access.services.funding import Rule
    from territory_access.services.service import Service

# What each number put in is called.
_INPUTS = {
    "stability_rate": "Aide au maintien par ETP de médecin",
    "aided_assistants": "Assistants médicaux aidés",
    "assistant_aid": "Aide par ETP d’assistant",
    "nurse_aid": "Aide par ETP d’infirmière en pratique avancée",
    "first_fte_count": "Premier ETP aidé à l’installation",
    "first_fte_rate": "Aide au premier ETP",
    "next_fte_count": "Deuxième et troisième ETP aidés",
    "next_fte_rate": "Aide aux ETP suivants",
    "fir_rate": "FIR par médicobus",
}
_PREMISES = "CNAM_contracts"
_PRIORITY = "ZIP"
# An aid to an advanced nurse is spread over two years, an aid to settle is paid the first.
_NURSE_YEARS = 2
_MOBILE = "MEDIBUS"


def aids(book: Book, staff: list[Post], service: Service, setting: Setting) -> None:
    """Write down the aids that the rules in force give to this staff in this zone.

    Not counted, because each asks for more than a zone and a date: the uplift of fees for days in
    a priority zone, the label France Santé (in the financing plan), negotiated funds other than
    those of a médicobus.

    Parameters
    ----------
    book
        Where to write.
    staff
        Posts of the service.
    service
        Which; only a médicobus has negotiated funds that are published.
    setting
        Zone and the rules of each year.
    """
    fte = {post.role: post.fte for post in staff}
    rules = setting.in_force()
    priority = setting.zone == _PRIORITY
    doctors = fte.get("doctor", 0.0)
    _stability(book, rules)
    if fte.get("assistant"):
        _assistants(book, rules, fte["assistant"], doctors)
    if fte.get("advanced_nurse"):
        field = "advanced_nurse.ZIP" if priority else "advanced_nurse_elsewhere"
        amounts = _by_year(rules, f"{_PREMISES}.{field}", book.years)
        yearly = [
            amount / _NURSE_YEARS if year < _NURSE_YEARS else 0.0
            for year, amount in enumerate(amounts)
        ]
        book.put("nurse_aid", _INPUTS["nurse_aid"], yearly, "€/an/ETP", f"{_PREMISES}.{field}")
        book.line("nurses_aid", Group.ONE_OFF, "advanced_nurse_fte", "nurse_aid")
    if priority:
        _settling(book, rules, doctors)
    if service.id == _MOBILE:
        _funds(book, rules)


def _stability(book: Book, rules: list[Mapping[str, Rule]]) -> None:
    key = f"{_PREMISES}.centre_stability"
    book.put("stability_rate", _INPUTS["stability_rate"], _by_year(rules, key, book.years),
             "€/an/ETP", key)  # fmt: skip
    book.line("stability", Group.AID, "doctor_fte", "stability_rate")


def _assistants(
    book: Book, rules: list[Mapping[str, Rule]], assistants: float, doctors: float
) -> None:
    """Write down the aid to assistants: so many a doctor, so many a centre, less every year."""
    share = _by_year(rules, f"{_PREMISES}.assistant_per_gp_max", book.years)
    most = _by_year(rules, f"{_PREMISES}.assistant_per_centre_max", book.years)
    aided = [
        min(assistants, doctors * part, whole) for part, whole in zip(share, most, strict=True)
    ]
    paid = [
        _value(rules[year], f"{_PREMISES}.assistant_year_{min(year + 1, 3)}")
        for year in range(book.years)
    ]
    book.put("aided_assistants", _INPUTS["aided_assistants"], aided, "ETP",
             f"{_PREMISES}.assistant_per_gp_max")  # fmt: skip
    book.put("assistant_aid", _INPUTS["assistant_aid"], paid, "€/an/ETP",
             f"{_PREMISES}.assistant_year_1")  # fmt: skip
    book.line("assistants_aid", Group.AID, "aided_assistants", "assistant_aid")


def _settling(book: Book, rules: list[Mapping[str, Rule]], doctors: float) -> None:
    """Write down the aid to settle in a priority zone, paid once."""
    counts = {"first_fte": min(doctors, 1.0), "next_fte": min(max(doctors - 1.0, 0.0), 2.0)}
    for name, count in counts.items():
        key = f"{_PREMISES}.centre_{name}.ZIP"
        amount = _value(rules[0], key)
        book.put(f"{name}_count", _INPUTS[f"{name}_count"], round(count, 6), "ETP", key)
        book.put(f"{name}_rate", _INPUTS[f"{name}_rate"], [amount] + [0.0] * (book.years - 1),
                 "€/ETP", key)  # fmt: skip
        book.line(name, Group.ONE_OFF, f"{name}_count", f"{name}_rate")


def _funds(book: Book, rules: list[Mapping[str, Rule]]) -> None:
    """Write down the regional funds of a médicobus, which end after some years."""
    lasting = _value(rules[0], "ARS_FIR.medibus_years")
    amounts = _by_year(rules, "ARS_FIR.medibus_yearly", book.years)
    paid = [amount if year < lasting else 0.0 for year, amount in enumerate(amounts)]
    book.put("fir_rate", _INPUTS["fir_rate"], paid, "€/an", "ARS_FIR.medibus_yearly")
    book.line("fir", Group.ONE_OFF, "fir_rate")


def _by_year(rules: list[Mapping[str, Rule]], key: str, years: int) -> list[float]:
    return [_value(rules[year], key) for year in range(years)]


def _value(rules: Mapping[str, Rule], key: str) -> float:
    """Return what a rule gives, 0 where none is in force."""
    rule = rules.get(key)
    return float(rule.value) if rule is not None and rule.value is not None else 0.0
