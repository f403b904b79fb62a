"""Islands: which ones there are, what boats allow, and what care they can count on."""

from territory_access.islands.continuity import Staff, staff_needed
from territory_access.islands.demand import monthly, peak
from territory_access.islands.detection import COLUMNS, find, landmass
from territory_access.islands.doctors import Doctors, Mode
from territory_access.islands.evacuations import Avoided, avoided
from territory_access.islands.isolation import Isolation, simulate
from territory_access.islands.outlook import outlook
from territory_access.islands.remote import remote_acts
from territory_access.islands.timetable import Timetable
from territory_access.islands.weather import Weather

__all__ = [
    "COLUMNS",
    "Avoided",
    "Doctors",
    "Isolation",
    "Mode",
    "Staff",
    "Timetable",
    "Weather",
    "avoided",
    "find",
    "landmass",
    "monthly",
    "outlook",
    "peak",
    "remote_acts",
    "simulate",
    "staff_needed",
]
