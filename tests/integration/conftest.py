"""AWS in process: each test gets an empty account and a kernel that has forgotten the one before."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from tests.integration import gateway, quick_moto, tables

from kernel import aws as clients
from kernel import config, vault
from kernel.audit import store

CLIENTS = (
    clients.cognito,
    clients.events,
    clients.kms,
    clients.s3,
    clients.s3_for_files,
    clients.scheduler,
    clients.secrets,
    clients.ses,
    clients.sqs,
    clients.workflows,
)
REGION = "us-east-1"

quick_moto.hasten()


def forget() -> None:
    """Make the kernel read its environment and make its clients anew. Its connection to DynamoDB stays: it takes longer
    to make than most tests take."""
    for cached in (*CLIENTS, config.load, store.public_key):
        cached.cache_clear()
    vault.memory.clear()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An empty AWS account; set further variables of a function's environment through what it yields."""
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "STAGE": "local",
        "APP": "care",
        "POWERTOOLS_SERVICE_NAME": "tests",
        "POWERTOOLS_METRICS_NAMESPACE": "Salus",
        "USER_POOL_CLIENT_ID": gateway.CLIENT_ID,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    forget()
    with mock_aws():
        monkeypatch.setenv("AUDIT_TABLE_NAME", tables.create_table("AuditTable"))
        yield monkeypatch
    forget()


@pytest.fixture
def user_pool(account: pytest.MonkeyPatch) -> str:
    """The user pool of care, with its groups; USER_POOL_ID names it."""
    pool, _client = tables.create_user_pool()
    account.setenv("USER_POOL_ID", pool)
    return pool


@pytest.fixture
def bus(account: pytest.MonkeyPatch) -> str:
    """The application's event bus; BUS_NAME names it."""
    boto3.client("events").create_event_bus(Name="bus")
    account.setenv("BUS_NAME", "bus")
    return "bus"


@pytest.fixture
def keys(account: pytest.MonkeyPatch) -> str:
    """The table of patients' keys, whose name is returned, and the key that wraps them."""
    table = tables.create_table("KeysTable")
    account.setenv("KEYS_TABLE_NAME", table)
    account.setenv("PATIENT_KEY_ID", boto3.client("kms").create_key()["KeyMetadata"]["KeyId"])
    return table


@pytest.fixture
def dead_letters(account: pytest.MonkeyPatch) -> str:
    """A publisher's dead-letter queue; its address, which DEAD_LETTER_QUEUE_URL names too."""
    url = boto3.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
    account.setenv("DEAD_LETTER_QUEUE_URL", url)
    return url
