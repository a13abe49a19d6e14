"""Notifications on moto."""

from io import StringIO

import boto3
import pytest
from tests.integration import tables
from tests.integration.care.notifications.mailbox import Faults, Mailbox

from kernel import log


@pytest.fixture
def mailbox(account: pytest.MonkeyPatch) -> Mailbox:
    """All that the notifications task works with, in an empty account."""
    table = tables.create_table("NotificationsTable")
    key_id = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    queue = boto3.client("sqs").create_queue(QueueName="NotificationEvents")["QueueUrl"]
    boto3.client("ses").verify_email_identity(EmailAddress="no-reply@salus.example")
    account.setenv("TABLE_NAME", table)
    account.setenv("CONTACT_KEY_ID", key_id)
    account.setenv("MAIL_FROM", "no-reply@salus.example")
    logs = StringIO()
    account.setattr(log.logger().registered_handler, "stream", logs)
    return Mailbox(table, key_id, queue, logs, Faults())
