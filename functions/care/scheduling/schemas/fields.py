"""Kinds of fields that several shapes of scheduling share, and what all pages of lists are asked for by."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, PlainSerializer

from kernel import clock, ids
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire

AppointmentId = Annotated[str, Field(pattern=ids.pattern("apt"))]
DepartmentId = Annotated[str, Field(pattern=ids.pattern("dep"))]
HoldId = Annotated[str, Field(pattern=ids.pattern("hold"))]
PatientId = Annotated[str, Field(pattern=ids.pattern("pat"))]
PractitionerId = Annotated[str, Field(pattern=ids.pattern("prc"))]
RoomId = Annotated[str, Field(pattern=ids.pattern("room"))]
SeriesId = Annotated[str, Field(pattern=ids.pattern("ser"))]
WaitlistId = Annotated[str, Field(pattern=ids.pattern("wtl"))]
Instant = Annotated[AwareDatetime, PlainSerializer(clock.iso, return_type=str)]
WallTime = Annotated[time, PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
ModeCode = Literal["in_person", "video"]
StatusCode = Literal["booked", "checked-in", "arrived", "fulfilled", "cancelled", "noshow"]

EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2999, 12, 31)
Day = Annotated[date, Field(ge=EARLIEST_DAY, le=LATEST_DAY)]


class PageQuery(Wire):
    """A page of a list, from the beginning or from where the page before ended."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=300)


def known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise wrong(Fault.NOT_A_TIME_ZONE, "is not an IANA time zone") from None
    return name


def on_tick(at: time) -> time:
    if at.tzinfo is not None or at.second or at.microsecond or at.minute % 5:
        raise wrong(Fault.WRONG_STEP, "is a local time in whole {step} minutes", step=5)
    return at


def in_utc(at: datetime) -> datetime:
    if not EARLIEST_DAY.year <= at.year <= LATEST_DAY.year:
        raise wrong(Fault.NOT_ALLOWED, "is not a time at which anybody is seen")
    return at.astimezone(UTC)
