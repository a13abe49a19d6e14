"""The glass is broken with a reason, for an hour, and somebody else looks at it afterwards."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from tests.integration import tables
from tests.integration.care.patients.conftest import Clinic
from tests.integration.care.patients.test_handler import DESK, DOCTOR, NOBODY, NURSE, as_patient, registered
from tests.integration.gateway import Answer, Caller, claims, places, refusal

from care.patients import tasks
from care.patients.handler import api
from care.patients.repository import emergencies
from kernel import clock, vault
from kernel.access import Principal
from kernel.audit.records import Record
from kernel.dynamodb import Transaction, encode_cursor
from kernel.relations import relations

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
REASON = {"reason": "Found unconscious in the lift, no companion"}
JUSTIFIED = {"verdict": "justified", "comment": "The ward confirms it"}
MANAGER = Caller(api, claims("manager", user_id="manager"))
AUDITOR = Caller(api, claims("auditor", user_id="auditor"))


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, timedelta())


def at(monkeypatch: pytest.MonkeyPatch, after: timedelta) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + after)


def breaks(caller: Caller, patient_id: str, **changes: str) -> Answer:
    return caller.post(f"/v1/patients/{patient_id}/emergency-access", REASON | changes)


def broken(caller: Caller, patient_id: str) -> str:
    answer = breaks(caller, patient_id)
    assert answer.status == 201, answer.text
    return str(answer.json["emergency_id"])


def reviews(caller: Caller, emergency_id: str, **changes: str) -> Answer:
    return caller.post(f"/v1/emergency-access/{emergency_id}/review", JUSTIFIED | changes)


def queue(state: str = "open", caller: Caller = MANAGER) -> list[dict[str, Any]]:
    answer = caller.get(f"/v1/emergency-access?state={state}")
    assert answer.status == 200, answer.text
    listed: list[dict[str, Any]] = answer.json["items"]
    return listed


def told(clinic: Clinic) -> list[dict[str, Any]]:
    assert tasks.publish(clinic.stream(), None) == {"batchItemFailures": []}
    return [event["detail"] for event in clinic.told() if event["detail-type"].startswith("Emergency")]


def hour(clinic: Clinic) -> list[dict[str, Any]]:
    """Let the hourly look at the reviews happen, as the rule asks for it; what others are told of."""
    told(clinic)
    due = {"id": "reviews", "type": "ReviewsDue", "subject": "emergencies", "actor": "hour", "version": 0, "data": {}}
    body = json.dumps({"detail": due | {"at": clock.iso(clock.now())}})
    assert tasks.relate({"Records": [{"messageId": "1", "body": body}]}, None) == {"batchItemFailures": []}
    return told(clinic)


# ---- breaking it


@pytest.mark.parametrize("caller", [DOCTOR, NURSE], ids=["doctor", "nurse"])
def test_who_breaks_the_glass_sees_the_patient_for_an_hour(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, caller: Caller
) -> None:
    patient, other = registered(), registered(given_name="Ana")
    assert caller.get(f"/v1/patients/{patient}").status == 403
    answer = breaks(caller, patient)
    assert answer.status == 201
    assert answer.json["expires_at"] == "2026-11-21T09:30:00Z"
    assert caller.get(f"/v1/patients/{patient}").json["patient_id"] == patient
    assert caller.get(f"/v1/patients/{other}").status == 403
    at(monkeypatch, timedelta(hours=1, seconds=-1))
    assert caller.get(f"/v1/patients/{patient}").status == 200
    at(monkeypatch, timedelta(hours=1))
    assert caller.get(f"/v1/patients/{patient}").status == 403


def test_it_opens_the_patient_to_nobody_else(clinic: Clinic) -> None:
    patient = registered()
    broken(NURSE, patient)
    for caller in (DOCTOR, Caller(api, claims("nurse", user_id="another")), MANAGER):
        assert caller.get(f"/v1/patients/{patient}").status == 403


def test_it_opens_the_patient_to_reading_alone(clinic: Clinic) -> None:
    patient = registered()
    broken(DOCTOR, patient)
    assert DOCTOR.patch(f"/v1/patients/{patient}", {"phone": None}).status == 403
    assert DOCTOR.get(f"/v1/patients/{patient}/family").status == 403


def test_a_doctor_hears_the_name_of_whom_they_see_in_an_emergency(clinic: Clinic) -> None:
    patient = registered()
    broken(DOCTOR, patient)
    assert [item["patient_id"] for item in DOCTOR.get(f"/v1/patient-names?ids={patient}").json["items"]] == [patient]


def test_other_domains_see_it_by_the_same_item(clinic: Clinic, account: pytest.MonkeyPatch) -> None:
    account.setenv("PATIENTS_TABLE_NAME", "PatientsTable")
    patient, nurse = registered(), Principal("nurse", frozenset({"nurse"}))
    broken(NURSE, patient)
    assert relations(patient, nurse, NOW)["emergency"] == {"nurse"}
    assert relations(patient, nurse, NOW + timedelta(hours=1))["emergency"] == frozenset()


def test_breaking_it_again_while_it_lasts_gives_the_same_and_asks_for_one_review(clinic: Clinic) -> None:
    patient = registered()
    first, again = breaks(DOCTOR, patient), breaks(DOCTOR, patient, reason="Said in other words")
    assert (again.status, again.json) == (201, first.json)
    assert [access["reason"] for access in queue()] == [REASON["reason"]]


def test_another_hour_is_another_access_with_a_review_of_its_own(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = registered()
    first = broken(DOCTOR, patient)
    at(monkeypatch, timedelta(hours=1))
    second = broken(DOCTOR, patient)
    assert [access["emergency_id"] for access in queue()] == [first, second]
    assert DOCTOR.get(f"/v1/patients/{patient}").status == 200


@pytest.mark.parametrize(
    "caller",
    [DESK, MANAGER, AUDITOR, Caller(api, claims("admin")), Caller(api, claims("pharmacist")), as_patient(NOBODY)],
    ids=["desk", "manager", "auditor", "admin", "pharmacist", "patient"],
)
def test_only_clinicians_break_it(clinic: Clinic, caller: Caller) -> None:
    assert breaks(caller, registered()).status == 403
    assert queue() == []


def test_nobody_breaks_it_for_themselves(clinic: Clinic) -> None:
    patient = registered()
    assert breaks(Caller(api, claims("doctor", "patient", patient_id=patient)), patient).status == 403


def test_there_has_to_be_such_a_patient(clinic: Clinic) -> None:
    assert breaks(DOCTOR, NOBODY).status == 404
    assert clinic.items() == []
    assert boto3.client("dynamodb").scan(TableName="KeysTable")["Items"] == []


@pytest.mark.parametrize("reason", ["", "because", " " * 20, "x" * 501, None])
def test_a_reason_is_a_sentence(clinic: Clinic, reason: Any) -> None:
    patient = registered()
    assert places(breaks(DOCTOR, patient, reason=reason)) == {"/reason"}
    assert DOCTOR.get(f"/v1/patients/{patient}").status == 403


# ---- the review


@pytest.mark.parametrize("caller", [MANAGER, AUDITOR], ids=["manager", "auditor"])
def test_who_oversees_sees_what_waits_and_settles_it(clinic: Clinic, caller: Caller) -> None:
    patient = registered()
    emergency_id = broken(DOCTOR, patient)
    [waiting] = queue(caller=caller)
    assert waiting == {
        "emergency_id": emergency_id,
        "state": "open",
        "patient_id": patient,
        "user_id": "doctor",
        "practitioner_id": "prc_" + "d" * 32,
        "reason": REASON["reason"],
        "started_at": "2026-11-21T08:30:00Z",
        "expires_at": "2026-11-21T09:30:00Z",
        "review": None,
    }
    answer = reviews(caller, emergency_id, verdict="unjustified", comment="Nobody on the ward knows of it")
    assert answer.status == 200
    review = {
        "verdict": "unjustified",
        "comment": "Nobody on the ward knows of it",
        "reviewed_by": caller.claims["sub"] if caller.claims else "",
        "reviewed_at": "2026-11-21T08:30:00Z",
    }
    assert answer.json == waiting | {"state": "reviewed", "review": review}
    assert (queue(caller=caller), queue("reviewed", caller)) == ([], [answer.json])


def test_what_was_not_justified_ends_at_once_and_what_was_justified_goes_on(clinic: Clinic) -> None:
    patient = registered()
    reviews(MANAGER, broken(DOCTOR, patient), verdict="unjustified")
    reviews(MANAGER, broken(NURSE, patient))
    assert (DOCTOR.get(f"/v1/patients/{patient}").status, NURSE.get(f"/v1/patients/{patient}").status) == (403, 200)
    broken(DOCTOR, patient)  # a new reason, and a review of its own
    assert DOCTOR.get(f"/v1/patients/{patient}").status == 200


def test_a_late_verdict_leaves_a_newer_access_alone(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = registered()
    first = broken(DOCTOR, patient)
    at(monkeypatch, timedelta(hours=2))
    broken(DOCTOR, patient)
    assert reviews(MANAGER, first, verdict="unjustified").status == 200
    assert DOCTOR.get(f"/v1/patients/{patient}").status == 200


def test_nobody_reviews_what_they_did_themselves(clinic: Clinic) -> None:
    both = Caller(api, claims("doctor", "manager", user_id="chief", practitioner_id="prc_" + "c" * 32))
    emergency_id = broken(both, registered())
    assert reviews(both, emergency_id).status == 403
    assert reviews(MANAGER, emergency_id).status == 200


@pytest.mark.parametrize(
    "caller", [DOCTOR, NURSE, DESK, Caller(api, claims("admin"))], ids=["doctor", "nurse", "desk", "admin"]
)
def test_the_queue_is_for_those_who_oversee(clinic: Clinic, caller: Caller) -> None:
    emergency_id = broken(DOCTOR, registered())
    assert caller.get("/v1/emergency-access").status == 403
    assert reviews(caller, emergency_id).status == 403
    assert len(queue()) == 1


def test_a_review_said_twice_is_one_and_another_comes_too_late(clinic: Clinic) -> None:
    emergency_id = broken(DOCTOR, registered())
    first = reviews(MANAGER, emergency_id)
    assert reviews(MANAGER, emergency_id).json == first.json
    for late in (reviews(AUDITOR, emergency_id), reviews(MANAGER, emergency_id, verdict="unjustified")):
        assert (late.status, late.slug) == (409, "invalid-transition")
    assert queue("reviewed") == [first.json]


def test_of_two_reviews_at_once_one_counts(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The auditor's is written between the manager's read and write."""
    emergency_id = broken(DOCTOR, registered())
    close = emergencies.close

    def slow(reviewed: Any, *, keyed: bool) -> None:
        monkeypatch.setattr(emergencies, "close", close)
        assert reviews(AUDITOR, emergency_id, verdict="unjustified").status == 200
        close(reviewed, keyed=keyed)

    monkeypatch.setattr(emergencies, "close", slow)
    assert reviews(MANAGER, emergency_id).status == 409
    assert [access["review"]["verdict"] for access in queue("reviewed")] == ["unjustified"]


