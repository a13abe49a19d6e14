"""DynamoDB through PynamoDB: one connection, transactions whose conditions have names, cursors.

Every table has the keys `pk` and `sk`; a domain's repository alone knows what stands in them.
"""

import base64
import json
import os
import random
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from botocore.config import Config
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import DoesNotExist, PynamoDBConnectionError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from kernel import clock
from kernel.errors import Malformed, Unavailable

type RawItem = dict[str, dict[str, Any]]

MOST_ITEMS = 100  # of a transaction
_ATTEMPTS = 6
_NAMES = re.compile(r"#\w+")
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_PASSING_CALLS = frozenset(
    {
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
    }
)


class FromEnvironment:
    """A table's name, read from the environment when it is first needed and not when the module is imported."""

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def __get__(self, instance: object, owner: type) -> str:
        return os.environ[self._variable]


@cache
def connection() -> Connection:
    """The process's one connection: a client costs more to make than any request to serve."""
    made = Connection(connect_timeout_seconds=2, read_timeout_seconds=5, max_retry_attempts=2)
    # Without a name of ours, botocore composes its own out of thirty parts twice for every request.
    made.session.set_default_client_config(Config(user_agent="salus"))
    # Nor does the endpoint depend on the request, from which botocore would derive it each time; without its rules it
    # takes the one that the client was made with.
    made.client._ruleset_resolver = None  # type: ignore[attr-defined]  # noqa: SLF001
    return made


class Item(Model):
    """Base of every stored item. A subclass names its table: `class Meta: table_name = FromEnvironment("…")`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB makes a client per model class; ours share one.
        table = super()._get_connection()
        shared = connection()
        if table.connection is not shared:
            own = table.connection._tables  # noqa: SLF001 - the schema has no public accessor
            for meta in own.values():
                if meta.table_name not in shared._tables:  # noqa: SLF001
                    shared.add_meta_table(meta)
            table.connection = shared
        return table

    @classmethod
    def find(cls, pk: str, sk: str) -> Self | None:
        """The item, None where there is none. One strongly consistent read."""
        try:
            return cls.get(pk, sk, consistent_read=True)
        except DoesNotExist:
            return None

    @classmethod
    def table(cls) -> TableConnection:
        """The table itself, for reads of items in DynamoDB's JSON."""
        return cls._get_connection()


class ConditionsFailed(Exception):
    """A transaction was refused.

    Attributes:
        failed: name of each failed condition -> the item as it stood, in DynamoDB's JSON, where it was asked for.
    """

    def __init__(self, failed: dict[str, RawItem | None]) -> None:
        super().__init__(", ".join(failed))
        self.failed = failed


