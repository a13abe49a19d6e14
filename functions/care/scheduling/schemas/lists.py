"""Wire shapes of the day board and the work list."""

from typing import Literal

from pydantic import Field

from care.scheduling.schemas.fields import (
    AppointmentId,
    Day,
    DepartmentId,
    Instant,
    ModeCode,
    PageQuery,
    PatientId,
    PractitionerId,
    Reason,
    RoomId,
    StatusCode,
)
from kernel.http import Wire


class BoardQuery(PageQuery):
    """A department's local day."""

    department_id: DepartmentId
    day: Day = Field(alias="date")


class BoardVisitOut(Wire):
    """A visit as the board shows it, a second or so after it changed."""

    appointment_id: AppointmentId
    status: StatusCode
    practitioner_id: PractitionerId
    patient_id: PatientId
    room_id: RoomId | None
    start: Instant
    end: Instant
    time_zone: str
    mode: ModeCode
    version: int


class WorkListQuery(PageQuery):
    """Of one practitioner; without, the whole house's, or the caller's own for who may see no other."""

    practitioner_id: PractitionerId | None = None


class MoveOut(Wire):
    """A booked visit that no longer fits the hours, and why; `since` it is so."""

    appointment_id: AppointmentId
    practitioner_id: PractitionerId
    patient_id: PatientId
    start: Instant
    end: Instant
    time_zone: str
    cause: Literal["leave", "schedule", "deactivated"]
    since: Instant


class KeepIn(Wire):
    reason: Reason
