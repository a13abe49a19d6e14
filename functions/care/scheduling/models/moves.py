"""Which booked visits no longer fit the practitioner's hours, and so must be moved."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.scheduling.models.hours import Schedule
from care.scheduling.models.openings import Profile
from care.scheduling.models.time import Span
from care.scheduling.models.visits import Appointment, Status


class Cause(StrEnum):
    LEAVE = "leave"
    SCHEDULE = "schedule"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a visit does not fit; `mark` tells this leave or week from others."""

    cause: Cause
    mark: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The decision that a visit stays where it does not fit: it holds for this time, practitioner and misfit only."""

    practitioner_id: str
    start: datetime
    end: datetime
    mark: str
    reason: str
    actor: str
    at: datetime

    def covers(self, visit: Appointment, found: Misfit) -> bool:
        place = (visit.practitioner_id, visit.start, visit.end, found.mark)
        return place == (self.practitioner_id, self.start, self.end, self.mark)


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of the work list: a booked visit that somebody should move; `since` it has been on the list."""

    appointment_id: str
    practitioner_id: str
    patient_id: str
    start: datetime
    end: datetime
    time_zone: str
    cause: Cause
    since: datetime


def misfit(visit: Appointment, schedule: Schedule | None, profile: Profile | None, now: datetime) -> Misfit | None:
    """Why the visit does not fit, None where it does, is past, or is not booked."""
    if visit.status is not Status.BOOKED or visit.start <= now:
        return None
    if profile is not None and not profile.active:
        return Misfit(Cause.DEACTIVATED, "deactivated")
    if schedule is None:
        return Misfit(Cause.SCHEDULE, "no schedule")
    slot = schedule.slot_at(visit.start)
    if slot is not None and slot.end == visit.end:
        return None
    span = Span(visit.start, visit.end)
    for leave in schedule.leave:
        if schedule.leave_span(leave).overlaps(span):
            return Misfit(Cause.LEAVE, f"leave {leave.day} {leave.start} {leave.end}")
    plan = schedule.plan_on(visit.start.astimezone(ZoneInfo(visit.time_zone)).date())
    return Misfit(Cause.SCHEDULE, f"schedule {plan.version if plan else 0}")
