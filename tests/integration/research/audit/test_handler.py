"""Research has the same trail, for those who oversee it; it knows no patients."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from tests.integration import tables
from tests.integration.gateway import Caller, claims

from kernel import clock
from kernel.audit import store
from kernel.audit.records import Outcome, Record, write
from kernel.events import Event
from research.audit import handler, tasks

AUDITOR = Caller(handler.api, claims("compliance-auditor", user_id="u-auditor"))
QUALITY = Caller(handler.api, claims("quality"))
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COMPOUND = "cmp_" + "0c" * 16


@pytest.fixture(autouse=True)
def trail(account: pytest.MonkeyPatch) -> None:
    account.setenv("APP", "research")
    account.setenv("SEALS_TABLE_NAME", tables.create_table("AuditSealsTable", "research"))
    boto3.client("s3").create_bucket(Bucket="archive")
    account.setenv("ARCHIVE_BUCKET_NAME", "archive")
    key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    account.setenv("SEAL_KEY_ID", key)
    account.setattr(clock, "now", lambda: NOW)
    account.setattr(store.AwsStore, "beginning", lambda _store: NOW - timedelta(hours=1))


def queued(event: Event) -> dict[str, Any]:
    body = json.dumps({"detail": event.document()})
    attributes = {"ApproximateReceiveCount": "1"}
    return {"Records": [{"messageId": "m", "receiptHandle": "r", "attributes": attributes, "body": body}]}


def test_what_was_done_with_a_thing_is_found_by_its_id() -> None:
    told = Event(f"{COMPOUND}:1", "CompoundRegistered", NOW, COMPOUND, "u-scientist", 1)
    assert tasks.record(queued(told), None) == {"batchItemFailures": []}
    (record,) = AUDITOR.get(f"/v1/audit/events?entity={COMPOUND}").json["items"]
    assert (record["app"], record["action"], record["actor"]) == ("research", "CompoundRegistered", "u-scientist")


def test_it_is_sealed_and_the_seal_holds() -> None:
    at = NOW - timedelta(minutes=5)
    write(Record("aud_" + "01" * 16, at, "research", "u-1", "ReadDossier", Outcome.GRANTED, "Dossier"))
    due = Event("due", "SealDue", NOW, "trail", "clock", 0)
    assert tasks.seal(queued(due), None) == {"batchItemFailures": []}
    assert [seal["count"] for seal in QUALITY.get("/v1/audit/seals").json["items"]] == [1]
    assert QUALITY.post("/v1/audit/seals/1/verify").json["verified"]
    assert QUALITY.get("/v1/audit/export").status == 403


@pytest.mark.parametrize("role", ["scientist", "clinical-lead", "regulatory-lead", "admin"])
def test_nobody_else_reads_it(role: str) -> None:
    other = Caller(handler.api, claims(role))
    assert other.get("/v1/audit/events").status == other.get("/v1/audit/seals").status == 403
