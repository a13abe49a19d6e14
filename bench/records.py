"""DynamoDB's work in writing to the patient's record, counted as `bench.units` counts it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from local import template
from local.settings import ROOT

from bench.events import Context, event
from bench.report import Row
from bench.units import PATIENT, PRACTITIONER, Meter, metering, tables

_OPEN = {"patient_id": PATIENT, "practitioner_id": PRACTITIONER}
_NOTE = {"text": "Coughs since Monday, no fever. Lungs clear on both sides. " * 8}


def measure() -> list[Row]:
    with tables() as client:
        found(client, {"TABLE_NAME": "RecordsTable", "KEYS_TABLE_NAME": "KeysTable"})
        _, opened = _ask(event("POST", "/v1/encounters", _OPEN), "receptionist")
        path = {"encounter_id": opened["encounter_id"]}
        _ask(event("POST", "/v1/encounters/{encounter_id}/start", **path), "doctor")
        _ask(event("POST", "/v1/encounters/{encounter_id}/notes", _NOTE, **path), "doctor")
        writing, _ = _ask(event("POST", "/v1/encounters/{encounter_id}/notes", _NOTE, **path), "doctor")
        writing.weigh(client)
    return [
        _row("writing a note of 460 letters: write calls", writing.transactions, 1),
        _row("… request units", writing.units, 16),
    ]


def found(client: Any, tables: Mapping[str, str]) -> None:
    """Make tables, each for its variable, and the key that wraps others."""
    import boto3

    resources = template.load(ROOT / "stacks" / "care.yaml")["Resources"]
    for variable, table in tables.items():
        declared = {name: resources[table]["Properties"][name] for name in ("KeySchema", "AttributeDefinitions")}
        client.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", **declared)
        os.environ[variable] = table
    os.environ["PATIENT_KEY_ID"] = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]


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


def _row(what: str, figure: float, most: float) -> Row:
    return Row("records", what, f"{figure:g}", f"at most {most:g}", figure <= most, exact=True)
