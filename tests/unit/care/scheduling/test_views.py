"""What an event makes the read models look at again."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from care.scheduling import service
from care.scheduling.models import Profile
from care.scheduling.tasks.views import work_of
from kernel.events import Event, Unreadable


def event(type_: str, subject: str = "apt_1", version: int = 1, **data: Any) -> Event:
    return Event(f"{subject}:{version}", type_, datetime(2026, 11, 21, 9, tzinfo=UTC), subject, "u-1", version, data)


def days(work: list[tuple[Any, ...]]) -> set[tuple[str, date, date]]:
    """The openings that are looked at again: of whom, from when to when."""
    return {(who, first, last) for do, who, first, last in (one for one in work if one[0] is service.refresh_openings)}


def test_a_booking_is_looked_at_on_its_day_and_on_the_board() -> None:
    work = work_of(event("AppointmentBooked", practitioner_id="prc_1", start="2026-11-23T09:00:00Z"))
    day = date(2026, 11, 23)
    assert work == [(service.refresh_visit, "apt_1"), (service.refresh_openings, "prc_1", day, day)]


@pytest.mark.parametrize(("start", "neighbour"), [("T03:00:00Z", 22), ("T20:00:00Z", 24)])
def test_a_visit_near_midnight_can_matter_to_slots_of_the_next_day(start: str, neighbour: int) -> None:
    work = work_of(event("AppointmentCancelled", practitioner_id="prc_1", start=f"2026-11-23{start}"))
    assert {first.day for _, first, _ in days(work)} == {23, neighbour}


def test_a_moved_visit_is_looked_at_where_it_was_and_where_it_is() -> None:
    moved = event(
        "AppointmentRescheduled",
        practitioner_id="prc_2",
        start="2026-11-24T09:00:00Z",
        previous_practitioner_id="prc_1",
        previous_start="2026-11-23T09:00:00Z",
    )
    old, new = date(2026, 11, 23), date(2026, 11, 24)
    assert days(work_of(moved)) == {("prc_1", old, old), ("prc_2", new, new)}


@pytest.mark.parametrize("type_", ["AppointmentCheckedIn", "AppointmentStarted", "AppointmentNoShow"])
def test_a_step_that_keeps_the_time_concerns_the_visit_alone(type_: str) -> None:
    assert work_of(event(type_)) == [(service.refresh_visit, "apt_1")]


def test_leave_concerns_the_utc_days_that_hours_of_its_day_can_reach() -> None:
    work = work_of(event("LeavePlanned", "prc_1", first="2026-11-23", last="2026-11-23"))
    assert days(work) == {("prc_1", date(2026, 11, 21), date(2026, 11, 25))}
    ((_, *openings), (_, *visits)) = work
    assert visits == [*openings, None]  # from their first page on


@pytest.mark.parametrize("last", [None, "2999-12-31"])
def test_a_week_without_an_end_concerns_all_days_to_come(last: str | None) -> None:
    ((_, first, until),) = days(work_of(event("ScheduleChanged", "prc_1", first="2026-11-23", last=last)))
    assert first == date(2026, 11, 21)
    assert until > date(2999, 12, 31)


@pytest.mark.parametrize("change", ["Added", "Changed", "Activated", "Deactivated"])
def test_a_practitioner_is_copied_before_anything_is_made_of_the_copy(change: str) -> None:
    told = event(f"Practitioner{change}", "prc_1", 7, specialties=["cardiology"], department_id="dep_1", active=True)
    first, *rest = work_of(told)
    assert first == (service.keep_profile, Profile("prc_1", "dep_1", ("cardiology",), True, 7))
    assert len(rest) == 2


@pytest.mark.parametrize(
    "odd",
    [
        event("LabOrderPlaced"),
        event("AppointmentBooked"),
        event("AppointmentBooked", practitioner_id="prc_1", start="soon"),
        event("PractitionerChanged", "prc_1", specialties=["cardiology"]),
        event("LeavePlanned", "prc_1", first=3),
        event("VisitsDue", "prc_1"),
        event("WalkDue", "roster"),
    ],
    ids=lambda odd: odd.type,
)
def test_what_cannot_be_understood_is_set_aside(odd: Event) -> None:
    with pytest.raises(Unreadable):
        work_of(odd)
