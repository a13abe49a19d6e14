"""A rule that cannot fail is no rule: each is shown a stack that breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.architecture.rules import RULES, access, alarms, api, data, functions, messages, trail, workflows
from tests.architecture.stack import Json, Rule, Stack, stack

type Change = Callable[[dict[str, Json]], Any]


def _broken(change: Change) -> Stack:
    original = stack("care", "prod")
    resources = copy.deepcopy(original.resources)
    change(resources)
    return replace(original, resources=resources)


def _properties(logical_id: str) -> Callable[[dict[str, Json]], Json]:
    return lambda resources: resources[logical_id]["Properties"]


def _allow(role: str, action: str, resource: str) -> Change:
    def change(resources: dict[str, Json]) -> None:
        statements = resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        statements.append({"Effect": "Allow", "Action": action, "Resource": resource})

    return change


def _set(logical_id: str, **changes: Any) -> Change:
    return lambda resources: resources[logical_id]["Properties"].update(changes)


def _drop(logical_id: str, key: str) -> Change:
    return lambda resources: resources[logical_id]["Properties"].pop(key)


def _operation(path: str, method: str, change: Callable[[Json], Any]) -> Change:
    return lambda resources: change(resources["CareApi"]["Properties"]["Body"]["paths"][path][method])


def _remove(logical_id: str) -> Change:
    return lambda resources: resources.pop(logical_id)


def _mapping(key: str, value: Any = None) -> Change:
    return _set("CareSchedulingPublisherChanges", **{key: value})


def _dashboard_without(text: str) -> Change:
    def change(resources: dict[str, Json]) -> None:
        dashboard = resources["Dashboard"]["Properties"]
        dashboard["DashboardBody"] = dashboard["DashboardBody"].replace(text, "")

    return change


BROKEN: dict[str, tuple[Rule, Change]] = {
    "any action": (access.no_wildcard_actions, _allow("CarePatientsApiRole", "dynamodb:*", "${PatientsTable.Arn}")),
    "any resource": (access.no_unnarrowed_resources, _allow("CarePatientsApiRole", "dynamodb:GetItem", "*")),
    "a table of another domain, by reference": (
        access.no_table_of_another_domain,
        _allow("CareSchedulingApiRole", "dynamodb:GetItem", "${PatientsTable.Arn}"),
    ),
    "a table of another domain, by pattern": (
        access.no_table_of_another_domain,
        _allow("CareSchedulingApiRole", "dynamodb:Query", "arn:aws:dynamodb:us-east-1:111122223333:table/salus-*"),
    ),
    "an index of another domain's table": (
        access.no_table_of_another_domain,
        _allow("CareSchedulingApiRole", "dynamodb:Query", "${PatientsTable.Arn}/index/*"),
    ),
    "a trail that others read": (
        access.no_table_of_another_domain,
        _allow("CareSchedulingApiRole", "dynamodb:Query", "${AuditTable.Arn}"),
    ),
    "a function that cannot keep the trail": (
        trail.what_answers_about_patients_keeps_the_trail,
        lambda resources: _properties("CarePatientsApi")(resources)["Environment"]["Variables"].pop("AUDIT_TABLE_NAME"),
    ),
    "a trail that may be changed": (
        trail.what_answers_about_patients_keeps_the_trail,
        lambda resources: [
            statement["Action"].remove("dynamodb:DeleteItem")
            for statement in _properties("Boundary")(resources)["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ],
    ),
    "a trail that forgets": (
        data.tables_can_be_trusted,
        _set("AuditTable", TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True}),
    ),
    "a role without a boundary": (access.a_boundary_on_every_role, _drop("CareIdentityApiRole", "PermissionsBoundary")),
    "a policy that AWS keeps": (
        access.no_policies_of_others,
        _set("CareIdentityApiRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    ),
    "a shared role": (
        functions.own_role_for_every_function,
        _set("CareIdentityApi", Role="${CarePatientsApiRole.Arn}"),
    ),
    "shared logs": (
        functions.own_logs_for_every_function,
        _set("CareIdentityApi", LoggingConfig={"LogGroup": "${CarePatientsApiLogs}"}),
    ),
    "logs for ever": (functions.logs_are_encrypted_and_end, _drop("CareIdentityApiLogs", "RetentionInDays")),
    "logs in the clear": (functions.logs_are_encrypted_and_end, _drop("CareIdentityApiLogs", "KmsKeyId")),
    "a function without an alarm": (functions.an_alarm_for_every_function, _remove("CareIdentityApiFailures")),
    "a cold start": (functions.functions_ship_as_promised, _drop("CareIdentityApi", "SnapStart")),
    "no way back": (functions.functions_ship_as_promised, _remove("CareIdentityApiDeploymentGroup")),
    "a queue that loses": (messages.a_dead_letter_queue_for_every_queue, _drop("NotificationEvents", "RedrivePolicy")),
    "dead letters unseen": (messages.an_alarm_for_every_queue, _remove("NotificationEventsFailedDepth")),
    "messages that wait unseen": (messages.an_alarm_for_every_queue, _remove("NotificationEventsAge")),
    "messages in the clear": (messages.messages_are_encrypted, _drop("NotificationEvents", "KmsMasterKeyId")),
    "messages handed out twice": (
        messages.nobody_else_works_on_a_message,
        _set("NotificationEvents", VisibilityTimeout=60),
    ),
    "a poisoned batch": (messages.batches_fail_one_by_one, _mapping("FunctionResponseTypes", [])),
    "a poisoned shard": (messages.batches_fail_one_by_one, _mapping("MaximumRecordAgeInSeconds")),
    "a rule that drops": (
        messages.rules_keep_what_they_cannot_deliver,
        lambda resources: _properties("NotificationContactsRule")(resources)["Targets"][0].pop("DeadLetterConfig"),
    ),
    "a publisher that lags unseen": (messages.a_lag_alarm_for_every_publisher, _remove("SchedulingPublisherLag")),
    "an erasure that fails in silence": (workflows.workflows_are_seen_and_heard, _remove("ErasureWorkflowFailures")),
    "a key that somebody else destroys": (
        access.no_table_of_another_domain,
        _allow("CarePrivacyApiRole", "dynamodb:UpdateItem", "${KeysTable.Arn}"),
    ),
    "a table without a way back": (
        data.tables_can_be_trusted,
        _drop("PatientsTable", "PointInTimeRecoverySpecification"),
    ),
    "a table that goes with its stack": (
        data.tables_can_be_trusted,
        lambda resources: resources["PatientsTable"].pop("DeletionPolicy"),
    ),
    "a table of everybody's that is changed": (
        access.no_table_of_another_domain,
        _allow("CareSchedulingApiRole", "dynamodb:UpdateItem", "${KeysTable.Arn}"),
    ),
    "erased keys that come back": (
        data.what_is_erased_stays_erased,
        _drop("KeysTable", "PointInTimeRecoverySpecification"),
    ),
    "erased keys in a backup": (
        data.what_is_erased_stays_erased,
        lambda resources: resources["BackupSelection"]["Properties"]["BackupSelection"]["Resources"].append(
            "${KeysTable.Arn}"
        ),
    ),
    "a key for ever": (data.keys_rotate, _set("DataKey", EnableKeyRotation=False)),
    "an archive that lets go": (
        data.the_archive_is_locked,
        lambda resources: _properties("AuditArchive")(resources)["ObjectLockConfiguration"]["Rule"][
            "DefaultRetention"
        ].update(Mode="GOVERNANCE"),
    ),
    "another that signs": (data.the_archive_is_locked, _allow("CareAuditApiRole", "kms:Sign", "${SealKey.Arn}")),
    "a bucket in the clear": (data.buckets_are_private_and_encrypted, _drop("AuditArchive", "BucketEncryption")),
    "a bucket for everybody": (
        data.buckets_are_private_and_encrypted,
        _drop("AuditExports", "PublicAccessBlockConfiguration"),
    ),
    "a bucket that forgets": (
        data.buckets_are_private_and_encrypted,
        _drop("AuditExports", "VersioningConfiguration"),
    ),
    "users who sign themselves up": (
        data.users_cannot_bind_themselves,
        _drop("CareUserPool", "AdminCreateUserConfig"),
    ),
    "users who choose whom they are": (
        data.users_cannot_bind_themselves,
        _set("CareUserPoolClient", WriteAttributes=["email", "custom:patient_id"]),
    ),
    "tokens that last": (data.users_cannot_bind_themselves, _set("CareUserPoolClient", IdTokenValidity=60)),
    "a route for everybody": (
        api.an_authorizer_on_every_route,
        _operation("/v1/me", "get", lambda operation: operation.pop("security")),
    ),
    "a route to nowhere": (
        api.routes_end_at_functions_that_may_be_called,
        _operation(
            "/v1/me",
            "get",
            lambda operation: operation["x-amazon-apigateway-integration"].update(
                uri="functions/${Nobody}/invocations"
            ),
        ),
    ),
    "a function that may not be called": (
        api.routes_end_at_functions_that_may_be_called,
        _remove("CareIdentityApiPermission"),
    ),
    "another pool's tokens": (
        api.the_authorizer_asks_our_pool,
        lambda resources: resources["CareApi"]["Properties"]["Body"]["components"]["securitySchemes"]["CareUserPool"][
            "x-amazon-apigateway-authorizer"
        ].update(providerARNs=["arn:aws:cognito-idp:us-east-1:111122223333:userpool/other"]),
    ),
    "paths in access logs": (
        api.access_logs_name_nobody,
        _set("CareApiliveStage", AccessLogSetting={"Format": '{"path":"$context.path"}'}),
    ),
    "settings of no method": (
        api.throttled_routes_exist,
        _set("CareApiliveStage", MethodSettings=[{"HttpMethod": "GET", "ResourcePath": "/~1v1~1nothing"}]),
    ),
    "an alarm that nobody hears": (
        alarms.alarms_are_heard_and_explained,
        _drop("CareIdentityApiFailures", "AlarmActions"),
    ),
    "a function that nobody sees": (
        alarms.all_that_runs_is_on_the_dashboard,
        _dashboard_without('"${CareIdentityApi}"'),
    ),
    "a queue that nobody sees": (
        alarms.all_that_runs_is_on_the_dashboard,
        _dashboard_without("${NotificationEvents.QueueName}"),
    ),
    "a workflow that fails in silence": (workflows.workflows_are_seen_and_heard, _remove("FhirImportFailed")),
    "a workflow that hangs in silence": (workflows.workflows_are_seen_and_heard, _remove("FhirImportTimedOut")),
    "a workflow that logs what it works on": (
        workflows.workflows_are_seen_and_heard,
        lambda resources: _properties("FhirImport")(resources)["LoggingConfiguration"].update(
            IncludeExecutionData=True
        ),
    ),
    "a workflow that nobody follows": (
        workflows.workflows_are_seen_and_heard,
        _drop("FhirImport", "TracingConfiguration"),
    ),
    "an alarm that nobody understands": (
        alarms.alarms_are_heard_and_explained,
        _set("CareIdentityApiFailures", AlarmDescription="Something is wrong."),
    ),
}


@pytest.mark.parametrize(("rule", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_a_rule_sees_what_breaks_it(rule: Rule, change: Change) -> None:
    assert rule(_broken(change)) != []


def test_every_rule_is_shown_a_stack_that_breaks_it() -> None:
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:kms:us-east-1:111122223333:key/*",
        "arn:aws:logs:us-east-1:111122223333:log-group:/salus/*",
        "arn:aws:sqs:us-east-1:111122223333:salus-prod-research-ResearchBusFailed-1A2B3C4D5E6F",
        "arn:aws:cognito-idp:*:*:userpool/*",
    ],
)
def test_a_role_that_reaches_into_the_other_application_is_seen(resource: str) -> None:
    broken = _broken(_allow("CareIdentityApiRole", "any:Action", resource))
    assert access.no_reach_into(stack("research", "prod"))(broken) != []


def test_a_boundary_that_reaches_into_the_other_application_is_seen() -> None:
    def widen(resources: dict[str, Json]) -> None:
        resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
        )

    assert access.no_reach_into(stack("research", "prod"))(_broken(widen)) != []
