"""What does not grow with a record: DynamoDB's work for the first page of a patient's timeline of a thousand entries
and of a million, read by the patient from a runtime of its own."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import batched
from multiprocessing import get_context
from statistics import median

from local import testing
from local.aws import Aws, environment
from local.client import Stack, connect, demo_user, load_stack
from local.network.load import Bulk, environments
from local.settings import Settings

from bench.events import CLIENT_ID, Context, event
from bench.report import Row
from bench.units import Meter, metering
from kernel.dynamodb import RawItem

PAGE = 50
SHORT, LONG = 1_000, 1_000_000
MOST_UNITS = 20
MOST_GROWTH = 1.1
_TURNS = 9
_LOADERS = 2
_RESOURCE = "/v1/patients/{patient_id}/record"


def measure() -> list[Row]:
    with testing.runtime_of_its_own() as settings:
        stack = load_stack(settings.stack_file)
        patient = demo_user(stack, "patient")["patient_id"]
        variables = environments(Aws(settings))["records"]
        _fill(settings, variables["TABLE_NAME"], patient, 0, SHORT)
        short, quick = _read(settings, stack, variables, patient)
        _fill(settings, variables["TABLE_NAME"], patient, SHORT, LONG)
        long, slow = _read(settings, stack, variables, patient)
    growth = long.read_units / short.read_units
    most = f"at most {MOST_UNITS}"
    return [
        Row(
            "timeline",
            f"a page of {PAGE} of {SHORT:,} entries: read units",
            f"{short.read_units:g}",
            most,
            short.read_units <= MOST_UNITS,
            exact=True,
        ),
        Row(
            "timeline",
            f"… of {LONG:,} entries: {long.read_units:g}",
            f"{growth:.2f} x",
            f"at most {MOST_GROWTH} x",
            growth <= MOST_GROWTH,
            exact=True,
        ),
        Row("timeline", "… time of it over HTTP, the median", f"{slow / quick:.2f} x ({slow:.0f} ms)", "-", None),
    ]


def _fill(settings: Settings, table: str, patient: str, first: int, end: int) -> None:
    """Lengthen a timeline by older lines, copies of its newest: a page opens only what it shows."""
    [line] = Aws(settings).dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :line)",
        ExpressionAttributeValues={":pk": {"S": f"PATIENT#{patient}"}, ":line": {"S": "AT#"}},
        ScanIndexForward=False,
        Limit=1,
    )["Items"]
    share = -(-(end - first) // _LOADERS)
    bounds = [(start, min(start + share, end)) for start in range(first, end, share)]
    with ProcessPoolExecutor(_LOADERS, get_context("spawn")) as pool:
        for _ in pool.map(write, *zip(*[(settings, table, line, *bound) for bound in bounds], strict=True)):
            pass


def write(settings: Settings, table: str, line: RawItem, first: int, end: int) -> None:
    bulk = Bulk(settings)
    for batch in batched(_copies(line, first, end), 25, strict=False):
        bulk.put([(table, item) for item in batch])


def _copies(line: RawItem, first: int, end: int) -> Iterator[RawItem]:
    began = datetime(1990, 1, 1, tzinfo=UTC)
    for number in range(first, end):
        at = (began + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
        yield line | {"sk": {"S": f"AT#{at}#rec_{number:032x}"}}


def _read(settings: Settings, stack: Stack, variables: Mapping[str, str], patient: str) -> tuple[Meter, float]:
    """The work of the newest page, and its milliseconds over HTTP."""
    user = demo_user(stack, "patient")
    turns = []
    with connect(stack, "care", user["email"], user["password"]) as client:
        for _ in range(_TURNS):
            began = time.perf_counter()
            client.get(_RESOURCE.format(patient_id=patient), params={"limit": PAGE}).raise_for_status()
            turns.append(time.perf_counter() - began)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # repositories know their tables by the process
        meter = pool.submit(weigh, settings, variables, patient).result()
    return meter, median(turns) * 1000


def weigh(settings: Settings, variables: Mapping[str, str], patient: str) -> Meter:
    os.environ.update({**environment(settings), **variables, "USER_POOL_CLIENT_ID": CLIENT_ID})
    handler = importlib.import_module("care.records.handler").handler
    request = event("GET", _RESOURCE, roles="patient", patient_id=patient)
    request["requestContext"]["authorizer"]["claims"]["custom:patient_id"] = patient
    request["queryStringParameters"] = {"limit": str(PAGE)}
    with metering() as meter:
        answer = handler(request, Context())
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer["body"])
    return meter
