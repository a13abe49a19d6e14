"""What the bus hears of patients, and the check of registrations from its queue."""

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.integration.care.patients.conftest import Clinic
from tests.integration.gateway import Context

from care.patients import service, tasks
from care.patients.handler import handler
from care.patients.models.people import Details, Relationship
from kernel import directory, vault
from kernel.vault import Unsealable

MARIA = Details("Maria", "García", date(1980, 5, 1), phone="+4930901820", email="maria@mail.example")
JUAN = Details("Juan", "Díaz", date(1950, 5, 1))
SAMPLES = Path(__file__).parents[4] / "events" / "patients"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def desk(details: Details) -> str:
    return service.register_at_desk(
        details, caller="desk", fingerprint="f", idempotency_key=None, confirmed=False
    ).patient_id


def change(patient_id: str, **changes: Any) -> None:
    file, _ = service.find_file(patient_id)
    assert file is not None
    service.change(file.open(), changes, caller="desk", expected=None, possible_duplicate=None)


def published(clinic: Clinic) -> list[dict[str, Any]]:
    """What the changes since the last call have told the bus."""
    assert tasks.publish(clinic.stream(), None) == {"batchItemFailures": []}
    told = clinic.told()
    assert all(message["source"] == "salus.care.patients" for message in told)
    assert all(message["detail-type"] == message["detail"]["type"] for message in told)
    return [message["detail"] for message in told]


def types(events: list[dict[str, Any]]) -> list[str]:
    return sorted(event["type"] for event in events)


def contact(event: dict[str, Any]) -> Any:
    return json.loads(vault.unseal(event["subject"], "contact", base64.b64decode(event["data"]["contact"])))


def test_a_new_patient_is_told_with_a_sealed_contact(clinic: Clinic) -> None:
    patient_id = desk(MARIA)
    events = {event["type"]: event for event in published(clinic)}
    assert set(events) == {"PatientRegistered", "PatientContactChanged"}
    registered = events["PatientRegistered"]
    assert (registered["subject"], registered["actor"], registered["version"]) == (patient_id, "desk", 1)
    assert registered["data"] == {"by": "front-desk", "possible_duplicate": False}
    assert contact(events["PatientContactChanged"]) == {
        "email": "maria@mail.example",
        "phone": "+4930901820",
        "language": None,
        "given_name": "Maria",
    }
    assert events["PatientContactChanged"]["id"] != registered["id"]


def test_the_sealed_contact_opens_for_its_patient_only(clinic: Clinic) -> None:
    desk(MARIA)
    sealed = next(event for event in published(clinic) if event["type"] == "PatientContactChanged")
    with pytest.raises(Unsealable):
        contact(sealed | {"subject": desk(JUAN)})


def test_events_carry_no_personal_data(clinic: Clinic) -> None:
    patient_id = desk(MARIA)
    change(patient_id, given_name="Ana", birth_date=date(1981, 1, 1))
    told = json.dumps(published(clinic)).lower()
    assert not any(word in told for word in ("maria", "garc", "1980", "1981", "901820", "mail.example"))


def test_a_change_names_the_fields_and_tells_the_contact_only_if_that_changed(clinic: Clinic) -> None:
    patient_id = desk(MARIA)
    published(clinic)
    change(patient_id, family_name="Novak")
    (changed,) = published(clinic)
    assert (changed["type"], changed["version"], changed["data"]) == ("PatientChanged", 2, {"fields": ["family_name"]})
    change(patient_id, phone=None)
    assert types(published(clinic)) == ["PatientChanged", "PatientContactChanged"]


def test_a_patient_who_cannot_be_written_to_any_longer_has_no_contact(clinic: Clinic) -> None:
    patient_id = desk(MARIA)
    published(clinic)
    change(patient_id, email=None)
    (event,) = [event for event in published(clinic) if event["type"] == "PatientContactChanged"]
    assert event["data"] == {"contact": None}


def test_that_a_new_patient_has_no_address_is_told_too(clinic: Clinic) -> None:
    desk(JUAN)
    events = {event["type"]: event for event in published(clinic)}
    assert events["PatientContactChanged"]["data"] == {"contact": None}


