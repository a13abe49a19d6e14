"""Read models follow what happens: openings, the day board and the work list are made anew from the truth, so that it
does not matter in which order events come and how often.

What is asked for here can be repeated at any time; that is also how everything is rebuilt.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from care.scheduling import repository
from care.scheduling.models import (
    HORIZON,
    LATEST,
    ONE_DAY,
    Appointment,
    Kept,
    Kind,
    Misfit,
    Move,
    Opening,
    Profile,
    Resource,
    Schedule,
    Span,
    day_span,
    misfit,
    opening,
)
from kernel import clock
from kernel.dynamodb import Place
from kernel.errors import Unavailable
from kernel.races import LostRace

_VISITS_AT_ONCE = 50
_ROSTER_PAGE = 100
_LOOKS = 10


def keep_profile(profile: Profile) -> None:
    """Remember what a practitioner's domain says of them, unless something newer is known."""
    repository.keep_profile(profile)


def roster(after: str) -> list[str]:
    """A page of the practitioners whom scheduling knows."""
    return repository.roster(after, _ROSTER_PAGE)


def refresh_openings(practitioner_id: str, first: date, last: date) -> None:
    """Make the openings of a practitioner on these UTC days, as far as openings are kept, be what is free.

    Raises:
        Unavailable: others changed them again and again meanwhile.
    """
    today = clock.second().date()
    first, last = max(first, today), min(last, today + HORIZON)
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    if not days:
        return

    def look() -> bool:
        views = repository.views_of_days(practitioner_id, days)
        profile = repository.profile_of(practitioner_id)
        found = _openings(profile, days) if profile else {}
        specialties = profile.specialties if profile else ()
        changed = [repository.show_opening(views[day], day, specialties, found.get(day)) for day in days]
        return any(changed)

    _settle(look)


def _openings(profile: Profile, days: Sequence[date]) -> dict[date, Opening]:
    schedule = repository.schedule_of(profile.practitioner_id)
    if schedule is None or not profile.active:
        return {}
    booked = repository.booked(profile.practitioner_id, days[0], days[-1] + ONE_DAY)
    now = clock.second()
    found = {day: opening(profile, schedule, day, booked, now) for day in days}
    return {day: one for day, one in found.items() if one is not None}


def refresh_visits(practitioner_id: str, first: date, last: date, after: Place | None) -> Place | None:
    """Make board and work list show the visits of a practitioner that begin on these UTC days, from today on, as they
    are: a page of them.

    Returns:
        where the next page begins, None after the last.
    """
    today = clock.second().date()
    # Where it is still yesterday, yesterday's board is today's.
    first, last = max(first, today - ONE_DAY), min(last, today + LATEST + ONE_DAY)
    if first > last:
        return None
    span = Span(day_span(first).start, day_span(last).end)
    resource = Resource(Kind.PRACTITIONER, practitioner_id)
    found, ended = repository.visits(resource, span, after, _VISITS_AT_ONCE, None)
    _refresh_visits([visit.appointment_id for visit in found])
    return ended


def refresh_visit(appointment_id: str) -> None:
    """Make board and work list show a visit as it is.

    Raises:
        Unavailable: others changed them again and again meanwhile.
    """
    _refresh_visits([appointment_id])


def _refresh_visits(appointment_ids: Sequence[str]) -> None:
    def look() -> bool:
        changed = False
        now = clock.second()
        views = repository.views_of_visits(appointment_ids)
        kept = repository.kept_visits(appointment_ids)
        hours: dict[str, tuple[Schedule | None, Profile | None]] = {}
        for visit in repository.fetch(appointment_ids):
            who = visit.practitioner_id
            if who not in hours:
                hours[who] = repository.schedule_of(who), repository.profile_of(who)
            schedule, profile = hours[who]
            seen = views[visit.appointment_id]
            wrong = misfit(visit, schedule, profile, now)
            move = _move(visit, wrong, kept.get(visit.appointment_id), repository.shown_move(seen), now)
            changed |= repository.show_visit(seen, visit, profile.department_id if profile else None, move)
        return changed

    _settle(look)


def _settle(look: Callable[[], bool]) -> None:
    """Look at the truth, and change lists by it, until there is nothing to change (care.scheduling.repository.views).

    Raises:
        Unavailable: there always was.
    """
    for _ in range(_LOOKS):
        try:
            if not look():
                return
        except LostRace:
            continue
    raise Unavailable


def _move(
    visit: Appointment, wrong: Misfit | None, kept: Kept | None, shown: Move | None, now: datetime
) -> Move | None:
    if wrong is None or (kept is not None and kept.covers(visit, wrong)):
        return None
    return Move(
        appointment_id=visit.appointment_id,
        practitioner_id=visit.practitioner_id,
        patient_id=visit.patient_id,
        start=visit.start,
        end=visit.end,
        time_zone=visit.time_zone,
        cause=wrong.cause,
        since=shown.since if shown and shown.cause is wrong.cause else now,
    )
