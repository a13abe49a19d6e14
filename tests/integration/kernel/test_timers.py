"""Timers: what stands in Scheduler, and what goes straight to the queue."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from kernel import clock, timers
from kernel.events import Event, consume_queue

NOW = datetime(2026, 11, 21, 9, 0, 30, tzinfo=UTC)
EVENT = Event("offer_1:1", "OfferDue", NOW, "offer_1", "timer", 1, {"start": "2026-11-22T09:00:00Z"})


@pytest.fixture(autouse=True)
def queue(account: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the queue behind the timers."""
    sqs = boto3.client("sqs")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("timers", "timers-failed")]
    arns = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"] for url in urls
    ]
    boto3.client("scheduler").create_schedule_group(Name="care")
    account.setenv("TIMER_GROUP_NAME", "care")
    account.setenv("TIMER_ROLE_ARN", "arn:aws:iam::123456789012:role/timers")
    account.setenv("TIMER_QUEUE_ARN", arns[0])
    account.setenv("TIMER_QUEUE_URL", urls[0])
    account.setenv("TIMER_KEY_ARN", "arn:aws:kms:us-east-1:123456789012:key/messages")
    account.setenv("TIMER_DEAD_LETTER_QUEUE_ARN", arns[1])
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return urls[0]


def schedule(name: str) -> dict[str, Any] | None:
    scheduler = boto3.client("scheduler")
    try:
        return dict(scheduler.get_schedule(GroupName="care", Name=name))
    except scheduler.exceptions.ResourceNotFoundException:
        return None


def received(queue: str) -> list[dict[str, Any]]:
    answer = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [
        {"messageId": message["MessageId"], "body": message["Body"], "receiptHandle": message["ReceiptHandle"]}
        for message in answer.get("Messages", [])
    ]


def handled(body: str) -> list[Event]:
    seen: list[Event] = []
    answer = consume_queue({"Records": [{"messageId": "m-1", "body": body}]}, seen.append)
    assert answer == {"batchItemFailures": []}
    return seen


def test_a_timer_stands_in_the_group_at_its_second_in_utc_never_early_and_removes_itself(queue: str) -> None:
    timers.set_timer("offer-1", datetime.fromisoformat("2026-11-22T10:00:05.400+01:00"), EVENT)
    standing = schedule("offer-1")
    assert standing is not None
    assert standing["ScheduleExpression"] == "at(2026-11-22T09:00:06)"
    assert standing["ScheduleExpressionTimezone"] == "UTC"
    assert standing["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert standing["ActionAfterCompletion"] == "DELETE"
    assert standing["KmsKeyArn"].endswith(":key/messages")
    assert standing["Target"]["Arn"].endswith(":timers")
    assert standing["Target"]["DeadLetterConfig"]["Arn"].endswith(":timers-failed")
    assert not received(queue)


def test_what_a_timer_brings_is_read_like_any_event_of_a_queue() -> None:
    timers.set_timer("offer-1", NOW + timedelta(hours=1), EVENT)
    standing = schedule("offer-1")
    assert standing is not None
    assert handled(standing["Target"]["Input"]) == [EVENT]


def test_a_timer_that_is_set_again_moves_and_brings_the_newer_event() -> None:
    newer = Event.from_document(EVENT.document() | {"id": "offer_1:2", "version": 2})
    timers.set_timer("offer-1", NOW + timedelta(hours=2), EVENT)
    timers.set_timer("offer-1", NOW + timedelta(hours=1), newer)
    standing = schedule("offer-1")
    assert standing is not None
    assert standing["ScheduleExpression"] == "at(2026-11-21T10:00:30)"
    assert handled(standing["Target"]["Input"]) == [newer]


def test_a_timer_whose_time_has_passed_fires_at_once(queue: str) -> None:
    timers.set_timer("offer-1", NOW - timedelta(days=1), EVENT)
    [message] = received(queue)
    assert handled(message["body"]) == [EVENT]
    assert schedule("offer-1") is None


def test_a_timer_of_the_next_minute_waits_in_the_queue(queue: str) -> None:
    timers.set_timer("offer-1", NOW + timedelta(seconds=40), EVENT)
    assert not received(queue)
    waiting = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert waiting["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"
    assert schedule("offer-1") is None


def test_a_timer_that_is_moved_into_the_past_does_not_fire_a_second_time_at_its_old_hour(queue: str) -> None:
    timers.set_timer("offer-1", NOW + timedelta(hours=1), EVENT)
    timers.set_timer("offer-1", NOW - timedelta(hours=1), EVENT)
    assert schedule("offer-1") is None
    assert len(received(queue)) == 1


def test_a_cancelled_timer_is_gone_and_may_be_cancelled_again() -> None:
    timers.set_timer("offer-1", NOW + timedelta(hours=1), EVENT)
    timers.set_timer("offer-2", NOW + timedelta(hours=1), EVENT)
    timers.cancel_timer("offer-1")
    timers.cancel_timer("offer-1")
    assert schedule("offer-1") is None
    assert schedule("offer-2") is not None
