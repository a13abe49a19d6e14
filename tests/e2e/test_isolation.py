"""The walls of the house, tried from inside: with the rights of each function's own role, as IAM enforces them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from local.client import Stack
from tests.e2e.post import event, new

KEY = {"pk": {"S": "PROBE#isolation"}, "sk": {"S": "PROBE"}}
_DENIED = {"AccessDenied", "AccessDeniedException", "NotAuthorized"}
_EVERYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}

type Client = Callable[[str], Any]
type Probe = Callable[[Client, str], object]


@dataclass(frozen=True)
class Resource:
    """A resource of a deployed stack."""

    logical_id: str
    kind: str
    physical_id: str

    @property
    def domain(self) -> str:
        """The domain of a table or a role: `SchedulingTable` and `CareSchedulingApiRole` are scheduling's."""
        name = self.logical_id.removeprefix("Care").removeprefix("Research")
        if name.startswith("Audit"):  # it has two tables
            return "audit"
        return next((name.removesuffix(end) for end in ("Table", *_PURPOSES) if name.endswith(end)), name).lower()


_PURPOSES = (
    "ViewsRole",
    "OffersRole",
    "RetellingRole",
    "ApiRole",
    "PublisherRole",
    "TasksRole",
    "TaskRole",
    "RemindersRole",
    "RelationsRole",
    "TimersRole",
    "RecorderRole",
    "SealerRole",
    "VisitsRole",
    "ImportsRole",
    "AnswersRole",
    "FailuresRole",
    "ChecksRole",
    "ErasureRole",
    "ExportRole",
)
_SHARED = {"AuditTable", "KeysTable"}  # each has a test of its own


@dataclass
class House:
    """What is deployed, and the rights of its functions."""

    stack: Stack
    _sessions: dict[str, boto3.Session] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, role: Resource | None = None) -> Any:
        """A client with the rights of a function's role; without one, the deployer's. It takes longer to make than to
        ask, so it is kept."""
        kept = service, role.physical_id if role else ""
        if kept not in self._clients:
            make: Any = (self._assume(role) if role else self._own()).client
            self._clients[kept] = make(service, endpoint_url=self.stack["aws"]["endpoint_url"])
        return self._clients[kept]

    def _own(self) -> boto3.Session:
        aws = self.stack["aws"]
        return boto3.Session(aws["access_key_id"], aws["secret_access_key"], region_name=aws["region"])

    def _assume(self, role: Resource) -> boto3.Session:
        """A session of a role. Only Lambda is trusted with it, so the door is opened for a moment."""
        if role.physical_id not in self._sessions:
            iam = self.client("iam")
            found = iam.get_role(RoleName=role.physical_id)["Role"]
            trusted = json.dumps(found["AssumeRolePolicyDocument"])
            iam.update_assume_role_policy(RoleName=role.physical_id, PolicyDocument=json.dumps(_EVERYBODY))
            try:
                assumed = self.client("sts").assume_role(RoleArn=found["Arn"], RoleSessionName="isolation")
            finally:
                iam.update_assume_role_policy(RoleName=role.physical_id, PolicyDocument=trusted)
            keys = assumed["Credentials"]
            self._sessions[role.physical_id] = boto3.Session(
                keys["AccessKeyId"],
                keys["SecretAccessKey"],
                keys["SessionToken"],
                region_name=self.stack["aws"]["region"],
            )
        return self._sessions[role.physical_id]

    @cached_property
    def resources(self) -> Mapping[str, list[Resource]]:
        """What the stack of each application consists of."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate
        return {
            app: [
                Resource(one["LogicalResourceId"], one["ResourceType"], one["PhysicalResourceId"])
                for page in pages(StackName=self.stack[app]["stack"])
                for one in page["StackResourceSummaries"]
            ]
            for app in ("care", "research")
        }

    def of(self, app: str, kind: str) -> list[Resource]:
        return [resource for resource in self.resources[app] if resource.kind == kind]

    def roles(self, app: str) -> list[Resource]:
        """The roles of an application's functions."""
        return [role for role in self.of(app, "AWS::IAM::Role") if role.logical_id.endswith(_PURPOSES)]

    def reached(self, role: Resource, resource: Resource, probes: Mapping[str, Probe]) -> list[str]:
        """The probes that were not refused."""
        return [
            f"{role.logical_id} {name} {resource.logical_id}"
            for name, probe in probes.items()
            if not denied(probe, lambda service: self.client(service, role), resource.physical_id)
        ]


def denied(probe: Probe, client: Client, physical_id: str) -> bool:
    try:
        probe(client, physical_id)
    except ClientError as error:
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
        return bool(_DENIED & {error.response["Error"]["Code"], *reasons})
    return False


def transact(action: str, **more: Any) -> Probe:
    def probe(client: Client, name: str) -> object:
        return client("dynamodb").transact_write_items(TransactItems=[{action: {"TableName": name, **more}}])

    return probe