@pytest.mark.parametrize(
    ("change", "pointer"), [({"verdict": "maybe"}, "/verdict"), ({"comment": ""}, "/comment"), ({"x": "y"}, "/x")]
)
def test_a_review_says_what_and_why(clinic: Clinic, change: dict[str, str], pointer: str) -> None:
    assert places(reviews(MANAGER, broken(DOCTOR, registered()), **change)) == {pointer}


def test_what_never_happened_cannot_be_reviewed(clinic: Clinic) -> None:
    assert reviews(MANAGER, "emg_" + "0" * 32).status == 404
    assert reviews(MANAGER, "emg_1").status == 404


def test_what_waits_comes_oldest_first_and_what_was_reviewed_newest_first_page_by_page(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = registered()
    ids = []
    for hours in range(5):
        at(monkeypatch, timedelta(hours=hours))
        ids.append(broken(DOCTOR, patient))
    for state, wanted in (("open", ids), ("reviewed", ids[::-1])):
        pages: list[list[str]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = MANAGER.get(f"/v1/emergency-access?state={state}&limit=2" + (f"&cursor={cursor}" if cursor else ""))
            pages.append([access["emergency_id"] for access in page.json["items"]])
            cursor = page.json["next_cursor"]
        assert [len(page) for page in pages] == [2, 2, 1]
        assert [emergency_id for page in pages for emergency_id in page] == wanted
        for emergency_id in ids:
            reviews(MANAGER, emergency_id)


@pytest.mark.parametrize("key", [{"after": "X"}, {"after": "emg_1"}, {"from": "emg_" + "0" * 32}])
def test_a_made_up_place_in_the_queue_is_refused(clinic: Clinic, key: dict[str, str]) -> None:
    assert MANAGER.get(f"/v1/emergency-access?cursor={encode_cursor(key)}").status == 400


# ---- what is written of it is the patient's


def destroy_key(patient_id: str) -> None:
    erased = Transaction()
    vault.destroy(erased, patient_id)
    erased.commit()


def erase(patient_id: str) -> None:
    """Destroy the patient's key, and let the functions forget it."""
    destroy_key(patient_id)
    vault.memory.clear()


def test_reason_and_comment_do_not_stand_in_the_table(clinic: Clinic) -> None:
    patient = registered()
    reviews(MANAGER, broken(DOCTOR, patient))
    broken(NURSE, patient)
    stored = [repr(item) for item in clinic.items("EMERGENCIES#")]
    assert len(stored) == 2
    assert not [item for item in stored if REASON["reason"] in item or JUSTIFIED["comment"] in item]


def test_of_the_erased_there_is_who_looked_and_what_was_found_and_no_word(clinic: Clinic) -> None:
    gone, other = registered(), registered(given_name="Ana")
    reviewed, waits, kept = broken(DOCTOR, gone), broken(NURSE, gone), broken(DOCTOR, other)
    reviews(MANAGER, reviewed)
    erase(gone)
    assert {access["emergency_id"]: access["reason"] for access in queue()} == {waits: None, kept: REASON["reason"]}
    [access] = queue("reviewed")
    assert (access["reason"], access["review"]["verdict"], access["review"]["comment"]) == (None, "justified", None)


def test_what_waits_can_be_reviewed_though_the_patient_was_erased(clinic: Clinic) -> None:
    patient = registered()
    emergency_id = broken(DOCTOR, patient)
    erase(patient)
    answer = reviews(MANAGER, emergency_id, verdict="unjustified", comment="They knew Maria García")
    assert (answer.status, answer.json["review"]["comment"]) == (200, None)
    assert reviews(MANAGER, emergency_id, verdict="unjustified").status == 200
    assert reviews(MANAGER, emergency_id).status == 409
    assert [access["review"]["verdict"] for access in queue("reviewed")] == ["unjustified"]


def test_no_word_is_stored_under_a_key_that_is_only_remembered(clinic: Clinic) -> None:
    patient = registered()
    emergency_id = broken(DOCTOR, patient)
    destroy_key(patient)
    for answer in (breaks(NURSE, patient), reviews(MANAGER, emergency_id)):
        assert refusal(answer) == (410, "erased")
    assert queue("reviewed") == []


def test_a_page_of_reasons_is_opened_with_one_read_of_keys(clinic: Clinic) -> None:
    for name in ("Ana", "Bea", "Eva"):
        broken(DOCTOR, registered(given_name=name))
    vault.memory.clear()
    calls: list[str] = []
    with tables.asked(calls):
        assert len(queue()) == 3
    # The page, the keys of all three, the branch that wraps them, and the record of the look.
    assert calls == ["Query", "BatchGetItem", "GetItem", "PutItem"]


# ---- what others are told


def test_the_trail_tells_of_every_step_and_why_it_was_let_happen(clinic: Clinic) -> None:
    patient = registered()
    DOCTOR.get(f"/v1/patients/{patient}")
    emergency_id = broken(DOCTOR, patient)
    DOCTOR.get(f"/v1/patients/{patient}")
    reviews(MANAGER, emergency_id)
    items = boto3.client("dynamodb").scan(TableName="AuditTable", ConsistentRead=True)["Items"]
    kept = [Record.parse(item["record"]["S"]) for item in sorted(items, key=lambda item: item["sk"]["S"])]
    assert {(record.action, record.outcome.value, record.purpose, record.patient_id) for record in kept[1:]} == {
        ("ReadPatient", "denied", None, patient),
        ("BeginEmergencyAccess", "granted", "BTG", patient),
        ("ReadPatient", "granted", "BTG", patient),
        ("ReviewEmergencyAccess", "granted", "HCOMPL", patient),
    }
    assert REASON["reason"] not in json.dumps(items)


def test_others_are_told_at_once_without_the_reason(clinic: Clinic) -> None:
    patient = registered()
    told(clinic)
    emergency_id = broken(DOCTOR, patient)
    [event] = told(clinic)
    assert (event["type"], event["subject"], event["actor"]) == ("EmergencyAccessStarted", emergency_id, "doctor")
    assert event["data"] == {
        "patient_id": patient,
        "user_id": "doctor",
        "practitioner_id": "prc_" + "d" * 32,
        "ends_at": "2026-11-21T09:30:00Z",
    }
    breaks(DOCTOR, patient)
    assert told(clinic) == []
    reviews(MANAGER, emergency_id)
    [event] = told(clinic)
    assert (event["type"], event["subject"], event["actor"]) == ("EmergencyAccessReviewed", emergency_id, "manager")
    assert event["data"]["verdict"] == "justified"
    assert JUSTIFIED["comment"] not in json.dumps(event)


def test_who_forgets_a_review_for_three_days_is_reminded_once_a_day(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    emergency_id = broken(DOCTOR, registered())
    at(monkeypatch, timedelta(days=3, seconds=-1))
    assert hour(clinic) == []
    at(monkeypatch, timedelta(days=3))
    [event] = hour(clinic)
    assert (event["type"], event["subject"]) == ("EmergencyAccessOverdue", emergency_id)
    at(monkeypatch, timedelta(days=3, hours=5))
    assert hour(clinic) == []
    at(monkeypatch, timedelta(days=4))
    [again] = hour(clinic)
    assert again["id"] != event["id"]
    reviews(MANAGER, emergency_id)
    at(monkeypatch, timedelta(days=5))
    assert hour(clinic) == []


def test_reminders_are_about_what_is_late_and_nothing_else(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    late = [broken(DOCTOR, registered(given_name=name)) for name in ("Ana", "Bea")]
    at(monkeypatch, timedelta(days=2))
    broken(NURSE, registered())
    at(monkeypatch, timedelta(days=3, hours=1))
    assert [event["subject"] for event in hour(clinic)] == late


def test_a_review_in_the_moment_of_the_reminder_stands(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    emergency_id = broken(DOCTOR, registered())
    at(monkeypatch, timedelta(days=3))
    remember = emergencies.remember_reminder

    def slow(access: Any, reminders: int) -> None:
        reviews(MANAGER, emergency_id)
        remember(access, reminders)

    monkeypatch.setattr(emergencies, "remember_reminder", slow)
    assert [event["type"] for event in hour(clinic)] == ["EmergencyAccessReviewed"]
    assert (queue(), len(queue("reviewed"))) == ([], 1)
