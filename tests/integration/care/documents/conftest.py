import boto3
import pytest
from tests.integration import tables
from tests.integration.care.documents.cabinet import (
    BUCKET,
    ENCOUNTER,
    GRETA,
    MARIA,
    TOM,
    TOMS_ENCOUNTER,
    Cabinet,
)

from kernel import clock

_TIMERS = {
    "TIMER_GROUP_NAME": "care",
    "TIMER_ROLE_ARN": "arn:aws:iam::123456789012:role/timers",
    "TIMER_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:DocumentEvents",
    "TIMER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/DocumentEvents",
    "TIMER_DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:DocumentEventsFailed",
    "TIMER_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/messages",
}


@pytest.fixture
def cabinet(account: pytest.MonkeyPatch, keys: str) -> Cabinet:
    """Maria and Tom; Greta treats Maria."""
    found = Cabinet(account, {"keys": keys})
    for domain, variable in {
        "documents": "TABLE_NAME",
        "patients": "PATIENTS_TABLE_NAME",
        "records": "RECORDS_TABLE_NAME",
    }.items():
        found.tables[domain] = tables.create_table(f"{domain.capitalize()}Table")
        account.setenv(variable, found.tables[domain])
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    boto3.client("scheduler").create_schedule_group(Name="care")
    for name, value in {"DOCUMENTS_BUCKET_NAME": BUCKET, "SCANNER": "rules", "SCAN_HOURS": "4", **_TIMERS}.items():
        account.setenv(name, value)
    account.setattr(clock, "now", lambda: found.now)
    for patient_id in (MARIA, TOM):
        found.refer("patients", f"PATIENT#{patient_id}", "STATUS", active={"BOOL": True})
    found.refer("records", f"ENCOUNTER#{ENCOUNTER}", "ENCOUNTER", patient_id={"S": MARIA})
    found.refer("records", f"ENCOUNTER#{TOMS_ENCOUNTER}", "ENCOUNTER", patient_id={"S": TOM})
    found.relate(MARIA, "CARER", GRETA)
    return found
