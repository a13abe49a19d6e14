"""Calls a domain's handler with the events that API Gateway makes of HTTP requests."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kernel.http import Api

CLIENT_ID = "a-client-of-the-tests"


def claims(*roles: str, user_id: str = "u-1", **more: str) -> dict[str, str]:
    """The claims of an ID token as a REST API's Cognito authorizer hands them on."""
    ids = {f"custom:{name}" if name.endswith("_id") else name: value for name, value in more.items()}
    groups = {"cognito:groups": ",".join(roles)} if roles else {}
    return {"sub": user_id, "token_use": "id", "aud": CLIENT_ID, **groups, **ids}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def slug(self) -> str:
        """The last part of a problem's type."""
        return str(self.json["type"]).rpartition("/")[2]


def refusal(answer: Answer) -> tuple[int, str]:
    """The status and the slug of a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer.status, answer.slug


def places(answer: Answer) -> set[str]:
    """Where the input is wrong."""
    assert answer.status == 422, answer.text
    return {error.get("pointer", error.get("parameter")) for error in answer.json["errors"]}


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API: `Caller(api, claims("admin")).post("/v1/departments", {"name": "Surgery"})`."""

    api: Api
    claims: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, None, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PUT", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, None, headers)

    def call(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Headers are given as keyword arguments: `idempotency_key="k"` is `Idempotency-Key: k`. A body that is text
        goes as it stands, anything else as JSON."""
        sent = {**self.headers, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
        event = request(method, path, body, sent, self.claims) | _match(self.api, method, urlsplit(path).path)
        answer = self.api.handler(event, Context())
        return _answer(answer)


def _match(api: Api, method: str, path: str) -> dict[str, Any]:
    """What API Gateway finds for a path: a resource without parameters before one with."""
    for route in sorted(api.routes, key=lambda route: "{" in route.path):
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path), path)
        if found and route.method == method:
            return {"resource": route.path, "pathParameters": found.groupdict() or None}
    return {}


def request(
    method: str, path: str, body: Any, headers: Mapping[str, str], who: Mapping[str, str] | None
) -> dict[str, Any]:
    """The event of a REST API's Lambda proxy integration, of a resource without parameters."""
    url = urlsplit(path)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return {
        "resource": url.path,
        "path": url.path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "r-1",
            "stage": "live",
            "httpMethod": method,
            "path": url.path,
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"claims": dict(who)} if who else None,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def _answer(answer: Mapping[str, Any]) -> Answer:
    single = answer.get("headers") or {}
    many = {name: values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    return Answer(status=int(answer["statusCode"]), headers={**single, **many}, text=answer.get("body") or "")


class Context:
    """A Lambda context, as far as anybody looks at it."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "r-1"
    get_remaining_time_in_millis: Callable[[], int] = staticmethod(lambda: 10_000)
