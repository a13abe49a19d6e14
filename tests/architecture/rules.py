"""What must hold of every application's stack. Each rule answers with its violations, in words; none is well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.architecture.stack import ROOT, Json, Stack
from tools.contract import apis

from kernel.access import policies

type Rule = Callable[[Stack], list[str]]

# Actions that AWS lets nobody narrow to a resource, with the reason.
UNNARROWED = {
    "xray:PutTraceSegments": "X-Ray has no resources",
    "xray:PutTelemetryRecords": "X-Ray has no resources",
}
# The emulator authorizes sending mail without naming the identity.
UNNARROWED_LOCALLY = {"ses:SendEmail": "the emulator names no identity"}

# Roles that AWS's own services take on, with AWS's policies for just that.
SERVICE_ROLES = {"ApiGatewayAccountRole", "BackupRole", "CodeDeployServiceRole"}

# Tables that are no domain's alone, and what a role may do there.
SHARED = {
    "KeysTable": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"},
    "AuditTable": {"dynamodb:PutItem"},
}

# The table of the audit trail, and what nobody may do to it.
TRAIL = "AuditTable"
CHANGES = {
    f"dynamodb:{name}" for name in ("UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete")
}

# Tables from which nothing may go by itself.
KEPT_FOR_GOOD = {"KeysTable", TRAIL, "AuditSealsTable"}

# Tables of which no old state may be kept for long, and for how many days.
FORGOTTEN = {"KeysTable": 3}

PUBLIC_ROUTES = {
    "care": {("GET", "/v1/health"), ("POST", "/v1/registrations")},
    "research": {("GET", "/v1/health")},
}

_METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


# --- reading


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


def _reaches(stack: Stack, pattern: str, arn: str) -> bool:
    """Whether a statement's resource covers the thing at `arn`, or something in it (an index, a stream, an object)."""
    concrete = stack.arn(pattern)
    return fnmatchcase(arn, concrete) or fnmatchcase(concrete, f"{arn}/*") or fnmatchcase(concrete, f"{arn}:*")


def _domain(logical_id: str) -> str:
    """`Scheduling` of CareSchedulingApiRole and of SchedulingTable."""
    found = re.match(r"(?:Care|Research)?([A-Z][a-z]+)", logical_id)
    return found[1] if found else ""


def _alarmed(stack: Stack, namespace: str, metric: str, value: str) -> bool:
    return any(
        alarm.get("Namespace") == namespace
        and alarm.get("MetricName") == metric
        and any(dimension["Value"] == value for dimension in alarm.get("Dimensions", []))
        for alarm in stack.of("AWS::CloudWatch::Alarm").values()
    )


# --- who may do what


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
        and any(_reaches(stack, pattern, stack.arns()[table]) for pattern in grant.resources)
        for action in grant.actions
        if action.startswith(("dynamodb:", "*"))
        and action != "dynamodb:ConditionCheckItem"
        and action not in SHARED.get(table, ())
    ]


