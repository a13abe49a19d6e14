"""Patients over HTTP, as API Gateway hands requests on."""

from typing import Any

import pytest
from tests.integration.care.patients.conftest import Clinic
from tests.integration.gateway import Caller, claims, places

from care.patients.handler import api
from kernel import log
from kernel.dynamodb import encode_cursor

DESK = Caller(api, claims("receptionist", user_id="desk"))
NURSE = Caller(api, claims("nurse", user_id="nurse"))
DOCTOR = Caller(api, claims("doctor", user_id="doctor", practitioner_id="prc_" + "d" * 32))
NOBODY = "pat_" + "0" * 32
MARIA: dict[str, Any] = {
    "given_name": "María José",
    "family_name": "García-López",
    "birth_date": "1980-05-01",
    "sex": "female",
    "phone": "+49 30 901820",
    "email": "Maria@Mail.Example",
}
REGISTRATION: dict[str, Any] = MARIA | {"password": "Salus-test-2026!"}


def as_patient(patient_id: str) -> Caller:
    return Caller(api, claims("patient", user_id=f"user-of-{patient_id}", patient_id=patient_id))


def registered(**changes: Any) -> str:
    answer = DESK.post("/v1/patients", MARIA | {"confirm_not_duplicate": True} | changes)
    assert answer.status == 201, answer.text
    return str(answer.json["patient_id"])


def found(query: str, caller: Caller = DESK) -> list[str]:
    answer = caller.get(f"/v1/patients?query={query}")
    assert answer.status == 200, answer.text
    return [item["patient_id"] for item in answer.json["items"]]


# ---- registration


def test_somebody_registers_and_can_sign_in(clinic: Clinic) -> None:
    answer = Caller(api).post("/v1/registrations", REGISTRATION)
    assert answer.status == 201
    assert answer.json == {"patient_id": answer.json["patient_id"], "email": "maria@mail.example"}
    assert clinic.signs_in("maria@mail.example", REGISTRATION["password"])
    me = as_patient(answer.json["patient_id"]).get(f"/v1/patients/{answer.json['patient_id']}")
    assert me.json["phone"] == "+4930901820"
    assert me.json["has_account"]


def test_an_address_registers_once(clinic: Clinic) -> None:
    assert Caller(api).post("/v1/registrations", REGISTRATION).status == 201
    answer = Caller(api).post("/v1/registrations", REGISTRATION | {"given_name": "Mario"})
    assert (answer.status, answer.slug) == (409, "account-exists")


def test_who_registers_never_hears_that_somebody_is_like_them(clinic: Clinic) -> None:
    known = registered()
    answer = Caller(api).post("/v1/registrations", REGISTRATION | {"email": "other@mail.example"})
    assert answer.status == 201
    patient_id = answer.json["patient_id"]
    assert known not in answer.text
    assert as_patient(patient_id).get(f"/v1/patients/{patient_id}").json["possible_duplicate"] is None
    assert DESK.get(f"/v1/patients/{patient_id}").json["possible_duplicate"] is True


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nowhere"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "all-lower-case-1"}, "/password"),
        ({"given_name": ""}, "/given_name"),
        ({"family_name": "12"}, "/family_name"),
        ({"birth_date": "2999-01-01"}, "/birth_date"),
        ({"birth_date": 0}, "/birth_date"),
        ({"phone": "030 1"}, "/phone"),
        ({"sex": "f"}, "/sex"),
        ({"roles": ["admin"]}, "/roles"),
    ],
)
def test_a_registration_with_a_wrong_field_says_which(clinic: Clinic, change: dict[str, Any], pointer: str) -> None:
    assert places(Caller(api).post("/v1/registrations", REGISTRATION | change)) == {pointer}
    assert clinic.items() == []


# ---- the front desk


def test_the_desk_registers_a_patient_without_an_account(clinic: Clinic) -> None:
    answer = DESK.post("/v1/patients", MARIA)
    assert answer.status == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["has_account"] is False
    assert clinic.user("maria@mail.example") is None


def test_the_desk_sees_who_may_be_the_same_and_decides(clinic: Clinic) -> None:
    known = registered()
    alike = MARIA | {"family_name": "Gracia Lopez", "phone": None}
    refused = DESK.post("/v1/patients", alike)
    assert (refused.status, refused.slug) == (409, "possible-duplicate")
    (candidate,) = refused.json["candidates"]
    assert (candidate["patient_id"], candidate["birth_date"]) == (known, "1980-05-01")
    assert 0.75 <= candidate["likeness"] < 1
    assert candidate["reasons"] == ["similar-names", "same-birth-date", "same-email"]
    assert DESK.post("/v1/patients", alike | {"confirm_not_duplicate": True}).status == 201


