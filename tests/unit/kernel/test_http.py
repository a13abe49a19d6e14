"""One way in and one way out: what a handler gets, and what a caller is told."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, AwareDatetime, Field
from tests.integration.gateway import CLIENT_ID, Answer, Caller, Context, claims, request

from kernel import config
from kernel.access import Resource
from kernel.audit import records
from kernel.audit.records import Outcome, Record
from kernel.errors import Conflict, Fault, FieldError, Invalid
from kernel.fields import wrong
from kernel.http import BODY_LIMIT, Api, Call, Page, Wire, fingerprint
from kernel.money import Money


class Thing(Wire):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    size: int = 1
    parts: list["Part"] = Field(default=[])


class Part(Wire):
    weight: int = Field(ge=0)


def _month(days: int) -> int:
    if days > 31:
        raise wrong(Fault.WRONG_PERIOD, "at most {limit} days", limit=31)
    return days


class Order(Wire):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    size: int = 1
    parts: list["Part"] = Field(default=[], max_length=3)
    made: Annotated[date, Field(ge=date(1900, 1, 1))] | None = None
    sold: AwareDatetime | None = None
    kind: Literal["lamp", "chair"] = "lamp"
    grams: int = Field(default=5, multiple_of=5)
    code: str = Field(default="A", pattern="^[A-C]$")
    days: Annotated[int, AfterValidator(_month)] = 1


class Stored(Thing):
    version: int


class Search(Wire):
    limit: int = Field(default=20, ge=1, le=100)
    query: str = ""


class Taken(Conflict):
    slug, title = "taken", "It is taken"


api = Api("care")
_CARE = Resource("Application", "care")


@api.post("/v1/things", action="CreateRoom", body=Thing, answer=Stored, status=201, problems=[Taken], idempotent=True)
def create(call: Call, body: Thing) -> Stored:
    """Create a thing.

    More about it.
    """
    call.authorize(_CARE)
    return Stored(**body.model_dump(), version=7)


@api.post("/v1/orders", action="CreateRoom", body=Order, answer=Search)
def order(call: Call, body: Order) -> Search:
    """Order things."""
    call.authorize(_CARE)
    return Search(query=body.name)


@api.get("/v1/things", action="BrowseRooms", query=Search, answer=Page[Search])
def search(call: Call, query: Search) -> Page[Search]:
    """Search things."""
    call.authorize(_CARE)
    return Page(items=[query], next_cursor=None)


@api.get("/v1/things/{thing_id}", action="BrowseRooms", answer=Search, parameters={"thing_id": "t_[0-9]+"})
def read(call: Call, thing_id: str) -> Search:
    """Read a thing."""
    call.authorize(_CARE)
    return Search(query=thing_id)


@api.get("/v1/things/newest", action="BrowseRooms", answer=Search)
def newest(call: Call) -> Search:
    """Read the newest thing."""
    call.authorize(_CARE)
    return Search(query="the newest")


@api.patch("/v1/things/{thing_id}", action="CreateRoom", body=Search, answer=Search, versioned=True)
def change(call: Call, thing_id: str, body: Search) -> Search:
    """Change a thing."""
    call.authorize(_CARE)
    return Search(query=f"{thing_id} {body.query} {call.if_match} {call.idempotency_key}")


@api.delete("/v1/things/{thing_id}", action="CreateRoom", status=204)
def remove(call: Call, thing_id: str) -> None:
    """Remove a thing."""
    del thing_id
    call.authorize(_CARE)


@api.get("/v1/patients/{patient_id}", action="ReadPatient", answer=Search)
def read_patient(call: Call, patient_id: str) -> Search:
    """Read a patient."""
    call.authorize(Resource("Patient", patient_id, {"patient_id": patient_id, "proxies": []}))
    return Search(query=patient_id)


@api.post("/v1/patients/{patient_id}/visits", action="BookAppointment", answer=Search, told=True)
def book(call: Call, patient_id: str) -> Search:
    """Book a visit of a patient."""
    call.authorize(
        Resource("Appointment", patient_id, {"patient_id": patient_id, "practitioner_id": "", "proxies": []})
    )
    if call.idempotency_key == "taken":
        raise Taken
    return Search(query=patient_id)


@api.get("/v1/patients", action="SearchPatients", answer=Search, personal=True)
def search_patients(call: Call) -> Search:
    """Search patients."""
    call.authorize(_CARE)
    return Search(query="found")


@api.get("/v1/names", action="ReadPatientName", query=Search, answer=Search)
def names(call: Call, query: Search) -> Search:
    """Tell names."""
    own = [Resource("Patient", one, {"patient_id": one, "proxies": []}) for one in query.query.split()]
    return Search(query=" ".join(resource.id for resource in call.only(own)))


@api.get("/v1/public", action=None, answer=Search)
def public(_call: Call) -> Search:
    """Tell everybody."""
    return Search(query="hello")


@api.get("/v1/forgetful", action="BrowseRooms", answer=Search)
def forgetful(_call: Call) -> Search:
    """Forget to ask whether the caller may."""
    return Search(query="a secret")


@api.get("/v1/broken", action=None, answer=Search)
def broken(_call: Call) -> Search:
    """Fail."""
    raise RuntimeError("Anna Kowalska's record cannot be read")


@api.get("/v1/taken", action=None, answer=Search)
def taken(_call: Call) -> Search:
    """Refuse with more than words."""
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    raise Taken("By the time.", alternatives=[at], fee=Money(1, "EUR"))


@api.get("/v1/invalid", action=None, answer=Search)
def invalid(_call: Call) -> Search:
    """Refuse a parameter."""
    raise Invalid("", FieldError(Fault.PAST, "is past", parameter="from"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_POOL_CLIENT_ID", CLIENT_ID)
    config.load.cache_clear()


@pytest.fixture(autouse=True)
def trail(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """What the calls of a test leave in the audit trail."""
    kept: list[Record] = []
    monkeypatch.setattr(records, "write", kept.append)
    return kept


ADMIN = Caller(api, claims("admin"))
PATIENT = Caller(api, claims("patient", patient_id="pat_1"))
NOBODY = Caller(api)


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    assert answer.json["instance"] == "urn:request:r-1"
    return answer.status, answer.slug


def places(answer: Answer) -> list[str]:
    assert problem(answer) == (422, "invalid")
    return [error.get("pointer", error.get("parameter")) for error in answer.json["errors"]]


# ---- the way in -----------------------------------------------------------------------------------------------------


def test_a_handler_gets_its_validated_body_and_the_answer_has_its_version() -> None:
    answer = ADMIN.post("/v1/things", {"name": "  lamp "})
    assert answer.status == 201
    assert answer.json == {"name": "lamp", "size": 1, "parts": [], "version": 7}
    assert answer.headers["ETag"] == '"7"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/name"]),
        (None, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": "x", "size": "big"}, ["/size"]),
        ({"name": "x", "parts": [{"weight": 1}, {"weight": -1}]}, ["/parts/1/weight"]),
        ({"name": "x", "parts": [{"weight": 1, "colour": "red"}]}, ["/parts/0/colour"]),
        ({"name": "x", "a/b~c": 1}, ["/a~1b~0c"]),
        ({"name": "x" * 21, "size": None}, ["/name", "/size"]),
        ([], [""]),
        ("null", [""]),
        ("1", [""]),
    ],
)
def test_each_wrong_field_is_pointed_at(body: Any, wrong: list[str]) -> None:
    assert places(ADMIN.post("/v1/things", body)) == wrong


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, {"code": "missing"}),
        ({"name": ""}, {"code": "too-short", "values": {"limit": 1}}),
        ({"name": "x" * 21}, {"code": "too-long", "values": {"limit": 20}}),
        ({"name": 1}, {"code": "wrong-kind"}),
        ({"name": "x", "colour": "red"}, {"code": "unknown-field"}),
        ({"name": "x", "size": "big"}, {"code": "not-a-number"}),
        ({"name": "x", "size": 1.5}, {"code": "not-a-number"}),
        ({"name": "x", "parts": [{"weight": -1}]}, {"code": "too-small", "values": {"limit": 0}}),
        ({"name": "x", "parts": [{"weight": 1}] * 4}, {"code": "too-many", "values": {"limit": 3}}),
        ({"name": "x", "made": "yesterday"}, {"code": "not-a-date"}),
        ({"name": "x", "made": "1899-12-31"}, {"code": "too-early", "values": {"limit": "1900-01-01"}}),
        ({"name": "x", "sold": "noon"}, {"code": "not-a-time"}),
        ({"name": "x", "sold": "2026-11-21T12:00:00"}, {"code": "not-a-time"}),
        ({"name": "x", "kind": "other"}, {"code": "not-a-choice"}),
        ({"name": "x", "grams": 7}, {"code": "wrong-step", "values": {"step": 5}}),
        ({"name": "x", "code": "Z"}, {"code": "wrong-form"}),
        ({"name": "x", "days": 32}, {"code": "wrong-period", "values": {"limit": 31}}),
    ],
)
def test_what_is_wrong_has_a_code_and_what_its_sentence_takes(body: dict[str, Any], said: dict[str, Any]) -> None:
    answer = ADMIN.post("/v1/orders", body)
    assert problem(answer) == (422, "invalid")
    [error] = answer.json["errors"]
    assert {name: error[name] for name in ("code", "values") if name in error} == said
    assert "{" not in error["detail"]


def test_what_is_wrong_is_said_without_the_input() -> None:
    secret = "Kowalska-1990"
    for body in ({"name": secret * 2}, {"name": "x", "made": secret}, {"name": "x", "kind": secret}, {secret: 1}):
        errors = ADMIN.post("/v1/orders", body).json["errors"]
        assert all(secret not in str(error["detail"]) + str(error.get("values")) for error in errors)


@pytest.mark.parametrize("body", ["{", "{]", "nonsense", '{"name": "\\ud800"}', "[" * 5000])
def test_what_is_not_json_cannot_be_read(body: str) -> None:
    assert problem(ADMIN.post("/v1/things", body)) == (400, "malformed")


def test_routes_of_a_module_are_there_when_one_of_them_is_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    yard, imported = Api("care"), []

    def sheds(module: str) -> None:
        imported.append(module)
        if len(imported) == 1:
            raise MemoryError

        @yard.get("/v1/sheds/{shed_id}", action=None, status=204)
        def read(_call: Call, shed_id: str) -> None:
            """Read a shed."""

    def status(path: str, **parameters: str) -> object:
        asking = request("GET", path, None, {}, None) | {"resource": path, "pathParameters": parameters}
        return yard.handler(asking, Context())["statusCode"]

    monkeypatch.setattr("importlib.import_module", sheds)
    yard.later("/v1/sheds/", "yard.sheds")
    assert (status("/v1/trees"), imported) == (404, [])
    with pytest.raises(MemoryError):
        status("/v1/sheds/{shed_id}", shed_id="1")
    assert [status("/v1/sheds/{shed_id}", shed_id=number) for number in "12"] == [204, 204]
    assert [route.path for route in yard.routes] == ["/v1/sheds/{shed_id}"]
    assert imported == ["yard.sheds", "yard.sheds"]


def test_what_is_not_unicode_cannot_be_read() -> None:
    assert problem(ADMIN.post("/v1/things", '{"name": "\ud800"}')) == (400, "malformed")


def test_bodies_have_a_limit_in_bytes() -> None:
    frame = len(json.dumps({"name": "x", "colour": ""}))
    fits = ADMIN.post("/v1/things", {"name": "x", "colour": "y" * (BODY_LIMIT - frame)})
    assert places(fits) == ["/colour"]
    for filling in ("y" * (BODY_LIMIT - frame + 1), "é" * (BODY_LIMIT // 2)):
        body = json.dumps({"name": "x", "colour": filling}, ensure_ascii=False)
        assert problem(ADMIN.post("/v1/things", body)) == (413, "too-large")


def test_a_body_that_the_gateway_has_encoded_is_read_too() -> None:
    event = request("POST", "/v1/things", None, {}, claims("admin"))
    event |= {"body": base64.b64encode(b'{"name": "lamp"}').decode(), "isBase64Encoded": True}
    assert api.handler(event, Context())["statusCode"] == 201


def test_a_query_is_read_and_its_unknown_and_repeated_parameters_are_refused() -> None:
    assert ADMIN.get("/v1/things?limit=5&query=a%20b").json["items"] == [{"limit": 5, "query": "a b"}]
    assert ADMIN.get("/v1/things").json["items"] == [{"limit": 20, "query": ""}]
    assert places(ADMIN.get("/v1/things?limit=0")) == ["limit"]
    assert places(ADMIN.get("/v1/things?limit=x&size=1")) == ["limit", "size"]
    assert places(ADMIN.get("/v1/things?limit=1&limit=2")) == ["limit"]


def test_paths_find_their_route() -> None:
    assert ADMIN.get("/v1/things/t_1").json["query"] == "t_1"
    assert ADMIN.get("/v1/things/newest").json["query"] == "the newest"
    assert problem(ADMIN.get("/v1/things/x")) == (404, "not-found")
    assert problem(ADMIN.get("/v1/things/t_1/parts")) == (404, "not-found")
    assert problem(ADMIN.get("/v1/nothing")) == (404, "not-found")
    assert problem(ADMIN.put("/v1/things")) == (404, "not-found")


def test_headers_are_found_however_they_are_written() -> None:
    def seen(**headers: str) -> str:
        return str(ADMIN.patch("/v1/things/t_1", {}, **headers).json["query"])

    assert seen() == "t_1  None None"
    assert seen(if_match='"3"', idempotency_key="k") == "t_1  3 k"
    assert seen(if_match="3") == "t_1  3 None"
    assert seen(if_match='W/"3"') == "t_1  3 None"
    assert seen(if_match="*") == "t_1  None None"


@pytest.mark.parametrize("tag", ["", '""', '"x"', '"-1"', '"1.0"', '"12345678901"'])
def test_an_if_match_that_is_no_version_matches_none(tag: str) -> None:
    assert problem(ADMIN.patch("/v1/things/t_1", {}, if_match=tag)) == (412, "stale")


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_an_idempotency_key_has_a_length(key: str) -> None:
    assert places(ADMIN.patch("/v1/things/t_1", {}, idempotency_key=key)) == ["Idempotency-Key"]


# ---- who may --------------------------------------------------------------------------------------------------------


def test_without_a_token_there_is_no_answer() -> None:
    for path in ("/v1/things", "/v1/things/t_1", "/v1/things/x", "/v1/patients/pat_1"):
        assert problem(NOBODY.get(path)) == (401, "unauthorized")
    assert NOBODY.get("/v1/public").json["query"] == "hello"


@pytest.mark.parametrize("change", [{"token_use": "access"}, {"aud": "another"}, {"sub": ""}])
def test_a_wrong_token_is_none(change: dict[str, str]) -> None:
    wrong = Caller(api, claims("admin") | change)
    assert problem(wrong.get("/v1/things")) == (401, "unauthorized")


def test_an_account_without_a_role_is_refused_everywhere() -> None:
    assert problem(Caller(api, claims()).get("/v1/things")) == (403, "forbidden")


@pytest.mark.parametrize("body", [None, {"name": "lamp"}, {"nonsense": 1}, "{", "x" * BODY_LIMIT * 2])
def test_who_may_not_is_not_told_what_else_is_wrong(body: Any) -> None:
    answer = PATIENT.post("/v1/things", body)
    assert problem(answer) == (403, "forbidden")
    assert "errors" not in answer.json


def test_another_patients_data_are_refused_and_own_are_shown() -> None:
    assert PATIENT.get("/v1/patients/pat_1").json["query"] == "pat_1"
    assert problem(PATIENT.get("/v1/patients/pat_2")) == (403, "forbidden")


def test_a_handler_that_forgets_to_ask_shows_nothing() -> None:
    answer = ADMIN.get("/v1/forgetful")
    assert problem(answer) == (500, "internal")
    assert "secret" not in answer.text


# ---- the way out ----------------------------------------------------------------------------------------------------


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines of the log, all that is in them."""
    return [dict(vars(record)) for record in caplog.records]


