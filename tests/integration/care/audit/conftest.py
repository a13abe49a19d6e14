"""The audit domain on moto: the trail, the chain of seals, the archive and the key."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from tests.integration import tables
from tests.integration.gateway import Caller, claims

from care.audit import handler, tasks
from kernel import clock
from kernel.audit import store
from kernel.audit.records import Outcome, Record, write
from kernel.events import Event

ANNA, BERT = "pat_" + "a1" * 16, "pat_" + "b2" * 16
GRETA = "prc_" + "c3" * 16
AUDITOR = Caller(handler.api, claims("auditor", user_id="u-auditor"))
MANAGER = Caller(handler.api, claims("manager", user_id="u-manager"))
PATIENT = Caller(handler.api, claims("patient", user_id="u-anna", patient_id=ANNA))


class Trail:
    """The audit domain as the outside sees it, at a time that the test sets."""

    def __init__(self, account: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
        self._count = 0
        account.setattr(clock, "now", lambda: self.now)
        begins = self.now - timedelta(hours=1)
        account.setattr(store.AwsStore, "beginning", lambda _store: begins)

    def write(self, **given: Any) -> Record:
        """A doctor opens Anna's file, unless something else is given."""
        self._count += 1
        self.now += timedelta(seconds=1)
        record = Record(
            **{
                "id": f"aud_{self._count:032x}",
                "at": self.now,
                "app": "care",
                "actor": "u-greta",
                "action": "ReadPatient",
                "outcome": Outcome.GRANTED,
                "resource_type": "Patient",
                "resource_id": ANNA,
                "patient_id": ANNA,
                "roles": ("doctor",),
                "because": "care-team",
                "status": 200,
                "practitioner_id": GRETA,
                **given,
            }
        )
        write(record)
        return record

    def due(self, kind: str, subject: str = "trail") -> dict[str, Any]:
        """The clock asks for something."""
        return tasks.seal(queued(Event(f"{kind} now", kind, self.now, subject, "clock", 0)), None)

    def seal(self, after: timedelta = timedelta(minutes=2)) -> None:
        self.now += after
        assert self.due("SealDue") == {"batchItemFailures": []}


def queued(*events: Event) -> dict[str, Any]:
    """A batch of a queue that the bus feeds."""
    return {
        "Records": [
            {
                "messageId": event.id,
                "receiptHandle": "r",
                "attributes": {"ApproximateReceiveCount": "1"},
                "body": json.dumps({"detail": event.document()}),
            }
            for event in events
        ]
    }


@pytest.fixture
def trail(account: pytest.MonkeyPatch) -> Trail:
    account.setenv("SEALS_TABLE_NAME", tables.create_table("AuditSealsTable"))
    account.setenv("PATIENTS_TABLE_NAME", tables.create_table("PatientsTable"))
    for variable, bucket in {"ARCHIVE_BUCKET_NAME": "archive", "EXPORTS_BUCKET_NAME": "exports"}.items():
        boto3.client("s3").create_bucket(Bucket=bucket)
        account.setenv(variable, bucket)
    key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    account.setenv("SEAL_KEY_ID", key)
    account.setenv("QUEUE_URL", boto3.client("sqs").create_queue(QueueName="due")["QueueUrl"])
    return Trail(account)


def download(url: str, path: Path) -> Path:
    """Fetch an export by its link, which names it; that links open is shown on the running system."""
    key = urlsplit(url).path.rpartition("/")[2]
    path.write_bytes(boto3.client("s3").get_object(Bucket="exports", Key=key)["Body"].read())
    return path