def test_the_same_key_and_body_register_one_patient(clinic: Clinic) -> None:
    first = DESK.post("/v1/patients", MARIA, idempotency_key="k")
    again = DESK.post("/v1/patients", MARIA, idempotency_key="k")
    other = DESK.post("/v1/patients", MARIA | {"sex": "other"}, idempotency_key="k")
    assert first.status == again.status == 201
    assert first.json == again.json
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("caller", [NURSE, DOCTOR, as_patient(NOBODY)], ids=["nurse", "doctor", "patient"])
def test_only_the_desk_registers_others(clinic: Clinic, caller: Caller) -> None:
    assert caller.post("/v1/patients", MARIA).status == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"address": {"lines": [], "city": "Berlin", "country": "DE"}}, "/address/lines"),
        ({"address": {"lines": ["1"], "city": "Berlin", "country": "Germany"}}, "/address/country"),
        (
            {"emergency_contacts": [{"name": "Jo", "phone": "1", "relationship": "spouse"}]},
            "/emergency_contacts/0/phone",
        ),
        ({"insurance": [{"payer": "AOK", "member_number": "x" * 65}]}, "/insurance/0/member_number"),
        ({"language": "German"}, "/language"),
        ({"preferred_contact": "pigeon"}, "/preferred_contact"),
        ({"confirm_not_duplicate": "yes"}, "/confirm_not_duplicate"),
        ({"version": 4}, "/version"),
    ],
)
def test_details_with_a_wrong_field_are_refused_with_its_place(
    clinic: Clinic, change: dict[str, Any], pointer: str
) -> None:
    assert places(DESK.post("/v1/patients", MARIA | change)) == {pointer}


def test_everything_that_is_told_is_kept(clinic: Clinic) -> None:
    told = MARIA | {
        "phone": "+4930901820",
        "email": "maria@mail.example",
        "address": {"lines": ["Hof 3"], "city": "Berlin", "state": None, "postal_code": "10115", "country": "DE"},
        "emergency_contacts": [{"name": "Jo", "phone": "+4930901821", "relationship": "spouse"}],
        "insurance": [{"payer": "AOK", "member_number": "A 1", "valid_to": "2027-01-31"}],
        "language": "es-MX",
        "preferred_contact": "sms",
    }
    patient_id = registered(**told)
    kept = DESK.get(f"/v1/patients/{patient_id}").json
    assert {name: kept[name] for name in told} == told


# ---- reading and changing


def test_patients_see_themselves_and_nobody_else_whether_they_exist_or_not(clinic: Clinic) -> None:
    me, other = registered(), registered(given_name="Another")
    assert as_patient(me).get(f"/v1/patients/{me}").json["patient_id"] == me
    refusals = [as_patient(me).get(f"/v1/patients/{patient_id}") for patient_id in (other, NOBODY)]
    assert [refusal.status for refusal in refusals] == [403, 403]
    assert refusals[0].json == refusals[1].json


def test_the_desk_hears_that_there_is_no_such_patient(clinic: Clinic) -> None:
    assert DESK.get(f"/v1/patients/{NOBODY}").status == 404
    assert DESK.patch(f"/v1/patients/{NOBODY}", {"sex": "male"}).status == 404


@pytest.mark.parametrize("caller", [NURSE, DOCTOR], ids=["nurse", "doctor"])
def test_clinicians_do_not_see_whom_nothing_ties_to_them_whether_they_exist_or_not(
    clinic: Clinic, caller: Caller
) -> None:
    refusals = [caller.get(f"/v1/patients/{patient_id}") for patient_id in (registered(), NOBODY)]
    assert [refusal.status for refusal in refusals] == [403, 403]
    assert refusals[0].json == refusals[1].json


def test_a_change_makes_a_new_version_and_nothing_else(clinic: Clinic) -> None:
    patient_id = registered()
    before = DESK.get(f"/v1/patients/{patient_id}").json
    answer = as_patient(patient_id).patch(
        f"/v1/patients/{patient_id}", {"phone": None, "language": "de"}, if_match='"1"'
    )
    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    changed = {"phone": None, "language": "de", "version": 2, "updated_at": answer.json["updated_at"]}
    after = DESK.get(f"/v1/patients/{patient_id}").json
    assert after == before | changed


def test_a_change_of_an_old_version_is_refused(clinic: Clinic) -> None:
    patient_id = registered()
    assert DESK.patch(f"/v1/patients/{patient_id}", {"sex": "other"}, if_match='"1"').status == 200
    assert DESK.patch(f"/v1/patients/{patient_id}", {"sex": "male"}, if_match='"1"').status == 412


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"given_name": None}, "/given_name"),
        ({"birth_date": None}, "/birth_date"),
        ({"emergency_contacts": None}, "/emergency_contacts"),
        ({"patient_id": NOBODY}, "/patient_id"),
    ],
)
def test_a_wrong_change_is_refused_with_its_place(clinic: Clinic, change: dict[str, Any], pointer: str) -> None:
    assert places(DESK.patch(f"/v1/patients/{registered()}", change)) == {pointer}


