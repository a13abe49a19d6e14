"""Load a network into the running stack; what was interrupted goes on where it stopped."""

from __future__ import annotations

import json
import os
import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from itertools import batched
from multiprocessing import get_context
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import EndpointConnectionError

from kernel.dynamodb import RawItem
from local.aws import ACCESS_KEY, Aws, environment
from local.network.people import Network
from local.network.pieces import Environments, Piece, items_of, pieces
from local.progress import say
from local.settings import REGION, LocalError, Settings, stack_name

_MARKER = "network"
_PUTS_PER_CALL = 25
_SAY_SECONDS = 10


@dataclass(frozen=True)
class _Progress:
    """What the emulator holds of a network: its numbers, and how many of its pieces are written."""

    doctors: int
    patients: int
    seed: int
    day: str
    written: int = 0

    @property
    def network(self) -> Network:
        return Network(self.doctors, self.patients, date.fromisoformat(self.day), self.seed)


def load(settings: Settings, doctors: int, patients: int, seed: int) -> None:
    """Write what is missing of the network; says how it goes.

    Raises:
        LocalError: nothing runs, or another network is loaded.
    """
    aws = Aws(settings)
    progress = _begin(aws, doctors, patients, seed)
    todo = pieces(progress.network)[progress.written :]
    if not todo:
        say(f"The network of {doctors} doctors and {patients} patients is there, made on {progress.day}")
        return
    say(f"Loading {doctors} doctors and {patients} patients, {len(todo)} pieces")
    os.environ.update(environment(settings))  # the processes' own clients speak to the emulator and nobody else
    began = said = time.monotonic()
    count = 0
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        tasks = ([progress.network] * len(todo), todo, [environments(aws)] * len(todo), [settings] * len(todo))
        for done, written in enumerate(pool.map(write, *tasks), start=1):
            progress = replace(progress, written=progress.written + 1)
            aws.remember(_MARKER, json.dumps(asdict(progress)))
            count += written
            if time.monotonic() - said > _SAY_SECONDS:
                said = time.monotonic()
                say(f"  {100 * done // len(todo)} %: {count} items, {count / (said - began):.0f} a second")
    say(f"Loaded {count} items in {time.monotonic() - began:.0f} s")


def _begin(aws: Aws, doctors: int, patients: int, seed: int) -> _Progress:
    wanted = _Progress(doctors, patients, seed, datetime.now(UTC).date().isoformat())
    try:
        known = aws.recall(_MARKER)
    except EndpointConnectionError as error:
        raise LocalError("Nothing is running here; run `make start` first.") from error
    if not known:
        return wanted
    stored = _Progress(**json.loads(known))
    if (stored.doctors, stored.patients, stored.seed) != (doctors, patients, seed):
        raise LocalError(
            f"A network of {stored.doctors} doctors and {stored.patients} patients is begun or loaded; "
            "`make reset` forgets it."
        )
    return stored


def environments(aws: Aws) -> Environments:
    """What the deployed functions have for an environment, together for each domain."""
    found: dict[str, dict[str, str]] = {}
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name("care"))
    for resource in (resource for page in pages for resource in page["StackResourceSummaries"]):
        if resource["ResourceType"] == "AWS::Lambda::Function":
            function = aws.lambda_.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
            variables = function["Environment"]["Variables"]
            found.setdefault(variables["POWERTOOLS_SERVICE_NAME"].removeprefix("care-"), {}).update(variables)
    return {domain: variables | {"POWERTOOLS_LOG_LEVEL": "ERROR"} for domain, variables in found.items()}


def write(network: Network, piece: Piece, environments: Environments, settings: Settings) -> int:
    """Write a piece, in a process of its own; the number of its items."""
    table = Bulk(settings)
    return sum(
        table.put(batch) for batch in batched(items_of(network, piece, environments), _PUTS_PER_CALL, strict=False)
    )


class Bulk:
    """BatchWriteItem over one connection, without what a client library spends on each item.

    The emulator knows the caller (local/quick_ministack.py): it takes the items as they come and keeps no stream
    records of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._host = f"127.0.0.1:{settings.aws_port}"
        self._connection = HTTPConnection(self._host, timeout=60)
        self._signer = SigV4Auth(Credentials(ACCESS_KEY, ACCESS_KEY), "dynamodb", REGION)

    def put(self, items: Sequence[tuple[str, RawItem]]) -> int:
        """Write up to 25 items, each with its table; their number."""
        requests: dict[str, list[Any]] = {}
        for table, item in items:
            requests.setdefault(table, []).append({"PutRequest": {"Item": item}})
        self._call({"RequestItems": requests})
        return len(items)

    def _call(self, content: dict[str, Any]) -> None:
        body = json.dumps(content, separators=(",", ":"), default=_bytes).encode()
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
            "User-Agent": "salus-network",
        }
        request = AWSRequest("POST", f"http://{self._host}/", headers, body)
        self._signer.add_auth(request)
        self._connection.request("POST", "/", body, dict(request.headers))
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200 or json.loads(text).get("UnprocessedItems"):
            raise LocalError(f"The emulator did not take items: {text[:300]}")


def _bytes(value: bytes) -> str:
    """Binary values, as DynamoDB's JSON has them."""
    return b64encode(value).decode()
