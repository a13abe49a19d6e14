"""From a table's stream to the bus: what cannot be read is set aside, what the bus refuses is tried again."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from kernel import aws, events
from kernel.events import Change, Event, publish_stream

SOURCE = "salus.care.tests"


def lot_event(change: Change) -> Iterable[Event]:
    """The events of a lot: nothing of deletions, two of a recall."""
    lot = change.after
    if lot is None:
        return
    version = int(lot["version"])
    name = "LotReceived" if change.before is None else "LotCounted"
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    yield Event(f"{lot['pk']}:{version}", name, at, lot["pk"], "u-1", version, {"quantity": lot["quantity"]})
    if lot.get("recalled"):
        yield Event(f"{lot['pk']}:{version}:recall", "LotRecalled", at, lot["pk"], "u-1", version)


def image(**values: Any) -> dict[str, Any]:
    kinds = {str: "S", int: "N", Decimal: "N", bool: "BOOL"}
    return {
        name: {kinds[type(value)]: value if isinstance(value, bool) else str(value)} for name, value in values.items()
    }


def record(number: int, new: dict[str, Any] | None, old: dict[str, Any] | None = None) -> dict[str, Any]:
    changed: dict[str, Any] = {"Keys": image(pk=f"lot_{number}", sk="LOT"), "SequenceNumber": f"s{number}"}
    if new is not None:
        changed["NewImage"] = new
    if old is not None:
        changed["OldImage"] = old
    return {
        "eventID": f"e{number}",
        "eventName": "REMOVE" if new is None else "MODIFY" if old else "INSERT",
        "dynamodb": changed,
    }


def lot(number: int, version: int = 1, **more: Any) -> dict[str, Any]:
    return image(pk=f"lot_{number}", sk="LOT", version=version, quantity=number, **more)


def publish(*records: dict[str, Any]) -> list[str]:
    """Publish one batch; the sequence numbers from which the batch is to come again."""
    answer = publish_stream({"Records": list(records)}, SOURCE, lot_event)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def published(bus: str, dead_letters: str) -> Any:
    """Gives what reached the bus since it was last asked for."""
    sqs, rules = boto3.client("sqs"), boto3.client("events")
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rules.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps({"source": [SOURCE]}))
    rules.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "all", "Arn": arn}])
    return lambda: drain(queue)


def drain(queue: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs")
    found = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def bus_refuses(*refused: str) -> list[int]:
    """Let the bus refuse the events with these ids once; gives the sizes of the calls."""
    sizes: list[int] = []
    waiting = set(refused)

    def answer(params: dict[str, Any], **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        entries = json.loads(params["body"])["Entries"]
        sizes.append(len(entries))
        ids = [json.loads(entry["Detail"])["id"] for entry in entries]
        if not waiting.intersection(ids):
            return None
        done = [
            {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"} if name in waiting else {"EventId": name}
            for name in ids
        ]
        lost = len(waiting.intersection(ids))
        waiting.difference_update(ids)
        parsed = {"FailedEntryCount": lost, "Entries": done, "ResponseMetadata": {"HTTPStatusCode": 200}}
        return AWSResponse("", 200, HTTPHeaders(), BytesIO()), parsed

    hooks: Any = aws.events().meta.events
    hooks.register("before-call.events.PutEvents", answer)
    return sizes


def test_a_change_becomes_an_event_on_the_bus(published: Any) -> None:
    assert publish(record(1, lot(1)), record(2, lot(2, 2), lot(2))) == []
    first, second = sorted(published(), key=lambda event: event["detail"]["id"])
    assert (first["source"], first["detail-type"]) == (SOURCE, "LotReceived")
    assert first["detail"] == {
        "id": "lot_1:1",
        "type": "LotReceived",
        "at": "2026-11-21T09:00:00Z",
        "subject": "lot_1",
        "actor": "u-1",
        "version": 1,
        "data": {"quantity": 1},
    }
    assert second["detail-type"] == "LotCounted"


def test_one_change_can_be_several_events_and_another_none(published: Any) -> None:
    assert publish(record(1, lot(1, recalled=True)), record(2, None, lot(2))) == []
    assert sorted(event["detail"]["id"] for event in published()) == ["lot_1:1", "lot_1:1:recall"]


def test_a_redelivered_change_is_the_same_event(published: Any) -> None:
    for _ in range(2):
        publish(record(1, lot(1)), record(2, lot(2)))
    details = sorted(json.dumps(event["detail"]) for event in published())
    assert details[0] == details[1]
    assert details[2] == details[3]


def test_poison_goes_to_the_dead_letters_and_its_neighbours_to_the_bus(published: Any, dead_letters: str) -> None:
    poison = record(2, image(pk="lot_2", sk="LOT", version="Rosalind"))
    assert publish(record(1, lot(1)), poison, record(3, lot(3))) == []
    assert sorted(event["detail"]["subject"] for event in published()) == ["lot_1", "lot_3"]
    assert drain(dead_letters) == [
        {"sequence": "s2", "keys": {"pk": {"S": "lot_2"}, "sk": {"S": "LOT"}}, "event": "e2"}
    ]


def test_many_changes_go_to_the_bus_ten_at_a_time(published: Any) -> None:
    sizes = bus_refuses()
    assert publish(*[record(number, lot(number)) for number in range(25)]) == []
    assert sizes == [10, 10, 5]
    assert len(published()) == 25


def test_the_batch_comes_again_from_the_first_change_that_the_bus_refused(published: Any) -> None:
    bus_refuses("lot_4:1", "lot_7:1")
    assert publish(*[record(number, lot(number)) for number in range(9)]) == ["s4"]


def test_what_comes_after_a_refusal_is_left_for_the_next_try_so_that_order_is_kept(published: Any) -> None:
    sizes = bus_refuses("lot_12:1")
    records = [record(number, lot(number)) for number in range(25)]
    assert publish(*records) == ["s12"]
    assert sizes == [10, 10]
    assert publish(*records[12:]) == []
    assert {event["detail"]["subject"] for event in published()} >= {f"lot_{number}" for number in range(12, 25)}


def test_a_change_with_one_of_two_events_refused_comes_again_as_a_whole(published: Any) -> None:
    bus_refuses("lot_1:1:recall")
    assert publish(record(0, lot(0)), record(1, lot(1, recalled=True)), record(2, lot(2))) == ["s1"]
    assert publish(record(1, lot(1, recalled=True)), record(2, lot(2))) == []
    assert {event["detail"]["id"] for event in published()} == {"lot_1:1", "lot_1:1:recall", "lot_2:1"}


def test_poison_that_cannot_be_set_aside_is_not_lost(published: Any, account: pytest.MonkeyPatch) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=boto3.client("sqs").get_queue_url(QueueName="dead-letters")["QueueUrl"])
    with pytest.raises(ClientError):
        publish(record(1, image(pk="lot_1", sk="LOT")))


def test_a_failed_message_comes_back_when_it_is_due(account: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    account.setenv("QUEUE_URL", boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"])

    def note(params: dict[str, Any], **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        asked.append(json.loads(params["body"]))
        return AWSResponse("", 200, HTTPHeaders(), BytesIO()), {"ResponseMetadata": {}}

    hooks: Any = aws.sqs().meta.events
    hooks.register("before-call.sqs.ChangeMessageVisibility", note)

    def fail(_: Event) -> None:
        raise RuntimeError

    good = Event("lot_1:1", "LotReceived", datetime(2026, 11, 21, 9, tzinfo=UTC), "lot_1", "u-1", 1)
    bodies = [json.dumps({"detail": good.document()})] * 6 + ["poison"]
    records = [
        {
            "messageId": f"m{number}",
            "receiptHandle": f"r{number}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": str(number + 1)},
        }
        for number, body in enumerate(bodies)
    ]
    answer = events.consume_queue({"Records": records}, fail)
    assert len(answer["batchItemFailures"]) == 7
    assert [request["ReceiptHandle"] for request in asked] == [f"r{number}" for number in range(7)]
    waits = [request["VisibilityTimeout"] for request in asked]
    for wait, expected in zip(waits, [4, 20, 90, 400, 400, 400, 0], strict=True):
        assert 0.75 * expected <= wait <= 1.25 * expected


def test_a_wait_that_cannot_be_set_leaves_the_message_to_its_queue(account: pytest.MonkeyPatch) -> None:
    account.setenv("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/gone")
    broken = {"messageId": "m0", "receiptHandle": "r0", "body": "x", "attributes": {"ApproximateReceiveCount": "1"}}
    answer = events.consume_queue({"Records": [broken]}, lambda _: None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_what_is_left_in_a_queue_arrives_like_events_of_the_bus(account: pytest.MonkeyPatch) -> None:
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="own")["QueueUrl"]
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    left = [Event(f"lot_{number}:1", "LotReceived", at, f"lot_{number}", "u-1", 1) for number in range(12)]
    events.enqueue(queue, left)
    arrived: list[Event] = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        records = [{"messageId": message["MessageId"], "body": message["Body"]} for message in messages]
        assert events.consume_queue({"Records": records}, arrived.append) == {"batchItemFailures": []}
    assert sorted(event.id for event in arrived) == sorted(event.id for event in left)
    assert set(map(repr, arrived)) == set(map(repr, left))


def test_a_queue_that_refuses_a_message_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Successful": [], "Failed": [{"Id": "0"}]}

    monkeypatch.setattr(aws, "sqs", Refusing)
    event = Event("lot_1:1", "LotReceived", datetime(2026, 11, 21, 9, tzinfo=UTC), "lot_1", "u-1", 1)
    with pytest.raises(events.NotEnqueued):
        events.enqueue("https://sqs", [event])
