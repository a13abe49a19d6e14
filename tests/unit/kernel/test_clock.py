"""Instants: read in one place, written in one form."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock

instants = st.datetimes(timezones=st.timezones())


@given(instants)
def test_an_instant_that_was_written_is_read_again(at: datetime) -> None:
    utc = at.astimezone(UTC)
    assert clock.parse(clock.iso(at)) == utc
    assert clock.iso(at).endswith("Z")


def test_instants_are_written_in_utc_without_a_needless_fraction() -> None:
    at = datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert clock.iso(at) == "2026-11-21T09:00:00Z"
    assert clock.iso(at + timedelta(milliseconds=5)) == "2026-11-21T09:00:00.005000Z"


def test_an_offset_is_understood() -> None:
    assert clock.parse("2026-11-21T10:00:00+01:00") == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-21T10:00:00", "2026-11-21", "now", ""])
def test_a_time_without_an_offset_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        clock.parse(text)


def test_the_present_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
