"""One-off timers: an event that is to reach a queue at a given time, by EventBridge Scheduler.

A timer fires at least once, up to a minute late, and perhaps although it was cancelled or replaced a moment ago. Its
event is therefore a question, not an order: who takes it from the queue looks whether there is still something to do.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kernel import aws, clock
from kernel.config import load
from kernel.events import Event, message

# What is due within this time goes to the queue at once, with a delay: what Scheduler does with a time that has passed
# when the request reaches it is promised nowhere, and it is no more exact than a minute anyway.
_NEAR_SECONDS = 60
_RETRY = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 30}


@dataclass(frozen=True)
class _Environment:
    timer_group_name: str
    timer_role_arn: str
    timer_queue_arn: str
    timer_queue_url: str
    timer_dead_letter_queue_arn: str
    timer_key_arn: str


def set_timer(name: str, at: datetime, event: Event) -> None:
    """Have `event` come to the queue at `at`, at once where that has passed; replaces the timer of that name.

    `name`: at most 64 letters, digits, hyphens, underscores and dots; it is seen in consoles, so ids and codes only.
    Repeating the call does no harm.
    """
    settings = load(_Environment)
    second = math.ceil(at.timestamp())  # never early
    left = math.ceil(second - clock.now().timestamp())
    if left < _NEAR_SECONDS:
        cancel_timer(name)
        aws.sqs().send_message(QueueUrl=settings.timer_queue_url, MessageBody=message(event), DelaySeconds=max(0, left))
        return
    schedule: dict[str, Any] = {
        "GroupName": settings.timer_group_name,
        "Name": name,
        "ScheduleExpression": f"at({datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "KmsKeyArn": settings.timer_key_arn,
        "Target": {
            "Arn": settings.timer_queue_arn,
            "RoleArn": settings.timer_role_arn,
            "Input": message(event),
            "DeadLetterConfig": {"Arn": settings.timer_dead_letter_queue_arn},
            "RetryPolicy": _RETRY,
        },
    }
    scheduler = aws.scheduler()
    try:
        scheduler.create_schedule(**schedule)
    except scheduler.exceptions.ConflictException:
        scheduler.update_schedule(**schedule)


def cancel_timer(name: str) -> None:
    """Remove a timer; one that has fired or never was is fine."""
    scheduler = aws.scheduler()
    try:
        scheduler.delete_schedule(GroupName=load(_Environment).timer_group_name, Name=name)
    except scheduler.exceptions.ResourceNotFoundException:
        return
