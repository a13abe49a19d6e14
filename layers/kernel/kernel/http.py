"""HTTP for a domain: routes with declared types, one way in and one way out.

A handler declares its route; the kernel verifies the caller, reads and validates the input, calls it, and renders the
answer or the problem. `tools/contract.py` generates the OpenAPI contract from the same declarations.
"""

import base64
import dataclasses
import hashlib
import importlib
import inspect
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel import clock, ids, log
from kernel.access import Policies, Principal, Resource, policies, principal_from_claims
from kernel.config import load
from kernel.errors import (
    Fault,
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    Stale,
    TooLarge,
    Unavailable,
    Values,
)

BODY_LIMIT = 64 * 1024  # bytes; documents go to S3, never through a function
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_KEY_LENGTH = 255


class Wire(BaseModel):
    """Base of every shape on the wire: unknown fields are refused, models are built when first used."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, str_strip_whitespace=True)


class Page[T](Wire):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True)
class _Environment:
    user_pool_client_id: str


def _plainly(problem: Problem, instance: str) -> Mapping[str, Any]:
    return problem.document(instance)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a route writes: ours, unless somebody else's standard says otherwise.

    Attributes:
        answer, problem: media types.
        tag: an ETag, with the version in braces.
        refuse: a problem and its occurrence -> the document that tells of it.
        bad_query: the kind of a query that means nothing.
        lenient: `Prefer: handling=lenient` has unknown parameters of a query ignored.
    """

    answer: str = "application/json"
    problem: str = "application/problem+json"
    tag: str = '"{}"'
    refuse: Callable[[Problem, str], Mapping[str, Any]] = _plainly
    bad_query: type[Invalid] = Invalid
    lenient: bool = False


PLAIN = Dialect()


@dataclass(frozen=True, slots=True)
class Route:
    """A declared route: all that the contract and the access matrix need to know of it.

    Attributes:
        action: the Cedar action that the caller needs; None where the route is public.
        body, query, answer: pydantic models; `answer` None means no content.
        problems: problems that the route answers with beyond those of every route.
        idempotent: takes an Idempotency-Key.
        versioned: takes an If-Match.
        personal: tells of patients, or changes what is theirs, though its action is about something else: a search, a
            list. Where the action is about something of a patient's, it is so anyway.
        told: the domain tells of each success by an event with the caller as its actor, which the trail keeps.
        body_limit: bytes of a body.
        accepts: may answer with 202 that it is under way.
    """

    method: str
    path: str
    action: str | None
    summary: str
    description: str
    name: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    problems: tuple[type[Problem], ...]
    idempotent: bool
    versioned: bool
    personal: bool
    told: bool
    parameters: Mapping[str, str]
    dialect: Dialect = PLAIN
    body_limit: int = BODY_LIMIT
    accepts: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer without a body, in place of the one that a route declares: what is asked for is under way."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller was let in to, or refused: the resource, as far as one is known, and why they were let in."""

    resource: Resource | None = None
    because: str | None = None


