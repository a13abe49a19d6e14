"""Generates the HTTP contract of both applications from the routes that their handlers declare.

    python -m tools.contract           writes api/<app>.yaml and api/<app>.gateway.yaml
    python -m tools.contract --check   fails when they are not what the code says

`functions/<app>/fhir/capabilities.json` says the same of FHIR's routes in FHIR's own words.

`api/<app>.yaml` is the contract, OpenAPI 3.1, for clients. `api/<app>.gateway.yaml` is what API Gateway is built from:
the same routes in OpenAPI 3.0.1, because it refuses 3.1, with integrations and the answers that the gateway gives
itself, without shapes, which the functions check.
"""

import argparse
import importlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from kernel import errors
from kernel.fhir import wire
from kernel.http import Api, Route

ROOT = Path(__file__).parents[1]
APPS = ("care", "research")
PROBLEM = "application/problem+json"
_REF = "#/components/schemas/{model}"
_ALWAYS: tuple[type[errors.Problem], ...] = (errors.TooManyRequests, errors.Unavailable)

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem document. Clients branch on `type`.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": [errors.PROBLEM_TYPES + "slot-taken"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Names this occurrence."},
        "errors": {
            "type": "array",
            "description": "What is wrong with the input, one by one.",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "code": {
                        "type": "string",
                        "enum": [fault.value for fault in errors.Fault],
                        "description": "What is wrong, for clients that say it in their own words.",
                    },
                    "detail": {"type": "string", "description": "The same in English."},
                    "values": {
                        "type": "object",
                        "description": "What the code's sentence takes: `limit` or `step`.",
                        "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                    },
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string", "description": "Query, path or header parameter."},
                },
            },
        },
    },
}


def apis(app: str) -> dict[str, Api]:
    """The HTTP side of each domain of an application, by domain."""
    # A handler is a module, or a package where a domain has many routes.
    domains = sorted(path.parent.name for path in (ROOT / "functions" / app).glob("*/handler*"))
    return {domain: importlib.import_module(f"{app}.{domain}.handler").api for domain in domains}


# ---- the contract ---------------------------------------------------------------------------------------------------


