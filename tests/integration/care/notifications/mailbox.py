"""What notifications need around them, in moto: table, key, queue, mail service; and what came of it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from care.notifications import tasks
from kernel import aws, ids, vault
from kernel.events import Event

SAMPLES = Path(__file__).parents[4] / "events"
REGION = "us-east-1"
EMAIL = "rosalind.kowalczyk@patients.example"


def sample(name: str) -> Event:
    """The event in a file of `events/`."""
    return Event.from_document(json.loads((SAMPLES / f"{name}.json").read_text())["detail"])


@dataclass
class History:
    """What happens to one visit of a patient of its own."""

    appointment_id: str = field(default_factory=lambda: ids.new("apt"))
    patient_id: str = field(default_factory=lambda: ids.new("pat"))

    def event(self, name: str, version: int) -> Event:
        event = sample(f"scheduling/appointment_{name}")
        return replace(
            event,
            id=f"{self.appointment_id}:{version}",
            subject=self.appointment_id,
            version=version,
            at=event.at + timedelta(minutes=version),
            data={**event.data, "patient_id": self.patient_id},
        )

    def booked(self, version: int = 1) -> Event:
        return self.event("booked", version)

    def rescheduled(self, version: int = 2) -> Event:
        return self.event("rescheduled", version)

    def cancelled(self, version: int = 3) -> Event:
        return self.event("cancelled", version)

    def checked_in(self, version: int) -> Event:
        return self.event("checked_in", version)

    def no_show(self, version: int) -> Event:
        return self.ended("AppointmentNoShow", "noshow", version)

    def completed(self, version: int) -> Event:
        return self.ended("AppointmentCompleted", "fulfilled", version)

    def ended(self, kind: str, status: str, version: int) -> Event:
        event = self.event("cancelled", version)
        return replace(event, type=kind, data={**event.data, "status": status})


class Faults:
    """What is to go wrong with the next mails, each thing once."""

    def __init__(self) -> None:
        self.refusals: list[tuple[int, str]] = []
        """Status and code with which the mail service says no."""
        self.breaks: list[Exception] = []
        """How the connection breaks with the mail on its way."""
        self.losses: list[Exception] = []
        """What happens to us after the mail service has taken the mail and before we hear of it."""
        hooks: Any = aws.ses().meta.events
        hooks.register("before-call.ses.SendEmail", self._refuse)
        hooks.register_first("before-send.ses.SendEmail", self._break)
        hooks.register("after-call.ses.SendEmail", self._lose)

    def forget(self) -> None:
        for faults in (self.refusals, self.breaks, self.losses):
            faults.clear()

    def _refuse(self, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        if not self.refusals:
            return None
        status, code = self.refusals.pop(0)
        answer = AWSResponse("https://ses", status, HTTPHeaders(), BytesIO())
        return answer, {"Error": {"Code": code, "Message": f"Not to {EMAIL}"}, "ResponseMetadata": {}}

    def _break(self, **_: object) -> None:
        if self.breaks:
            raise self.breaks.pop(0)

    def _lose(self, http_response: AWSResponse, **_: object) -> None:
        if self.losses and http_response.status_code == HTTPStatus.OK:
            raise self.losses.pop(0)


@dataclass
class Mailbox:
    table: str
    queue: str
    logs: StringIO
    faults: Faults

    def contact(self, patient_id: str, version: int = 1, **document: str | None) -> Event:
        """PatientContactChanged as the patients domain makes it."""
        return self.sealed(patient_id, version, self.seal(patient_id, {"email": EMAIL, "language": "en"} | document))

    def sealed(self, patient_id: str, version: int, contact: str | None) -> Event:
        event = sample("notifications/patient_contact_changed")
        return replace(
            event, id=f"{patient_id}:{version}", subject=patient_id, version=version, data={"contact": contact}
        )

    def seal(self, patient_id: str, document: Mapping[str, str | None]) -> str:
        return base64.b64encode(vault.seal(patient_id, "contact", json.dumps(document).encode())).decode()

    def deliver(self, *events: Event | str) -> list[int]:
        """Let the task handle one batch, as the queue would; the places of the messages that failed. A text is a
        message's body as it stands."""
        return _failures(tasks.notify(_batch(*events), None))

    def plan(self, *events: Event | str) -> list[int]:
        """Let the task that keeps the timers handle one batch, likewise."""
        return _failures(tasks.remind(_batch(*events), None))

    def timers(self) -> dict[str, str]:
        """The timers that are set: what for and which visit, and when in UTC."""
        scheduler = boto3.client("scheduler")
        names = [timer["Name"] for timer in scheduler.list_schedules(GroupName="care")["Schedules"]]
        return {name: scheduler.get_schedule(GroupName="care", Name=name)["ScheduleExpression"][3:-1] for name in names}

    def message_of(self, timer: str) -> str:
        """What a timer puts into the queue when it fires."""
        found = boto3.client("scheduler").get_schedule(GroupName="care", Name=timer)
        return found["Target"]["Input"]

    def waiting(self) -> list[str]:
        """The messages in the queue."""
        found = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    def mails(self) -> list[tuple[str, str]]:
        """To whom and under which subject, in the order of sending."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [(",".join(mail.destinations["ToAddresses"]), mail.subject) for mail in sent]

    def subjects_about(self, history: History) -> list[str]:
        sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [mail.subject for mail in sent if history.appointment_id in mail.body]

    def state(self, event: Event) -> str | None:
        item = self.notification(event)
        return item["state"]["S"] if item else None

    def notification(self, event: Event) -> dict[str, Any]:
        return self.item(f"PATIENT#{event.data['patient_id']}", f"NOTIFICATION#{event.id}")

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        found: dict[str, Any] = boto3.client("dynamodb").get_item(TableName=self.table, Key=key).get("Item", {})
        return found


def _batch(*events: Event | str) -> dict[str, Any]:
    records = []
    for number, event in enumerate(events):
        body = event if isinstance(event, str) else json.dumps({"detail": event.document()})
        attributes = {"ApproximateReceiveCount": "1"}
        records.append({"messageId": str(number), "receiptHandle": "r", "body": body, "attributes": attributes})
    return {"Records": records}


def _failures(answer: dict[str, Any]) -> list[int]:
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]
