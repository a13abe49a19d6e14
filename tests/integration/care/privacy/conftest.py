import json
from collections.abc import Iterator

import boto3
import pytest
from tests.integration import tables
from tests.integration.care.privacy.house import TABLES, House

from care.patients.repository.keys import search_key


@pytest.fixture
def house(account: pytest.MonkeyPatch, keys: str, user_pool: str, bus: str, dead_letters: str) -> Iterator[House]:
    for table in TABLES.values():
        tables.create_table(table)
    account.setenv("TABLE_NAME", TABLES["privacy"])
    account.setenv("PATIENTS_TABLE_NAME", TABLES["patients"])
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="documents")
    s3.put_bucket_versioning(Bucket="documents", VersioningConfiguration={"Status": "Enabled"})
    account.setenv("DOCUMENTS_BUCKET_NAME", "documents")
    secret = boto3.client("secretsmanager").create_secret(Name="search-key", SecretString="a key of the tests")
    account.setenv("SEARCH_KEY_SECRET_ARN", secret["ARN"])
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    for name in ("ERASURE", "EXPORT"):
        machine = boto3.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/workflow"
        )
        account.setenv(f"{name}_WORKFLOW_ARN", machine["stateMachineArn"])
    s3.create_bucket(Bucket="exports")
    account.setenv("EXPORTS_BUCKET_NAME", "exports")
    search_key.cache_clear()
    yield House()
    search_key.cache_clear()
