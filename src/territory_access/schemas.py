"""What each table with a shape must hold, checked once at the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.pandas as pa

from territory_access.errors import DataError, Fault

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_TEXT = pa.Column(str, nullable=False)
_COUNT = pa.Column(int, pa.Check.ge(0), coerce=True)
_AMOUNT = pa.Column(float, pa.Check.ge(0), coerce=True)

ZONES = pa.DataFrameSchema(
    {
        "name": _TEXT,
        "departement": _TEXT,
        "region": _TEXT,
        "epci": _TEXT,
        "epci_name": _TEXT,
        "population": _COUNT,  # inhabitants
        "adults": _COUNT,  # inhabitants of 17 and over
        "without_doctor": _COUNT,  # adults without médecin traitant
        "seekers": _COUNT,  # those of them who look for one
        "need": _AMOUNT,  # standardised inhabitants
        "area_km2": _AMOUNT,
        "in_territory": pa.Column(bool),  # False in the buffer around it
        "anchor": pa.Column(),  # point from which people start, in the territory's CRS
        "geometry": pa.Column(),
    },
    index=pa.Index(str, unique=True, name="zone_id"),
    name="zones",
)

FACILITIES = pa.DataFrameSchema(
    {
        "name": _TEXT,
        "service": _TEXT,  # id of a service of the catalogue
        "zone_id": _TEXT,
        "fte": _AMOUNT,  # GP full-time equivalents
        "acts_per_year": _AMOUNT,  # consultations a year
        "places": _COUNT,  # residents who find a médecin traitant there
        "opened": _TEXT,  # ISO date or year, "" when not known
        "geometry": pa.Column(),
    },
    index=pa.Index(str, unique=True, name="facility_id"),
    name="facilities",
)

CANDIDATES = pa.DataFrameSchema(
    {
        "name": _TEXT,
        "zone_id": _TEXT,
        "population": _COUNT,
        "geometry": pa.Column(),
    },
    index=pa.Index(str, unique=True, name="candidate_id"),
    name="candidates",
)

FERRIES = pa.DataFrameSchema(
    {
        "island_zone": _TEXT,
        "port_zone": _TEXT,
        "port": _TEXT,
        "operator": _TEXT,
        "port_lon": pa.Column(float, pa.Check.in_range(-180, 180), coerce=True),
        "port_lat": pa.Column(float, pa.Check.in_range(-90, 90), coerce=True),
        "crossing_minutes": pa.Column(float, pa.Check.gt(0), coerce=True),
        "sailings_low": pa.Column(float, pa.Check.ge(0), coerce=True),  # a day, each way
        "sailings_high": pa.Column(float, pa.Check.ge(0), coerce=True),
        "high_season_start": _TEXT,  # MM-DD
        "high_season_end": _TEXT,
        "last_boat": _TEXT,  # HH:MM, "" when not known
    },
    index=pa.Index(str, unique=True, name="ferry_id"),
    name="ferries",
)


def check[T: (pd.DataFrame, gpd.GeoDataFrame)](
    table: T, schema: pa.DataFrameSchema, *, what: str
) -> T:
    """Return the table as the schema wants it, or list every fault once.

    Parameters
    ----------
    table
        The rows to check.
    schema
        One of the schemas of this module.
    what
        How the user calls this table, for the message.

    Raises
    ------
    DataError
        With one fault for each column and rule broken, and the first rows concerned.
    """
    try:
        return schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        grouped = cases.groupby(["column", "check"], dropna=False, sort=True)
        faults = [
            Fault(
                "colonne {column} : {rule} n’est pas respecté ({count} fois, par ex. {examples})",
                {
                    "column": column,
                    "rule": rule,
                    "count": len(rows),
                    "examples": ", ".join(str(case) for case in rows["failure_case"].head(3)),
                },
            )
            for (column, rule), rows in grouped
        ]
        raise DataError(
            "{what} : le contenu ne convient pas.", what=Fault(what, {}), faults=faults
        ) from error
