"""The scheduling table. Access patterns, each a read whose cost does not grow with years or people:

| question | how |
|---|---|
| may this be booked | GetItem of the schedule; the rest are conditions of the booking's transaction |
| what is free | GetItem of the schedule, Query of the practitioner's days |
| the visits of a practitioner or patient from … to … | Query of their days, BatchGetItem of the visits found there |
| one visit, one hold, one entry of the waitlist | GetItem |
| who waits for a practitioner or a specialty | Query of their line, BatchGetItem of the entries found there |
| what a patient waits or waited for | Query of what they joined, BatchGetItem |
| whose turn is a free slot | Query of each line by precedence, filtered, page by page until somebody suits |
| the visits of a series | GetItem of the series, BatchGetItem of its visits |
| who is soonest free of a specialty | Query of the openings of a day, BatchGetItem of the days of those found |
| the board of a department and day, the work list | Query |
"""

from care.scheduling.repository.appointments import appointment, book, cancel, fetch, move, save, visits
from care.scheduling.repository.days import booked, taken, taken_on
from care.scheduling.repository.holds import hold, place_hold, release_hold
from care.scheduling.repository.keys import AlreadyBooked
from care.scheduling.repository.lists import board, forget_kept, keep_visit, kept_visits, moves, show_visit, shown_move
from care.scheduling.repository.openings import (
    keep_profile,
    openings_before,
    openings_from,
    profile_of,
    roster,
    show_opening,
)
from care.scheduling.repository.references import require_practitioner
from care.scheduling.repository.schedules import save_leave, save_plan, schedule_of
from care.scheduling.repository.series import book_series, series, visits_of_series
from care.scheduling.repository.views import views_of_days, views_of_visits
from care.scheduling.repository.waitlist import (
    accept,
    asked,
    change,
    entry,
    forget_words,
    in_line,
    join,
    joined_page,
    line_page,
    offer,
    waiting,
)

__all__ = [
    "AlreadyBooked",
    "accept",
    "appointment",
    "asked",
    "board",
    "book",
    "book_series",
    "booked",
    "cancel",
    "change",
    "entry",
    "fetch",
    "forget_kept",
    "forget_words",
    "hold",
    "in_line",
    "join",
    "joined_page",
    "keep_profile",
    "keep_visit",
    "kept_visits",
    "line_page",
    "move",
    "moves",
    "offer",
    "openings_before",
    "openings_from",
    "place_hold",
    "profile_of",
    "release_hold",
    "require_practitioner",
    "roster",
    "save",
    "save_leave",
    "save_plan",
    "schedule_of",
    "series",
    "show_opening",
    "show_visit",
    "shown_move",
    "taken",
    "taken_on",
    "views_of_days",
    "views_of_visits",
    "visits",
    "visits_of_series",
    "waiting",
]
