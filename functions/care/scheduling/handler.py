"""HTTP routes of scheduling: hours and leave, free slots, holds, visits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from care.scheduling import service
from care.scheduling.errors import HoldUnusable, NotBookable, SlotTaken
from care.scheduling.models import (
    ONE_DAY,
    Appointment,
    Break,
    Hold,
    Hours,
    Kind,
    Leave,
    Mode,
    Plan,
    Schedule,
    Slot,
    Span,
    Status,
    Step,
    instant,
)
from care.scheduling.models import Resource as Occupied
from care.scheduling.repository import Place
from care.scheduling.schemas import (
    EARLIEST_DAY,
    LATEST_DAY,
    AffectedVisit,
    AppointmentIn,
    AppointmentOut,
    AppointmentsQuery,
    AvailabilityOut,
    AvailabilityQuery,
    BreakIn,
    CancelIn,
    EntryOut,
    HoldIn,
    HoldOut,
    HoursIn,
    InvalidTransitionMembers,
    LeaveIn,
    LeaveOut,
    PlanOut,
    RescheduleIn,
    ScheduleIn,
    ScheduleOut,
    SlotOut,
    SlotTakenMembers,
)
from kernel import clock, ids
from kernel.access import Resource
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.errors import (
    FieldError,
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    InvalidTransition,
    Malformed,
    NotFound,
    Stale,
    UnknownReference,
)
from kernel.http import Api, Call, Page, fingerprint

api = Api("care", problem_shapes={SlotTaken: SlotTakenMembers, InvalidTransition: InvalidTransitionMembers})

_BEGINNING = datetime.combine(EARLIEST_DAY, time(), UTC)
_END = datetime.combine(LATEST_DAY, time(), UTC)
_PRACTITIONER = {"practitioner_id": ids.pattern("prc")}
_APPOINTMENT = {"appointment_id": ids.pattern("apt")}
_HOLD = {"hold_id": ids.pattern("hold")}
_LEAVE_DAY = _PRACTITIONER | {"day": r"\d{4}-\d{2}-\d{2}"}
_BOOKING = (SlotTaken, NotBookable, UnknownReference, IdempotencyKeyReused)


# ---- hours and leave ------------------------------------------------------------------------------------------------


@api.put(
    "/v1/practitioners/{practitioner_id}/schedule",
    action="SetSchedule",
    body=ScheduleIn,
    answer=ScheduleOut,
    problems=(Stale, UnknownReference),
    versioned=True,
    parameters=_PRACTITIONER,
)
def set_schedule(call: Call, practitioner_id: str, body: ScheduleIn) -> ScheduleOut:
    """Set a practitioner's week from a day on.

    Earlier versions hold until that day. `affected` lists booked visits of the next 90 days that lie outside the new
    hours: they stand until somebody moves them.
    """
    call.authorize(_practitioner(practitioner_id))
    plan = Plan(
        version=0,
        time_zone=body.time_zone,
        slot_minutes=body.slot_minutes,
        weekly=tuple(Hours(hours.weekday, hours.start, hours.end, hours.room_id) for hours in body.weekly),
        breaks=tuple(Break(pause.start, pause.end, pause.weekday) for pause in body.breaks),
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    schedule, affected = service.set_schedule(practitioner_id, plan, call.if_match, call.principal.user_id)
    return _schedule_out(schedule, affected)


@api.get(
    "/v1/practitioners/{practitioner_id}/schedule",
    action="ReadSchedule",
    answer=ScheduleOut,
    problems=(NotFound,),
    parameters=_PRACTITIONER,
)
def read_schedule(call: Call, practitioner_id: str) -> ScheduleOut:
    """Tell a practitioner's weeks and leave, as they hold now and later."""
    call.authorize(_practitioner(practitioner_id))
    return _schedule_out(service.schedule(practitioner_id), [])


@api.put(
    "/v1/practitioners/{practitioner_id}/leave/{day}",
    action="PlanLeave",
    body=LeaveIn,
    answer=ScheduleOut,
    problems=(Stale, NotFound, UnknownReference),
    versioned=True,
    parameters=_LEAVE_DAY,
)
def plan_leave(call: Call, practitioner_id: str, day: str, body: LeaveIn) -> ScheduleOut:
    """Take a local day off, or part of it.

    `affected` lists the visits booked in it: they stand until somebody moves them.
    """
    call.authorize(_practitioner(practitioner_id))
    leave = Leave(day=_day(day), start=body.start, end=body.end, reason=body.reason)
    return _schedule_out(*service.plan_leave(practitioner_id, leave, call.if_match, call.principal.user_id))


@api.delete(
    "/v1/practitioners/{practitioner_id}/leave/{day}",
    action="WithdrawLeave",
    status=204,
    problems=(NotFound,),
    parameters=_LEAVE_DAY,
)
def withdraw_leave(call: Call, practitioner_id: str, day: str) -> None:
    """Work on a day after all."""
    call.authorize(_practitioner(practitioner_id))
    service.withdraw_leave(practitioner_id, _day(day), call.principal.user_id)


