"""An HTTP client of a running system: `stack.json`, Cognito sign-in, tokens renewed before they die."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx

Stack = dict[str, Any]
"""`stack.json` as `make start` writes it."""

_MARGIN = 45  # seconds of life that a token must still have to be used


def load_stack(path: Path) -> Stack:
    """Read a `stack.json`."""
    stack: Stack = json.loads(path.read_text())
    return stack


def demo_user(stack: Stack, role: str, app: str = "care") -> dict[str, str]:
    """The first demo user of a role.

    Raises:
        LookupError: there is none.
    """
    for user in stack["demo_users"]:
        if (user["app"], user["role"]) == (app, role):
            found: dict[str, str] = user
            return found
    raise LookupError(f"no demo user of {app} is a {role}")


class SignIn(httpx.Auth):
    """Signs in on first use and sends the ID token with every request."""

    def __init__(self, stack: Stack, app: str, email: str, password: str) -> None:
        self._endpoint = stack["aws"]["endpoint_url"]
        self._client_id = stack[app]["client_id"]
        self._credentials = {"USERNAME": email, "PASSWORD": password}
        self._id_token = ""
        self._refresh_token = ""
        self._until = 0.0

    def token(self) -> str:
        """A valid ID token.

        Raises:
            httpx.HTTPStatusError: Cognito refuses the sign-in.
        """
        if time.monotonic() > self._until:
            answer = self._renew() or self._initiate("USER_PASSWORD_AUTH", self._credentials)
            self._id_token = answer["IdToken"]
            self._refresh_token = answer.get("RefreshToken", self._refresh_token)
            self._until = time.monotonic() + answer["ExpiresIn"] - _MARGIN
        return self._id_token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self.token()}"
        yield request

    def _renew(self) -> dict[str, Any] | None:
        if not self._refresh_token:
            return None
        try:
            return self._initiate("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": self._refresh_token})
        except httpx.HTTPStatusError:
            return None

    def _initiate(self, flow: str, parameters: dict[str, str]) -> dict[str, Any]:
        answer = httpx.post(
            self._endpoint,
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            },
            json={"AuthFlow": flow, "ClientId": self._client_id, "AuthParameters": parameters},
            timeout=30,
        ).raise_for_status()
        result: dict[str, Any] = answer.json()["AuthenticationResult"]
        return result


def connect(stack: Stack, app: str, email: str = "", password: str = "") -> httpx.Client:
    """A client of an application's API, signed in if an e-mail address is given."""
    auth = SignIn(stack, app, email, password) if email else None
    return httpx.Client(base_url=stack[app]["api"], auth=auth, timeout=60)
