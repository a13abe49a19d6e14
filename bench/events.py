"""Events as a REST API hands them to a function."""

from __future__ import annotations

import json
from typing import Any

CLIENT_ID = "client-of-the-bench"


class Context:
    """A Lambda context, as far as anybody looks at it."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def event(
    method: str, resource: str, body: Any = None, key: str | None = None, roles: str = "receptionist,admin", **path: str
) -> dict[str, Any]:
    """A request of somebody who has these roles, with the headers that a browser sends.

    Args:
        resource: the route's path, such as `/v1/patients/{patient_id}`.
        key: the Idempotency-Key.
        path: the path parameters.
    """
    headers = {
        "accept": "application/json",
        "accept-encoding": "gzip, deflate, br",
        "content-type": "application/json",
        "host": "api.salus.example",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-proto": "https",
    }
    if key:
        headers["idempotency-key"] = key
    claims = {
        "sub": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "aud": CLIENT_ID,
        "token_use": "id",
        "cognito:groups": roles,
        "email": "somebody@care.example",
    }
    return {
        "resource": resource,
        "path": resource.format(**path),
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": path or None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "stage": "live",
            "httpMethod": method,
            "path": resource.format(**path),
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"claims": claims},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