class Call:
    """One request: who calls, with what, and whether it has been authorized.

    Attributes:
        request_id: names this occurrence in problem documents and logs.
        path: the path parameters.
        access: what was decided last; None before anything was.
    """

    def __init__(self, event: Mapping[str, Any], route: Route, path: Mapping[str, str], rules: Policies) -> None:
        self._event = event
        self._route = route
        self._rules = rules
        self._headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self._principal: Principal | None = None
        self.authorized = route.action is None
        self.access: Access | None = None
        self.path = path
        self.request_id: str = (event.get("requestContext") or {}).get("requestId") or ""

    @property
    def principal(self) -> Principal:
        """Raises Unauthorized when there is no valid token."""
        if self._principal is None:
            authorizer = (self._event.get("requestContext") or {}).get("authorizer") or {}
            self._principal = principal_from_claims(
                authorizer.get("claims") or {}, load(_Environment).user_pool_client_id
            )
        return self._principal

    def allows(self, resource: Resource) -> bool:
        """Whether the caller may do this route's action to `resource`."""
        assert self._route.action is not None  # noqa: S101 - a public route asks nobody
        return self._rules.allows(self.principal, self._route.action, resource)

    def could_be_allowed(self) -> bool:
        """Whether there may be a resource to which the caller may do this route's action."""
        return self._route.action is None or self._rules.could_allow(self.principal, self._route.action)

    def authorize(self, resource: Resource) -> None:
        """Let the call go on if the caller may do this route's action to `resource`.

        Raises:
            Forbidden: no policy permits it.
        """
        assert self._route.action is not None  # noqa: S101 - a public route asks nobody
        because = self._rules.because(self.principal, self._route.action, resource)
        self.access = Access(resource, because)
        if because is None:
            raise Forbidden
        self.authorized = True

    def only(self, resources: Iterable[Resource]) -> list[Resource]:
        """Let the call go on with those of the resources to which the caller may do this route's action.

        Raises:
            Forbidden: there could be none.
        """
        if not self.could_be_allowed():
            raise Forbidden
        self.authorized = True
        assert self._route.action is not None  # noqa: S101 - a public route asks nobody
        decided = [(self._rules.because(self.principal, self._route.action, one), one) for one in resources]
        allowed = {one.id: (because, one) for because, one in decided if because is not None}
        # Of several there is no one id; the reason is that of the first.
        because, first = next(iter(allowed.values()), (None, None))
        self.access = Access(Resource(first.type, "") if first else None, because)
        return [one for _, one in allowed.values()]

    @property
    def personal(self) -> bool:
        """Whether the trail has to tell of this call."""
        return self._route.personal or self._route.action in self._rules.personal

    @property
    def idempotency_key(self) -> str | None:
        """Raises Invalid for a key that is empty or longer than 255 characters."""
        key = self._headers.get("idempotency-key")
        if key is not None and not 0 < len(key) <= _KEY_LENGTH:
            fault, limit = (Fault.TOO_LONG, _KEY_LENGTH) if key else (Fault.TOO_SHORT, 1)
            detail = f"has 1 to {_KEY_LENGTH} characters"
            raise Invalid("", FieldError(fault, detail, parameter="Idempotency-Key", values={"limit": limit}))
        return key

    @property
    def if_match(self) -> int | None:
        """The version that the caller read, None where they do not say.

        Raises:
            Stale: the header holds no version, and so matches none.
        """
        tag = self._headers.get("if-match")
        if tag is None or tag == "*":
            return None
        version = tag.removeprefix("W/").strip('"')
        if not version.isdecimal() or len(version) > 9:
            raise Stale
        return int(version)

    def body(self, model: type[BaseModel]) -> BaseModel:
        """Raises TooLarge, Malformed or Invalid."""
        raw = self._event.get("body") or ""
        data: str | bytes = raw
        if self._event.get("isBase64Encoded"):
            data = base64.b64decode(raw)
        limit = self._route.body_limit
        try:
            too_large = len(data) > limit or len(_utf8(data)) > limit
        except UnicodeEncodeError:
            raise Malformed("The body is not Unicode") from None
        if too_large:
            raise TooLarge(f"A body has at most {limit} bytes")
        if not data:
            data = "{}"
        try:
            return model.model_validate_json(data)
        except ValidationError as error:
            if any(item["type"] == "json_invalid" for item in error.errors(include_url=False, include_input=False)):
                raise Malformed("The body is not JSON") from None
            raise Invalid("", *_field_errors(error, body=True)) from None

    def prefers(self, preference: str) -> bool:
        """Whether the caller asks for something that they could do without (RFC 7240)."""
        asked = self._headers.get("prefer", "").replace(";", ",").split(",")
        return preference in (one.strip().replace('"', "") for one in asked)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as it came: names, some perhaps several times, and values."""
        many = self._event.get("multiValueQueryStringParameters") or {}
        single = self._event.get("queryStringParameters") or {}
        values = {name: [value] for name, value in single.items()} | dict(many)
        return [(name, item) for name, items in values.items() for item in items or ()]

    def query(self, model: type[BaseModel]) -> BaseModel:
        """Raises Invalid, or what the route's dialect has in its place."""
        values: dict[str, Any] = {}
        for name, value in self.parameters:
            values.setdefault(name, []).append(value)
        values = {name: items if len(items) > 1 else items[0] for name, items in values.items()}
        dialect = self._route.dialect
        if dialect.lenient and self.prefers("handling=lenient"):
            known = {field.alias or name for name, field in model.model_fields.items()}
            values = {name: value for name, value in values.items() if name in known}
        try:
            return model.model_validate(values)
        except ValidationError as error:
            raise dialect.bad_query("", *_field_errors(error, body=False)) from None


