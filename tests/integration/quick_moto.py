"""moto, with what it would do anew for every call done once: nearly all the time of these tests is spent in it.

A client takes as long to make as some calls take, so the tests' own are kept. A transaction copies each of its tables
with all their history for every one of its actions, where one copy of little is enough to take it back. A query sorts
its whole table, of which it wants one partition. And an attribute's value is asked for each of the ten kinds that it
could be of under all their aliases, where it says itself of which it is. This knows the insides of one version; another
one would fail at its start, not quietly.
"""

import copy
from collections import defaultdict
from functools import cache
from inspect import signature
from typing import Any
from unittest.mock import patch

import boto3
from moto.core import responses
from moto.core.model import StructureShape
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_client = boto3.client
_kept_client, _kept_resource = cache(boto3.client), cache(boto3.resource)
_transact = DynamoDBBackend.transact_write_items
_query = Table.query
_SIGNATURE = signature(_query)
_serialize_structure = ResponseSerializer._serialize_type_structure


def hasten() -> None:
    """Keep clients, and let moto copy and look for no more than it needs."""
    boto3.client, boto3.resource = _make_client, _kept_resource  # type: ignore[assignment]
    DynamoDBBackend.transact_write_items = _transact_items  # type: ignore[method-assign]
    Table.query = _query_partition  # type: ignore[method-assign]
    patch.object(responses, "method_names_from_class", cache(method_names_from_class)).start()
    ResponseSerializer._serialize_type_structure = _serialize_type_structure  # type: ignore[method-assign]


def _make_client(service: Any, **settings: Any) -> Any:
    """Who has settings is the code under test, which keeps its clients itself."""
    return _client(service, **settings) if "config" in settings else _kept_client(service, **settings)


def _transact_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    names = {action["TableName"] for one in transact_items for action in one.values()}
    before = {name: _as_it_is(self.tables[name]) for name in names & self.tables.keys()}
    for one in transact_items:
        if "Update" in one and one["Update"]["TableName"] in before:
            _let_change(self.tables[one["Update"]["TableName"]], one["Update"]["Key"])
    with patch.object(models, "copy", _Copies(before)):
        _transact(self, transact_items)


class _Copies:
    """Stands where moto looks for `copy`."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self._tables = tables

    def deepcopy(self, value: Any) -> Any:
        return self._tables[value.name] if isinstance(value, Table) else copy.deepcopy(value)


def _as_it_is(table: Table) -> Table:
    """A table to go back to. What is in it is shared: items are replaced, and records of its stream are added."""
    kept = copy.copy(table)
    kept.items = defaultdict(dict, {key: dict(items) for key, items in table.items.items()})
    if table.stream_shard is not None:
        kept.stream_shard = copy.copy(table.stream_shard)
        kept.stream_shard.table, kept.stream_shard.items = kept, list(table.stream_shard.items)
    return kept


def _let_change(table: Table, key: dict[str, Any]) -> None:
    """Only an update changes an item where it is: let it have a copy."""
    hash_value, range_value = DynamoType(key["pk"]), DynamoType(key["sk"])
    item = table.get_item(hash_value, range_value)
    if item is not None:
        table.items[hash_value][range_value] = copy.deepcopy(item)


def _query_partition(self: Table, hash_key: Any, *arguments: Any, **more: Any) -> Any:
    table = self
    if _SIGNATURE.bind(self, hash_key, *arguments, **more).arguments.get("index_name") is None:
        table = copy.copy(self)
        partition = list(self.items.get(hash_key, {}).values())
        table.all_items = lambda: partition  # type: ignore[method-assign]
    return _query(table, hash_key, *arguments, **more)


def _serialize_type_structure(
    self: ResponseSerializer, serialized: Any, value: Any, shape: StructureShape, key: str
) -> None:
    if shape.name != "AttributeValue" or not key:
        _serialize_structure(self, serialized, value, shape, key)
        return
    wrapper: dict[str, Any] = self.MAP_TYPE()
    for kind, one in value.items():
        self._serialize(wrapper, one, shape.members[kind], kind)
    self._default_serialize(serialized, wrapper, shape, key)
