"""A hospital on moto, with one department and somebody who may hire."""

import json
from typing import Any

import boto3
import pytest
from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUser
from tests.integration import tables
from tests.integration.care.practitioners.hospital import Hospital, Stream

from care.practitioners import tasks


@pytest.fixture
def hospital(account: pytest.MonkeyPatch) -> Hospital:
    account.setenv("TABLE_NAME", tables.create_table("PractitionersTable"))
    pool, client = tables.create_user_pool()
    account.setenv("USER_POOL_ID", pool)
    found = Hospital(pool, client, _invitations(account))
    found.department_id = found.department("Surgery")
    return found


def _invitations(account: pytest.MonkeyPatch) -> list[str]:
    """Who was sent an invitation. moto takes RESEND for the making of a second user, which Cognito does not."""
    invited: list[str] = []
    create = CognitoIdpBackend.admin_create_user

    def admin_create_user(
        self: CognitoIdpBackend, pool: str, username: str, message_action: str, *more: Any, **named: Any
    ) -> CognitoIdpUser:
        if message_action != "RESEND":
            return create(self, pool, username, message_action, *more, **named)
        invited.append(username)
        return self.admin_get_user(pool, username)

    account.setattr(CognitoIdpBackend, "admin_create_user", admin_create_user)
    return invited


@pytest.fixture
def stream(hospital: Hospital, bus: str, dead_letters: str) -> Stream:
    """The stream from now on, its publisher, and the queues behind the bus."""
    del hospital, dead_letters
    checks = tables.resources("care")["HiringChecksRule"]["Properties"]["EventPattern"]
    found = Stream(checks=_queue(bus, "checks", checks), all=_queue(bus, "all", {"source": [tasks.SOURCE]}))
    found.records()
    return found


def _queue(bus: str, name: str, pattern: dict[str, Any]) -> str:
    sqs, events = boto3.client("sqs"), boto3.client("events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return queue
