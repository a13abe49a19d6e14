"""Routes of hours, leave and free slots."""

from datetime import date

from care.scheduling import service
from care.scheduling.handler.api import LEAVE_DAY, PRACTITIONER, api, practitioner, slot_out
from care.scheduling.models import Appointment, Break, DayPreview, Hours, Leave, Plan, Schedule
from care.scheduling.schemas.fields import EARLIEST_DAY, LATEST_DAY
from care.scheduling.schemas.hours import (
    AffectedVisit,
    AvailabilityOut,
    AvailabilityQuery,
    BreakIn,
    DayPreviewOut,
    HoursIn,
    LeaveIn,
    LeaveOut,
    PlanOut,
    PreviewOut,
    ScheduleIn,
    ScheduleOut,
)
from kernel.errors import NotFound, Stale, UnknownReference
from kernel.http import Call


@api.put(
    "/v1/practitioners/{practitioner_id}/schedule",
    action="SetSchedule",
    body=ScheduleIn,
    answer=ScheduleOut,
    problems=(Stale, UnknownReference),
    versioned=True,
    parameters=PRACTITIONER,
    personal=True,
)
def set_schedule(call: Call, practitioner_id: str, body: ScheduleIn) -> ScheduleOut:
    """Set a practitioner's week from a day on.

    Earlier versions hold until that day. `affected` lists booked visits of the next 90 days that lie outside the new
    hours: they stand until somebody moves them.
    """
    call.authorize(practitioner(practitioner_id))
    schedule, affected = service.set_schedule(practitioner_id, _plan(body), call.if_match, call.principal.user_id)
    return _schedule_out(schedule, affected)


@api.post(
    "/v1/practitioners/{practitioner_id}/schedule/preview",
    action="PreviewSchedule",
    body=ScheduleIn,
    answer=PreviewOut,
    problems=(UnknownReference,),
    parameters=PRACTITIONER,
    personal=True,
)
def preview_schedule(call: Call, practitioner_id: str, body: ScheduleIn) -> PreviewOut:
    """Tell what a week would do, without setting it.

    `days` are the first 31 of it that are still to come.
    """
    call.authorize(practitioner(practitioner_id))
    return _preview_out(*service.preview_plan(practitioner_id, _plan(body)))


@api.get(
    "/v1/practitioners/{practitioner_id}/schedule",
    action="ReadSchedule",
    answer=ScheduleOut,
    problems=(NotFound,),
    parameters=PRACTITIONER,
)
def read_schedule(call: Call, practitioner_id: str) -> ScheduleOut:
    """Tell a practitioner's weeks and leave, as they hold now and later."""
    call.authorize(practitioner(practitioner_id))
    return _schedule_out(service.schedule(practitioner_id), [])


@api.put(
    "/v1/practitioners/{practitioner_id}/leave/{day}",
    action="PlanLeave",
    body=LeaveIn,
    answer=ScheduleOut,
    problems=(Stale, NotFound, UnknownReference),
    versioned=True,
    parameters=LEAVE_DAY,
    personal=True,
)
def plan_leave(call: Call, practitioner_id: str, day: str, body: LeaveIn) -> ScheduleOut:
    """Take a local day off, or part of it.

    `affected` lists the visits booked in it: they stand until somebody moves them.
    """
    call.authorize(practitioner(practitioner_id))
    leave = _leave(day, body)
    return _schedule_out(*service.plan_leave(practitioner_id, leave, call.if_match, call.principal.user_id))


@api.post(
    "/v1/practitioners/{practitioner_id}/leave/{day}/preview",
    action="PreviewSchedule",
    body=LeaveIn,
    answer=PreviewOut,
    problems=(NotFound,),
    parameters=LEAVE_DAY,
    personal=True,
)
def preview_leave(call: Call, practitioner_id: str, day: str, body: LeaveIn) -> PreviewOut:
    """Tell what leave would do to its day, without planning it."""
    call.authorize(practitioner(practitioner_id))
    return _preview_out(*service.preview_leave(practitioner_id, _leave(day, body)))


@api.delete(
    "/v1/practitioners/{practitioner_id}/leave/{day}",
    action="WithdrawLeave",
    status=204,
    problems=(NotFound,),
    parameters=LEAVE_DAY,
)
def withdraw_leave(call: Call, practitioner_id: str, day: str) -> None:
    """Work on a day after all."""
    call.authorize(practitioner(practitioner_id))
    service.withdraw_leave(practitioner_id, _day(day), call.principal.user_id)


@api.get(
    "/v1/practitioners/{practitioner_id}/availability",
    action="ReadAvailability",
    query=AvailabilityQuery,
    answer=AvailabilityOut,
    problems=(NotFound,),
    parameters=PRACTITIONER,
)
def availability(call: Call, practitioner_id: str, query: AvailabilityQuery) -> AvailabilityOut:
    """Tell the free slots of a practitioner on local days, both included."""
    call.authorize(practitioner(practitioner_id))
    time_zone, slots = service.availability(practitioner_id, query.first, query.last)
    return AvailabilityOut(
        practitioner_id=practitioner_id, time_zone=time_zone, slots=[slot_out(slot) for slot in slots]
    )


def _day(text: str) -> date:
    """Raises NotFound for a text that is no date on which anybody works."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise NotFound
    return day


def _plan(body: ScheduleIn) -> Plan:
    return Plan(
        version=0,
        time_zone=body.time_zone,
        slot_minutes=body.slot_minutes,
        weekly=tuple(Hours(hours.weekday, hours.start, hours.end, hours.room_id) for hours in body.weekly),
        breaks=tuple(Break(pause.start, pause.end, pause.weekday) for pause in body.breaks),
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )


def _leave(day: str, body: LeaveIn) -> Leave:
    return Leave(day=_day(day), start=body.start, end=body.end, reason=body.reason)


def _preview_out(days: list[DayPreview], affected: list[Appointment]) -> PreviewOut:
    return PreviewOut(
        days=[DayPreviewOut(date=day.date, free_before=day.free_before, free_after=day.free_after) for day in days],
        affected=[_affected_out(visit) for visit in affected],
    )


def _affected_out(visit: Appointment) -> AffectedVisit:
    return AffectedVisit(
        appointment_id=visit.appointment_id,
        patient_id=visit.patient_id,
        start=visit.start,
        end=visit.end,
        status=visit.status.value,
    )


def _schedule_out(schedule: Schedule, affected: list[Appointment]) -> ScheduleOut:
    return ScheduleOut(
        practitioner_id=schedule.practitioner_id,
        version=schedule.version,
        plans=[_plan_out(plan) for plan in schedule.plans],
        leave=[LeaveOut(date=item.day, start=item.start, end=item.end, reason=item.reason) for item in schedule.leave],
        affected=[_affected_out(visit) for visit in affected],
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
