"""The use cases of scheduling. Each decides on what it has just read, writes under conditions that say so, and decides
again when it lost a race."""

from care.scheduling.service.attempts import Caller
from care.scheduling.service.booking import Wish, book, find_hold, hold, release
from care.scheduling.service.hours import plan_leave, schedule, set_schedule, time_zone_of, withdraw_leave
from care.scheduling.service.lists import board, keep, work_list
from care.scheduling.service.previews import preview_leave, preview_plan
from care.scheduling.service.search import Offer, Wanted, find_slots
from care.scheduling.service.series import SeriesWish, book_series, cancel_each, find_series, visits_of_series
from care.scheduling.service.slots import availability
from care.scheduling.service.views import keep_profile, refresh_openings, refresh_visit, refresh_visits, roster
from care.scheduling.service.visits import advance, cancel, find, reschedule, visits_of
from care.scheduling.service.waitlist import accept as accept_offer
from care.scheduling.service.waitlist import decline as decline_offer
from care.scheduling.service.waitlist import entries_of, find_entry, line_of
from care.scheduling.service.waitlist import join as join_waitlist
from care.scheduling.service.waitlist import leave as leave_waitlist

__all__ = [
    "Caller",
    "Offer",
    "SeriesWish",
    "Wanted",
    "Wish",
    "accept_offer",
    "advance",
    "availability",
    "board",
    "book",
    "book_series",
    "cancel",
    "cancel_each",
    "decline_offer",
    "entries_of",
    "find",
    "find_entry",
    "find_hold",
    "find_series",
    "find_slots",
    "hold",
    "join_waitlist",
    "keep",
    "keep_profile",
    "leave_waitlist",
    "line_of",
    "plan_leave",
    "preview_leave",
    "preview_plan",
    "refresh_openings",
    "refresh_visit",
    "refresh_visits",
    "release",
    "reschedule",
    "roster",
    "schedule",
    "set_schedule",
    "time_zone_of",
    "visits_of",
    "visits_of_series",
    "withdraw_leave",
    "work_list",
]
