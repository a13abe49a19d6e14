"""Visits, hours, leave and occupancy: the rules of scheduling, in the words of the front desk."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from care.scheduling.errors import NotBookable
from care.scheduling.models import (
    LATEST,
    MOST_VERSIONS,
    ONE_DAY,
    TICK,
    Appointment,
    Break,
    Hours,
    Kind,
    Leave,
    Mode,
    Occupancy,
    Plan,
    Resource,
    Schedule,
    Slot,
    Span,
    Status,
    Step,
    Tick,
    day_changes,
    instant,
    merge,
    nearest,
    resources_of,
    ticks,
)
from kernel.errors import InvalidTransition

MONDAY = date(2026, 11, 23)
EVERY_DAY = range(7)


def at(text: str, zone: str = "UTC") -> datetime:
    """A wall-clock time of a zone as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(start: str, end: str, *weekdays: int, room_id: str | None = None) -> tuple[Hours, ...]:
    return tuple(
        Hours(weekday, time.fromisoformat(start), time.fromisoformat(end), room_id) for weekday in weekdays or EVERY_DAY
    )


def pause(start: str, end: str, weekday: int | None = None) -> Break:
    return Break(time.fromisoformat(start), time.fromisoformat(end), weekday)


def plan(
    *weekly: Hours,
    zone: str = "Europe/Berlin",
    minutes: int = 20,
    breaks: tuple[Break, ...] = (),
    version: int = 1,
    valid: tuple[date, date | None] = (date(2026, 1, 1), None),
) -> Plan:
    return Plan(version, zone, minutes, weekly or hours("09:00", "17:00"), breaks, *valid)


def schedule(*plans: Plan, leave: tuple[Leave, ...] = ()) -> Schedule:
    return Schedule("prc_1", len(plans), plans or (plan(),), leave)


def starts(found: Schedule, first: date, last: date | None = None, zone: str = "Europe/Berlin") -> list[str]:
    """When the slots of these days begin, as the clock in the zone shows it."""
    clocks = ZoneInfo(zone)
    return [slot.start.astimezone(clocks).strftime("%H:%M") for slot in found.slots(first, last or first)]


# ---- the life of a visit

WHEN = at("2026-11-20T12:00")
SLOT = Slot(at("2026-11-23T09:00", "Europe/Berlin"), at("2026-11-23T09:20", "Europe/Berlin"), "room_1")


def visit(status: Status = Status.BOOKED) -> Appointment:
    booked = Appointment.book(
        appointment_id="apt_1",
        patient_id="pat_1",
        practitioner_id="prc_1",
        slot=SLOT,
        time_zone="Europe/Berlin",
        mode=Mode.IN_PERSON,
        reason="cough",
        at=WHEN,
        actor="u-1",
        fingerprint="f",
    )
    return replace(booked, status=status)


