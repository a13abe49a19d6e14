"""Queues, streams and rules: nothing is lost, or waits in silence."""

from __future__ import annotations

import re

from tests.architecture.rules.alarms import alarmed
from tests.architecture.stack import Json, Stack


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
        if not alarmed(stack, "AWS/SQS", metric, f"${{{queue}.QueueName}}")
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
        and not alarmed(stack, "AWS/Lambda", "IteratorAge", f"${{{(function := _function_of(mapping))}}}")
    ]
