"""Staff as they come, change and go: their accounts in Cognito follow what administrators do over HTTP."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from local.client import Stack
from tests.e2e.post import until
from tests.e2e.totp import one_time_code

TEMPORARY = "Temporary-2026!"
OWN = "My-own-secret-2026!"
ClientFor = Callable[..., httpx.Client]


def aws(stack: Stack, service: str) -> Any:
    access = stack["aws"]
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=access["endpoint_url"],
        region_name=access["region"],
        aws_access_key_id=access["access_key_id"],
        aws_secret_access_key=access["secret_access_key"],
    )


class Accounts:
    """Cognito as a browser or an app uses it."""

    def __init__(self, stack: Stack) -> None:
        self._cognito = aws(stack, "cognito-idp")
        self._client = stack["care"]["client_id"]
        self._api = stack["care"]["api"]

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        credentials = {"USERNAME": email, "PASSWORD": password}
        return self._initiate("USER_PASSWORD_AUTH", credentials)

    def refresh(self, token: str) -> dict[str, Any]:
        return self._initiate("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token})

    def answer(self, challenge: dict[str, Any], email: str, **responses: str) -> dict[str, Any]:
        return dict(
            self._cognito.respond_to_auth_challenge(
                ClientId=self._client,
                ChallengeName=challenge["ChallengeName"],
                Session=challenge["Session"],
                ChallengeResponses={"USERNAME": email, **responses},
            )
        )

    def first_sign_in(self, email: str) -> dict[str, Any]:
        challenge = self.sign_in(email, TEMPORARY)
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        return dict(self.answer(challenge, email, NEW_PASSWORD=OWN)["AuthenticationResult"])

    def enrol(self, access_token: str) -> str:
        """Set up an authenticator app; its secret."""
        secret = str(self._cognito.associate_software_token(AccessToken=access_token)["SecretCode"])
        verified = self._cognito.verify_software_token(AccessToken=access_token, UserCode=one_time_code(secret))
        assert verified["Status"] == "SUCCESS"
        self._cognito.set_user_mfa_preference(
            AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        return secret

    def me(self, tokens: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {tokens['IdToken']}"}
        answer = httpx.get(f"{self._api}/v1/me", headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _initiate(self, flow: str, parameters: dict[str, str]) -> dict[str, Any]:
        return dict(self._cognito.initiate_auth(ClientId=self._client, AuthFlow=flow, AuthParameters=parameters))


@pytest.fixture(scope="module")
def accounts(stack: Stack) -> Accounts:
    return Accounts(stack)


@pytest.fixture(scope="module")
def admin(client_for: ClientFor) -> httpx.Client:
    return client_for("admin")


@pytest.fixture(scope="module")
def department_id(admin: httpx.Client) -> str:
    answer = admin.post("/v1/departments", json={"name": f"Staff {uuid.uuid4().hex}"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["department_id"])


def doctor(department_id: str, **more: Any) -> dict[str, Any]:
    name = f"Invented{''.join(letter for letter in uuid.uuid4().hex if letter.isalpha())}"
    return {
        "email": f"{uuid.uuid4().hex}@clinic.example",
        "given_name": "Ewa",
        "family_name": name,
        "roles": ["doctor"],
        "practitioner": {
            "specialties": ["cardiology"],
            "department_id": department_id,
            "fee": {"minor": 5000, "currency": "EUR"},
        },
        "temporary_password": TEMPORARY,
        **more,
    }


def hire(admin: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = admin.post("/v1/staff", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_hired_doctor_chooses_a_password_and_is_who_the_record_says(
    admin: httpx.Client, accounts: Accounts, department_id: str
) -> None:
    body = doctor(department_id)
    hired = hire(admin, body)
    tokens = accounts.first_sign_in(body["email"])
    me = accounts.me(tokens)
    assert (me["user_id"], me["roles"]) == (hired["user_id"], ["doctor"])
    assert me["practitioner_id"] == hired["practitioner_id"]
    assert "SetSchedule" in me["permissions"]
    with pytest.raises(ClientError):
        accounts.sign_in(body["email"], TEMPORARY)


def test_staff_can_add_a_second_factor(admin: httpx.Client, accounts: Accounts, department_id: str) -> None:
    body = doctor(department_id)
    hire(admin, body)
    secret = accounts.enrol(accounts.first_sign_in(body["email"])["AccessToken"])
    challenge = accounts.sign_in(body["email"], OWN)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" not in challenge
    wrong = f"{(int(one_time_code(secret)) + 500_000) % 1_000_000:06}"
    with pytest.raises(ClientError):
        accounts.answer(challenge, body["email"], SOFTWARE_TOKEN_MFA_CODE=wrong)
    challenge = accounts.sign_in(body["email"], OWN)
    code = one_time_code(secret)
    tokens = accounts.answer(challenge, body["email"], SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]
    assert accounts.me(tokens)["roles"] == ["doctor"]


def test_who_is_invited_gets_an_e_mail(admin: httpx.Client, stack: Stack, department_id: str) -> None:
    body = doctor(department_id)
    del body["temporary_password"]
    hire(admin, body)
    messages = httpx.get(f"{stack['aws']['endpoint_url']}/_ministack/ses/messages", timeout=30).text
    assert body["email"] in messages


def test_a_lost_role_is_lost_with_the_next_token(admin: httpx.Client, accounts: Accounts, department_id: str) -> None:
    body = doctor(department_id, roles=["doctor", "manager"])
    hired = hire(admin, body)
    tokens = accounts.first_sign_in(body["email"])
    assert "ListStaff" in accounts.me(tokens)["permissions"]
    changed = admin.patch(
        f"/v1/staff/{hired['staff_id']}", json={"roles": ["doctor"]}, headers={"If-Match": f'"{hired["version"]}"'}
    )
    assert changed.status_code == 200, changed.text
    renewed = accounts.refresh(tokens["RefreshToken"])["AuthenticationResult"]
    assert accounts.me(renewed)["roles"] == ["doctor"]
    assert tokens["ExpiresIn"] <= 300


def test_who_is_disabled_can_neither_sign_in_nor_refresh_nor_be_booked_until_enabled(
    admin: httpx.Client, accounts: Accounts, client_for: ClientFor, department_id: str
) -> None:
    body = doctor(department_id)
    hired = hire(admin, body)
    tokens = accounts.first_sign_in(body["email"])
    path = f"/v1/staff/{hired['staff_id']}"
    search = f"/v1/practitioners?query={body['family_name']}&specialty=cardiology"
    patient = client_for("patient")
    assert [item["family_name"] for item in patient.get(search).json()["items"]] == [body["family_name"]]

    assert admin.post(f"{path}/disable").json()["status"] == "disabled"
    with pytest.raises(ClientError):
        accounts.sign_in(body["email"], OWN)
    with pytest.raises(ClientError):
        accounts.refresh(tokens["RefreshToken"])
    assert patient.get(search).json()["items"] == []
    assert patient.get(f"/v1/practitioners/{hired['practitioner_id']}").json()["active"] is False

    assert admin.post(f"{path}/enable").json()["status"] == "active"
    assert "AuthenticationResult" in accounts.sign_in(body["email"], OWN)
    assert len(patient.get(search).json()["items"]) == 1


def test_a_hiring_that_died_is_undone_by_itself(
    admin: httpx.Client, accounts: Accounts, stack: Stack, department_id: str
) -> None:
    """What a crash after the making of the account leaves: an intent in the table, an account, no member."""
    body = doctor(department_id)
    staff_id, now = f"stf_{uuid.uuid4().hex}", "2026-11-21T09:00:00Z"
    table = table_of(stack)
    member = {
        "pk": {"S": f"STAFF#{staff_id}"},
        "sk": {"S": "MEMBER"},
        "email": {"S": body["email"]},
        "given_name": {"S": "Ewa"},
        "family_name": {"S": "Nobody"},
        "roles": {"L": [{"S": "nurse"}]},
        "status": {"S": "hiring"},
        "invited": {"BOOL": True},
        "fingerprint": {"S": "0" * 16},
        "version": {"N": "1"},
        "created_at": {"S": now},
        "changed_at": {"S": now},
        "actor": {"S": "e2e"},
    }
    cognito = aws(stack, "cognito-idp")
    attributes = {"email": body["email"], "custom:staff_id": staff_id}
    cognito.admin_create_user(
        UserPoolId=stack["care"]["user_pool_id"],
        Username=body["email"],
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    dynamodb = aws(stack, "dynamodb")
    address = f"EMAIL#{hashlib.sha256(body['email'].encode()).hexdigest()}"
    dynamodb.put_item(TableName=table, Item={"pk": {"S": address}, "sk": {"S": "STAFF"}, "staff_id": {"S": staff_id}})
    dynamodb.put_item(TableName=table, Item=member)
    assert admin.get(f"/v1/staff/{staff_id}").status_code == 404
    assert admin.post("/v1/staff", json=body).status_code == 409

    key = {"pk": member["pk"], "sk": member["sk"]}
    until(lambda: "Item" not in dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True))
    hire(admin, body)
    accounts.first_sign_in(body["email"])


def table_of(stack: Stack) -> str:
    outputs = aws(stack, "cloudformation").describe_stacks(StackName=stack["care"]["stack"])["Stacks"][0]["Outputs"]
    return str({output["OutputKey"]: output["OutputValue"] for output in outputs}["PractitionersTableName"])