def test_an_unexpected_failure_says_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    answer = NOBODY.get("/v1/broken")
    assert problem(answer) == (500, "internal")
    assert [line["error"] for line in logged(caplog) if line["levelname"] == "ERROR"] == ["RuntimeError"]
    for text in (answer.text, str(logged(caplog))):
        assert "Kowalska" not in text


def test_a_problem_carries_its_members() -> None:
    answer = NOBODY.get("/v1/taken")
    assert problem(answer) == (409, "taken")
    assert answer.json["detail"] == "By the time."
    assert answer.json["alternatives"] == ["2026-11-21T09:00:00Z"]
    assert answer.json["fee"] == {"minor": 1, "currency": "EUR"}
    assert places(NOBODY.get("/v1/invalid")) == ["from"]


def test_no_content_is_no_content() -> None:
    answer = ADMIN.delete("/v1/things/t_1")
    assert (answer.status, answer.text) == (204, "")
    assert "Content-Type" not in answer.headers


def test_every_answer_forbids_to_keep_it() -> None:
    for answer in (
        ADMIN.get("/v1/things"),
        NOBODY.get("/v1/things"),
        ADMIN.get("/v1/nothing"),
        NOBODY.get("/v1/broken"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_access_line_names_the_route_and_no_person(caplog: pytest.LogCaptureFixture) -> None:
    PATIENT.get("/v1/patients/pat_2")
    (line,) = logged(caplog)
    assert (line["route"], line["action"], line["status"]) == ("GET /v1/patients/{patient_id}", "ReadPatient", 403)
    assert "pat_2" not in str(line)


# ---- declarations ---------------------------------------------------------------------------------------------------


def test_a_route_says_all_that_the_contract_needs() -> None:
    route = next(route for route in api.routes if route.name == "create")
    assert (route.method, route.path, route.action, route.status) == ("POST", "/v1/things", "CreateRoom", 201)
    assert (route.summary, route.description) == ("Create a thing", "More about it.")
    assert (route.body, route.answer, route.problems, route.idempotent) == (Thing, Stored, (Taken,), True)


def test_two_bodies_have_one_fingerprint_where_they_mean_the_same() -> None:
    one = Thing.model_validate_json('{"name": " lamp"}')
    assert fingerprint(one) == fingerprint(Thing.model_validate_json('{"size": 1, "name": "lamp"}'))
    assert fingerprint(one) != fingerprint(Thing(name="lamp", size=2))


class Refusal(Exception):
    """What botocore raises, as far as anybody looks at it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


@api.get("/v1/refused", action=None, query=Search, answer=Search)
def refused(_call: Call, query: Search) -> Search:
    """Be refused by AWS."""
    try:
        raise Refusal(query.query)
    except Refusal as error:
        raise RuntimeError("a client's own wrapping") from error


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"])
def test_who_meets_a_throttled_service_is_told_to_try_again(code: str) -> None:
    answer = NOBODY.get(f"/v1/refused?query={code}")
    assert (answer.status, answer.slug) == (503, "unavailable")


def test_a_service_that_refuses_for_another_reason_is_our_failure() -> None:
    assert NOBODY.get("/v1/refused?query=AccessDeniedException").status == 500


# ---- the trail ------------------------------------------------------------------------------------------------------

ANNA, BERT = "pat_" + "a1" * 16, "pat_" + "b2" * 16
AS_ANNA = Caller(api, claims("patient", patient_id=ANNA))


def test_a_call_about_a_patient_is_in_the_trail_before_it_is_answered(trail: list[Record]) -> None:
    assert AS_ANNA.get(f"/v1/patients/{ANNA}").status == 200
    (record,) = trail
    assert (record.app, record.actor, record.roles, record.action) == ("care", "u-1", ("patient",), "ReadPatient")
    assert (record.outcome, record.status, record.because) == (Outcome.GRANTED, 200, "own-record")
    assert (record.resource_type, record.resource_id, record.patient_id) == ("Patient", ANNA, ANNA)
    assert (record.purpose, record.request_id) == ("PATRQT", "r-1")


def test_a_refusal_is_in_the_trail_too(trail: list[Record]) -> None:
    assert AS_ANNA.get(f"/v1/patients/{BERT}").status == 403
    (record,) = trail
    assert (record.outcome, record.status, record.because, record.patient_id) == (Outcome.DENIED, 403, None, BERT)


def test_who_could_never_be_let_in_is_in_the_trail_without_a_resource(trail: list[Record]) -> None:
    assert AS_ANNA.get("/v1/patients").status == 403
    assert Caller(api, claims()).get(f"/v1/patients/{ANNA}").status == 403
    assert [(record.outcome, record.patient_id) for record in trail] == [(Outcome.DENIED, None)] * 2


def test_a_search_is_in_the_trail_without_a_patient(trail: list[Record]) -> None:
    assert Caller(api, claims("nurse")).get("/v1/patients").status == 200
    (record,) = trail
    assert (record.action, record.because, record.patient_id) == ("SearchPatients", "clinic", None)


def test_a_list_of_patients_is_one_record(trail: list[Record]) -> None:
    assert AS_ANNA.get(f"/v1/names?query={BERT}+{ANNA}").json["query"] == ANNA
    (record,) = trail
    assert (record.because, record.resource_type, record.resource_id) == ("own-record", "Patient", None)


def test_what_is_about_nobody_is_not_in_the_trail(trail: list[Record]) -> None:
    assert ADMIN.get("/v1/things").status == 200
    assert NOBODY.get(f"/v1/patients/{ANNA}").status == 401
    assert NOBODY.get("/v1/public").status == 200
    assert trail == []


def test_a_success_that_an_event_tells_is_left_to_it_and_a_failure_is_not(trail: list[Record]) -> None:
    assert AS_ANNA.post(f"/v1/patients/{ANNA}/visits").status == 200
    assert trail == []
    assert AS_ANNA.post(f"/v1/patients/{ANNA}/visits", idempotency_key="taken").status == 409
    assert AS_ANNA.post(f"/v1/patients/{BERT}/visits").status == 403
    assert [(record.outcome, record.status) for record in trail] == [(Outcome.GRANTED, 409), (Outcome.DENIED, 403)]


def test_without_the_trail_nothing_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def lost(_record: Record) -> None:
        raise OSError(ANNA)

    monkeypatch.setattr(records, "write", lost)
    answer = AS_ANNA.get(f"/v1/patients/{ANNA}")
    assert problem(answer) == (503, "unavailable")
    assert ANNA not in answer.text
    assert ANNA not in caplog.text
    assert problem(AS_ANNA.get(f"/v1/patients/{BERT}")) == (503, "unavailable")


def test_a_path_that_names_no_id_does_not_come_into_the_trail(trail: list[Record]) -> None:
    assert AS_ANNA.get("/v1/patients/anna-kowalska").status == 403
    (record,) = trail
    assert "kowalska" not in record.text()
