"""What is written down, corrected and read, over HTTP."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.integration.care.records.ward import (
    ADMIN,
    BABY,
    DESK,
    DR_GRETA,
    DR_KENJI,
    GRETA,
    KENJI,
    MARIA,
    NOW,
    NURSE,
    TOM,
    Ward,
    made,
    patient,
    record,
)
from tests.integration.care.scheduling.clinic import watched
from tests.integration.gateway import Answer, places

from care.records.models import Author
from care.records.repository import entries as repository
from care.records.service import entries as use_cases
from kernel import vault

NOBODY = "0" * 32
SECRET = "Coughs since Monday, and is afraid."
FEVER = {"code": "8310-5", "value": 38.6, "unit": "Cel"}


def vitals(ward: Ward, *measurements: dict[str, Any], patient_id: str = MARIA, **more: Any) -> Answer:
    encounter_id = ward.begun(patient_id=patient_id)
    return DR_GRETA.post(f"/v1/encounters/{encounter_id}/vitals", {"measurements": measurements, **more})


def measured(ward: Ward, code: str, value: float, unit: str, patient_id: str = MARIA) -> dict[str, Any]:
    answer = vitals(ward, {"code": code, "value": value, "unit": unit}, patient_id=patient_id)
    found: dict[str, Any] = made(answer)["content"]["measurements"][0]
    return found


# ---- written


def test_a_note_is_written_and_read_by_the_patient(ward: Ward) -> None:
    encounter_id = ward.begun()
    written = ward.note(encounter_id, SECRET)
    assert written == {
        "entry_id": written["entry_id"],
        "kind": "note",
        "patient_id": MARIA,
        "encounter_id": encounter_id,
        "status": "final",
        "at": "2026-11-23T08:00:00Z",
        "recorded_at": "2026-11-23T08:00:00Z",
        "author": {"user_id": f"user-of-{GRETA}", "practitioner_id": GRETA},
        "version": 1,
        "reason": None,
        "content": {"text": SECRET, "title": None},
    }
    assert patient(MARIA).get(f"/v1/records/{written['entry_id']}").json == written
    assert record(patient(MARIA), query="kind=note") == [written]


def test_what_is_written_does_not_show_in_the_table(ward: Ward) -> None:
    encounter_id = ward.begun()
    written = ward.note(encounter_id, SECRET)
    path = f"/v1/records/{written['entry_id']}"
    assert DR_GRETA.put(path, {"reason": "a misunderstanding", "content": {"text": "Afraid of nothing."}}).status == 200
    made(DR_GRETA.post(f"/v1/patients/{MARIA}/allergies", {"substance": "Durian", "reaction": "hives"}))
    stored = str(ward.items())
    for words in (SECRET, "afraid", "Afraid", "misunderstanding", "Durian", "hives"):
        assert words not in stored


def test_everything_that_can_be_written_down_comes_back(ward: Ward) -> None:
    encounter_id = ward.begun()
    in_encounter: list[tuple[str, dict[str, Any]]] = [
        ("diagnoses", {"code": "j069", "text": "a cold"}),
        ("procedures", {"text": "Ear syringed", "code": "EAR-1"}),
        ("vitals", {"measurements": [FEVER]}),
    ]
    of_patient: list[tuple[str, dict[str, Any]]] = [
        ("allergies", {"code": "peanut", "severity": "severe", "criticality": "high"}),
        ("problems", {"code": "E11.9", "onset": "2019-05-01", "status": "active"}),
        ("care-plan", {"text": "Walk every day", "due": "2026-12-24"}),
    ]
    for path, body in in_encounter:
        made(DR_GRETA.post(f"/v1/encounters/{encounter_id}/{path}", body))
    for path, body in of_patient:
        made(DR_GRETA.post(f"/v1/patients/{MARIA}/{path}", body))
    told = {item["kind"]: (item["status"], item["content"]) for item in record(DR_GRETA) if item["kind"] != "encounter"}
    cold, icd_10 = "Acute upper respiratory infection, unspecified", "http://hl7.org/fhir/sid/icd-10-cm"
    assert told == {
        "diagnosis": (
            "active",
            {"code": "J06.9", "display": cold, "system": icd_10, "text": "a cold", "verification": "confirmed"},
        ),
        "procedure": ("completed", {"text": "Ear syringed", "code": "EAR-1"}),
        "vitals": (
            "final",
            {
                "measurements": [
                    FEVER | {"canonical_value": 38.6, "canonical_unit": "Cel", "flag": "H", "low": 36.1, "high": 38.0}
                ]
            },
        ),
        "allergy": (
            "active",
            {
                "code": "peanut",
                "substance": "Peanut",
                "category": "food",
                "reaction": None,
                "severity": "severe",
                "criticality": "high",
                "verification": "confirmed",
            },
        ),
        "problem": (
            "active",
            {
                "code": "E11.9",
                "display": "Type 2 diabetes mellitus without complications",
                "system": "http://hl7.org/fhir/sid/icd-10-cm",
                "text": None,
                "verification": "confirmed",
                "onset": "2019-05-01",
            },
        ),
        "care-plan": ("not-started", {"text": "Walk every day", "goal": None, "due": "2026-12-24"}),
    }


def test_nothing_is_written_before_an_encounter_begins_or_after_it_ends(ward: Ward) -> None:
    encounter_id = ward.opened()["encounter_id"]
    path = f"/v1/encounters/{encounter_id}/notes"
    early = DR_GRETA.post(path, {"text": SECRET})
    assert (early.status, early.slug, early.json["current_status"]) == (409, "encounter-not-open", "arrived")
    DR_GRETA.post(f"/v1/encounters/{encounter_id}/start")
    DR_GRETA.post(f"/v1/encounters/{encounter_id}/close")
    late = DR_GRETA.post(path, {"text": SECRET})
    assert (late.status, late.slug, late.json["current_status"]) == (409, "encounter-not-open", "finished")
    assert ward.items("ENTRY#") == []


def test_the_same_request_again_gives_the_same_entry(ward: Ward) -> None:
    path = f"/v1/encounters/{ward.begun()}/notes"
    first = made(DR_GRETA.post(path, {"text": SECRET}, idempotency_key="k"))
    assert made(DR_GRETA.post(path, {"text": SECRET}, idempotency_key="k")) == first
    other = DR_GRETA.post(path, {"text": "Something else"}, idempotency_key="k")
    assert (other.status, other.slug) == (422, "idempotency-key-reused")
    elsewhere = DR_GRETA.post(f"/v1/encounters/{ward.begun()}/notes", {"text": SECRET}, idempotency_key="k")
    assert elsewhere.slug == "idempotency-key-reused"
    assert len(ward.items("ENTRY#")) == 1


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("notes", {"text": ""}, {"/text"}),
        ("notes", {"text": "x" * 10_001}, {"/text"}),
        ("notes", {"text": "a\x00b"}, {"/text"}),
        ("notes", {"text": SECRET, "at": "2026-11-23T09:00:00Z"}, {"/at"}),
        ("notes", {"text": SECRET, "at": "1899-01-01T00:00:00Z"}, {"/at"}),
        ("notes", {"text": SECRET, "at": "2026-11-23T07:00:00"}, {"/at"}),
        ("diagnoses", {"code": "J06.99"}, {"/code"}),
        ("diagnoses", {"code": "cough"}, {"/code"}),
        ("diagnoses", {"code": "J06.9", "status": "entered-in-error"}, {"/status"}),
        ("procedures", {"text": "Ear syringed", "status": "done"}, {"/status"}),
        ("vitals", {"measurements": []}, {"/measurements"}),
        ("vitals", {"measurements": [{"code": "1-1", "value": 1, "unit": "kg"}]}, {"/measurements/0/code"}),
        ("vitals", {"measurements": [FEVER, FEVER]}, {"/measurements/1/code"}),
        ("vitals", {"measurements": [FEVER | {"unit": "C"}]}, {"/measurements/0/unit"}),
        ("vitals", {"measurements": [FEVER | {"value": 386}]}, {"/measurements/0/value"}),
        ("vitals", {"measurements": [FEVER | {"value": "NaN"}]}, {"/measurements/0/value"}),
        (
            "vitals",
            {
                "measurements": [
                    {"code": "8480-6", "value": 80, "unit": "mm[Hg]"},
                    {"code": "8462-4", "value": 120, "unit": "mm[Hg]"},
                ]
            },
            {"/measurements/1/value"},
        ),
        (
            "vitals",
            {"measurements": [FEVER | {"value": 100}, {"code": "29463-7", "value": 70, "unit": "stone"}]},
            {"/measurements/0/value", "/measurements/1/unit"},
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(
    ward: Ward, path: str, body: dict[str, Any], pointers: set[str]
) -> None:
    encounter_id = ward.begun()
    assert places(DR_GRETA.post(f"/v1/encounters/{encounter_id}/{path}", body)) == pointers
    assert ward.items("ENTRY#") == []


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("allergies", {}, {""}),
        ("allergies", {"code": "peanut", "substance": "Peanut"}, {""}),
        ("allergies", {"code": "kryptonite"}, {"/code"}),
        ("problems", {"code": "Z99.999"}, {"/code"}),
        ("care-plan", {"text": "Walk", "due": "tomorrow"}, {"/due"}),
    ],
)
def test_what_is_wrong_with_what_is_true_of_a_patient_is_said_at_its_place(
    ward: Ward, path: str, body: dict[str, Any], pointers: set[str]
) -> None:
    assert places(DR_GRETA.post(f"/v1/patients/{MARIA}/{path}", body)) == pointers


# ---- vital signs


@pytest.mark.parametrize(
    ("code", "value", "unit", "canonical", "flag"),
    [
        ("8310-5", 101.5, "[degF]", 38.6, "H"),
        ("8310-5", 37.0, "Cel", 37.0, None),
        ("8310-5", 39.1, "Cel", 39.1, "HH"),
        ("29463-7", 154, "[lb_av]", 69.85, None),
        ("8302-2", 70, "[in_i]", 177.8, None),
        ("8480-6", 16, "kPa", 120, None),
        ("8480-6", 182, "mm[Hg]", 182, "HH"),
        ("8867-4", 45, "/min", 45, "L"),
        ("59408-5", 90, "%", 90, "LL"),
        ("41653-7", 12, "mmol/L", 216, "H"),
    ],
)
def test_a_value_is_kept_as_given_and_compared_in_one_unit(
    ward: Ward, code: str, value: float, unit: str, canonical: float, flag: str | None
) -> None:
    found = measured(ward, code, value, unit)
    assert (found["value"], found["unit"], found["canonical_value"], found["flag"]) == (value, unit, canonical, flag)


def test_what_is_normal_depends_on_the_age(ward: Ward) -> None:
    """A pulse of 130 is critical in a grown woman, fast at fourteen, and normal in the first month."""
    ward.treats(GRETA, BABY)
    flags = {who: measured(ward, "8867-4", 130, "/min", who)["flag"] for who in (MARIA, TOM, BABY)}
    assert flags == {MARIA: "H", TOM: "H", BABY: None}
    assert measured(ward, "8867-4", 131, "/min", MARIA)["flag"] == "HH"
    assert measured(ward, "8867-4", 131, "/min", TOM)["high"] == 100


def test_the_age_is_that_of_the_time_of_measuring(ward: Ward) -> None:
    encounter_id = ward.begun(patient_id=TOM)
    body = {"measurements": [{"code": "8867-4", "value": 130, "unit": "/min"}], "at": "2013-06-01T12:00:00Z"}
    written = made(DR_GRETA.post(f"/v1/encounters/{encounter_id}/vitals", body))
    assert (written["content"]["measurements"][0]["flag"], written["content"]["measurements"][0]["high"]) == (None, 180)


# ---- corrected


def test_a_correction_adds_a_version_and_keeps_the_one_before(ward: Ward) -> None:
    entry_id = ward.note(ward.begun())["entry_id"]
    ward.now += timedelta(minutes=5)
    change = {"reason": "it was Sunday", "content": {"text": "Coughs since Sunday."}}
    answer = DR_GRETA.put(f"/v1/records/{entry_id}", change, if_match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    versions = patient(MARIA).get(f"/v1/records/{entry_id}/versions").json["items"]
    assert [(v["version"], v["status"], v["content"]["text"], v["reason"]) for v in versions] == [
        (1, "final", "Coughs since Monday.", None),
        (2, "amended", "Coughs since Sunday.", "it was Sunday"),
    ]
    assert versions[1] == answer.json
    assert versions[1]["at"] == versions[0]["at"] != versions[1]["recorded_at"]
    assert record(DR_GRETA, query="kind=note") == [answer.json]


def test_who_read_an_older_version_does_not_overwrite_the_newer(ward: Ward) -> None:
    path = f"/v1/records/{ward.note(ward.begun())['entry_id']}"
    change = {"reason": "a slip", "content": {"text": "Changed."}}
    assert DR_GRETA.put(path, change, if_match='"1"').status == 200
    for answer in (
        DR_GRETA.put(path, change, if_match='"1"'),
        DR_GRETA.post(f"{path}/entered-in-error", {"reason": "a slip"}, if_match='"1"'),
    ):
        assert (answer.status, answer.slug) == (412, "stale")
    assert DR_GRETA.get(path).json["version"] == 2


def test_of_two_corrections_at_once_none_is_lost(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    entry_id = ward.note(ward.begun())["entry_id"]
    put, intruders = repository.put_version, ["first"]

    def intruded(entry: Any) -> None:
        if intruders:
            use_cases.correct(entry_id, {"text": intruders.pop(), "title": None}, "faster", None, Author("other"))
        put(entry)

    monkeypatch.setattr(repository, "put_version", intruded)
    use_cases.correct(entry_id, {"text": "second", "title": None}, "slower", None, Author("one"))
    assert [v.content.body["text"] for v in use_cases.versions(entry_id)] == ["Coughs since Monday.", "first", "second"]


def test_a_correction_has_the_shape_of_its_kind(ward: Ward) -> None:
    path = f"/v1/records/{ward.note(ward.begun())['entry_id']}"
    wrong = DR_GRETA.put(path, {"reason": "a slip", "content": {"code": "J06.9"}})
    assert places(wrong) == {"/content/code", "/content/text"}
    assert places(DR_GRETA.put(path, {"content": {"text": "Without a reason."}})) == {"/reason"}


def test_a_corrected_value_is_checked_like_a_new_one(ward: Ward) -> None:
    path = f"/v1/records/{made(vitals(ward, FEVER))['entry_id']}"
    wrong = DR_GRETA.put(path, {"reason": "a slip", "content": {"measurements": [FEVER | {"value": 386}]}})
    assert places(wrong) == {"/content/measurements/0/value"}
    right = DR_GRETA.put(path, {"reason": "a slip", "content": {"measurements": [FEVER | {"value": 36.8}]}})
    assert (right.json["status"], right.json["content"]["measurements"][0]["flag"]) == ("corrected", None)


def test_what_was_entered_in_error_stays_readable_and_cannot_change_any_more(ward: Ward) -> None:
    entry_id = ward.note(ward.begun())["entry_id"]
    path = f"/v1/records/{entry_id}"
    answer = DR_GRETA.post(f"{path}/entered-in-error", {"reason": "another patient's"})
    assert (answer.json["status"], answer.json["content"]["text"]) == ("entered-in-error", "Coughs since Monday.")
    for again in (
        DR_GRETA.post(f"{path}/entered-in-error", {"reason": "again"}),
        DR_GRETA.put(path, {"reason": "again", "content": {"text": "Changed."}}),
    ):
        assert (again.status, again.slug) == (409, "invalid-transition")


def test_a_closed_encounter_lets_its_entries_be_corrected(ward: Ward) -> None:
    encounter_id = ward.begun()
    path = f"/v1/records/{ward.note(encounter_id)['entry_id']}"
    DR_GRETA.post(f"/v1/encounters/{encounter_id}/close")
    assert DR_GRETA.put(path, {"reason": "a slip", "content": {"text": "Changed."}}).status == 200
    assert DR_GRETA.get(f"/v1/encounters/{encounter_id}").json["status"] == "finished"


# ---- who may


def test_who_writes_what(ward: Ward) -> None:
    encounter_id = ward.begun()
    NURSE.post(f"/v1/encounters/{encounter_id}/join")
    bodies: dict[str, dict[str, Any]] = {
        "notes": {"text": SECRET},
        "vitals": {"measurements": [FEVER]},
        "diagnoses": {"code": "J06.9"},
        "procedures": {"text": "Ear syringed"},
    }

    def allowed(caller: Any) -> set[str]:
        answers = {path: caller.post(f"/v1/encounters/{encounter_id}/{path}", body) for path, body in bodies.items()}
        assert {answer.status for answer in answers.values()} <= {201, 403}
        return {path for path, answer in answers.items() if answer.status == 201}

    assert allowed(DR_GRETA) == set(bodies)
    assert allowed(NURSE) == {"notes", "vitals", "procedures"}
    assert [allowed(caller) for caller in (DR_KENJI, DESK, ADMIN, patient(MARIA))] == [set()] * 4


def test_who_reads_the_record(ward: Ward) -> None:
    entry_id = ward.note(ward.begun())["entry_id"]
    ward.speaks_for(TOM, MARIA)
    ward.treats("nurse", MARIA)
    paths = [f"/v1/patients/{MARIA}/record", f"/v1/patients/{MARIA}/summary"]
    paths += [f"/v1/records/{entry_id}", f"/v1/records/{entry_id}/versions"]
    for path in paths:
        for caller in (DR_GRETA, NURSE, patient(MARIA), patient(TOM)):
            assert caller.get(path).status == 200, path
        for caller in (DR_KENJI, DESK, ADMIN, patient(BABY)):
            assert caller.get(path).status == 403, path


def test_breaking_the_glass_opens_a_record_for_its_time(ward: Ward) -> None:
    path = f"/v1/patients/{MARIA}/record"
    ward.treats(f"user-of-{KENJI}", MARIA, relation="EMERGENCY", minutes=60)
    assert DR_KENJI.get(path).status == 200
    ward.now += timedelta(minutes=61)
    assert DR_KENJI.get(path).status == 403


def test_who_wrote_something_corrects_it_and_colleagues_do_not(ward: Ward) -> None:
    encounter_id = ward.begun()
    NURSE.post(f"/v1/encounters/{encounter_id}/join")
    by_nurse = made(NURSE.post(f"/v1/encounters/{encounter_id}/notes", {"text": SECRET}))["entry_id"]
    by_doctor = ward.note(encounter_id)["entry_id"]
    ward.treats(KENJI, MARIA)
    change = {"reason": "a slip", "content": {"text": "Changed."}}

    def corrects(caller: Any, entry_id: str) -> bool:
        return bool(caller.put(f"/v1/records/{entry_id}", change).status == 200)

    assert [corrects(NURSE, by_nurse), corrects(DR_GRETA, by_nurse), corrects(DR_GRETA, by_doctor)] == [True] * 3
    assert [corrects(NURSE, by_doctor), corrects(DR_KENJI, by_doctor), corrects(patient(MARIA), by_doctor)] == [
        False
    ] * 3


def test_what_is_true_of_a_patient_is_kept_by_whoever_treats_them(ward: Ward) -> None:
    entry_id = made(DR_GRETA.post(f"/v1/patients/{MARIA}/problems", {"code": "I10"}))["entry_id"]
    change = {"reason": "normal for a year", "content": {"code": "I10", "status": "resolved"}}
    assert DR_KENJI.put(f"/v1/records/{entry_id}", change).status == 403
    ward.treats(KENJI, MARIA)
    assert DR_KENJI.put(f"/v1/records/{entry_id}", change).json["status"] == "resolved"


def test_a_missing_entry_is_like_a_strangers(ward: Ward) -> None:
    assert {caller.get(f"/v1/records/rec_{NOBODY}").status for caller in (DR_GRETA, patient(MARIA), DESK)} == {403}
    assert DR_GRETA.get("/v1/records/enc_" + NOBODY).status == 404


# ---- read


def test_the_record_is_one_timeline_newest_first(ward: Ward) -> None:
    encounter_id = ward.begun()
    for minutes in (30, 10, 20):
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        made(DR_GRETA.post(f"/v1/encounters/{encounter_id}/notes", {"text": f"{minutes} ago", "at": at}))
    made(DR_GRETA.post(f"/v1/patients/{MARIA}/allergies", {"code": "egg"}))
    ats = [item["at"] for item in record(DR_GRETA)]
    assert ats == sorted(ats, reverse=True)
    assert [item["content"]["text"] for item in record(DR_GRETA, query="kind=note")] == ["10 ago", "20 ago", "30 ago"]


def test_pages_follow_one_another_without_gap_or_repetition(ward: Ward) -> None:
    encounter_id = ward.begun()
    for number in range(7):
        ward.note(encounter_id, f"note {number}")  # all at the same second
    whole = record(DR_GRETA)
    for limit in (1, 2, 3, 8, 9):
        assert record(DR_GRETA, query=f"limit={limit}") == whole
    assert len(whole) == 8


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("from=2026-11-21", {"22"}),
        ("from=2026-11-20&to=2026-11-20", {"20"}),
        ("to=2026-11-20T12:00:00Z", set()),
        ("from=2026-11-20T12:00:00Z&to=2026-11-20T12:00:01Z", {"20"}),
        ("from=2026-11-22T14:00:00%2B02:00", {"22"}),
        ("from=2026-11-22T14:00:01%2B02:00", set()),
        ("from=2026-11-22&to=2026-11-20", set()),
        ("from=0001-01-01&to=9999-12-31", {"20", "22"}),
    ],
)
def test_the_record_of_a_time(ward: Ward, query: str, wanted: set[str]) -> None:
    encounter_id = ward.begun()
    for day in ("20", "22"):
        body = {"text": day, "at": f"2026-11-{day}T12:00:00Z"}
        made(DR_GRETA.post(f"/v1/encounters/{encounter_id}/notes", body))
    found = record(DR_GRETA, query=f"kind=note&{query}")
    assert {item["content"]["text"] for item in found} == wanted


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=e30", "limit=0", "kind=letter", "from=yesterday"])
def test_a_list_that_cannot_be_read_is_refused(ward: Ward, query: str) -> None:
    assert DR_GRETA.get(f"/v1/patients/{MARIA}/record?{query}").status in (400, 422)


def test_the_summary_tells_what_holds_now(ward: Ward) -> None:
    encounter_id = ward.begun()
    milk = made(DR_GRETA.post(f"/v1/patients/{MARIA}/allergies", {"code": "cows-milk"}))["entry_id"]
    egg = made(DR_GRETA.post(f"/v1/patients/{MARIA}/allergies", {"code": "egg"}))["entry_id"]
    gone = made(DR_GRETA.post(f"/v1/patients/{MARIA}/problems", {"code": "I10"}))["entry_id"]
    DR_GRETA.put(f"/v1/records/{egg}", {"reason": "tolerated", "content": {"code": "egg", "status": "inactive"}})
    DR_GRETA.post(f"/v1/records/{gone}/entered-in-error", {"reason": "another patient's"})
    for minutes, value in ((40, 38.9), (20, 37.2)):
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        body = {"measurements": [FEVER | {"value": value}], "at": at}
        made(DR_GRETA.post(f"/v1/encounters/{encounter_id}/vitals", body))
    summary = patient(MARIA).get(f"/v1/patients/{MARIA}/summary").json
    assert [entry["entry_id"] for entry in summary["allergies"]] == [milk]
    assert summary["problems"] == []
    assert [(last["at"], last["measurement"]["value"]) for last in summary["vitals"]] == [
        ("2026-11-23T07:40:00Z", 37.2)
    ]


# ---- erased


def test_an_erased_record_is_unreadable_and_takes_nothing_more(ward: Ward) -> None:
    encounter_id = ward.begun()
    entry_id = ward.note(encounter_id)["entry_id"]
    ward.erase(MARIA)
    late = DR_GRETA.post(f"/v1/encounters/{encounter_id}/notes", {"text": SECRET})  # with a key that is remembered
    assert (late.status, late.slug) == (410, "erased")
    vault.memory.clear()
    for path in (f"/v1/records/{entry_id}", f"/v1/patients/{MARIA}/record"):
        assert DR_GRETA.get(path).slug == "erased", path
    assert DR_KENJI.get(f"/v1/records/{entry_id}").status == 403
    assert DR_GRETA.post(f"/v1/encounters/{encounter_id}/close").slug == "erased"
    assert len(ward.items("ENTRY#")) == 1


def test_what_is_sealed_for_one_entry_does_not_open_in_anothers_place(ward: Ward) -> None:
    encounter_id = ward.begun()
    one, other = ward.note(encounter_id, "mine")["entry_id"], ward.note(encounter_id, "yours")["entry_id"]
    table = boto3.resource("dynamodb").Table(ward.tables["records"])
    keys = [{"pk": f"ENTRY#{entry_id}", "sk": "VERSION#0001"} for entry_id in (one, other)]
    stolen = table.get_item(Key=keys[0])["Item"]["body"]
    table.update_item(Key=keys[1], UpdateExpression="SET body = :b", ExpressionAttributeValues={":b": stolen})
    assert DR_GRETA.get(f"/v1/records/{other}").status == 500


def test_an_entry_costs_one_transaction_of_six_items(ward: Ward) -> None:
    encounter_id = ward.begun()
    with watched() as requests:
        ward.note(encounter_id)
    writes = [request for request in requests if request.operation == "TransactWriteItems"]
    assert len(writes) == 1
    assert sorted(kind for kind, _ in writes[0].actions) == ["ConditionCheck", "Put", "Put", "Put", "Update"]
    assert SECRET not in json.dumps([request.body for request in requests])


# ---- codes


def test_codes_are_found_by_their_beginning_and_by_words(ward: Ward) -> None:
    def found(query: str) -> list[str]:
        answer = DESK.get(f"/v1/codes/icd-10?query={query}")
        assert answer.status == 200, answer.text
        return [item["code"] for item in answer.json["items"]]

    assert found("J06") == ["J06", "J06.0", "J06.9"]
    assert found("j069") == found("J06.9") == ["J06.9"]
    assert found("common%20cold")[0] == "J00"
    assert found("type%202%20diab")[0] == "E11"
    assert found("menieres")
    assert found("M%C3%A9ni%C3%A8re")[0] == "H81.0"
    assert found("zzzz") == found("%22%22") == []


def test_whether_a_code_can_stand_on_a_bill_is_told(ward: Ward) -> None:
    items = DR_GRETA.get("/v1/codes/icd-10?query=J06").json["items"]
    assert [item["billable"] for item in items] == [False, True, True]


def test_allergens_and_vital_signs_are_listed(ward: Ward) -> None:
    assert [item["code"] for item in NURSE.get("/v1/codes/allergens?query=tree").json["items"]] == [
        "tree-nuts",
        "tree-pollen",
    ]
    signs = {item["code"]: item for item in NURSE.get("/v1/codes/vital-signs").json["items"]}
    assert signs["8310-5"]["units"] == ["Cel", "[degF]"]
