"""How much is missing in each patch of deserts, why, and how many doctors would close the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.deserts.why import CAUSES
from territory_access.errors import DataError
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr


def explained(
    patches: gpd.GeoDataFrame, parts: xr.Dataset, *, acts_each: float, acts_per_fte: float
) -> gpd.GeoDataFrame:
    r"""Return the patches with what they lack, its causes, and the doctors who would make it up.

    .. math:: \text{FTE} = \frac{\text{missing} \cdot \text{acts each}}{\text{acts per FTE}}

    Parameters
    ----------
    patches
        ``contiguity.patches``: column ``codes``, the zones joined by spaces.
    parts
        Amounts of each zone and cause (``why.places``, or ``why.consultations`` times the
        standardised inhabitants): residents, or consultations a year.
    acts_each
        Consultations a year for each of what is missing: κ for residents without a place, 1 for
        consultations.
    acts_per_fte
        Consultations a year of a full-time doctor *in the service that would open*: a salaried
        centre and an island do far fewer than the convention of the DREES.

    Returns
    -------
    geopandas.GeoDataFrame
        With ``missing``, one column a cause, ``cause`` (the largest, ``""`` where nothing is
        missing) and ``fte``.

    Raises
    ------
    DataError
        If the productivity is not above 0, or a zone of a patch has no parts.

    Examples
    --------
    >>> import geopandas as gpd, shapely, xarray as xr
    >>> zones = {"origin": ["A", "B"]}
    >>> amounts = {"too_far": [50.0, 0.0], "too_few": [0.0, 30.0], "too_many": [0.0, 4.0],
    ...            "ageing": [0.0, 0.0], "shortfall": [50.0, 34.0]}
    >>> parts = xr.Dataset({name: xr.DataArray(v, zones) for name, v in amounts.items()})
    >>> one = gpd.GeoDataFrame({"codes": ["A B"]}, geometry=[shapely.box(0, 0, 1, 1)])
    >>> found = explained(one, parts, acts_each=4.2, acts_per_fte=4_200)
    >>> found[["missing", "cause", "fte"]].values.tolist()
    [[84.0, 'too_far', 0.084]]
    """
    if not acts_per_fte > 0:
        raise DataError(
            "Productivité : {acts} consultations par ETP ; elle doit être positive.",
            acts=acts_per_fte,
        )
    known = parts.to_dataframe()
    codes = patches["codes"].str.split().reset_index(drop=True).explode()
    absent = sorted(set(codes) - set(known.index))
    if absent:
        raise DataError(
            "Déserts : {count} zones sans valeur de « {table} », par ex. {examples}.",
            count=len(absent),
            table=ORIGIN,
            examples=", ".join(absent[:3]),
        )
    sums = known.loc[codes].groupby(codes.index.to_numpy()).sum()
    columns = {cause: sums[cause].to_numpy(dtype=float) for cause in CAUSES}
    missing = sums["shortfall"].to_numpy(dtype=float)
    table = np.array(list(columns.values())).reshape(len(CAUSES), len(sums))
    largest = np.array(CAUSES, dtype=object)[table.argmax(axis=0)]
    return patches.assign(
        missing=missing,
        **columns,
        cause=np.where(missing > 0, largest, ""),
        fte=missing * acts_each / acts_per_fte,
    )