def test_the_review_of_a_possible_duplicate_is_the_desks(clinic: Clinic) -> None:
    registered()
    answer = Caller(api).post("/v1/registrations", REGISTRATION | {"email": "other@mail.example"})
    patient_id = answer.json["patient_id"]
    listed = DESK.get("/v1/patients?possible_duplicate=true").json["items"]
    assert [patient["patient_id"] for patient in listed] == [patient_id]
    path = f"/v1/patients/{patient_id}"
    assert as_patient(patient_id).patch(path, {"possible_duplicate": False}).status == 403
    assert DESK.patch(path, {"possible_duplicate": False}).json["possible_duplicate"] is False
    assert DESK.get("/v1/patients?possible_duplicate=true").json["items"] == []


# ---- search


def test_the_desk_finds_patients_by_what_it_knows(clinic: Clinic) -> None:
    maria, juan = registered(), registered(given_name="Juan", phone=None, email=None, birth_date="1979-01-02")
    assert found("garcia") == sorted([maria, juan])
    assert found("gar%20jos") == [maria]
    assert found("lopez%201979-01-02") == [juan]
    assert found("MARIA@mail.example") == found("030/901820") == found(maria) == [maria]
    assert found("garcia", NURSE) == found("garcia")
    assert found("garcia%20novak") == []


def test_a_nurse_identifies_patients_and_does_not_hear_how_to_reach_them(clinic: Clinic) -> None:
    registered()
    [seen] = NURSE.get("/v1/patients?query=garcia").json["items"]
    [known] = DESK.get("/v1/patients?query=garcia").json["items"]
    withheld = {"phone", "email", "possible_duplicate"}
    assert {name for name in known if seen[name] != known[name]} == withheld
    assert {seen[name] for name in withheld} == {None}
    assert "address" not in known


def test_whoever_changes_their_name_is_found_by_the_new_one_only(clinic: Clinic) -> None:
    patient_id = registered()
    DESK.patch(f"/v1/patients/{patient_id}", {"family_name": "Novák", "email": "new@mail.example"})
    assert found("novak") == found("new@mail.example") == found("maria") == [patient_id]
    assert found("garcia") == found("maria@mail.example") == []