@api.get(
    "/v1/practitioners/{practitioner_id}/availability",
    action="ReadAvailability",
    query=AvailabilityQuery,
    answer=AvailabilityOut,
    problems=(NotFound,),
    parameters=_PRACTITIONER,
)
def availability(call: Call, practitioner_id: str, query: AvailabilityQuery) -> AvailabilityOut:
    """Tell the free slots of a practitioner on local days, both included."""
    call.authorize(_practitioner(practitioner_id))
    time_zone, slots = service.availability(practitioner_id, query.first, query.last)
    return AvailabilityOut(
        practitioner_id=practitioner_id, time_zone=time_zone, slots=[_slot_out(slot) for slot in slots]
    )


def _practitioner(practitioner_id: str) -> Resource:
    return Resource("Practitioner", practitioner_id, {"practitioner_id": practitioner_id})


def _day(text: str) -> date:
    """Raises NotFound for a text that is no date on which anybody works."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise NotFound
    return day


# ---- holds ----------------------------------------------------------------------------------------------------------


@api.post(
    "/v1/holds",
    action="PlaceHold",
    body=HoldIn,
    answer=HoldOut,
    status=201,
    problems=_BOOKING,
    idempotent=True,
)
def place_hold(call: Call, body: HoldIn) -> HoldOut:
    """Keep a slot for ten minutes.

    Then it is free again by itself. Book it with the `hold_id` before that.
    """
    call.authorize(_visit_of(call, body.patient_id, body.practitioner_id))
    return _hold_out(service.hold(_wish(body), _caller(call, body)))


@api.delete(
    "/v1/holds/{hold_id}",
    action="ReleaseHold",
    status=204,
    problems=(NotFound,),
    parameters=_HOLD,
)
def release_hold(call: Call, hold_id: str) -> None:
    """Give a hold back before it expires."""
    held = service.find_hold(hold_id)
    call.authorize(_visit_of(call, held.patient_id if held else "", held.practitioner_id if held else ""))
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
    problems=(*_BOOKING, HoldUnusable),
    idempotent=True,
)
def book(call: Call, body: AppointmentIn) -> AppointmentOut:
    """Book a visit.

    Practitioner, patient and room are taken in one step, or none of them. A refused booking names every conflict and
    offers free times near the wanted one.
    """
    call.authorize(_visit_of(call, body.patient_id, body.practitioner_id))
    return _appointment_out(service.book(_wish(body), _caller(call, body)))


@api.get("/v1/appointments", action="ListAppointments", query=AppointmentsQuery, answer=Page[AppointmentOut])
def list_appointments(call: Call, query: AppointmentsQuery) -> Page[AppointmentOut]:
    """List the visits of a patient or a practitioner by start, cancelled ones too."""
    whose = _whose(call, query)
    span = _span_of(whose, query)
    after = _place(query.cursor)
    status = Status(query.status) if query.status else None
    page, ended = service.visits_of(whose, span, after, query.limit, status)
    cursor = encode_cursor({"at": clock.iso(ended.start), "id": ended.appointment_id}) if ended else None
    return Page[AppointmentOut](items=[_appointment_out(visit) for visit in page], next_cursor=cursor)


def _whose(call: Call, query: AppointmentsQuery) -> Occupied:
    """Whose visits the list is about; the caller may see them.

    Raises:
        Invalid: nobody is named, and the caller has no visits of their own.
        Forbidden: they are somebody else's.
    """
    caller = call.principal
    practitioner_id = query.practitioner_id or (caller.practitioner_id if not query.patient_id else None)
    if practitioner_id:
        call.authorize(_practitioner(practitioner_id))
        return Occupied(Kind.PRACTITIONER, practitioner_id)
    patient_id = query.patient_id or caller.patient_id
    if not patient_id:
        if not call.could_be_allowed():
            raise Forbidden
        raise Invalid("Name a patient or a practitioner", FieldError("is needed", parameter="practitioner_id"))
    call.authorize(_related(call, "Patient", patient_id, {}))
    return Occupied(Kind.PATIENT, patient_id)


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


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    key = decode_cursor(cursor, ("at", "id"))
    try:
        return Place(clock.parse(key["at"]), key["id"])
    except (ValueError, OverflowError):
        raise Malformed("The cursor is not one that this list gave") from None


@api.get(
    "/v1/appointments/{appointment_id}",
    action="ReadAppointment",
    answer=AppointmentOut,
    problems=(NotFound,),
    parameters=_APPOINTMENT,
)
def read_appointment(call: Call, appointment_id: str) -> AppointmentOut:
    """Tell a visit and its history."""
    return _appointment_out(_found(call, appointment_id))


@api.post(
    "/v1/appointments/{appointment_id}/reschedule",
    action="RescheduleAppointment",
    body=RescheduleIn,
    answer=AppointmentOut,
    problems=(NotFound, Stale, InvalidTransition, SlotTaken, NotBookable, UnknownReference),
    versioned=True,
    parameters=_APPOINTMENT,
)
def reschedule(call: Call, appointment_id: str, body: RescheduleIn) -> AppointmentOut:
    """Move a visit, perhaps to another practitioner.

    One atomic step: the visit keeps its time unless it gets the new one.
    """
    seen = _found(call, appointment_id)
    moved = service.reschedule(seen, body.start, body.practitioner_id, call.if_match, call.principal.user_id)
    return _appointment_out(moved)


@api.post(
    "/v1/appointments/{appointment_id}/cancel",
    action="CancelAppointment",
    body=CancelIn,
    answer=AppointmentOut,
    problems=(NotFound, Stale, InvalidTransition),
    versioned=True,
    parameters=_APPOINTMENT,
)
def cancel(call: Call, appointment_id: str, body: CancelIn) -> AppointmentOut:
    """Cancel a visit and free its time."""
    seen = _found(call, appointment_id)
    return _appointment_out(service.cancel(seen, body.reason, call.if_match, call.principal.user_id))


def _step(path: str, step: Step, action: str, summary: str) -> None:
    """Declare the route of a step that keeps the visit's time."""

    def take_step(call: Call, appointment_id: str) -> AppointmentOut:
        seen = _found(call, appointment_id)
        return _appointment_out(service.advance(seen, step, call.if_match, call.principal.user_id))

    take_step.__doc__ = summary
    take_step.__name__ = path.replace("-", "_")
    declare: Callable[[Callable[..., AppointmentOut]], object] = api.post(
        f"/v1/appointments/{{appointment_id}}/{path}",
        action=action,
        answer=AppointmentOut,
        problems=(NotFound, Stale, InvalidTransition),
        versioned=True,
        parameters=_APPOINTMENT,
    )
    declare(take_step)


