"""The API: who is let in, and where a route ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.stack import Json, Stack

PUBLIC_ROUTES = {
    "care": {("GET", "/v1/health"), ("POST", "/v1/registrations"), ("GET", "/fhir/R4/metadata")},
    "research": {("GET", "/v1/health")},
}
_METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


def _api(stack: Stack) -> Json:
    (api,) = stack.of("AWS::ApiGateway::RestApi").values()
    body: Json = api["Body"]
    return body


def routes(stack: Stack) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation of each route that API Gateway is built with."""
    for path, item in _api(stack)["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield method.upper(), path, operation


def an_authorizer_on_every_route(stack: Stack) -> list[str]:
    scheme = f"{stack.app.title()}UserPool"
    return [
        f"{method} {path} is public"
        for method, path, operation in routes(stack)
        if (method, path) not in PUBLIC_ROUTES[stack.app] and operation.get("security") != [{scheme: []}]
    ]


def the_authorizer_asks_our_pool(stack: Stack) -> list[str]:
    scheme = f"{stack.app.title()}UserPool"
    found = _api(stack)["components"]["securitySchemes"][scheme]["x-amazon-apigateway-authorizer"]
    pools = found.get("providerARNs")
    return [] if pools == [f"${{{scheme}.Arn}}"] and found["type"] == "cognito_user_pools" else [f"it asks {pools}"]


def routes_end_at_functions_that_may_be_called(stack: Stack) -> list[str]:
    permitted = {
        permission["FunctionName"]
        for permission in stack.of("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
        and f"${{{stack.app.title()}Api}}" in permission["SourceArn"]
    }
    problems = []
    called = set()
    for method, path, operation in routes(stack):
        uri = operation["x-amazon-apigateway-integration"]["uri"]
        found = re.search(r"functions/(\$\{\w+\})/invocations", uri)
        if found is None or found[1] not in permitted:
            problems.append(f"{method} {path} ends at {uri}")
        else:
            called.add(found[1])
    return problems + [f"{function} may be called and has no route" for function in sorted(permitted - called)]


def throttled_routes_exist(stack: Stack) -> list[str]:
    """API Gateway refuses settings of a method that it does not have."""
    known = {f"{method} {path}" for method, path, _ in routes(stack)} | {"* /*"}
    throttled = [
        f"{setting['HttpMethod']} {setting['ResourcePath'].removeprefix('/').replace('~1', '/')}"
        for stage in stack.of("AWS::ApiGateway::Stage").values()
        for setting in stage.get("MethodSettings", [])
    ]
    return [
        f"{route} is throttled and does not exist" for route in throttled if route.replace(" *", " /*") not in known
    ]


def access_logs_name_nobody(stack: Stack) -> list[str]:
    personal = ("$context.path", "$context.identity", "$context.authorizer.claims.email", "querystring", "$input")
    return [
        f"access logs hold {word}"
        for stage in stack.of("AWS::ApiGateway::Stage").values()
        for word in personal
        if re.search(rf"{re.escape(word)}(?![A-Za-z])", stage["AccessLogSetting"]["Format"])
    ]
