"""Events on the running system: from a booking over HTTP to one mail, whatever happens on the way."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from local.client import Stack, connect, demo_user

SAMPLES = Path(__file__).parents[2] / "events"
PASSWORD = "Salus-events-2026!"


def until[T](look: Callable[[], T], seconds: float = 90) -> T:
    """What `look` gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{look} did not come true in {seconds} s"
        time.sleep(0.2)
    return found


def new(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"


@dataclass
class Post:
    """The bus, the queues and the mails of care, from behind the scenes."""

    stack: Stack
    outputs: Mapping[str, str] = field(default_factory=dict)
    since: int = field(default_factory=lambda: int(time.time() * 1000))

    def client(self, service: str) -> Any:
        aws = self.stack["aws"]
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=aws["endpoint_url"],
            region_name=aws["region"],
            aws_access_key_id=aws["access_key_id"],
            aws_secret_access_key=aws["secret_access_key"],
        )

    def mails(self, text: str) -> list[dict[str, Any]]:
        """The mails that have `text` in their address or words, oldest first."""
        answer = httpx.get(f"{self.stack['aws']['endpoint_url']}/_ministack/ses/messages", timeout=30)
        sent = [mail for account in answer.json()["messages"].values() for mail in account]
        return [mail for mail in sent if text in mail["To"] or text in mail["BodyText"]]

    def publish(self, *details: Mapping[str, Any], source: str = "salus.care.scheduling") -> None:
        """Put events on the bus, as a publisher does."""
        entries = [
            {
                "EventBusName": self.outputs["BusName"],
                "Source": source,
                "DetailType": detail["type"],
                "Detail": json.dumps(detail),
            }
            for detail in details
        ]
        answer = self.client("events").put_events(Entries=entries)
        assert answer["FailedEntryCount"] == 0

    def await_said(self, outcome: str, event_id: str, times: int = 1) -> None:
        """Wait until the task has said this of so many deliveries of an event."""
        until(lambda: self._times(outcome, event_id) >= times)

    def await_handled(self, event_id: str, times: int = 1) -> None:
        self.await_said("event handled", event_id, times)

    def _times(self, outcome: str, event_id: str) -> int:
        pages = self.client("logs").get_paginator("filter_log_events")
        group = f"/salus/{self.stack['care']['stack']}/CareNotificationsTask"
        found = pages.paginate(logGroupName=group, startTime=self.since, filterPattern=f'"{event_id}"')
        lines = [line["message"] for page in found for line in page["events"]]
        return sum(event_id in line and outcome in line for line in lines)

    def notification(self, patient_id: str, event_id: str) -> str:
        key = {"pk": {"S": f"PATIENT#{patient_id}"}, "sk": {"S": f"NOTIFICATION#{event_id}"}}
        table = self.outputs["NotificationsTableName"]
        item = self.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return item["state"]["S"] if item else ""

    def seal(self, patient_id: str, contact: Mapping[str, str]) -> str:
        """Contact data as the patients domain hands it on."""
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack["care"]["stack"], LogicalResourceId="ContactKey"
        )
        answer = self.client("kms").encrypt(
            KeyId=resource["StackResourceDetail"]["PhysicalResourceId"],
            Plaintext=json.dumps(contact).encode(),
            EncryptionContext={"patient_id": patient_id},
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()


@dataclass
class Patient:
    patient_id: str
    email: str
    http: httpx.Client


def event(name: str, appointment_id: str, patient_id: str, version: int = 1) -> dict[str, Any]:
    """An event of a visit, after the sample of that name."""
    detail = json.loads((SAMPLES / "scheduling" / f"appointment_{name}.json").read_text())["detail"]
    data = {**detail["data"], "patient_id": patient_id}
    return {
        **detail,
        "id": f"{appointment_id}:{version}",
        "subject": appointment_id,
        "version": version,
        "data": data,
    }


@pytest.fixture(scope="module")
def post(stack: Stack) -> Post:
    bare = Post(stack)
    described = bare.client("cloudformation").describe_stacks(StackName=stack["care"]["stack"])["Stacks"][0]
    return Post(stack, {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]})


