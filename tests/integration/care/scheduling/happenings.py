"""What happens to scheduling's table, told as events and brought to the read models, in the test's own order."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from tests.integration import tables
from tests.integration.care.scheduling.clinic import Clinic

from care.scheduling.tasks import publisher, views
from kernel.events import Change, Event

SURGERY, WARD = "dep_" + "5" * 32, "dep_" + "6" * 32


@dataclass
class Happenings:
    """`queue` is the queue of the read models, by its address."""

    clinic: Clinic
    queue: str
    _heard: str = ""
    _versions: dict[str, int] = field(default_factory=dict)

    def told(self) -> list[Event]:
        """The events of what has happened since the last call."""
        streams = boto3.client("dynamodbstreams")
        arn = streams.list_streams(TableName=self.clinic.tables["scheduling"])["Streams"][0]["StreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        # A new iterator each time: moto puts another stream in place of the old when a transaction fails.
        kind = "AFTER_SEQUENCE_NUMBER" if self._heard else "TRIM_HORIZON"
        place = {"SequenceNumber": self._heard} if self._heard else {}
        start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **place)
        records = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
        if records:
            self._heard = records[-1]["dynamodb"]["SequenceNumber"]
        events = [event for raw in records for event in publisher.events_of(_change(dict(raw)))]
        return [event for event in events if event.type.startswith(_followed())]

    def practitioner(
        self, practitioner_id: str, *specialties: str, department_id: str = SURGERY, active: bool = True
    ) -> Event:
        """What the practitioners domain tells of somebody, each time with a later version."""
        version = self._versions[practitioner_id] = self._versions.get(practitioner_id, 0) + 1
        data = {"specialties": specialties or ("cardiology",), "department_id": department_id, "active": active}
        at = datetime(2026, 11, 1, tzinfo=UTC)
        return Event(f"{practitioner_id}:{version}", "PractitionerChanged", at, practitioner_id, "admin", version, data)

    def event(self, type_: str, subject: str, data: dict[str, str]) -> Event:
        """What the night or an operator asks for."""
        return Event(f"{type_}:{subject}", type_, self.clinic.now, subject, "night", 0, data)

    def bring(self, events: Sequence[Event]) -> None:
        """Let the read models handle these events as one batch, and then what they leave to themselves."""
        while events:
            answer = views.follow({"Records": [message(event) for event in events]}, None)
            assert answer == {"batchItemFailures": []}
            events = self.left()

    def catch_up(self) -> None:
        """Bring everything that has happened."""
        self.bring(self.told())

    def left(self) -> list[Event]:
        """What the read models have left to themselves."""
        sqs = boto3.client("sqs")
        found: list[Event] = []
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            for one in messages:
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
                found.append(Event.from_document(json.loads(one["Body"])["detail"]))
        return found


@cache
def _followed() -> tuple[str, ...]:
    """How the types of events begin that the rule lets through."""
    pattern = tables.resources("care")["SchedulingViewVisitsRule"]["Properties"]["EventPattern"]
    return tuple(kind["prefix"] for kind in pattern["detail-type"])


def message(event: Event) -> dict[str, Any]:
    return {
        "messageId": f"message of {event.id}",
        "receiptHandle": "r",
        "attributes": {"ApproximateReceiveCount": "1"},
        "body": json.dumps({"detail": event.document()}),
    }


def _change(raw: dict[str, Any]) -> Change:
    record = DynamoDBRecord(raw).dynamodb
    assert record is not None
    return Change(record.old_image or None, record.new_image or None)
