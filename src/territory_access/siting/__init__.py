"""Says where the next sites should open, with this money and this staff.

>>> from territory_access import siting
>>> sorted(siting.__all__)
['Problem', 'Report', 'SitingPlan', 'problem', 'solve']
"""

from territory_access.siting.plan import Report, SitingPlan
from territory_access.siting.problem import Problem, problem
from territory_access.siting.solve import solve

__all__ = ["Problem", "Report", "SitingPlan", "problem", "solve"]
