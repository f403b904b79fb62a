"""Fits minutes between neighbouring communes and consultations a doctor on the published APL.

    python datasets/derive_countrywide.py FOLDER

writes countrywide.toml. FOLDER is that of the official files (validation.france.FILES). The APL is
a chain of sums over pairs of neighbours, so its derivative by every number is a chain of the same
sums backwards, and L-BFGS-B (scipy) finds the numbers in a hundred steps. What is minimised, over
the communes where the APL is published (seven tenths by people, three tenths a commune each):

    12 × (share of people below: ours − published)² + 0.3 × |ours − published|
    + 0.002 × (distance of the numbers from round ones)²

Three fits: « first » has only seen every other département, « second » the others, « all » all.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from territory_access.access.activity import BESIDE, beside
from territory_access.travel import countrywide, main_ways
from territory_access.validation import france
from territory_access.validation.ranks import mean_gap, spearman

HERE = Path(__file__).resolve().parent
STEPS, RIDGE, GAP, ROUNDED = 100, 2e-3, 0.3, 0.3
EDGES = (10.0, 15.0, 20.0)
NOBODY = 1e-4
HEADER = """\
# Temps entre communes voisines et activité par médecin, pour toute la France d’un coup.
# Écrit par « python datasets/derive_countrywide.py DOSSIER » ; ne pas modifier à la main.
#
# Ajustés sur l’APL 2018 de la DREES (BPE 2018, population standardisée 2016) par L-BFGS-B :
# « first » n’a vu que la première moitié des départements (un sur deux, dans l’ordre des codes),
# « second » que l’autre, « all » les a tous vus : mesurer l’erreur se fait en croisant first et
# second. Seuls les rangs et le niveau de l’APL publiée ont servi : les temps ne sont pas mesurés.
# Sens de chaque nombre : travel/countrywide.py (minutes), access/activity.py (activity, rates).
"""
# What is fitted: round value to start from and to be held near (weight), least, most.
PARTS: dict[str, tuple[list[float], float, float, float]] = {
    "log_pace": (np.log([1.31, 1.45, 1.55, 1.65, 2.2, 2.2]).tolist(), 3, -np.inf, np.inf),
    "traits": ([0.07, 0.15, 0.1, -0.08, 0.06, -0.05, -0.06], 3, -np.inf, np.inf),
    "ends": ([1.5, 1.0, 0.6, 0.6, 0.6], 0, 0, 6),
    "main": ([0.85, 0.85, 1.1, 1.8], 0, 0.4, 4.5),
    "junction": ([0.07], 0, 0, 0.2),
    "bends": ([0.15], 0, 0, 1),
    "beside": ([1.5, 1.5, 1.8, 2.4], 0, 0.7, 5),
    "beside_relief": ([0.0], 0, -np.inf, np.inf),
    "error": ([4.0], 0, 0.5, 9),
    "growth": ([0.1], 0, 0, 0.4),
    "crowding": ([-0.42], 0, -np.inf, np.inf),
    "log_rates": ([np.log(4000.0)], 2, -np.inf, np.inf),  # one a region, held near their mean
    "place": ([0.0] * (3 + len(BESIDE)), 2, -np.inf, np.inf),
}


@dataclass(frozen=True)
class Data:
    """What does not change while numbers are sought."""

    country: france.France
    survey: countrywide.Survey
    first: np.ndarray  # rows of the pairs, as in a CSR table
    ends: np.ndarray
    beside: np.ndarray
    place: np.ndarray
    region: np.ndarray
    regions: list[str]
    need: np.ndarray
    gp: np.ndarray
    apl: np.ndarray


def prepared(country: france.France) -> Data:
    """Return the pairs with a doctor at one end at least, and the traits of places."""
    places, pairs = country.places, country.survey
    gp, need = places["gp"].to_numpy(float), places["need"].to_numpy(float)
    useful = (gp[pairs.one] > 0) | (gp[pairs.other] > 0)
    ways = main_ways.Ways(*(part[useful] for part in pairs.ways))
    kept = (part[useful] for part in pairs[:4])
    survey = countrywide.Survey(*kept, ways, *pairs[5:])
    u, poor = survey.urbanity, places["deprivation"].to_numpy(float)
    city = np.clip(u - 2.0, 0.0, 1.2)
    regions, region = np.unique(places["region"], return_inverse=True)
    return Data(
        country,
        survey,
        np.searchsorted(survey.one, np.arange(len(places) + 1)),
        main_ways.hats(u, countrywide.ENDS),
        main_ways.hats(u, countrywide.BESIDE),
        np.column_stack([u - 1, city, city * poor / 5, beside(places, need)]),
        region,
        regions.tolist(),
        need,
        gp,
        places["apl"].fillna(0).to_numpy(float),
    )


def layout(data: Data) -> tuple[dict[str, slice], np.ndarray, np.ndarray, list[tuple]]:
    """Return where each part stands in the vector, its start, its weights and its bounds."""
    where, start, held, bounds = {}, [], [], []
    for name, (values, weight, low, high) in PARTS.items():
        many = values * len(data.regions) if name == "log_rates" else values
        where[name] = slice(len(start), len(start) + len(many))
        start += many
        held += [weight] * len(many)
        bounds += [(low, high)] * len(many)
    return where, np.array(start), np.array(held, float), bounds


def minutes(data: Data, x: np.ndarray, at: dict[str, slice]) -> tuple[np.ndarray, ...]:
    """Return minutes of each pair, whether over main roads, and what a derivative needs."""
    pairs, ways = data.survey, data.survey.ways
    theta = np.concatenate([x[at["log_pace"]], x[at["traits"]]]).astype(np.float32)
    straight = pairs.km * np.exp(pairs.traits @ theta)
    slow = 1 + x[at["beside_relief"]] * pairs.relief
    pace = data.beside @ x[at["beside"]]
    mu = np.concatenate([x[at["main"]], x[at["junction"]], x[at["bends"]]]).astype(np.float32)
    away = pace * slow
    over = ways.made_of @ mu + ways.before * away[pairs.one] + ways.after * away[pairs.other]
    main = ways.found & (over < straight)
    ends = data.ends @ x[at["ends"]]
    total = np.where(main, over, straight) + ends[pairs.one] + ends[pairs.other]
    return total, main, straight, pace, slow


def blurred(total: np.ndarray, error: float, growth: float) -> tuple[np.ndarray, ...]:
    """Return the weight of minutes and its derivatives by them, the error and its growth."""
    near = error + growth * total
    weight, by_minutes, by_error = (np.zeros_like(total) for _ in range(3))
    for edge in EDGES:
        at = 0.5 + (edge - total) / (2 * near)
        slope = np.where((at > 0) & (at < 1), 1 / 3, 0.0)
        weight += np.clip(at, 0, 1) / 3
        by_near = -slope * (edge - total) / (2 * near**2)
        by_minutes += -slope / (2 * near) + by_near * growth
        by_error += by_near
    return weight, by_minutes, by_error, by_error * total


class Chain:
    """The APL from minutes and rates, and backwards."""

    def __init__(self, data: Data, weight: np.ndarray) -> None:
        shape = (len(data.need), len(data.need))
        self.data = data
        self.upper = sparse.csr_array((weight, data.survey.other, data.first), shape=shape)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return the weighted sum around each place; the table is symmetric, its diagonal 1."""
        return values + self.upper @ values + self.upper.T @ values

    def forward(self, log_rate: np.ndarray, crowding: float) -> np.ndarray:
        """Return the APL; what the way back needs is kept."""
        data = self.data
        self.demand = self.spread(data.need)
        self.heads = 1000 * data.gp / self.demand
        self.around = self.spread(self.heads) + NOBODY
        acts = data.gp * np.exp(log_rate + crowding * np.log(self.around))
        self.ratio = acts / self.demand
        return self.spread(self.ratio)

    def backward(self, by_apl: np.ndarray, crowding: float) -> tuple[np.ndarray, ...]:
        """Return the derivatives by the weight of each pair and by the logarithm of each rate."""
        data, one, other = self.data, self.data.survey.one, self.data.survey.other
        by_log = self.spread(by_apl) * self.ratio
        by_around = by_log * crowding / self.around
        by_demand = -(by_log + self.spread(by_around) * self.heads) / self.demand
        by_weight = np.zeros(len(one))
        for left, right in (
            (by_apl, self.ratio), (data.need, by_demand), (by_around, self.heads)
        ):  # fmt: skip
            by_weight += left[one] * right[other] + left[other] * right[one]
        return by_weight, by_log


