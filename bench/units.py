"""DynamoDB's work in one booking: calls and request units, counted from the requests and the items that they leave.

The code runs on moto with tables made from the template; units follow DynamoDB's rules, since an emulator's do not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

from local import template
from local.settings import ROOT

from bench.events import CLIENT_ID, Context, event
from bench.report import Row

KB = 1024
DAY = "2099-06-01"
PRACTITIONER, PATIENT, ROOM = "prc_" + "a1" * 16, "pat_" + "b2" * 16, "room_" + "c3" * 16
_TABLES = {
    "TABLE_NAME": "SchedulingTable",
    "PATIENTS_TABLE_NAME": "PatientsTable",
    "PRACTITIONERS_TABLE_NAME": "PractitionersTable",
    "AUDIT_TABLE_NAME": "AuditTable",
}

type Value = Mapping[str, Any]
type Item = Mapping[str, Value]


def item_size(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them for capacity (Developer Guide, "Item sizes and formats")."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Value) -> int:
    """Bytes of one attribute value in DynamoDB's JSON; numbers take a byte for two significant digits and one more."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return _number_size(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_size(part) for part in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(part) for name, part in content.items())
        case _:
            return sum(value_size({kind[0]: part}) for part in content)


def _number_size(text: str) -> int:
    sign, digits, _ = Decimal(text).normalize().as_tuple()
    return ceil(len(digits) / 2) + 1 + sign


def read_units(operation: str, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Request units of a read: one for each 4 KB begun, half of it where it need not be consistent. A Query counts all
    items together, a BatchGetItem each by itself, also where there is none."""
    if operation == "BatchGetItem":
        units = 0.0
        for table, asked in parameters["RequestItems"].items():
            sizes = [item_size(item) for item in answer["Responses"].get(table, [])]
            missing = [0] * (len(asked["Keys"]) - len(sizes))
            units += sum(_read(size, asked.get("ConsistentRead")) for size in [*sizes, *missing])
        return units
    items = answer["Items"] if operation == "Query" else [answer.get("Item", {})]
    return _read(sum(map(item_size, items)), parameters.get("ConsistentRead"))


def _read(size: int, consistent: bool | None) -> float:
    return max(1, ceil(size / (4 * KB))) * (1 if consistent else 0.5)


def write_units(size: int) -> int:
    """Request units of a write or a condition check within a transaction: two for each KB begun."""
    return 2 * max(1, ceil(size / KB))


@dataclass
class Meter:
    """What one use of the API asked of DynamoDB."""

    reads: int = 0
    read_units: float = 0
    transactions: int = 0
    writes: int = 0
    checks: int = 0
    units: int = 0
    _keys: list[tuple[str, str, Item]] = field(default_factory=list)

    def note(self, operation: str, parameters: Mapping[str, Any]) -> None:
        match operation:
            case "GetItem" | "Query" | "BatchGetItem":
                self.reads += 1
            case "TransactWriteItems":
                self.transactions += 1
                for action in parameters["TransactItems"]:
                    [(kind, what)] = action.items()
                    key = what.get("Key") or {name: what["Item"][name] for name in ("pk", "sk")}
                    self._keys.append((kind, what["TableName"], key))
            case _:
                self.writes += 1

    def note_answer(self, operation: str, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if operation in ("GetItem", "Query", "BatchGetItem"):
            self.read_units += read_units(operation, parameters, answer)

    def weigh(self, client: Any) -> None:
        """Compute units from the items as they stand after the call; a booking only ever makes them larger."""
        for kind, table, key in self._keys:
            size = item_size(client.get_item(TableName=table, Key=key).get("Item", key))
            self.units += write_units(size)
            if kind == "ConditionCheck":
                self.checks += 1
            else:
                self.writes += 1
                self.units += _index_units(table, size)


def _index_units(table: str, size: int) -> int:
    """Each index that an item may be in takes one unit for each KB, as if all of it were projected."""
    return (
        len(_properties(table).get("GlobalSecondaryIndexes", [])) * ceil(size / KB) if table in _TABLES.values() else 0
    )


def _properties(table: str) -> dict[str, Any]:
    properties: dict[str, Any] = template.load(ROOT / "stacks" / "care.yaml")["Resources"][table]["Properties"]
    return properties


@contextmanager
def tables() -> Iterator[Any]:
    """A client of DynamoDB on moto with the tables of the template; practitioner, patient and room are active."""
    from moto import mock_aws

    os.environ.update(_TABLES | {"AWS_DEFAULT_REGION": "us-east-1", "USER_POOL_CLIENT_ID": CLIENT_ID})
    os.environ.update({"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"})
    os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
    os.environ.pop("AWS_ENDPOINT_URL", None)  # of an emulator that another section measured
    with mock_aws():
        import boto3

        client = boto3.client("dynamodb")
        for table in _TABLES.values():
            declared = _properties(table)
            client.create_table(
                TableName=table,
                KeySchema=declared["KeySchema"],
                AttributeDefinitions=declared["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
                **{name: declared[name] for name in ("GlobalSecondaryIndexes",) if name in declared},
            )
        active: dict[str, Any] = {"sk": {"S": "STATUS"}, "active": {"BOOL": True}, "version": {"N": "1"}}
        client.put_item(TableName="PatientsTable", Item={"pk": {"S": f"PATIENT#{PATIENT}"}, **active})
        for key in (f"PRACTITIONER#{PRACTITIONER}", f"ROOM#{ROOM}"):
            client.put_item(TableName="PractitionersTable", Item={"pk": {"S": key}, **active})
        yield client


@contextmanager
def metering() -> Iterator[Meter]:
    """Meters what the block asks of DynamoDB."""
    from kernel.dynamodb import connection

    meter = Meter()
    asked: list[Mapping[str, Any]] = [{}]
    events = connection().client.meta.events

    def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        asked[0] = params
        meter.note(model.name, params)

    def note_answer(parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        meter.note_answer(model.name, asked[0], parsed)

    events.register("provide-client-params.dynamodb", note)
    events.register("after-call.dynamodb", note_answer)
    try:
        yield meter
    finally:
        events.unregister("provide-client-params.dynamodb", note)
        events.unregister("after-call.dynamodb", note_answer)


def metered(request: Mapping[str, Any]) -> tuple[Meter, Any]:
    """What one request of scheduling's API asks of DynamoDB, and its answer."""
    from care.scheduling.handler import handler

    with metering() as meter:
        answer = handler(dict(request), Context())
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer["body"])
    return meter, json.loads(answer["body"] or "null")


