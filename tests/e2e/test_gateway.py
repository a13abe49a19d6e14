"""What the gateway and the front answer before any of our code is asked."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from local.client import SignIn, Stack, demo_user

PROBLEM = "application/problem+json"
Anonymous = Callable[[str], httpx.Client]
ClientFor = Callable[..., httpx.Client]

pytestmark = pytest.mark.parametrize("app", ["care", "research"])


def test_anybody_may_ask_whether_the_service_is_alive(anonymous: Anonymous, app: str) -> None:
    answer = anonymous(app).get("/v1/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_who_has_not_signed_in_is_told_so_in_a_problem_document(anonymous: Anonymous, app: str) -> None:
    answer = anonymous(app).get("/v1/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["type"].startswith("https://salus.dev/problems/unauth")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_address_that_nobody_serves_is_not_found(anonymous: Anonymous, app: str) -> None:
    answer = anonymous(app).get("/v1/nothing-of-ours")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["type"] == "https://salus.dev/problems/not-found"


def test_a_token_that_was_tampered_with_is_refused(stack: Stack, anonymous: Anonymous, app: str) -> None:
    user = demo_user(stack, "admin", app)
    header, payload, signature = SignIn(stack, app, user["email"], user["password"]).token().split(".")
    forged = f"{header}.{payload}.{signature[::-1]}"
    assert anonymous(app).get("/v1/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_a_token_of_the_other_application_is_refused(stack: Stack, anonymous: Anonymous, app: str) -> None:
    other = {"care": "research", "research": "care"}[app]
    user = demo_user(stack, "admin", other)
    token = SignIn(stack, other, user["email"], user["password"]).token()
    assert anonymous(app).get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_everybody_is_told_who_they_are(client_for: ClientFor, app: str) -> None:
    answer = client_for("admin", app).get("/v1/me")
    assert answer.status_code == 200
    assert answer.json()["roles"] == ["admin"]


def test_a_body_beyond_the_gateways_limit_is_too_large(anonymous: Anonymous, app: str) -> None:
    answer = anonymous(app).post("/v1/registrations", content=b" " * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == PROBLEM