def test_search_goes_page_by_page_to_the_end_without_repeating(clinic: Clinic) -> None:
    everybody = sorted(registered(given_name=name) for name in ("Ana", "Bea", "Cleo", "Dora", "Eva"))
    pages: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = DESK.get("/v1/patients?query=garcia&limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        pages.append([item["patient_id"] for item in answer["items"]])
        cursor = answer["next_cursor"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [patient_id for page in pages for patient_id in page] == everybody


@pytest.mark.parametrize("query", ["", "?query=", "?query=a", "?query=--", "?limit=5", "?query=garcia&limit=0"])
def test_a_search_for_nothing_is_refused(clinic: Clinic, query: str) -> None:
    assert DESK.get(f"/v1/patients{query}").status == 422


@pytest.mark.parametrize("key", [{"from": "X"}, {"after": "~"}, {"after": f"{NOBODY}~"}, {"from": 1}, {}])
def test_a_made_up_cursor_is_refused(clinic: Clinic, key: dict[str, Any]) -> None:
    cursor = encode_cursor(key)
    assert DESK.get(f"/v1/patients?query=garcia&cursor={cursor}").status == 400
    assert DESK.get(f"/v1/patients/{registered()}/family?cursor={cursor}").status == 400


@pytest.mark.parametrize("caller", [DOCTOR, as_patient(NOBODY)], ids=["doctor", "patient"])
def test_not_everybody_looks_for_patients(clinic: Clinic, caller: Caller) -> None:
    assert caller.get("/v1/patients?query=garcia").status == 403


def test_no_name_contact_or_date_stands_in_a_key_or_a_log(clinic: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    Caller(api).post("/v1/registrations", REGISTRATION)
    found("maria")
    DESK.post("/v1/patients", MARIA)
    stored = "\n".join(f"{item['pk']} {item['sk']}" for item in clinic.items())
    logged = "\n".join(str(vars(record)) for record in caplog.records if record.name == log.logger().name)
    for text in (stored, logged):
        assert text
        assert not any(word in text.lower() for word in ("mar", "garc", "jos", "1980", "901820", "mail.example"))


# ---- families


def test_a_patient_says_who_may_act_for_them(clinic: Clinic) -> None:
    child, parent = registered(), registered(given_name="Juan")
    path = f"/v1/patients/{child}/family/{parent}"
    answer = as_patient(child).put(path, {"relationship": "parent", "may_act": True})
    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert as_patient(parent).get(f"/v1/patients/{child}").status == 200
    assert as_patient(parent).patch(f"/v1/patients/{child}", {"language": "es"}).status == 200
    assert as_patient(parent).get(f"/v1/patients/{parent}/family").json == {
        "items": [],
        "next_cursor": None,
        "acts_for": [child],
    }
    listed = as_patient(parent).get(f"/v1/patients/{child}/family").json["items"]
    assert [(member["member_id"], member["relationship"], member["may_act"]) for member in listed] == [
        (parent, "parent", True)
    ]


def test_nobody_appoints_themselves_or_others_for_somebody_else(clinic: Clinic) -> None:
    patient, proxy, third = registered(), registered(given_name="Juan"), registered(given_name="Rosa")
    DESK.put(f"/v1/patients/{patient}/family/{proxy}", {"relationship": "spouse", "may_act": True})
    body = {"relationship": "other", "may_act": True}
    assert as_patient(proxy).put(f"/v1/patients/{patient}/family/{third}", body).status == 403
    assert as_patient(third).put(f"/v1/patients/{patient}/family/{third}", body).status == 403
    assert as_patient(proxy).delete(f"/v1/patients/{patient}/family/{proxy}").status == 403


@pytest.mark.parametrize("end", ["removed", "withdrawn"])
def test_who_may_not_act_any_longer_sees_nothing(clinic: Clinic, end: str) -> None:
    child, parent = registered(), registered(given_name="Juan")
    path = f"/v1/patients/{child}/family/{parent}"
    DESK.put(path, {"relationship": "parent", "may_act": True})
    assert as_patient(parent).get(f"/v1/patients/{child}").status == 200
    if end == "removed":
        assert DESK.delete(path).status == 204
        assert DESK.get(f"/v1/patients/{child}/family").json["items"] == []
        assert DESK.delete(path).status == 404
    else:
        assert DESK.put(path, {"relationship": "parent", "may_act": False}).status == 200
    assert as_patient(parent).get(f"/v1/patients/{child}").status == 403
    assert as_patient(parent).get(f"/v1/patients/{child}/family").status == 403
    assert as_patient(parent).get(f"/v1/patients/{parent}/family").json["acts_for"] == []


def test_versions_of_a_member_go_on_after_a_removal(clinic: Clinic) -> None:
    child, parent = registered(), registered(given_name="Juan")
    path = f"/v1/patients/{child}/family/{parent}"
    body = {"relationship": "parent", "may_act": True}
    assert DESK.put(path, body).json["version"] == 1
    assert DESK.put(path, body).json["version"] == 1
    DESK.delete(path)
    assert DESK.put(path, body, if_match='"1"').status == 412
    assert DESK.put(path, body).json["version"] == 3
    assert DESK.put(path, body | {"may_act": False}, if_match='"2"').status == 412
    assert DESK.put(path, body | {"may_act": False}, if_match='"3"').json["version"] == 4


def test_a_member_must_be_another_patient(clinic: Clinic) -> None:
    patient = registered()
    body = {"relationship": "child", "may_act": False}
    unknown = DESK.put(f"/v1/patients/{patient}/family/{NOBODY}", body)
    assert unknown.slug == "unknown-reference"
    assert places(unknown) == {"member_id"}
    assert places(DESK.put(f"/v1/patients/{patient}/family/{patient}", body)) == {"member_id"}
    assert DESK.put(f"/v1/patients/{NOBODY}/family/{patient}", body).status == 404
    assert DESK.put(f"/v1/patients/{patient}/family/x", body).status == 404
    assert clinic.items(f"PATIENT#{NOBODY}") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"relationship": "friend", "may_act": True}, "/relationship"), ({"relationship": "child"}, "/may_act")],
)
def test_a_wrong_family_member_is_refused_with_its_place(clinic: Clinic, body: dict[str, Any], pointer: str) -> None:
    assert places(DESK.put(f"/v1/patients/{registered()}/family/{NOBODY}", body)) == {pointer}


def test_a_family_is_read_page_by_page(clinic: Clinic) -> None:
    patient = registered()
    members = sorted(registered(given_name=name) for name in ("Ana", "Bea", "Cleo"))
    for member in members:
        DESK.put(f"/v1/patients/{patient}/family/{member}", {"relationship": "child", "may_act": False})
    first = DESK.get(f"/v1/patients/{patient}/family?limit=2").json
    second = DESK.get(f"/v1/patients/{patient}/family?limit=2&cursor={first['next_cursor']}").json
    assert [member["member_id"] for member in first["items"] + second["items"]] == members
    assert second["next_cursor"] is None


def test_without_a_token_only_registration_is_open(clinic: Clinic) -> None:
    assert Caller(api).get(f"/v1/patients/{NOBODY}").status == 401
    assert Caller(api).post("/v1/patients", MARIA).status == 401
