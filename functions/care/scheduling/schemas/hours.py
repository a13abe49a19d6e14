"""Wire shapes of hours, leave and free slots."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Self

from pydantic import Field, field_validator, model_validator

from care.scheduling.schemas.fields import (
    AppointmentId,
    Day,
    Instant,
    PatientId,
    PractitionerId,
    RoomId,
    StatusCode,
    WallTime,
    known_zone,
    on_tick,
)
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire

_LONGEST_RANGE = timedelta(days=31)
LONGEST_SLOT = 360  # minutes: DynamoDB takes 300 operators in a condition, and free ticks need four each
_WEEK = timedelta(days=7) // timedelta(minutes=1)


class HoursIn(Wire):
    """Working hours on one weekday, Monday 0. An end not after the start is on the next day."""

    weekday: int = Field(ge=0, le=6)
    start: WallTime
    end: WallTime
    room_id: RoomId | None = None

    _ticks = field_validator("start", "end")(on_tick)


def _without_overlap(weekly: list[HoursIn]) -> list[HoursIn]:
    spans = sorted(_minutes(hours) for hours in weekly)
    turned = [*spans, *((start + _WEEK, end + _WEEK) for start, end in spans[:1])]
    if any(end > start for (_, end), (start, _) in pairwise(turned)):
        raise wrong(Fault.OVERLAP, "hours overlap")
    return weekly


def _minutes(hours: HoursIn) -> tuple[int, int]:
    """When hours begin and end, in minutes of the week."""
    start, end = (wall.hour * 60 + wall.minute for wall in (hours.start, hours.end))
    length = (end - start) % 1440 or 1440
    return hours.weekday * 1440 + start, hours.weekday * 1440 + start + length


class BreakIn(Wire):
    """Time off within working hours, on one weekday or on all."""

    start: WallTime
    end: WallTime
    weekday: int | None = Field(default=None, ge=0, le=6)

    _ticks = field_validator("start", "end")(on_tick)


class ScheduleIn(Wire):
    """A practitioner's week, from `valid_from` on."""

    time_zone: str = Field(max_length=64, examples=["Europe/Berlin"])
    slot_minutes: int = Field(ge=5, le=LONGEST_SLOT, multiple_of=5)
    weekly: list[HoursIn] = Field(max_length=42)
    valid_from: Day
    valid_to: Day | None = None
    breaks: list[BreakIn] = Field(default=[], max_length=42)

    _zone = field_validator("time_zone")(known_zone)
    _apart = field_validator("weekly")(_without_overlap)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise wrong(Fault.BEFORE_START, "valid_to is before valid_from")
        return self


class PlanOut(ScheduleIn):
    version: int


class LeaveIn(Wire):
    """Time off on one local day: all of it, or from `start` to `end`."""

    start: WallTime | None = None
    end: WallTime | None = None
    reason: str | None = Field(default=None, max_length=200)

    _ticks = field_validator("start", "end")(lambda at: at if at is None else on_tick(at))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise wrong(Fault.BEFORE_START, "end is not after start")
        return self


class LeaveOut(Wire):
    date: date
    start: WallTime | None
    end: WallTime | None
    reason: str | None


class AffectedVisit(Wire):
    """A booked visit that the change left outside the hours: it stands until somebody moves it."""

    appointment_id: AppointmentId
    patient_id: PatientId
    start: Instant
    end: Instant
    status: StatusCode


class ScheduleOut(Wire):
    practitioner_id: PractitionerId
    version: int
    plans: list[PlanOut]
    leave: list[LeaveOut]
    affected: list[AffectedVisit]


class DayPreviewOut(Wire):
    """How many slots of a local day are free, and would be."""

    date: date
    free_before: int
    free_after: int


class PreviewOut(Wire):
    """What a change would do: the days it touches, at most 31 of them, and the visits that it would leave outside the
    hours."""

    days: list[DayPreviewOut]
    affected: list[AffectedVisit]


class AvailabilityQuery(Wire):
    """Local days, at most 31."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _short(self) -> Self:
        if not timedelta() <= self.last - self.first < _LONGEST_RANGE:
            raise wrong(Fault.WRONG_PERIOD, "from … to is 1 to {limit} days", limit=_LONGEST_RANGE.days)
        return self


class SlotOut(Wire):
    start: Instant
    end: Instant
    room_id: RoomId | None


class AvailabilityOut(Wire):
    """Free slots by start; `time_zone` is the one in which the clinic counts its days."""

    practitioner_id: PractitionerId
    time_zone: str
    slots: list[SlotOut]
