"""Lists made anew on the deployed system, for people of whom they know nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import boto3
import pytest
from local.client import Stack
from tests.e2e.hospital import DAY, Doctor, Hospital, free, good, soon, today, until, week
from tools.publish_portal import outputs
from tools.rebuild_lists import OUTPUT, rebuild


@pytest.fixture
def client(stack: Stack) -> Callable[[str], Any]:
    """A client of the emulator with the deployer's rights."""
    aws = stack["aws"]
    make: Any = boto3.client
    return partial(
        make,
        endpoint_url=aws["endpoint_url"],
        region_name=aws["region"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )


def forget(client: Callable[[str], Any], stack: Stack, doctor: Doctor, days: list[date]) -> None:
    """Take from scheduling all copies of a doctor and of what they have free, as if they had been hired before there
    were any."""
    resource = client("cloudformation").describe_stack_resource(
        StackName=stack["care"]["stack"], LogicalResourceId="SchedulingTable"
    )
    table, dynamodb = resource["StackResourceDetail"]["PhysicalResourceId"], client("dynamodb")
    pk = f"PRACTITIONER#{doctor.practitioner_id}"
    keys = [(pk, "PROFILE"), ("ROSTER", doctor.practitioner_id), *((pk, f"VIEW#{day}") for day in days)]
    for day in days:
        openings = f"OPENINGS#cardiology#{day}"
        items = dynamodb.query(
            TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": openings}}
        )["Items"]
        keys += [(openings, item["sk"]["S"]) for item in items if item["sk"]["S"].endswith(doctor.practitioner_id)]
    for partition, place in keys:
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": partition}, "sk": {"S": place}})


def test_who_was_hired_before_there_were_lists_is_found_once_all_are_told_of_again(
    stack: Stack, client: Callable[[str], Any], hospital: Hospital
) -> None:
    doctor = hospital.hire(week("09:00", "12:00", 30))
    first = soon()
    last = first + DAY

    def found() -> list[str]:
        query = {"specialty": "cardiology", "department_id": hospital.department_id, "limit": "50"}
        query |= {"from": first.isoformat(), "to": last.isoformat()}
        slots = good(hospital.desk.get("/v1/slots", params=query))["slots"]
        return [str(slot["start"]) for slot in slots if slot["practitioner_id"] == doctor.practitioner_id]

    slots = [str(slot["start"]) for slot in free(hospital.desk, doctor.practitioner_id, first, last)]
    assert slots != []
    assert until(found, lambda listed: listed == slots) == slots
    forget(client, stack, doctor, [today() + number * DAY for number in range(-1, 34)])
    assert found() == []
    function = outputs(client("cloudformation"), stack["care"]["stack"])[OUTPUT]
    assert rebuild(client("lambda"), function) > 0
    assert until(found, lambda again: again == slots) == slots
