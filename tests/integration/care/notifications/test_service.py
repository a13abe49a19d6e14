"""Telling a patient of a visit: once, in order, and without leaving personal data behind."""

import json
from datetime import timedelta

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
)

from care.notifications import repository
from care.notifications.models import KINDS, Notification, State
from kernel import clock
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
    assert item["appointment_id"]["S"] == visit.appointment_id
    assert item["kind"]["S"] == "confirmation"
