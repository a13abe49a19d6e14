"""Workflows: seen, bounded in time, and heard when they fail."""

from __future__ import annotations

from tests.architecture.rules.alarms import alarmed
from tests.architecture.stack import Stack


def workflows_are_seen_and_heard(stack: Stack) -> list[str]:
    """Logs without what is worked on, traces, a role of its own, and alarms on failures and on what does not end."""
    problems = []
    for machine, properties in stack.of("AWS::StepFunctions::StateMachine").items():
        logging = properties.get("LoggingConfiguration", {})
        checks = {
            "does not log": logging.get("Level") == "ALL" and bool(logging.get("Destinations")),
            "logs what it works on": logging.get("IncludeExecutionData") is False,
            "is not traced": properties.get("TracingConfiguration", {}).get("Enabled") is True,
            "has no role of its own": properties.get("RoleArn") == f"${{{machine}Role.Arn}}",
            "fails in silence": alarmed(stack, "AWS/States", "ExecutionsFailed", f"${{{machine}}}"),
            "hangs in silence": alarmed(stack, "AWS/States", "ExecutionsTimedOut", f"${{{machine}}}"),
        }
        problems += [f"{machine} {problem}" for problem, well in checks.items() if not well]
    return problems
