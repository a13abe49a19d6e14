"""Reminders: timers that follow a visit, and the one mail that each of them brings."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.care.notifications.mailbox import History, Mailbox

from care.notifications import repository, service
from care.notifications.models.reminders import REMINDERS, Reminder
from care.notifications.models.subjects import Visit
from kernel import clock
from kernel import timers as kernel_timers
from kernel.events import Event

DAY, HOUR = REMINDERS.values()
BOOKED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # when the visits of the samples are
MOVED = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is two days before the visits."""
    at(monkeypatch, datetime(2026, 11, 21, 8, 30, tzinfo=UTC))


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def timers(history: History, start: datetime) -> dict[str, str]:
    """Both timers of a visit at this start."""
    return {
        f"reminder-day-{history.appointment_id}": f"{start - timedelta(hours=24):%Y-%m-%dT%H:%M:%S}",
        f"reminder-hour-{history.appointment_id}": f"{start - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}",
    }


def due(reminder: Reminder, event: Event) -> Event:
    return reminder.event(Visit.of(event))


# ---- timers


def test_a_booked_visit_has_a_timer_a_day_and_an_hour_before(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.plan(visit.booked()) == []
    assert mailbox.timers() == timers(visit, BOOKED)


def test_a_moved_visit_takes_its_timers_along(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.plan(visit.booked(), visit.rescheduled()) == []
    assert mailbox.timers() == timers(visit, MOVED)
    message = json.loads(mailbox.message_of(DAY.timer(visit.appointment_id)))
    assert message["detail"]["data"]["start"] == clock.iso(MOVED)


def test_a_visit_that_falls_away_or_is_over_has_no_timers(mailbox: Mailbox) -> None:
    ends = [History.cancelled, History.no_show, History.completed]
    visits = [History() for _ in ends]
    mailbox.plan(*(visit.booked() for visit in visits))
    assert len(mailbox.timers()) == 2 * len(visits)
    assert mailbox.plan(*(end(visit, 2) for end, visit in zip(ends, visits, strict=True))) == []
    assert mailbox.timers() == {}


def test_an_older_event_never_moves_timers_back(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.plan(visit.rescheduled(2), visit.booked(1)) == []
    assert mailbox.timers() == timers(visit, MOVED)


def test_a_cancelled_visit_stays_without_timers_when_its_booking_comes_late(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.plan(visit.cancelled(3), visit.booked(1), visit.rescheduled(2)) == []
    assert mailbox.timers() == {}


def test_an_older_event_does_not_undo_what_the_mails_have_heard(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.rescheduled(2))
    assert mailbox.plan(visit.booked(1)) == []
    assert mailbox.timers() == timers(visit, MOVED)


def test_of_two_events_at_work_at_once_the_newer_sets_the_timers(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older one has read before the newer came, and sets its timers after it."""
    visit = History()
    overtaken = [visit.rescheduled()]
    set_timer = kernel_timers.set_timer

    def slow(name: str, when: datetime, event: Event) -> None:
        if overtaken:
            service.plan_reminders(overtaken.pop())
        set_timer(name, when, event)

    monkeypatch.setattr(kernel_timers, "set_timer", slow)
    assert mailbox.plan(visit.booked()) == []
    assert mailbox.timers() == timers(visit, MOVED)


def test_a_visit_booked_within_a_day_has_only_the_hours_timer(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.plan(replace(visit.booked(), at=BOOKED - timedelta(hours=5))) == []
    assert mailbox.timers() == {HOUR.timer(visit.appointment_id): "2026-11-23T08:30:00"}


def test_a_visit_moved_to_within_a_day_loses_the_days_timer(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.plan(visit.booked())
    assert mailbox.plan(replace(visit.rescheduled(), at=MOVED - timedelta(hours=5))) == []
    assert mailbox.timers() == {HOUR.timer(visit.appointment_id): "2026-11-24T12:00:00"}


def test_a_booking_that_is_heard_of_late_is_reminded_of_at_once(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = History()
    at(monkeypatch, BOOKED - timedelta(hours=20))
    assert mailbox.plan(visit.booked()) == []
    assert mailbox.timers() == {HOUR.timer(visit.appointment_id): "2026-11-23T08:30:00"}
    [message] = mailbox.waiting()
    assert mailbox.deliver(mailbox.contact(visit.patient_id), message) == []
    assert [subject for _, subject in mailbox.mails()] == ["A reminder of your visit"]


def test_an_event_without_a_start_fails_and_its_neighbours_are_planned(mailbox: Mailbox) -> None:
    visit, ruined = History(), History().booked()
    poison = replace(ruined, data={name: value for name, value in ruined.data.items() if name != "start"})
    assert mailbox.plan(poison, visit.booked()) == [0]
    assert mailbox.timers() == timers(visit, BOOKED)


HISTORY = ["booked", "rescheduled", "again", "cancelled"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_in_any_order_and_number_the_timers_are_those_of_the_newest_event(
    mailbox: Mailbox, data: st.DataObject
) -> None:
    visit = History()
    start = {"booked": BOOKED, "rescheduled": MOVED, "again": MOVED, "cancelled": None}
    events = {
        "booked": visit.booked(1),
        "rescheduled": visit.rescheduled(2),
        "again": visit.rescheduled(3),
        "cancelled": visit.cancelled(4),
    }
    heard = data.draw(st.lists(st.sampled_from(HISTORY), min_size=1, max_size=10))
    assert mailbox.plan(*(events[name] for name in heard)) == []
    newest = start[max(heard, key=HISTORY.index)]
    mine = {name: when for name, when in mailbox.timers().items() if visit.appointment_id in name}
    assert mine == (timers(visit, newest) if newest else {})


# ---- mails


@pytest.mark.parametrize(("reminder", "subject"), [(DAY, "A reminder of your visit"), (HOUR, "Your visit begins soon")])
def test_a_timer_that_fires_brings_one_mail_however_often_it_is_delivered(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, reminder: Reminder, subject: str
) -> None:
    visit = History()
    mailbox.plan(visit.booked())
    message = mailbox.message_of(reminder.timer(visit.appointment_id))
    mailbox.deliver(mailbox.contact(visit.patient_id))
    at(monkeypatch, reminder.at(Visit.of(visit.booked())))
    for _ in range(2):
        assert mailbox.deliver(message, message) == []
    assert [said for _, said in mailbox.mails()] == [subject]
    assert mailbox.state(due(reminder, visit.booked())) == "sent"


def test_a_timer_that_fires_before_the_bookings_own_event_was_seen_brings_its_mail(mailbox: Mailbox) -> None:
    visit = History()
    reminder = due(DAY, visit.booked())
    mailbox.deliver(mailbox.contact(visit.patient_id))
    assert repository.newest(visit.appointment_id) is None
    assert mailbox.deliver(reminder) == []
    assert [said for _, said in mailbox.mails()] == ["A reminder of your visit"]
    assert mailbox.deliver(visit.booked()) == []
    assert [said for _, said in mailbox.mails()] == ["A reminder of your visit", "Your visit is booked"]


@pytest.mark.parametrize("later", [History.cancelled, History.no_show, History.completed, History.rescheduled])
def test_nobody_is_reminded_of_a_visit_that_is_no_longer_at_that_time(mailbox: Mailbox, later: object) -> None:
    visit = History()
    assert callable(later)
    mailbox.plan(visit.booked(), later(visit, 2))
    assert mailbox.deliver(mailbox.contact(visit.patient_id), due(DAY, visit.booked())) == []
    assert (mailbox.mails(), mailbox.state(due(DAY, visit.booked()))) == ([], "superseded")


def test_a_visit_that_is_checked_in_keeps_its_reminder(mailbox: Mailbox) -> None:
    visit = History()
    checked_in = visit.checked_in(2)
    booked = replace(visit.booked(), data={**visit.booked().data, "start": checked_in.data["start"]})
    mailbox.plan(booked)
    mailbox.deliver(mailbox.contact(visit.patient_id), checked_in)
    assert mailbox.deliver(due(DAY, booked)) == []
    assert [said for _, said in mailbox.mails()] == ["A reminder of your visit"]


def test_a_visit_moved_after_its_reminder_is_reminded_of_at_its_new_time(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.plan(visit.booked())
    mailbox.deliver(mailbox.contact(visit.patient_id), due(DAY, visit.booked()))
    mailbox.plan(visit.rescheduled())
    assert mailbox.deliver(due(DAY, visit.rescheduled()), due(DAY, visit.booked())) == []
    assert [said for _, said in mailbox.mails()] == ["A reminder of your visit"] * 2


def test_a_reminder_that_is_hours_late_leaves_it_to_the_next(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = History()
    mailbox.plan(visit.booked())
    mailbox.deliver(mailbox.contact(visit.patient_id))
    at(monkeypatch, BOOKED - timedelta(minutes=50))
    assert mailbox.deliver(due(DAY, visit.booked()), due(HOUR, visit.booked())) == []
    assert [said for _, said in mailbox.mails()] == ["Your visit begins soon"]


def test_a_visit_is_remembered_until_after_it_is_over(mailbox: Mailbox) -> None:
    visit = History()
    booked = visit.booked()
    far = {"start": "2027-11-01T09:00:00Z", "end": "2027-11-01T09:30:00Z"}
    mailbox.plan(replace(booked, data={**booked.data, **far}))
    key = {"pk": {"S": f"APPOINTMENT#{visit.appointment_id}"}, "sk": {"S": "NEWEST"}}
    item = boto3.client("dynamodb").get_item(TableName=mailbox.table, Key=key)["Item"]
    assert int(item["expires_at"]["N"]) > datetime(2027, 12, 1, tzinfo=UTC).timestamp()