class Target:
    """How far an APL is from the published one, over some communes."""

    def __init__(self, data: Data, seen: np.ndarray) -> None:
        people = np.where(seen, data.need, 0)
        self.weight = 0.7 * people / people.sum() + 0.3 * seen / seen.sum()
        order = np.argsort(data.apl[seen])
        value, below = data.apl[seen][order], np.cumsum(self.weight[seen][order])
        self.level, first = np.unique(
            np.interp(np.linspace(0, 1, 41), below / below[-1], value), return_index=True
        )
        self.level[0] = 0
        self.share = np.append(np.linspace(0, 1, 41)[first], 1.05)
        self.level = np.append(self.level, self.level[-1] + 15)
        self.apl, self.below = data.apl, np.interp(data.apl, self.level, self.share)

    def loss(self, apl: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and its derivative by the APL of each commune."""
        at = np.clip(np.searchsorted(self.level, apl) - 1, 0, len(self.level) - 2)
        slope = (np.diff(self.share) / np.diff(self.level))[at]
        slope = np.where(apl > self.level[-1], 0, slope)
        off = np.interp(apl, self.level, self.share) - self.below
        gap = np.hypot(apl - self.apl, ROUNDED)
        value = (self.weight * (12 * off**2 + GAP * gap)).sum()
        return value, self.weight * (24 * off * slope + GAP * (apl - self.apl) / gap)


def fit(data: Data, seen: np.ndarray) -> dict[str, np.ndarray]:
    """Return the numbers that come nearest over the communes ``seen``."""
    at, start, held, bounds = layout(data)
    target = Target(data, seen)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        found, gradient = _loss(data, target, x, at)
        off = x - start
        off[at["log_rates"]] -= off[at["log_rates"]].mean()
        return found + RIDGE * (held * off**2).sum(), gradient + 2 * RIDGE * held * off

    answer = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": STEPS, "maxfun": 2 * STEPS},
    )  # fmt: skip
    return {name: answer.x[part] for name, part in at.items()}


def _loss(
    data: Data, target: Target, x: np.ndarray, at: dict[str, slice]
) -> tuple[float, np.ndarray]:
    """Return the loss and its derivative by every number."""
    pairs, ways = data.survey, data.survey.ways
    total, main, straight, pace, slow = minutes(data, x, at)
    weight, by_minutes, by_error, by_growth = blurred(total, *x[at["error"]], *x[at["growth"]])
    chain, (crowding,) = Chain(data, weight), x[at["crowding"]]
    apl = chain.forward(x[at["log_rates"]][data.region] + data.place @ x[at["place"]], crowding)
    value, by_apl = target.loss(apl)
    by_weight, by_log = chain.backward(by_apl, crowding)
    down = by_weight * by_minutes
    n, gradient = len(data.need), np.zeros_like(x)
    theta = pairs.traits.T @ np.where(main, 0, down * straight).astype(np.float32)
    knots = len(countrywide.URBANITY)
    gradient[at["log_pace"]], gradient[at["traits"]] = theta[:knots], theta[knots:]
    both = np.bincount(pairs.one, down, n) + np.bincount(pairs.other, down, n)
    gradient[at["ends"]] = data.ends.T @ both
    over = np.where(main, down, 0).astype(np.float32)
    mu = ways.made_of.T @ over
    gradient[at["main"]], gradient[at["junction"]], gradient[at["bends"]] = mu[:-2], mu[-2], mu[-1]
    away = np.bincount(pairs.one, over * ways.before, n)
    away += np.bincount(pairs.other, over * ways.after, n)
    gradient[at["beside"]] = data.beside.T @ (away * slow)
    gradient[at["beside_relief"]] = (away * pace * pairs.relief).sum()
    gradient[at["error"]] = (by_weight * by_error).sum()
    gradient[at["growth"]] = (by_weight * by_growth).sum()
    gradient[at["crowding"]] = (by_log * np.log(chain.around)).sum()
    gradient[at["log_rates"]] = np.bincount(data.region, by_log, len(data.regions))
    gradient[at["place"]] = data.place.T @ by_log
    return float(value), gradient


def as_toml(name: str, found: dict[str, np.ndarray], regions: list[str]) -> str:
    """Return the tables of one fit, as ``countrywide.fitted`` reads them."""
    shown = {key: [round(float(one), 4) for one in values] for key, values in found.items()}
    rates = np.exp(found["log_rates"])
    pace = [round(float(one), 4) for one in np.exp(found["log_pace"])]
    lines = [f"[{name}.minutes]", f"pace = {pace}"]
    traits = zip(countrywide.TRAITS, shown["traits"], strict=True)
    lines += [f"{trait} = {value}" for trait, value in traits]
    lines += [f"{key} = {shown[key]}" for key in ("ends", "main", "beside")]
    lines += [f"{key} = {shown[key][0]}" for key in ("junction", "bends", "beside_relief")]
    lines += ["", f"[{name}.blur]"]
    lines += [f"{key} = {shown[key][0]}" for key in ("error", "growth")]
    lines += ["", f"[{name}.activity]", f"elsewhere = {round(float(rates.mean()), 1)}"]
    lines += [f"crowding = {shown['crowding'][0]}"]
    place = zip(("urban", "city", "deprived", *BESIDE), shown["place"], strict=True)
    lines += [f"{key} = {value}" for key, value in place]
    lines += ["", f"[{name}.rates]"]
    metropolitan = [one for one in regions if int(one) > 10]  # INSEE's codes
    lines += [f'"{one}" = {round(float(rates[regions.index(one)]), 1)}' for one in metropolitan]
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Fit three times, write the numbers and say how near they come."""
    country = france.read(folder)
    data, half, known = prepared(country), country.first_half, country.known
    tables = {
        name: as_toml(name, fit(data, known & seen), data.regions)
        for name, seen in (("first", half), ("second", ~half), ("all", known))
    }
    (HERE / countrywide.NAME).write_text("\n".join([HEADER, *tables.values()]), "utf-8")
    published, need = data.apl[known], data.need[known]
    for what, found in (("crossed", france.crossed(country)), ("seen", france.apl(country))):
        ours = found.to_numpy(float)[known]
        print(  # a script
            what, round(spearman(ours, published, need), 4), round(spearman(ours, published), 4),
            round(mean_gap(ours, published, need), 4),
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