ALLOWED = {
    (Status.BOOKED, Step.CHECK_IN): Status.CHECKED_IN,
    (Status.CHECKED_IN, Step.START): Status.ARRIVED,
    (Status.ARRIVED, Step.COMPLETE): Status.FULFILLED,
    (Status.BOOKED, Step.CANCEL): Status.CANCELLED,
    (Status.CHECKED_IN, Step.CANCEL): Status.CANCELLED,
    (Status.BOOKED, Step.MARK_NO_SHOW): Status.NO_SHOW,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", [step for step in Step if step not in (Step.BOOK, Step.RESCHEDULE)])
def test_a_visit_takes_only_the_steps_that_its_state_allows(status: Status, step: Step) -> None:
    before = visit(status)
    if (status, step) not in ALLOWED:
        with pytest.raises(InvalidTransition) as refused:
            before.advance(step, WHEN, "u-2")
        assert refused.value.extensions == {"current_status": status}
        return
    after = before.advance(step, WHEN, "u-2", "why")
    assert after.status is ALLOWED[status, step]
    assert after.version == before.version + 1
    assert (after.history[-1].step, after.history[-1].actor, after.history[-1].reason) == (step, "u-2", "why")


@pytest.mark.parametrize("status", Status)
def test_only_a_booked_visit_can_be_moved(status: Status) -> None:
    later = replace(SLOT, start=SLOT.start + ONE_DAY, end=SLOT.end + ONE_DAY, room_id=None)
    if status is not Status.BOOKED:
        with pytest.raises(InvalidTransition):
            visit(status).move("prc_2", later, "Asia/Tokyo", WHEN, "u-2")
        return
    moved = visit(status).move("prc_2", later, "Asia/Tokyo", WHEN, "u-2")
    assert (moved.start, moved.end, moved.room_id) == (later.start, later.end, None)
    assert (moved.practitioner_id, moved.patient_id, moved.time_zone) == ("prc_2", "pat_1", "Asia/Tokyo")
    assert moved.status is Status.BOOKED


def test_history_has_one_line_for_each_version_and_forgets_nothing() -> None:
    moved = visit().move("prc_2", replace(SLOT, start=SLOT.end, end=SLOT.end + ONE_DAY), "UTC", WHEN, "u-2")
    seen = moved.advance(Step.CHECK_IN, WHEN + ONE_DAY, "u-3")
    assert [entry.version for entry in seen.history] == [1, 2, 3]
    assert [entry.step for entry in seen.history] == [Step.BOOK, Step.RESCHEDULE, Step.CHECK_IN]
    assert [entry.practitioner_id for entry in seen.history] == ["prc_1", "prc_2", "prc_2"]
    assert seen.history[0].start == SLOT.start
    assert seen.version == 3


def test_a_repeated_booking_hears_what_the_first_heard_whatever_happened_since() -> None:
    first = visit()
    later = replace(SLOT, start=SLOT.end, end=SLOT.end + TICK, room_id=None)
    now = first.move("prc_2", later, "Europe/Berlin", WHEN, "u-2").advance(Step.CANCEL, WHEN, "u-2", "ill")
    assert now.as_booked() == first


# ---- wall clocks


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/Berlin", "2026-11-23T09:00", "2026-11-23T08:00+00:00"),
        # Skipped times are the moment at which the clocks skip.
        ("Europe/Berlin", "2027-03-28T02:00", "2027-03-28T01:00+00:00"),
        ("Europe/Berlin", "2027-03-28T02:35", "2027-03-28T01:00+00:00"),
        ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00+00:00"),
        ("America/New_York", "2027-03-14T02:30", "2027-03-14T07:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30+00:00"),
        ("Asia/Beirut", "2027-03-28T00:00", "2027-03-27T22:00+00:00"),
        ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:00+00:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00+00:00"),  # a whole day was skipped
        # Of repeated times the first.
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30+00:00"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45+00:00"),
    ],
)
def test_a_wall_time_is_one_instant_even_when_clocks_change(zone: str, wall: str, expected: str) -> None:
    local = datetime.fromisoformat(wall)
    assert instant(local.date(), local.time(), ZoneInfo(zone)) == datetime.fromisoformat(expected)


# ---- hours


def test_slots_fill_the_hours_and_none_is_cut_short() -> None:
    found = schedule(plan(*hours("09:00", "10:10"), minutes=20))
    assert starts(found, MONDAY) == ["09:00", "09:20", "09:40"]


def test_hours_name_the_room_of_their_slots() -> None:
    morning, evening = hours("09:00", "09:20", 0, room_id="room_1"), hours("18:00", "18:20", 0, room_id="room_2")
    found = schedule(plan(*evening, *morning)).slots(MONDAY, MONDAY)
    assert [slot.room_id for slot in found] == ["room_1", "room_2"]


def test_only_the_weekday_of_the_hours_has_slots() -> None:
    found = schedule(plan(*hours("09:00", "09:20", 0, 3)))
    days = {slot.start.date() for slot in found.slots(MONDAY, MONDAY + timedelta(days=6))}
    assert days == {MONDAY, MONDAY + timedelta(days=3)}


def test_the_grid_begins_anew_after_a_break() -> None:
    found = schedule(plan(*hours("09:00", "11:00"), minutes=30, breaks=(pause("09:45", "10:15"),)))
    assert starts(found, MONDAY) == ["09:00", "10:15"]


def test_a_break_of_one_weekday_leaves_the_others_alone() -> None:
    found = schedule(plan(*hours("09:00", "10:00"), breaks=(pause("09:00", "09:40", 1),)))
    assert starts(found, MONDAY) == ["09:00", "09:20", "09:40"]
    assert starts(found, MONDAY + ONE_DAY) == ["09:40"]


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    found = schedule(plan(*hours("22:00", "02:00", 0), minutes=60))
    assert starts(found, MONDAY) == ["22:00", "23:00", "00:00", "01:00"]
    assert starts(found, MONDAY + ONE_DAY) == []


