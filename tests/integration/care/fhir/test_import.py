"""The import of bundles: what is taken, what is not and why, and that nothing is taken twice."""

from __future__ import annotations

import copy
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from local.bundles import OF_ENCOUNTER, OF_PATIENT, bundle
from tests.fhir.validator import wrong
from tests.integration.care.fhir.conftest import ADMIN, BASE, DESK, MACHINE, House
from tests.integration.gateway import Answer, claims

from care.fhir import repository, tasks
from care.fhir.models import RUNS_FOR, Import, State
from care.patients import service
from care.patients.service import erasures
from kernel import clock, vault
from kernel.dynamodb import Transaction
from kernel.errors import Unavailable
from kernel.fhir.elements import own_id
from kernel.http import BODY_LIMIT

ENTRIES = OF_PATIENT + 3 * OF_ENCOUNTER
UNKNOWN = {"Organization", "Immunization", "Claim"}


def responses(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    assert answer.json["type"] == "transaction-response"
    return [entry["response"] for entry in answer.json["entry"]]


def statuses(answer: Answer) -> Counter[str]:
    return Counter(one["status"][:3] for one in responses(answer))


def only(type_: str, answer: Answer, sent: dict[str, Any]) -> list[dict[str, Any]]:
    told = zip(sent["entry"], responses(answer), strict=True)
    return [one for entry, one in told if entry["resource"]["resourceType"] == type_]


def patient_of(answer: Answer, sent: dict[str, Any]) -> str:
    location: str = only("Patient", answer, sent)[0]["location"]
    return location.removeprefix("Patient/")


def themselves(patient: str) -> dict[str, str]:
    return claims("patient", user_id="themselves", patient_id=own_id(patient))


def issues(one: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in one["outcome"]["issue"] if issue["severity"] == "error"]


def test_every_entry_is_told_of_in_its_order(house: House) -> None:
    sent = bundle("a", encounters=3)
    answer = house.post(sent)
    told = responses(answer)
    assert len(told) == ENTRIES == len(sent["entry"])
    for entry, one in zip(sent["entry"], told, strict=True):
        type_ = entry["resource"]["resourceType"]
        laboratory = type_ == "Observation" and entry["resource"]["code"]["text"] == "Glucose"
        if type_ in UNKNOWN or laboratory:
            assert (one["status"], issues(one)) == ("422 Unprocessable Entity", ["not-supported"])
        else:
            assert one["status"] == "201 Created", one
            assert one["location"].startswith(f"{type_}/")
    assert wrong([answer.json]) == []


def test_what_was_imported_is_read_as_it_came(house: House) -> None:
    sent = bundle("a", encounters=2)
    answer = house.post(sent)
    patient = patient_of(answer, sent)
    resources = [house.get(one["location"], themselves(patient)).json for one in responses(answer) if "location" in one]
    assert wrong(resources) == []
    assert [one["resourceType"] for one in resources] == [
        entry["resource"]["resourceType"]
        for entry, one in zip(sent["entry"], responses(answer), strict=True)
        if "location" in one
    ]
    condition = next(one for one in resources if one["resourceType"] == "Condition")
    original = next(one["resource"] for one in sent["entry"] if one["resource"]["resourceType"] == "Condition")
    assert condition["code"]["coding"] == original["code"]["coding"]
    assert condition["recordedDate"] == "2019-03-04T09:00:00Z"
    assert condition["meta"]["source"].startswith("urn:uuid:")
    assert condition["encounter"]["reference"].startswith("Encounter/enc-")
    pressure = next(one for one in resources if "component" in one)
    assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [128, 81]


def test_what_is_not_kept_of_an_entry_is_said(house: House) -> None:
    sent = bundle("a", encounters=1)
    [patient] = only("Patient", house.post(sent), sent)
    notes = [issue["diagnostics"] for issue in patient["outcome"]["issue"]]
    assert notes == ["not kept: maritalStatus", "not as we keep it, and left out: phone"]


def test_the_same_bundle_again_is_the_same_import(house: House) -> None:
    sent = bundle("a", encounters=2)
    first = house.post(sent)
    before = house.items("records"), house.items("patients")
    again = house.post(sent)
    assert again.json == first.json
    assert (house.items("records"), house.items("patients")) == before
    assert len(house.executions) == 1


def test_another_bundle_of_the_same_people_writes_nothing_twice(house: House) -> None:
    sent = bundle("a", encounters=2)
    first = house.post(sent)
    before = len(house.items("records")), len(house.items("patients"))
    longer = bundle("a", encounters=3)
    answer = house.post(longer)
    known = {one["location"] for one in responses(first) if "location" in one}
    for one in responses(answer):
        if "location" in one:
            assert one["status"][:3] == ("200" if one["location"] in known else "201")
    assert len(house.items("patients")) == before[1]
    # An encounter, its condition, seven measurements and a procedure: three items each.
    assert len(house.items("records")) == before[0] + 10 * 3
    assert patient_of(first, sent) == patient_of(answer, longer)


@pytest.mark.parametrize("state", ["Patients", "Records", "Answer"])
def test_an_import_that_broke_off_goes_on_where_it_stood(house: House, state: str) -> None:
    sent = bundle("a", encounters=2)
    house.broken = {state: 3}
    broken = house.post(sent)
    assert (broken.status, broken.json["issue"][0]["code"]) == (503, "transient")
    answer = house.post(sent)
    # What an earlier try had done is there already.
    done = {"Patients": (0, 23), "Records": (1, 22), "Answer": (23, 0)}[state]
    assert (statuses(answer)["200"], statuses(answer)["201"]) == done
    assert statuses(answer)["422"] == 2 + 2 * 2
    assert len(house.executions) == 2


def crash(*_: object, **__: object) -> Any:
    raise TimeoutError


def test_an_import_that_began_comes_to_its_end_though_the_call_broke_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, put = bundle("a", encounters=1), repository.put

    def crash_in_the_call(one: Import) -> Import:
        return put(one) if one.state is State.DONE else crash()

    monkeypatch.setattr(repository, "put", crash_in_the_call)
    assert house.post(sent).status == 500
    [name] = house.executions
    told = house.get(f"imports/{name.removesuffix('-1')}", ADMIN)
    assert len(responses(told)) == len(sent["entry"])
    assert house.post(sent).json == told.json
    assert house.executions == [name]


def test_nothing_says_that_it_is_under_way_what_could_not_begin(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as down:
        down.setattr(house, "start_execution", crash)
        assert house.post(bundle("a", encounters=1)).status == 500
    assert house.items("fhir") == []
    assert house.post(bundle("a", encounters=1)).status == 200


def test_an_import_that_does_not_end_in_its_time_has_failed_and_can_begin_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hold = True
    sent = bundle("a", encounters=1)
    place = house.post(sent).headers["Content-Location"].removeprefix(f"{BASE}/")
    later = clock.now() + RUNS_FOR
    monkeypatch.setattr(clock, "now", lambda: later)
    assert house.get(place, ADMIN).status == 503
    house.hold = False
    assert house.post(sent).status == 200
    assert len(house.executions) == 2
    house.execute(house.held[0])  # which comes late, and says that it has failed
    assert house.get(place, ADMIN).status == 200


def test_no_import_is_waited_for_longer_than_its_workflow_runs() -> None:
    assert json.loads(MACHINE.read_text())["TimeoutSeconds"] == RUNS_FOR.total_seconds()


def test_when_its_outcome_is_gone_the_same_bundle_is_an_import_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = bundle("a", encounters=1)
    house.post(sent)
    [name] = house.executions
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert house.get(f"imports/{name.removesuffix('-1')}", ADMIN).status == 404
    assert statuses(house.post(sent)).keys() == {"200", "422"}
    assert house.executions == [name, name.removesuffix("1") + "2"]


def test_of_an_import_that_has_ended_the_outcome_stays_and_not_the_bundle(house: House) -> None:
    house.post(bundle("a", encounters=1))
    assert house.objects() == ["patients.json", "records.json", "response.json"]


def test_an_import_that_broke_off_leaves_no_bundle_either(house: House) -> None:
    house.broken = {"Records": 3}
    house.post(bundle("a", encounters=1))
    assert house.objects() == ["patients.json"]


def test_an_answer_that_was_lost_is_given_again(house: House) -> None:
    house.hold = True
    sent = bundle("a", encounters=1)
    place = house.post(sent).headers["Content-Location"].removeprefix(f"{BASE}/")
    house.execute(house.held[0])
    told = house.get(place, ADMIN)
    with house.at("fhir"):
        tasks.finish(json.loads(house.held[0]), None)
    assert house.get(place, ADMIN).json == told.json


def test_a_task_that_fails_once_is_tried_again(house: House) -> None:
    house.broken = {"Records": 2}
    assert house.post(bundle("a", encounters=1)).status == 200


def test_what_passes_by_itself_is_no_outcome(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(service, "register_imported", unavailable)
    refused = house.post(bundle("a", encounters=0))
    assert (refused.status, refused.json["issue"][0]["code"]) == (503, "transient")


def test_who_does_not_wait_is_told_where_the_outcome_will_be(house: House) -> None:
    house.hold = True
    sent = bundle("a", encounters=1)
    answer = house.post(sent, prefer="respond-async")
    assert (answer.status, answer.text) == (202, "")
    place = answer.headers["Content-Location"].removeprefix(f"{BASE}/")
    assert house.get(place, ADMIN).status == 202
    house.execute(house.held[0])
    assert len(responses(house.get(place, ADMIN))) == len(sent["entry"])
    assert house.get("imports/imp_" + "0" * 32, ADMIN).status == 404
    assert house.get(place, DESK).status == 403


def test_others_than_administrators_import_nothing(house: House) -> None:
    assert house.post(bundle("a", encounters=1), DESK).status == 403
    assert house.executions == []


def changed(sent: dict[str, Any], type_: str, **elements: Any) -> dict[str, Any]:
    """The bundle with other elements in the first entry of a type."""
    copied = copy.deepcopy(sent)
    resource = next(one["resource"] for one in copied["entry"] if one["resource"]["resourceType"] == type_)
    resource.update(elements)
    return copied


@pytest.mark.parametrize(
    ("type_", "elements", "code"),
    [
        ("Patient", {"birthDate": "3020-01-01"}, "invalid"),
        ("Patient", {"name": []}, "invalid"),
        ("Patient", {"name": [{"given": 5}]}, "structure"),
        ("Condition", {"code": {"coding": 5}}, "structure"),
        ("Encounter", {"class": "AMB"}, "code-invalid"),
        ("Encounter", {"status": "in-progress"}, "business-rule"),
        ("Encounter", {"class": {"code": "XYZ"}}, "code-invalid"),
        ("Encounter", {"period": {}}, "required"),
        ("Encounter", {"period": {"start": "2020-01-01", "end": "2999-01-01"}}, "business-rule"),
        ("Condition", {"subject": {}}, "not-found"),
        ("Condition", {"subject": {"reference": "Patient/pat-" + "0" * 32}}, "not-found"),
        ("Condition", {"code": {"text": "no code"}}, "required"),
        (
            "Condition",
            {"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J06.99"}]}},
            "not-found",
        ),
        ("Condition", {"recordedDate": "yesterday"}, "value"),
        ("Condition", {"recordedDate": "2999-01-01"}, "invalid"),
        ("Condition", {"clinicalStatus": {"coding": [{"code": "gone"}]}}, "invalid"),
        ("Observation", {"valueQuantity": {"value": 170, "unit": "furlong", "code": "[fur_us]"}}, "invalid"),
        ("Observation", {"valueQuantity": {"value": 17000, "unit": "cm", "code": "cm"}}, "invalid"),
        ("Observation", {"valueQuantity": {"value": "tall", "unit": "cm", "code": "cm"}}, "invalid"),
        ("Observation", {"status": "entered-in-error"}, "business-rule"),
        ("AllergyIntolerance", {"code": {}}, "required"),
        ("Procedure", {"code": {}}, "required"),
        ("CarePlan", {"status": "entered-in-error"}, "business-rule"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_and_told_why(
    house: House, type_: str, elements: dict[str, Any], code: str
) -> None:
    sent = changed(bundle("a", encounters=1), type_, **elements)
    refused = only(type_, house.post(sent), sent)[0]
    assert issues(refused) == [code] * len(issues(refused)) != []
    assert "location" not in refused


def test_without_its_patient_nothing_is_written_down(house: House) -> None:
    sent = changed(bundle("a", encounters=1), "Patient", birthDate=None)
    answer = house.post(sent)
    assert statuses(answer) == Counter({"422": len(sent["entry"])})
    assert house.items("records") == []


def test_what_is_of_an_encounter_that_is_not_kept_stands_without_it(house: House) -> None:
    sent = changed(bundle("a", encounters=1), "Encounter", status="in-progress")
    answer = house.post(sent)
    [condition] = only("Condition", answer, sent)
    notes = [issue["diagnostics"] for issue in condition["outcome"]["issue"]]
    assert "its encounter is not kept" in notes
    read = house.get(condition["location"], themselves(patient_of(answer, sent))).json
    assert "encounter" not in read


def test_a_problem_of_the_list_is_the_patients_and_no_encounters(house: House) -> None:
    listed = [{"coding": [{"code": "problem-list-item"}]}]
    sent = changed(bundle("a", encounters=1), "Condition", category=listed)
    answer = house.post(sent)
    [condition] = only("Condition", answer, sent)
    read = house.get(condition["location"], themselves(patient_of(answer, sent))).json
    assert "encounter" not in read
    assert read["category"][0]["coding"][0]["code"] == "problem-list-item"


def test_a_known_patient_is_found_by_an_identifier_and_not_changed(house: House) -> None:
    sent = bundle("a", encounters=1)
    patient = patient_of(house.post(sent), sent)
    resource = sent["entry"][0]["resource"]
    other = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": resource | {"name": [{"family": "Other", "given": ["Name"]}]}}],
    }
    told = house.post(other)
    assert told.json["type"] == "batch-response"
    assert told.json["entry"][0]["response"]["status"] == "200 OK"
    assert told.json["entry"][0]["response"]["location"] == f"Patient/{patient}"
    assert house.get(f"Patient/{patient}", DESK).json["name"][0]["family"] != "Other"
    mrn = resource["identifier"][1]
    found = house.get(f"Patient?identifier={mrn['system']}|{mrn['value']}", DESK).json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [patient]


def test_identifiers_of_two_people_are_nobodys(house: House) -> None:
    first, second = bundle("a", encounters=0), bundle("b", encounters=0)
    house.post(first)
    house.post(second)
    both = [one["entry"][0]["resource"]["identifier"][1] for one in (first, second)]
    mixed = changed(bundle("c", encounters=0), "Patient", identifier=both)
    [told] = only("Patient", house.post(mixed), mixed)
    assert told["status"] == "409 Conflict"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "collection"}, 400),
        ({"resourceType": "Patient"}, 400),
        ({"entry": []}, 400),
        ({"entry": {}}, 400),
        ({"entry": [1]}, 400),
        ({"entry": [{"resource": {}}]}, 400),
        ({"entry": [{"resource": {"resourceType": "Patient"}, "request": {"method": "DELETE"}}]}, 400),
        ({"entry": [{"resource": {"resourceType": "Patient"}, "fullUrl": "urn:x"}] * 2}, 400),
    ],
)
def test_of_a_bundle_that_is_none_nothing_is_taken(house: House, change: dict[str, Any], status: int) -> None:
    answer = house.post(bundle("a", encounters=0) | change)
    assert (answer.status, answer.json["resourceType"]) == (status, "OperationOutcome")
    assert (house.executions, house.items("patients"), house.items("fhir")) == ([], [], [])