def test_families_are_told(clinic: Clinic) -> None:
    patient, member = desk(MARIA), desk(JUAN)
    published(clinic)
    service.set_family_member(patient, member, Relationship.PARENT, may_act=True, caller="u", expected=None)
    (set_,) = published(clinic)
    assert (set_["type"], set_["subject"], set_["actor"]) == ("FamilyMemberSet", patient, "u")
    assert set_["data"] == {"member_id": member, "relationship": "parent", "may_act": True}
    service.remove_family_member(patient, member, caller="v")
    (removed,) = published(clinic)
    assert (removed["type"], removed["version"]) == ("FamilyMemberRemoved", 2)
    assert removed["data"] == {"member_id": member, "relationship": "parent"}


def test_the_same_change_is_always_the_same_event(clinic: Clinic) -> None:
    patient_id = desk(MARIA)
    change(patient_id, phone=None)
    stream = clinic.stream()
    for _ in range(2):
        tasks.publish(stream, None)
    ids = [message["detail"]["id"] for message in clinic.told()]
    assert len(ids) == 8
    assert len(set(ids)) == 4


def test_a_record_that_cannot_be_read_is_set_aside_and_its_neighbours_told(clinic: Clinic, dead_letters: str) -> None:
    desk(MARIA)
    desk(JUAN)
    stream = clinic.stream()
    broken = next(r for r in stream["Records"] if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE")
    broken["dynamodb"]["NewImage"]["version"] = {"S": "one"}
    assert tasks.publish(stream, None) == {"batchItemFailures": []}
    assert types([message["detail"] for message in clinic.told()]) == ["PatientContactChanged", "PatientRegistered"]
    (letter,) = boto3.client("sqs").receive_message(QueueUrl=dead_letters)["Messages"]
    assert json.loads(letter["Body"])["keys"] == broken["dynamodb"]["Keys"]
    assert "Maria" not in letter["Body"]


def test_a_registration_that_died_is_undone_by_its_own_event(clinic: Clinic) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: Any, **__: Any) -> None:
        raise Crash

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "set_password", crash)
        with pytest.raises(Crash):
            service.sign_up("maria@mail.example", "Salus-test-2026!", MARIA, fingerprint="f", idempotency_key=None)
    assert clinic.user("maria@mail.example") is not None
    tasks.publish(clinic.stream(), None)
    (started,) = clinic.told()
    assert started["detail"]["type"] == "RegistrationStarted"
    assert "maria" not in json.dumps(started)
    batch = {"Records": [{"messageId": "1", "body": json.dumps(started)}]}
    for _ in range(2):
        assert tasks.undo_registration(batch, None) == {"batchItemFailures": []}
    assert clinic.user("maria@mail.example") is None
    assert clinic.items() == []


def test_a_check_that_fails_comes_again_alone(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = sample("batch")
    batch["Records"].append(batch["Records"][0] | {"messageId": "poison", "body": "{}"})
    assert tasks.undo_registration(batch, None) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


def test_the_sample_registration_is_one(clinic: Clinic) -> None:
    answer = handler(sample("register"), Context())
    assert answer["statusCode"] == 201
    assert clinic.signs_in("maria.garcia@mail.example", "Salus-demo-2026!")


def test_the_sample_stream_is_told(clinic: Clinic) -> None:
    assert tasks.publish(sample("stream"), None) == {"batchItemFailures": []}
    told = {message["detail"]["id"]: message["detail"] for message in clinic.told()}
    assert types(list(told.values())) == [
        "FamilyMemberSet",
        "PatientChanged",
        "PatientContactChanged",
        "PatientContactChanged",
        "PatientRegistered",
        "RegistrationStarted",
    ]
    started = sample("registration_started")["detail"]
    assert told[started["id"]] == started


def test_self_registration_is_told_as_such(clinic: Clinic) -> None:
    service.sign_up("maria@mail.example", "Salus-test-2026!", MARIA, fingerprint="f", idempotency_key=None)
    account = clinic.user("maria@mail.example")
    assert account is not None
    events = {event["type"]: event for event in published(clinic)}
    assert set(events) == {"RegistrationStarted", "PatientRegistered", "PatientContactChanged"}
    assert events["PatientRegistered"]["data"]["by"] == "self"
    assert events["PatientRegistered"]["actor"] == account["sub"]
