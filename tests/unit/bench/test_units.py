"""Request units by DynamoDB's rules. Sizes are those that AWS gives in "Item sizes and formats"."""

from typing import Any

import pytest
from bench.units import Meter, item_size, read_units, value_size, write_units


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "Grüße"}, 7),
        ({"B": b"12345"}, 5),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"N": "7"}, 2),
        ({"N": "1795856400"}, 5),
        ({"N": "10000000000"}, 2),
        ({"N": "-27.5"}, 4),
        ({"N": "0"}, 2),
        ({"SS": ["ab", "c"]}, 3),
        ({"BS": [b"ab", b"c"]}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": True}]}, 3 + 3 + 2),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
    ],
)
def test_a_value_weighs_what_dynamodb_says(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_names_count_as_much_as_values() -> None:
    assert item_size({"pk": {"S": "PATIENT#1"}, "active": {"BOOL": True}}) == 2 + 9 + 6 + 1


@pytest.mark.parametrize(("size", "units"), [(0, 2), (1, 2), (1024, 2), (1025, 4), (2049, 6)])
def test_a_transactional_write_costs_two_units_for_each_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(size) == units


def item(size: int) -> dict[str, Any]:
    return {"a": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("operation", "parameters", "answer", "units"),
    [
        ("GetItem", {}, {}, 0.5),
        ("GetItem", {"ConsistentRead": True}, {"Item": item(4097)}, 2),
        ("Query", {}, {"Items": [item(3000), item(3000)]}, 1),
        ("Query", {"ConsistentRead": True}, {"Items": []}, 1),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [{}, {}]}}},
            {"Responses": {"t": [item(3000), item(3000)]}},
            1,
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [{}, {}], "ConsistentRead": True}}},
            {"Responses": {"t": [item(4097)]}},
            3,
        ),
    ],
)
def test_a_read_costs_by_what_it_finds_and_never_nothing(
    operation: str, parameters: dict[str, Any], answer: dict[str, Any], units: float
) -> None:
    assert read_units(operation, parameters, answer) == units


class Stored:
    """A client that finds the same item everywhere."""

    def __init__(self, item: dict[str, Any]) -> None:
        self._item = item

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self._item}


def test_a_meter_counts_calls_items_checks_and_units() -> None:
    meter, key = Meter(), {"pk": {"S": "a"}, "sk": {"S": "b"}}
    meter.note("GetItem", {"TableName": "t", "Key": key})
    check = {"ConditionCheck": {"TableName": "t", "Key": key}}
    put = {"Put": {"TableName": "t", "Item": key | {"text": {"S": "x" * 2000}}}}
    meter.note("TransactWriteItems", {"TransactItems": [check, put]})
    meter.weigh(Stored(key | {"text": {"S": "x" * 2000}}))
    assert (meter.reads, meter.transactions, meter.writes, meter.checks, meter.units) == (1, 1, 1, 1, 8)
