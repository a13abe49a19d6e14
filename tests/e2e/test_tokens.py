"""Who is let in: only a living ID token of this application's own client, from its own user pool, unchanged."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import httpx
import pytest
from local.client import Stack, connect, demo_user
from tests.e2e.post import until

APPS = ["care", "research"]
OTHER = {"care": "research", "research": "care"}
PASSWORD = "Salus-tokens-2026!"
Anonymous = Callable[[str], httpx.Client]


@pytest.fixture(scope="module")
def cognito(stack: Stack) -> Any:
    aws = stack["aws"]
    return boto3.client(
        "cognito-idp",
        endpoint_url=aws["endpoint_url"],
        region_name=aws["region"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )


def tokens(cognito: Any, stack: Stack, app: str, client_id: str = "") -> dict[str, str]:
    """The tokens of the application's administrator, from its own client or another of the same pool."""
    user = demo_user(stack, "admin", app)
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id or stack[app]["client_id"],
        AuthParameters={"USERNAME": user["email"], "PASSWORD": user["password"]},
    )
    found: dict[str, str] = answer["AuthenticationResult"]
    return found


@contextmanager
def another_client(cognito: Any, stack: Stack, app: str, **settings: Any) -> Iterator[str]:
    """Another client of the application's user pool, as a partner's app would be; its id."""
    pool = stack[app]["user_pool_id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=f"test-{uuid.uuid4()}", ExplicitAuthFlows=flows, **settings
    )
    client_id: str = made["UserPoolClient"]["ClientId"]
    try:
        yield client_id
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client_id)


def me(client: httpx.Client, authorization: str) -> httpx.Response:
    return client.get("/v1/me", headers={"Authorization": authorization})


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "https://salus.dev/problems/unauthorized"
    assert problem["status"] == 401
    assert problem["title"]


def changed(token: str, **claims: Any) -> str:
    """The token with other claims under the old signature."""
    header, payload, signature = token.split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | claims
    return f"{header}.{_part(body)}.{signature}"


def unsigned(token: str) -> str:
    """The token as its own witness: `alg: none`."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{token.split('.')[1]}."


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer " + "x" * 5000]
)
def test_what_is_no_token_is_refused(anonymous: Anonymous, app: str, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert_refused(anonymous(app).get("/v1/me", headers=headers))


@pytest.mark.parametrize("app", APPS)
def test_the_applications_own_id_token_is_let_in(stack: Stack, cognito: Any, anonymous: Anonymous, app: str) -> None:
    answer = me(anonymous(app), f"Bearer {tokens(cognito, stack, app)['IdToken']}")
    assert (answer.status_code, answer.json()["roles"]) == (200, ["admin"])


@pytest.mark.parametrize("app", APPS)
def test_a_token_with_another_word_in_it_is_refused(stack: Stack, cognito: Any, anonymous: Anonymous, app: str) -> None:
    token = tokens(cognito, stack, app)["IdToken"]
    for forged in (
        changed(token, **{"cognito:groups": ["admin", "auditor"]}),
        changed(token, sub=str(uuid.uuid4())),
        changed(token, exp=int(time.time()) + 86_400),
        changed(token, aud=stack[OTHER[app]]["client_id"]),
        unsigned(token),
        unsigned(token) + token.split(".")[2],
        token[:-4] + "AAAA",
    ):
        assert_refused(me(anonymous(app), f"Bearer {forged}"))


@pytest.mark.parametrize("app", APPS)
def test_the_other_applications_token_is_refused(stack: Stack, cognito: Any, anonymous: Anonymous, app: str) -> None:
    theirs = tokens(cognito, stack, OTHER[app])["IdToken"]
    assert_refused(me(anonymous(app), f"Bearer {theirs}"))


@pytest.mark.parametrize("app", APPS)
def test_a_token_made_for_another_client_of_the_pool_is_refused(
    stack: Stack, cognito: Any, anonymous: Anonymous, app: str
) -> None:
    with another_client(cognito, stack, app) as client_id:
        token = tokens(cognito, stack, app, client_id)["IdToken"]
        assert_refused(me(anonymous(app), f"Bearer {token}"))


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("kind", ["AccessToken", "RefreshToken"])
def test_only_id_tokens_say_who_somebody_is(
    stack: Stack, cognito: Any, anonymous: Anonymous, app: str, kind: str
) -> None:
    assert_refused(me(anonymous(app), f"Bearer {tokens(cognito, stack, app)[kind]}"))


@pytest.mark.parametrize("app", APPS)
def test_a_token_dies_when_its_time_is_over(stack: Stack, cognito: Any, anonymous: Anonymous, app: str) -> None:
    # The emulator grants lives of seconds, and only to a client of our own: that one's living token fails at our
    # function, which looks at the audience; the dead one does not come so far.
    life = {"IdToken": "seconds", "AccessToken": "seconds"}
    with another_client(
        cognito, stack, app, IdTokenValidity=10, AccessTokenValidity=10, TokenValidityUnits=life
    ) as client_id:
        token = tokens(cognito, stack, app, client_id)["IdToken"]

        def refused() -> str:
            answer = me(anonymous(app), f"Bearer {token}")
            assert_refused(answer)
            return answer.text

        assert "not made for this service" in refused()
        until(lambda: "not made for this service" not in refused())


@pytest.mark.parametrize("app", APPS)
def test_tokens_live_five_minutes(stack: Stack, cognito: Any, app: str) -> None:
    found = tokens(cognito, stack, app)
    for kind in ("IdToken", "AccessToken"):
        payload = found[kind].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        assert claims["exp"] - claims["iat"] == 300


@pytest.mark.parametrize("app", APPS)
def test_an_account_without_a_role_may_do_nothing(stack: Stack, cognito: Any, app: str) -> None:
    pool, email = stack[app]["user_pool_id"], f"no-role-{uuid.uuid4().hex[:12]}@mail.example"
    cognito.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS")
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
        with connect(stack, app, email, PASSWORD) as client:
            answer = client.get("/v1/me")
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=email)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://salus.dev/problems/forbidden"


@pytest.mark.parametrize("app", APPS)
def test_nobody_may_write_their_own_role_or_identity(stack: Stack, cognito: Any, app: str) -> None:
    # The emulator keeps this setting and does not enforce it; Cognito does.
    found = cognito.describe_user_pool_client(UserPoolId=stack[app]["user_pool_id"], ClientId=stack[app]["client_id"])[
        "UserPoolClient"
    ]
    assert found["WriteAttributes"]
    assert not [name for name in found["WriteAttributes"] if name.startswith("custom:")]
