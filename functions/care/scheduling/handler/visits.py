"""Routes of holds and visits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from care.scheduling import service
from care.scheduling.errors import HoldUnusable, NotBookable, SlotTaken
from care.scheduling.handler.api import (
    APPOINTMENT,
    BOOKING,
    HOLD,
    api,
    appointment_out,
    caller_of,
    found_visit,
    patient_meant,
    practitioner,
    visit_of,
)
from care.scheduling.models import ONE_DAY, Hold, Kind, Mode, Span, Status, Step, instant
from care.scheduling.models import Resource as Occupied
from care.scheduling.schemas.fields import EARLIEST_DAY, LATEST_DAY
from care.scheduling.schemas.visits import (
    AppointmentIn,
    AppointmentOut,
    AppointmentsQuery,
    CancelIn,
    HoldIn,
    HoldOut,
    RescheduleIn,
)
from kernel.dynamodb import Place
from kernel.errors import (
    Fault,
    FieldError,
    Invalid,
    InvalidTransition,
    NotFound,
    Stale,
    UnknownReference,
)
from kernel.http import Call, Page

_BEGINNING = datetime.combine(EARLIEST_DAY, time(), UTC)
_END = datetime.combine(LATEST_DAY, time(), UTC)


# ---- holds ----------------------------------------------------------------------------------------------------------


@api.post(
    "/v1/holds",
    action="PlaceHold",
    body=HoldIn,
    answer=HoldOut,
    status=201,
    problems=BOOKING,
    idempotent=True,
    told=True,
)
def place_hold(call: Call, body: HoldIn) -> HoldOut:
    """Keep a slot for ten minutes.

    Then it is free again by itself. Book it with the `hold_id` before that.
    """
    call.authorize(visit_of(call, body.patient_id, body.practitioner_id))
    return _hold_out(service.hold(_wish(body), caller_of(call, body)))


@api.delete(
    "/v1/holds/{hold_id}",
    action="ReleaseHold",
    status=204,
    problems=(NotFound,),
    parameters=HOLD,
)
def release_hold(call: Call, hold_id: str) -> None:
    """Give a hold back before it expires."""
    held = service.find_hold(hold_id)
    call.authorize(visit_of(call, held.patient_id if held else "", held.practitioner_id if held else ""))
    if held is None:
        raise NotFound
    service.release(held)


# ---- visits ---------------------------------------------------------------------------------------------------------


@api.post(
    "/v1/appointments",
    action="BookAppointment",
    body=AppointmentIn,
    answer=AppointmentOut,
    status=201,
    problems=(*BOOKING, HoldUnusable),
    idempotent=True,
    told=True,
)
def book(call: Call, body: AppointmentIn) -> AppointmentOut:
    """Book a visit.

    Practitioner, patient and room are taken in one step, or none of them. A refused booking names every conflict and
    offers free times near the wanted one.
    """
    call.authorize(visit_of(call, body.patient_id, body.practitioner_id))
    return appointment_out(service.book(_wish(body), caller_of(call, body)))


@api.get("/v1/appointments", action="ListAppointments", query=AppointmentsQuery, answer=Page[AppointmentOut])
def list_appointments(call: Call, query: AppointmentsQuery) -> Page[AppointmentOut]:
    """List the visits of a patient or a practitioner by start, cancelled ones too."""
    whose = _whose(call, query)
    span = _span_of(whose, query)
    after = Place.of(query.cursor)
    statuses = frozenset({Status(query.status)}) if query.status else None
    page, ended = service.visits_of(whose, span, after, query.limit, statuses)
    return Page[AppointmentOut](
        items=[appointment_out(visit) for visit in page], next_cursor=ended.cursor() if ended else None
    )


def _whose(call: Call, query: AppointmentsQuery) -> Occupied:
    """Whose visits the list is about; the caller may see them.

    Raises:
        Invalid: nobody is named, and the caller has no visits of their own.
        Forbidden: they are somebody else's.
    """
    own = call.principal.practitioner_id
    practitioner_id = query.practitioner_id or (own if not query.patient_id else None)
    if practitioner_id:
        call.authorize(practitioner(practitioner_id))
        return Occupied(Kind.PRACTITIONER, practitioner_id)
    nobody = Invalid(
        "Name a patient or a practitioner", FieldError(Fault.MISSING, "is needed", parameter="practitioner_id")
    )
    return Occupied(Kind.PATIENT, patient_meant(call, query.patient_id, nobody))


def _span_of(whose: Occupied, query: AppointmentsQuery) -> Span:
    zone = query.time_zone
    days = [bound for bound in (query.first, query.last) if bound is not None and not isinstance(bound, datetime)]
    if zone is None and days and whose.kind is Kind.PRACTITIONER:
        zone = service.time_zone_of(whose.id, days[0])
    clocks = ZoneInfo(zone or "UTC")
    start = _bound(query.first, clocks, next_day=False) or _BEGINNING
    return Span(start, _bound(query.last, clocks, next_day=True) or _END)


def _bound(bound: date | datetime | None, clocks: ZoneInfo, *, next_day: bool) -> datetime | None:
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return min(max(bound, _BEGINNING), _END).astimezone(UTC)
    day = min(max(bound, _BEGINNING.date()), _END.date())
    return instant(day + ONE_DAY if next_day else day, time(), clocks)


@api.get(
    "/v1/appointments/{appointment_id}",
    action="ReadAppointment",
    answer=AppointmentOut,
    problems=(NotFound,),
    parameters=APPOINTMENT,
)
def read_appointment(call: Call, appointment_id: str) -> AppointmentOut:
    """Tell a visit and its history."""
    return appointment_out(found_visit(call, appointment_id))


@api.post(
    "/v1/appointments/{appointment_id}/reschedule",
    action="RescheduleAppointment",
    body=RescheduleIn,
    answer=AppointmentOut,
    problems=(NotFound, Stale, InvalidTransition, SlotTaken, NotBookable, UnknownReference),
    versioned=True,
    parameters=APPOINTMENT,
)
def reschedule(call: Call, appointment_id: str, body: RescheduleIn) -> AppointmentOut:
    """Move a visit, perhaps to another practitioner.

    One atomic step: the visit keeps its time unless it gets the new one.
    """
    seen = found_visit(call, appointment_id)
    moved = service.reschedule(seen, body.start, body.practitioner_id, call.if_match, call.principal.user_id)
    return appointment_out(moved)


@api.post(
    "/v1/appointments/{appointment_id}/cancel",
    action="CancelAppointment",
    body=CancelIn,
    answer=AppointmentOut,
    problems=(NotFound, Stale, InvalidTransition),
    versioned=True,
    parameters=APPOINTMENT,
    told=True,
)
def cancel(call: Call, appointment_id: str, body: CancelIn) -> AppointmentOut:
    """Cancel a visit and free its time."""
    seen = found_visit(call, appointment_id)
    return appointment_out(service.cancel(seen, body.reason, call.if_match, call.principal.user_id))


def _step(path: str, step: Step, action: str, summary: str) -> None:
    """Declare the route of a step that keeps the visit's time."""

    def take_step(call: Call, appointment_id: str) -> AppointmentOut:
        seen = found_visit(call, appointment_id)
        return appointment_out(service.advance(seen, step, call.if_match, call.principal.user_id))

    take_step.__doc__ = summary
    take_step.__name__ = path.replace("-", "_")
    declare: Callable[[Callable[..., AppointmentOut]], object] = api.post(
        f"/v1/appointments/{{appointment_id}}/{path}",
        action=action,
        answer=AppointmentOut,
        problems=(NotFound, Stale, InvalidTransition),
        versioned=True,
        told=True,
        parameters=APPOINTMENT,
    )
    declare(take_step)


_step("check-in", Step.CHECK_IN, "CheckInAppointment", "Receive the patient.")
_step("start", Step.START, "StartAppointment", "Begin the visit.")
_step("complete", Step.COMPLETE, "CompleteAppointment", "End the visit.")
_step("no-show", Step.MARK_NO_SHOW, "MarkNoShow", "Record that the patient did not come.")


def _wish(body: HoldIn) -> service.Wish:
    wish = service.Wish(body.practitioner_id, body.patient_id, body.start, body.room_id)
    if isinstance(body, AppointmentIn):
        return replace(wish, mode=Mode(body.mode), reason=body.reason, hold_id=body.hold_id)
    return wish


def _hold_out(held: Hold) -> HoldOut:
    return HoldOut(
        hold_id=held.hold_id,
        practitioner_id=held.practitioner_id,
        patient_id=held.patient_id,
        room_id=held.room_id,
        start=held.start,
        end=held.end,
        expires_at=held.expires_at,
    )