@pytest.fixture(scope="module")
def patient(stack: Stack) -> Iterator[Patient]:
    """Somebody who has registered, and whose contact is on its way to notifications."""
    email = f"events.{uuid.uuid4().hex[:12]}@patients.example"
    body = {
        "email": email,
        "password": PASSWORD,
        "given_name": "Events",
        "family_name": "Invented",
        "birth_date": "1990-01-01",
    }
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    with connect(stack, "care") as anybody:
        answer = anybody.post("/v1/registrations", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    with connect(stack, "care", email, PASSWORD) as http:
        yield Patient(answer.json()["patient_id"], email, http)


def book(patient: Patient, practitioner_id: str) -> dict[str, Any]:
    """Book the first slot of the next fortnight that nobody takes first."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    days = {"from": tomorrow.isoformat(), "to": (tomorrow + timedelta(days=13)).isoformat()}
    slots = patient.http.get(f"/v1/practitioners/{practitioner_id}/availability", params=days).json()["slots"]
    for slot in slots:
        wish = {"practitioner_id": practitioner_id, "patient_id": patient.patient_id, "start": slot["start"]}
        answer = patient.http.post(
            "/v1/appointments",
            json={**wish, "mode": "in_person", "reason": "chest pain"},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        if answer.status_code == 201:
            visit: dict[str, Any] = answer.json()
            return visit
        assert answer.status_code == 409, answer.text
    raise AssertionError("every slot was taken")


def test_a_visit_booked_moved_and_cancelled_over_http_is_told_in_three_mails(
    stack: Stack, post: Post, patient: Patient
) -> None:
    doctor = demo_user(stack, "doctor")["practitioner_id"]
    visit = book(patient, doctor)
    visit_id = visit["appointment_id"]
    first = until(lambda: post.mails(visit_id))
    assert [mail["Subject"] for mail in first] == ["Your visit is booked"]
    assert first[0]["To"] == [patient.email]
    assert first[0]["Source"] == post.outputs["MailFrom"]
    for secret in ("Invented", "Events", "chest", doctor, patient.patient_id):
        assert secret not in first[0]["BodyText"] + first[0]["BodyHtml"]

    other = book(patient, doctor)
    cancelled = patient.http.post(f"/v1/appointments/{other['appointment_id']}/cancel", json={"reason": "test"})
    assert cancelled.status_code == 200, cancelled.text
    moved = patient.http.post(f"/v1/appointments/{visit_id}/reschedule", json={"start": other["start"]})
    assert moved.status_code == 200, moved.text
    post.await_handled(f"{visit_id}:2")
    cancelled = patient.http.post(f"/v1/appointments/{visit_id}/cancel", json={"reason": "test"})
    assert cancelled.status_code == 200, cancelled.text
    post.await_handled(f"{visit_id}:3")
    assert [mail["Subject"] for mail in post.mails(visit_id)] == [
        "Your visit is booked",
        "Your visit has changed",
        "Your visit is cancelled",
    ]


def test_the_event_of_a_booking_sent_to_the_bus_again_sends_no_second_mail(
    stack: Stack, post: Post, patient: Patient
) -> None:
    visit_id = book(patient, demo_user(stack, "doctor")["practitioner_id"])["appointment_id"]
    until(lambda: post.mails(visit_id))
    post.publish(*[event("booked", visit_id, patient.patient_id)] * 3)
    post.await_handled(f"{visit_id}:1", times=4)
    assert len(post.mails(visit_id)) == 1
    assert post.notification(patient.patient_id, f"{visit_id}:1") == "sent"


def test_twenty_deliveries_at_once_send_one_mail(post: Post, patient: Patient) -> None:
    visit_id = new("apt")
    for _ in range(2):
        post.publish(*[event("booked", visit_id, patient.patient_id)] * 10)
    post.await_handled(f"{visit_id}:1", times=20)
    assert len(post.mails(visit_id)) == 1


def test_events_in_reversed_order_tell_the_newest_alone(post: Post, patient: Patient) -> None:
    visit_id = new("apt")
    post.publish(event("cancelled", visit_id, patient.patient_id, 3))
    until(lambda: post.mails(visit_id))
    post.publish(
        event("rescheduled", visit_id, patient.patient_id, 2), event("booked", visit_id, patient.patient_id, 1)
    )
    for version in (1, 2):
        post.await_handled(f"{visit_id}:{version}")
        assert post.notification(patient.patient_id, f"{visit_id}:{version}") == "superseded"
    assert [mail["Subject"] for mail in post.mails(visit_id)] == ["Your visit is cancelled"]


def test_poison_reaches_the_dead_letters_while_its_neighbours_are_handled(post: Post, patient: Patient) -> None:
    before, after, ruined = new("apt"), new("apt"), new("apt")
    poison = event("booked", ruined, patient.patient_id)
    del poison["data"]["time_zone"]
    post.publish(event("booked", before, patient.patient_id), poison, event("booked", after, patient.patient_id))
    for visit_id in (before, after):
        until(partial(post.mails, visit_id))

    sqs, queue = post.client("sqs"), post.outputs["NotificationEventsFailedUrl"]

    def dead() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            if ruined in message["Body"]:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                return True
        return False

    until(dead)
    assert post.mails(ruined) == []


def test_a_visit_that_overtakes_its_patients_contact_is_told_once_the_contact_is_known(post: Post) -> None:
    patient_id, visit_id = new("pat"), new("apt")
    email = f"late.{uuid.uuid4().hex[:12]}@patients.example"
    post.publish(event("booked", visit_id, patient_id))
    post.await_said("event failed", f"{visit_id}:1")
    sample = json.loads((SAMPLES / "notifications" / "patient_contact_changed.json").read_text())["detail"]
    contact = {"contact": post.seal(patient_id, {"email": email, "language": "de"})}
    post.publish(
        {**sample, "id": f"{patient_id}:1", "subject": patient_id, "data": contact}, source="salus.care.patients"
    )
    mail = until(lambda: post.mails(visit_id))[0]
    assert (mail["To"], mail["Subject"]) == ([email], "Ihr Termin ist gebucht")
