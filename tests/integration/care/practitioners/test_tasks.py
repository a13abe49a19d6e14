"""What other domains hear of staff, departments and rooms, and what they do not."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.integration.care.practitioners.hospital import Hospital, Stream
from tests.integration.gateway import Context

from care.practitioners import tasks
from kernel.events import NotPublished

EVENTS = Path(__file__).parents[4] / "events" / "practitioners"


def told(stream: Stream) -> dict[str, dict[str, Any]]:
    """The events by type; there is one of each."""
    events = stream.told()
    by_type = {event["type"]: event for event in events}
    assert len(by_type) == len(events)
    return by_type


def test_a_hired_doctor_is_told_of_by_ids_and_codes_alone(hospital: Hospital, stream: Stream) -> None:
    hired = hospital.hire(hospital.doctor("Kowalska"))
    events = told(stream)
    assert set(events) == {"HiringStarted", "StaffHired", "PractitionerAdded"}
    assert events["StaffHired"] == {
        "id": f"{hired['staff_id']}:2:StaffHired",
        "type": "StaffHired",
        "at": hired["changed_at"],
        "subject": hired["staff_id"],
        "actor": "u-admin",
        "version": 2,
        "data": {"user_id": hired["user_id"], "roles": ["doctor"], "practitioner_id": hired["practitioner_id"]},
    }
    assert events["PractitionerAdded"]["data"] == {
        "staff_id": hired["staff_id"],
        "specialties": ["cardiology"],
        "department_id": hospital.department_id,
        "fee": {"minor": 5000, "currency": "EUR"},
        "languages": ["pl", "en"],
        "active": True,
    }
    told_text = json.dumps(events)
    for secret in ("Kowalska", "Ewa", "clinic.example"):
        assert secret.lower() not in told_text.lower()


def test_an_undone_hiring_is_told_of_only_as_begun(hospital: Hospital, stream: Stream) -> None:
    assert hospital.admin.post("/v1/staff", hospital.new(temporary_password="no-good-for-a-pool")).status == 422
    hospital.sign_up("nowak.ewa@clinic.example", {}, "My-own-secret-2026!")
    assert hospital.admin.post("/v1/staff", hospital.new()).status == 409
    assert set(told(stream)) == {"HiringStarted"}


def test_changes_are_told_by_what_they_mean(hospital: Hospital, stream: Stream) -> None:
    path = f"/v1/staff/{hospital.hire(hospital.doctor())['staff_id']}"
    told(stream)
    hospital.admin.patch(path, {"roles": ["doctor", "manager"]})
    assert set(told(stream)) == {"StaffChanged"}
    hospital.admin.patch(path, {"practitioner": {"languages": ["de"]}})
    assert set(told(stream)) == {"StaffChanged", "PractitionerChanged"}
    hospital.admin.patch(path, {"roles": ["manager"]})
    events = told(stream)
    assert set(events) == {"StaffChanged", "PractitionerDeactivated"}
    # Whoever hears of it late still hears all of it.
    data = events["PractitionerDeactivated"]["data"]
    assert (data["specialties"], data["department_id"], data["active"]) == (
        ["cardiology"],
        hospital.department_id,
        False,
    )
    hospital.admin.patch(path, {"roles": ["nurse"]})
    assert set(told(stream)) == {"StaffChanged", "PractitionerActivated"}
    hospital.admin.post(f"{path}/disable")
    assert set(told(stream)) == {"StaffDisabled", "PractitionerDeactivated"}
    hospital.admin.post(f"{path}/disable")
    assert told(stream) == {}
    hospital.admin.post(f"{path}/enable")
    assert set(told(stream)) == {"StaffEnabled", "PractitionerActivated"}


def test_who_becomes_a_practitioner_later_is_added_then(hospital: Hospital, stream: Stream) -> None:
    hired = hospital.hire(hospital.new("Nowak", "manager"))
    assert set(told(stream)) == {"HiringStarted", "StaffHired"}
    change = {"roles": ["doctor"], "practitioner": hospital.doctor()["practitioner"]}
    hospital.admin.patch(f"/v1/staff/{hired['staff_id']}", change)
    events = told(stream)
    assert set(events) == {"StaffChanged", "PractitionerAdded"}
    assert events["PractitionerAdded"]["data"]["active"] is True


def test_telling_again_says_what_the_newest_event_said(hospital: Hospital, stream: Stream) -> None:
    path = f"/v1/staff/{hospital.hire(hospital.doctor('Kowalska'))['staff_id']}"
    told(stream)
    hospital.admin.patch(path, {"practitioner": {"languages": ["de"]}})
    newest = told(stream)["PractitionerChanged"]
    assert tasks.tell_again({}, Context()) == {"told": 1, "cursor": None}
    assert stream.told() == [newest]


def test_practitioners_who_practise_no_more_are_told_of_again_and_other_staff_is_not(
    hospital: Hospital, stream: Stream
) -> None:
    gone = hospital.hire(hospital.doctor("Kowalska"))
    hospital.admin.post(f"/v1/staff/{gone['staff_id']}/disable")
    hospital.hire(hospital.new("Nowak"))
    stream.told()
    assert tasks.tell_again({}, Context())["told"] == 1
    [event] = stream.told()
    assert (event["subject"], event["version"], event["data"]["active"]) == (gone["practitioner_id"], 3, False)


def test_everybody_is_told_of_again_page_by_page(
    hospital: Hospital, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_PAGE", 2)
    hired = {hospital.hire(hospital.doctor(name))["practitioner_id"] for name in ("Adamska", "Bialy", "Cichy")}
    stream.publish()
    stream.told()
    page = tasks.tell_again({}, Context())
    assert page["told"] == 2
    last = tasks.tell_again({"cursor": page["cursor"]}, Context())
    assert last == {"told": 1, "cursor": None}
    assert {event["subject"] for event in stream.told()} == hired


def test_a_page_that_the_bus_refuses_is_no_page_that_was_told_of(
    hospital: Hospital, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital.hire(hospital.doctor())
    stream.told()
    monkeypatch.setattr("kernel.events._put", lambda entries: entries[0][0])
    with pytest.raises(NotPublished):
        tasks.tell_again({}, Context())


def test_departments_and_rooms_are_told_of_once(hospital: Hospital, stream: Stream) -> None:
    department = hospital.admin.post("/v1/departments", {"name": "Eyes", "code": "EYE"}).json
    room = {"name": "12", "department_id": department["department_id"]}
    hospital.admin.post("/v1/rooms", room)
    events = told(stream)
    assert set(events) == {"DepartmentCreated", "RoomCreated"}
    assert events["DepartmentCreated"]["data"] == {"code": "EYE"}
    assert events["RoomCreated"]["data"] == {"department_id": department["department_id"]}


def test_a_sent_invitation_is_no_event(hospital: Hospital, stream: Stream) -> None:
    hospital.hire(hospital.new(temporary_password=None))
    assert set(told(stream)) == {"HiringStarted", "StaffHired"}


def test_the_same_records_are_the_same_events_again(hospital: Hospital, stream: Stream) -> None:
    hospital.hire(hospital.doctor())
    first = stream.told()
    stream.seen = 0
    assert [event for event in stream.told() if event["type"] != "DepartmentCreated"] == first


def test_a_record_that_cannot_be_read_is_set_aside_and_its_neighbours_are_told(
    hospital: Hospital, stream: Stream, dead_letters: str
) -> None:
    hospital.hire(hospital.new())
    records = stream.records()
    member = next(record for record in records if record["dynamodb"]["Keys"]["sk"]["S"] == "MEMBER")
    member["dynamodb"]["NewImage"]["roles"] = {"L": [{"S": "wizard"}]}
    hospital.department("Eyes")
    tasks.publish({"Records": [*records, *stream.records()]}, Context())
    assert {event["type"] for event in stream.told()} == {"StaffHired", "DepartmentCreated"}
    aside = boto3.client("sqs").receive_message(QueueUrl=dead_letters)["Messages"]
    assert "Nowak" not in aside[0]["Body"]


def test_a_message_that_is_no_event_is_left_to_the_redrive_policy(hospital: Hospital) -> None:
    del hospital
    records = [{"messageId": "1", "body": "no event"}]
    assert tasks.settle_staff({"Records": records}, Context()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_sample_payloads_are_taken(hospital: Hospital, stream: Stream, path: Path) -> None:
    del hospital, stream
    handler = tasks.publish if "stream" in path.stem else tasks.settle_staff
    assert handler(json.loads(path.read_text()), Context()) == {"batchItemFailures": []}


def test_there_are_sample_payloads() -> None:
    assert len(list(EVENTS.glob("*.json"))) == 2
