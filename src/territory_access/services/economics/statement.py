"""What a service earns and spends year by year: fees, aids by zone and date, wages, investment.

Lines of a service whose doctors the project pays come from its posts and its consultations; those
of the others (liberal practices, equipment, carers' respite) from the total of the catalogue. The
team is complete and paid from the first day, while patients come little by little
(``places.ramp_up_year_*``): first years are therefore told at their worst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.services.economics import staff as staff_costs
from territory_access.services.economics.aids import aids
from territory_access.services.economics.consultation import Case, at_end, spread
from territory_access.services.economics.lines import Book, Group, Statement, stated
from territory_access.services.economics.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.parameters import Parameters
    from territory_access.services.service import Service, Size

# What each number put in is called.
_INPUTS = {
    "acts": "Consultations par an, au régime de croisière",
    "ramp": "Montée en charge",
    "fee": "Recette par consultation",
    "kept": "Recette nette de rejets et d’impayés",
    "agreement": "Part de l’accord national",
    "patient_fee": "Forfait par patient inscrit",
    "kappa": "Consultations par patient inscrit",
    "gp_fte": "ETP de médecin",
    "overhead_rate": "Charges par ETP de médecin",
    "rate": "Taux réel",
    "catalogue_revenue": "Recettes du catalogue",
    "catalogue_opex": "Fonctionnement du catalogue",
}
# What each line is called, posts apart.
_LINES = {
    "fees": "Honoraires, nets de rejets",
    "agreement": "Accord national",
    "patient_fees": "Forfaits par patient inscrit",
    "stability": "Aide au maintien",
    "assistants_aid": "Aide aux assistants médicaux",
    "nurses_aid": "Aide aux infirmières en pratique avancée",
    "first_fte": "Aide à l’installation, premier ETP",
    "next_fte": "Aide à l’installation, ETP suivants",
    "fir": "Fonds d’intervention régional (FIR), à négocier",
    "overhead": "Loyer, énergie, logiciels, assurances, siège",
    "revenue": "Recettes selon le catalogue",
    "opex": "Fonctionnement selon le catalogue",
}
# What each kind of investment is called.
ASSETS = {
    "fit_out": "Amortissement des aménagements",
    "vehicle": "Amortissement du véhicule",
    "medical": "Amortissement du matériel",
    "building": "Amortissement du bâtiment",
    "it": "Amortissement de l’informatique",
}
LABELS = _LINES | ASSETS | staff_costs.ROLES
"""What each line is called."""


def statement(  # noqa: PLR0913 - what, where, when, at which prices
    service: Service,
    size: Size,
    *,
    parameters: Parameters,
    setting: Setting | None = None,
    site: str = "",
    shares: Mapping[str, tuple[staff_costs.Share, ...]] | None = None,
) -> Statement:
    """Return the yearly accounts of one size of a service.

    Parameters
    ----------
    service, size
        What opens.
    parameters
        ``money.*``, ``places.kappa``, ``places.ramp_up_year_*``.
    setting
        Zone, opening, years, case, rules.
    site
        Its name in the statement; the id of the service by default.
    shares
        What ``economics.staff.load`` returned; read where not given.

    Examples
    --------
    >>> from territory_access.parameters import Parameters
    >>> from territory_access.services import catalogue
    >>> smp = catalogue.load()["SMP"]
    >>> told = statement(smp, smp.size("base"), parameters=Parameters.load())
    >>> told.amounts["fees"][:3]
    (Decimal('240075.00'), Decimal('384120.00'), Decimal('480150.00'))
    >>> told.total(Group.REVENUE)[2]
    Decimal('592450.71')
    """
    setting = setting or Setting()
    shares = shares if shares is not None else staff_costs.load()
    staff = staff_costs.posts(service, size, shares)
    book = Book(setting.years)
    if staff:
        _fees(book, service, size, parameters, setting.case)
        for post in staff:
            book.put(
                f"{post.role}_fte", LABELS[post.role], post.fte, "ETP", f"services.{service.id}"
            )
            price = at_end(parameters, post.parameter, setting.case, cost=True)
            book.put(
                f"{post.role}_rate", parameters[post.parameter].label, price, "€/an/ETP",
                post.parameter,
            )  # fmt: skip
        aids(book, staff, service, setting)
        for post in staff:
            book.line(post.role, Group.COST, f"{post.role}_fte", f"{post.role}_rate")
        price = at_end(parameters, "money.overhead_per_gp_fte", setting.case, cost=True)
        book.put("overhead_rate", _INPUTS["overhead_rate"], price, "€/an/ETP",
                 "money.overhead_per_gp_fte")  # fmt: skip
        book.line("overhead", Group.COST, "doctor_fte", "overhead_rate")
    else:
        _from_catalogue(book, service, size)
    _assets(book, service, size, parameters, setting.case, shares)
    return stated(site or service.id, service.id, book.inputs, tuple(book.lines),
                  detailed=bool(staff))  # fmt: skip


def _fees(book: Book, service: Service, size: Size, parameters: Parameters, case: Case) -> None:
    """Write down what consultations and patients bring."""

    def end(id_: str) -> float:
        return at_end(parameters, id_, case)

    ramp = [end(f"places.ramp_up_year_{min(year, 3)}") for year in range(1, book.years + 1)]
    rows: tuple[tuple[str, float | list[float], str, str], ...] = (
        ("acts", size.acts_per_year, "consultations/an", f"services.{service.id}.capacity"),
        ("ramp", ramp, "part", "places.ramp_up_year_1"),
        ("fee", end("money.revenue_per_act"), "€", "money.revenue_per_act"),
        ("kept", end("money.net_of_rejects"), "part", "money.net_of_rejects"),
        ("agreement", end("money.national_agreement_share"), "part",
         "money.national_agreement_share"),
        ("patient_fee", end("money.patient_fee"), "€/patient/an", "money.patient_fee"),
        ("kappa", parameters.value("places.kappa"), "consultations/patient/an", "places.kappa"),
    )  # fmt: skip
    for key, value, unit, origin in rows:
        book.put(key, _INPUTS[key], value, unit, origin)
    book.line("fees", Group.REVENUE, "acts", "ramp", "fee", "kept")
    book.line("agreement", Group.REVENUE, "acts", "ramp", "fee", "kept", "agreement")
    if size.gives_places:
        book.line("patient_fees", Group.REVENUE, "acts", "ramp", "patient_fee", under=("kappa",))


def _from_catalogue(book: Book, service: Service, size: Size) -> None:
    """Write down the total of the catalogue, where there is no more to say."""
    ratio = size.opex / service.opex if service.opex else 1.0
    net = service.net * (size.fte / service.gp_fte if service.gp_fte else ratio)
    origin = f"services.{service.id}"
    book.put("catalogue_revenue", _INPUTS["catalogue_revenue"], max(0.0, size.opex + net), "€/an",
             f"{origin}.net")  # fmt: skip
    book.put("catalogue_opex", _INPUTS["catalogue_opex"], max(size.opex, -net), "€/an",
             f"{origin}.opex")  # fmt: skip
    book.line("revenue", Group.REVENUE, "catalogue_revenue")
    book.line("opex", Group.COST, "catalogue_opex")


def _assets(  # noqa: PLR0913, PLR0917 - where money goes, and at which price
    book: Book,
    service: Service,
    size: Size,
    parameters: Parameters,
    case: Case,
    shares: Mapping[str, tuple[staff_costs.Share, ...]],
) -> None:
    """Write down what the investment costs a year, part by part."""
    book.put("rate", _INPUTS["rate"], parameters.value("money.real_rate"), "part/an",
             "money.real_rate")  # fmt: skip
    for asset in staff_costs.assets(service, shares):
        amount = round(size.capex * asset.share * spread(service.cells["capex"], case), 2)
        book.put(f"{asset.role}_capex", ASSETS[asset.role], amount, "€",
                 f"services.{service.id}.capex")  # fmt: skip
        book.put(f"{asset.role}_life", parameters[asset.parameter].label,
                 parameters.value(asset.parameter), "ans", asset.parameter)  # fmt: skip
        book.line(asset.role, Group.ASSET, f"{asset.role}_capex", "rate", f"{asset.role}_life")
