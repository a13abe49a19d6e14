"""When a series' visits begin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.scheduling.models import Occurrence, occurrences

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [("2026-03-22T09:00", "2026-03-29T09:00", 7 * 24 - 1), ("2026-10-18T09:00", "2026-10-25T09:00", 7 * 24 + 1)],
)
def test_the_clock_shows_the_same_each_week_though_summer_begins_or_ends(first: str, second: str, hours: int) -> None:
    one, two = occurrences(at(first), 2, 1, BERLIN, {})
    assert (one.start, two.start) == (at(first), at(second))
    assert (two.start - one.start).total_seconds() == hours * 3600


def test_a_time_that_the_clocks_skip_becomes_the_moment_at_which_they_skip() -> None:
    _, two = occurrences(at("2026-03-22T02:30"), 2, 1, BERLIN, {})
    assert two.start == at("2026-03-29T03:00")


def test_a_series_that_begins_in_the_repeated_hour_begins_when_it_was_said_to() -> None:
    second_time = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, for the second time
    one, two = occurrences(second_time, 2, 1, BERLIN, {})
    assert (one.start, two.start) == (second_time, at("2026-11-01T02:30"))


def test_changes_move_or_leave_out_single_visits_and_keep_the_others_where_they_were() -> None:
    moved = at("2026-12-01T11:00")
    found = occurrences(at("2026-11-23T09:00"), 4, 1, BERLIN, {2: moved, 3: None})
    assert found == [
        Occurrence(1, at("2026-11-23T09:00")),
        Occurrence(2, moved),
        Occurrence(4, at("2026-12-14T09:00")),
    ]


@given(
    first=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    count=st.integers(2, 20),
    weeks=st.integers(1, 8),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
def test_visits_are_whole_weeks_apart_on_the_calendar(first: datetime, count: int, weeks: int, zone: str) -> None:
    found = occurrences(first, count, weeks, ZoneInfo(zone), {})
    days = [one.start.astimezone(ZoneInfo(zone)).date() for one in found]
    assert [(day - days[0]).days for day in days] == [7 * weeks * number for number in range(count)]
