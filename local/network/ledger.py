"""A stand-in for DynamoDB's connection that keeps in memory what repositories write, and gives it back to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from pynamodb.connection import Connection

from kernel import dynamodb
from kernel.dynamodb import RawItem

type Place = tuple[str, str, str]
"""Table, partition key, sort key."""

_VERBS = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b")
_KEY_CONDITION = re.compile(r"(#\w+) (=|<|<=|>|>=|BETWEEN) (:\w+)(?: AND (:\w+))?|begins_with ?\((#\w+), (:\w+)\)")


class Ledger(Connection):
    """Refuses nothing: whoever writes to it sees to it that nothing conflicts. What it does not know, it does not
    guess."""

    def __init__(self) -> None:
        super().__init__()
        self._partitions: defaultdict[tuple[str, str], dict[str, RawItem]] = defaultdict(dict)
        self._changes: list[tuple[RawItem | None, RawItem | None]] = []

    def take_changes(self) -> list[tuple[RawItem | None, RawItem | None]]:
        """Every write since the last call, in order: the item before and after, as a table's stream tells them."""
        changes, self._changes = self._changes, []
        return changes

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        match operation_name:
            case "TransactWriteItems":
                for action in operation_kwargs["TransactItems"]:
                    [(kind, write)] = action.items()
                    self._write(kind, write)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                self._write(operation_name.removesuffix("Item"), operation_kwargs)
            case "GetItem":
                table, pk, sk = _place(operation_kwargs["TableName"], operation_kwargs["Key"])
                found = self._partitions[table, pk].get(sk)
                return {"Item": found} if found else {}
            case "BatchGetItem":
                wanted = operation_kwargs["RequestItems"].items()
                return {
                    "Responses": {table: self._those(table, some["Keys"]) for table, some in wanted},
                    "UnprocessedKeys": {},
                }
            case "Query":
                found_items = self._query(operation_kwargs)
                return {"Items": found_items, "Count": len(found_items), "ScannedCount": len(found_items)}
            case _:
                raise NotImplementedError(operation_name)
        return {}

    def _write(self, kind: str, write: Mapping[str, Any]) -> None:
        match kind:
            case "Put":
                self._store(_place(write["TableName"], write["Item"]), write["Item"])
            case "Update":
                table, pk, sk = _place(write["TableName"], write["Key"])
                old = self._partitions[table, pk].get(sk, write["Key"])
                self._store((table, pk, sk), _updated({**old}, write))
            case "Delete":
                self._store(_place(write["TableName"], write["Key"]), None)
            case "ConditionCheck":
                pass
            case _:
                raise NotImplementedError(kind)

    def _store(self, place: Place, item: RawItem | None) -> None:
        table, pk, sk = place
        before = self._partitions[table, pk].pop(sk, None)
        if item is not None:
            self._partitions[table, pk][sk] = item
        self._changes.append((before, item))

    def items(self) -> Iterator[tuple[str, RawItem]]:
        """All that it holds, with the table."""
        for (table, _), partition in self._partitions.items():
            for item in partition.values():
                yield table, item

    def _those(self, table: str, keys: Iterable[RawItem]) -> list[RawItem]:
        found = (self._partitions[table, key["pk"]["S"]].get(key["sk"]["S"]) for key in keys)
        return [item for item in found if item]

    def _query(self, query: Mapping[str, Any]) -> list[RawItem]:
        if not query.keys() <= _QUERY:
            raise NotImplementedError(str(query.keys() - _QUERY))
        names, values = query["ExpressionAttributeNames"], query["ExpressionAttributeValues"]
        wanted: dict[str, tuple[str, list[str]]] = {}
        for match in _KEY_CONDITION.finditer(query["KeyConditionExpression"]):
            name, operator = names[match[1] or match[5]], match[2] or "begins_with"
            wanted[name] = operator, [values[value]["S"] for value in match.group(3, 4, 6) if value]
        _, [pk] = wanted["pk"]
        operator, given = wanted.get("sk", (">=", [""]))
        partition = self._partitions[query["TableName"], pk]
        keys = sorted(
            (sk for sk in partition if _holds(sk, operator, given)), reverse=not query.get("ScanIndexForward", True)
        )
        return [partition[sk] for sk in keys[: query.get("Limit")]]


_QUERY = {
    "TableName",
    "KeyConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ConsistentRead",
    "Limit",
    "ReturnConsumedCapacity",
    "ScanIndexForward",
}


def recording(ledger: Ledger) -> AbstractContextManager[object]:
    """Let the repositories of this process write to a ledger."""
    return patch.object(dynamodb, "connection", lambda: ledger)


def _place(table: str, key: Mapping[str, Any]) -> Place:
    return table, key["pk"]["S"], key["sk"]["S"]


def _updated(item: RawItem, update: Mapping[str, Any]) -> RawItem:
    names, values = update["ExpressionAttributeNames"], update.get("ExpressionAttributeValues", {})
    parts = _VERBS.split(update["UpdateExpression"])
    if parts[0].strip():
        raise NotImplementedError(update["UpdateExpression"])
    for verb, clause in zip(parts[1::2], parts[2::2], strict=True):
        for term in clause.split(","):
            name, value = _term(verb, term.strip())
            if verb == "REMOVE":
                item.pop(names[name], None)
            elif verb == "SET":
                item[names[name]] = values[value]
            else:
                item[names[name]] = _added(item.get(names[name]), values[value])
    return item


def _term(verb: str, term: str) -> tuple[str, str]:
    """Name and value of a term of an update, each as a placeholder."""
    name, _, value = term.partition(" = " if verb == "SET" else " ")
    if (
        verb == "DELETE"
        or not re.fullmatch(r"#\w+", name)
        or not re.fullmatch(r":\w+" if verb != "REMOVE" else "", value)
    ):
        raise NotImplementedError(f"{verb} {term}")
    return name, value


def _added(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    [(kind, value)] = new.items()
    if old is None:
        return new
    if kind == "N":
        return {"N": str(int(old["N"]) + int(value))}
    return {kind: sorted({*old[kind], *value})}


def _holds(text: str, operator: str, given: list[str]) -> bool:
    match operator:
        case "=":
            return text == given[0]
        case "BETWEEN":
            return given[0] <= text <= given[1]
        case "begins_with":
            return text.startswith(given[0])
        case "<":
            return text < given[0]
        case "<=":
            return text <= given[0]
        case ">":
            return text > given[0]
        case _:
            return text >= given[0]
