"""A clinic on moto: scheduling's own table, and of the other domains' tables the references that it may check."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from tests.integration.gateway import Answer, Caller, claims

from care.scheduling.handler import api
from care.scheduling.models import Kind, Resource, Span, Tick
from care.scheduling.repository import taken
from kernel import dynamodb

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
GRETA, KENJI = "prc_" + "a" * 32, "prc_" + "b" * 32  # doctors, in Berlin and in New York
MARIA, TOM, ANNA = "pat_" + "1" * 32, "pat_" + "2" * 32, "pat_" + "3" * 32
ROOM, OTHER_ROOM = "room_" + "c" * 32, "room_" + "d" * 32
NOBODY = "0" * 32
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
WEEK = {
    "time_zone": BERLIN,
    "slot_minutes": 20,
    "weekly": [{"weekday": day, "start": "09:00", "end": "17:00"} for day in range(7)],
    "valid_from": "2026-11-01",
}

DESK = Caller(api, claims("receptionist", user_id="desk"))
ADMIN = Caller(api, claims("admin", user_id="admin"))
NURSE = Caller(api, claims("nurse", user_id="nurse"))
MANAGER = Caller(api, claims("manager", user_id="manager"))


def patient(patient_id: str) -> Caller:
    return Caller(api, claims("patient", user_id=f"user-of-{patient_id}", patient_id=patient_id))


def doctor(practitioner_id: str) -> Caller:
    return Caller(api, claims("doctor", user_id=f"user-of-{practitioner_id}", practitioner_id=practitioner_id))


def local(text: str, zone: str = BERLIN) -> str:
    """A wall-clock time as the API tells it: `2026-11-23T09:00` in Berlin is `2026-11-23T08:00:00Z`."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")


NINE = local("2026-11-23T09:00")


@dataclass
class Clinic:
    """`now` is the time that the kernel's clock shows."""

    now: datetime = NOW
    tables: dict[str, str] = field(default_factory=dict)

    def refer(self, table: str, pk: str, sk: str = "STATUS", *, active: bool = True) -> None:
        """Let another domain say that something exists."""
        boto3.client("dynamodb").put_item(
            TableName=self.tables[table], Item={"pk": {"S": pk}, "sk": {"S": sk}, "active": {"BOOL": active}}
        )

    def let_act(self, proxy_id: str, patient_id: str, *, active: bool = True) -> None:
        """Say who may act for a patient."""
        self.refer("patients", f"PATIENT#{patient_id}", f"PROXY#{proxy_id}", active=active)

    def week(self, practitioner_id: str = GRETA, **changes: Any) -> Answer:
        answer = ADMIN.put(f"/v1/practitioners/{practitioner_id}/schedule", WEEK | changes)
        assert answer.status == 200, answer.text
        return answer

    def wish(self, start: str = NINE, **changes: Any) -> dict[str, Any]:
        return {"practitioner_id": GRETA, "patient_id": MARIA, "start": start, **changes}

    def book(self, start: str = NINE, caller: Caller = DESK, **changes: Any) -> dict[str, Any]:
        answer = caller.post("/v1/appointments", self.wish(start, **changes))
        assert answer.status == 201, answer.text
        booked: dict[str, Any] = answer.json
        return booked

    def hold(self, start: str = NINE, caller: Caller = DESK, **changes: Any) -> dict[str, Any]:
        answer = caller.post("/v1/holds", self.wish(start, **changes))
        assert answer.status == 201, answer.text
        held: dict[str, Any] = answer.json
        return held

    def free(self, first: str = "2026-11-23", last: str = "", practitioner_id: str = GRETA) -> list[str]:
        """When the free slots of these days begin."""
        answer = DESK.get(f"/v1/practitioners/{practitioner_id}/availability?from={first}&to={last or first}")
        assert answer.status == 200, answer.text
        return [slot["start"] for slot in answer.json["slots"]]

    def taken(self, kind: Kind, resource_id: str) -> set[Tick]:
        """The ticks at which a resource is taken, from now on."""
        ever = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
        return taken(Resource(kind, resource_id), ever, self.now)

    def items(self, prefix: str = "") -> list[dict[str, Any]]:
        """What stands in scheduling's table under keys that begin like this, in DynamoDB's JSON."""
        found = boto3.client("dynamodb").scan(TableName=self.tables["scheduling"], ConsistentRead=True)["Items"]
        return sorted((item for item in found if item["pk"]["S"].startswith(prefix)), key=lambda i: str(i["sk"]))


@dataclass(frozen=True)
class Request:
    """One call of DynamoDB."""

    operation: str
    body: dict[str, Any]

    @property
    def actions(self) -> list[tuple[str, dict[str, Any]]]:
        """What a transaction does, in order: `("Put", {"TableName": …})`."""
        return [pair for action in self.body.get("TransactItems", []) for pair in action.items()]


@contextmanager
def watched() -> Iterator[list[Request]]:
    """The calls of DynamoDB in the block, but for the trail that the kernel keeps of every call on personal data."""
    requests: list[Request] = []
    client = dynamodb.connection().client

    def note(model: Any, params: Any, **_: Any) -> None:
        body = json.loads(params["body"])
        if body.get("TableName") != os.environ["AUDIT_TABLE_NAME"]:
            requests.append(Request(model.name, body))

    client.meta.events.register("before-call.dynamodb", note)
    try:
        yield requests
    finally:
        client.meta.events.unregister("before-call.dynamodb", note)


@contextmanager
def refusing(operation: str, times: int, error: dict[str, Any]) -> Iterator[list[int]]:
    """DynamoDB answers the first `times` calls of an operation with an error; yields the calls' numbers."""
    calls: list[int] = []
    client = dynamodb.connection().client

    def refuse(**_: Any) -> Any:  # what a handler of this event returns stands for the service's answer
        calls.append(len(calls) + 1)
        if len(calls) > times:
            return None
        return AWSResponse("https://dynamodb", 400, HTTPHeaders(), None), {"ResponseMetadata": {}, **error}

    event = f"before-call.dynamodb.{operation}"
    client.meta.events.register(event, refuse)
    try:
        yield calls
    finally:
        client.meta.events.unregister(event, refuse)


def cancelled(*codes: str) -> dict[str, Any]:
    """A cancelled transaction with these reasons."""
    reasons = [{"Code": code} for code in codes]
    return {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}, "CancellationReasons": reasons}


def before(function: Callable[..., Any], intrude: Callable[[], object], times: int = 1) -> Callable[..., Any]:
    """`function`, but `intrude` happens before its first calls: somebody else was faster."""
    left = [times]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            intrude()
        return function(*args, **kwargs)

    return wrapped


def size_of(item: dict[str, Any]) -> int:
    """The bytes of an item by which DynamoDB counts a write: names and values (Developer Guide, "DynamoDB item sizes
    and formats")."""
    return sum(len(name.encode()) + _size(*next(iter(value.items()))) for name, value in item.items())


def _size(kind: str, value: Any) -> int:
    match kind:
        case "N":
            digits = value.lstrip("-").replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1
        case "B":
            return len(value)
        case "BS":
            return sum(len(one) for one in value)
        case "S":
            return len(value.encode())
        case _:
            return 1
