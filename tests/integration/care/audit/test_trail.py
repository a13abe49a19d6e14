"""What is in the trail, who reads it, and that reading it is in it too."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.integration.care.audit.conftest import ANNA, AUDITOR, BERT, GRETA, MANAGER, PATIENT, Trail, queued
from tests.integration.gateway import Answer, Caller, claims

from care.audit import handler, tasks
from kernel.audit.records import Outcome
from kernel.events import Event


def ids_of(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [record["id"] for record in answer.json["items"]]


def pages(caller: Caller, path: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = caller.get(f"{path}{'&' if '?' in path else '?'}{cursor}").json
        found += page["items"]
        if not page["next_cursor"]:
            return found
        cursor = f"cursor={page['next_cursor']}"


def test_the_trail_of_a_patient_is_read_newest_first_and_page_by_page(trail: Trail) -> None:
    wanted = [trail.write().id for _ in range(5)]
    trail.write(patient_id=BERT, resource_id=BERT)
    found = [record["id"] for record in pages(AUDITOR, f"/v1/audit/events?patient_id={ANNA}&limit=2")]
    # Each page that was read is in the trail by then.
    assert [one for one in found if one in wanted] == wanted[::-1]
    assert len(found) == len(set(found))


def test_reading_the_trail_is_in_the_trail(trail: Trail) -> None:
    AUDITOR.get(f"/v1/audit/events?patient_id={ANNA}")
    trail.now += timedelta(seconds=1)
    (record,) = AUDITOR.get("/v1/audit/events?actor=u-auditor").json["items"]
    assert (record["action"], record["patient_id"], record["because"]) == ("ReadTrail", ANNA, "oversight")
    assert record["purpose"] == "HCOMPL"


def test_what_somebody_did_is_found_by_who_they_are(trail: Trail) -> None:
    mine = trail.write(actor="u-nurse").id
    trail.write()
    assert ids_of(MANAGER.get("/v1/audit/events?actor=u-nurse")) == [mine]


def test_the_trail_of_a_time_goes_back_over_hours(trail: Trail) -> None:
    old = trail.write(patient_id=None, resource_id=None)
    trail.now += timedelta(hours=5)
    new = trail.write()
    trail.now += timedelta(seconds=1)
    begins = f"from={old.at:%Y-%m-%dT%H:%M:%SZ}"
    assert ids_of(AUDITOR.get(f"/v1/audit/events?{begins}")) == [new.id, old.id]
    assert ids_of(AUDITOR.get(f"/v1/audit/events?{begins}&to={new.at:%Y-%m-%dT%H:%M:%SZ}&limit=1")) == [new.id]
    trail.now += timedelta(days=6)
    found = [record["id"] for record in pages(AUDITOR, f"/v1/audit/events?{begins}")]
    assert [one for one in found if one in (new.id, old.id)] == [new.id, old.id]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?from=2026-11-21T10:00:00Z&to=2026-11-21T09:00:00Z", 422),
        (f"?patient_id={ANNA}&actor=u-1", 422),
        ("?patient_id=anna", 422),
        ("?from=yesterday", 422),
        ("?cursor=abc", 400),
        ("?cursor=eyJhdCI6ICJhbm5hIn0", 400),  # {"at": "anna"}
    ],
)
def test_a_question_that_means_nothing_is_refused(trail: Trail, query: str, status: int) -> None:
    assert AUDITOR.get(f"/v1/audit/events{query}").status == status


@pytest.mark.parametrize("role", ["patient", "doctor", "nurse", "receptionist", "admin"])
def test_nobody_else_reads_the_trail_and_their_trying_is_in_it(trail: Trail, role: str) -> None:
    other = Caller(handler.api, claims(role, user_id="u-other", patient_id=BERT, practitioner_id=GRETA))
    assert other.get(f"/v1/audit/events?patient_id={ANNA}").status == 403
    assert other.get(f"/v1/patients/{ANNA}/disclosures").status == 403
    trail.now += timedelta(seconds=1)
    tried = AUDITOR.get("/v1/audit/events?actor=u-other").json["items"]
    assert {(record["outcome"], record["status"]) for record in tried} == {("denied", 403)}
    assert len(tried) == 2


def test_patients_see_who_opened_their_record_and_why(trail: Trail) -> None:
    trail.write()
    trail.write(outcome=Outcome.DENIED, because=None, status=403, practitioner_id=None, roles=("admin",), actor="u-adm")
    trail.write(patient_id=BERT, resource_id=BERT)
    refused, opened = PATIENT.get(f"/v1/patients/{ANNA}/disclosures").json["items"]
    assert (opened["practitioner_id"], opened["because"], opened["purpose"]) == (GRETA, "care-team", "TREAT")
    assert (refused["outcome"], refused["roles"], refused["practitioner_id"]) == ("denied", ["admin"], None)
    assert "actor" not in opened
    trail.now += timedelta(seconds=1)
    own = PATIENT.get(f"/v1/patients/{ANNA}/disclosures").json["items"][0]
    assert (own["action"], own["own"], own["because"]) == ("ReadDisclosures", True, "own-record")


def test_who_speaks_for_a_patient_sees_it_too(trail: Trail) -> None:
    trail.write(patient_id=BERT, resource_id=BERT)
    assert PATIENT.get(f"/v1/patients/{BERT}/disclosures").status == 403
    speaks: dict[str, Any] = {"pk": {"S": f"PATIENT#{BERT}"}, "sk": {"S": f"PROXY#{ANNA}"}, "active": {"BOOL": True}}
    boto3.client("dynamodb").put_item(TableName="PatientsTable", Item=speaks)
    assert len(PATIENT.get(f"/v1/patients/{BERT}/disclosures").json["items"]) == 2


def booked(trail: Trail, event_id: str = "apt_1:1", type_: str = "AppointmentBooked", **data: Any) -> Event:
    return Event(event_id, type_, trail.now, "apt_" + "0a" * 16, "u-anna", 1, {"patient_id": ANNA, **data})


def test_what_the_domains_tell_is_in_the_trail_once(trail: Trail) -> None:
    event = booked(trail, reason="a cough")
    assert tasks.record(queued(event, event), None) == {"batchItemFailures": []}
    trail.now += timedelta(hours=3)
    tasks.record(queued(event), None)
    (record,) = AUDITOR.get(f"/v1/audit/events?patient_id={ANNA}").json["items"]
    assert (record["action"], record["actor"], record["event_id"]) == ("AppointmentBooked", "u-anna", "apt_1:1")
    assert record["resource"] == {"type": "Appointment", "id": "apt_" + "0a" * 16}
    assert "cough" not in str(boto3.client("dynamodb").scan(TableName="AuditTable"))


def test_an_event_about_a_patient_or_about_nobody_is_in_the_trail_too(trail: Trail) -> None:
    changed = Event("pat_1:2", "PatientChanged", trail.now, ANNA, "u-desk", 2, {"fields": ["email"]})
    house = Event("dep_1:1", "DepartmentCreated", trail.now, "dep_" + "0d" * 16, "u-admin", 1)
    tasks.record(queued(changed, house), None)
    assert [one["action"] for one in AUDITOR.get(f"/v1/audit/events?patient_id={ANNA}").json["items"]] == [
        "PatientChanged"
    ]
    (about_nobody,) = AUDITOR.get("/v1/audit/events?actor=u-admin").json["items"]
    assert about_nobody["patient_id"] is None


def test_what_is_no_event_fails_by_itself(trail: Trail) -> None:
    batch = queued(booked(trail, "e:1"), booked(trail, "e:2", type_="?"))
    assert tasks.record(batch, None) == {"batchItemFailures": [{"itemIdentifier": "e:2"}]}
    assert len(AUDITOR.get(f"/v1/audit/events?patient_id={ANNA}").json["items"]) == 1
