"""Hours, free slots and visits as FHIR R4, pure."""

from datetime import UTC, datetime

from care.scheduling.models import Appointment, Schedule, Slot, Step
from kernel import clock
from kernel.fhir.elements import (
    SALUS,
    Json,
    concept,
    fhir_id,
    identifier,
    meta,
    own_id,
    reference,
    tidy,
)

_STAMP = "%Y%m%dT%H%M%SZ"


def of_schedule(schedule: Schedule) -> Json:
    """A practitioner's hours; a schedule has the id of its practitioner, because they have one."""
    ends = [plan.valid_to for plan in schedule.plans]
    horizon = {
        "start": min(plan.valid_from for plan in schedule.plans).isoformat() if schedule.plans else None,
        "end": None if None in ends or not ends else max(end for end in ends if end).isoformat(),
    }
    return tidy(
        {
            "resourceType": "Schedule",
            "id": fhir_id(schedule.practitioner_id),
            "meta": {"versionId": str(schedule.version)},
            "active": True,
            "actor": [reference("Practitioner", schedule.practitioner_id)],
            "planningHorizon": horizon,
        }
    )


def of_slot(practitioner_id: str, slot: Slot) -> Json:
    return {
        "resourceType": "Slot",
        "id": slot_id(practitioner_id, slot.start),
        "schedule": reference("Schedule", practitioner_id),
        "status": "free",
        "start": clock.iso(slot.start),
        "end": clock.iso(slot.end),
    }


def slot_id(practitioner_id: str, start: datetime) -> str:
    """Slots are computed and have no id of their own: whose they are and when they begin says which one is meant."""
    return f"{fhir_id(practitioner_id)}.{start.astimezone(UTC).strftime(_STAMP)}"


def slot_meant(slot: str) -> tuple[str, datetime]:
    """Whose slot an id means, and when it begins.

    Raises:
        ValueError: it is no time at all.
    """
    practitioner, _, stamp = slot.partition(".")
    return own_id(practitioner), datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def of_appointment(visit: Appointment) -> Json:
    last = visit.history[-1]
    cancelled = last.reason if last.step is Step.CANCEL else None
    people = [("Patient", visit.patient_id), ("Practitioner", visit.practitioner_id)]
    participants: list[Json] = [
        {"actor": reference(type_, own), "required": "required", "status": "accepted"} for type_, own in people
    ]
    if visit.room_id:
        room = {"type": "Location", "identifier": identifier("room", visit.room_id)}
        participants.append({"actor": room, "status": "accepted"})
    return tidy(
        {
            "resourceType": "Appointment",
            "id": fhir_id(visit.appointment_id),
            "meta": meta(visit.version, last.at),
            "identifier": [identifier("appointment", visit.appointment_id)],
            "status": visit.status.value,
            "cancelationReason": {"text": cancelled} if cancelled else None,
            "serviceCategory": [concept(f"{SALUS}/modes", visit.mode.value)],
            "reasonCode": [{"text": visit.reason}] if visit.reason else None,
            "start": clock.iso(visit.start),
            "end": clock.iso(visit.end),
            "minutesDuration": round((visit.end - visit.start).total_seconds() / 60),
            "created": clock.iso(visit.created_at),
            "participant": participants,
        }
    )
