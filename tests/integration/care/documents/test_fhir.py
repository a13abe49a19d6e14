"""Documents read as FHIR R4."""

from typing import Any

from tests.fhir.validator import wrong
from tests.integration.care.documents.cabinet import (
    DR_GRETA,
    DR_KENJI,
    EICAR,
    ENCOUNTER,
    MARIA,
    NAME,
    THE_PATIENT,
    TITLE,
    Cabinet,
)

from kernel.fhir.elements import fhir_id

BASE = "/fhir/R4"
SUBJECT = f"patient=Patient/{fhir_id(MARIA)}"


def found(query: str = "") -> list[dict[str, Any]]:
    answer = THE_PATIENT.get(f"{BASE}/DocumentReference?{SUBJECT}{query}")
    assert answer.status == 200, answer.text
    return [entry["resource"] for entry in answer.json.get("entry", [])]


def test_a_document_is_as_hl7_defines_one_and_leads_to_its_file(cabinet: Cabinet) -> None:
    document_id = cabinet.added(encounter_id=ENCOUNTER)
    [document] = found()
    assert wrong([document]) == []
    assert (document["status"], document["docStatus"], document["description"]) == ("current", "final", TITLE)
    assert document["type"]["coding"][0] == {"system": "http://loinc.org", "code": "51852-2", "display": "Letter"}
    attachment = document["content"][0]["attachment"]
    assert (attachment["title"], attachment["contentType"]) == (NAME, "application/pdf")
    assert THE_PATIENT.get(f"{BASE}/DocumentReference/{fhir_id(document_id)}").json == document
    opened = THE_PATIENT.get(f"{BASE}/{attachment['url']}")
    assert (opened.status, opened.text) == (302, "")
    assert "X-Amz-Signature" in opened.headers["Location"]


def test_documents_are_found_by_encounter_type_status_and_date(cabinet: Cabinet) -> None:
    letter, report = cabinet.added(encounter_id=ENCOUNTER), cabinet.added(kind="report")
    assert [one["id"] for one in found(f"&encounter=Encounter/{fhir_id(ENCOUNTER)}")] == [fhir_id(letter)]
    assert [one["id"] for one in found("&type=http://loinc.org|47045-0")] == [fhir_id(report)]
    assert [one["id"] for one in found("&type=letter")] == [fhir_id(letter)]
    assert {one["id"] for one in found("&status=current&date=2026-11-23")} == {fhir_id(letter), fhir_id(report)}
    assert found("&date=lt2026-11-23") == found("&status=superseded") == []


def test_what_was_withdrawn_is_told_and_not_opened(cabinet: Cabinet) -> None:
    document_id = cabinet.added(caller=DR_GRETA)
    assert DR_GRETA.post(f"/v1/documents/{document_id}/withdraw", {"reason": "somebody else's"}).status == 200
    [document] = found("&status=entered-in-error")
    assert wrong([document]) == []
    assert "url" not in document["content"][0]["attachment"]
    assert THE_PATIENT.get(f"{BASE}/Binary/{fhir_id(document_id)}").status == 409


def test_what_nobody_could_open_is_not_told(cabinet: Cabinet) -> None:
    document_id = cabinet.added(EICAR, content_type="text/plain", file_name="a.txt")
    assert found() == []
    assert THE_PATIENT.get(f"{BASE}/DocumentReference/{fhir_id(document_id)}").status == 404


def test_others_documents_stay_theirs(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    for path in (
        f"DocumentReference?{SUBJECT}",
        f"DocumentReference/{fhir_id(document_id)}",
        f"Binary/{fhir_id(document_id)}",
    ):
        assert DR_KENJI.get(f"{BASE}/{path}").status == 403
