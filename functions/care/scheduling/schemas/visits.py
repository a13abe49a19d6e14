"""Wire shapes of holds and visits."""

from datetime import date
from typing import Literal, Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from care.scheduling.schemas.fields import (
    AppointmentId,
    HoldId,
    Instant,
    ModeCode,
    PageQuery,
    PatientId,
    PractitionerId,
    Reason,
    RoomId,
    SeriesId,
    StatusCode,
    in_utc,
    known_zone,
)
from care.scheduling.schemas.hours import SlotOut
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire


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

    _utc = field_validator("start")(in_utc)


class HoldOut(Wire):
    hold_id: HoldId
    practitioner_id: PractitionerId
    patient_id: PatientId
    room_id: RoomId | None
    start: Instant
    end: Instant
    expires_at: Instant


class AppointmentIn(HoldIn):
    mode: ModeCode = "in_person"
    reason: Reason | None = None
    hold_id: HoldId | None = None


class RescheduleIn(Wire):
    start: Instant
    practitioner_id: PractitionerId | None = None

    _utc = field_validator("start")(in_utc)


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
    mode: ModeCode
    reason: str | None
    version: int
    created_at: Instant
    series_id: SeriesId | None
    history: list[EntryOut]


class AppointmentsQuery(PageQuery):
    """Of one patient or one practitioner; without either, the caller's own. `from` and `to` are local days, both
    included, counted in `time_zone` (by default the practitioner's, else UTC), or instants, `to` not included."""

    patient_id: PatientId | None = None
    practitioner_id: PractitionerId | None = None
    # Instants first: midnight with an offset would pass for a day.
    first: AwareDatetime | date | None = Field(default=None, alias="from", union_mode="left_to_right")
    last: AwareDatetime | date | None = Field(default=None, alias="to", union_mode="left_to_right")
    time_zone: str | None = Field(default=None, max_length=64)
    status: StatusCode | None = None

    _zone = field_validator("time_zone")(known_zone)

    @model_validator(mode="after")
    def _about_one(self) -> Self:
        if self.patient_id and self.practitioner_id:
            raise wrong(Fault.NOT_ONE, "name a patient or a practitioner, not both")
        return self
