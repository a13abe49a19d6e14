"""Wire shapes of encounters."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from care.records.schemas.fields import (
    AppointmentId,
    ClassCode,
    EncounterId,
    EncounterStatusCode,
    Instant,
    PatientId,
    PractitionerId,
    Reason,
)
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire


class EncounterIn(Wire):
    """Of a booked visit, or of a patient who came without one. Doctors receive for themselves, others name the
    practitioner."""

    appointment_id: AppointmentId | None = None
    patient_id: PatientId | None = None
    practitioner_id: PractitionerId | None = None
    class_: ClassCode | None = Field(default=None, alias="class")

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.appointment_id is None) == (self.patient_id is None):
            raise wrong(Fault.NOT_ONE, "name an appointment or a patient, and not both")
        if self.appointment_id and self.practitioner_id:
            raise wrong(Fault.NOT_ONE, "the practitioner is the appointment's")
        return self


class ParticipantIn(Wire):
    practitioner_id: PractitionerId


class WhyIn(Wire):
    reason: Reason


class EncounterOut(Wire):
    """`participants` are practitioner ids, and user ids of those who are none. One that was imported from another house
    has no practitioner."""

    model_config = ConfigDict(serialize_by_alias=True)

    encounter_id: EncounterId
    patient_id: PatientId
    practitioner_id: PractitionerId | None
    appointment_id: AppointmentId | None
    class_: ClassCode | Literal["IMP"] = Field(serialization_alias="class")
    status: EncounterStatusCode
    participants: list[str]
    opened_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    version: int


class EncounterExistsMembers(Wire):
    encounter_id: EncounterId


class CurrentStatusMembers(Wire):
    current_status: str
