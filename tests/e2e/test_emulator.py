"""What the emulator does by itself where we made it quicker: the answers stay those of DynamoDB."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from local.client import Stack

KEYS = [f"{letter}#{number:03}" for letter in "abc" for number in range(100)]  # large is more than 256
CONDITIONS: dict[str, Callable[[str], bool]] = {
    "": lambda _: True,
    " AND sk = :low": lambda key: key == "a#050",
    " AND sk < :low": lambda key: key < "a#050",
    " AND sk <= :low": lambda key: key <= "a#050",
    " AND sk > :low": lambda key: key > "a#050",
    " AND sk >= :low": lambda key: key >= "a#050",
    " AND sk BETWEEN :low AND :high": lambda key: "a#050" <= key <= "b#075",
    " AND begins_with(sk, :start)": lambda key: key.startswith("b#05"),
    " AND begins_with(sk, :nothing)": lambda key: key.startswith("d"),
}
VALUES = {":low": "a#050", ":high": "b#075", ":start": "b#05", ":nothing": "d"}


@pytest.fixture(scope="module")
def table(stack: Stack) -> Iterator[tuple[Any, str]]:
    """A table with one large partition, written in no order, of which some was deleted and written again."""
    aws = stack["aws"]
    client = boto3.client(
        "dynamodb",
        endpoint_url=aws["endpoint_url"],
        region_name=aws["region"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )
    name = f"large-{uuid4().hex}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
    )
    for key in sorted(KEYS, key=lambda key: key[::-1]):
        client.put_item(TableName=name, Item={"pk": {"S": "large"}, "sk": {"S": key}})
    asked(client, name, " AND sk > :low")  # from here on the emulator knows the order
    for key in KEYS[25:175:7]:
        client.delete_item(TableName=name, Key={"pk": {"S": "large"}, "sk": {"S": key}})
    for key in KEYS[175:24:-1]:
        client.put_item(TableName=name, Item={"pk": {"S": "large"}, "sk": {"S": key}})
    yield client, name
    client.delete_table(TableName=name)


def asked(client: Any, name: str, condition: str, **options: Any) -> list[str]:
    """The sort keys in the answer of all pages."""
    values = {":pk": "large"} | {word: value for word, value in VALUES.items() if word in condition}
    found: list[str] = []
    while True:
        answer = client.query(
            TableName=name,
            KeyConditionExpression=f"pk = :pk{condition}",
            ExpressionAttributeValues={word: {"S": value} for word, value in values.items()},
            **options,
        )
        assert answer["Count"] <= options.get("Limit", len(KEYS))
        found += [item["sk"]["S"] for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [None, 1, 90])
def test_a_large_partition_is_read_in_order_and_whole(
    table: tuple[Any, str], condition: str, forward: bool, limit: int | None
) -> None:
    wanted = [key for key in KEYS if CONDITIONS[condition](key)]
    options: dict[str, Any] = {"Limit": limit} if limit else {}
    found = asked(*table, condition, ScanIndexForward=forward, **options)
    assert found == (wanted if forward else wanted[::-1])


def test_a_filter_looks_at_a_page_of_a_large_partition_and_not_beyond(table: tuple[Any, str]) -> None:
    client, name = table
    answer = client.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        FilterExpression="colour = :pk",
        ExpressionAttributeValues={":pk": {"S": "large"}},
        Limit=10,
    )
    assert (answer["Count"], answer["ScannedCount"]) == (0, 10)
    assert answer["LastEvaluatedKey"]["sk"]["S"] == KEYS[9]
