"""The trail on the running system: who opened a record is in it, patients see it, it is sealed, and holds offline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.e2e.hospital import PASSWORD, Hospital, free, good, soon, week
from tests.e2e.post import until
from tools.verify_audit import main


def test_what_is_done_with_a_record_is_in_the_trail_is_sealed_and_holds_offline(
    hospital: Hospital,
    client_for: Callable[..., httpx.Client],
    sign_in: Callable[..., httpx.Client],
    tmp_path: Path,
) -> None:
    guest, auditor = hospital.guest(), client_for("auditor")
    began = datetime.now(UTC)
    good(hospital.desk.get(f"/v1/patients/{guest.patient_id}"))
    assert client_for("admin").get(f"/v1/patients/{guest.patient_id}").status_code == 403
    doctor = hospital.hire(week("09:00", "17:00", 30))
    slot = free(hospital.desk, doctor.practitioner_id, soon())[0]
    wish = {"practitioner_id": doctor.practitioner_id, "patient_id": guest.patient_id, "start": slot["start"]}
    good(hospital.desk.post("/v1/appointments", json={**wish, "mode": "in_person"}), 201)

    def disclosed() -> dict[str, dict[str, Any]]:
        with sign_in(guest.email, PASSWORD) as patient:
            items = good(patient.get(f"/v1/patients/{guest.patient_id}/disclosures"))["items"]
        return {item["action"] + item["outcome"]: item for item in items}

    until(lambda: "AppointmentBookedgranted" in disclosed())
    seen = disclosed()
    assert (seen["ReadPatientgranted"]["because"], seen["ReadPatientgranted"]["purpose"]) == ("front-desk", "PATADMIN")
    assert seen["ReadPatientdenied"]["roles"] == ["admin"]

    mine = {"patient_id": guest.patient_id}
    newest = good(auditor.get("/v1/audit/events", params=mine))["items"][0]["at"]

    def sealed() -> dict[str, Any] | None:
        """The last seal, once it holds all of that; on a new system there is none at first."""
        seals: list[dict[str, Any]] = good(auditor.get("/v1/audit/seals", params={"limit": 1}))["items"]
        return seals[0] if seals and seals[0]["until"] >= newest else None

    last = until(sealed)
    assert last is not None
    assert good(auditor.post(f"/v1/audit/seals/{last['number']}/verify"))["verified"]

    period = {"from": began.isoformat(), "to": newest}
    made = good(auditor.get("/v1/audit/export", params=period))
    export = tmp_path / "export.zip"
    export.write_bytes(httpx.get(made["url"], timeout=30).raise_for_status().content)
    assert main([str(export)]) == 0


@pytest.mark.parametrize("role", ["patient", "doctor", "nurse", "receptionist", "admin"])
def test_the_trail_is_for_those_who_oversee(client_for: Callable[..., httpx.Client], role: str) -> None:
    assert client_for(role).get("/v1/audit/events").status_code == 403
    assert client_for(role).get("/v1/audit/seals").status_code == 403


def test_research_has_a_trail_of_its_own(client_for: Callable[..., httpx.Client]) -> None:
    auditor = client_for("compliance-auditor", "research")
    good(auditor.get("/v1/audit/events"))
    actions = {item["action"] for item in good(auditor.get("/v1/audit/events"))["items"]}
    assert "ReadTrail" in actions
    assert not actions & {"ReadPatient", "AppointmentBooked"}
    sealed = until(lambda: good(auditor.get("/v1/audit/seals"))["items"])
    assert good(auditor.post(f"/v1/audit/seals/{sealed[0]['number']}/verify"))["verified"]
    assert client_for("scientist", "research").get("/v1/audit/events").status_code == 403
