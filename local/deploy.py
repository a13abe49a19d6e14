"""`sam deploy` of the built templates into the emulator, and what it ignores in them set by hand."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import build
from local.aws import Aws, environment
from local.processes import run
from local.progress import say, step
from local.settings import APPS, ROOT, STAGE, Settings, architecture, stack_name
from local.template import load


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed application, in its stack's own words."""

    app: str
    outputs: Mapping[str, str]
    path: str
    """Path of its API on the emulator, such as `/_aws/execute-api/a1b2c3/live`."""


def deploy(settings: Settings, aws: Aws) -> dict[str, Deployed]:
    """Deploy what the emulator does not hold yet.

    Raises:
        LocalError: `sam deploy` failed.
    """
    for app in APPS:
        wanted = _fingerprint(app)
        if aws.recall(f"{app}/deployed") == wanted and _is_healthy(aws, app):
            say(f"  deploy {app}: nothing has changed")
            continue
        with step(f"deploy {app}"):
            _sam_deploy(settings, app)
            _settle(aws, app)
        aws.remember(f"{app}/deployed", wanted)
    return {app: _describe(aws, app) for app in APPS}


def _fingerprint(app: str) -> str:
    return hashlib.sha256(f"{build.built_digest(app)}{Path(__file__).read_text()}".encode()).hexdigest()


def _is_healthy(aws: Aws, app: str) -> bool:
    try:
        stack = aws.cloudformation.describe_stacks(StackName=stack_name(app))["Stacks"][0]
    except aws.cloudformation.exceptions.ClientError:
        return False
    return stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def _sam_deploy(settings: Settings, app: str) -> None:
    command = [str(build.SAM), "deploy", "--config-env", STAGE, "--config-file", str(build.CONFIG)]
    command += ["--template-file", str(build.template(app)), "--stack-name", stack_name(app), "--no-progressbar"]
    command += [
        "--parameter-overrides",
        *_parameters(),
        f"Architecture={architecture()}",
        f"PortalUrl={settings.portal}",
    ]
    # Two looks a second at a deployment that takes about two seconds.
    variables = environment(settings) | build.TOOL_SETTINGS | {"SAM_CLI_POLL_DELAY": "0.5"}
    log = settings.logs / f"deploy-{app}.log"
    run(command, cwd=ROOT, env=variables, log=log, failure=f"sam deploy of {app} failed; `make reset` begins anew")


def _parameters() -> list[str]:
    """The environment's own; the command line's replace them altogether, so they are said again there."""
    configuration = tomllib.loads(build.CONFIG.read_text())
    parameters: list[str] = configuration[STAGE]["deploy"]["parameters"]["parameter_overrides"]
    return parameters


def _describe(aws: Aws, app: str) -> Deployed:
    stack = aws.cloudformation.describe_stacks(StackName=stack_name(app))["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return Deployed(app, outputs, f"/_aws/execute-api/{outputs['ApiId']}/{outputs['ApiStage']}")


def _settle(aws: Aws, app: str) -> None:
    """Apply by API what the emulator reads over in a template.

    That is the tables' expiry and recovery, the buckets' encryption, the roles' boundary and the gateway's refusals.
    """
    _settle_gateway(aws, app)
    declared = load(ROOT / "stacks" / f"{app}.yaml")["Resources"]
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name(app))
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    physical = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "") for resource in resources}
    for resource in resources:
        properties: dict[str, Any] = declared.get(resource["LogicalResourceId"], {}).get("Properties", {})
        name = physical[resource["LogicalResourceId"]]
        if resource["ResourceType"] == "AWS::DynamoDB::Table":
            _settle_table(aws, name, properties)
        elif resource["ResourceType"] == "AWS::IAM::Role" and "PermissionsBoundary" in properties:
            boundary = physical[properties["PermissionsBoundary"]["Ref"]]
            aws.iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
        elif resource["ResourceType"] == "AWS::S3::Bucket" and "BucketEncryption" in properties:
            aws.s3.put_bucket_encryption(
                Bucket=name,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
                },
            )


def _settle_gateway(aws: Aws, app: str) -> None:
    api = _describe(aws, app).outputs
    refusals = load(ROOT / "api" / f"{app}.gateway.yaml")["x-amazon-apigateway-gateway-responses"]
    for kind, refusal in refusals.items():
        status = {"statusCode": refusal["statusCode"]} if "statusCode" in refusal else {}
        aws.apigateway.put_gateway_response(
            restApiId=api["ApiId"],
            responseType=kind,
            responseParameters=refusal["responseParameters"],
            responseTemplates=refusal["responseTemplates"],
            **status,
        )
    aws.apigateway.create_deployment(restApiId=api["ApiId"], stageName=api["ApiStage"])


def _settle_table(aws: Aws, name: str, properties: Mapping[str, Any]) -> None:
    expiry = properties.get("TimeToLiveSpecification")
    if expiry:
        current = aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if current.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
            aws.dynamodb.update_time_to_live(
                TableName=name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry["AttributeName"]},
            )
    if properties.get("PointInTimeRecoverySpecification"):
        aws.dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
