"""Patients take their data with them, and are erased: by two people, not against a legal hold, and everywhere."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from zipfile import ZipFile

import httpx
import pytest
from tests.e2e.hospital import PASSWORD, Hospital, good, refused, week
from tests.e2e.post import PATIENCE, until

Client = Callable[..., httpx.Client]
TEXT = b"Lungs clear on both sides.\n"


def erased(manager: httpx.Client, auditor: httpx.Client, patient_id: str) -> str:
    """How an erasure on which two people agree ends."""
    path = f"/v1/patients/{patient_id}/erasure"
    good(manager.post(path, json={"ground": "patient-request"}), 201)
    refused(manager.post(f"{path}/confirm"), 403, "forbidden")
    good(auditor.post(f"{path}/confirm"), 202)

    def end() -> str | None:
        state = good(auditor.get(path))["state"]
        return state if state in {"erased", "blocked", "failed"} else None

    found = until(end)
    assert found is not None
    return found


def done_with(auditor: httpx.Client, patient_id: str) -> set[str]:
    """All that the trail tells of a patient."""
    found: set[str] = set()
    query = {"patient_id": patient_id, "limit": "100"}
    while True:
        page = good(auditor.get("/v1/audit/events", params=query))
        found |= {record["action"] for record in page["items"]}
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


def test_a_patient_takes_their_data_with_them(hospital: Hospital, sign_in: Client) -> None:
    guest = hospital.guest()
    patient = f"/v1/patients/{guest.patient_id}"
    with sign_in(guest.email, PASSWORD) as own:
        body = {"kind": "report", "file_name": "Befund.txt", "content_type": "text/plain", "size": len(TEXT)}
        body["sha256"] = hashlib.sha256(TEXT).hexdigest()
        sent = good(own.post(f"{patient}/documents", json=body), 201)
        form = sent["upload"]
        httpx.post(form["url"], data=form["fields"], files={"file": TEXT}, timeout=PATIENCE).raise_for_status()
        document = f"/v1/documents/{sent['document']['document_id']}"
        good(own.post(f"{document}/complete"), 202)
        until(lambda: good(own.get(document))["status"] == "available")

        export = good(own.post(f"{patient}/exports"), 202)
        path = f"/v1/exports/{export['export_id']}"
        until(lambda: good(own.get(path))["state"] != "running")
        ready = good(own.get(path))
        assert (ready["state"], ready["progress"]) == ("ready", {"done": 5, "parts": 5})
        refused(hospital.desk.get(path), 403, "forbidden")
        archive = ZipFile(io.BytesIO(httpx.get(ready["url"], timeout=PATIENCE).raise_for_status().content))
    assert json.loads(archive.read("fhir/Patient.ndjson"))["name"][0]["text"].startswith(guest.given_name)
    told = json.loads(archive.read("fhir/DocumentReference.ndjson"))["content"][0]["attachment"]
    assert archive.read(told["url"].removeprefix("../")) == TEXT


def test_who_is_erased_is_gone_from_everywhere(hospital: Hospital, client_for: Client, sign_in: Client) -> None:
    manager, auditor = client_for("manager"), client_for("auditor")
    doctor, guest = hospital.hire(week("09:00", "17:00", 30)), hospital.guest()
    patient = f"/v1/patients/{guest.patient_id}"
    with sign_in(doctor.email, PASSWORD) as treating, sign_in(guest.email, PASSWORD) as own:
        wish = {"patient_id": guest.patient_id, "practitioner_id": doctor.practitioner_id, "class": "AMB"}
        encounter = good(hospital.desk.post("/v1/encounters", json=wish), 201)
        path = f"/v1/encounters/{encounter['encounter_id']}"
        good(treating.post(f"{path}/start"))
        good(treating.post(f"{path}/notes", json={"text": "Coughs since Monday."}), 201)
        assert erased(manager, auditor, guest.patient_id) == "blocked"
        assert good(manager.get(f"{patient}/erasure"))["blockers"] == ["open-encounters"]
        good(treating.post(f"{path}/close"))
        assert good(own.get(patient))["given_name"] == guest.given_name

        glass = {"reason": "Found unconscious in the lift, no companion"}
        broken = good(client_for("nurse").post(f"{patient}/emergency-access", json=glass), 201)

        good(auditor.post(f"{patient}/legal-hold", json={"reason": "Letter of the court"}), 201)
        refused(manager.post(f"{patient}/erasure", json={"ground": "patient-request"}), 409, "legal-hold")
        assert auditor.delete(f"{patient}/legal-hold").status_code == 204

        assert erased(manager, auditor, guest.patient_id) == "erased"
        for reader in (own, hospital.desk):
            refused(reader.get(patient), 410, "erased")
        for reader in (own, treating):
            refused(reader.get(f"{patient}/record"), 410, "erased")
    finding = {"verdict": "justified", "comment": "The ward confirms it"}
    reviewed = good(auditor.post(f"/v1/emergency-access/{broken['emergency_id']}/review", json=finding))
    assert (reviewed["reason"], reviewed["review"]["comment"]) == (None, None)
    found = good(hospital.desk.get("/v1/patients", params={"query": hospital.name}))["items"]
    assert guest.patient_id not in {one["patient_id"] for one in found}
    with sign_in(guest.email, PASSWORD) as gone, pytest.raises(httpx.HTTPStatusError):
        gone.get("/v1/me")
    refused(manager.post(f"{patient}/erasure", json={"ground": "patient-request"}), 410, "erased")

    expected = {"PatientErased", "ConfirmErasure", "EntryRecorded"}
    until(lambda: expected <= done_with(auditor, guest.patient_id))
