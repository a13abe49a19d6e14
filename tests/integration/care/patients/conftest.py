"""The patients domain on moto: its table and user pool as they are deployed, its keys, its stream."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from tests.integration import tables

from care.patients.repository.keys import search_key

# Slow on purpose; what it makes of the same password under the same salt is the same.
_scrypt = cache(hashlib.scrypt)


class Clinic:
    """What the functions of patients work on, as the outside sees it."""

    def __init__(self, pool: str, client: str) -> None:
        self.pool = pool
        self.client = client
        self._seen: set[str] = set()
        self._cognito = boto3.client("cognito-idp")
        self._dynamodb = boto3.client("dynamodb")
        self._queue = boto3.client("sqs")

    def stream(self) -> dict[str, Any]:
        """The changes of the table since the last call, as a publisher gets them."""
        records = tables.stream_records("PatientsTable")
        fresh = [record for record in records if record["eventID"] not in self._seen]
        self._seen.update(record["eventID"] for record in fresh)
        return {"Records": fresh}

    def told(self) -> list[dict[str, Any]]:
        """The events that have reached the bus since the last call."""
        url = self._queue.get_queue_url(QueueName="everything")["QueueUrl"]
        found = []
        while messages := self._queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def user(self, email: str) -> dict[str, str] | None:
        """The attributes of the account with this address."""
        try:
            answer = self._cognito.admin_get_user(UserPoolId=self.pool, Username=email)
        except self._cognito.exceptions.UserNotFoundException:
            return None
        return {pair["Name"]: pair["Value"] for pair in answer["UserAttributes"]}

    def signs_in(self, email: str, password: str) -> bool:
        try:
            answer = self._cognito.initiate_auth(
                AuthFlow="USER_PASSWORD_AUTH",
                ClientId=self.client,
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        except (self._cognito.exceptions.NotAuthorizedException, self._cognito.exceptions.UserNotFoundException):
            return False
        return "AuthenticationResult" in answer

    def roles(self, email: str) -> list[str]:
        groups = self._cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=email)["Groups"]
        return [group["GroupName"] for group in groups]

    def items(self, prefix: str = "") -> list[dict[str, Any]]:
        """Everything in the table under keys that begin like this."""
        scanned = self._dynamodb.scan(TableName="PatientsTable", ConsistentRead=True)["Items"]
        return [_plain(item) for item in scanned if item["pk"]["S"].startswith(prefix)]

    def forget_everything(self, email: str) -> None:
        """Make the table anew, because moto copies its whole history with every transaction, and remove the account
        with this address."""
        self._dynamodb.delete_table(TableName="PatientsTable")
        tables.create_table("PatientsTable")
        if self.user(email):
            self._cognito.admin_delete_user(UserPoolId=self.pool, Username=email)


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    read = TypeDeserializer()
    return {name: read.deserialize(value) for name, value in item.items()}


@pytest.fixture
def clinic(account: pytest.MonkeyPatch, bus: str, dead_letters: str, keys: str) -> Iterator[Clinic]:
    account.setenv("TABLE_NAME", tables.create_table("PatientsTable"))
    pool, client = tables.create_user_pool()
    account.setenv("USER_POOL_ID", pool)
    secret = boto3.client("secretsmanager").create_secret(Name="search-key", SecretString="a key of the tests")
    account.setenv("SEARCH_KEY_SECRET_ARN", secret["ARN"])
    queue = boto3.client("sqs")
    url = queue.create_queue(QueueName="everything")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events = boto3.client("events")
    events.put_rule(Name="everything", EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": "salus."}]}))
    events.put_targets(Rule="everything", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    account.setattr(hashlib, "scrypt", _scrypt)
    search_key.cache_clear()
    yield Clinic(pool, client)
    search_key.cache_clear()
