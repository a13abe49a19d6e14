"""Alarms, and what somebody sees who comes because of one."""

from __future__ import annotations

import re

from tests.architecture.stack import ROOT, Stack


def alarmed(stack: Stack, namespace: str, metric: str, value: str) -> bool:
    return any(
        alarm.get("Namespace") == namespace
        and alarm.get("MetricName") == metric
        and any(dimension["Value"] == value for dimension in alarm.get("Dimensions", []))
        for alarm in stack.of("AWS::CloudWatch::Alarm").values()
    )


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


def all_that_runs_is_on_the_dashboard(stack: Stack) -> list[str]:
    (dashboard,) = stack.of("AWS::CloudWatch::Dashboard").values()
    shown = [f'"${{{function}}}"' for function in stack.of("AWS::Lambda::Function")]
    shown += [f"${{{queue}.QueueName}}" for queue in stack.of("AWS::SQS::Queue")]
    return [f"{name} is not on the dashboard" for name in shown if name not in dashboard["DashboardBody"]]
