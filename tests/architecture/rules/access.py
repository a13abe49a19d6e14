"""Who may do what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.architecture.stack import ROOT, Json, Rule, Stack

# Actions that AWS lets nobody narrow to a resource, with the reason.
UNNARROWED = {
    "xray:PutTraceSegments": "X-Ray has no resources",
    "xray:PutTelemetryRecords": "X-Ray has no resources",
    "logs:CreateLogDelivery": "deliveries of logs have no resources",
    "logs:GetLogDelivery": "deliveries of logs have no resources",
    "logs:UpdateLogDelivery": "deliveries of logs have no resources",
    "logs:DeleteLogDelivery": "deliveries of logs have no resources",
    "logs:ListLogDeliveries": "deliveries of logs have no resources",
    "logs:PutResourcePolicy": "the policies of logs are the account's",
    "logs:DescribeResourcePolicies": "the policies of logs are the account's",
    "logs:DescribeLogGroups": "lists have no resources",
}
# The emulator authorizes sending mail without naming the identity.
UNNARROWED_LOCALLY = {"ses:SendEmail": "the emulator names no identity"}

# Roles that AWS's own services take on, with AWS's policies for just that.
SERVICE_ROLES = {"ApiGatewayAccountRole", "BackupRole", "CodeDeployServiceRole", "DocumentScannerRole"}

# Tables that are no domain's alone, and what a role may do there, or one role alone.
SHARED = {
    "KeysTable": {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"},
    "AuditTable": {"dynamodb:PutItem"},
}
ALONE = {("KeysTable", "CarePrivacyErasureRole"): {"dynamodb:UpdateItem"}}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Grant:
    """One Allow statement of one role."""

    role: str
    actions: list[str]
    resources: list[str]


def grants(stack: Stack) -> Iterator[Grant]:
    """What roles allow by their own policies."""
    for role, properties in stack.of("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            yield from _grants(role, policy["PolicyDocument"])
    for policy_id, properties in stack.of("AWS::IAM::Policy", "AWS::IAM::RolePolicy").items():
        yield from _grants(policy_id, properties["PolicyDocument"])


def _grants(role: str, document: Json) -> Iterator[Grant]:
    for statement in listed(document["Statement"]):
        if statement["Effect"] == "Allow":
            actions, resources = listed(statement.get("Action", ["*"])), listed(statement.get("Resource", ["*"]))
            yield Grant(role, actions, resources)


def reaches(stack: Stack, pattern: str, arn: str) -> bool:
    """Whether a statement's resource covers the thing at `arn`, or something in it (an index, a stream, an object)."""
    concrete = stack.arn(pattern)
    return fnmatchcase(arn, concrete) or fnmatchcase(concrete, f"{arn}/*") or fnmatchcase(concrete, f"{arn}:*")


def _domain(logical_id: str) -> str:
    """`Scheduling` of CareSchedulingApiRole and of SchedulingTable."""
    found = re.match(r"(?:Care|Research)?([A-Z][a-z]+)", logical_id)
    return found[1] if found else ""


def no_wildcard_actions(stack: Stack) -> list[str]:
    return [f"{grant.role} allows {action}" for grant in grants(stack) for action in grant.actions if "*" in action]


def no_unnarrowed_resources(stack: Stack) -> list[str]:
    allowed = UNNARROWED | (UNNARROWED_LOCALLY if stack.stage == "local" else {})
    return [
        f"{grant.role} allows {action} on everything"
        for grant in grants(stack)
        if "*" in grant.resources
        for action in grant.actions
        if action not in allowed
    ]


def no_table_of_another_domain(stack: Stack) -> list[str]:
    """Only a foreign key that cannot read crosses domains, and records into the audit trail."""
    return [
        f"{grant.role} allows {action} on {table}"
        for grant in grants(stack)
        if grant.role not in SERVICE_ROLES
        for table in stack.of("AWS::DynamoDB::Table")
        if _domain(table) != _domain(grant.role)
        and any(reaches(stack, pattern, stack.arns()[table]) for pattern in grant.resources)
        for action in grant.actions
        if action.startswith(("dynamodb:", "*"))
        and action != "dynamodb:ConditionCheckItem"
        and action not in SHARED.get(table, ())
        and action not in ALONE.get((table, grant.role), ())
    ]


def no_reach_into(other: Stack) -> Rule:
    """No role of a stack, and no boundary, covers anything of `other`."""

    def rule(stack: Stack) -> list[str]:
        boundaries = (
            grant
            for policy_id, policy in stack.of("AWS::IAM::ManagedPolicy").items()
            for grant in _grants(policy_id, policy["PolicyDocument"])
        )
        allowed = UNNARROWED | (UNNARROWED_LOCALLY if stack.stage == "local" else {})
        return [
            f"{grant.role} reaches {other.app}'s {logical_id} by {pattern}"
            for grant in [*grants(stack), *boundaries]
            if not set(grant.actions) <= set(allowed)
            for pattern in grant.resources
            for logical_id, arn in other.arns().items()
            if reaches(stack, pattern, arn)
        ]

    return rule


def names_nothing_of(other: str) -> Rule:
    """The template's own text does not mention the other application."""

    def rule(stack: Stack) -> list[str]:
        lines = (ROOT / "stacks" / f"{stack.app}.yaml").read_text().splitlines()
        return [line for line in lines if re.search(rf"\b{other}|{other.title()}", line)]

    return rule


def a_boundary_on_every_role(stack: Stack) -> list[str]:
    return [
        f"{role} has no boundary"
        for role, properties in stack.of("AWS::IAM::Role").items()
        if role not in SERVICE_ROLES and properties.get("PermissionsBoundary") != "${Boundary}"
    ]


def no_policies_of_others(stack: Stack) -> list[str]:
    """Policies that AWS keeps are wide and change without us."""
    return [
        f"{role} takes {policy}"
        for role, properties in stack.of("AWS::IAM::Role").items()
        if role not in SERVICE_ROLES
        for policy in properties.get("ManagedPolicyArns", [])
    ]
