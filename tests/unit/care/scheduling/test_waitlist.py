"""What fits a wish, whose turn it is, and what an entry allows."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.scheduling.errors import NotWaiting
from care.scheduling.models import (
    ANSWER_BEFORE,
    WAIT_TRANSITIONS,
    Offer,
    Priority,
    Slot,
    Wait,
    WaitlistEntry,
    WaitStatus,
    WaitStep,
    lines,
    offer_until,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLOT = Slot(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 8, 20, tzinfo=UTC))
OFFER = Offer("prc_1", SLOT.start, SLOT.end, None, "Europe/Berlin", NOW + timedelta(minutes=30))


def wait(**changes: Any) -> Wait:
    wanted: dict[str, Any] = {
        "practitioner_id": "prc_1",
        "specialty": None,
        "first": date(2026, 11, 23),
        "last": date(2026, 11, 29),
        "time_zone": "Europe/Berlin",
    }
    return Wait(**wanted | changes)


def entry(status: WaitStatus = WaitStatus.WAITING) -> WaitlistEntry:
    joined = WaitlistEntry.join(
        waitlist_id="wtl_1", patient_id="pat_1", wait=wait(), at=NOW, actor="u-1", fingerprint="f"
    )
    return replace(joined, status=status, offer=OFFER if status is WaitStatus.OFFERED else None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize("status", WaitStatus)
@pytest.mark.parametrize("step", WaitStep)
def test_an_entry_takes_only_the_steps_that_its_state_allows(status: WaitStatus, step: WaitStep) -> None:
    allowed, after = WAIT_TRANSITIONS[step]
    if status in allowed:
        stepped = entry(status).advance(step, NOW, "u-2")
        assert (stepped.status, stepped.version, stepped.actor, stepped.offer) == (after, 2, "u-2", None)
    else:
        with pytest.raises(NotWaiting):
            entry(status).advance(step, NOW, "u-2")


def test_what_has_ended_has_ended_for_good() -> None:
    ended = {WaitStatus.BOOKED, WaitStatus.WITHDRAWN, WaitStatus.EXPIRED}
    assert all(not (allowed & ended) for allowed, _ in WAIT_TRANSITIONS.values())
    assert {status for status in WaitStatus if not entry(status).live} == ended


@pytest.mark.parametrize(
    ("start", "fits"),
    [
        ("2026-11-22T23:55", False),
        ("2026-11-23T00:00", True),
        ("2026-11-29T23:55", True),
        ("2026-11-30T00:00", False),
    ],
)
def test_a_period_is_of_whole_days_where_the_patient_said(start: str, fits: bool) -> None:
    assert wait().fits(at(start)) is fits


@pytest.mark.parametrize(
    ("start", "fits"),
    [("2026-11-23T07:55", False), ("2026-11-23T08:00", True), ("2026-11-23T12:00", True), ("2026-11-23T12:05", False)],
)
def test_times_of_day_are_those_at_which_the_visit_begins(start: str, fits: bool) -> None:
    assert wait(earliest=time(8), latest=time(12)).fits(at(start)) is fits


@pytest.mark.parametrize(("weekdays", "fits"), [((), True), ((0,), True), ((1, 2, 3, 4, 5, 6), False)])
def test_without_weekdays_any_day_suits(weekdays: tuple[int, ...], fits: bool) -> None:
    assert wait(weekdays=frozenset(weekdays)).fits(at("2026-11-23T09:00")) is fits


@given(start=st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 3), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_begins_in_the_period_fits_a_wish_for_any_time_of_it(start: datetime) -> None:
    assert wait().fits(start) is (wait().begins <= start < wait().ends)


def test_urgent_comes_before_routine_and_the_named_doctor_before_anybody() -> None:
    assert lines("prc_1", ("cardiology", "pain-medicine")) == [
        (Priority.URGENT, ["prc_1"]),
        (Priority.URGENT, ["cardiology", "pain-medicine"]),
        (Priority.ROUTINE, ["prc_1"]),
        (Priority.ROUTINE, ["cardiology", "pain-medicine"]),
    ]


def test_an_offer_lasts_its_time_and_ends_while_the_patient_can_still_get_there() -> None:
    lasts = timedelta(minutes=30)
    assert offer_until(SLOT, NOW, lasts) == NOW + lasts
    late = SLOT.start - timedelta(minutes=40)
    assert offer_until(SLOT, late, lasts) == SLOT.start - ANSWER_BEFORE


def test_accepting_always_makes_the_same_visit_and_another_entry_another() -> None:
    accepted = entry(WaitStatus.OFFERED).advance(WaitStep.ACCEPT, NOW, "u-2", appointment_id="apt_1")
    assert accepted.visit_id == entry().visit_id
    assert replace(entry(), waitlist_id="wtl_2").visit_id != entry().visit_id


def test_a_slot_is_kept_for_the_patient_until_the_offer_ends() -> None:
    held = entry(WaitStatus.OFFERED).hold(OFFER)
    assert (held.patient_id, held.practitioner_id, held.start, held.end) == ("pat_1", "prc_1", SLOT.start, SLOT.end)
    assert held.expires_at == OFFER.expires_at
    assert held.hold_id != entry().hold(replace(OFFER, start=OFFER.start + timedelta(hours=1))).hold_id


def test_a_repeated_joining_hears_what_the_first_heard_whatever_happened_since() -> None:
    offered = entry().advance(WaitStep.OFFER, NOW + timedelta(hours=1), "waitlist", offer=OFFER)
    joined = offered.as_joined()
    assert (joined.status, joined.version, joined.offer) == (WaitStatus.WAITING, 1, None)