_step("check-in", Step.CHECK_IN, "CheckInAppointment", "Receive the patient.")
_step("start", Step.START, "StartAppointment", "Begin the visit.")
_step("complete", Step.COMPLETE, "CompleteAppointment", "End the visit.")
_step("no-show", Step.MARK_NO_SHOW, "MarkNoShow", "Record that the patient did not come.")


def _found(call: Call, appointment_id: str) -> Appointment:
    """The visit, with the caller authorized. Who may see only some visits cannot tell a missing one from a stranger's.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any visit.
        NotFound: it is missing.
    """
    visit = service.find(appointment_id)
    call.authorize(_visit_of(call, visit.patient_id if visit else "", visit.practitioner_id if visit else ""))
    if visit is None:
        raise NotFound
    return visit


def _visit_of(call: Call, patient_id: str, practitioner_id: str) -> Resource:
    return _related(call, "Appointment", patient_id, {"practitioner_id": practitioner_id})


def _related(call: Call, kind: str, patient_id: str, attributes: dict[str, str]) -> Resource:
    """Something of a patient's, with the caller among its proxies where they speak for that patient. The relation is
    looked up only when nothing else lets the caller in."""
    caller = call.principal
    resource = Resource(kind, patient_id or "unknown", {"patient_id": patient_id, "proxies": (), **attributes})
    if not patient_id or not caller.patient_id or caller.patient_id == patient_id or call.allows(resource):
        return resource
    proxies = (caller.patient_id,) if service.speaks_for(caller.patient_id, patient_id) else ()
    return Resource(kind, patient_id, {**resource.attributes, "proxies": proxies})


# ---- shapes ---------------------------------------------------------------------------------------------------------


def _caller(call: Call, body: HoldIn) -> service.Caller:
    return service.Caller(call.principal.user_id, call.idempotency_key, fingerprint(body))


def _wish(body: HoldIn) -> service.Wish:
    wish = service.Wish(body.practitioner_id, body.patient_id, body.start, body.room_id)
    if not isinstance(body, AppointmentIn):
        return wish
    return service.Wish(
        body.practitioner_id, body.patient_id, body.start, body.room_id, Mode(body.mode), body.reason, body.hold_id
    )


def _slot_out(slot: Slot) -> SlotOut:
    return SlotOut(start=slot.start, end=slot.end, room_id=slot.room_id)


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


def _schedule_out(schedule: Schedule, affected: list[Appointment]) -> ScheduleOut:
    return ScheduleOut(
        practitioner_id=schedule.practitioner_id,
        version=schedule.version,
        plans=[_plan_out(plan) for plan in schedule.plans],
        leave=[LeaveOut(date=item.day, start=item.start, end=item.end, reason=item.reason) for item in schedule.leave],
        affected=[
            AffectedVisit(
                appointment_id=visit.appointment_id,
                patient_id=visit.patient_id,
                start=visit.start,
                end=visit.end,
                status=visit.status.value,
            )
            for visit in affected
        ],
    )


def _plan_out(plan: Plan) -> PlanOut:
    return PlanOut(
        version=plan.version,
        time_zone=plan.time_zone,
        slot_minutes=plan.slot_minutes,
        weekly=[HoursIn(weekday=h.weekday, start=h.start, end=h.end, room_id=h.room_id) for h in plan.weekly],
        breaks=[BreakIn(start=b.start, end=b.end, weekday=b.weekday) for b in plan.breaks],
        valid_from=plan.valid_from,
        valid_to=plan.valid_to,
    )


def _appointment_out(visit: Appointment) -> AppointmentOut:
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


handler = api.handler
