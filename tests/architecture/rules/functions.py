"""Functions: a role, logs, an alarm and a way back for each."""

from __future__ import annotations

from tests.architecture.rules.alarms import alarmed
from tests.architecture.stack import Stack


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
        if not alarmed(stack, "AWS/Lambda", "Errors", f"${{{function}}}")
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