def measure() -> list[Row]:
    """Book a practitioner's eight-hour day full; the last booking meets the largest items."""
    with tables() as client:

        def ask(method: str, resource: str, body: Any, **path: str) -> Meter:
            meter, _ = metered(event(method, resource, body, **path))
            meter.weigh(client)
            return meter

        days = [{"weekday": day, "start": "09:00", "end": "17:00"} for day in range(7)]
        week = {"time_zone": "UTC", "slot_minutes": 30, "weekly": days, "valid_from": "2020-01-01"}
        ask("PUT", "/v1/practitioners/{practitioner_id}/schedule", week, practitioner_id=PRACTITIONER)
        day = _soon()
        starts = [f"{day}T{minute // 60:02}:{minute % 60:02}:00Z" for minute in range(9 * 60, 17 * 60, 30)]
        booking = Meter()
        for start in starts:
            wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": start, "reason": "Check-up"}
            booking = ask("POST", "/v1/appointments", wish)
        other = f"{_soon(2)}T09:00:00Z"
        wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": other, "room_id": ROOM}
        with_room = ask("POST", "/v1/appointments", wish)
    return _rows(booking, with_room)


def access() -> list[Row]:
    """Look up a visit as a relative who may speak for its patient: what the relation and the trail weigh."""
    relative = "pat_" + "d4" * 16
    with tables() as client:
        weekly = [{"weekday": day, "start": "09:00", "end": "17:00"} for day in range(7)]
        week = {"time_zone": "UTC", "slot_minutes": 30, "weekly": weekly, "valid_from": "2020-01-01"}
        metered(event("PUT", "/v1/practitioners/{practitioner_id}/schedule", week, practitioner_id=PRACTITIONER))
        proxy = {"pk": {"S": f"PATIENT#{PATIENT}"}, "sk": {"S": f"PROXY#{relative}"}, "active": {"BOOL": True}}
        client.put_item(TableName="PatientsTable", Item=proxy)
        wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": f"{_soon()}T09:00:00Z"}
        _, visit = metered(event("POST", "/v1/appointments", wish))
        before = _trail(client)
        looking = _look_up(visit["appointment_id"], relative)
        looking.weigh(client)
        [record] = [item for item in _trail(client) if item not in before]
    told = ceil(item_size(record) / KB) + _index_units("AuditTable", item_size(record))
    return [
        Row("access", "… request units: its work", f"{looking.read_units:g}", "-", None, exact=True),
        Row("access", "… request units: the relation", str(looking.units), "at most 2", looking.units <= 2, exact=True),
        Row(
            "access", "… request units: the trail, with its two indexes", str(told), "at most 3", told <= 3, exact=True
        ),
    ]


def _look_up(appointment_id: str, relative: str) -> Meter:
    request = event("GET", "/v1/appointments/{appointment_id}", roles="patient", appointment_id=appointment_id)
    request["requestContext"]["authorizer"]["claims"]["custom:patient_id"] = relative
    return metered(request)[0]


def _trail(client: Any) -> list[Item]:
    found: list[Item] = client.scan(TableName="AuditTable")["Items"]
    return found


def _soon(days: int = 1) -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def _rows(booking: Meter, with_room: Meter) -> list[Row]:
    def row(what: str, figure: int, budget: str, most: int | None) -> Row:
        return Row("units", what, str(figure), budget, None if most is None else figure <= most, exact=True)

    return [
        row("one booking, on a day that it fills: write calls", booking.transactions, "1", 1),
        row("… items written", booking.writes, "at most 3", 3),
        row("… condition checks", booking.checks, "at most 2", 2),
        row("… write units", booking.units, "at most 10", 10),
        row("… reads before it", booking.reads, "at most 2", 2),
        row("… write units with a room besides", with_room.units, "-", None),
    ]
