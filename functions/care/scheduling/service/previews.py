"""What a change of hours would do, without making it."""

from dataclasses import replace
from datetime import date, timedelta

from care.scheduling import repository
from care.scheduling.models import ONE_DAY, Appointment, DayPreview, Kind, Leave, Plan, Resource, Schedule, preview
from care.scheduling.service.hours import affected_by_leave, affected_by_plan, schedule
from kernel import clock

_SHOWN = timedelta(days=31)

type Preview = tuple[list[DayPreview], list[Appointment]]


def preview_plan(practitioner_id: str, plan: Plan) -> Preview:
    """What the plan would do to the 31 days from its first on, or from today on if that has passed.

    Returns:
        the days, and the booked visits that `set_schedule` would answer with.

    Raises:
        UnknownReference: the practitioner is unknown or not active.
    """
    old = repository.schedule_of(practitioner_id)
    if old is None:
        repository.require_practitioner(practitioner_id)
        old = Schedule(practitioner_id, 0, (), ())
    today = clock.second().date()
    new = old.with_plan(replace(plan, version=old.version + 1), today)
    first = max(plan.valid_from, today)
    last = min(plan.valid_to or date.max, first + _SHOWN - ONE_DAY)
    return _preview(old, new, first, last), affected_by_plan(new, plan)


def preview_leave(practitioner_id: str, leave: Leave) -> Preview:
    """What the leave would do to its day.

    Returns:
        the day, and the booked visits that `plan_leave` would answer with.

    Raises:
        NotFound: no schedule was ever set.
    """
    old = schedule(practitioner_id)
    new = old.with_leave(leave, clock.second().date())
    return _preview(old, new, leave.day, leave.day), affected_by_leave(new, leave)


def _preview(old: Schedule, new: Schedule, first: date, last: date) -> list[DayPreview]:
    if last < first:
        return []
    # The zones of the two may differ by a day, and hours may pass midnight.
    reach = new.local_span(first - ONE_DAY, last + ONE_DAY)
    now = clock.second()
    resource = Resource(Kind.PRACTITIONER, new.practitioner_id)
    return preview(old, new, first, last, repository.taken(resource, reach, now), now)