def test_of_a_bundle_with_a_broken_reference_nothing_is_taken(house: House) -> None:
    sent = changed(bundle("a", encounters=1), "Condition", subject={"reference": "urn:uuid:nobody"})
    answer = house.post(sent)
    assert answer.status == 400
    [found] = answer.json["issue"]
    assert found["code"] == "not-found"
    assert found["expression"][0].endswith("resource.subject.reference")
    assert house.items("patients") == []


def test_a_bundle_may_be_larger_than_other_bodies_but_not_boundless(house: House) -> None:
    sent = bundle("a", encounters=20)
    assert len(json.dumps(sent)) > BODY_LIMIT
    assert house.post(sent).status == 200
    assert house.post(json.dumps(sent) + " " * (4 * 1024 * 1024)).status == 413
    assert house.post("{").status == 400


def test_an_imported_encounter_makes_nobody_a_carer_and_is_billed_to_nobody(house: House) -> None:
    sent = bundle("a", encounters=1)
    house.post(sent)
    [encounter] = [item for item in house.items("records") if item["pk"]["S"].startswith("ENCOUNTER#")]
    assert json.loads(encounter["history"]["S"])[-1][1] == "import"
    assert encounter["codes"]["M"] == {}
    assert int(encounter["entries"]["N"]) == 9


def test_who_was_erased_is_named_by_no_number_and_does_not_come_back(house: House) -> None:
    sent = bundle("a", encounters=1)
    patient = own_id(patient_of(house.post(sent), sent))
    with house.at("patients"):
        erasures.close(patient)
        erased = Transaction()
        vault.destroy(erased, patient)
        erased.commit()
        vault.memory.clear()
        erasures.forget(patient)
    left = [item["pk"]["S"] + item["sk"]["S"] for item in house.items("patients")]
    assert not [key for key in left if key.startswith("IDENTIFIER#") or key.endswith("KNOWNAS")]
    again = bundle("a", encounters=2)
    [told] = only("Patient", house.post(again), again)
    assert told["status"] == "410 Gone"
