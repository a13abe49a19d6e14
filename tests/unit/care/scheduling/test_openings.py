"""What a practitioner has free on a UTC day, what no longer fits, and what a change would do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from care.scheduling.models import (
    Appointment,
    Cause,
    Hours,
    Leave,
    Mode,
    Opening,
    Plan,
    Profile,
    Schedule,
    Slot,
    Step,
    Tick,
    misfit,
    opening,
    preview,
    ticks,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
PROFILE = Profile("prc_1", "dep_1", ("cardiology",), True, 1)
PLAN = Plan(1, "Europe/Berlin", 30, tuple(Hours(day, time(9), time(11), "room_1") for day in range(7)), (), MONDAY)
SCHEDULE = Schedule("prc_1", 1, (PLAN,), ())


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """Such a time in Berlin, in winter."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def slot(start: datetime) -> Slot:
    return Slot(start, start + timedelta(minutes=30), "room_1")


def visit(start: datetime, minutes: int = 30) -> Appointment:
    return Appointment.book(
        appointment_id="apt_1",
        patient_id="pat_1",
        practitioner_id="prc_1",
        slot=Slot(start, start + timedelta(minutes=minutes), "room_1"),
        time_zone="Europe/Berlin",
        mode=Mode.IN_PERSON,
        reason=None,
        at=NOW,
        actor="u-1",
        fingerprint="f",
    )


def test_an_opening_is_what_visits_leave_of_the_day() -> None:
    booked = set(ticks(slot(at(9, 30)).span))
    found = opening(PROFILE, SCHEDULE, MONDAY, booked, NOW)
    free = (slot(at(9)), slot(at(10)), slot(at(10, 30)))
    assert found == Opening("prc_1", "dep_1", MONDAY, "Europe/Berlin", free)


def test_there_is_no_opening_where_nothing_is_free() -> None:
    full = {Tick(MONDAY, index) for index in range(288)}
    assert opening(PROFILE, SCHEDULE, MONDAY, full, NOW) is None
    assert opening(PROFILE, SCHEDULE, date(2026, 11, 22), set(), NOW) is None
    assert opening(PROFILE, SCHEDULE, MONDAY, set(), at(10, 30)) is None
    assert opening(replace(PROFILE, active=False), SCHEDULE, MONDAY, set(), NOW) is None


def test_slots_belong_to_the_utc_day_on_which_they_begin() -> None:
    night = replace(PLAN, weekly=tuple(Hours(day, time(0), time(2)) for day in range(7)))
    found = opening(PROFILE, replace(SCHEDULE, plans=(night,)), MONDAY, set(), NOW)
    assert found is not None
    assert [one.start for one in found.slots] == [at(1), at(1, 30), at(0, day=24), at(0, 30, day=24)]


def test_a_visit_fits_that_is_a_slot() -> None:
    assert misfit(visit(at(9)), SCHEDULE, PROFILE, NOW) is None


@pytest.mark.parametrize(
    ("schedule", "profile", "cause"),
    [
        (SCHEDULE, replace(PROFILE, active=False), Cause.DEACTIVATED),
        (SCHEDULE.with_leave(Leave(MONDAY, None, time(10)), MONDAY), PROFILE, Cause.LEAVE),
        (SCHEDULE.with_leave(Leave(MONDAY), MONDAY), None, Cause.LEAVE),
        (replace(SCHEDULE, plans=(replace(PLAN, slot_minutes=20),)), PROFILE, Cause.SCHEDULE),
        (replace(SCHEDULE, plans=(replace(PLAN, valid_from=date(2026, 11, 24)),)), PROFILE, Cause.SCHEDULE),
        (None, PROFILE, Cause.SCHEDULE),
    ],
)
def test_a_visit_that_does_not_fit_says_why(schedule: Schedule | None, profile: Profile | None, cause: Cause) -> None:
    found = misfit(visit(at(9)), schedule, profile, NOW)
    assert found is not None
    assert found.cause is cause


def test_only_booked_visits_to_come_must_be_moved() -> None:
    off = SCHEDULE.with_leave(Leave(MONDAY), MONDAY)
    assert misfit(visit(at(9)), off, PROFILE, at(9)) is None
    assert misfit(visit(at(9)).advance(Step.CHECK_IN, NOW, "u-1"), off, PROFILE, NOW) is None


def test_a_preview_counts_each_day_in_the_zone_of_its_own_week() -> None:
    moved = replace(PLAN, version=2, time_zone="Asia/Tokyo", slot_minutes=60, valid_from=date(2026, 11, 24))
    new = replace(SCHEDULE, plans=(PLAN, moved))
    taken = set(ticks(slot(at(9)).span))
    days = preview(SCHEDULE, new, MONDAY, date(2026, 11, 24), taken, NOW)
    assert [(day.date.day, day.free_before, day.free_after) for day in days] == [(23, 3, 3), (24, 4, 2)]