class Transaction:
    """Writes that happen together or not at all, each under a condition with a name.

    At most `MOST_ITEMS` items. `commit` answers a failed condition with `ConditionsFailed`, retries what passes by
    itself (conflicting transactions, throttling) a bounded number of times with jitter, and then gives up with
    `Unavailable`: nothing was written.
    """

    def __init__(self) -> None:
        self._checks: list[tuple[str, dict[str, Any]]] = []
        self._deletes: list[tuple[str, dict[str, Any]]] = []
        self._puts: list[tuple[str, dict[str, Any]]] = []
        self._updates: list[tuple[str, dict[str, Any]]] = []

    def check(self, name: str, model: type[Item], pk: str, sk: str, condition: Condition) -> None:
        """Require `condition` of an item without touching it."""
        self._checks.append((name, model.get_operation_kwargs_from_class(pk, range_key=sk, condition=condition)))

    def delete(self, name: str, item: Item, condition: Condition | None = None) -> None:
        self._deletes.append((name, item.get_delete_kwargs_from_instance(condition=condition)))

    def put(self, name: str, item: Item, condition: Condition | None = None, *, show: bool = False) -> None:
        """Store `item`; with `show`, a failure carries the item that stood there."""
        self._puts.append(
            (
                name,
                item.get_save_kwargs_from_instance(
                    condition=condition, return_values_on_condition_failure="ALL_OLD" if show else None
                ),
            )
        )

    def update(
        self,
        name: str,
        item: Item,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        show: bool = False,
    ) -> None:
        self._updates.append(
            (
                name,
                item.get_update_kwargs_from_instance(
                    actions=list(actions),
                    condition=condition,
                    return_values_on_condition_failure="ALL_OLD" if show else None,
                ),
            )
        )

    def update_as(
        self, name: str, model: type[Item], pk: str, sk: str, update: str, condition: str, values: RawItem
    ) -> None:
        """Update an item by expressions in DynamoDB's own words; a failure carries the item that stood there.

        Attributes are written `#name`, whatever their names; of `values`, in DynamoDB's JSON, only those count that
        the expressions use.
        """
        words = update + condition
        kwargs: dict[str, Any] = {
            "TableName": model.Meta.table_name,
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "UpdateExpression": update,
            "ExpressionAttributeNames": {word: word[1:] for word in _NAMES.findall(words)},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if condition:
            kwargs["ConditionExpression"] = condition
        used = {word: value for word, value in values.items() if word in words}
        if used:
            kwargs["ExpressionAttributeValues"] = used
        self._updates.append((name, kwargs))

    def commit(self) -> None:
        """Write everything.

        Raises:
            ConditionsFailed: at least one condition did not hold; nothing was written.
            Unavailable: the bounded retries are used up; nothing was written.
        """
        for attempt in range(_ATTEMPTS):
            try:
                connection().transact_write_items(
                    condition_check_items=[kwargs for _, kwargs in self._checks],
                    delete_items=[kwargs for _, kwargs in self._deletes],
                    put_items=[kwargs for _, kwargs in self._puts],
                    update_items=[kwargs for _, kwargs in self._updates],
                )
            except TransactWriteError as error:
                failed = self._failed(error)
                if failed:
                    raise ConditionsFailed(failed) from error
                if not _passes(error):
                    raise
                if attempt < _ATTEMPTS - 1:
                    backoff(attempt)
            else:
                return
        raise Unavailable

    def _failed(self, error: TransactWriteError) -> dict[str, RawItem | None]:
        # PynamoDB sends checks, deletes, puts and updates in this order, and the reasons come back in the same.
        names = [name for name, _ in (*self._checks, *self._deletes, *self._puts, *self._updates)]
        return {
            name: reason.raw_item
            for name, reason in zip(names, error.cancellation_reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }


def _passes(error: TransactWriteError) -> bool:
    reasons = [reason.code for reason in error.cancellation_reasons if reason is not None]
    if reasons:
        return all(code in _PASSING for code in reasons)
    return error.cause_response_code in _PASSING_CALLS


def backoff(attempt: int) -> None:
    """Wait before try `attempt` + 1: full jitter, 20 ms doubling to 320 ms (AWS Architecture Blog, "Exponential
    Backoff And Jitter")."""
    time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 4)))  # noqa: S311 - spreading load, not secrecy


def condition_failed(error: PynamoDBConnectionError) -> bool:
    """Whether a single put, update or delete was refused by its condition."""
    return error.cause_response_code == "ConditionalCheckFailedException"


def encode_cursor(key: Mapping[str, str | int]) -> str:
    """A page's end as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, fields: Iterable[str]) -> dict[str, str]:
    """The key that `encode_cursor` wrote, with exactly these fields, as texts.

    Raises:
        Malformed: it was not written by `encode_cursor`, or for another list.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        json.dumps(key, ensure_ascii=False).encode()  # JSON can spell half a character, which DynamoDB refuses
    except ValueError as error:
        raise Malformed("The cursor is not one that this list gave") from error
    if not isinstance(key, dict) or set(key) != set(fields):
        raise Malformed("The cursor is not one that this list gave")
    return {name: str(value) for name, value in key.items()}


class Place(NamedTuple):
    """A place in a list that is in the order of time, where a page of it ends: which of those at a time it is."""

    at: datetime
    id: str

    @classmethod
    def of(cls, cursor: str | None) -> "Place | None":
        """Where a page goes on; None where it is the first.

        Raises:
            Malformed: the cursor is none that such a list gave.
        """
        if cursor is None:
            return None
        key = decode_cursor(cursor, ("at", "id"))
        try:
            return cls(clock.parse(key["at"]), key["id"])
        except (ValueError, OverflowError):
            raise Malformed("The cursor is not one that this list gave") from None

    def cursor(self) -> str:
        return encode_cursor({"at": clock.iso(self.at), "id": self.id})
