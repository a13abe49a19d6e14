"""The bus, queues, timers and mails of care from behind the scenes, and patients who get mails."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import boto3
import httpx
from local.client import Stack

from kernel import vault

SAMPLES = Path(__file__).parents[2] / "events"
PASSWORD = "Salus-events-2026!"
# Seconds. What failed once or twice is tried again within half a minute, a third time after one and a half.
PATIENCE = 180.0


def until[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{look} did not come true in {seconds} s"
        time.sleep(0.2)
    return found


def _sealed(variables: Mapping[str, str], patient_id: str, contact: str) -> str:
    os.environ.update(variables)
    return base64.b64encode(vault.seal(patient_id, "contact", contact.encode())).decode()


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
        answer = httpx.get(f"{self.stack['aws']['endpoint_url']}/_ministack/ses/messages", timeout=60)
        sent = [mail for account in answer.json()["messages"].values() for mail in account]
        return [mail for mail in sent if text in mail["To"] or text in mail["BodyText"]]

    def timers(self, visit_id: str) -> dict[str, str]:
        """The timers of a visit's reminders: which, and when in UTC."""
        scheduler, group = self.client("scheduler"), self.outputs["TimerGroupName"]
        found = {}
        for kind in ("day", "hour"):
            try:
                timer = scheduler.get_schedule(GroupName=group, Name=f"reminder-{kind}-{visit_id}")
            except scheduler.exceptions.ResourceNotFoundException:
                continue
            found[kind] = timer["ScheduleExpression"]
        return found

    def message(self, kind: str, visit_id: str) -> str:
        """What the timer of a reminder is to put into the queue."""
        return str(self._timer(kind, visit_id)["Target"]["Input"])

    def bring_forward(self, kind: str, visit_id: str) -> None:
        """Let the timer of a reminder fire within the next seconds."""
        timer = self._timer(kind, visit_id)
        kept = ("Name", "GroupName", "FlexibleTimeWindow", "ActionAfterCompletion", "Target")
        near = datetime.now(UTC) + timedelta(seconds=1)
        self.client("scheduler").update_schedule(
            **{name: timer[name] for name in kept}, ScheduleExpression=f"at({near:%Y-%m-%dT%H:%M:%S})"
        )

    def _timer(self, kind: str, visit_id: str) -> dict[str, Any]:
        name = f"reminder-{kind}-{visit_id}"
        found: dict[str, Any] = self.client("scheduler").get_schedule(
            GroupName=self.outputs["TimerGroupName"], Name=name
        )
        return found

    def send(self, message: str) -> None:
        """Put a message into the queue of notifications."""
        self.client("sqs").send_message(QueueUrl=self.outputs["NotificationEventsUrl"], MessageBody=message)

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
        variables = {
            "KEYS_TABLE_NAME": self._resource("KeysTable"),
            "PATIENT_KEY_ID": self._resource("PatientKey"),
            "AWS_ENDPOINT_URL": self.stack["aws"]["endpoint_url"],
            "AWS_DEFAULT_REGION": self.stack["aws"]["region"],
            "AWS_REGION": self.stack["aws"]["region"],
            "AWS_ACCESS_KEY_ID": self.stack["aws"]["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.stack["aws"]["secret_access_key"],
        }
        with ProcessPoolExecutor(1, get_context("spawn")) as own:  # this process may have clients of another account
            return own.submit(_sealed, variables, patient_id, json.dumps(contact)).result()

    def _resource(self, logical_id: str) -> str:
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack["care"]["stack"], LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


@dataclass
class Patient:
    patient_id: str
    email: str
    http: httpx.Client


def event(name: str, appointment_id: str, patient_id: str, version: int = 1) -> dict[str, Any]:
    """An event of now after the sample of that name, of a visit in a week."""
    detail = json.loads((SAMPLES / "scheduling" / f"appointment_{name}.json").read_text())["detail"]
    now = datetime.now(UTC).replace(microsecond=0)
    start = now + timedelta(weeks=1)
    times = {"start": start.isoformat(), "end": (start + timedelta(minutes=20)).isoformat()}
    data = {**detail["data"], "patient_id": patient_id, **times}
    return {
        **detail,
        "at": now.isoformat(),
        "id": f"{appointment_id}:{version}",
        "subject": appointment_id,
        "version": version,
        "data": data,
    }


def book(patient: Patient, practitioner_id: str, ahead: int = 2) -> dict[str, Any]:
    """Book the first slot of a fortnight, which begins so many days ahead, that nobody takes first."""
    wish = {"practitioner_id": practitioner_id, "patient_id": patient.patient_id}
    return _first(
        patient, practitioner_id, ahead, "/v1/appointments", wish | {"mode": "in_person", "reason": "chest pain"}
    )


def move(patient: Patient, visit: Mapping[str, Any], ahead: int) -> dict[str, Any]:
    """Move a visit onto the first slot of a fortnight that nobody takes first."""
    return _first(
        patient, visit["practitioner_id"], ahead, f"/v1/appointments/{visit['appointment_id']}/reschedule", {}
    )


def _first(patient: Patient, practitioner_id: str, ahead: int, path: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    """The visit that a wish comes to with the first slot for which it is granted."""
    first = datetime.now(UTC).date() + timedelta(days=ahead)
    days = {"from": first.isoformat(), "to": (first + timedelta(days=13)).isoformat()}
    slots = patient.http.get(f"/v1/practitioners/{practitioner_id}/availability", params=days).json()["slots"]
    for slot in slots:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = patient.http.post(path, json={**wish, "start": slot["start"]}, headers=headers)
        if answer.is_success:
            visit: dict[str, Any] = answer.json()
            return visit
        assert answer.status_code == 409, answer.text
    raise AssertionError("every slot was taken")
