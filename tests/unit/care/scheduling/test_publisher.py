"""What the changes of the scheduling table tell other domains."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from local import template

from care.scheduling.repository.keys import appointment_key, entry_key, hold_key, schedule_key, series_key
from care.scheduling.tasks.publisher import events_of
from kernel import clock
from kernel.events import Change, Event

BOOKED_AT = 1_795_200_000  # 2026-11-20T18:40:00Z
START = 1_795_420_800  # 2026-11-23T08:00:00Z
SECRET = "a cough that nobody else must know of"


def line(version: int, step: str, status: str) -> list[Any]:
    at = BOOKED_AT + version * 60
    return [version, step, status, at, f"u-{version}", START, START + 1200, "prc_1", "room_1", SECRET]


def visit(status: str, *history: list[Any], **changes: Any) -> dict[str, Any]:
    """A visit as the stream tells it."""
    return {
        "pk": "APPOINTMENT#apt_1",
        "sk": "APPOINTMENT",
        "status": status,
        "practitioner_id": "prc_1",
        "patient_id": "pat_1",
        "room_id": "room_1",
        "start": Decimal(START),
        "end": Decimal(START + 1200),
        "time_zone": "Europe/Berlin",
        "mode": "in_person",
        "reason": SECRET,
        "version": Decimal(len(history)),
        "created_at": Decimal(BOOKED_AT),
        "fingerprint": "f",
        "history": json.dumps(history),
        **changes,
    }


BOOKED = visit("booked", line(1, "book", "booked"))


def told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Event]:
    return list(events_of(Change(before, after)))


def test_a_booking_is_told_with_ids_and_codes_only() -> None:
    (event,) = told(None, BOOKED)
    assert event == Event(
        id="apt_1:1",
        type="AppointmentBooked",
        at=datetime.fromtimestamp(BOOKED_AT + 60, UTC),
        subject="apt_1",
        actor="u-1",
        version=1,
        data={
            "patient_id": "pat_1",
            "practitioner_id": "prc_1",
            "room_id": "room_1",
            "status": "booked",
            "mode": "in_person",
            "start": "2026-11-23T08:00:00Z",
            "end": "2026-11-23T08:20:00Z",
            "time_zone": "Europe/Berlin",
            "series_id": None,
        },
    )


def test_a_visit_of_a_series_says_so() -> None:
    (event,) = told(None, BOOKED | {"series_id": "ser_1"})
    assert event.data["series_id"] == "ser_1"


def test_a_series_is_told_with_the_times_of_all_its_visits() -> None:
    series = {
        "pk": "SERIES#ser_1",
        "sk": "SERIES",
        "patient_id": "pat_1",
        "practitioner_id": "prc_1",
        "time_zone": "Europe/Berlin",
        "mode": "video",
        "visits": json.dumps([["apt_1", START, START + 1200], ["apt_2", START + 604800, START + 606000]]),
        "created_at": Decimal(BOOKED_AT),
        "actor": "u-1",
        "fingerprint": "f",
    }
    (event,) = told(None, series)
    assert event == Event(
        id="ser_1:1",
        type="SeriesBooked",
        at=datetime.fromtimestamp(BOOKED_AT, UTC),
        subject="ser_1",
        actor="u-1",
        version=1,
        data={
            "patient_id": "pat_1",
            "practitioner_id": "prc_1",
            "time_zone": "Europe/Berlin",
            "mode": "video",
            "starts": ["2026-11-23T08:00:00Z", "2026-11-30T08:00:00Z"],
            "ends": ["2026-11-23T08:20:00Z", "2026-11-30T08:20:00Z"],
        },
    )


@pytest.mark.parametrize(
    ("step", "status", "expected"),
    [
        ("cancel", "cancelled", "AppointmentCancelled"),
        ("check-in", "checked-in", "AppointmentCheckedIn"),
        ("start", "arrived", "AppointmentStarted"),
        ("complete", "fulfilled", "AppointmentCompleted"),
        ("no-show", "noshow", "AppointmentNoShow"),
        ("reschedule", "booked", "AppointmentRescheduled"),
    ],
)
def test_each_step_has_its_event_and_no_event_repeats_what_people_wrote(step: str, status: str, expected: str) -> None:
    after = visit(status, line(1, "book", "booked"), line(2, step, status))
    (event,) = told(BOOKED, after)
    assert (event.type, event.id, event.version, event.actor) == (expected, "apt_1:2", 2, "u-2")
    assert event.data["status"] == status
    assert SECRET not in json.dumps(event.document())


def test_a_moved_visit_says_where_it_was() -> None:
    after = visit(
        "booked",
        line(1, "book", "booked"),
        line(2, "reschedule", "booked"),
        start=Decimal(START + 86_400),
        end=Decimal(START + 87_600),
        practitioner_id="prc_2",
    )
    (event,) = told(BOOKED, after)
    assert event.data["start"] == "2026-11-24T08:00:00Z"
    assert event.data["practitioner_id"] == "prc_2"
    assert event.data["previous_start"] == "2026-11-23T08:00:00Z"
    assert event.data["previous_practitioner_id"] == "prc_1"


def test_the_same_change_is_always_the_same_event() -> None:
    assert told(None, BOOKED) == told(None, BOOKED)
    assert told(None, HOLD) == told(None, HOLD)


def schedule(change: str, version: int, *leave: list[str | None], plans: str = "[]") -> dict[str, Any]:
    return {
        "pk": "PRACTITIONER#prc_1",
        "sk": "SCHEDULE",
        "version": Decimal(version),
        "plans": plans,
        "leave": json.dumps(leave),
        "change": change,
        "actor": "u-1",
        "at": Decimal(BOOKED_AT),
    }


LONG_PAST, MONDAY = ["2026-01-05", None, None, SECRET], ["2026-11-23", "09:00", None, SECRET]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (schedule("ScheduleChanged", 2, LONG_PAST), schedule("LeavePlanned", 3, MONDAY)),
        (schedule("LeavePlanned", 2, LONG_PAST, MONDAY), schedule("LeaveWithdrawn", 3, LONG_PAST)),
    ],
)
def test_leave_is_told_by_its_day_and_without_its_reason(before: dict[str, Any], after: dict[str, Any]) -> None:
    (event,) = told(before, after)
    facts = (event.type, event.id, event.subject, event.version)
    assert facts == (after["change"], "prc_1:schedule:3", "prc_1", 3)
    assert event.data == {"first": "2026-11-23", "last": "2026-11-23"}
    assert SECRET not in json.dumps(event.document())


def test_a_week_is_told_by_the_days_on_which_it_holds() -> None:
    plans = json.dumps([{"valid_from": "2026-01-01", "valid_to": None}, {"valid_from": "2026-12-01", "valid_to": None}])
    (event,) = told(None, schedule("ScheduleChanged", 1, plans=plans))
    assert event.data == {"first": "2026-12-01", "last": None}


HOLD = {
    "pk": "HOLD#hold_1",
    "sk": "HOLD",
    "patient_id": "pat_1",
    "practitioner_id": "prc_1",
    "start": Decimal(START),
    "end": Decimal(START + 1200),
    "until": Decimal(BOOKED_AT + 600),
    "actor": "u-1",
    "fingerprint": "f",
    "expires_at": Decimal(BOOKED_AT + 87_000),
}


def test_a_hold_is_told_as_of_when_it_was_placed() -> None:
    (event,) = told(None, HOLD)
    assert (event.type, event.id, event.subject, event.actor) == ("SlotHeld", "hold_1:1", "hold_1", "u-1")
    assert event.at == datetime.fromtimestamp(BOOKED_AT, UTC)
    assert event.data == {
        "patient_id": "pat_1",
        "practitioner_id": "prc_1",
        "start": "2026-11-23T08:00:00Z",
        "end": "2026-11-23T08:20:00Z",
    }


def test_a_hold_given_back_in_time_is_told_as_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.fromtimestamp(BOOKED_AT + 60, UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    (event,) = told(HOLD, None)
    assert (event.type, event.id, event.version, event.at) == ("SlotReleased", "hold_1:2", 2, now)


def test_a_hold_that_ran_out_was_over_when_it_expired_not_when_its_record_was_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(BOOKED_AT + 90_000, UTC))
    (event,) = told(HOLD, None)
    assert event.at == datetime.fromtimestamp(BOOKED_AT + 600, UTC)


@pytest.mark.parametrize(
    "item",
    [
        {"pk": "PRACTITIONER#prc_1", "sk": "DAY#2026-11-23", "2o": Decimal(10**10)},
        {"pk": "PATIENT#pat_1", "sk": "DAY#2026-11-23", "2o": Decimal(10**10)},
        {"pk": "PRACTITIONER#prc_1", "sk": "PLAN#00001", "plan": "{}"},
    ],
)
def test_items_that_only_serve_conditions_and_reads_mean_nothing_to_others(item: dict[str, Any]) -> None:
    assert told(None, item) == told(item, item) == told(item, None) == []


def test_the_stream_brings_the_publisher_just_the_records_that_mean_an_event() -> None:
    care = template.load(Path(__file__).parents[4] / "stacks" / "care.yaml")["Resources"]
    mapping = care["CareSchedulingPublisher"]["Properties"]["Events"]["Changes"]["Properties"]
    [wanted] = mapping["FilterCriteria"]["Filters"]
    sort_keys = set(json.loads(wanted["Pattern"])["dynamodb"]["Keys"]["sk"]["S"])
    keys = (
        appointment_key("apt_1"),
        hold_key("hold_1"),
        schedule_key("prc_1"),
        series_key("ser_1"),
        entry_key("wtl_1"),
    )
    assert sort_keys == {sk for _, sk in keys}
    for sort_key in ("DAY#2026-11-23", "PLAN#00001"):
        assert not list(events_of(Change(before=None, after={"pk": "PRACTITIONER#prc_1", "sk": sort_key})))


ENTRY: dict[str, Any] = {
    "pk": "WAITLIST#wtl_1",
    "sk": "WAITLIST",
    "patient_id": "pat_1",
    "practitioner_id": "prc_1",
    "mode": "video",
    "reason": SECRET,
    "status": "waiting",
    "changed_at": Decimal(BOOKED_AT),
    "version": Decimal(1),
    "actor": "u-1",
}
OFFERED: dict[str, Any] = ENTRY | {
    "status": "offered",
    "version": Decimal(2),
    "actor": "waitlist",
    "offer": json.dumps(["prc_1", START, START + 1200, None, "Europe/Berlin", BOOKED_AT + 1800]),
}
SLOT = {
    "practitioner_id": "prc_1",
    "start": "2026-11-23T08:00:00Z",
    "end": "2026-11-23T08:20:00Z",
    "time_zone": "Europe/Berlin",
}


def test_who_joins_is_told_of_without_the_reason() -> None:
    (event,) = told(None, ENTRY)
    assert (event.id, event.type, event.subject, event.actor) == ("wtl_1:1", "WaitlistJoined", "wtl_1", "u-1")
    wanted = {"practitioner_id": "prc_1", "specialty": None}
    assert event.data == {"waitlist_id": "wtl_1", "patient_id": "pat_1", **wanted}


def test_an_offer_is_told_with_its_slot_and_until_when_it_stands() -> None:
    (event,) = told(ENTRY, OFFERED)
    assert (event.id, event.type, event.version) == ("wtl_1:2", "WaitlistOffered", 2)
    until = {"mode": "video", "expires_at": "2026-11-20T19:10:00Z"}
    assert event.data == {"waitlist_id": "wtl_1", "patient_id": "pat_1", **SLOT, **until}


@pytest.mark.parametrize(
    ("status", "types"),
    [
        ("waiting", ["WaitlistOfferEnded"]),
        ("booked", ["WaitlistBooked", "WaitlistOfferEnded"]),
        ("withdrawn", ["WaitlistWithdrawn", "WaitlistOfferEnded"]),
        ("expired", ["WaitlistExpired", "WaitlistOfferEnded"]),
    ],
)
def test_that_an_offer_has_ended_is_told_with_its_slot(status: str, types: list[str]) -> None:
    events = told(OFFERED, ENTRY | {"status": status, "version": Decimal(3)})
    assert [event.type for event in events] == types
    assert events[-1].data == {"waitlist_id": "wtl_1", "patient_id": "pat_1", **SLOT, "status": status}
    assert len({event.id for event in events}) == len(events)


def test_an_old_entry_that_is_removed_is_no_news() -> None:
    assert told(ENTRY, None) == []
