"""Documents announced, sent, checked and opened, over HTTP."""

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from tests.integration.care.documents.cabinet import (
    BUCKET,
    DR_GRETA,
    EICAR,
    ENCOUNTER,
    MARIA,
    MIB,
    NAME,
    NOW,
    PDF,
    THE_PATIENT,
    TITLE,
    TOMS_ENCOUNTER,
    Cabinet,
    about,
    fetched,
    made,
    opened,
    read,
)
from tests.integration.gateway import places, refusal

from kernel import vault

NOBODY = "0" * 32


# ---- small files


def test_a_letter_is_sent_checked_and_opened(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce(encounter_id=ENCOUNTER))
    document, upload = announced["document"], announced["upload"]
    document_id = document["document_id"]
    assert document == {
        "document_id": document_id,
        "patient_id": MARIA,
        "encounter_id": ENCOUNTER,
        "kind": "letter",
        "title": TITLE,
        "file_name": NAME,
        **about(PDF),
        "status": "uploading",
        "refusal": None,
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "created_by": f"user-of-{MARIA}",
        "author_role": "patient",
        "reason": None,
        "current": False,
    }
    assert upload["expires_at"] == "2026-11-23T09:00:00Z"
    cabinet.send(announced, PDF)
    assert THE_PATIENT.post(f"/v1/documents/{document_id}/complete").json == document | {"status": "checking"}
    cabinet.check(document_id)
    assert read(document_id) == document | {"status": "available", "current": True}

    link = opened(document_id)
    assert link.json["expires_at"] == "2026-11-23T08:05:00Z"
    assert fetched(link) == PDF
    query = parse_qs(urlsplit(link.json["url"]).query)
    assert query["response-content-type"] == ["application/pdf"]
    assert query["response-content-disposition"] == [
        "inline; filename=\"Befund M_ller.pdf\"; filename*=UTF-8''Befund%20M%C3%BCller.pdf"
    ]
    assert query["X-Amz-Expires"] == ["300"]
    assert cabinet.objects() == [f"documents/{MARIA}/{document_id}/0001"]


def test_a_form_takes_nothing_but_the_announced_file(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    fields = announced["upload"]["fields"]
    document_id = announced["document"]["document_id"]
    assert fields["key"] == f"quarantine/{MARIA}/{document_id}/0001"
    policy = base64.b64decode(fields["policy"]).decode()
    assert f'["content-length-range", {len(PDF)}, {len(PDF)}]' in policy
    sha256 = base64.b64encode(bytes.fromhex(about(PDF)["sha256"])).decode()
    assert {"Content-Type": "application/pdf", "x-amz-checksum-sha256": sha256}.items() <= fields.items()
    for name, text in {"Content-Type": "application/pdf", "x-amz-checksum-sha256": sha256}.items():
        assert f'{{"{name}": "{text}"}}' in policy


def test_names_stand_nowhere_in_plain(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    made(cabinet.replace(document_id))
    THE_PATIENT.post(f"/v1/documents/{document_id}/withdraw", {"reason": "not mine at all"})
    stored = str(cabinet.items())
    for words in (TITLE, "knee", NAME, "Befund", "second.pdf", "a page was missing", "not mine at all"):
        assert words not in stored


def test_a_lost_answer_is_asked_for_again(cabinet: Cabinet) -> None:
    body = about(PDF) | {"kind": "letter", "file_name": NAME}
    path = f"/v1/patients/{MARIA}/documents"
    first = made(THE_PATIENT.post(path, body, idempotency_key="k"))
    again = made(THE_PATIENT.post(path, body, idempotency_key="k"))
    assert again["document"] == first["document"]
    assert again["upload"]["fields"]["key"] == first["upload"]["fields"]["key"]
    other = THE_PATIENT.post(path, body | {"kind": "report"}, idempotency_key="k")
    assert refusal(other) == (422, "idempotency-key-reused")
    cabinet.send(first, PDF)
    cabinet.completed(first["document"]["document_id"])
    arrived = made(THE_PATIENT.post(path, body, idempotency_key="k"))
    assert (arrived["upload"], arrived["document"]["status"]) == (None, "available")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"size": 0}, "/size"),
        ({"size": 5 * 1024 * MIB + 1}, "/size"),
        ({"sha256": "A" * 64}, "/sha256"),
        ({"content_type": "application/x-msdownload"}, "/content_type"),
        ({"file_name": "../../etc/passwd"}, "/file_name"),
        ({"file_name": ".."}, "/file_name"),
        ({"file_name": "tab\t.pdf"}, "/file_name"),
        ({"kind": "novel"}, "/kind"),
        ({"encounter_id": TOMS_ENCOUNTER}, "/encounter_id"),
        ({"encounter_id": f"enc_{NOBODY}"}, "/encounter_id"),
    ],
)
def test_what_cannot_be_right_is_refused_at_once(cabinet: Cabinet, wrong: dict[str, Any], place: str) -> None:
    assert places(cabinet.announce(**wrong)) == {place}
    assert cabinet.items() == []