CHECK = transact("ConditionCheck", Key=KEY, ConditionExpression="attribute_exists(pk)")
TABLE: dict[str, Probe] = {
    "reads": lambda client, name: client("dynamodb").get_item(TableName=name, Key=KEY),
    "queries": lambda client, name: client("dynamodb").query(
        TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": KEY["pk"]}
    ),
    "scans": lambda client, name: client("dynamodb").scan(TableName=name, Limit=1),
    "batch-reads": lambda client, name: client("dynamodb").batch_get_item(RequestItems={name: {"Keys": [KEY]}}),
    "transact-reads": lambda client, name: client("dynamodb").transact_get_items(
        TransactItems=[{"Get": {"TableName": name, "Key": KEY}}]
    ),
    "puts": lambda client, name: client("dynamodb").put_item(TableName=name, Item=KEY),
    "updates": lambda client, name: client("dynamodb").update_item(TableName=name, Key=KEY),
    "deletes": lambda client, name: client("dynamodb").delete_item(TableName=name, Key=KEY),
    "batch-writes": lambda client, name: client("dynamodb").batch_write_item(
        RequestItems={name: [{"DeleteRequest": {"Key": KEY}}]}
    ),
    "transact-puts": transact("Put", Item=KEY),
    "transact-deletes": transact("Delete", Key=KEY),
}
OTHERS: dict[str, dict[str, Probe]] = {
    "AWS::DynamoDB::Table": TABLE | {"checks": CHECK},
    "AWS::S3::Bucket": {
        "lists": lambda client, name: client("s3").list_objects_v2(Bucket=name),
        "reads": lambda client, name: client("s3").get_object(Bucket=name, Key="probe"),
        "writes": lambda client, name: client("s3").put_object(Bucket=name, Key="probe", Body=b""),
    },
    "AWS::SQS::Queue": {
        "sends to": lambda client, url: client("sqs").send_message(QueueUrl=url, MessageBody="probe"),
        "receives from": lambda client, url: client("sqs").receive_message(QueueUrl=url),
    },
    "AWS::Events::EventBus": {
        "publishes on": lambda client, name: client("events").put_events(
            Entries=[{"EventBusName": name, "Source": "probe", "DetailType": "Probe", "Detail": "{}"}]
        ),
    },
    "AWS::KMS::Key": {
        "encrypts with": lambda client, key: client("kms").encrypt(KeyId=key, Plaintext=b"probe"),
        "takes data keys of": lambda client, key: client("kms").generate_data_key(KeyId=key, KeySpec="AES_256"),
    },
    "AWS::SecretsManager::Secret": {
        "reads": lambda client, name: client("secretsmanager").get_secret_value(SecretId=name),
    },
    "AWS::Cognito::UserPool": {
        "looks up users of": lambda client, pool: client("cognito-idp").admin_get_user(UserPoolId=pool, Username="x"),
        "creates users in": lambda client, pool: client("cognito-idp").admin_create_user(
            UserPoolId=pool, Username="not an address"
        ),
    },
}


@pytest.fixture(scope="module")
def house(stack: Stack) -> House:
    return House(stack)


@pytest.mark.parametrize(("ours", "theirs"), [("research", "care"), ("care", "research")])
def test_no_function_of_one_application_reaches_anything_of_the_other(house: House, ours: str, theirs: str) -> None:
    assert house.roles(ours)
    tried = [(kind, resource) for kind in OTHERS for resource in house.of(theirs, kind)]
    assert {"AWS::Cognito::UserPool", "AWS::Events::EventBus"} <= {kind for kind, _ in tried}
    reached = [
        found
        for role in house.roles(ours)
        for kind, resource in tried
        for found in house.reached(role, resource, OTHERS[kind])
    ]
    assert reached == []


def test_no_function_reaches_a_table_of_another_domain(house: House) -> None:
    tables = house.of("care", "AWS::DynamoDB::Table")
    assert {table.domain for table in tables} >= {
        "patients",
        "practitioners",
        "scheduling",
        "records",
        "documents",
        "notifications",
    }
    reached = [
        found
        for role in house.roles("care")
        for table in tables
        if table.domain != role.domain
        for found in house.reached(role, table, {} if table.logical_id in _SHARED else TABLE)
    ]
    assert reached == []


def test_the_trail_takes_records_of_those_who_answer_about_patients_and_gives_nothing_away(house: House) -> None:
    (trail,) = [table for table in house.of("care", "AWS::DynamoDB::Table") if table.logical_id == "AuditTable"]
    reached = {role.logical_id: house.reached(role, trail, TABLE) for role in house.roles("care")}
    put = {name for name, found in reached.items() if any("puts" in one for one in found)}
    domains = ("Patients", "Scheduling", "Records", "Documents", "Privacy", "Fhir", "Audit")
    answering = {f"Care{domain}ApiRole" for domain in domains}
    assert put == answering | {"CareAuditRecorderRole"}
    more = {name for name, found in reached.items() if any("puts" not in one for one in found)}
    assert more == {"CareAuditApiRole", "CareAuditSealerRole"}
    changes = ("updates", "deletes", "batch-writes", "transact-deletes", "scans")
    assert [one for found in reached.values() for one in found if any(change in one for change in changes)] == []