def test_hours_that_end_as_they_begin_last_a_day() -> None:
    found = schedule(plan(*hours("08:00", "08:00", 0), minutes=60))
    assert len(starts(found, MONDAY)) == 24


def test_a_break_past_midnight_cuts_hours_past_midnight() -> None:
    found = schedule(plan(*hours("22:00", "02:00", 0), minutes=30, breaks=(pause("23:30", "00:30", 0),)))
    assert starts(found, MONDAY) == ["22:00", "22:30", "23:00", "00:30", "01:00", "01:30"]


def test_a_break_of_the_next_weekday_cuts_the_hours_that_reach_into_it() -> None:
    found = schedule(plan(*hours("22:00", "02:00", 0), minutes=60, breaks=(pause("00:00", "01:00", 1),)))
    assert starts(found, MONDAY) == ["22:00", "23:00", "01:00"]


# ---- leave


def test_a_day_of_leave_has_no_slots() -> None:
    found = schedule(leave=(Leave(MONDAY),))
    assert starts(found, MONDAY) == []
    assert starts(found, MONDAY + ONE_DAY)


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        ("09:00", "09:30", ["09:40"]),
        (None, "09:40", ["09:40"]),
        ("09:40", None, ["09:00", "09:20"]),
        ("09:10", "09:25", ["09:40"]),
    ],
)
def test_leave_of_some_hours_keeps_the_other_slots_where_they_were(
    start: str | None, end: str | None, left: list[str]
) -> None:
    off = Leave(MONDAY, time.fromisoformat(start) if start else None, time.fromisoformat(end) if end else None)
    found = schedule(plan(*hours("09:00", "10:10")), leave=(off,))
    assert starts(found, MONDAY) == left


def test_leave_ends_the_night_shift_at_midnight_on_both_sides() -> None:
    night = plan(*hours("22:00", "02:00"), minutes=60)
    found = schedule(night, leave=(Leave(MONDAY),))
    assert starts(found, MONDAY - ONE_DAY) == ["22:00", "23:00"]
    assert starts(found, MONDAY) == ["00:00", "01:00"]


# ---- versions of the week


def test_a_new_week_holds_from_its_first_day_and_the_old_one_until_then() -> None:
    new = plan(*hours("10:00", "10:30"), minutes=30, valid=(MONDAY + ONE_DAY, None), version=2)
    found = schedule(plan(*hours("09:00", "09:20"))).with_plan(new, MONDAY)
    assert starts(found, MONDAY, MONDAY + ONE_DAY) == ["09:00", "10:00"]
    assert found.version == 2


def test_a_week_for_some_days_gives_way_to_the_old_one_afterwards() -> None:
    days = [MONDAY + n * ONE_DAY for n in range(4)]
    new = plan(*hours("10:00", "10:20"), valid=(days[1], days[2]), version=2)
    found = schedule(plan(*hours("09:00", "09:20"))).with_plan(new, MONDAY)
    assert [starts(found, day) for day in days] == [["09:00"], ["10:00"], ["10:00"], ["09:00"]]


def test_before_the_first_week_begins_there_are_no_slots() -> None:
    found = schedule(plan(valid=(MONDAY, None)))
    assert starts(found, MONDAY - ONE_DAY) == []


def test_a_week_that_can_never_hold_again_is_forgotten() -> None:
    first = plan(version=1)
    found = schedule(first)
    for version in range(2, 6):
        found = found.with_plan(plan(version=version, valid=(MONDAY, None)), MONDAY)
    assert [kept.version for kept in found.plans] == [1, 5]
    assert [kept.version for kept in found.with_plan(plan(version=6), MONDAY + ONE_DAY * 7).plans] == [6]


DAYS = st.integers(-40, 40).map(lambda n: MONDAY + n * ONE_DAY)
RANGES = st.tuples(DAYS, st.none() | DAYS).filter(lambda pair: pair[1] is None or pair[0] <= pair[1])


@given(st.lists(st.tuples(RANGES, st.integers(0, 5)), min_size=1, max_size=8))
def test_forgetting_weeks_never_changes_what_holds_today_or_later(
    changes: list[tuple[tuple[date, date | None], int]],
) -> None:
    today = MONDAY - 20 * ONE_DAY
    every: list[Plan] = []
    found = Schedule("prc_1", 0, (), ())
    for version, (valid, passed) in enumerate(changes, 1):
        today += passed * ONE_DAY
        new = plan(valid=valid, version=version)
        every.append(new)
        found = found.with_plan(new, today)
        full = Schedule("prc_1", version, tuple(every), ())
        for n in range(-1, 70):
            day = today + n * ONE_DAY
            assert found.plan_on(day) == full.plan_on(day)


