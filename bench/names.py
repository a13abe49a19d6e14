"""What a page of fifty patients' names, each sealed under its patient's own key, asks of DynamoDB and KMS, counted as
`bench.units` counts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from bench.events import Context, event
from bench.records import found
from bench.report import Row
from bench.units import Meter, metering, tables

_NAMES = 50


def measure() -> list[Row]:
    with tables() as client:
        client.delete_table(TableName="PatientsTable")
        found(client, {"TABLE_NAME": "PatientsTable", "KEYS_TABLE_NAME": "KeysTable"})
        with _calls_of_kms() as registering:
            patient_ids = [_registered(number) for number in range(_NAMES)]
        _forget()
        cold, kms = _page(patient_ids)
        warm, kms_warm = _page(patient_ids)
    return _rows(len(registering), cold, kms, warm, kms_warm)


def _registered(number: int) -> str:
    import boto3

    from care.patients import service
    from care.patients.models.people import Details

    if number == 0:
        secret = boto3.client("secretsmanager").create_secret(Name="search-key", SecretString="a key of the bench")
        os.environ["SEARCH_KEY_SECRET_ARN"] = secret["ARN"]
    details = Details(f"Maria {chr(97 + number % 26)}", f"García {number}", date(1980, 5, 1 + number % 28))
    return service.register_at_desk(
        details, caller="desk", fingerprint=str(number), idempotency_key=None, confirmed=True
    ).patient_id


def _forget() -> None:
    """As a function that has just begun."""
    from kernel import vault

    vault.memory.clear()


def _page(patient_ids: list[str]) -> tuple[Meter, list[str]]:
    from care.patients.handler import handler

    request = event("GET", "/v1/patient-names") | {"queryStringParameters": {"ids": ",".join(patient_ids)}}
    with metering() as meter, _calls_of_kms() as calls:
        answer = handler(request, Context())
    assert len(json.loads(answer["body"])["items"]) == _NAMES, answer["body"]
    return meter, calls


@contextmanager
def _calls_of_kms() -> Iterator[list[str]]:
    """The calls of KMS in the block."""
    from kernel import aws

    calls: list[str] = []
    events = aws.kms().meta.events

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events.register("before-call.kms", note)
    try:
        yield calls
    finally:
        events.unregister("before-call.kms", note)


def _rows(registering: int, cold: Meter, kms: list[str], warm: Meter, kms_warm: list[str]) -> list[Row]:
    def row(what: str, figure: float, most: float) -> Row:
        return Row("names", what, f"{figure:g}", f"at most {most:g}", figure <= most, exact=True)

    return [
        row(f"registering {_NAMES} patients: calls of KMS", registering, 1),
        row(f"a page of {_NAMES} names, nothing remembered: calls of KMS", len(kms), 1),
        row("… reads", cold.reads, 3),
        row("… read units", cold.read_units, 1.5 * _NAMES + 1),
        row("the same page again: calls of KMS", len(kms_warm), 0),
        row("… reads", warm.reads, 1),
        row("… read units", warm.read_units, _NAMES),
    ]