def fingerprint(body: BaseModel) -> str:
    """What tells one request body from another: 16 hex digits of the SHA-256 of its validated form.

    Stored with what a create made, so that a repeated Idempotency-Key with another body is noticed.
    """
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]


def checked[Shape: BaseModel](model: type[Shape], values: Mapping[str, Any]) -> Shape:
    """Values that did not come as the body of a request, under the same rules.

    Raises:
        Invalid: with a pointer to what is wrong.
    """
    try:
        return model.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise Invalid("", *_field_errors(error, body=True)) from None


def _utf8(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def _field_errors(error: ValidationError, *, body: bool) -> Iterable[FieldError]:
    for item in error.errors(include_url=False, include_input=False):
        fault, values = _fault(item["type"], item.get("ctx", {}))
        place = [str(part) for part in item["loc"]]
        if body:
            pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place)
            yield FieldError(fault, item["msg"], pointer=pointer, values=values)
        else:
            yield FieldError(fault, item["msg"], parameter=place[0] if place else "", values=values)


# Where a type of pydantic's names a limit: the fault, and the member of its context that holds the limit.
_LIMITS = {
    "greater_than_equal": (Fault.TOO_SMALL, "ge"),
    "less_than_equal": (Fault.TOO_LARGE, "le"),
    "string_too_long": (Fault.TOO_LONG, "max_length"),
    "string_too_short": (Fault.TOO_SHORT, "min_length"),
    "too_long": (Fault.TOO_MANY, "max_length"),
    "too_short": (Fault.TOO_FEW, "min_length"),
}
# Pydantic's other types by their first word, or all of them: there are several for each kind of value.
_FAULTS = {
    "date": Fault.NOT_A_DATE,
    "datetime": Fault.NOT_A_TIME,
    "enum": Fault.NOT_A_CHOICE,
    "extra_forbidden": Fault.UNKNOWN_FIELD,
    "int": Fault.NOT_A_NUMBER,
    "literal_error": Fault.NOT_A_CHOICE,
    "missing": Fault.MISSING,
    "string_pattern_mismatch": Fault.WRONG_FORM,
    "time": Fault.NOT_A_TIME,
    "timezone": Fault.NOT_A_TIME,
}


def _fault(kind: str, context: Mapping[str, Any]) -> tuple[Fault, Values]:
    """What pydantic found, in our words. Of its contexts only limits are told: others may hold the input."""
    if kind in Fault:
        return Fault(kind), context
    if kind == "multiple_of":
        return Fault.WRONG_STEP, {"step": context["multiple_of"]}
    if kind in _LIMITS:
        fault, name = _LIMITS[kind]
        limit = context[name]
        if isinstance(limit, str):  # a day
            fault = Fault.TOO_EARLY if fault == Fault.TOO_SMALL else Fault.TOO_LATE
        return fault, {"limit": limit}
    return _FAULTS.get(kind) or _FAULTS.get(kind.partition("_")[0], Fault.WRONG_KIND), {}


