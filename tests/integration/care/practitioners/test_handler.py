"""What HTTP callers see of practitioners."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.care.practitioners.hospital import OWN, TEMPORARY, Hospital
from tests.integration.gateway import places, refusal

# ---- hiring ---------------------------------------------------------------------------------------------------------


def test_a_new_doctor_is_staff_and_practitioner_at_once(hospital: Hospital) -> None:
    answer = hospital.admin.post("/v1/staff", hospital.doctor("Kowalska"))
    assert answer.status == 201
    hired = answer.json
    assert answer.headers["ETag"] == f'"{hired["version"]}"'
    assert (hired["roles"], hired["status"]) == (["doctor"], "active")
    assert hired["practitioner"]["fee"] == {"minor": 5000, "currency": "EUR"}
    assert "password" not in answer.text.lower()
    seen = hospital.caller("patient").get(f"/v1/practitioners/{hired['practitioner_id']}").json
    assert seen == {
        "practitioner_id": hired["practitioner_id"],
        "given_name": "Ewa",
        "family_name": "Kowalska",
        "display_name": "Ewa Kowalska",
        "specialties": ["cardiology"],
        "department_id": hospital.department_id,
        "department_name": "Surgery",
        "fee": {"minor": 5000, "currency": "EUR"},
        "languages": ["pl", "en"],
        "active": True,
        "version": hired["version"],
    }
    status = hospital.item(f"PRACTITIONER#{hired['practitioner_id']}", "STATUS")
    assert status is not None
    assert status["active"] is True


def test_the_temporary_password_must_be_changed_at_the_first_sign_in(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new("Nowak"))
    assert hospital.sign_in(hired["email"], TEMPORARY)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert hospital.invited == []


def test_without_a_temporary_password_an_invitation_is_sent(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new("Nowak", temporary_password=None))
    assert hospital.invited == [hired["email"]]


def test_the_account_carries_roles_and_who_the_person_is(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor(roles=["doctor", "manager"]))
    assert hospital.groups(hired["user_id"]) == {"doctor", "manager"}
    assert hospital.attributes(hired["user_id"])["custom:practitioner_id"] == hired["practitioner_id"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"roles": ["patient"]}, "/roles/0"),
        ({"roles": []}, "/roles"),
        ({"roles": ["nurse", "nurse"]}, "/roles"),
        ({"roles": ["doctor"]}, "/practitioner"),
        ({"email": "nobody"}, "/email"),
        ({"given_name": "  "}, "/given_name"),
        ({"temporary_password": "short"}, "/temporary_password"),
        ({"shoe_size": 43}, "/shoe_size"),
        ({"practitioner": {"specialties": ["cardiology"], "languages": ["English"]}}, "/practitioner/languages/0"),
        ({"practitioner": {"specialties": ["astrology"]}}, "/practitioner/specialties/0"),
        ({"practitioner": {"fee": {"minor": 10.5, "currency": "EUR"}}}, "/practitioner/fee/minor"),
        ({"practitioner": {"fee": {"minor": -1, "currency": "EUR"}}}, "/practitioner/fee/minor"),
        ({"practitioner": {"fee": {"minor": 1, "currency": "euro"}}}, "/practitioner/fee/currency"),
    ],
)
def test_what_is_wrong_with_a_hiring_is_pointed_at(hospital: Hospital, change: dict[str, Any], pointer: str) -> None:
    answer = hospital.admin.post("/v1/staff", hospital.new() | change)
    assert refusal(answer) == (422, "invalid")
    assert pointer in places(answer)
    assert hospital.items() == []
    assert hospital.users() == []


def test_only_doctors_and_nurses_are_practitioners(hospital: Hospital) -> None:
    answer = hospital.admin.post("/v1/staff", hospital.doctor(roles=["cashier"]))
    assert (answer.status, places(answer)) == (422, {"/practitioner"})


def test_a_department_that_is_not_there_cannot_be_worked_in(hospital: Hospital) -> None:
    answer = hospital.admin.post("/v1/staff", hospital.doctor(department_id=f"dep_{uuid.uuid4().hex}"))
    assert refusal(answer) == (422, "unknown-reference")
    assert places(answer) == {"/practitioner/department_id"}
    assert hospital.items() == []


def test_nobody_is_staff_twice(hospital: Hospital) -> None:
    hospital.hire(hospital.new("Nowak"))
    again = hospital.admin.post("/v1/staff", hospital.new("Nowak") | {"email": "NOWAK.Ewa@clinic.example"})
    assert refusal(again) == (409, "account-exists")
    assert len(hospital.users()) == 1


def test_a_patients_account_is_left_alone_when_its_address_is_hired(hospital: Hospital) -> None:
    user = hospital.sign_up("nowak.ewa@clinic.example", {"custom:patient_id": "pat_1"}, OWN)
    answer = hospital.admin.post("/v1/staff", hospital.new("Nowak"))
    assert refusal(answer) == (409, "account-exists")
    assert "AuthenticationResult" in hospital.sign_in("nowak.ewa@clinic.example", OWN)
    assert hospital.groups(user) == set()
    assert hospital.items() == []


def test_the_same_key_and_body_give_the_same_answer(hospital: Hospital) -> None:
    first = hospital.admin.post("/v1/staff", hospital.doctor(), idempotency_key="k1")
    again = hospital.admin.post("/v1/staff", hospital.doctor(), idempotency_key="k1")
    assert (again.status, again.json) == (201, first.json)
    other = hospital.admin.post("/v1/staff", hospital.doctor("Lis"), idempotency_key="k1")
    assert refusal(other) == (422, "idempotency-key-reused")
    elsewhere = hospital.caller("admin", user_id="u-other").post(
        "/v1/staff", hospital.doctor("Lis"), idempotency_key="k1"
    )
    assert elsewhere.status == 201


def test_a_key_of_one_kind_of_thing_is_free_for_another(hospital: Hospital) -> None:
    assert hospital.admin.post("/v1/departments", {"name": "Eyes"}, idempotency_key="k").status == 201
    room = {"name": "1", "department_id": hospital.department_id}
    assert hospital.admin.post("/v1/rooms", room, idempotency_key="k").status == 201


# ---- who may --------------------------------------------------------------------------------------------------------

STAFF = f"/v1/staff/stf_{'0' * 32}"


@pytest.mark.parametrize("role", ["patient", "doctor", "receptionist", "auditor"])
def test_only_administrators_run_the_house(hospital: Hospital, role: str) -> None:
    calls = [("POST", "/v1/staff"), ("GET", "/v1/staff"), ("POST", "/v1/departments"), ("POST", "/v1/rooms")]
    calls += [("GET", STAFF), ("PATCH", STAFF), ("POST", f"{STAFF}/disable"), ("POST", f"{STAFF}/enable")]
    for method, path in calls:
        for body in (None, {"nonsense": True}, "[{"):
            assert hospital.caller(role).call(method, path, body, {}).status == 403, path


def test_managers_see_the_staff_and_change_nothing(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new())
    manager = hospital.caller("manager")
    assert manager.get("/v1/staff").status == 200
    assert manager.get(f"/v1/staff/{hired['staff_id']}").json == hired
    assert manager.patch(f"/v1/staff/{hired['staff_id']}", {"given_name": "Ola"}).status == 403
    assert manager.post(f"/v1/staff/{hired['staff_id']}/disable").status == 403


def test_without_a_token_or_a_role_nothing_is_shown(hospital: Hospital) -> None:
    for path in ("/v1/practitioners", "/v1/departments", "/v1/rooms", "/v1/specialties", "/v1/staff"):
        assert hospital.caller().get(path).status == 403
        nobody = hospital.caller("admin")
        assert type(nobody)(nobody.api, None).get(path).status == 401


@pytest.mark.parametrize("identifier", [f"stf_{'0' * 32}", "stf_1", "no"])
def test_unknown_staff_are_not_found(hospital: Hospital, identifier: str) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/disable"), ("POST", "/enable")):
        assert hospital.admin.call(method, f"/v1/staff/{identifier}{path}", {}, {}).status == 404


@pytest.mark.parametrize("identifier", [f"prc_{'0' * 32}", "prc_1"])
def test_unknown_practitioners_are_not_found(hospital: Hospital, identifier: str) -> None:
    assert hospital.caller("patient").get(f"/v1/practitioners/{identifier}").status == 404


# ---- changing -------------------------------------------------------------------------------------------------------


def test_practitioners_are_told_by_their_ids_in_the_order_asked_active_or_not(hospital: Hospital) -> None:
    hired = [hospital.hire(hospital.doctor(name)) for name in ("Kowalska", "Nowak")]
    first, second = (member["practitioner_id"] for member in hired)
    hospital.admin.post(f"/v1/staff/{hired[0]['staff_id']}/disable")
    unknown = f"prc_{uuid.uuid4().hex}"
    answer = hospital.caller("patient").get(f"/v1/practitioners?ids={second},{unknown},{first},{second}")
    assert [(one["family_name"], one["active"]) for one in answer.json["items"]] == [
        ("Nowak", True),
        ("Kowalska", False),
    ]
    assert answer.json["next_cursor"] is None
    assert answer.json["items"][0] == hospital.admin.get(f"/v1/practitioners/{second}").json


@pytest.mark.parametrize("query", ["ids=", "ids=prc_1", "ids={0}&query=a", "ids=" + ",".join(["{0}"] * 51)])
def test_ids_are_asked_for_alone_and_fifty_at_most(hospital: Hospital, query: str) -> None:
    answer = hospital.admin.get("/v1/practitioners?" + query.format(f"prc_{uuid.uuid4().hex}"))
    assert refusal(answer) == (422, "invalid")


def test_a_new_role_is_a_new_group_and_a_lost_one_is_gone(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new("Nowak", "nurse", "manager"))
    path = f"/v1/staff/{hired['staff_id']}"
    changed = hospital.admin.patch(path, {"roles": ["manager", "auditor"]}, if_match=f'"{hired["version"]}"')
    assert (changed.status, changed.json["roles"]) == (200, ["auditor", "manager"])
    assert hospital.groups(hired["user_id"]) == {"manager", "auditor"}
    assert changed.headers["ETag"] == f'"{hired["version"] + 1}"'


def test_who_has_read_an_older_version_changes_nothing(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new())
    path = f"/v1/staff/{hired['staff_id']}"
    assert hospital.admin.patch(path, {"given_name": "Ola"}, if_match='"2"').status == 200
    stale = hospital.admin.patch(path, {"given_name": "Iga", "roles": ["admin"]}, if_match='"2"')
    assert refusal(stale) == (412, "stale")
    assert hospital.groups(hired["user_id"]) == {"nurse"}
    assert hospital.admin.get(path).json["given_name"] == "Ola"


def test_a_change_that_changes_nothing_makes_no_version(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    path = f"/v1/staff/{hired['staff_id']}"
    same = hospital.admin.patch(path, {"family_name": "Kowalska", "practitioner": {"specialties": ["cardiology"]}})
    assert same.json == hired


def test_parts_of_a_profile_change_by_themselves(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    eyes = hospital.department("Eyes")
    change = {"practitioner": {"department_id": eyes, "fee": {"minor": 1, "currency": "PLN"}, "languages": []}}
    changed = hospital.admin.patch(f"/v1/staff/{hired['staff_id']}", change).json["practitioner"]
    assert changed == hired["practitioner"] | change["practitioner"]
    assert hospital.found(f"/v1/practitioners?department_id={eyes}") == ["Kowalska"]
    assert hospital.found(f"/v1/practitioners?department_id={hospital.department_id}") == []


def test_a_profile_cannot_move_to_a_department_that_is_not_there(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    change = {"practitioner": {"department_id": f"dep_{uuid.uuid4().hex}"}}
    answer = hospital.admin.patch(f"/v1/staff/{hired['staff_id']}", change)
    assert refusal(answer) == (422, "unknown-reference")


def test_who_becomes_a_doctor_needs_a_whole_profile(hospital: Hospital) -> None:
    path = f"/v1/staff/{hospital.hire(hospital.new('Nowak', 'manager'))['staff_id']}"
    assert places(hospital.admin.patch(path, {"roles": ["doctor"]})) == {"/practitioner"}
    partly = {"roles": ["doctor"], "practitioner": {"specialties": ["urology"]}}
    lacking = {"/practitioner/department_id", "/practitioner/fee"}
    assert places(hospital.admin.patch(path, partly)) == lacking
    whole = {"roles": ["doctor"], "practitioner": hospital.doctor()["practitioner"]}
    doctor = hospital.admin.patch(path, whole).json
    assert hospital.attributes(doctor["user_id"])["custom:practitioner_id"] == doctor["practitioner_id"]
    assert hospital.found("/v1/practitioners?query=nowak") == ["Nowak"]


def test_who_is_no_doctor_any_more_cannot_be_booked(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    path = f"/v1/staff/{hired['staff_id']}"
    assert hospital.admin.patch(path, {"roles": ["manager"]}).status == 200
    assert hospital.found("/v1/practitioners") == []
    assert hospital.bookable(hired["practitioner_id"]) is False
    assert hospital.admin.patch(path, {"roles": ["doctor"]}).json["practitioner_id"] == hired["practitioner_id"]
    assert hospital.bookable(hired["practitioner_id"]) is True


# ---- disabling ------------------------------------------------------------------------------------------------------


def test_who_is_disabled_cannot_sign_in_refresh_or_be_booked(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    hospital.first_sign_in(hired["email"])
    disabled = hospital.admin.post(f"/v1/staff/{hired['staff_id']}/disable")
    assert (disabled.status, disabled.json["status"]) == (200, "disabled")
    with pytest.raises(ClientError):
        hospital.sign_in(hired["email"], OWN)
    assert hospital.bookable(hired["practitioner_id"]) is False
    assert hospital.found("/v1/practitioners") == []
    shown = hospital.caller("patient").get(f"/v1/practitioners/{hired['practitioner_id']}").json
    assert shown["active"] is False
    assert hospital.found("/v1/staff?status=disabled") == ["Kowalska"]
    assert hospital.found("/v1/staff?status=active") == []


def test_disabling_twice_is_disabling_once(hospital: Hospital) -> None:
    path = f"/v1/staff/{hospital.hire(hospital.doctor())['staff_id']}"
    first = hospital.admin.post(f"{path}/disable").json
    assert hospital.admin.post(f"{path}/disable").json == first


def test_who_is_enabled_again_can_sign_in_and_be_booked(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.doctor())
    hospital.first_sign_in(hired["email"])
    path = f"/v1/staff/{hired['staff_id']}"
    hospital.admin.post(f"{path}/disable")
    enabled = hospital.admin.post(f"{path}/enable").json
    assert enabled["status"] == "active"
    assert hospital.admin.post(f"{path}/enable").json == enabled
    assert "AuthenticationResult" in hospital.sign_in(hired["email"], OWN)
    assert hospital.bookable(hired["practitioner_id"]) is True
    assert hospital.found("/v1/practitioners") == ["Kowalska"]


def test_administrators_cannot_take_administration_from_themselves(hospital: Hospital) -> None:
    hired = hospital.hire(hospital.new("Admin", "admin"))
    hospital.hire(hospital.new("Second", "admin"))
    own = hospital.caller("admin", user_id=hired["user_id"])
    path = f"/v1/staff/{hired['staff_id']}"
    assert refusal(own.post(f"{path}/disable")) == (409, "own-account")
    assert refusal(own.patch(path, {"roles": ["manager"]})) == (409, "own-account")
    assert own.patch(path, {"roles": ["admin", "manager"]}).status == 200


def test_the_last_administrator_stays(hospital: Hospital) -> None:
    first, second = (hospital.hire(hospital.new(name, "admin"))["staff_id"] for name in ("First", "Second"))
    assert hospital.admin.post(f"/v1/staff/{first}/disable").status == 200
    assert refusal(hospital.admin.post(f"/v1/staff/{second}/disable")) == (409, "last-admin")
    assert refusal(hospital.admin.patch(f"/v1/staff/{second}", {"roles": ["manager"]})) == (409, "last-admin")
    assert hospital.admin.post(f"/v1/staff/{first}/enable").status == 200
    assert hospital.admin.patch(f"/v1/staff/{second}", {"roles": ["manager"]}).status == 200
    assert refusal(hospital.admin.post(f"/v1/staff/{first}/disable")) == (409, "last-admin")


# ---- departments and rooms ------------------------------------------------------------------------------------------


def test_departments_and_rooms_are_listed_by_name_page_by_page(hospital: Hospital) -> None:
    for name in ("Żywienie", "anaesthesia", "Eyes"):
        hospital.department(name)
    anybody = hospital.caller("patient")
    page = anybody.get("/v1/departments?limit=3").json
    rest = anybody.get(f"/v1/departments?limit=3&cursor={page['next_cursor']}").json
    names = [item["name"] for item in page["items"] + rest["items"]]
    assert (names, rest["next_cursor"]) == (["anaesthesia", "Eyes", "Surgery", "Żywienie"], None)


def test_two_departments_cannot_be_told_apart_by_case_or_accents_alone(hospital: Hospital) -> None:
    hospital.department("Żywienie")
    assert refusal(hospital.admin.post("/v1/departments", {"name": "  zywienie "})) == (409, "name-taken")
    assert refusal(hospital.admin.post("/v1/departments", {"name": "…"})) == (422, "invalid")


def test_a_repeated_department_is_the_same_one(hospital: Hospital) -> None:
    body = {"name": "Eyes", "code": "EYE"}
    first, again = (hospital.admin.post("/v1/departments", body, idempotency_key="k") for _ in range(2))
    assert (first.status, again.json) == (201, first.json)
    other = hospital.admin.post("/v1/departments", {"name": "Ears"}, idempotency_key="k")
    assert refusal(other) == (422, "idempotency-key-reused")


def test_rooms_belong_to_departments(hospital: Hospital) -> None:
    eyes = hospital.department("Eyes")
    bodies = [("12", eyes), ("12", hospital.department_id), ("Theatre 1", hospital.department_id)]
    for name, department_id in bodies:
        body = {"name": name, "department_id": department_id, "location": "Building B"}
        first, again = (hospital.admin.post("/v1/rooms", body, idempotency_key=name + department_id) for _ in range(2))
        assert (first.status, again.json) == (201, first.json)
        status = hospital.item(f"ROOM#{first.json['room_id']}", "STATUS")
        assert status is not None
        assert status["active"] is True
    anybody = hospital.caller("nurse")
    assert [room["name"] for room in anybody.get("/v1/rooms").json["items"]] == ["12", "12", "Theatre 1"]
    own = anybody.get(f"/v1/rooms?department_id={hospital.department_id}").json["items"]
    assert [room["name"] for room in own] == ["12", "Theatre 1"]
    assert refusal(hospital.admin.post("/v1/rooms", {"name": "12", "department_id": eyes})) == (409, "name-taken")
    nowhere = hospital.admin.post("/v1/rooms", {"name": "1", "department_id": f"dep_{'0' * 32}"})
    assert (refusal(nowhere), places(nowhere)) == ((422, "unknown-reference"), {"/department_id"})


def test_specialties_have_codes_and_names(hospital: Hospital) -> None:
    items = hospital.caller("patient").get("/v1/specialties").json["items"]
    assert {"code": "internal-medicine", "name": "Internal medicine"} in items
    assert len(items) >= 40