def test_leave_replaces_leave_of_its_day_and_long_past_leave_is_forgotten() -> None:
    found = schedule(leave=(Leave(MONDAY - 30 * ONE_DAY), Leave(MONDAY, reason="a")))
    changed = found.with_leave(Leave(MONDAY, reason="b"), MONDAY)
    assert changed.leave == (Leave(MONDAY, reason="b"),)
    assert changed.version == found.version + 1
    assert changed.without_leave(MONDAY).leave == ()


# ---- clocks that change


def test_an_hour_that_is_skipped_has_no_slots() -> None:
    found = schedule(plan(*hours("01:00", "05:00")))
    assert starts(found, date(2027, 3, 28)) == [
        *("01:00", "01:20", "01:40"),
        *("03:00", "03:20", "03:40", "04:00", "04:20", "04:40"),
    ]


def test_an_hour_that_comes_twice_has_twice_the_slots() -> None:
    found = schedule(plan(*hours("01:00", "04:00")))
    got = starts(found, date(2026, 10, 25))
    assert got == [
        *("01:00", "01:20", "01:40"),
        *("02:00", "02:20", "02:40") * 2,
        *("03:00", "03:20", "03:40"),
    ]


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        ("America/New_York", date(2027, 3, 14), ("01:00", "04:00"), 120),
        ("America/New_York", date(2026, 11, 1), ("01:00", "04:00"), 240),
        ("Australia/Lord_Howe", date(2026, 10, 4), ("01:00", "04:00"), 150),
        ("Australia/Lord_Howe", date(2027, 4, 4), ("01:00", "04:00"), 210),
        ("Asia/Beirut", date(2027, 3, 28), ("00:00", "04:00"), 180),
        ("America/Santiago", date(2026, 9, 6), ("00:00", "04:00"), 180),
        ("America/Santiago", date(2027, 4, 3), ("22:00", "00:00"), 180),
        ("Europe/Berlin", date(2026, 10, 24), ("22:00", "04:00"), 420),
        ("Europe/Berlin", date(2027, 3, 27), ("22:00", "04:00"), 300),
        # Of a time that comes twice the first is meant: where hours begin, and where they end.
        ("Europe/Berlin", date(2026, 10, 24), ("22:00", "02:00"), 240),
        ("Atlantic/Azores", date(2026, 10, 24), ("20:00", "00:00"), 240),
        ("America/Havana", date(2026, 10, 31), ("20:00", "00:00"), 240),
        ("Europe/Berlin", date(2026, 10, 25), ("02:00", "03:00"), 120),
        ("Europe/Berlin", date(2026, 10, 25), ("02:30", "03:00"), 90),
        ("Europe/Berlin", date(2026, 10, 25), ("02:00", "02:30"), 30),
    ],
)
def test_hours_last_as_long_as_the_clock_on_the_wall_says(
    zone: str, day: date, wall: tuple[str, str], expected: int
) -> None:
    slots = schedule(plan(*hours(*wall), zone=zone, minutes=5)).slots(day, day)
    assert len(slots) * 5 == expected


def test_shifts_that_meet_in_the_repeated_hour_do_not_overlap() -> None:
    found = schedule(plan(*hours("22:00", "02:00"), *hours("02:00", "06:00")))
    slots = found.slots(date(2026, 10, 24), date(2026, 10, 25))
    assert len({slot.start for slot in slots}) == len(slots)
    assert all(one.end <= two.start for one, two in pairwise(slots))


