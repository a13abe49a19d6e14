"""Routes of the waitlist."""

from care.scheduling import service
from care.scheduling.errors import AlreadyWaiting, NotWaiting, OfferGone, TooManyEntries
from care.scheduling.handler.api import (
    CARE,
    WAITLIST,
    api,
    appointment_out,
    caller_of,
    patient_meant,
    practitioner,
    related,
)
from care.scheduling.models import Mode, Priority, Wait, WaitlistEntry, WaitStatus
from care.scheduling.schemas.visits import AppointmentOut
from care.scheduling.schemas.waitlist import WaitlistEntryOut, WaitlistIn, WaitlistOfferOut, WaitlistQuery
from kernel.access import Resource
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.errors import Fault, FieldError, IdempotencyKeyReused, Invalid, NotFound, Stale, UnknownReference
from kernel.http import Call, Page


@api.post(
    "/v1/waitlist",
    action="JoinWaitlist",
    body=WaitlistIn,
    answer=WaitlistEntryOut,
    status=201,
    problems=(AlreadyWaiting, TooManyEntries, UnknownReference, IdempotencyKeyReused),
    idempotent=True,
    told=True,
)
def join_waitlist(call: Call, body: WaitlistIn) -> WaitlistEntryOut:
    """Wait for a slot of a practitioner, or of anybody of a specialty.

    One that becomes free is offered to one person at a time: urgent before routine, then those who named this
    practitioner, then those who have waited longest. Only the front desk may say that it is urgent.
    """
    call.authorize(_entry_of(call, body.patient_id, body.practitioner_id or "", body.priority))
    wait = Wait(
        practitioner_id=body.practitioner_id,
        specialty=body.specialty,
        first=body.first,
        last=body.last,
        time_zone=body.time_zone,
        earliest=body.earliest,
        latest=body.latest,
        weekdays=frozenset(body.weekdays),
        mode=Mode(body.mode),
        priority=Priority(body.priority),
        reason=body.reason,
    )
    return _entry_out(service.join_waitlist(body.patient_id, wait, caller_of(call, body)))


@api.get("/v1/waitlist", action="ListWaitlist", query=WaitlistQuery, answer=Page[WaitlistEntryOut])
def list_waitlist(call: Call, query: WaitlistQuery) -> Page[WaitlistEntryOut]:
    """List what a patient waits for, or who waits for a practitioner or a specialty."""
    at = decode_cursor(query.cursor, ("at",))["at"] if query.cursor else None
    status = WaitStatus(query.status) if query.status else None
    nobody = not (query.patient_id or query.specialty)
    target = query.practitioner_id or query.specialty or (call.principal.practitioner_id if nobody else None)
    if target:
        call.authorize(CARE if query.specialty else practitioner(target))
        page, following = service.line_of(target, at, query.limit, status)
    else:
        anybody = "Name a patient, a practitioner or a specialty"
        patient_id = patient_meant(
            call, query.patient_id, Invalid(anybody, FieldError(Fault.MISSING, "is needed", parameter="patient_id"))
        )
        page, following = service.entries_of(patient_id, at, query.limit, status)
    cursor = encode_cursor({"at": following}) if following else None
    return Page[WaitlistEntryOut](items=[_entry_out(entry) for entry in page], next_cursor=cursor)


@api.get(
    "/v1/waitlist/{waitlist_id}",
    action="ReadWaitlistEntry",
    answer=WaitlistEntryOut,
    problems=(NotFound,),
    parameters=WAITLIST,
)
def read_waitlist_entry(call: Call, waitlist_id: str) -> WaitlistEntryOut:
    """Tell what somebody waits for, and the slot that is offered to them."""
    return _entry_out(_found_entry(call, waitlist_id))


@api.delete(
    "/v1/waitlist/{waitlist_id}",
    action="LeaveWaitlist",
    status=204,
    problems=(NotFound, NotWaiting),
    parameters=WAITLIST,
)
def leave_waitlist(call: Call, waitlist_id: str) -> None:
    """Wait no more; a slot that was offered goes to the next."""
    service.leave_waitlist(_found_entry(call, waitlist_id), call.principal.user_id)


@api.post(
    "/v1/waitlist/{waitlist_id}/accept",
    action="AcceptOffer",
    answer=AppointmentOut,
    status=201,
    problems=(NotFound, Stale, OfferGone),
    versioned=True,
    parameters=WAITLIST,
)
def accept_offer(call: Call, waitlist_id: str) -> AppointmentOut:
    """Book the slot that is offered.

    Accepting again gives the same visit. With the entry's version in `If-Match`, nothing is booked but the offer that
    was read.
    """
    entry = _found_entry(call, waitlist_id)
    return appointment_out(service.accept_offer(entry, call.if_match, call.principal.user_id))


@api.post(
    "/v1/waitlist/{waitlist_id}/decline",
    action="DeclineOffer",
    answer=WaitlistEntryOut,
    problems=(NotFound, Stale, OfferGone),
    versioned=True,
    parameters=WAITLIST,
    told=True,
)
def decline_offer(call: Call, waitlist_id: str) -> WaitlistEntryOut:
    """Wait for another slot; this one is offered to the next at once."""
    entry = _found_entry(call, waitlist_id)
    return _entry_out(service.decline_offer(entry, call.if_match, call.principal.user_id))


def _found_entry(call: Call, waitlist_id: str) -> WaitlistEntry:
    """The entry, with the caller authorized. Who may see only some cannot tell a missing one from a stranger's.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any.
        NotFound: it is missing.
    """
    entry = service.find_entry(waitlist_id)
    if entry is None:
        call.authorize(_entry_of(call, "", "", Priority.ROUTINE))
        raise NotFound
    call.authorize(_entry_of(call, entry.patient_id, entry.wait.practitioner_id or "", entry.wait.priority))
    return entry


def _entry_of(call: Call, patient_id: str, practitioner_id: str, priority: str) -> Resource:
    return related(call, "WaitlistEntry", patient_id, {"practitioner_id": practitioner_id, "priority": str(priority)})


def _entry_out(entry: WaitlistEntry) -> WaitlistEntryOut:
    wait, offer = entry.wait, entry.offer
    return WaitlistEntryOut(
        waitlist_id=entry.waitlist_id,
        status=entry.status.value,
        patient_id=entry.patient_id,
        practitioner_id=wait.practitioner_id,
        specialty=wait.specialty,
        first=wait.first,
        last=wait.last,
        earliest=wait.earliest,
        latest=wait.latest,
        weekdays=sorted(wait.weekdays),
        time_zone=wait.time_zone,
        mode=wait.mode.value,
        priority=wait.priority.value,
        reason=wait.reason,
        joined_at=entry.joined_at,
        version=entry.version,
        offer=WaitlistOfferOut(
            practitioner_id=offer.practitioner_id,
            start=offer.start,
            end=offer.end,
            time_zone=offer.time_zone,
            room_id=offer.room_id,
            expires_at=offer.expires_at,
        )
        if offer
        else None,
        appointment_id=entry.appointment_id,
    )
