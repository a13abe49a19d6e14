"""Patients get all that is known of them: a ZIP with FHIR R4, made by a workflow while they wait."""

import io
import json
import os
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from tests.integration.care.privacy.house import House
from tests.integration.gateway import Answer, Caller, claims, refusal

from care.patients import service as patients
from care.patients.models.people import Relationship
from care.privacy import packing
from care.privacy.handler import api
from kernel import clock, workflows
from kernel.exports import Place

MANAGER = Caller(api, claims("manager", user_id="manager"))
NOBODY = "pat_" + "0" * 32


def own(patient_id: str, user_id: str = "maria") -> Caller:
    return Caller(api, claims("patient", user_id=user_id, patient_id=patient_id))


def request(caller: Caller, patient_id: str) -> Answer:
    return caller.post(f"/v1/patients/{patient_id}/exports")


def requested(caller: Caller, patient_id: str) -> str:
    answer = request(caller, patient_id)
    assert answer.status == 202, answer.text
    return str(answer.json["export_id"])


def progress(caller: Caller, export_id: str) -> dict[str, Any]:
    answer = caller.get(f"/v1/exports/{export_id}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def opened(place: Place) -> ZipFile:
    body = boto3.client("s3").get_object(Bucket="exports", Key=place.zip_key)["Body"]
    return ZipFile(io.BytesIO(body.read()))


def lines(archive: ZipFile, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"fhir/{kind}.ndjson").splitlines()]


def test_a_patient_gets_all_that_is_known_of_them(house: House) -> None:
    patient_id = house.register()
    house.visit(patient_id, "fulfilled", days=-30)
    house.visit(patient_id, "booked", days=3)
    house.allergy(patient_id)
    maria = own(patient_id)
    export_id = requested(maria, patient_id)
    assert progress(maria, export_id)["progress"] == {"done": 0, "parts": 5}
    assert house.export(patient_id, export_id) == "Ready"
    ready = progress(maria, export_id)
    assert (ready["state"], ready["progress"]) == ("ready", {"done": 5, "parts": 5})
    place = Place(patient_id, export_id)
    assert place.zip_key in ready["url"]
    archive = opened(place)
    assert archive.testzip() is None
    [person] = lines(archive, "Patient")
    assert (person["name"][0]["family"], person["birthDate"]) == ("García", "1980-05-01")
    assert {visit["status"] for visit in lines(archive, "Appointment")} == {"fulfilled", "booked"}
    assert len(lines(archive, "AllergyIntolerance")) == 1
    assert set(json.loads(archive.read("manifest.json"))["files"]) == set(archive.namelist()) - {"manifest.json"}


def test_how_far_it_is_can_be_seen(house: House) -> None:
    patient_id = house.register()
    maria = own(patient_id)
    export_id = requested(maria, patient_id)
    seen: list[int] = []

    def look(domain: str, _step: str) -> None:
        house.become("privacy")
        seen.append(progress(maria, export_id)["progress"]["done"])
        house.become(domain)

    house.before.append(look)
    house.export(patient_id, export_id)
    assert seen == [0, 1, 2, 3, 4, 4]


def test_what_was_asked_for_begins_though_whoever_asked_can_start_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_id = house.register()
    with monkeypatch.context() as down:
        down.setattr(workflows, "start", failing)
        export_id = requested(own(patient_id), patient_id)
    house.publish()
    assert house.executions("EXPORT") == {export_id: {"patient_id": patient_id, "export_id": export_id}}
    house.export(patient_id, export_id)
    house.publish()
    assert house.executions("EXPORT").keys() == {export_id}


def failing(*_: object) -> None:
    raise TimeoutError


def test_only_who_asked_gets_it(house: House) -> None:
    patient_id = house.register()
    export_id = requested(own(patient_id), patient_id)
    for stranger in (own(NOBODY, "stranger"), MANAGER, Caller(api, claims("receptionist", user_id="desk"))):
        assert refusal(stranger.get(f"/v1/exports/{export_id}")) == (403, "forbidden")
        assert refusal(stranger.get("/v1/exports/exp_" + "0" * 32)) == (403, "forbidden")


@pytest.mark.parametrize("role", ["receptionist", "doctor", "nurse", "admin", "auditor"])
def test_nobody_else_asks_for_it(house: House, role: str) -> None:
    patient_id = house.register()
    assert refusal(request(Caller(api, claims(role, user_id="u")), patient_id)) == (403, "forbidden")
    assert refusal(request(own(NOBODY, "stranger"), patient_id)) == (403, "forbidden")


def test_who_speaks_for_somebody_asks_for_them(house: House) -> None:
    patient_id = house.register()
    house.become("patients")
    other = patients.register_at_desk(
        house.somebody(), caller="desk", fingerprint="f", idempotency_key=None, confirmed=True
    ).patient_id
    patients.set_family_member(patient_id, other, Relationship.SPOUSE, may_act=True, caller="u", expected=None)
    house.become("privacy")
    assert requested(own(other, "spouse"), patient_id)


def test_there_is_one_at_a_time(house: House) -> None:
    patient_id = house.register()
    maria = own(patient_id)
    export_id = requested(maria, patient_id)
    assert requested(maria, patient_id) == export_id
    assert refusal(request(MANAGER, patient_id)) == (409, "export-under-way")
    house.export(patient_id, export_id)
    assert requested(MANAGER, patient_id) != export_id


def test_one_that_failed_says_so_and_another_can_be_asked_for(house: House) -> None:
    patient_id = house.register()
    maria = own(patient_id)
    export_id = requested(maria, patient_id)

    def breaks(_domain: str, step: str) -> None:
        if step == "pack":
            raise TimeoutError

    house.before.append(breaks)
    assert house.export(patient_id, export_id) == "Failed"
    failed = progress(maria, export_id)
    assert (failed["state"], failed["url"]) == ("failed", None)
    assert requested(maria, patient_id) != export_id


def test_it_is_gone_after_a_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = house.register()
    maria = own(patient_id)
    export_id = requested(maria, patient_id)
    house.export(patient_id, export_id)
    tomorrow = clock.second() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert refusal(maria.get(f"/v1/exports/{export_id}")) == (403, "forbidden")
    assert requested(maria, patient_id) != export_id


def test_nobody_s_data_is_nobody_s(house: House) -> None:
    assert request(MANAGER, NOBODY).status == 404


def test_a_large_part_is_packed_piece_by_piece(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_PART", 5 * 1024 * 1024)
    place = Place("pat_1", "exp_1")
    noise = os.urandom(11 * 1024 * 1024)
    boto3.client("s3").put_object(Bucket="exports", Key=place.key("documents/scan.dcm"), Body=noise)
    packing.pack(place)
    assert opened(place).read("documents/scan.dcm") == noise


def test_who_is_erased_leaves_no_export_behind(house: House) -> None:
    patient_id = house.register()
    house.export(patient_id, requested(own(patient_id), patient_id))
    kept = Place("pat_other", "exp_1").key("done/patients")
    boto3.client("s3").put_object(Bucket="exports", Key=kept, Body=b"")
    MANAGER.post(f"/v1/patients/{patient_id}/erasure", {"ground": "patient-request"})
    Caller(api, claims("auditor", user_id="auditor")).post(f"/v1/patients/{patient_id}/erasure/confirm")
    assert house.erase(patient_id) == "Erased"
    assert [found["Key"] for found in boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"]] == [kept]