class Api:
    """The HTTP side of one domain, and its Lambda handler.

    Example:
        api = Api("care")

        @api.post("/v1/departments", action="CreateDepartment", body=NewDepartment, answer=DepartmentAnswer, status=201)
        def create_department(call: Call, body: NewDepartment) -> DepartmentAnswer: ...

        handler = api.handler
    """

    def __init__(self, app: str, problem_shapes: Mapping[type[Problem], type[BaseModel]] | None = None) -> None:
        """`problem_shapes`: the extension members of problems that have some, for the contract."""
        self.app = app
        self.problem_shapes = problem_shapes or {}
        self._ways: dict[tuple[str, str], tuple[Route, Callable[..., Any]]] = {}
        self._later: dict[str, str] = {}

    @property
    def routes(self) -> list[Route]:
        """All of them, in the order in which they were declared."""
        self._import_below("")
        return [route for route, _ in self._ways.values()]

    def later(self, below: str, module: str) -> None:
        """Let a module declare its routes, which all begin with `below`, when one of them is first asked for: what most
        callers do not need does not delay the first call of each."""
        self._later[below] = module

    def _import_below(self, path: str) -> None:
        for below in [below for below in self._later if below.startswith(path) or path.startswith(below)]:
            importlib.import_module(self._later[below])
            del self._later[below]  # only now: an import that failed is tried again by the next call

    def get[F: Callable[..., Any]](self, path: str, **declared: Any) -> Callable[[F], F]:
        return self.route("GET", path, **declared)

    def post[F: Callable[..., Any]](self, path: str, **declared: Any) -> Callable[[F], F]:
        return self.route("POST", path, **declared)

    def put[F: Callable[..., Any]](self, path: str, **declared: Any) -> Callable[[F], F]:
        return self.route("PUT", path, **declared)

    def patch[F: Callable[..., Any]](self, path: str, **declared: Any) -> Callable[[F], F]:
        return self.route("PATCH", path, **declared)

    def delete[F: Callable[..., Any]](self, path: str, **declared: Any) -> Callable[[F], F]:
        return self.route("DELETE", path, **declared)

    def route[F: Callable[..., Any]](
        self,
        method: str,
        path: str,
        *,
        action: str | None,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: type[BaseModel] | None = None,
        status: int = 200,
        problems: Iterable[type[Problem]] = (),
        idempotent: bool = False,
        versioned: bool = False,
        personal: bool = False,
        told: bool = False,
        parameters: Mapping[str, str] | None = None,
        dialect: Dialect = PLAIN,
        body_limit: int = BODY_LIMIT,
        accepts: bool = False,
    ) -> Callable[[F], F]:
        """Declare a route. The function takes the call, the path parameters by name, and `body` and `query` where
        declared; the first line of its docstring is the route's summary.

        Args:
            action: Cedar action, None for a public route.
            parameters: path parameter -> regular expression that its values match; others are answered with 404.
        """

        def declare(function: F) -> F:
            summary, _, description = inspect.cleandoc(function.__doc__ or "").partition("\n")
            route = Route(
                method=method,
                path=path,
                action=action,
                summary=summary.rstrip("."),
                description=description.strip(),
                name=function.__name__,
                body=body,
                query=query,
                answer=answer,
                status=status,
                problems=tuple(problems),
                idempotent=idempotent,
                versioned=versioned,
                personal=personal,
                told=told,
                parameters=parameters or {},
                dialect=dialect,
                body_limit=body_limit,
                accepts=accepts,
            )
            self._ways[method, path] = (route, function)
            return function

        return declare

    def handler(self, event: dict[str, Any], _context: Any) -> dict[str, Any]:
        """The Lambda handler. API Gateway has matched the path: its resource is the route's path."""
        self._import_below(event["resource"])
        found = self._ways.get((event["httpMethod"], event["resource"]))
        if found is None:
            log.logger().error("a resource of the gateway has no route", extra={"resource": event["resource"]})
            return _refuse(NotFound(), str((event.get("requestContext") or {}).get("requestId") or ""))
        route, function = found
        return self._serve(event, route, event.get("pathParameters") or {}, function)

    def _serve(
        self, event: Mapping[str, Any], route: Route, path: Mapping[str, str], function: Callable[..., Any]
    ) -> dict[str, Any]:
        started = time.perf_counter()
        call = Call(event, route, path, policies(self.app))
        response = self._answer(route, function, call)
        if call.personal and not (route.told and response["statusCode"] < HTTPStatus.BAD_REQUEST):
            response = self._kept(route, call, response)
        log.logger().info(
            "request",
            extra={
                "route": f"{route.method} {route.path}",
                "action": route.action,
                "status": response["statusCode"],
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "request_id": call.request_id,
            },
        )
        return response

    def _answer(self, route: Route, function: Callable[..., Any], call: Call) -> dict[str, Any]:
        try:
            result = function(call, **_arguments(route, call))
            if not call.authorized:
                raise RuntimeError(f"{route.name} answers without having authorized the call")
            return _render(route, result)
        except Problem as problem:
            return _refuse(problem, call.request_id, route.dialect)
        except Exception as error:
            passing = _passing(error)
            log.logger().error("unexpected failure", extra=log.failure(error) | {"request_id": call.request_id})
            return _refuse(Unavailable() if passing else Problem(), call.request_id, route.dialect)

    def _kept(self, route: Route, call: Call, response: dict[str, Any]) -> dict[str, Any]:
        """The response, once the trail tells of the call; without that, nothing is told to anybody."""
        status: int = response["statusCode"]
        if call.access is None and status != HTTPStatus.FORBIDDEN:  # it came to no decision
            return response
        try:
            _keep(self.app, route, call, status)
        except Exception as error:
            log.logger().error("not in the trail", extra=log.failure(error) | {"request_id": call.request_id})
            return _refuse(Unavailable(), call.request_id, route.dialect)
        return response


