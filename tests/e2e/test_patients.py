"""Patients on the running system: what only the real gateway, functions, streams and queues can show."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import boto3
import httpx
import pytest
from local.client import Stack
from tests.e2e.post import until

PASSWORD = "Salus-patients-2026!"


def a_name() -> str:
    """A name that nobody has."""
    return "Q" + uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:10]


def registration(**changes: Any) -> dict[str, Any]:
    name = a_name()
    return {
        "email": f"{name.lower()}@mail.example",
        "password": PASSWORD,
        "given_name": "Zoë",
        "family_name": name,
        "birth_date": "1990-02-03",
    } | changes


@pytest.fixture
def aws(stack: Stack) -> Callable[[str], Any]:
    """`aws("sqs")`: a client of the account below the system."""
    account = stack["aws"]

    def client(service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=account["endpoint_url"],
            region_name=account["region"],
            aws_access_key_id=account["access_key_id"],
            aws_secret_access_key=account["secret_access_key"],
        )

    return client


def test_somebody_registers_signs_in_and_keeps_their_details(
    anonymous: Callable[[str], httpx.Client], sign_in: Callable[..., httpx.Client]
) -> None:
    body = registration()
    answer = anonymous("care").post("/v1/registrations", json=body)
    assert answer.status_code == 201, answer.text
    patient_id = answer.json()["patient_id"]
    with sign_in(body["email"], PASSWORD) as me:
        assert me.get("/v1/me").json()["patient_id"] == patient_id
        path = f"/v1/patients/{patient_id}"
        changed = me.patch(path, json={"language": "de"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert me.patch(path, json={"language": "fr"}, headers={"If-Match": '"1"'}).status_code == 412
        assert me.get("/v1/patients?query=maria").status_code == 403


def test_the_same_registration_sent_many_times_at_once_is_one_patient(
    anonymous: Callable[[str], httpx.Client], client_for: Callable[..., httpx.Client]
) -> None:
    body = registration()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: anonymous("care").post("/v1/registrations", json=body), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    (patient_id,) = {answer.json()["patient_id"] for answer in answers}
    found = client_for("receptionist").get("/v1/patients", params={"query": body["family_name"]}).json()["items"]
    assert [patient["patient_id"] for patient in found] == [patient_id]


def test_one_of_many_desks_registers_a_person(client_for: Callable[..., httpx.Client]) -> None:
    desk = client_for("receptionist")
    body = {"given_name": "Ana", "family_name": a_name(), "birth_date": "1975-03-04"}
    desk.get("/v1/me")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.post("/v1/patients", json=body), range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    (winner,) = [answer.json()["patient_id"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert [candidate["patient_id"] for candidate in answer.json()["candidates"]] == [winner]


def test_a_parent_acts_for_a_child_until_that_ends(
    anonymous: Callable[[str], httpx.Client],
    client_for: Callable[..., httpx.Client],
    sign_in: Callable[..., httpx.Client],
) -> None:
    desk, body = client_for("receptionist"), registration()
    parent_id = anonymous("care").post("/v1/registrations", json=body).json()["patient_id"]
    child = {"given_name": "Kim", "family_name": body["family_name"], "birth_date": "2019-05-06"}
    child_id = desk.post("/v1/patients", json=child).json()["patient_id"]
    member = f"/v1/patients/{child_id}/family/{parent_id}"
    with sign_in(body["email"], PASSWORD) as parent:
        assert parent.get(f"/v1/patients/{child_id}").status_code == 403
        assert desk.put(member, json={"relationship": "parent", "may_act": True}).status_code == 200
        assert parent.get(f"/v1/patients/{child_id}").json()["given_name"] == "Kim"
        assert desk.delete(member).status_code == 204
        assert parent.get(f"/v1/patients/{child_id}").status_code == 403


def test_what_a_registration_that_died_has_left_is_removed_by_itself(stack: Stack, aws: Callable[[str], Any]) -> None:
    """A request that died after its account could sign in: what it wrote, and nothing after that."""
    stacks = aws("cloudformation").describe_stacks(StackName=stack["care"]["stack"])["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
    email, patient_id = registration()["email"], f"pat_{uuid.uuid4().hex}"
    key = {"pk": {"S": f"REGISTRATION#{uuid.uuid4().hex}"}, "sk": {"S": "REGISTRATION"}}
    cognito, table = aws("cognito-idp"), aws("dynamodb")
    pool = outputs["UserPoolId"]
    table.put_item(
        TableName=outputs["PatientsTableName"],
        Item=key
        | {
            "patient_id": {"S": patient_id},
            "email": {"S": email},
            "state": {"S": "pending"},
            "attempt": {"N": "1"},
            "attempted_at": {"S": "2026-11-21T08:00:00Z"},
            "fingerprint": {"S": "f"},
            "password_hash": {"B": b"h"},
        },
    )
    attributes = [{"Name": "email", "Value": email}, {"Name": "custom:patient_id", "Value": patient_id}]
    cognito.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=attributes)
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)

    registration_of = partial(table.get_item, TableName=outputs["PatientsTableName"], Key=key, ConsistentRead=True)
    until(lambda: "Item" not in registration_of())
    with pytest.raises(cognito.exceptions.UserNotFoundException):
        cognito.admin_get_user(UserPoolId=pool, Username=email)


def test_nothing_personal_stands_in_the_cursor_of_a_search(client_for: Callable[..., httpx.Client]) -> None:
    desk, name = client_for("receptionist"), a_name()
    for given_name in ("Ana", "Bea", "Cleo"):
        body = {"given_name": given_name, "family_name": name, "birth_date": "1975-03-04"}
        assert desk.post("/v1/patients", json=body | {"confirm_not_duplicate": True}).status_code == 201
    first = desk.get("/v1/patients", params={"query": name, "limit": 2}).json()
    second = desk.get("/v1/patients", params={"query": name, "limit": 2, "cursor": first["next_cursor"]}).json()
    assert len(first["items"]) + len(second["items"]) == 3
    assert second["next_cursor"] is None
    assert name.lower() not in json.dumps(first["next_cursor"]).lower()
