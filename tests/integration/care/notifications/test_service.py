"""Telling a patient of a visit: once, in order, and without leaving personal data behind."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from tests.integration.care.notifications.mailbox import (
    EMAIL,
    REGION,
    History,
    Mailbox,
    sample,
)

from care.notifications import repository
from care.notifications.models.telling import KINDS, Notification, State
from kernel import clock, ids
from kernel.events import Event, Inbox


def begun(event: Event) -> Notification:
    return Notification(event.id, event.data["patient_id"], event.subject, KINDS[event.type])


def test_a_booking_is_confirmed_to_the_patient(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.deliver(mailbox.contact(visit.patient_id), visit.booked()) == []
    assert mailbox.mails() == [(EMAIL, "Your visit is booked")]
    assert mailbox.state(visit.booked()) == "sent"


def test_the_mail_comes_from_our_sender(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.booked())
    assert ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages[0].source == "no-reply@salus.example"


def test_a_german_patient_is_written_to_in_german(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(
        mailbox.contact(visit.patient_id, language="de"), visit.booked(), visit.rescheduled(), visit.cancelled()
    )
    assert [subject for _, subject in mailbox.mails()] == [
        "Ihr Termin ist gebucht",
        "Ihr Termin hat sich geändert",
        "Ihr Termin ist abgesagt",
    ]


def test_the_same_event_again_sends_nothing_again(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    for _ in range(3):
        assert mailbox.deliver(visit.booked(), visit.booked()) == []
    assert len(mailbox.mails()) == 1


def test_an_older_event_that_comes_later_sends_nothing(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.rescheduled(2), visit.booked(1))
    assert [subject for _, subject in mailbox.mails()] == ["Your visit has changed"]
    assert mailbox.state(visit.booked()) == "superseded"


def test_a_visit_that_has_begun_is_not_confirmed_any_more(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.deliver(mailbox.contact(visit.patient_id), visit.checked_in(2), visit.booked(1)) == []
    assert mailbox.mails() == []
    assert mailbox.state(visit.booked()) == "superseded"


def test_steps_of_a_visit_that_patients_take_themselves_send_nothing(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.deliver(mailbox.contact(visit.patient_id), visit.checked_in(2)) == []
    assert mailbox.mails() == []


def test_a_visit_known_before_its_patient_waits_for_the_contact(mailbox: Mailbox) -> None:
    visit = History()
    assert mailbox.deliver(visit.booked(), mailbox.contact(visit.patient_id)) == [0]
    assert mailbox.mails() == []
    assert mailbox.deliver(visit.booked()) == []
    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize("email", [None, ""])
def test_a_patient_without_an_address_is_recorded_as_not_reached(mailbox: Mailbox, email: str | None) -> None:
    visit = History()
    assert mailbox.deliver(mailbox.contact(visit.patient_id, email=email), visit.booked()) == []
    assert (mailbox.mails(), mailbox.state(visit.booked())) == ([], "no-address")


def test_a_patient_whose_contact_was_taken_away_is_not_written_to(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id, 1), mailbox.sealed(visit.patient_id, 2, None), visit.booked())
    assert (mailbox.mails(), mailbox.state(visit.booked())) == ([], "no-address")


def test_an_older_contact_never_takes_the_place_of_a_newer(mailbox: Mailbox) -> None:
    visit = History()
    newer = mailbox.contact(visit.patient_id, 5, email="new@patients.example")
    assert mailbox.deliver(newer, mailbox.contact(visit.patient_id, 4), newer, visit.booked()) == []
    assert [to for to, _ in mailbox.mails()] == ["new@patients.example"]


def test_a_contact_sealed_for_another_patient_cannot_be_opened(mailbox: Mailbox) -> None:
    visit = History()
    foreign = mailbox.seal("pat_of_somebody_else", {"email": EMAIL})
    assert mailbox.deliver(mailbox.sealed(visit.patient_id, 1, foreign), visit.booked()) == [1]
    assert mailbox.mails() == []


@pytest.mark.parametrize(
    ("status", "code"), [(400, "Throttling"), (400, "MessageRejected"), (503, "ServiceUnavailable")]
)
def test_a_mail_that_the_service_refuses_is_tried_again(mailbox: Mailbox, status: int, code: str) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    mailbox.faults.refusals.append((status, code))
    assert mailbox.deliver(visit.booked()) == [0]
    assert (mailbox.mails(), mailbox.state(visit.booked())) == ([], "refused")
    assert mailbox.deliver(visit.booked()) == []
    assert (len(mailbox.mails()), mailbox.state(visit.booked())) == (1, "sent")


def test_a_mail_service_that_cannot_be_reached_is_tried_again(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    mailbox.faults.breaks.append(ConnectTimeoutError(endpoint_url="https://ses"))
    assert mailbox.deliver(visit.booked()) == [0]
    assert mailbox.deliver(visit.booked()) == []
    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectionClosedError])
def test_a_mail_whose_fate_is_not_told_is_not_sent_again(
    mailbox: Mailbox, error: type[ReadTimeoutError | ConnectionClosedError], capsys: pytest.CaptureFixture[str]
) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    mailbox.faults.breaks.append(error(endpoint_url="https://ses"))
    assert mailbox.deliver(visit.booked()) == []
    assert mailbox.deliver(visit.booked()) == []
    assert (mailbox.mails(), mailbox.state(visit.booked())) == ([], "unknown")
    assert '"NotificationUnknown":[1.0]' in capsys.readouterr().out


def test_a_refused_mail_that_has_been_superseded_is_not_tried_again(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    mailbox.faults.refusals.append((400, "Throttling"))
    assert mailbox.deliver(visit.booked()) == [0]
    assert mailbox.deliver(visit.rescheduled(), visit.booked()) == []
    assert mailbox.state(visit.booked()) == "superseded"
    assert [subject for _, subject in mailbox.mails()] == ["Your visit has changed"]


def test_a_failure_after_the_mail_went_out_does_not_send_it_twice(
    mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    mailbox.faults.losses.append(OSError("the answer was lost"))
    assert mailbox.deliver(visit.booked()) == [0]
    assert mailbox.deliver(visit.booked()) == []
    assert len(mailbox.mails()) == 1
    assert mailbox.state(visit.booked()) == "unknown"
    assert "notification unknown" in mailbox.logs.getvalue()
    assert '"NotificationUnknown":[1.0]' in capsys.readouterr().out


def test_a_crash_while_sending_is_found_after_the_lease_and_not_sent_again(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = History()
    event = visit.booked()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    Inbox()._claim(event)  # a process that dies here gives nothing back
    repository.advance(begun(event), State.SENDING)
    assert mailbox.deliver(event) == [0]
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert mailbox.deliver(event) == []
    assert (mailbox.mails(), mailbox.state(event)) == ([], "unknown")


def test_a_crash_before_sending_is_made_good_after_the_lease(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    Inbox()._claim(visit.booked())
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert mailbox.deliver(visit.booked()) == []
    assert mailbox.state(visit.booked()) == "sent"


def test_a_crash_while_sending_is_known_even_when_something_newer_came(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    Inbox()._claim(visit.booked())
    repository.advance(begun(visit.booked()), State.SENDING)
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert mailbox.deliver(visit.rescheduled(), visit.booked()) == []
    assert (mailbox.state(visit.booked()), mailbox.state(visit.rescheduled())) == ("unknown", "sent")


def test_what_is_kept_holds_neither_address_nor_words(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.booked(), visit.rescheduled(), visit.cancelled())
    mailbox.plan(visit.booked())
    kept = json.dumps(boto3.client("dynamodb").scan(TableName=mailbox.table)["Items"])
    for secret in (EMAIL, "rosalind", "Your visit", "2026-11-23"):
        assert secret not in kept


def test_all_but_the_contact_expires(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.booked())
    for item in boto3.client("dynamodb").scan(TableName=mailbox.table)["Items"]:
        assert ("expires_at" in item) == (item["sk"]["S"] != "CONTACT")


def test_the_record_says_which_message_it_was(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id), visit.booked())
    item = mailbox.notification(visit.booked())
    assert item["message_id"]["S"] == ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages[0].id
    assert item["subject"]["S"] == visit.appointment_id
    assert item["kind"]["S"] == "confirmation"


# ---- series and offers


def series() -> Event:
    return fresh("scheduling/series_booked", "ser")


def offer(version: int = 2) -> Event:
    return fresh("scheduling/waitlist_offered", "wtl", version)


def fresh(name: str, prefix: str, version: int = 1) -> Event:
    event = sample(name)
    subject = ids.new(prefix)
    data = {**event.data, "patient_id": ids.new("pat")}
    return replace(event, id=f"{subject}:{version}", subject=subject, version=version, data=data)


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(text))


def test_a_series_is_told_in_one_mail_and_its_visits_in_none(mailbox: Mailbox) -> None:
    event = series()
    visits = [History(patient_id=event.data["patient_id"]) for _ in event.data["starts"]]
    members = [visit.booked() for visit in visits]
    members = [replace(member, data={**member.data, "series_id": event.subject}) for member in members]
    mailbox.deliver(mailbox.contact(event.data["patient_id"]))
    assert mailbox.deliver(*members, event, event) == []
    assert [subject for _, subject in mailbox.mails()] == ["Your visits are booked"]
    assert mailbox.state(event) == "sent"


def test_a_visit_of_no_series_is_told_though_its_event_names_the_field(mailbox: Mailbox) -> None:
    visit = History()
    booked = visit.booked()
    mailbox.deliver(mailbox.contact(visit.patient_id), replace(booked, data={**booked.data, "series_id": None}))
    assert [subject for _, subject in mailbox.mails()] == ["Your visit is booked"]


def test_what_happens_to_a_visit_of_a_series_later_is_told(mailbox: Mailbox) -> None:
    visit = History()
    events = [replace(e, data={**e.data, "series_id": "ser_1"}) for e in (visit.booked(), visit.rescheduled())]
    mailbox.deliver(mailbox.contact(visit.patient_id), *events, visit.cancelled())
    assert [subject for _, subject in mailbox.mails()] == ["Your visit has changed", "Your visit is cancelled"]


def test_an_offer_is_told_with_the_way_to_accept_it(mailbox: Mailbox, account: pytest.MonkeyPatch) -> None:
    account.setenv("PORTAL_URL", "https://salus.example")
    at(account, "2026-11-21T09:00:00+00:00")
    event = offer()
    assert mailbox.deliver(mailbox.contact(event.data["patient_id"]), event, event) == []
    assert [subject for _, subject in mailbox.mails()] == ["A time has become free"]
    mail = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages[0]
    assert "https://salus.example/waitlist" in mail.body
    assert event.subject in mail.body


def test_an_offer_that_has_run_out_is_not_told_any_more(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    event = offer()
    at(monkeypatch, event.data["expires_at"])
    assert mailbox.deliver(mailbox.contact(event.data["patient_id"]), event) == []
    assert (mailbox.mails(), mailbox.state(event)) == ([], "superseded")


@pytest.mark.parametrize("later", ["WaitlistBooked", "WaitlistWithdrawn", "WaitlistExpired"])
def test_an_offer_that_was_answered_meanwhile_is_not_told(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    event = offer(2)
    at(monkeypatch, "2026-11-21T09:00:00+00:00")
    answered = replace(event, id=f"{event.subject}:3", type=later, version=3)
    assert mailbox.deliver(mailbox.contact(event.data["patient_id"]), answered, event) == []
    assert (mailbox.mails(), mailbox.state(event)) == ([], "superseded")
