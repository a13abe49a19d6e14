"""Weeks and leave."""

from dataclasses import replace
from datetime import date, timedelta

from care.scheduling import repository
from care.scheduling.errors import NotBookable
from care.scheduling.models import ONE_DAY, Appointment, Kind, Leave, Plan, Resource, Schedule, Span, Status, Tick
from care.scheduling.service.attempts import again, expect
from kernel import clock
from kernel.errors import NotFound

AFFECTED_DAYS = timedelta(days=90)  # how far ahead a new week is compared with what is booked
MOST_AFFECTED = 100
_PENDING = frozenset({Status.BOOKED, Status.CHECKED_IN})


def schedule(practitioner_id: str) -> Schedule:
    """Raises NotFound where no schedule was ever set."""
    found = repository.schedule_of(practitioner_id)
    if found is None:
        raise NotFound("No schedule was ever set for this practitioner")
    return found


def schedule_for(practitioner_id: str) -> Schedule:
    """Raises UnknownReference without such a practitioner, NotBookable where they have no hours."""
    found = repository.schedule_of(practitioner_id)
    if found is None:
        repository.require_practitioner(practitioner_id)
        raise NotBookable("The practitioner has no hours yet")
    return found


def set_schedule(
    practitioner_id: str, plan: Plan, expected: int | None, actor: str
) -> tuple[Schedule, list[Appointment]]:
    """Make `plan` (its version is set here) the practitioner's week from its first day on.

    Returns:
        the schedule, and the booked visits of the next 90 days that lie outside it: they stand, and somebody should
        move them.

    Raises:
        Invalid: more is planned ahead than a schedule holds.
        Stale: the schedule is not at the `expected` version.
        UnknownReference: the practitioner or a room is unknown or not active.
    """

    def attempt() -> Schedule:
        now = clock.second()
        old = repository.schedule_of(practitioner_id) or Schedule(practitioner_id, 0, (), ())
        expect(old, expected)
        new = old.with_plan(replace(plan, version=old.version + 1), now.date())
        repository.save_plan(new, actor, now)
        return new

    new = again(attempt)
    return new, affected_by_plan(new, plan)


def affected_by_plan(new: Schedule, plan: Plan) -> list[Appointment]:
    """The booked visits of the 90 days from the plan's first on, or from today on, that lie outside the schedule that
    the plan has become part of."""
    first = max(plan.valid_from, clock.second().date())
    last = min(plan.valid_to or date.max, first + AFFECTED_DAYS)
    booked = _pending(new.practitioner_id, new.local_span(first, last))
    slots = {slot.span for slot in new.slots(first - ONE_DAY, last + ONE_DAY)}
    return [visit for visit in booked if Span(visit.start, visit.end) not in slots]


def plan_leave(
    practitioner_id: str, leave: Leave, expected: int | None, actor: str
) -> tuple[Schedule, list[Appointment]]:
    """Take time off: free slots in it can no longer be booked, not even by who saw them a moment ago.

    Returns:
        the schedule, and the visits booked in the leave: they stand, and somebody should move them.

    Raises:
        Invalid: more is planned ahead than a schedule holds.
        NotFound: no schedule was ever set.
        Stale: the schedule is not at the `expected` version.
    """

    def attempt() -> Schedule:
        now = clock.second()
        old = schedule(practitioner_id)
        expect(old, expected)
        new = old.with_leave(leave, now.date())
        span = new.leave_span(leave)
        days = {tick.day for tick in (Tick.at(span.start), Tick.at(span.end))}
        repository.save_leave(new, "LeavePlanned", sorted(days), actor, now)
        return new

    new = again(attempt)
    return new, affected_by_leave(new, leave)


def affected_by_leave(new: Schedule, leave: Leave) -> list[Appointment]:
    """The visits booked in the leave."""
    return _pending(new.practitioner_id, new.leave_span(leave))


def withdraw_leave(practitioner_id: str, day: date, actor: str) -> None:
    """Work on a day after all.

    Raises:
        NotFound: there is no leave on this day.
    """

    def attempt() -> None:
        old = schedule(practitioner_id)
        if all(leave.day != day for leave in old.leave):
            raise NotFound("There is no leave on this day")
        repository.save_leave(old.without_leave(day), "LeaveWithdrawn", (), actor, clock.second())

    again(attempt)


def _pending(practitioner_id: str, span: Span) -> list[Appointment]:
    """The visits still to come that overlap the span."""
    resource = Resource(Kind.PRACTITIONER, practitioner_id)
    begins = Span(span.start - ONE_DAY, span.end)
    found, _ = repository.visits(resource, begins, None, MOST_AFFECTED, _PENDING)
    return [visit for visit in found if Span(visit.start, visit.end).overlaps(span)]


def time_zone_of(practitioner_id: str, day: date) -> str | None:
    """The zone in which the practitioner's days are counted, None without a schedule."""
    found = repository.schedule_of(practitioner_id)
    return found.time_zone(day) if found else None
