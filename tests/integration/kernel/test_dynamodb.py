"""Transactions whose conditions have names, what passes by itself, and one connection for all models."""

import json
import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError
from tests.integration import tables

from kernel import dynamodb
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction
from kernel.errors import Malformed, Unavailable


class Lot(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    quantity = NumberAttribute()


class Note(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    text = UnicodeAttribute()


class Elsewhere(Item):
    class Meta:
        table_name = FromEnvironment("OTHER_TABLE_NAME")

    text = UnicodeAttribute()


@pytest.fixture
def table(account: pytest.MonkeyPatch) -> Iterator[str]:
    """A table and a connection of the test's own, on which it may hang what it likes."""
    dynamodb.connection.cache_clear()
    name = tables.create_table("NotificationsTable")
    account.setenv("TABLE_NAME", name)
    account.setenv("OTHER_TABLE_NAME", tables.create_table("PatientsTable"))
    yield name
    dynamodb.connection.cache_clear()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, in seconds, instead of waiting."""
    found: list[float] = []
    monkeypatch.setattr("kernel.dynamodb.time.sleep", found.append)
    return found


def hooks() -> Any:
    return dynamodb.connection().client.meta.events


def transactions_answer(*errors: dict[str, Any]) -> list[int]:
    """Let the next transactions be answered so; gives a list that grows with each call."""
    waiting = list(errors)
    calls: list[int] = []

    def answer(**_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        calls.append(len(calls))
        if not waiting:
            return None
        metadata = {"HTTPStatusCode": 400, "HTTPHeaders": {}}
        return AWSResponse("", 400, HTTPHeaders(), BytesIO()), waiting.pop(0) | {"ResponseMetadata": metadata}

    hooks().register("before-call.dynamodb.TransactWriteItems", answer)
    return calls


def cancelled(*codes: str) -> dict[str, Any]:
    """A cancelled transaction, with a reason for each item."""
    return {
        "Error": {"Code": "TransactionCanceledException", "Message": f"[{', '.join(codes)}]"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }


def call_failed(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": ""}}


def two_puts() -> Transaction:
    transaction = Transaction()
    transaction.put("first", Lot("LOT#1", "STOCK", quantity=1), Lot.pk.does_not_exist())
    transaction.put("second", Note("NOTE#1", "NOTE", text="x"), Note.pk.does_not_exist())
    return transaction


def count(table: str) -> int:
    return boto3.client("dynamodb").scan(TableName=table)["Count"]


def test_what_belongs_together_is_written_together(table: str) -> None:
    Lot("LOT#old", "STOCK", quantity=1).save()
    Lot("LOT#moved", "STOCK", quantity=1).save()
    transaction = two_puts()
    transaction.check("old is there", Lot, "LOT#old", "STOCK", Lot.quantity == 1)
    transaction.delete("moved goes", Lot("LOT#moved", "STOCK"), Lot.quantity == 1)
    transaction.update("counted", Lot("LOT#3", "STOCK"), [Lot.quantity.set(7)], Lot.pk.does_not_exist())
    transaction.commit()
    assert sorted(item.pk for item in Lot.scan()) == ["LOT#1", "LOT#3", "LOT#old", "NOTE#1"]


def test_an_item_is_found_and_one_that_is_not_there_is_none(table: str) -> None:
    Lot("LOT#1", "STOCK", quantity=7).save()
    found = Lot.find("LOT#1", "STOCK")
    assert found is not None
    assert found.quantity == 7
    assert Lot.find("LOT#1", "ELSEWHERE") is None


KINDS = ("check", "delete", "put", "update")


@pytest.mark.parametrize("failing", [{kind} for kind in KINDS] + [{"check", "update"}, {"delete", "put"}, set(KINDS)])
def test_each_failed_condition_is_told_by_its_name_whatever_the_order_of_adding(table: str, failing: set[str]) -> None:
    for kind in KINDS:
        for number in (1, 2):
            Lot(f"{kind}#{number}", "STOCK", quantity=number).save()

    def condition(kind: str, number: int) -> Any:
        fails = kind in failing and number == 2
        return Lot.quantity == (99 if fails else number)

    transaction = Transaction()
    for number in (1, 2):
        transaction.update(
            f"update {number}",
            Lot(f"update#{number}", "STOCK"),
            [Lot.quantity.add(1)],
            condition("update", number),
            show=True,
        )
        transaction.put(f"put {number}", Lot(f"put#{number}", "STOCK", quantity=5), condition("put", number), show=True)
        transaction.check(f"check {number}", Lot, f"check#{number}", "STOCK", condition("check", number))
        transaction.delete(f"delete {number}", Lot(f"delete#{number}", "STOCK"), condition("delete", number))
    with pytest.raises(ConditionsFailed) as refusal:
        transaction.commit()
    assert set(refusal.value.failed) == {f"{kind} 2" for kind in failing}
    assert Lot.get("put#1", "STOCK").quantity == 1


def test_a_refused_write_shows_what_stood_there_where_it_was_asked_for(table: str) -> None:
    Lot("LOT#1", "STOCK", quantity=4).save()
    Note("NOTE#1", "NOTE", text="mine").save()
    transaction = Transaction()
    transaction.put("lot", Lot("LOT#1", "STOCK", quantity=1), Lot.pk.does_not_exist(), show=True)
    transaction.put("note", Note("NOTE#1", "NOTE", text="yours"), Note.pk.does_not_exist())
    with pytest.raises(ConditionsFailed) as refusal:
        transaction.commit()
    lot = refusal.value.failed["lot"]
    assert lot is not None
    assert lot["quantity"] == {"N": "4"}
    assert refusal.value.failed["note"] is None


@pytest.mark.parametrize("conflicts", [1, 3, 5])
def test_a_conflict_with_another_transaction_passes(table: str, waits: list[float], conflicts: int) -> None:
    calls = transactions_answer(*[cancelled("None", "TransactionConflict")] * conflicts)
    two_puts().commit()
    assert len(calls) == conflicts + 1
    assert count(table) == 2
    assert len(waits) == conflicts


def test_conflicts_without_end_are_given_up_and_nothing_is_written(table: str, waits: list[float]) -> None:
    calls = transactions_answer(*[cancelled("TransactionConflict", "None")] * 50)
    with pytest.raises(Unavailable):
        two_puts().commit()
    assert len(calls) == 6
    assert count(table) == 0
    assert sum(waits) < 1


def test_waits_grow_and_are_spread(table: str, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    bounds = []

    def widest(low: float, high: float) -> float:
        bounds.append((low, high))
        return high

    monkeypatch.setattr("kernel.dynamodb.random.uniform", widest)
    transactions_answer(*[cancelled("TransactionConflict", "None")] * 50)
    with pytest.raises(Unavailable):
        two_puts().commit()
    assert {low for low, _ in bounds} == {0}
    assert waits == [0.02, 0.04, 0.08, 0.16, 0.32]


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_throttled_items_are_tried_again(table: str, waits: list[float], code: str) -> None:
    transactions_answer(cancelled(code, "TransactionConflict"))
    two_puts().commit()
    assert count(table) == 2


@pytest.mark.parametrize("code", ["TransactionInProgressException", "ThrottlingException", "InternalServerError"])
def test_throttled_calls_are_tried_again(table: str, waits: list[float], code: str) -> None:
    transactions_answer(call_failed(code))
    two_puts().commit()
    assert count(table) == 2


def test_a_failed_condition_counts_more_than_a_conflict_beside_it(table: str, waits: list[float]) -> None:
    transactions_answer(cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(ConditionsFailed) as refusal:
        two_puts().commit()
    assert set(refusal.value.failed) == {"second"}
    assert waits == []


def test_a_condition_that_fails_after_a_conflict_is_an_answer(table: str, waits: list[float]) -> None:
    Note("NOTE#1", "NOTE", text="x").save()
    transactions_answer(cancelled("TransactionConflict", "None"))
    with pytest.raises(ConditionsFailed) as refusal:
        two_puts().commit()
    assert set(refusal.value.failed) == {"second"}


@pytest.mark.parametrize(
    "answer", [cancelled("ValidationError", "TransactionConflict"), call_failed("AccessDeniedException")]
)
def test_what_does_not_pass_is_not_tried_again(table: str, waits: list[float], answer: dict[str, Any]) -> None:
    calls = transactions_answer(answer)
    with pytest.raises(TransactWriteError):
        two_puts().commit()
    assert len(calls) == 1


def test_a_transaction_whose_answer_was_lost_is_repeated_under_the_same_token(table: str) -> None:
    tokens = []

    def lose(request: Any, **_: object) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        if len(tokens) == 1:
            raise ConnectionClosedError(endpoint_url=request.url)

    hooks().register_first("before-send.dynamodb.TransactWriteItems", lose)
    two_puts().commit()
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_all_models_share_one_client(table: str) -> None:
    for model in (Lot, Note, Elsewhere):
        list(model.scan())
    clients = {id(model.table().connection.client) for model in (Lot, Note, Elsewhere)}
    assert clients == {id(dynamodb.connection().client)}


def test_a_table_is_named_by_the_environment_when_it_is_first_needed() -> None:
    os.environ.pop("NOT_YET_NAMED", None)

    class Late(Item):
        class Meta:
            table_name = FromEnvironment("NOT_YET_NAMED")

    with pytest.raises(KeyError, match="NOT_YET_NAMED"):
        Late.scan()


def test_a_single_write_tells_a_failed_condition_from_other_errors(table: str, account: pytest.MonkeyPatch) -> None:
    Lot("LOT#1", "STOCK", quantity=1).save()
    with pytest.raises(PutError) as refused:
        Lot("LOT#1", "STOCK", quantity=1).save(condition=Lot.pk.does_not_exist())
    assert dynamodb.condition_failed(refused.value)
    boto3.client("dynamodb").delete_table(TableName=table)
    with pytest.raises(PutError) as missing:
        Lot("LOT#1", "STOCK", quantity=1).save()
    assert not dynamodb.condition_failed(missing.value)


@given(st.dictionaries(st.sampled_from(["pk", "sk", "gsi1_pk"]), st.text(max_size=30), min_size=1))
def test_a_cursor_is_read_as_it_was_written(key: dict[str, str | int]) -> None:
    cursor = dynamodb.encode_cursor(key)
    assert dynamodb.decode_cursor(cursor, key) == key
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=60))
def test_a_cursor_that_nobody_gave_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        dynamodb.decode_cursor(text, ["pk", "sk"])


def test_a_cursor_with_half_a_character_is_malformed() -> None:
    with pytest.raises(Malformed):
        dynamodb.decode_cursor(dynamodb.encode_cursor({"at": "\ud800"}), ["at"])


def test_a_cursor_of_another_list_is_malformed() -> None:
    cursor = dynamodb.encode_cursor({"pk": "a", "sk": "b"})
    with pytest.raises(Malformed):
        dynamodb.decode_cursor(cursor, ["pk", "sk", "gsi1_pk"])
