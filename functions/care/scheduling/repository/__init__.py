"""The scheduling table. Access patterns, each a read whose cost does not grow with years or people:

| question | how |
|---|---|
| may this be booked | GetItem of the schedule; the rest are conditions of the booking's transaction |
| what is free | GetItem of the schedule, Query of the practitioner's days |
| the visits of a practitioner or patient from … to … | Query of their days, BatchGetItem of the visits found there |
| one visit, one hold | GetItem |
| the visits of a series | GetItem of the series, BatchGetItem of its visits |
"""

from care.scheduling.repository.appointments import Place, appointment, book, cancel, move, save, visits
from care.scheduling.repository.days import taken
from care.scheduling.repository.holds import hold, place_hold, release_hold
from care.scheduling.repository.keys import AlreadyBooked, LostRace
from care.scheduling.repository.references import require_practitioner, speaks_for
from care.scheduling.repository.schedules import save_leave, save_plan, schedule_of
from care.scheduling.repository.series import book_series, series, visits_of_series

__all__ = [
    "AlreadyBooked",
    "LostRace",
    "Place",
    "appointment",
    "book",
    "book_series",
    "cancel",
    "hold",
    "move",
    "place_hold",
    "release_hold",
    "require_practitioner",
    "save",
    "save_leave",
    "save_plan",
    "schedule_of",
    "series",
    "speaks_for",
    "taken",
    "visits",
    "visits_of_series",
]
