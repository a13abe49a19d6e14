"""The user directory: accounts that sagas can make, finish and take back from any step."""

from collections.abc import Mapping

import boto3
import pytest
from botocore.exceptions import ClientError

from kernel import directory
from kernel.directory import AccountExists
from kernel.errors import Invalid

EMAIL = "ada@patients.example"
PASSWORD = "Correct-horse-7"


def sign_in(pool: str, password: str, email: str = EMAIL) -> Mapping[str, object]:
    cognito = boto3.client("cognito-idp")
    client = cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"][0]["ClientId"]
    return cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={"USERNAME": email, "PASSWORD": password}
    )


def groups(pool: str) -> set[str]:
    found = boto3.client("cognito-idp").admin_list_groups_for_user(UserPoolId=pool, Username=EMAIL)["Groups"]
    return {group["GroupName"] for group in found}


def test_a_new_account_has_an_id_and_what_it_was_given(user_pool: str) -> None:
    user_id = directory.create_user(EMAIL, {"custom:patient_id": "pat_1"})
    attributes = directory.attributes_of(EMAIL)
    assert attributes is not None
    assert (attributes["sub"], attributes["email"], attributes["custom:patient_id"]) == (user_id, EMAIL, "pat_1")
    assert directory.attributes_of(user_id) == attributes


def test_nobody_can_sign_in_to_an_account_without_a_password(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    with pytest.raises(ClientError):
        sign_in(user_pool, PASSWORD)


def test_an_address_has_one_account(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    with pytest.raises(AccountExists) as refusal:
        directory.create_user(EMAIL, {})
    assert refusal.value.status == 409
    assert EMAIL not in str(refusal.value.document("r-1"))


def test_a_permanent_password_lets_in_at_once(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.set_password(EMAIL, PASSWORD, permanent=True)
    assert "AuthenticationResult" in sign_in(user_pool, PASSWORD)


def test_a_first_password_has_to_be_changed(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.set_password(EMAIL, PASSWORD, permanent=False)
    assert sign_in(user_pool, PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.parametrize(
    "password", ["short-A1", "no-capitals-in-1", "NO-SMALL-ONES-1", "No-Digits-Here", "NoSymbolsAtAll1"]
)
def test_a_weak_password_is_refused_and_not_repeated(user_pool: str, password: str) -> None:
    directory.create_user(EMAIL, {})
    with pytest.raises(Invalid) as refusal:
        directory.set_password(EMAIL, password, permanent=True, pointer="/password")
    document = refusal.value.document("r-1")
    assert document["errors"][0]["pointer"] == "/password"
    assert password not in str(document)


def test_nobody_is_found_under_an_unknown_address(user_pool: str) -> None:
    assert directory.attributes_of("nobody@patients.example") is None


def test_attributes_can_be_changed(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.set_attributes(EMAIL, {"custom:practitioner_id": "prc_1"})
    assert (directory.attributes_of(EMAIL) or {})["custom:practitioner_id"] == "prc_1"


def test_roles_become_what_they_are_said_to_be(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.add_roles(EMAIL, ["doctor", "admin"])
    directory.add_roles(EMAIL, ["doctor"])
    assert groups(user_pool) == {"doctor", "admin"}
    for _ in range(2):
        directory.set_roles(EMAIL, ["nurse", "admin"])
        assert groups(user_pool) == {"nurse", "admin"}
    directory.set_roles(EMAIL, [])
    assert groups(user_pool) == set()


def test_a_disabled_user_cannot_sign_in_until_enabled(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.set_password(EMAIL, PASSWORD, permanent=True)
    for _ in range(2):
        directory.disable_user(EMAIL)
    with pytest.raises(ClientError):
        sign_in(user_pool, PASSWORD)
    directory.enable_user(EMAIL)
    assert "AuthenticationResult" in sign_in(user_pool, PASSWORD)


def test_an_account_can_be_taken_back_any_number_of_times(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    for _ in range(2):
        directory.delete_user(EMAIL)
    assert directory.attributes_of(EMAIL) is None
    directory.create_user(EMAIL, {})


def test_an_invitation_goes_to_an_account_that_is_there(user_pool: str) -> None:
    directory.create_user(EMAIL, {})
    directory.invite(EMAIL)
    with pytest.raises(ClientError):
        directory.invite("nobody@patients.example")
