"""Solves one classical model with spopt, in an environment of its own; says how long it took.

spopt asks for a PuLP older than ours. Called as ``python spopt_peer.py arrays.npz SOLVER SECONDS``,
prints JSON: processor seconds of building and of all (the solver's own process included), and
the objective. No measure counts the start of Python nor the imports.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")


def spent() -> float:
    """Return the processor seconds of this process and of those that it has started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def main(path: str, name: str, seconds: float) -> None:
    """Build and solve."""
    import pulp
    from spopt import locate

    arrays = np.load(path)
    costs, weights = arrays["costs"], arrays["weights"][:, None]
    kind, count = str(arrays["kind"]), int(arrays["count"])
    started = spent()
    if kind == "p-median":
        model = locate.PMedian.from_cost_matrix(costs, weights, p_facilities=count)
    elif kind == "p-centre":
        model = locate.PCenter.from_cost_matrix(costs, p_facilities=count)
    else:
        reach = float(arrays["reach"])
        model = locate.MCLP.from_cost_matrix(costs, weights, reach, p_facilities=count)
    built = spent() - started
    value = None
    if seconds > 0:
        kinds = {"HiGHS": pulp.HiGHS, "CBC": pulp.PULP_CBC_CMD}
        model.problem.solve(kinds[name](msg=False, threads=1, timeLimit=seconds))
        value = pulp.value(model.problem.objective)
    json.dump({"built": built, "seconds": spent() - started, "value": value}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
