"""The tables and the user pool of a stack, made in moto from the very template that is deployed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from local import template

from kernel.dynamodb import connection

ROOT = Path(__file__).parents[2]
_TABLE_KEYS = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
)


@cache
def resources(app: str) -> dict[str, Any]:
    """The resources of `stacks/<app>.yaml`."""
    found: dict[str, Any] = template.load(ROOT / "stacks" / f"{app}.yaml")["Resources"]
    return found


def create_table(logical_id: str, app: str = "care") -> str:
    """Make a table; it is named like its logical id, which is returned."""
    properties = resources(app)[logical_id]["Properties"]
    wanted = {key: properties[key] for key in _TABLE_KEYS if key in properties}
    if "StreamSpecification" in wanted:
        wanted["StreamSpecification"] = {**wanted["StreamSpecification"], "StreamEnabled": True}
    boto3.client("dynamodb").create_table(TableName=logical_id, **wanted)
    return logical_id


def stream_records(table: str) -> list[dict[str, Any]]:
    """All that has happened to a table, as Lambda gets it from its stream."""
    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return [dict(record) for record in streams.get_records(ShardIterator=start["ShardIterator"])["Records"]]


def create_user_pool(app: str = "care") -> tuple[str, str]:
    """Make the user pool with its client and groups.

    Returns:
        the ids of the pool and of the client.
    """
    cognito = boto3.client("cognito-idp")
    found = resources(app)
    name = f"{app.capitalize()}UserPool"
    properties = found[name]["Properties"]
    keys = ("UsernameAttributes", "UsernameConfiguration", "AutoVerifiedAttributes", "Policies", "Schema")
    pool = cognito.create_user_pool(PoolName=name, **{key: properties[key] for key in keys})["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="tests",
        ExplicitAuthFlows=found[f"{name}Client"]["Properties"]["ExplicitAuthFlows"],
    )["UserPoolClient"]["ClientId"]
    for resource in found.values():
        if resource["Type"] == "AWS::Cognito::UserPoolGroup":
            cognito.create_group(UserPoolId=pool, GroupName=resource["Properties"]["GroupName"])
    return pool, client


@contextmanager
def asked(calls: list[str]) -> Iterator[None]:
    """Notes the calls of DynamoDB in the block, by their names."""
    events = connection().client.meta.events

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events.register("before-call.dynamodb", note)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", note)