def test_a_day_of_leave_ends_with_its_day_where_midnight_comes_twice() -> None:
    night = plan(*hours("23:00", "03:00"), zone="Atlantic/Azores", minutes=60)
    found = schedule(night, leave=(Leave(date(2026, 10, 24)),))
    assert starts(found, date(2026, 10, 24), zone="Atlantic/Azores") == ["00:00", "00:00", "01:00", "02:00"]


ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Pacific/Honolulu",
        "Pacific/Kiritimati",
        "Atlantic/Azores",
        "Pacific/Chatham",
        "UTC",
    ]
)
WALL = st.integers(0, 287).map(lambda tick: time(tick // 12, tick % 12 * 5))
LENGTHS = st.integers(1, 24).map(lambda n: n * 5)
YEAR = st.integers(0, 400).map(lambda n: date(2026, 9, 1) + n * ONE_DAY)
CHANGE_DAYS = st.sampled_from(
    [
        *(date(2026, 9, 5), date(2026, 10, 3), date(2026, 10, 24), date(2026, 10, 31)),
        *(date(2027, 3, 13), date(2027, 3, 27), date(2027, 4, 3)),
    ]
)


@given(ZONES, WALL, WALL, LENGTHS, CHANGE_DAYS | YEAR, st.lists(st.builds(Break, WALL, WALL, st.none()), max_size=2))
def test_every_slot_lasts_its_length_overlaps_no_other_and_can_be_found_again(
    zone: str, start: time, end: time, minutes: int, day: date, breaks: list[Break]
) -> None:
    weekly = tuple(Hours(weekday, start, end) for weekday in EVERY_DAY)
    found = schedule(Plan(1, zone, minutes, weekly, tuple(breaks), date(2026, 1, 1)))
    slots = found.slots(day, day + ONE_DAY)
    assert all(slot.end - slot.start == timedelta(minutes=minutes) for slot in slots)
    assert all(one.end <= two.start for one, two in pairwise(slots))
    for slot in slots[:1] + slots[-1:]:
        assert found.slot_at(slot.start) == slot
        assert len(ticks(slot.span)) * 5 == minutes


def test_a_duty_of_a_whole_day_is_bookable_to_its_end_in_every_zone() -> None:
    found = schedule(plan(*hours("16:00", "16:00", 0), zone="Pacific/Honolulu", minutes=60))
    slots = found.slots(MONDAY, MONDAY)
    assert len(slots) == 24
    assert all(found.bookable_slot(slot.start, WHEN) == slot for slot in slots)


# ---- what can be booked


def test_a_slot_can_be_booked_until_it_begins() -> None:
    nine = at("2026-11-23T09:00", "Europe/Berlin")
    assert schedule().bookable_slot(nine, nine - timedelta(seconds=1)).start == nine
    with pytest.raises(NotBookable):
        schedule().bookable_slot(nine, nine)


def test_nothing_is_booked_more_than_a_year_ahead() -> None:
    nine = at("2026-11-23T09:00", "Europe/Berlin")
    assert schedule().bookable_slot(nine, nine - LATEST).start == nine
    with pytest.raises(NotBookable):
        schedule().bookable_slot(nine, nine - LATEST - TICK)


@pytest.mark.parametrize("wall", ["08:40", "17:00", "16:50", "09:10", "09:00:30", "09:20:00.000001"])
def test_only_the_beginning_of_a_slot_can_be_booked(wall: str) -> None:
    with pytest.raises(NotBookable):
        schedule().bookable_slot(at(f"2026-11-23T{wall}", "Europe/Berlin"), WHEN)


# ---- spans and ticks

MOMENTS = st.integers(0, 600).map(lambda n: at("2026-11-22T00:00") + n * TICK)
SPANS = st.tuples(MOMENTS, st.integers(1, 60)).map(lambda pair: Span(pair[0], pair[0] + pair[1] * TICK))


@given(SPANS)
def test_ticks_cover_exactly_their_span(span: Span) -> None:
    assert merge(ticks(span)) == [span]


@given(st.lists(SPANS, max_size=8))
def test_merged_ticks_are_the_same_ticks_in_the_fewest_spans(spans: list[Span]) -> None:
    taken = {tick for span in spans for tick in ticks(span)}
    merged = merge(taken)
    assert {tick for span in merged for tick in ticks(span)} == taken
    assert all(one.end < two.start for one, two in pairwise(merged))


@given(SPANS, st.lists(SPANS, max_size=6))
def test_what_is_left_of_a_span_is_exactly_what_nobody_cut_out(span: Span, others: list[Span]) -> None:
    left = span.without(others)
    cut = {tick for other in others for tick in ticks(other)}
    assert {tick for piece in left for tick in ticks(piece)} == set(ticks(span)) - cut
    assert all(one.end <= two.start for one, two in pairwise(left))


@given(SPANS, SPANS)
def test_spans_overlap_when_they_share_a_tick(one: Span, two: Span) -> None:
    assert one.overlaps(two) == two.overlaps(one) == bool(set(ticks(one)) & set(ticks(two)))


# ---- changes of days

RESOURCES = st.lists(
    st.builds(Resource, st.sampled_from(Kind), st.sampled_from(["a", "b"])), min_size=1, max_size=3, unique=True
).map(tuple)
OCCUPANCIES = st.none() | st.builds(Occupancy, RESOURCES, SPANS)


def occupied(occupancy: Occupancy | None) -> set[tuple[Resource, Tick]]:
    if occupancy is None:
        return set()
    return {(resource, tick) for resource in occupancy.resources for tick in ticks(occupancy.span)}


@given(OCCUPANCIES, OCCUPANCIES)
def test_the_changes_of_days_turn_the_old_occupancy_into_the_new(old: Occupancy | None, new: Occupancy | None) -> None:
    changes = day_changes(old, new)
    places = [(change.resource, change.day) for change in changes]
    assert len(set(places)) == len(places)
    state = occupied(old)
    for change in changes:
        freed = {(change.resource, Tick(change.day, index)) for index in change.free}
        took = {(change.resource, Tick(change.day, index)) for index in change.take}
        assert freed <= state
        assert not took & state
        state = (state - freed) | took
    assert state == occupied(new)


@given(OCCUPANCIES, OCCUPANCIES)
def test_a_visit_is_listed_once_on_each_resource_on_the_day_it_begins(
    old: Occupancy | None, new: Occupancy | None
) -> None:
    changes = day_changes(old, new)
    marks = listed(old)
    for change in changes:
        if change.began is not None:
            marks.remove((change.resource, change.day, change.began))
        if change.begins is not None:
            assert (change.resource, change.day, change.begins) not in marks
            marks.add((change.resource, change.day, change.begins))
    assert marks == listed(new)


def listed(occupancy: Occupancy | None) -> set[tuple[Resource, date, int]]:
    if occupancy is None:
        return set()
    first = Tick.at(occupancy.span.start)
    return {(resource, first.day, first.index) for resource in occupancy.resources}


@given(OCCUPANCIES)
def test_what_stays_as_it_is_is_not_touched(occupancy: Occupancy | None) -> None:
    assert day_changes(occupancy, occupancy) == []


def test_a_visit_that_changes_only_its_practitioner_leaves_the_patients_day_alone() -> None:
    span = Span(at("2026-11-23T09:00"), at("2026-11-23T09:20"))
    old, new = (Occupancy(resources_of(one, "pat_1", None), span) for one in ("prc_1", "prc_2"))
    assert {change.resource.id for change in day_changes(old, new)} == {"prc_1", "prc_2"}


def test_a_visit_over_midnight_changes_two_days_of_each_resource() -> None:
    span = Span(at("2026-11-23T23:50"), at("2026-11-24T00:10"))
    changes = day_changes(None, Occupancy(resources_of("prc_1", "pat_1", "room_1"), span))
    assert len(changes) == 6
    assert {(change.day, change.take, change.begins) for change in changes} == {
        (date(2026, 11, 23), frozenset({286, 287}), 286),
        (date(2026, 11, 24), frozenset({0, 1}), None),
    }


# ---- alternatives


@given(st.lists(st.integers(0, 300), unique=True, max_size=20), st.integers(0, 300), st.integers(1, 5))
def test_the_nearest_slots_are_offered_in_order_of_time(offsets: list[int], wanted: int, most: int) -> None:
    base = at("2026-11-23T00:00")
    slots = [Slot(base + n * TICK, base + (n + 1) * TICK) for n in offsets]
    target = base + wanted * TICK
    chosen = nearest(slots, target, most)
    assert chosen == sorted(chosen)
    assert len(chosen) == min(most, len(slots))
    assume(len(chosen) < len(slots))
    furthest = max(abs(slot.start - target) for slot in chosen)
    assert all(abs(slot.start - target) >= furthest for slot in slots if slot not in chosen)


def test_a_visit_cannot_be_moved_for_ever_but_still_be_cancelled() -> None:
    moved = replace(visit(), version=MOST_VERSIONS)
    with pytest.raises(InvalidTransition, match="too often"):
        moved.move("prc_2", SLOT, "UTC", WHEN, "u-2")
    assert moved.advance(Step.CANCEL, WHEN, "u-2", "ill").status is Status.CANCELLED
