"""A record read as FHIR R4: the same entries, the same rules of access, as HL7 defines them."""

from typing import Any

import pytest
from tests.fhir.validator import wrong
from tests.integration.care.records.ward import ADMIN, DESK, DR_GRETA, DR_KENJI, GRETA, MARIA, Ward, made, patient
from tests.integration.gateway import Answer, Caller

BASE = "/fhir/R4"
SUBJECT = f"patient=Patient/pat-{MARIA.removeprefix('pat_')}"
FEVER = {"code": "8310-5", "value": 101.3, "unit": "[degF]"}
PRESSURE = [
    {"code": "8480-6", "value": 150, "unit": "mm[Hg]"},
    {"code": "8462-4", "value": 95, "unit": "mm[Hg]"},
]


@pytest.fixture
def charted(ward: Ward) -> Ward:
    """Maria's record with one of everything."""
    encounter = f"/v1/encounters/{ward.begun()}"
    whole = f"/v1/patients/{MARIA}"
    for path, body in {
        f"{encounter}/notes": {"text": "Coughs since Monday.", "title": "Cough"},
        f"{encounter}/vitals": {"measurements": [FEVER, *PRESSURE]},
        f"{encounter}/diagnoses": {"code": "J06.9", "text": "a cold"},
        f"{encounter}/procedures": {"text": "Wound dressed", "code": "W-1"},
        f"{whole}/problems": {"code": "I10", "onset": "2019-05-01"},
        f"{whole}/allergies": {"code": "peanut", "reaction": "hives", "severity": "moderate"},
        f"{whole}/care-plan": {"text": "Walk daily", "goal": "Lower pressure", "due": "2026-12-31"},
    }.items():
        made(DR_GRETA.post(path, body))
    return ward


def found(caller: Caller, search: str) -> list[dict[str, Any]]:
    answer = caller.get(f"{BASE}/{search}")
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    return [entry["resource"] for entry in answer.json.get("entry", [])]


def refused(answer: Answer, status: int) -> list[str]:
    """The codes of the issues."""
    assert answer.status == status, answer.text
    assert answer.json["resourceType"] == "OperationOutcome"
    return [issue["code"] for issue in answer.json["issue"]]


def test_every_resource_is_as_hl7_defines_it(charted: Ward) -> None:
    types = ("Encounter", "Condition", "AllergyIntolerance", "Observation", "Procedure", "CarePlan")
    resources = [resource for type_ in types for resource in found(patient(MARIA), f"{type_}?{SUBJECT}")]
    assert {resource["resourceType"] for resource in resources} == set(types)
    assert wrong(resources) == []
    for resource in resources:
        alone = patient(MARIA).get(f"{BASE}/{resource['resourceType']}/{resource['id']}")
        assert alone.json == resource
        assert alone.headers["ETag"] == f'W/"{resource["meta"]["versionId"]}"'


def test_pages_and_refusals_are_as_hl7_defines_them(charted: Ward) -> None:
    page = DR_GRETA.get(f"{BASE}/Observation?{SUBJECT}&_count=1").json
    unknown = DR_GRETA.get(f"{BASE}/Observation?{SUBJECT}&colour=red")
    stranger = DR_KENJI.get(f"{BASE}/Observation?{SUBJECT}")
    assert wrong([page, unknown.json, stranger.json]) == []


def test_codes_carry_the_systems_they_are_of(charted: Ward) -> None:
    diagnosis, problem = sorted(
        found(DR_GRETA, f"Condition?{SUBJECT}"), key=lambda one: str(one["category"][0]["coding"][0]["code"])
    )
    assert diagnosis["code"]["coding"][0] == {
        "system": "http://hl7.org/fhir/sid/icd-10-cm",
        "code": "J06.9",
        "display": "Acute upper respiratory infection, unspecified",
    }
    assert diagnosis["encounter"]["reference"].startswith("Encounter/enc-")
    assert problem["onsetDateTime"] == "2019-05-01"
    fever = next(one for one in found(DR_GRETA, f"Observation?{SUBJECT}&code=http://loinc.org|8310-5"))
    assert fever["valueQuantity"] == {
        "value": 38.5,
        "unit": "Cel",
        "system": "http://unitsofmeasure.org",
        "code": "Cel",
    }
    assert fever["interpretation"][0]["coding"][0]["code"] == "H"


def test_blood_pressure_is_one_panel(charted: Ward) -> None:
    [panel] = found(DR_GRETA, f"Observation?{SUBJECT}&code=85354-9")
    values = {one["code"]["coding"][0]["code"]: one["valueQuantity"]["value"] for one in panel["component"]}
    assert values == {"8480-6": 150, "8462-4": 95}


def test_half_a_blood_pressure_says_what_was_not_measured(ward: Ward) -> None:
    made(DR_GRETA.post(f"/v1/encounters/{ward.begun()}/vitals", {"measurements": PRESSURE[:1]}))
    [panel] = found(DR_GRETA, f"Observation?{SUBJECT}")
    assert panel["component"][1]["dataAbsentReason"]["coding"][0]["code"] == "not-performed"


