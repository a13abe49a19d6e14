"""Wire shapes of the waitlist."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from care.scheduling.models import LONGEST_WISH
from care.scheduling.schemas.fields import (
    AppointmentId,
    Day,
    Instant,
    ModeCode,
    PageQuery,
    PatientId,
    PractitionerId,
    Reason,
    RoomId,
    WaitlistId,
    WallTime,
    known_zone,
    on_tick,
)
from care.scheduling.schemas.search import Specialty
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire

PriorityCode = Literal["routine", "urgent"]
WaitStatusCode = Literal["waiting", "offered", "booked", "withdrawn", "expired"]
Weekday = Annotated[int, Field(ge=0, le=6)]


class AlreadyWaitingMembers(Wire):
    """What the problem `already-waiting` carries: the entry that stands."""

    waitlist_id: WaitlistId


class WaitlistIn(Wire):
    """What a patient waits for: a practitioner or anybody of a specialty; local days, at most 92, both included; times
    between which the visit is to begin; weekdays, Monday 0, any where none is named."""

    patient_id: PatientId
    practitioner_id: PractitionerId | None = None
    specialty: Specialty | None = None
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    earliest: WallTime | None = None
    latest: WallTime | None = None
    weekdays: list[Weekday] = Field(default=[], max_length=7)
    time_zone: str = Field(max_length=64, examples=["Europe/Berlin"])
    mode: ModeCode = "in_person"
    priority: PriorityCode = "routine"
    reason: Reason | None = None

    _zone = field_validator("time_zone")(known_zone)
    _ticks = field_validator("earliest", "latest")(lambda at: at if at is None else on_tick(at))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.practitioner_id is None) == (self.specialty is None):
            raise wrong(Fault.NOT_ONE, "name a practitioner or a specialty, one of them")
        if not self.first <= self.last < self.first + LONGEST_WISH:
            raise wrong(Fault.WRONG_PERIOD, "from … to is 1 to {limit} days", limit=LONGEST_WISH.days)
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise wrong(Fault.BEFORE_START, "latest is before earliest")
        return self


class WaitlistOfferOut(Wire):
    """A slot that is kept for the patient until `expires_at`."""

    practitioner_id: PractitionerId
    start: Instant
    end: Instant
    time_zone: str
    room_id: RoomId | None
    expires_at: Instant


class WaitlistEntryOut(Wire):
    model_config = ConfigDict(serialize_by_alias=True)

    waitlist_id: WaitlistId
    status: WaitStatusCode
    patient_id: PatientId
    practitioner_id: PractitionerId | None
    specialty: Specialty | None
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    earliest: WallTime | None
    latest: WallTime | None
    weekdays: list[Weekday]
    time_zone: str
    mode: ModeCode
    priority: PriorityCode
    reason: str | None
    joined_at: Instant
    version: int
    offer: WaitlistOfferOut | None
    appointment_id: AppointmentId | None


class WaitlistQuery(PageQuery):
    """Of one patient, newest first; or of one practitioner or specialty, those who still wait or have an offer, first
    who is asked first; without any, the caller's own. Where a status is asked for, a page may hold fewer than `limit`.
    """

    patient_id: PatientId | None = None
    practitioner_id: PractitionerId | None = None
    specialty: Specialty | None = None
    status: WaitStatusCode | None = None

    @model_validator(mode="after")
    def _about_one(self) -> Self:
        if sum(name is not None for name in (self.patient_id, self.practitioner_id, self.specialty)) > 1:
            raise wrong(Fault.NOT_ONE, "name a patient, a practitioner or a specialty")
        return self