def test_patients_keys_are_made_and_fetched_by_those_who_seal_and_neither_changed_nor_listed(house: House) -> None:
    (keys,) = [table for table in house.of("care", "AWS::DynamoDB::Table") if table.logical_id == "KeysTable"]
    reached = {role.logical_id: house.reached(role, keys, TABLE) for role in house.roles("care")}
    may = {name: {one.split()[1] for one in found} for name, found in reached.items() if found}
    sealing = {"reads", "transact-reads", "puts", "transact-puts"}
    assert may == {
        "CareRecordsApiRole": sealing,
        "CareRecordsImportsRole": sealing,
        "CareDocumentsApiRole": sealing,
        "CarePatientsApiRole": sealing | {"batch-reads"},
        "CarePatientsImportsRole": sealing | {"batch-reads"},
        "CarePrivacyApiRole": sealing,
        "CarePrivacyErasureRole": {"updates"},
        "CarePatientsErasureRole": {"reads", "transact-reads"},
        "CarePatientsExportRole": {"reads", "transact-reads"},
        "CareRecordsExportRole": {"reads", "transact-reads"},
        "CareDocumentsExportRole": {"reads", "transact-reads"},
        "CareNotificationsTaskRole": {"reads", "transact-reads"},
    }


def test_quarantine_is_read_by_those_who_check_and_by_nobody_who_answers_people(house: House) -> None:
    (bucket,) = [one for one in house.of("care", "AWS::S3::Bucket") if one.logical_id == "Documents"]
    probes: Mapping[str, Probe] = {
        "reads": lambda client, name: client("s3").get_object(Bucket=name, Key="quarantine/x"),
        "opens": lambda client, name: client("s3").get_object(Bucket=name, Key="documents/x"),
    }
    reached = [found for role in house.roles("care") for found in house.reached(role, bucket, probes)]
    assert sorted(reached) == [
        "CareDocumentsApiRole opens Documents",
        "CareDocumentsChecksRole reads Documents",
        "CareDocumentsExportRole opens Documents",
    ]


def test_a_foreign_key_may_be_checked_by_those_who_refer_to_things_and_by_nobody_else(house: House) -> None:
    checked = {
        (role.logical_id, table.domain)
        for role in house.roles("care")
        for table in house.of("care", "AWS::DynamoDB::Table")
        if table.domain != role.domain and house.reached(role, table, {"checks": CHECK})
    }
    assert checked == {
        ("CareAuditApiRole", "patients"),
        ("CareDocumentsApiRole", "keys"),
        ("CareDocumentsApiRole", "patients"),
        ("CareDocumentsApiRole", "records"),
        ("CarePatientsApiRole", "keys"),
        ("CarePatientsImportsRole", "keys"),
        ("CarePrivacyApiRole", "keys"),
        ("CarePrivacyApiRole", "patients"),
        ("CareRecordsApiRole", "keys"),
        ("CareRecordsApiRole", "patients"),
        ("CareRecordsApiRole", "practitioners"),
        ("CareRecordsImportsRole", "keys"),
        ("CareRecordsImportsRole", "patients"),
        ("CareSchedulingApiRole", "patients"),
        ("CareSchedulingApiRole", "practitioners"),
        ("CareSchedulingOffersRole", "patients"),
        ("CareSchedulingOffersRole", "practitioners"),
    }


@pytest.mark.parametrize("domain", ["patients", "practitioners", "scheduling", "records", "documents"])
def test_the_functions_of_a_domain_do_reach_their_own_table(house: House, domain: str) -> None:
    (role,) = [role for role in house.roles("care") if role.logical_id == f"Care{domain.capitalize()}ApiRole"]
    (table,) = [table for table in house.of("care", "AWS::DynamoDB::Table") if table.domain == domain]
    assert house.client("dynamodb", role).get_item(TableName=table.physical_id, Key=KEY)["ResponseMetadata"]


def test_who_may_send_a_message_may_send_a_batch(house: House) -> None:
    (role,) = [role for role in house.roles("care") if role.logical_id == "CareSchedulingViewsRole"]
    (queue,) = [one for one in house.of("care", "AWS::SQS::Queue") if one.logical_id == "SchedulingViewEvents"]
    body = json.dumps({"detail": event("checked_in", new("apt"), new("pat"))})
    answer = house.client("sqs", role).send_message_batch(
        QueueUrl=queue.physical_id, Entries=[{"Id": "0", "MessageBody": body}]
    )
    assert [sent["Id"] for sent in answer["Successful"]] == ["0"]


def test_credentials_that_nobody_issued_open_nothing(house: House, stack: Stack) -> None:
    table = house.of("care", "AWS::DynamoDB::Table")[0]
    stranger = boto3.client(
        "dynamodb",
        endpoint_url=stack["aws"]["endpoint_url"],
        region_name=stack["aws"]["region"],
        aws_access_key_id="ASIAAAAAAAAAAAAAAAAA",
        aws_secret_access_key="x",
    )
    with pytest.raises(ClientError) as refused:
        stranger.get_item(TableName=table.physical_id, Key=KEY)
    assert refused.value.response["Error"]["Code"] in {"UnrecognizedClientException", *_DENIED}
