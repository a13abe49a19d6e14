"""Documents as a patient's record: listed, kept apart, withdrawn, exported and erased."""

from typing import Any

import boto3
import pytest
from tests.integration.care.documents.cabinet import (
    ADMIN,
    DESK,
    DR_GRETA,
    DR_KENJI,
    ENCOUNTER,
    GRETA,
    MARIA,
    NAME,
    NURSE,
    PDF,
    THE_PATIENT,
    TITLE,
    TOM,
    TOM_HIMSELF,
    Cabinet,
    about,
    made,
    opened,
    read,
)
from tests.integration.gateway import Caller, refusal

from care.documents.service import erasing, reading
from kernel import vault
from kernel.errors import Erased


def listed(caller: Caller = THE_PATIENT, query: str = "") -> list[str]:
    """The ids of a list, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = caller.get(f"/v1/patients/{MARIA}/documents?{query}{cursor}")
        assert answer.status == 200, answer.text
        found += [item["document_id"] for item in answer.json["items"]]
        if answer.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json['next_cursor']}"


# ---- lists


def test_documents_are_listed_newest_first_by_kind_and_by_encounter(cabinet: Cabinet) -> None:
    wishes: list[dict[str, Any]] = [
        {"kind": "letter"},
        {"kind": "report", "encounter_id": ENCOUNTER},
        {"kind": "letter", "encounter_id": ENCOUNTER},
        {"kind": "scan"},
    ]
    ids = []
    for minute, wish in enumerate(wishes):
        cabinet.now = cabinet.now.replace(minute=minute)
        ids.append(made(cabinet.announce(**wish))["document"]["document_id"])
    cabinet.announce(caller=TOM_HIMSELF, patient_id=TOM)
    assert listed() == ids[::-1]
    assert listed(query="limit=1") == ids[::-1]
    assert listed(query="kind=letter") == [ids[2], ids[0]]
    assert listed(query=f"encounter_id={ENCOUNTER}") == [ids[2], ids[1]]
    assert listed(query=f"kind=report&encounter_id={ENCOUNTER}") == [ids[1]]
    assert listed(query="kind=consent") == []


def test_a_cursor_of_another_list_is_refused(cabinet: Cabinet) -> None:
    for cursor in ("e30", "eyJhdCI6ICJ4IiwgImlkIjogInkifQ"):
        answer = THE_PATIENT.get(f"/v1/patients/{MARIA}/documents?cursor={cursor}")
        assert refusal(answer) == (400, "malformed")
    assert cabinet.items() == []


# ---- who may


def test_who_treats_the_patient_reads_and_adds(cabinet: Cabinet) -> None:
    mine = cabinet.added()
    theirs = cabinet.added(caller=DR_GRETA)
    assert read(theirs)["author_role"] == "doctor"
    for caller in (THE_PATIENT, DR_GRETA):
        assert set(listed(caller)) == {mine, theirs}
        assert made(opened(theirs, caller))["url"]


@pytest.mark.parametrize("caller", [TOM_HIMSELF, DR_KENJI, NURSE, DESK, ADMIN])
def test_nobody_else_does(cabinet: Cabinet, caller: Caller) -> None:
    document_id = cabinet.added()
    path = f"/v1/documents/{document_id}"
    for answer in (
        caller.get(path),
        caller.get(f"{path}/versions"),
        caller.get(f"/v1/patients/{MARIA}/documents"),
        cabinet.announce(caller=caller),
        cabinet.replace(document_id, caller=caller),
        opened(document_id, caller),
        caller.post(f"{path}/parts"),
        caller.post(f"{path}/complete"),
        caller.post(f"{path}/withdraw", {"reason": "curious"}),
        caller.get("/v1/documents/doc_" + "0" * 32),
    ):
        assert refusal(answer) == (403, "forbidden")


def test_who_speaks_for_the_patient_sends_as_their_side(cabinet: Cabinet) -> None:
    cabinet.relate(MARIA, "PROXY", TOM)
    document_id = cabinet.added(caller=TOM_HIMSELF)
    assert read(document_id, TOM_HIMSELF)["author_role"] == "patient"
    assert made(cabinet.replace(document_id, caller=THE_PATIENT))["document"]["version"] == 2


def test_who_has_broken_the_glass_reads_and_adds(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    cabinet.relate(MARIA, "EMERGENCY", "nurse")
    assert read(document_id, NURSE)["title"] == TITLE
    assert read(cabinet.added(caller=NURSE))["author_role"] == "nurse"
    assert refusal(cabinet.replace(document_id, caller=NURSE)) == (403, "forbidden")


def test_each_side_replaces_its_own_documents(cabinet: Cabinet) -> None:
    mine, theirs = cabinet.added(), cabinet.added(caller=DR_GRETA)
    assert refusal(cabinet.replace(theirs, caller=THE_PATIENT)) == (403, "forbidden")
    assert refusal(cabinet.replace(mine, caller=DR_GRETA)) == (403, "forbidden")
    assert made(cabinet.replace(theirs, caller=DR_GRETA))["document"]["version"] == 2


def test_a_doctor_who_is_the_patient_sends_as_the_patient(cabinet: Cabinet) -> None:
    from tests.integration.gateway import claims

    both = Caller(
        THE_PATIENT.api,
        claims("patient", "doctor", user_id="both", patient_id=MARIA, practitioner_id="prc_" + "f" * 32),
    )
    assert read(cabinet.added(caller=both))["author_role"] == "patient"


def test_a_missing_document_is_missing_to_whom_it_could_not_be_hidden(cabinet: Cabinet) -> None:
    assert refusal(THE_PATIENT.get("/v1/documents/doc_" + "0" * 32)) == (403, "forbidden")
    assert refusal(THE_PATIENT.get("/v1/documents/doc_1")) == (404, "not-found")
    assert cabinet.items() == []


def test_each_link_is_in_the_trail(cabinet: Cabinet) -> None:
    document_id = cabinet.added(caller=DR_GRETA)
    made(opened(document_id, DR_GRETA))
    kept = boto3.client("dynamodb").scan(TableName="AuditTable")["Items"]
    [record] = [text for item in kept if "OpenDocument" in (text := item["record"]["S"])]
    for part in (document_id, MARIA, GRETA, "care-team"):
        assert part in record
    assert NAME not in record


def test_types_that_browsers_might_run_are_only_downloaded(cabinet: Cabinet) -> None:
    content = b"<ClinicalDocument/>"
    xml = cabinet.added(content, content_type="application/xml", file_name="summary.xml")
    assert "attachment" in made(opened(xml))["url"]
    assert "response-content-disposition=inline" not in made(opened(xml))["url"]
    assert "response-content-disposition=inline" in made(opened(cabinet.added()))["url"]
    assert "response-content-disposition=attachment" in made(opened(xml, disposition="attachment"))["url"]


# ---- withdrawn


def test_what_is_withdrawn_is_listed_and_opened_by_nobody(cabinet: Cabinet) -> None:
    document_id = cabinet.added(caller=DR_GRETA)
    withdrawn = DR_GRETA.post(f"/v1/documents/{document_id}/withdraw", {"reason": "of another patient"})
    assert (withdrawn.status, withdrawn.json["status"]) == (200, "entered-in-error")
    assert withdrawn.json["reason"] == "of another patient"
    assert listed() == [document_id]
    for caller in (THE_PATIENT, DR_GRETA):
        answer = opened(document_id, caller)
        assert refusal(answer) == (409, "document-not-available")
        assert answer.json["current_status"] == "entered-in-error"
    again = DR_GRETA.post(f"/v1/documents/{document_id}/withdraw", {"reason": "again"})
    assert refusal(again) == (409, "invalid-transition")
    assert refusal(cabinet.replace(document_id, caller=DR_GRETA)) == (409, "invalid-transition")


def test_patients_withdraw_what_they_sent_and_nothing_else(cabinet: Cabinet) -> None:
    mine, theirs = cabinet.added(), cabinet.added(caller=DR_GRETA)
    assert THE_PATIENT.post(f"/v1/documents/{mine}/withdraw", {"reason": "a mistake"}).status == 200
    answer = THE_PATIENT.post(f"/v1/documents/{theirs}/withdraw", {"reason": "I do not like it"})
    assert refusal(answer) == (403, "forbidden")


# ---- exported and erased


def test_an_export_has_the_current_versions_that_can_be_opened(cabinet: Cabinet) -> None:
    kept = cabinet.added()
    cabinet.announce()
    cabinet.added(b"MZ" + bytes(10))
    gone = cabinet.added()
    THE_PATIENT.post(f"/v1/documents/{gone}/withdraw", {"reason": "a mistake"})
    [exported] = reading.export(MARIA)
    assert (exported.document.document_id, exported.file_name, exported.names.title) == (kept, NAME, TITLE)
    assert (exported.key, exported.version.content_type) == (f"documents/{MARIA}/{kept}/0001", "application/pdf")


def test_an_erased_patient_has_no_files_and_unreadable_documents(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    cabinet.send(made(cabinet.announce()), PDF)
    large = PDF + bytes(51 * 1024 * 1024)
    made(cabinet.announce(large))
    toms = cabinet.added(caller=TOM_HIMSELF, patient_id=TOM)
    cabinet.destroy_key(MARIA)
    vault.memory.clear()
    for _ in range(2):
        erasing.erase(MARIA)
        assert cabinet.objects() == [f"documents/{TOM}/{toms}/0001"]
        assert cabinet.uploads() == []
    for answer in (
        THE_PATIENT.get(f"/v1/documents/{document_id}"),
        THE_PATIENT.get(f"/v1/patients/{MARIA}/documents"),
        opened(document_id),
    ):
        assert refusal(answer) == (410, "erased")
    with pytest.raises(Erased):
        list(reading.export(MARIA))
    assert read(toms, TOM_HIMSELF)["status"] == "available"


def test_what_is_checked_while_the_patient_is_erased_does_not_stay(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    document_id = announced["document"]["document_id"]
    key = cabinet.send(announced, PDF)
    assert THE_PATIENT.post(f"/v1/documents/{document_id}/complete").status == 202
    erasing.erase(MARIA)
    boto3.client("s3").put_object(Bucket="documents", Key=key, Body=PDF)  # by a form that still holds
    cabinet.check(document_id)
    assert cabinet.objects() == []


def test_a_file_that_is_just_being_released_goes_with_the_others(
    cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from care.documents.repository import files

    announced = made(cabinet.announce())
    document_id = announced["document"]["document_id"]
    cabinet.send(announced, PDF)
    copy = files.copy

    def slow_copy(*arguments: str) -> None:
        copy(*arguments)
        erasing.erase(MARIA)
        copied = {"Bucket": "documents", "Key": arguments[2], "Body": PDF}
        boto3.client("s3").put_object(**copied)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "copy", slow_copy)
    cabinet.completed(document_id)
    assert cabinet.objects() == []


def test_the_same_file_may_be_there_twice(cabinet: Cabinet) -> None:
    assert len({cabinet.added(), cabinet.added()}) == 2
    assert {item["sha256"] for item in THE_PATIENT.get(f"/v1/patients/{MARIA}/documents").json["items"]} == {
        about(PDF)["sha256"]
    }
