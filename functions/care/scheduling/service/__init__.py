"""The use cases of scheduling. Each decides on what it has just read, writes under conditions that say so, and decides
again when it lost a race."""

from care.scheduling.service.attempts import Caller
from care.scheduling.service.booking import Wish, book, find_hold, hold, release
from care.scheduling.service.hours import plan_leave, schedule, set_schedule, time_zone_of, withdraw_leave
from care.scheduling.service.slots import availability
from care.scheduling.service.visits import advance, cancel, find, reschedule, speaks_for, visits_of

__all__ = [
    "Caller",
    "Wish",
    "advance",
    "availability",
    "book",
    "cancel",
    "find",
    "find_hold",
    "hold",
    "plan_leave",
    "release",
    "reschedule",
    "schedule",
    "set_schedule",
    "speaks_for",
    "time_zone_of",
    "visits_of",
    "withdraw_leave",
]
