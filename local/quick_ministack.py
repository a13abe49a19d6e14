"""MiniStack, with what it would do anew for every request done once. Runs in the emulator's own environment.

It parses each policy and each expression at every use, and copies items value by value; on two cores that is two fifths
of a booking. What it makes of a text depends on that text alone, so it can be kept. And where a network is loaded
(local/network), partitions are large: a query sorts and tests all of its partition, a million puts are a million stream
records, and state is written by the slower of two encoders. It also unpacks code and layers, fifty megabytes, for each
worker of a function, calls a queue's function for each message as it comes, and answers nobody else while it joins the
parts of a file or copies it. And it asks for rights by names that IAM does not know. This knows the insides of one
version, which pyproject.toml pins; another one would fail at its start, not quietly.
"""

import asyncio
import contextvars
import copy
import functools
import hashlib
import json
import marshal
import re
import tempfile
import threading
import time
import zipfile
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence, router
from ministack.services import dynamodb, lambda_svc, s3, sqs

_KEPT = 4096
_LISTS = {"list-type", "versions", "uploads"}
_LARGE = 256  # items of a partition from which on its order is kept
_LOADER = "salus-network"
_RANGE = re.compile(
    r"\(?#?\w+ = (?P<is>:\w+)"
    r"(?: AND (?:#?\w+ (?P<op>=|<=?|>=?|BETWEEN) (?P<low>:\w+)(?: AND (?P<high>:\w+))?"
    r"|begins_with ?\(#?\w+, (?P<prefix>:\w+)\)))?\)?"
)
_LAST = "\U0010ffff"

type Reply = tuple[int, dict[str, str], bytes]


class _QuickCopy:
    """Stands where the DynamoDB service looks for `copy`."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value: Any) -> Any:
        try:
            return marshal.loads(marshal.dumps(value))  # noqa: S302 - written on the same line
        except ValueError:  # more than plain data
            return copy.deepcopy(value)


def hasten() -> None:
    """Keep the results of MiniStack's parsers, and let it carry a million items."""
    parse = iam_evaluator.parse_policy_document
    kept = functools.lru_cache(_KEPT)(parse)
    iam_evaluator.parse_policy_document = lambda text: kept(text) if isinstance(text, str) else parse(text)
    for name in ("_tokenize", "_condition_syntax_error", "_number_size_bytes"):
        setattr(dynamodb, name, functools.lru_cache(_KEPT)(getattr(dynamodb, name)))
    dynamodb.copy = _QuickCopy
    _keep_callers()
    _keep_order()
    _take_loads()
    _save_at_once()
    _gather_messages()
    _unpack_once()
    _copy_aside()
    _know_batches()


def _keep_callers() -> None:
    """Look up once whose an access key is: a key never changes hands."""
    look_up = iam_evaluator.request_caller_arn
    known: dict[str, str] = {}

    def request_caller_arn(headers: Any, query_params: Any = None) -> str:
        key = router.extract_access_key_id(headers or {}, query_params or {})
        if key not in known:
            arn: str = look_up(headers, query_params)
            if arn.endswith(":root"):  # also the answer for a key that is not known yet
                return arn
            known[key] = arn
        return known[key]

    iam_evaluator.request_caller_arn = request_caller_arn


def _keep_order() -> None:
    """Let a query look at what its key condition names, and not at the whole partition."""
    orders: dict[tuple[str, str], list[str]] = {}
    query: Callable[[Any], Reply] = dynamodb._query
    set_item, remove_item = dynamodb._set_item, dynamodb._remove_item

    def _set_item(table: Any, pk: str, sk: str, item: Any) -> Any:
        order = orders.get((table["TableArn"], pk))
        if order is not None and sk not in table["items"].get(pk, ()):
            insort(order, sk)
        return set_item(table, pk, sk, item)

    def _remove_item(table: Any, pk: str, sk: str) -> Any:
        order = orders.get((table["TableArn"], pk))
        if order is not None and sk in table["items"].get(pk, ()):
            del order[bisect_left(order, sk)]
        return remove_item(table, pk, sk)

    def _query(data: Any) -> Reply:
        table = dynamodb._tables.get(data.get("TableName"))
        match = None if "IndexName" in data else _RANGE.fullmatch(data.get("KeyConditionExpression") or "")
        if not table or not match:
            return query(data)
        pk = data["ExpressionAttributeValues"][match["is"]].get("S")
        partition = table["items"].get(pk, {})
        if len(partition) < _LARGE:
            return query(data)
        order = orders.get((table["TableArn"], pk))
        if order is None or len(order) != len(partition):  # its table was made anew
            order = orders[table["TableArn"], pk] = sorted(partition)
        # A table beside the table, with what can be in the answer, whose name nobody else knows.
        part = data["TableName"] + ".part"
        dynamodb._tables[part] = {**table, "items": {pk: {sk: partition[sk] for sk in _within(order, match, data)}}}
        try:
            return query({**data, "TableName": part})
        finally:
            del dynamodb._tables[part]

    dynamodb._query, dynamodb._set_item, dynamodb._remove_item = _query, _set_item, _remove_item