def _keep(app: str, route: Route, call: Call, status: int) -> None:
    """Put a record of the call into the trail."""
    # Imported here, because what answers about nobody has no table and need not know of any.
    from kernel.audit import records

    who, access = call.principal, call.access or Access()
    resource = access.resource or Resource("Application", "")
    # What the path names first is the thing itself; a resource is sometimes known by its patient only. Whatever is no
    # identifier may be a name that somebody typed.
    named = next((text for text in (*call.path.values(), resource.id) if ids.is_id(text)), None)
    patient_id = str(resource.attributes.get("patient_id", ""))
    records.write(
        records.Record(
            id=ids.new("aud"),
            at=clock.now(),
            app=app,
            actor=who.user_id,
            roles=tuple(who.roles),
            action=route.action or "",
            outcome=records.Outcome.DENIED if status == HTTPStatus.FORBIDDEN else records.Outcome.GRANTED,
            because=access.because,
            status=status,
            resource_type=resource.type,
            resource_id=named,
            patient_id=patient_id if ids.is_id(patient_id) else None,
            practitioner_id=who.practitioner_id,
            request_id=call.request_id,
        )
    )


_THROTTLES = re.compile(r"Throttl|TooManyRequests|LimitExceeded|ProvisionedThroughput|ServiceUnavailable|SlowDown")


def _passing(error: BaseException | None) -> bool:
    """Whether AWS refused for want of capacity, after the clients' own retries: trying again later is right."""
    while error is not None:
        response = getattr(error, "response", None)  # botocore's ClientError, or below PynamoDB's own
        if isinstance(response, dict) and _THROTTLES.search(str(response.get("Error", {}).get("Code", ""))):
            return True
        error = error.__cause__ or getattr(error, "cause", None)
    return False


def _arguments(route: Route, call: Call) -> dict[str, Any]:
    """What the route's function takes. Who could never be let in hears that, and not what is wrong with the input."""
    if route.action is not None and not call.principal.roles:
        raise Forbidden("The account has no role")
    try:
        _check_path(route, call.path)
        arguments: dict[str, Any] = dict(call.path)
        if route.body is not None:
            arguments["body"] = call.body(route.body)
        if route.query is not None:
            arguments["query"] = call.query(route.query)
    except Problem:
        if not call.could_be_allowed():
            raise Forbidden from None
        raise
    return arguments


def _check_path(route: Route, path: Mapping[str, str]) -> None:
    for name, pattern in route.parameters.items():
        if not re.fullmatch(pattern, path[name]):
            raise NotFound


def _render(route: Route, result: BaseModel | Reply | None) -> dict[str, Any]:
    if result is None:
        return _response(HTTPStatus.NO_CONTENT, {}, "")
    if isinstance(result, Reply):
        return _response(result.status, dict(result.headers), "")
    headers = {"Content-Type": route.dialect.answer}
    version = getattr(result, "version", None)
    if version is not None:
        headers["ETag"] = route.dialect.tag.format(version)
    return _response(route.status, headers, result.model_dump_json())


def _refuse(problem: Problem, request_id: str, dialect: Dialect = PLAIN) -> dict[str, Any]:
    document = dialect.refuse(problem, f"urn:request:{request_id}")
    headers = {"Content-Type": dialect.problem}
    return _response(problem.status, headers, json.dumps(document, default=_jsonable))


def _response(status: int, headers: dict[str, str], body: str) -> dict[str, Any]:
    """What API Gateway makes an HTTP response of."""
    return {"statusCode": int(status), "headers": _HEADERS | headers, "body": body, "isBase64Encoded": False}


def _jsonable(value: object) -> object:
    """What a problem's extensions may hold beyond JSON: domain dataclasses and instants."""
    if isinstance(value, datetime):
        return clock.iso(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
