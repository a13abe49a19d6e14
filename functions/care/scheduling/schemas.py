"""Wire shapes of scheduling."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, PlainSerializer, field_validator, model_validator

from kernel import clock, ids
from kernel.http import Wire

AppointmentId = Annotated[str, Field(pattern=ids.pattern("apt"))]
HoldId = Annotated[str, Field(pattern=ids.pattern("hold"))]
PatientId = Annotated[str, Field(pattern=ids.pattern("pat"))]
PractitionerId = Annotated[str, Field(pattern=ids.pattern("prc"))]
RoomId = Annotated[str, Field(pattern=ids.pattern("room"))]
Instant = Annotated[AwareDatetime, PlainSerializer(clock.iso, return_type=str)]
WallTime = Annotated[time, PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
StatusCode = Literal["booked", "checked-in", "arrived", "fulfilled", "cancelled", "noshow"]

LONGEST_RANGE = timedelta(days=31)
LONGEST_SLOT = 360  # minutes: DynamoDB takes 300 operators in a condition, and free ticks need four each
EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2999, 12, 31)
Day = Annotated[date, Field(ge=EARLIEST_DAY, le=LATEST_DAY)]
_WEEK = timedelta(days=7) // timedelta(minutes=1)


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not an IANA time zone") from None
    return name


def _on_tick(at: time) -> time:
    if at.tzinfo is not None or at.second or at.microsecond or at.minute % 5:
        raise ValueError("is a local time in whole five minutes")
    return at


class HoursIn(Wire):
    """Working hours on one weekday, Monday 0. An end not after the start is on the next day."""

    weekday: int = Field(ge=0, le=6)
    start: WallTime
    end: WallTime
    room_id: RoomId | None = None

    _ticks = field_validator("start", "end")(_on_tick)


def _without_overlap(weekly: list[HoursIn]) -> list[HoursIn]:
    spans = sorted(_minutes(hours) for hours in weekly)
    turned = [*spans, *((start + _WEEK, end + _WEEK) for start, end in spans[:1])]
    if any(end > start for (_, end), (start, _) in pairwise(turned)):
        raise ValueError("hours overlap")
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

    _ticks = field_validator("start", "end")(_on_tick)


class ScheduleIn(Wire):
    """A practitioner's week, from `valid_from` on."""

    time_zone: str = Field(max_length=64, examples=["Europe/Berlin"])
    slot_minutes: int = Field(ge=5, le=LONGEST_SLOT, multiple_of=5)
    weekly: list[HoursIn] = Field(max_length=42)
    valid_from: Day
    valid_to: Day | None = None
    breaks: list[BreakIn] = Field(default=[], max_length=42)

    _zone = field_validator("time_zone")(_known_zone)
    _apart = field_validator("weekly")(_without_overlap)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


class PlanOut(ScheduleIn):
    version: int


class LeaveIn(Wire):
    """Time off on one local day: all of it, or from `start` to `end`."""

    start: WallTime | None = None
    end: WallTime | None = None
    reason: str | None = Field(default=None, max_length=200)

    _ticks = field_validator("start", "end")(lambda at: at if at is None else _on_tick(at))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end is not after start")
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


class AvailabilityQuery(Wire):
    """Local days, at most 31."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _short(self) -> Self:
        if not timedelta() <= self.last - self.first < LONGEST_RANGE:
            raise ValueError("from … to is 1 to 31 days")
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


def _in_utc(at: datetime) -> datetime:
    if not EARLIEST_DAY.year <= at.year <= LATEST_DAY.year:
        raise ValueError("is not a time at which anybody is seen")
    return at.astimezone(UTC)


class ConflictOut(Wire):
    """That something is taken, and when; never by whom."""

    resource: Literal["practitioner", "patient", "room"]
    start: Instant
    end: Instant


class SlotTakenMembers(Wire):
    """What the problem `slot-taken` carries: all that is in the way, and free times near the wanted one."""

    conflicts: list[ConflictOut]
    alternatives: list[SlotOut] = Field(max_length=5)


class InvalidTransitionMembers(Wire):
    """What the problem `invalid-transition` carries."""

    current_status: StatusCode


class HoldIn(Wire):
    practitioner_id: PractitionerId
    patient_id: PatientId
    start: Instant
    room_id: RoomId | None = None

    _utc = field_validator("start")(_in_utc)


class HoldOut(Wire):
    hold_id: HoldId
    practitioner_id: PractitionerId
    patient_id: PatientId
    room_id: RoomId | None
    start: Instant
    end: Instant
    expires_at: Instant


class AppointmentIn(HoldIn):
    mode: Literal["in_person", "video"] = "in_person"
    reason: Reason | None = None
    hold_id: HoldId | None = None


class RescheduleIn(Wire):
    start: Instant
    practitioner_id: PractitionerId | None = None

    _utc = field_validator("start")(_in_utc)


class CancelIn(Wire):
    reason: Reason


class EntryOut(Wire):
    """One version: what was done, by whom, and how the visit stood after it."""

    version: int
    step: Literal["book", "reschedule", "cancel", "check-in", "start", "complete", "no-show"]
    status: StatusCode
    at: Instant
    actor: str
    start: Instant
    end: Instant
    practitioner_id: PractitionerId
    room_id: RoomId | None
    reason: str | None


class AppointmentOut(Wire):
    appointment_id: AppointmentId
    status: StatusCode
    practitioner_id: PractitionerId
    patient_id: PatientId
    room_id: RoomId | None
    start: Instant
    end: Instant
    time_zone: str
    mode: Literal["in_person", "video"]
    reason: str | None
    version: int
    created_at: Instant
    history: list[EntryOut]


class AppointmentsQuery(Wire):
    """Of one patient or one practitioner; without either, the caller's own. `from` and `to` are local days, both
    included, counted in `time_zone` (by default the practitioner's, else UTC), or instants, `to` not included."""

    patient_id: PatientId | None = None
    practitioner_id: PractitionerId | None = None
    # Instants first: midnight with an offset would pass for a day.
    first: AwareDatetime | date | None = Field(default=None, alias="from", union_mode="left_to_right")
    last: AwareDatetime | date | None = Field(default=None, alias="to", union_mode="left_to_right")
    time_zone: str | None = Field(default=None, max_length=64)
    status: StatusCode | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=300)

    _zone = field_validator("time_zone")(_known_zone)

    @model_validator(mode="after")
    def _about_one(self) -> Self:
        if self.patient_id and self.practitioner_id:
            raise ValueError("name a patient or a practitioner, not both")
        return self
