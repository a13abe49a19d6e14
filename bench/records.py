"""DynamoDB's work in the patient's record, counted as `bench.units` counts it: writing a note, and reading the first
page of a timeline of a thousand entries and of thirty thousand."""

from __future__ import annotations

import json
import os
from typing import Any

from local import template
from local.settings import ROOT

from bench.events import Context, event
from bench.report import Row
from bench.units import PATIENT, PRACTITIONER, Meter, metering, tables

_PAGE = 50
_SHORT, _LONG = 1_000, 30_000
_OPEN = {"patient_id": PATIENT, "practitioner_id": PRACTITIONER}
_NOTE = {"text": "Coughs since Monday, no fever. Lungs clear on both sides. " * 8}


def measure() -> list[Row]:
    with tables() as client:
        _found(client)
        _, opened = _ask(event("POST", "/v1/encounters", _OPEN), "receptionist")
        path = {"encounter_id": opened["encounter_id"]}
        _ask(event("POST", "/v1/encounters/{encounter_id}/start", **path), "doctor")
        _ask(event("POST", "/v1/encounters/{encounter_id}/notes", _NOTE, **path), "doctor")
        writing, _ = _ask(event("POST", "/v1/encounters/{encounter_id}/notes", _NOTE, **path), "doctor")
        writing.weigh(client)
        pages = [_page_of(client, many) for many in (_SHORT, _LONG)]
    return _rows(writing, *pages)


def _found(client: Any) -> None:
    """The tables of records and keys, and the key that wraps others."""
    import boto3

    resources = template.load(ROOT / "stacks" / "care.yaml")["Resources"]
    for variable, table in {"TABLE_NAME": "RecordsTable", "KEYS_TABLE_NAME": "KeysTable"}.items():
        declared = {name: resources[table]["Properties"][name] for name in ("KeySchema", "AttributeDefinitions")}
        client.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", **declared)
        os.environ[variable] = table
    os.environ["PATIENT_KEY_ID"] = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]


def _page_of(client: Any, many: int) -> Meter:
    """What the newest page costs of a timeline as long as this. Copies of one line are as good as others: a page opens
    only what it shows."""
    import boto3
    from boto3.dynamodb.types import TypeDeserializer

    found = client.query(
        TableName="RecordsTable",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"PATIENT#{PATIENT}#note"}},
        Limit=1,
    )["Items"][0]
    table = boto3.resource("dynamodb").Table("RecordsTable")
    line = TypeDeserializer()
    copy = {name: line.deserialize(value) for name, value in found.items()} | {"pk": f"PATIENT#{PATIENT}"}
    with table.batch_writer() as batch:
        for number in range(many):
            batch.put_item(Item=copy | {"sk": f"AT#2020-01-01T00:00:00Z#rec_{number:032x}"})
    page = event("GET", "/v1/patients/{patient_id}/record", patient_id=PATIENT)
    meter, answer = _ask(page | {"queryStringParameters": {"limit": str(_PAGE)}}, "patient")
    assert len(answer["items"]) == _PAGE
    return meter


def _ask(request: dict[str, Any], role: str) -> tuple[Meter, Any]:
    """What a request of somebody of this role asks of DynamoDB, and its answer."""
    from care.records.handler import handler

    claims = request["requestContext"]["authorizer"]["claims"]
    who = {"custom:patient_id": PATIENT} if role == "patient" else {"custom:practitioner_id": PRACTITIONER}
    request["requestContext"]["authorizer"]["claims"] = claims | who | {"cognito:groups": role}
    with metering() as meter:
        answer = handler(request, Context())
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer["body"])
    return meter, json.loads(answer["body"])


def _rows(writing: Meter, short: Meter, long: Meter) -> list[Row]:
    def row(what: str, figure: float, most: float) -> Row:
        return Row("records", what, f"{figure:g}", f"at most {most:g}", figure <= most, exact=True)

    return [
        row("writing a note of 460 letters: write calls", writing.transactions, 1),
        row("writing a note of 460 letters: request units", writing.units, 16),
        row(f"a page of {_PAGE} of {_SHORT:,} entries: reads", short.reads, 1),
        row(f"a page of {_PAGE} of {_SHORT:,} entries: read units", short.read_units, 20),
        row(f"the same page of {_LONG:,} entries: read units", long.read_units, short.read_units * 1.1),
    ]