def test_what_was_entered_in_error_says_so(charted: Ward) -> None:
    [peanut] = found(DR_GRETA, f"AllergyIntolerance?{SUBJECT}")
    entry = peanut["identifier"][0]["value"]
    assert DR_GRETA.post(f"/v1/records/{entry}/entered-in-error", {"reason": "another patient"}).status == 200
    [retracted] = found(DR_GRETA, f"AllergyIntolerance?{SUBJECT}")
    assert "clinicalStatus" not in retracted
    assert retracted["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert found(DR_GRETA, f"AllergyIntolerance?{SUBJECT}&clinical-status=active") == []
    assert wrong([retracted]) == []


def test_a_search_leads_through_all_pages_and_cuts_none_short(charted: Ward) -> None:
    ids: list[str] = []
    place = f"{BASE}/Observation?{SUBJECT}&_count=1"
    while place:
        page = DR_GRETA.get(place).json
        assert len(page.get("entry", [])) <= 1
        ids += [entry["resource"]["id"] for entry in page.get("entry", [])]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        place = f"{BASE}/{following[0]}" if following else ""
    assert sorted(ids) == sorted(one["id"] for one in found(DR_GRETA, f"Observation?{SUBJECT}"))
    assert len(ids) == len(set(ids)) == 2


def test_conditions_of_both_kinds_stand_in_one_order(ward: Ward) -> None:
    for number, day in enumerate(("2026-01-01", "2026-03-01", "2026-02-01")):
        where = f"encounters/{ward.begun()}/diagnoses" if number % 2 else f"patients/{MARIA}/problems"
        made(DR_GRETA.post(f"/v1/{where}", {"code": "I10", "at": f"{day}T08:00:00Z"}))
    ordered: list[str] = []
    place = f"{BASE}/Condition?{SUBJECT}&_count=1"
    while place:
        page = DR_GRETA.get(place).json
        ordered += [entry["resource"]["recordedDate"][:7] for entry in page.get("entry", [])]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        place = f"{BASE}/{following[0]}" if following else ""
    assert ordered == ["2026-03", "2026-02", "2026-01"]


def test_dates_bound_what_is_found(charted: Ward) -> None:
    made(DR_GRETA.post(f"/v1/patients/{MARIA}/problems", {"code": "E11.9", "at": "2020-06-15T10:00:00Z"}))

    def codes(dates: str) -> set[str]:
        resources = found(DR_GRETA, f"Condition?{SUBJECT}&category=problem-list-item&{dates}")
        return {one["code"]["coding"][0]["code"] for one in resources}

    assert codes("recorded-date=2020") == codes("recorded-date=2020-06") == codes("recorded-date=lt2021") == {"E11.9"}
    assert codes("recorded-date=ge2020-06-15&recorded-date=le2020-06-15") == {"E11.9"}
    assert codes("recorded-date=gt2020-06-15") == codes("recorded-date=2026-11-23") == {"I10"}
    assert codes("recorded-date=2021&recorded-date=2022") == set()


@pytest.mark.parametrize(
    ("search", "code"),
    [
        (f"Condition?{SUBJECT}&subject=x", "not-supported"),
        ("Condition", "required"),
        ("Condition?patient=Practitioner/prc-1", "invalid"),
        (f"Condition?{SUBJECT}&recorded-date=yesterday", "invalid"),
        (f"Condition?{SUBJECT}&recorded-date=ne2020", "invalid"),
        (f"Condition?{SUBJECT}&category=a&category=b", "invalid"),
        (f"Condition?{SUBJECT}&_count=0", "invalid"),
        (f"Condition?{SUBJECT}&_cursor=nonsense", "invalid"),
    ],
)
def test_what_a_search_cannot_do_it_does_not_pass_over(ward: Ward, search: str, code: str) -> None:
    assert refused(DR_GRETA.get(f"{BASE}/{search}"), 400) == [code]


def test_who_asks_for_it_has_unknown_parameters_ignored(charted: Ward) -> None:
    search = f"{BASE}/Condition?{SUBJECT}&_sort=-date"
    assert DR_GRETA.get(search).status == 400
    answer = DR_GRETA.get(search, prefer="handling=lenient")
    assert answer.status == 200
    assert "_sort" not in answer.json["link"][0]["url"]  # which tells what was done


def test_the_record_is_for_whom_it_is_for_in_fhir_too(charted: Ward) -> None:
    [condition, *_] = found(DR_GRETA, f"Condition?{SUBJECT}")
    for caller in (DR_KENJI, DESK, ADMIN):
        assert refused(caller.get(f"{BASE}/Condition?{SUBJECT}"), 403) == ["forbidden"]
        assert refused(caller.get(f"{BASE}/Condition/{condition['id']}"), 403) == ["forbidden"]


def test_an_entry_is_found_under_its_own_type_alone(charted: Ward) -> None:
    [peanut] = found(DR_GRETA, f"AllergyIntolerance?{SUBJECT}")
    assert refused(DR_GRETA.get(f"{BASE}/Condition/{peanut['id']}"), 404) == ["not-found"]


def test_addresses_are_whole_where_it_is_known_where_we_are(charted: Ward, account: pytest.MonkeyPatch) -> None:
    account.setenv("PORTAL_URL", "https://salus.example")
    page = DR_GRETA.get(f"{BASE}/Encounter?{SUBJECT}&status=in-progress").json
    [entry] = page["entry"]
    assert entry["fullUrl"] == f"https://salus.example/api/care/fhir/R4/Encounter/{entry['resource']['id']}"
    assert page["link"][0]["url"].startswith("https://salus.example/api/care/fhir/R4/Encounter?patient=")
    assert entry["resource"]["participant"][0]["individual"]["reference"] == f"Practitioner/{GRETA.replace('_', '-')}"