def contract(app: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an application."""
    found = apis(app)
    shapes = {problem: shape for api in found.values() for problem, shape in api.problem_shapes.items()}
    names, schemas = _schemas(found, shapes.values())
    for problem, shape in shapes.items():
        members = schemas.pop(names[shape, "serialization"])
        members.pop("additionalProperties", None)
        schemas[_shape_name(problem)] = {
            "allOf": [{"$ref": _REF.format(model="Problem")}, members],
            "title": _shape_name(problem),
        }
    paths: dict[str, dict[str, Any]] = {}
    for domain, api in found.items():
        for route in api.routes:
            operation = _operation(app, domain, route, names, schemas, shapes)
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    operations = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    twice = {name for name in operations if operations.count(name) > 1}
    if twice:
        raise SystemExit(f"routes that share a name: {', '.join(sorted(twice))}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Salus {app}",
            "version": "1",
            "description": f"The HTTP contract of {app}, generated from its handlers.",
        },
        "servers": [{"url": f"/api/{app}"}],
        "tags": [{"name": domain} for domain in found],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                _pool(app): {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Cognito ID token",
                }
            },
            "schemas": {"Problem": PROBLEM_SCHEMA} | dict(sorted(schemas.items())),
        },
    }


type _Names = dict[tuple[type[BaseModel], JsonSchemaMode], str]


def _schemas(found: dict[str, Api], shapes: Iterable[type[BaseModel]]) -> tuple[_Names, dict[str, Any]]:
    """All shapes on the wire, by name.

    Raises:
        SystemExit: two shapes share a name: one would hide the other.
    """
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = dict.fromkeys(
        (shape, "serialization") for shape in shapes
    )
    for api in found.values():
        for route in api.routes:
            if route.body is not None:
                wanted[route.body, "validation"] = None
            if route.answer is not None:
                wanted[route.answer, "serialization"] = None
            if route.dialect is wire.FHIR:
                wanted[wire.OperationOutcome, "serialization"] = None
    for model, _ in wanted:
        model.model_rebuild()
    refs, document = models_json_schema(list(wanted), ref_template=_REF)
    schemas: dict[str, Any] = document.get("$defs", {})
    twice = [name for name in schemas if "__" in name]
    if twice:
        raise SystemExit(f"shapes that share a name: {', '.join(twice)}")
    names = {(model, mode): refs[model, mode]["$ref"].rpartition("/")[2] for model, mode in wanted}
    return names, schemas


def _operation(
    app: str,
    domain: str,
    route: Route,
    names: _Names,
    schemas: dict[str, Any],
    shapes: dict[type[errors.Problem], type[BaseModel]],
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": "".join(word.capitalize() for word in route.name.split("_")),
        "summary": route.summary,
        "tags": [domain],
        "security": [{_pool(app): []}] if route.action else [],
    }
    if route.description:
        operation["description"] = re.sub(r"(?<!\n)\n(?!\n)", " ", route.description)
    if route.action:
        operation["x-action"] = route.action
    parameters = [*_path_parameters(route), *_query_parameters(route, schemas), *_header_parameters(route)]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {route.dialect.answer: {"schema": _ref(names[route.body, "validation"])}}
        operation["requestBody"] = {"required": True, "content": content}
    answer: dict[str, Any] = {"description": "Done"}
    if route.answer is not None:
        answer["content"] = {route.dialect.answer: {"schema": _ref(names[route.answer, "serialization"])}}
        if hasattr(route.answer, "version") or "version" in route.answer.model_fields:
            answer["headers"] = {"ETag": {"description": "The version.", "schema": {"type": "string"}}}
    accepted = {"202": {"description": "Under way; `Content-Location` says where its outcome will be"}}
    answers = {str(route.status): answer} | (accepted if route.accepts else {})
    operation["responses"] = answers | _problem_responses(route, shapes)
    return operation


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=name)}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"}
            | ({"pattern": _anchored(route.parameters[name])} if name in route.parameters else {}),
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _anchored(pattern: str) -> str:
    return pattern if pattern.startswith("^") else f"^{pattern}$"


def _query_parameters(route: Route, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    route.query.model_rebuild()
    schema = route.query.model_json_schema(ref_template=_REF)
    schemas.update(schema.get("$defs", {}))
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {key: value for key, value in shape.items() if key != "description"},
        }
        | ({"description": shape["description"]} if "description" in shape else {})
        for name, shape in schema["properties"].items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    headers = []
    if route.idempotent:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key and body give the same answer; the same key with another body is refused.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    if route.versioned:
        headers.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": 'The version that was read, as in `ETag`: `"3"`.',
                "schema": {"type": "string"},
            }
        )
    return headers


def problems_of(route: Route) -> set[type[errors.Problem]]:
    """Every problem that a route can answer with, declared or implied by what it takes."""
    found: set[type[errors.Problem]] = {*route.problems, *_ALWAYS}
    if route.action:
        found |= {errors.Unauthorized, errors.Forbidden}
    if route.body is not None:
        found |= {errors.Malformed, errors.TooLarge, errors.Invalid}
    if route.query is not None:
        found |= {route.dialect.bad_query}
        if "cursor" in route.query.model_fields:
            found |= {errors.Malformed}
    if route.idempotent:
        found |= {errors.Invalid, errors.IdempotencyKeyReused}
    if route.versioned:
        found |= {errors.Stale}
    if "{" in route.path:
        found |= {errors.NotFound}
    return found


def _problem_responses(route: Route, shapes: dict[type[errors.Problem], type[BaseModel]]) -> dict[str, dict[str, Any]]:
    by_status: dict[int, list[type[errors.Problem]]] = {}
    for problem in problems_of(route):
        by_status.setdefault(problem.status, []).append(problem)
    responses = {}
    for status in sorted(by_status):
        found = sorted(by_status[status], key=lambda problem: problem.slug)
        shaped = [_ref(_shape_name(problem)) for problem in found if problem in shapes]
        content: dict[str, Any] = {
            PROBLEM: {"schema": {"anyOf": [*shaped, _ref("Problem")]} if shaped else _ref("Problem")}
        }
        if route.dialect is wire.FHIR:  # what the gateway refuses by itself is a problem document all the same
            content = {wire.MEDIA: {"schema": _ref(wire.OperationOutcome.__name__)}, **content}
        responses[str(status)] = {
            "description": "; ".join(f"`{problem.slug}`: {problem.title}" for problem in found),
            "content": content,
        }
    return responses


def _shape_name(problem: type[errors.Problem]) -> str:
    return f"{problem.__name__}Problem"


def _pool(app: str) -> str:
    return f"{app.capitalize()}UserPool"


# ---- FHIR -----------------------------------------------------------------------------------------------------------


def capabilities(app: str) -> dict[str, Any]:
    """FHIR's CapabilityStatement: which resources can be read, and searched by what. Who serves it says where it
    stands and since when."""
    found: dict[str, dict[str, Any]] = {}
    for api in apis(app).values():
        for route in api.routes:
            parts = re.fullmatch(rf"{wire.BASE}/(?P<type>[A-Z][A-Za-z]+)(?P<id>/{{logical_id}})?", route.path)
            if parts is None or route.dialect is not wire.FHIR:
                continue
            one = found.setdefault(parts["type"], {"type": parts["type"], "interaction": [], "versioning": "versioned"})
            one["interaction"].append({"code": "read" if parts["id"] else "search-type"})
            if route.query is not None:
                one["searchParam"] = list(_search_parameters(route.query))
    for one in found.values():
        one["interaction"].sort(key=lambda interaction: interaction["code"])
    imports = any(route.path == wire.BASE for api in apis(app).values() for route in api.routes)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "kind": "instance",
        "publisher": "Salus",
        "software": {"name": "Salus"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": "The ID token of a sign-in, as Bearer. Who may see what: docs/access-matrix.md.",
                },
                "resource": [found[type_] for type_ in sorted(found)],
                **({"interaction": [{"code": "transaction"}, {"code": "batch"}]} if imports else {}),
            }
        ],
    }


def _search_parameters(query: type[BaseModel]) -> Iterable[dict[str, str]]:
    query.model_rebuild()
    for name, field in query.model_fields.items():
        marks = [*field.metadata, *_inner(field.annotation)]
        kind = next((mark.type for mark in marks if isinstance(mark, wire.Parameter)), None)
        if kind is not None:
            yield {"name": field.alias or name, "type": kind}


def _inner(annotation: Any) -> Iterable[Any]:
    """The marks of what an optional field may hold."""
    for choice in get_args(annotation):
        yield from getattr(choice, "__metadata__", ())


# ---- the gateway ----------------------------------------------------------------------------------------------------


def gateway(app: str) -> dict[str, Any]:
    """The OpenAPI 3.0.1 document from which API Gateway is built."""
    paths: dict[str, dict[str, Any]] = {}
    for domain, api in apis(app).items():
        function = f"{app.capitalize()}{domain.capitalize()}Api"
        for route in api.routes:
            operation: dict[str, Any] = {
                "responses": {str(route.status): {"description": "Done"}},
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "httpMethod": "POST",
                    "uri": {
                        "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                        f"${{{function}.Alias}}/invocations"
                    },
                    "timeoutInMillis": 12000,
                },
            }
            if route.action:
                operation["security"] = [{_pool(app): []}]
            names = re.findall(r"{(\w+)}", route.path)
            if names:
                operation["parameters"] = [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
                ]
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.0.1",
        "info": {"title": f"Salus {app}", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                _pool(app): {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {
                        "type": "cognito_user_pools",
                        "providerARNs": [{"Fn::GetAtt": [_pool(app), "Arn"]}],
                    },
                }
            }
        },
        "x-amazon-apigateway-gateway-responses": _gateway_responses(),
    }


_INSTANCE = '"instance":"urn:request:$context.requestId"'


class _BadGateway(errors.Unavailable):
    status = 502


class _GatewayTimeout(errors.Unavailable):
    status = 504


class _UnsupportedMediaType(errors.Malformed):
    status, slug, title = 415, "unsupported-media-type", "Send JSON"


_GATEWAY_ANSWERS: dict[str, type[errors.Problem]] = {
    "ACCESS_DENIED": errors.Forbidden,
    "BAD_REQUEST_BODY": errors.Malformed,
    "BAD_REQUEST_PARAMETERS": errors.Malformed,
    "EXPIRED_TOKEN": errors.Unauthorized,
    "INTEGRATION_FAILURE": _BadGateway,
    "INTEGRATION_TIMEOUT": _GatewayTimeout,
    "INVALID_SIGNATURE": errors.Unauthorized,
    "MISSING_AUTHENTICATION_TOKEN": errors.NotFound,  # what the gateway says of a path that it does not know
    "QUOTA_EXCEEDED": errors.TooManyRequests,
    "REQUEST_TOO_LARGE": errors.TooLarge,
    "RESOURCE_NOT_FOUND": errors.NotFound,
    "THROTTLED": errors.TooManyRequests,
    "UNAUTHORIZED": errors.Unauthorized,
    "UNSUPPORTED_MEDIA_TYPE": _UnsupportedMediaType,
    "WAF_FILTERED": errors.Forbidden,
}


def _gateway_responses() -> dict[str, Any]:
    responses = {name: _gateway_response(problem) for name, problem in _GATEWAY_ANSWERS.items()}
    # Whatever else the gateway refuses keeps its own status.
    for name, title in (("DEFAULT_4XX", "Refused"), ("DEFAULT_5XX", "Failed")):
        responses[name] = {
            "responseParameters": _gateway_headers(),
            "responseTemplates": {
                "application/json": f'{{"type":"about:blank","title":"{title}",{_INSTANCE}}}',
            },
        }
    return dict(sorted(responses.items()))


def _gateway_response(problem: type[errors.Problem]) -> dict[str, Any]:
    headers = _gateway_headers()
    if problem.status == errors.Unauthorized.status:
        headers["gatewayresponse.header.WWW-Authenticate"] = "'Bearer'"
    if problem.status == errors.TooManyRequests.status:
        headers["gatewayresponse.header.Retry-After"] = "'1'"
    body = (
        f'{{"type":"{errors.PROBLEM_TYPES}{problem.slug}","title":"{problem.title}","status":{problem.status},'
        f"{_INSTANCE}}}"
    )
    return {
        "statusCode": str(problem.status),
        "responseParameters": headers,
        "responseTemplates": {"application/json": body},
    }


def _gateway_headers() -> dict[str, str]:
    return {
        "gatewayresponse.header.Content-Type": f"'{PROBLEM}'",
        "gatewayresponse.header.Cache-Control": "'no-store'",
        "gatewayresponse.header.Strict-Transport-Security": "'max-age=63072000; includeSubDomains; preload'",
        "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
    }


# ---- files ----------------------------------------------------------------------------------------------------------


class _Plain(yaml.SafeDumper):
    """YAML without anchors, which neither people nor API Gateway like."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def documents() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    found = {}
    for app in APPS:
        for name, document in ((app, contract(app)), (f"{app}.gateway", gateway(app))):
            text = yaml.dump(document, Dumper=_Plain, sort_keys=False, width=120, allow_unicode=True)
            found[ROOT / "api" / f"{name}.yaml"] = (
                f"# Generated by tools/contract.py from the handlers; `make contract`.\n{text}"
            )
        if capabilities(app)["rest"][0]["resource"]:
            statement = json.dumps(capabilities(app), indent=1)
            found[ROOT / "functions" / app / "fhir" / "capabilities.json"] = f"{statement}\n"
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Generate the HTTP contract from the handlers.")
    parser.add_argument("--check", action="store_true", help="fail when the files are not current")
    check = parser.parse_args().check
    stale = []
    for path, text in documents().items():
        if not path.exists() or path.read_text() != text:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if check and stale:
        sys.stderr.write(f"not current, run `make contract`: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