def _within(order: list[str], match: re.Match[str], data: Any) -> list[str]:
    """The keys that a query's page can hold: somewhat more than it will."""
    values = data["ExpressionAttributeValues"]
    low, high = "", _LAST
    if match["prefix"]:
        low = values[match["prefix"]]["S"]
        high = low + _LAST
    elif match["op"]:
        given = values[match["low"]]["S"]
        low = given if match["op"] in ("=", ">", ">=", "BETWEEN") else low
        high = values[match["high"]]["S"] if match["high"] else given if match["op"] in ("=", "<", "<=") else high
    start, forward = data.get("ExclusiveStartKey"), data.get("ScanIndexForward", True)
    if start:
        low, high = (max(low, start["sk"]["S"]), high) if forward else (low, min(high, start["sk"]["S"]))
    first, end = bisect_left(order, low), bisect_right(order, high)
    most = int(data["Limit"]) + 2 if data.get("Limit") else end  # the start itself, and one to tell that there are more
    return order[first : min(end, first + most)] if forward else order[max(first, end - most) : end]


def _take_loads() -> None:
    """Take the loader's items as they come, without stream records: nobody would read them, and they fill memory."""
    handle: Callable[..., Any] = dynamodb.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Reply:
        if headers.get("user-agent") != _LOADER:
            reply: Reply = await handle(method, path, headers, body, query_params)
            return reply
        for name, requests in json.loads(body)["RequestItems"].items():
            table = dynamodb._tables[name]
            for request in requests:
                item = request["PutRequest"]["Item"]
                dynamodb._set_item(table, item["pk"]["S"], item["sk"]["S"], item)
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, b'{"UnprocessedItems": {}}'

    dynamodb.handle_request = handle_request


def _save_at_once() -> None:
    """Write state with the encoder that is written in C, which `json.dump` does not use, and without copying it."""

    def dump(state: Any, file: Any, default: Any) -> None:
        file.write(json.dumps(state, default=default))

    persistence.json = SimpleNamespace(dump=dump, load=json.load, JSONDecodeError=json.JSONDecodeError)
    get_state = dynamodb.get_state

    def get_state_uncopied() -> Any:
        dynamodb.copy = SimpleNamespace(copy=copy.copy, deepcopy=lambda value: value)
        try:
            return get_state()
        finally:
            dynamodb.copy = _QuickCopy

    dynamodb.get_state = get_state_uncopied


def _gather_messages() -> None:
    """Call a queue's function when a batch is full or its window is over, as Lambda does; of more than ten, too."""
    mappings = lambda_svc._iter_all_esms
    windows: dict[str, int] = {}

    def _iter_all_esms() -> Iterator[Any]:
        for account, region, mapping in mappings():
            windows[mapping["EventSourceArn"]] = int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
            yield account, region, mapping

    def _receive_messages_for_esm(queue_url: str, most: int) -> list[Any]:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            attributes = queue["attributes"]
            now = time.time()
            waiting = [message["visible_at"] for message in queue["messages"] if message["visible_at"] <= now]
            if not waiting or (len(waiting) < most and now < min(waiting) + windows.get(attributes["QueueArn"], 0)):
                return []
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            batch: list[Any] = sqs._collect_msgs(queue, most, int(attributes["VisibilityTimeout"]))
            return batch

    lambda_svc._iter_all_esms, sqs._receive_messages_for_esm = _iter_all_esms, _receive_messages_for_esm


def _unpack_once() -> None:
    """Let all workers read the same code and layers, unpacked when the first of them starts."""
    unpacked = Path(tempfile.mkdtemp(prefix="unpacked-"))
    lock = threading.Lock()

    class Archive(zipfile.ZipFile):
        def _home(self) -> Path:
            content = repr([(entry.filename, entry.CRC) for entry in self.infolist()])
            return unpacked / hashlib.sha256(content.encode()).hexdigest()

        def namelist(self) -> list[str]:
            return [] if self._home().exists() else super().namelist()  # what has been looked at is safe

        def extractall(self, path: Any = None, *_: Any) -> None:
            home = self._home()
            with lock:
                if not home.exists():
                    super().extractall(home.with_suffix(".part"))
                    home.with_suffix(".part").rename(home)
            Path(path).rmdir()
            Path(path).symlink_to(home)

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=Archive, BadZipFile=zipfile.BadZipFile, LargeZipFile=zipfile.LargeZipFile
    )


def _copy_aside() -> None:
    """Read, join and copy files in a thread of their own, one after the other: a gibibyte takes seconds."""
    handle: Callable[..., Any] = s3.handle_request
    aside = ThreadPoolExecutor(1)

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query_params: Any, **more: Any
    ) -> Reply:
        request = handle(method, path, headers, body, query_params, **more)
        reads = method == "GET" and not _LISTS & query_params.keys()  # a list must not see its bucket change
        if reads or "x-amz-copy-source" in headers or "uploadId" in query_params:
            run = functools.partial(contextvars.copy_context().run, asyncio.run, request)
            request = asyncio.get_running_loop().run_in_executor(aside, run)
        reply: Reply = await request
        return reply

    s3.handle_request = handle_request


def _know_batches() -> None:
    """Who may send, delete or put off a message may do so with ten."""
    name: Callable[..., str | None] = iam_actions.extract_iam_action

    def extract_iam_action(service: str, *request: Any) -> str | None:
        action = name(service, *request)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    iam_actions.extract_iam_action = extract_iam_action


if __name__ == "__main__":
    hasten()
    app.main()
