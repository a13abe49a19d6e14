"""The task on its queue: batches, poison, retries, logs; and every order in which events can come."""

import json

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.care.notifications.mailbox import EMAIL, SAMPLES, History, Mailbox

from care.notifications import tasks
from kernel.events import Event

POISON = [
    "not json",
    "[]",
    "{}",
    '{"detail": null}',
    '{"detail": {"id": "x"}}',
    json.dumps({"detail": {"id": "x:1", "type": "AppointmentBooked", "at": "now", "subject": "x", "actor": "y"}}),
]


def ruined(event: Event) -> str:
    """A booking that names no zone."""
    document = event.document()
    del document["data"]["time_zone"]
    return json.dumps({"detail": document})


@pytest.mark.parametrize("poison", POISON)
def test_poison_fails_and_its_neighbours_are_handled(mailbox: Mailbox, poison: str) -> None:
    visit, other = History(), History()
    batch: list[Event | str] = [
        mailbox.contact(visit.patient_id),
        visit.booked(),
        poison,
        mailbox.contact(other.patient_id),
        other.booked(),
    ]
    assert mailbox.deliver(*batch) == [2]
    assert len(mailbox.mails()) == 2


def test_an_event_that_lacks_something_fails_each_time(mailbox: Mailbox) -> None:
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    assert mailbox.deliver(ruined(visit.booked())) == [0]
    assert mailbox.deliver(ruined(visit.booked())) == [0]
    assert mailbox.deliver(visit.booked()) == []


def test_an_event_of_an_unknown_kind_fails(mailbox: Mailbox) -> None:
    visit = History()
    unknown = json.dumps({"detail": visit.booked().document() | {"type": "InvoiceIssued"}})
    assert mailbox.deliver(unknown) == [0]


def test_the_sample_batch_is_a_batch(mailbox: Mailbox) -> None:
    batch = json.loads((SAMPLES / "notifications" / "batch.json").read_text())
    answer = tasks.notify(batch, None)
    # The sample's contact is sealed by nobody, so that the mail after it cannot be written.
    assert answer == {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["messageId"]}]}


def test_logs_name_neither_people_nor_addresses(mailbox: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    visit, unreachable = History(), History()
    mailbox.faults.refusals.append((400, "MessageRejected"))
    mailbox.deliver(mailbox.contact(visit.patient_id, given_name="Rosalind"), visit.booked(), "poison " + EMAIL)
    mailbox.faults.breaks.append(ReadTimeoutError(endpoint_url=f"https://ses/{EMAIL}"))
    mailbox.deliver(visit.booked(), visit.rescheduled(), unreachable.booked(), ruined(visit.cancelled()))
    said = mailbox.logs.getvalue() + "".join(capsys.readouterr())
    assert said.count(visit.booked().id) == 3
    for outcome in ("MessageRejected", "Unreadable", "ReadTimeoutError", "event handled"):
        assert outcome in said
    for secret in (EMAIL, "patients.example", "osalind", "owalczyk", "Your visit", "Europe/Berlin"):
        assert secret not in said


def test_what_came_too_early_comes_back_within_seconds(mailbox: Mailbox, account: pytest.MonkeyPatch) -> None:
    account.setenv("QUEUE_URL", mailbox.queue)
    sqs = boto3.client("sqs")
    sqs.set_queue_attributes(QueueUrl=mailbox.queue, Attributes={"VisibilityTimeout": "180"})
    sqs.send_message(QueueUrl=mailbox.queue, MessageBody=json.dumps({"detail": History().booked().document()}))
    message = sqs.receive_message(QueueUrl=mailbox.queue)["Messages"][0]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    assert tasks.notify({"Records": [record]}, None)["batchItemFailures"]
    assert sqs.receive_message(QueueUrl=mailbox.queue, WaitTimeSeconds=6).get("Messages")


HISTORY = ["contact", "booked", "rescheduled", "again", "cancelled"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_in_any_order_and_number_each_event_sends_at_most_one_mail_and_no_superseded_one_any(
    mailbox: Mailbox, data: st.DataObject
) -> None:
    visit = History()
    events = {
        "contact": mailbox.contact(visit.patient_id),
        "booked": visit.booked(1),
        "rescheduled": visit.rescheduled(2),
        "again": visit.rescheduled(3),
        "cancelled": visit.cancelled(4),
    }
    order = data.draw(st.lists(st.sampled_from(HISTORY), max_size=10)) + data.draw(st.permutations(HISTORY))
    # Batches of any size, as the queue makes them; what fails comes back at the end, as often as it takes.
    told: set[str] = set()
    newest = 0
    waiting = order
    while waiting:
        size = data.draw(st.integers(1, 4))
        batch, waiting = waiting[:size], waiting[size:]
        before = len(mailbox.subjects_about(visit))
        failed = mailbox.deliver(*(events[name] for name in batch))
        assert all(name != "contact" for name in (batch[place] for place in failed))
        waiting = waiting + [batch[place] for place in failed]
        allowed = 0
        for place, name in enumerate(batch):
            if name == "contact":
                continue
            current = events[name].version >= newest
            newest = max(newest, events[name].version)
            if current and name not in told and place not in failed:
                allowed += 1
                told.add(name)
        assert len(mailbox.subjects_about(visit)) - before == allowed
    states = {name: mailbox.state(event) for name, event in events.items() if name != "contact"}
    assert set(states.values()) <= {"sent", "superseded"}
    assert {name for name, state in states.items() if state == "sent"} == told
    assert states["cancelled"] == "sent"
    assert len(mailbox.subjects_about(visit)) == len(told)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_whatever_goes_wrong_with_the_mail_service_no_event_sends_two_mails(
    mailbox: Mailbox, data: st.DataObject
) -> None:
    mailbox.faults.forget()
    visit = History()
    mailbox.deliver(mailbox.contact(visit.patient_id))
    events = {"booked": visit.booked(1), "rescheduled": visit.rescheduled(2), "cancelled": visit.cancelled(3)}
    subjects = {"booked": "Your visit is booked", "rescheduled": "has changed", "cancelled": "is cancelled"}
    waiting = data.draw(st.lists(st.sampled_from(sorted(events)), max_size=6)) + data.draw(
        st.permutations(sorted(events))
    )
    while waiting:
        match data.draw(st.sampled_from(["nothing", "refusal", "break", "loss"])):
            case "refusal":
                mailbox.faults.refusals.append((503, "ServiceUnavailable"))
            case "break":
                mailbox.faults.breaks.append(ConnectionClosedError(endpoint_url="https://ses"))
            case "loss":
                mailbox.faults.losses.append(OSError("the answer was lost"))
        name, *waiting = waiting
        waiting += [name for _ in mailbox.deliver(events[name])]
        sent = mailbox.subjects_about(visit)
        for event, subject in subjects.items():
            assert sum(subject in words for words in sent) <= 1, event
    states = {name: mailbox.state(event) for name, event in events.items()}
    assert set(states.values()) <= {"sent", "superseded", "unknown"}
    assert states["cancelled"] != "superseded"
    for name, state in states.items():
        if state in ("sent", "superseded"):
            assert sum(subjects[name] in words for words in sent) == (state == "sent")