def what_answers_about_patients_keeps_the_trail(stack: Stack) -> list[str]:
    """Functions with personal routes may put records; nobody may change or remove any, whatever a role will say."""
    if TRAIL not in stack.resources:
        return []
    trail = stack.arns()[TRAIL]
    may_put = {
        grant.role
        for grant in grants(stack)
        if "dynamodb:PutItem" in grant.actions and any(_reaches(stack, pattern, trail) for pattern in grant.resources)
    }
    problems = []
    for domain, api in apis(stack.app).items():
        function = f"{stack.app.title()}{domain.title()}Api"
        personal = any(route.personal or route.action in policies(stack.app).personal for route in api.routes)
        names = stack.properties(function)["Environment"]["Variables"]
        if personal and (f"{function}Role" not in may_put or names.get("AUDIT_TABLE_NAME") != f"${{{TRAIL}}}"):
            problems.append(f"{function} cannot keep the trail")
    denied = {
        action
        for boundary in stack.of("AWS::IAM::ManagedPolicy").values()
        for statement in boundary["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and any(_reaches(stack, one, trail) for one in listed(statement["Resource"]))
        for action in listed(statement["Action"])
    }
    return problems + [f"a role may come to {action} the trail" for action in sorted(CHANGES - denied)]


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
            if _reaches(stack, pattern, arn)
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


# --- functions


def own_role_for_every_function(stack: Stack) -> list[str]:
    roles = {function: properties["Role"] for function, properties in stack.of("AWS::Lambda::Function").items()}
    return [f"{function} runs as {role}" for function, role in roles.items() if role != f"${{{function}Role.Arn}}"]


def own_logs_for_every_function(stack: Stack) -> list[str]:
    groups = stack.of("AWS::Logs::LogGroup")
    return [
        f"{function} logs to {target}"
        for function, properties in stack.of("AWS::Lambda::Function").items()
        if (target := properties.get("LoggingConfig", {}).get("LogGroup")) != f"${{{function}Logs}}"
        or f"{function}Logs" not in groups
    ]


def logs_are_encrypted_and_end(stack: Stack) -> list[str]:
    return [
        f"{group} has no {key}"
        for group, properties in stack.of("AWS::Logs::LogGroup").items()
        for key in ("RetentionInDays", "KmsKeyId")
        if not properties.get(key)
    ]


def an_alarm_for_every_function(stack: Stack) -> list[str]:
    return [
        f"{function} may fail in silence"
        for function in stack.of("AWS::Lambda::Function")
        if not _alarmed(stack, "AWS/Lambda", "Errors", f"${{{function}}}")
    ]


def functions_ship_as_promised(stack: Stack) -> list[str]:
    """Versions behind an alias, shifted and rolled back by the function's own alarm; from a snapshot if people wait."""
    if stack.stage == "local":
        return []
    deployments = {
        group: properties.get("AlarmConfiguration", {}).get("Alarms", [])
        for group, properties in stack.of("AWS::CodeDeploy::DeploymentGroup").items()
    }
    problems = []
    for function, properties in stack.of("AWS::Lambda::Function").items():
        if function.endswith("Api") and properties.get("SnapStart") != {"ApplyOn": "PublishedVersions"}:
            problems.append(f"{function} starts cold")
        if properties.get("Architectures") != ["arm64"] or properties.get("Runtime") != "python3.13":
            problems.append(f"{function} is not Python 3.13 on arm64")
        if f"{function}Aliaslive" not in stack.resources:
            problems.append(f"{function} has no alias")
        if {"Name": f"${{{function}Failures}}"} not in deployments.get(f"{function}DeploymentGroup", []):
            problems.append(f"{function} does not roll back")
    return problems


# --- queues, streams, rules


def a_dead_letter_queue_for_every_queue(stack: Stack) -> list[str]:
    dead = _dead_letter_queues(stack)
    return [
        f"{queue} loses what it cannot deliver"
        for queue, properties in stack.of("AWS::SQS::Queue").items()
        if f"${{{queue}.Arn}}" not in dead
        and properties.get("RedrivePolicy", {}).get("deadLetterTargetArn") not in _arns_of_queues(stack)
    ]


def _arns_of_queues(stack: Stack) -> set[str]:
    return {f"${{{queue}.Arn}}" for queue in stack.of("AWS::SQS::Queue")}


def _dead_letter_queues(stack: Stack) -> set[str]:
    queues = stack.of("AWS::SQS::Queue").values()
    redriven = {queue["RedrivePolicy"]["deadLetterTargetArn"] for queue in queues if "RedrivePolicy" in queue}
    failed = {
        mapping["DestinationConfig"]["OnFailure"]["Destination"]
        for mapping in stack.of("AWS::Lambda::EventSourceMapping").values()
        if "DestinationConfig" in mapping
    }
    undelivered = {
        bus["DeadLetterConfig"]["Arn"]
        for bus in stack.of("AWS::Events::EventBus").values()
        if "DeadLetterConfig" in bus
    }
    targets = [target for rule in stack.of("AWS::Events::Rule").values() for target in rule["Targets"]]
    undelivered |= {target["DeadLetterConfig"]["Arn"] for target in targets if "DeadLetterConfig" in target}
    return redriven | failed | undelivered


def an_alarm_for_every_queue(stack: Stack) -> list[str]:
    """Dead letters ring by their number, waiting messages by their age."""
    dead = _dead_letter_queues(stack)
    return [
        f"{queue} has no alarm on {metric}"
        for queue in stack.of("AWS::SQS::Queue")
        for metric in (
            ["ApproximateNumberOfMessagesVisible"] if f"${{{queue}.Arn}}" in dead else ["ApproximateAgeOfOldestMessage"]
        )
        if not _alarmed(stack, "AWS/SQS", metric, f"${{{queue}.QueueName}}")
    ]


def messages_are_encrypted(stack: Stack) -> list[str]:
    kinds = {"AWS::SQS::Queue": "KmsMasterKeyId", "AWS::SNS::Topic": "KmsMasterKeyId"}
    kinds["AWS::Events::EventBus"] = "KmsKeyIdentifier"
    return [
        f"{logical_id} is not encrypted"
        for kind, key in kinds.items()
        for logical_id, properties in stack.of(kind).items()
        if not str(properties.get(key, "")).startswith("${MessageKey")
    ]


def nobody_else_works_on_a_message(stack: Stack) -> list[str]:
    """AWS asks for six times the function's time-out, or a slow batch is handed out twice."""
    functions = stack.of("AWS::Lambda::Function")
    queues = {f"${{{queue}.Arn}}": properties for queue, properties in stack.of("AWS::SQS::Queue").items()}
    return [
        f"{mapping_id} hides messages too shortly"
        for mapping_id, mapping in stack.of("AWS::Lambda::EventSourceMapping").items()
        if (queue := queues.get(mapping["EventSourceArn"])) is not None
        and queue.get("VisibilityTimeout", 30) < 6 * functions[_function_of(mapping)]["Timeout"]
    ]


def _function_of(mapping: Json) -> str:
    return re.sub(r"Aliaslive\}$", "", str(mapping["FunctionName"])).removeprefix("${").removesuffix("}")


def batches_fail_one_by_one(stack: Stack) -> list[str]:
    problems = []
    for mapping_id, mapping in stack.of("AWS::Lambda::EventSourceMapping").items():
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            problems.append(f"{mapping_id} repeats whole batches")
        if ".StreamArn" in mapping["EventSourceArn"]:
            wanted = ("BisectBatchOnFunctionError", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds")
            problems += [f"{mapping_id} has no {key}" for key in (*wanted, "DestinationConfig") if not mapping.get(key)]
    return problems


def rules_keep_what_they_cannot_deliver(stack: Stack) -> list[str]:
    return [
        f"{rule} drops events"
        for rule, properties in stack.of("AWS::Events::Rule").items()
        for target in properties["Targets"]
        if target.get("DeadLetterConfig", {}).get("Arn") not in _arns_of_queues(stack)
    ]


def a_lag_alarm_for_every_publisher(stack: Stack) -> list[str]:
    return [
        f"{function} may lag in silence"
        for mapping in stack.of("AWS::Lambda::EventSourceMapping").values()
        if ".StreamArn" in mapping["EventSourceArn"]
        and not _alarmed(stack, "AWS/Lambda", "IteratorAge", f"${{{(function := _function_of(mapping))}}}")
    ]


# --- data


def tables_can_be_trusted(stack: Stack) -> list[str]:
    problems = []
    for table, properties in stack.of("AWS::DynamoDB::Table").items():
        checks = {
            "is not on demand": properties.get("BillingMode") == "PAY_PER_REQUEST",
            "cannot be restored": properties.get("PointInTimeRecoverySpecification", {}).get(
                "PointInTimeRecoveryEnabled"
            ),
            "is not under our key": properties.get("SSESpecification", {}).get("KMSMasterKeyId") == "${DataKey}",
            "can be deleted": properties.get("DeletionProtectionEnabled") or stack.stage == "local",
            "goes with its stack": stack.resources[table].get("DeletionPolicy") == "RetainExceptOnCreate",
            "goes with a change": stack.resources[table].get("UpdateReplacePolicy") == "Retain",
            "keeps what has expired": table in KEPT_FOR_GOOD
            or properties.get("TimeToLiveSpecification", {}).get("AttributeName") == "expires_at",
            "forgets": table not in KEPT_FOR_GOOD or "TimeToLiveSpecification" not in properties,
        }
        problems += [f"{table} {problem}" for problem, well in checks.items() if not well]
    return problems


def what_is_erased_stays_erased(stack: Stack) -> list[str]:
    problems = []
    for table, days in FORGOTTEN.items():
        for logical_id, properties in stack.of("AWS::DynamoDB::Table").items():
            recovery = properties.get("PointInTimeRecoverySpecification", {})
            if logical_id == table and recovery.get("RecoveryPeriodInDays", 35) > days:
                problems.append(f"{table} can be brought back for more than {days} days")
        for selection, properties in stack.of("AWS::Backup::BackupSelection").items():
            if any(table in resource for resource in properties["BackupSelection"]["Resources"]):
                problems.append(f"{selection} keeps {table}")
    return problems


def keys_rotate(stack: Stack) -> list[str]:
    """All that encrypt; one that signs cannot."""
    return [
        f"{key} does not rotate"
        for key, properties in stack.of("AWS::KMS::Key").items()
        if not properties.get("EnableKeyRotation") and properties.get("KeyUsage") != "SIGN_VERIFY"
    ]


def the_archive_is_locked(stack: Stack) -> list[str]:
    """Sealed records can be deleted by nobody before their time, and only one function may sign."""
    problems = []
    archive = stack.properties("AuditArchive")
    retention = archive.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if not archive.get("ObjectLockEnabled") or retention.get("Mode") != "COMPLIANCE" or not retention.get("Days"):
        problems.append("AuditArchive lets go")
    signers = {grant.role for grant in grants(stack) if "kms:Sign" in grant.actions}
    sealer = f"{stack.app.title()}AuditSealerRole"
    return problems + [f"{role} may sign" for role in sorted(signers ^ {sealer})]


def buckets_are_private_and_encrypted(stack: Stack) -> list[str]:
    problems = []
    for bucket, properties in stack.of("AWS::S3::Bucket").items():
        rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        keys = [rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") for rule in rules]
        if keys != ["${DataKey.Arn}"]:
            problems.append(f"{bucket} is not under our key")
        blocked = properties.get("PublicAccessBlockConfiguration", {})
        if list(blocked.values()) != [True] * 4:
            problems.append(f"{bucket} may become public")
        if properties.get("VersioningConfiguration") != {"Status": "Enabled"}:
            problems.append(f"{bucket} loses what is written over")
    return problems


# --- sign-in


def users_cannot_bind_themselves(stack: Stack) -> list[str]:
    """Whom a user is, and which roles they have, is written by our API alone; tokens die within five minutes."""
    problems = []
    for pool, properties in stack.of("AWS::Cognito::UserPool").items():
        if not properties.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
            problems.append(f"{pool} lets anybody sign up")
    for client, properties in stack.of("AWS::Cognito::UserPoolClient").items():
        writable = properties.get("WriteAttributes", ["everything"])
        problems += [f"{client} lets users write {name}" for name in writable if name != "email"]
        units, lives = properties["TokenValidityUnits"], ("IdToken", "AccessToken")
        problems += [
            f"{client}'s {token} outlives a disabled user"
            for token in lives
            if (properties[f"{token}Validity"], units[token]) != (5, "minutes")
        ]
    return problems


# --- API


def _api(stack: Stack) -> Json:
    (api,) = stack.of("AWS::ApiGateway::RestApi").values()
    body: Json = api["Body"]
    return body


def routes(stack: Stack) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation of each route that API Gateway is built with."""
    for path, item in _api(stack)["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield method.upper(), path, operation


def an_authorizer_on_every_route(stack: Stack) -> list[str]:
    scheme = f"{stack.app.title()}UserPool"
    return [
        f"{method} {path} is public"
        for method, path, operation in routes(stack)
        if (method, path) not in PUBLIC_ROUTES[stack.app] and operation.get("security") != [{scheme: []}]
    ]


def the_authorizer_asks_our_pool(stack: Stack) -> list[str]:
    scheme = f"{stack.app.title()}UserPool"
    found = _api(stack)["components"]["securitySchemes"][scheme]["x-amazon-apigateway-authorizer"]
    pools = found.get("providerARNs")
    return [] if pools == [f"${{{scheme}.Arn}}"] and found["type"] == "cognito_user_pools" else [f"it asks {pools}"]


def routes_end_at_functions_that_may_be_called(stack: Stack) -> list[str]:
    permitted = {
        permission["FunctionName"]
        for permission in stack.of("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
        and f"${{{stack.app.title()}Api}}" in permission["SourceArn"]
    }
    problems = []
    called = set()
    for method, path, operation in routes(stack):
        uri = operation["x-amazon-apigateway-integration"]["uri"]
        found = re.search(r"functions/(\$\{\w+\})/invocations", uri)
        if found is None or found[1] not in permitted:
            problems.append(f"{method} {path} ends at {uri}")
        else:
            called.add(found[1])
    return problems + [f"{function} may be called and has no route" for function in sorted(permitted - called)]


def throttled_routes_exist(stack: Stack) -> list[str]:
    """API Gateway refuses settings of a method that it does not have."""
    known = {f"{method} {path}" for method, path, _ in routes(stack)} | {"* /*"}
    throttled = [
        f"{setting['HttpMethod']} {setting['ResourcePath'].removeprefix('/').replace('~1', '/')}"
        for stage in stack.of("AWS::ApiGateway::Stage").values()
        for setting in stage.get("MethodSettings", [])
    ]
    return [
        f"{route} is throttled and does not exist" for route in throttled if route.replace(" *", " /*") not in known
    ]


def access_logs_name_nobody(stack: Stack) -> list[str]:
    personal = ("$context.path", "$context.identity", "$context.authorizer.claims.email", "querystring", "$input")
    return [
        f"access logs hold {word}"
        for stage in stack.of("AWS::ApiGateway::Stage").values()
        for word in personal
        if re.search(rf"{re.escape(word)}(?![A-Za-z])", stage["AccessLogSetting"]["Format"])
    ]


# --- alarms


def alarms_are_heard_and_explained(stack: Stack) -> list[str]:
    """Every alarm goes to the one topic, and its text names a section of the run-book that exists."""
    headings = set(re.findall(r"^#+ (.+)$", (ROOT / "docs" / "operations.md").read_text().lower(), re.MULTILINE))
    problems = []
    for alarm, properties in stack.of("AWS::CloudWatch::Alarm").items():
        if properties.get("AlarmActions") != ["${AlarmTopic}"]:
            problems.append(f"{alarm} is not heard")
        found = re.search(r"See docs/operations\.md, (.+)\.$", properties.get("AlarmDescription", ""))
        if found is None or found[1].lower() not in headings:
            problems.append(f"{alarm} is not explained in docs/operations.md")
    return problems


RULES: tuple[Rule, ...] = (
    no_wildcard_actions,
    no_unnarrowed_resources,
    no_table_of_another_domain,
    what_answers_about_patients_keeps_the_trail,
    a_boundary_on_every_role,
    no_policies_of_others,
    own_role_for_every_function,
    own_logs_for_every_function,
    logs_are_encrypted_and_end,
    an_alarm_for_every_function,
    functions_ship_as_promised,
    a_dead_letter_queue_for_every_queue,
    an_alarm_for_every_queue,
    messages_are_encrypted,
    nobody_else_works_on_a_message,
    batches_fail_one_by_one,
    rules_keep_what_they_cannot_deliver,
    a_lag_alarm_for_every_publisher,
    tables_can_be_trusted,
    what_is_erased_stays_erased,
    keys_rotate,
    the_archive_is_locked,
    buckets_are_private_and_encrypted,
    users_cannot_bind_themselves,
    an_authorizer_on_every_route,
    the_authorizer_asks_our_pool,
    routes_end_at_functions_that_may_be_called,
    throttled_routes_exist,
    access_logs_name_nobody,
    alarms_are_heard_and_explained,
)
