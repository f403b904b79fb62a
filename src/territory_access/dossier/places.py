"""How many residents the places serve, over the range of what a registered patient asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory_access.dossier.blocks import Column, Format, Section, Statement, Table

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.study import Study


def places(study: Study, voice: Voice) -> Section | None:
    """Return the second ledger at the low, middle and high end of its range."""
    table = study.by_kappa
    if table is None:
        return None
    say, number = voice.say, voice.numbers
    worst, best = table.iloc[0], table.iloc[-1]
    told = say(
        "Selon qu’un patient inscrit demande {most} ou {least} consultations par an, les places "
        "d’aujourd’hui et celles du plan servent de {few} à {many} habitants. De {low} à {high} "
        "habitants cherchent un médecin traitant, selon la part de ceux sans médecin qui en "
        "cherchent un.",
        most=number.decimal(float(worst["kappa"])),
        least=number.decimal(float(best["kappa"])),
        few=number.people(float(worst["after"])),
        many=number.people(float(best["after"])),
        **_seekers(study, voice),
    )
    columns = (
        Column("kappa", say("Consultations par patient inscrit et par an"), Format.DECIMAL),
        Column("places", say("Places des sites existants"), Format.COUNT),
        Column("ouvertes", say("Places du plan"), Format.COUNT),
        Column("servis", say("Habitants servis aujourd’hui"), Format.COUNT),
        Column("apres", say("Habitants servis avec le plan"), Format.COUNT),
    )
    rows = tuple(
        (float(row["kappa"]), *(int(row[name]) for name in ("places", "opened", "served", "after")))
        for _, row in table.iterrows()
    )
    note = say(
        "Les places qu’une source donne ne changent pas ; celles calculées à partir de "
        "consultations suivent la plage. Le plan est le même partout."
    )
    shown = Table("places", say("Places, de l’hypothèse prudente à la favorable"), columns, rows,
                  note=note)  # fmt: skip
    return Section("places", say("Places et médecin traitant"), (Statement(told), shown))


def _seekers(study: Study, voice: Voice) -> dict[str, str]:
    """Return the seekers of the territory at both ends of the share who look for a doctor."""
    zones = study.territory.zones
    seekers = float(zones.loc[zones["in_territory"], "seekers"].sum())
    share = study.parameters["need.seekers_share"]
    ends = {"low": share.low, "high": share.high}
    return {name: voice.numbers.people(seekers * end / share.value) for name, end in ends.items()}
