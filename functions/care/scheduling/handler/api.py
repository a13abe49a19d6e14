"""The API of scheduling, and what its routes share: who is meant, what may be refused, how a visit looks."""

from care.scheduling import service
from care.scheduling.errors import AlreadyWaiting, NotBookable, SeriesConflict, SlotTaken
from care.scheduling.models import Appointment, Slot
from care.scheduling.schemas.hours import SlotOut
from care.scheduling.schemas.series import SeriesConflictMembers
from care.scheduling.schemas.visits import AppointmentOut, EntryOut, InvalidTransitionMembers, SlotTakenMembers
from care.scheduling.schemas.waitlist import AlreadyWaitingMembers
from kernel import clock, ids
from kernel.access import Resource
from kernel.errors import Forbidden, IdempotencyKeyReused, Invalid, InvalidTransition, NotFound, UnknownReference
from kernel.http import Api, Call, Wire, fingerprint
from kernel.relations import PROXIES, relations

api = Api(
    "care",
    problem_shapes={
        SlotTaken: SlotTakenMembers,
        SeriesConflict: SeriesConflictMembers,
        AlreadyWaiting: AlreadyWaitingMembers,
        InvalidTransition: InvalidTransitionMembers,
    },
)

CARE = Resource("Application", "care")
PRACTITIONER = {"practitioner_id": ids.pattern("prc")}
APPOINTMENT = {"appointment_id": ids.pattern("apt")}
WAITLIST = {"waitlist_id": ids.pattern("wtl")}
SERIES = {"series_id": ids.pattern("ser")}
HOLD = {"hold_id": ids.pattern("hold")}
LEAVE_DAY = PRACTITIONER | {"day": r"\d{4}-\d{2}-\d{2}"}
BOOKING = (SlotTaken, NotBookable, UnknownReference, IdempotencyKeyReused)


def practitioner(practitioner_id: str) -> Resource:
    return Resource("Practitioner", practitioner_id, {"practitioner_id": practitioner_id})


def found_visit(call: Call, appointment_id: str) -> Appointment:
    """The visit, with the caller authorized. Who may see only some visits cannot tell a missing one from a stranger's.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any visit.
        NotFound: it is missing.
    """
    visit = service.find(appointment_id)
    call.authorize(visit_of(call, visit.patient_id if visit else "", visit.practitioner_id if visit else ""))
    if visit is None:
        raise NotFound
    return visit


def visit_of(call: Call, patient_id: str, practitioner_id: str) -> Resource:
    return related(call, "Appointment", patient_id, {"practitioner_id": practitioner_id})


def related(call: Call, kind: str, patient_id: str, attributes: dict[str, str]) -> Resource:
    """Something of a patient's, with the caller among its proxies where they speak for that patient. The relation is
    looked up only when nothing else lets the caller in."""
    caller = call.principal
    resource = Resource(kind, patient_id or "unknown", {"patient_id": patient_id, "proxies": (), **attributes})
    if not patient_id or not caller.patient_id or caller.patient_id == patient_id or call.allows(resource):
        return resource
    ties = relations(patient_id, caller, clock.now(), asked=(PROXIES,))
    return Resource(kind, patient_id, {**resource.attributes, **ties})


def patient_meant(call: Call, named: str | None, nobody: Invalid) -> str:
    """The patient whom a list is about, whom the caller may see: who is named, else the caller.

    Raises:
        Invalid: `nobody`, where none is named and the caller is none.
        Forbidden: it is somebody else.
    """
    patient_id = named or call.principal.patient_id
    if not patient_id:
        raise nobody if call.could_be_allowed() else Forbidden
    call.authorize(related(call, "Patient", patient_id, {}))
    return patient_id


def caller_of(call: Call, body: Wire) -> service.Caller:
    return service.Caller(call.principal.user_id, call.idempotency_key, fingerprint(body))


def slot_out(slot: Slot) -> SlotOut:
    return SlotOut(start=slot.start, end=slot.end, room_id=slot.room_id)


def appointment_out(visit: Appointment) -> AppointmentOut:
    return AppointmentOut(
        appointment_id=visit.appointment_id,
        status=visit.status.value,
        practitioner_id=visit.practitioner_id,
        patient_id=visit.patient_id,
        room_id=visit.room_id,
        start=visit.start,
        end=visit.end,
        time_zone=visit.time_zone,
        mode=visit.mode.value,
        reason=visit.reason,
        version=visit.version,
        created_at=visit.created_at,
        series_id=visit.series_id,
        history=[
            EntryOut(
                version=entry.version,
                step=entry.step.value,
                status=entry.status.value,
                at=entry.at,
                actor=entry.actor,
                start=entry.start,
                end=entry.end,
                practitioner_id=entry.practitioner_id,
                room_id=entry.room_id,
                reason=entry.reason,
            )
            for entry in visit.history
        ],
    )