def test_a_patient_who_left_gets_no_documents(cabinet: Cabinet) -> None:
    cabinet.refer("patients", f"PATIENT#{MARIA}", "STATUS", active={"BOOL": False})
    assert places(cabinet.announce()) == {"/patient_id"}


def test_what_was_never_sent_is_not_complete(cabinet: Cabinet) -> None:
    document_id = made(cabinet.announce())["document"]["document_id"]
    answer = THE_PATIENT.post(f"/v1/documents/{document_id}/complete")
    assert refusal(answer) == (409, "upload-incomplete")
    assert answer.json["missing"] == [1]
    assert read(document_id)["status"] == "uploading"


def test_completing_twice_is_completing_once(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    path = f"/v1/documents/{announced['document']['document_id']}/complete"
    cabinet.send(announced, PDF)
    first, again = THE_PATIENT.post(path), THE_PATIENT.post(path)
    assert (first.status, first.json) == (again.status, again.json)


# ---- checks


@pytest.mark.parametrize(
    ("announced", "sent", "why"),
    [
        (PDF, PDF + b"more", "size"),
        (PDF, PDF.replace(b"test", b"tset"), "corrupt"),
        (b"MZ\x90\x00" + bytes(60), b"MZ\x90\x00" + bytes(60), "wrong-type"),
        (b"%PDF-1.7\n" + EICAR, b"%PDF-1.7\n" + EICAR, "infected"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_and_removed(
    cabinet: Cabinet, announced: bytes, sent: bytes, why: str
) -> None:
    answer = made(cabinet.announce(announced))
    document_id = answer["document"]["document_id"]
    cabinet.send(answer, sent)
    cabinet.completed(document_id)
    document = read(document_id)
    assert (document["status"], document["refusal"], document["current"]) == ("refused", why, False)
    assert cabinet.objects() == []
    link = opened(document_id)
    assert refusal(link) == (409, "document-not-available")
    assert link.json["current_status"] == "refused"


def test_a_virus_at_the_end_of_a_long_file_is_found(cabinet: Cabinet) -> None:
    document_id = cabinet.added(PDF + bytes(3 * MIB) + EICAR)
    assert read(document_id)["refusal"] == "infected"


def test_what_is_sent_after_the_check_began_is_never_opened(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    document_id = announced["document"]["document_id"]
    key = cabinet.send(announced, PDF)
    assert THE_PATIENT.post(f"/v1/documents/{document_id}/complete").status == 202
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=EICAR)
    cabinet.check(document_id)
    assert fetched(opened(document_id)) == PDF
    assert cabinet.objects("quarantine/") == []


def test_news_that_comes_twice_changes_nothing(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    before = cabinet.items()
    cabinet.check(document_id)
    cabinet.happens("ObjectArrived", f"quarantine/{MARIA}/{document_id}/0001")
    assert cabinet.items() == before


def test_a_file_whose_sender_is_gone_is_checked_all_the_same(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    key = cabinet.send(announced, PDF)
    cabinet.happens("ObjectArrived", key)
    assert read(announced["document"]["document_id"])["status"] == "checking"


def test_a_file_that_is_gone_before_its_check_is_refused(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    document_id = announced["document"]["document_id"]
    key = cabinet.send(announced, PDF)
    THE_PATIENT.post(f"/v1/documents/{document_id}/complete")
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=key, VersionId=cabinet.object_version(key))
    cabinet.check(document_id)
    assert read(document_id)["refusal"] == "corrupt"


def test_news_of_what_is_gone_is_no_failure(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    cabinet.happens("ObjectArrived", announced["upload"]["fields"]["key"])
    cabinet.happens("ObjectArrived", f"quarantine/{MARIA}/doc_{NOBODY}/0001")
    assert read(announced["document"]["document_id"])["status"] == "uploading"


# ---- large files

LARGE = PDF + bytes(51 * MIB)


def test_a_large_file_comes_in_parts_and_goes_on_after_a_break(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce(LARGE))
    document_id, upload = announced["document"]["document_id"], announced["upload"]
    assert (upload["method"], upload["part_size"]) == ("MULTIPART", 16 * MIB)
    assert [part["number"] for part in upload["parts"]] == [1, 2, 3, 4]
    for part in (upload["parts"][0], upload["parts"][3]):
        cabinet.send_part(part, LARGE, upload["part_size"])

    incomplete = THE_PATIENT.post(f"/v1/documents/{document_id}/complete")
    assert refusal(incomplete) == (409, "upload-incomplete")
    assert incomplete.json["missing"] == [2, 3]
    resumed = THE_PATIENT.post(f"/v1/documents/{document_id}/parts").json
    assert resumed["arrived"] == [1, 4]
    assert [part["number"] for part in resumed["parts"]] == [2, 3]
    [third] = THE_PATIENT.post(f"/v1/documents/{document_id}/parts", {"numbers": [1, 3]}).json["parts"]
    assert third["number"] == 3

    for part in resumed["parts"]:
        cabinet.send_part(part, LARGE, upload["part_size"])
    cabinet.completed(document_id)
    assert read(document_id)["status"] == "available"
    assert fetched(opened(document_id)) == LARGE
    assert cabinet.uploads() == []


def test_each_link_takes_just_the_bytes_of_its_part(cabinet: Cabinet) -> None:
    upload = made(cabinet.announce(LARGE))["upload"]
    signed = {parse_qs(urlsplit(part["url"]).query)["X-Amz-SignedHeaders"][0] for part in upload["parts"]}
    assert signed == {"content-length;host"}


def test_a_part_of_another_size_has_not_arrived(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce(LARGE))
    upload = announced["upload"]
    cabinet.send_part(upload["parts"][0], LARGE[: 6 * MIB], 16 * MIB)
    resumed = THE_PATIENT.post(f"/v1/documents/{announced['document']['document_id']}/parts").json
    assert resumed["arrived"] == []


def test_a_large_file_that_was_joined_by_somebody_else_is_taken(cabinet: Cabinet) -> None:
    """A crash between joining the parts and writing it down."""
    announced = made(cabinet.announce(LARGE))
    document_id = announced["document"]["document_id"]
    cabinet.send(announced, LARGE)
    s3 = boto3.client("s3")
    [under_way] = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    whose: Any = {"Bucket": BUCKET, "Key": under_way["Key"], "UploadId": under_way["UploadId"]}
    arrived: Any = [{"PartNumber": p["PartNumber"], "ETag": p["ETag"]} for p in s3.list_parts(**whose)["Parts"]]
    s3.complete_multipart_upload(**whose, MultipartUpload={"Parts": arrived})
    cabinet.completed(document_id)
    assert read(document_id)["status"] == "available"


def test_a_small_file_has_no_parts(cabinet: Cabinet) -> None:
    document_id = made(cabinet.announce())["document"]["document_id"]
    assert refusal(THE_PATIENT.post(f"/v1/documents/{document_id}/parts")) == (409, "invalid-transition")


def test_a_refused_announcement_leaves_no_upload_behind(cabinet: Cabinet) -> None:
    assert places(cabinet.announce(LARGE, encounter_id=TOMS_ENCOUNTER)) == {"/encounter_id"}
    assert cabinet.uploads() == []


# ---- versions


def test_a_new_version_is_what_people_open_once_it_was_checked(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    better = PDF + b"% and better"
    announced = made(cabinet.replace(document_id, better, if_match='"1"'))
    assert (announced["document"]["version"], announced["document"]["status"]) == (2, "uploading")
    assert (read(document_id)["version"], fetched(opened(document_id))) == (1, PDF)
    cabinet.send(announced, better)
    cabinet.completed(document_id, number=2)
    document = read(document_id)
    assert (document["version"], document["current"], document["file_name"]) == (2, True, "second.pdf")
    assert document["reason"] == "a page was missing"
    assert fetched(opened(document_id)) == better
    assert fetched(opened(document_id, version=1)) == PDF
    versions = THE_PATIENT.get(f"/v1/documents/{document_id}/versions").json["items"]
    assert [(one["version"], one["current"], one["file_name"]) for one in versions] == [
        (1, False, NAME),
        (2, True, "second.pdf"),
    ]
    assert refusal(opened(document_id, version=3)) == (404, "not-found")


def test_a_version_of_what_somebody_else_replaced_is_refused(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    announced = made(cabinet.replace(document_id, if_match='"1"'))
    cabinet.send(announced, PDF)
    cabinet.completed(document_id, number=2)
    assert refusal(cabinet.replace(document_id, if_match='"1"')) == (412, "stale")


def test_a_refused_version_leaves_the_one_before(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    announced = made(cabinet.replace(document_id))
    cabinet.send(announced, PDF + b"?")
    cabinet.completed(document_id, number=2)
    assert (read(document_id)["version"], read(document_id)["status"]) == (1, "available")
    assert made(cabinet.replace(document_id, if_match='"1"'))["document"]["version"] == 3


def test_a_version_is_not_replaced_while_it_is_checked(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    cabinet.send(made(cabinet.replace(document_id)), PDF)
    assert THE_PATIENT.post(f"/v1/documents/{document_id}/complete").status == 202
    assert refusal(cabinet.replace(document_id)) == (409, "version-in-check")


def test_a_version_that_never_came_gives_way(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    made(cabinet.replace(document_id))
    assert made(cabinet.replace(document_id))["document"]["version"] == 3
    versions = THE_PATIENT.get(f"/v1/documents/{document_id}/versions").json["items"]
    assert [one["status"] for one in versions] == ["available", "expired", "uploading"]


# ---- scanners that take their time


@pytest.fixture
def guarded(cabinet: Cabinet) -> Cabinet:
    """Where GuardDuty scans: it answers by events, if at all."""
    cabinet.account.setenv("SCANNER", "guardduty")
    return cabinet


def waiting(cabinet: Cabinet) -> tuple[str, str, str]:
    """A document that was examined and waits for the scanner: its id, its key in quarantine, the object's version."""
    announced = made(cabinet.announce())
    document_id = announced["document"]["document_id"]
    key = cabinet.send(announced, PDF)
    object_version = cabinet.object_version(key)
    cabinet.completed(document_id)
    assert read(document_id)["status"] == "checking"
    return document_id, key, object_version


@pytest.mark.parametrize(
    ("result", "status", "refusal_"),
    [
        ("NO_THREATS_FOUND", "available", None),
        ("THREATS_FOUND", "refused", "infected"),
        ("UNSUPPORTED", "refused", "unscanned"),
        ("FAILED", "refused", "unscanned"),
    ],
)
def test_what_the_scanner_says_decides(guarded: Cabinet, result: str, status: str, refusal_: str | None) -> None:
    document_id, key, object_version = waiting(guarded)
    guarded.happens("ObjectScanned", key, result=result, object_version=object_version)
    document = read(document_id)
    assert (document["status"], document["refusal"]) == (status, refusal_)
    assert guarded.objects("quarantine/") == []


def test_what_it_says_of_another_object_counts_for_nothing(guarded: Cabinet) -> None:
    document_id, key, _ = waiting(guarded)
    guarded.happens("ObjectScanned", key, result="NO_THREATS_FOUND", object_version="another")
    assert read(document_id)["status"] == "checking"


def test_a_scanner_may_be_faster_than_everybody_else(guarded: Cabinet) -> None:
    announced = made(guarded.announce())
    document_id = announced["document"]["document_id"]
    key = guarded.send(announced, PDF)
    guarded.happens("ObjectScanned", key, result="NO_THREATS_FOUND", object_version=guarded.object_version(key))
    assert read(document_id)["status"] == "checking"
    guarded.check(document_id)
    assert read(document_id)["status"] == "available"


def test_a_clean_file_that_is_not_what_was_announced_is_refused(guarded: Cabinet) -> None:
    announced = made(guarded.announce())
    document_id = announced["document"]["document_id"]
    key = guarded.send(announced, PDF.replace(b"test", b"tset"))
    guarded.happens("ObjectScanned", key, result="NO_THREATS_FOUND", object_version=guarded.object_version(key))
    guarded.check(document_id)
    assert read(document_id)["refusal"] == "corrupt"


def test_a_scanner_that_never_answers_is_not_taken_for_a_yes(guarded: Cabinet) -> None:
    document_id, key, object_version = waiting(guarded)
    assert guarded.timers() == [f"document-{document_id[4:]}-1"]
    guarded.now = NOW + timedelta(hours=4)
    guarded.happens("ScanDue", document_id, 1)
    assert read(document_id)["refusal"] == "unscanned"
    assert guarded.objects() == []
    guarded.happens("ObjectScanned", key, result="NO_THREATS_FOUND", object_version=object_version)
    assert read(document_id)["refusal"] == "unscanned"


def test_a_timer_that_is_late_changes_nothing(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    cabinet.happens("ScanDue", document_id, 1)
    assert read(document_id)["status"] == "available"


# ---- uploads that do not come


def nightly(cabinet: Cabinet, hours: int) -> None:
    cabinet.now = NOW + timedelta(hours=hours)
    cabinet.happens("UploadsDue", "uploads")


def test_what_was_announced_and_never_sent_expires_after_a_day(cabinet: Cabinet) -> None:
    document_id = made(cabinet.announce())["document"]["document_id"]
    large_id = made(cabinet.announce(LARGE))["document"]["document_id"]
    nightly(cabinet, 20)
    assert read(document_id)["status"] == "uploading"
    nightly(cabinet, 26)
    assert {read(one)["status"] for one in (document_id, large_id)} == {"expired"}
    assert cabinet.uploads() == []
    assert [item for item in cabinet.items() if item["pk"]["S"].startswith("UPLOADS#")] == []
    assert refusal(THE_PATIENT.post(f"/v1/documents/{document_id}/complete")) == (409, "invalid-transition")


def test_what_arrived_without_anybody_hearing_of_it_does_not(cabinet: Cabinet) -> None:
    announced = made(cabinet.announce())
    cabinet.send(announced, PDF)
    nightly(cabinet, 26)
    assert read(announced["document"]["document_id"])["status"] == "checking"


def test_nights_that_were_missed_are_made_up_for(cabinet: Cabinet) -> None:
    document_id = made(cabinet.announce())["document"]["document_id"]
    nightly(cabinet, 24 * 10)
    assert read(document_id)["status"] == "expired"


def test_a_version_that_gave_way_leaves_nothing_behind(cabinet: Cabinet) -> None:
    document_id = cabinet.added()
    made(cabinet.replace(document_id, LARGE))
    cabinet.added(caller=DR_GRETA)
    made(cabinet.replace(document_id))
    nightly(cabinet, 26)
    assert cabinet.uploads() == []


# ---- erased


def test_nothing_is_announced_for_who_was_erased(cabinet: Cabinet) -> None:
    cabinet.added()
    cabinet.destroy_key(MARIA)
    assert refusal(cabinet.announce()) == (410, "erased")  # by the condition: the key is still remembered
    vault.memory.clear()
    assert refusal(cabinet.announce()) == (410, "erased")
