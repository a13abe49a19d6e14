"""Notifications on moto."""

from io import StringIO

import boto3
import pytest
from tests.integration import tables
from tests.integration.care.notifications.mailbox import Faults, Mailbox

from kernel import log


@pytest.fixture
def mailbox(account: pytest.MonkeyPatch, keys: str) -> Mailbox:
    """All that the notifications task works with, in an empty account."""
    table = tables.create_table("NotificationsTable")
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="NotificationEvents")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("scheduler").create_schedule_group(Name="care")
    boto3.client("ses").verify_email_identity(EmailAddress="no-reply@salus.example")
    account.setenv("TABLE_NAME", table)
    account.setenv("MAIL_FROM", "no-reply@salus.example")
    account.setenv("TIMER_GROUP_NAME", "care")
    account.setenv("TIMER_ROLE_ARN", "arn:aws:iam::123456789012:role/timers")
    account.setenv("TIMER_QUEUE_ARN", arn)
    account.setenv("TIMER_QUEUE_URL", queue)
    account.setenv("TIMER_DEAD_LETTER_QUEUE_ARN", f"{arn}Failed")
    account.setenv("TIMER_KEY_ARN", "arn:aws:kms:us-east-1:123456789012:key/messages")
    logs = StringIO()
    account.setattr(log.logger().registered_handler, "stream", logs)
    return Mailbox(table, queue, logs, Faults())
