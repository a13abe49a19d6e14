"""Files on the running system: sent to S3 by forms and in parts, checked, and fetched by links."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from local.client import Stack
from tests.e2e.hospital import PASSWORD, Hospital, good, refused
from tests.e2e.post import PATIENCE, until

MIB = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Sender:
    """A patient with an account."""

    patient_id: str
    http: httpx.Client

    def announce(self, content: bytes, **more: Any) -> dict[str, Any]:
        body = {
            "kind": "report",
            "file_name": "Befund.pdf",
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return good(self.http.post(f"/v1/patients/{self.patient_id}/documents", json=body | more), 201)

    def settled(self, document_id: str) -> dict[str, Any]:
        """The document once its check is over."""

        def over() -> dict[str, Any] | None:
            found = good(self.http.get(f"/v1/documents/{document_id}"))
            return found if found["status"] not in ("uploading", "checking") else None

        found = until(over)
        assert found is not None
        return found

    def link(self, document_id: str, disposition: str = "inline") -> str:
        answer = self.http.post(f"/v1/documents/{document_id}/link", json={"disposition": disposition})
        return str(good(answer, 201)["url"])


@pytest.fixture(scope="module")
def sender(hospital: Hospital, sign_in: Callable[..., httpx.Client]) -> Iterator[Sender]:
    guest = hospital.guest()
    with sign_in(guest.email, PASSWORD) as http:
        yield Sender(guest.patient_id, http)


def post(upload: dict[str, Any], content: bytes, **changed: str) -> httpx.Response:
    return httpx.post(upload["url"], data=upload["fields"] | changed, files={"file": ("f", content)}, timeout=PATIENCE)


def fetch(url: httpx.URL | str) -> httpx.Response:
    return httpx.get(url, timeout=PATIENCE)


def test_a_file_is_sent_checked_shown_and_withdrawn(sender: Sender) -> None:
    announced = sender.announce(PDF, title="Invented")
    document_id = announced["document"]["document_id"]
    refused(sender.http.post(f"/v1/documents/{document_id}/complete"), 409, "upload-incomplete")
    assert post(announced["upload"], PDF).is_success
    assert good(sender.http.post(f"/v1/documents/{document_id}/complete"), 202)["status"] in ("checking", "available")
    document = sender.settled(document_id)
    assert (document["status"], document["current"], document["title"]) == ("available", True, "Invented")
    shown = fetch(sender.link(document_id))
    assert (shown.status_code, shown.content) == (200, PDF)
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-disposition"].startswith("inline; ")
    saved = fetch(sender.link(document_id, "attachment"))
    assert saved.headers["content-disposition"].startswith('attachment; filename="Befund.pdf"')
    good(sender.http.post(f"/v1/documents/{document_id}/withdraw", json={"reason": "a test"}))
    refused(
        sender.http.post(f"/v1/documents/{document_id}/link", json={"disposition": "inline"}),
        409,
        "document-not-available",
    )


def test_a_sender_who_hangs_up_is_not_needed(sender: Sender) -> None:
    announced = sender.announce(PDF)
    assert post(announced["upload"], PDF).is_success
    assert sender.settled(announced["document"]["document_id"])["status"] == "available"


def test_other_systems_find_a_file_in_fhir_and_fetch_it(sender: Sender) -> None:
    announced = sender.announce(PDF, kind="letter")
    assert post(announced["upload"], PDF).is_success
    document_id = announced["document"]["document_id"]
    sender.settled(document_id)
    search = {"patient": sender.patient_id.replace("_", "-"), "type": "letter"}
    [found] = good(sender.http.get("/fhir/R4/DocumentReference", params=search))["entry"]
    assert found["resource"]["id"] == document_id.replace("_", "-")
    leads = sender.http.get(found["resource"]["content"][0]["attachment"]["url"])
    assert leads.status_code == 302
    assert fetch(leads.headers["location"]).content == PDF


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"MZ\x90\x00" + bytes(60), "wrong-type"), (b"%PDF-1.7\n" + EICAR, "infected")],
)
def test_a_file_that_does_harm_or_is_something_else_is_refused(sender: Sender, content: bytes, why: str) -> None:
    announced = sender.announce(content)
    assert post(announced["upload"], content).is_success
    document = sender.settled(announced["document"]["document_id"])
    assert (document["status"], document["refusal"]) == ("refused", why)


def test_a_broken_file_is_refused_even_where_the_form_let_it_through(sender: Sender) -> None:
    announced = sender.announce(PDF)
    document_id = announced["document"]["document_id"]
    if post(announced["upload"], PDF.replace(b"Root", b"Toor")).is_error:  # S3 compares checksums, an emulator may not
        refused(sender.http.post(f"/v1/documents/{document_id}/complete"), 409, "upload-incomplete")
        return
    assert sender.settled(document_id)["refusal"] == "corrupt"


def test_a_form_takes_only_the_file_that_was_announced(sender: Sender) -> None:
    upload = sender.announce(PDF)["upload"]
    key = upload["fields"]["key"]
    assert post(upload, PDF + b"more").status_code == 400
    assert post(upload, PDF[:-1]).status_code == 400
    for changed in (
        {"Content-Type": "text/html"},
        {"key": key.replace("quarantine", "documents")},
        {"x-amz-storage-class": "GLACIER"},
    ):
        assert post(upload, PDF, **changed).status_code == 403


def test_pages_of_the_portal_may_send_and_fetch(sender: Sender, stack: Stack) -> None:
    upload = sender.announce(PDF)["upload"]
    asked = {"Origin": stack["portal"], "Access-Control-Request-Method": "POST"}
    answer = httpx.options(upload["url"], headers=asked, timeout=PATIENCE)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, stack["portal"])
    stranger = httpx.options(upload["url"], headers=asked | {"Origin": "https://elsewhere.example"}, timeout=PATIENCE)
    assert "access-control-allow-origin" not in stranger.headers
    policy = fetch(stack["portal"]).headers["content-security-policy"]
    origin = str(httpx.URL(upload["url"]).copy_with(raw_path=b"")).rstrip("/")
    for rule in ("connect-src", "img-src", "frame-src"):
        [listed] = [one for one in policy.split("; ") if one.startswith(rule)]
        assert origin in listed.split(" ")


def test_a_link_opens_its_own_file_alone(sender: Sender) -> None:
    announced = sender.announce(PDF)
    assert post(announced["upload"], PDF).is_success
    document_id = announced["document"]["document_id"]
    assert sender.settled(document_id)["status"] == "available"
    link, key = sender.link(document_id), announced["upload"]["fields"]["key"]
    assert fetch(link).status_code == 200
    assert fetch(link.replace(key.replace("quarantine", "documents"), key)).status_code == 403
    assert fetch(link.partition("?")[0]).status_code == 403


def test_an_upload_that_stopped_goes_on_where_it_was(sender: Sender) -> None:
    block = bytes(128) + b"DICM" + os.urandom(MIB - 132)
    announced = sender.announce(block * 51, content_type="application/dicom", file_name="mri.dcm")
    document_id, upload = announced["document"]["document_id"], announced["upload"]
    assert [part["number"] for part in upload["parts"]] == [1, 2, 3, 4]
    sizes = dict(enumerate([16, 16, 16, 3], 1))
    first, second, *_ = upload["parts"]
    assert httpx.put(second["url"], content=block * 16, timeout=PATIENCE).is_success
    assert httpx.put(first["url"], content=block, timeout=PATIENCE).status_code == 403  # not the length that was signed
    refused(sender.http.post(f"/v1/documents/{document_id}/complete"), 409, "upload-incomplete")
    resumed = good(sender.http.post(f"/v1/documents/{document_id}/parts", json={}))
    assert resumed["arrived"] == [2]
    for part in resumed["parts"]:
        assert httpx.put(part["url"], content=block * sizes[part["number"]], timeout=PATIENCE).is_success
    good(sender.http.post(f"/v1/documents/{document_id}/complete"), 202)
    assert sender.settled(document_id)["status"] == "available"


@pytest.fixture
def swept(sender: Sender, stack: Stack) -> Iterator[None]:
    """Large files go after the test: the emulator keeps them in its memory."""
    yield
    aws = stack["aws"]
    s3 = boto3.resource(
        "s3",
        endpoint_url=aws["endpoint_url"],
        region_name=aws["region"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )
    [bucket] = [one for one in s3.buckets.all() if one.name.startswith(f"{stack['care']['stack']}-documents-")]
    bucket.object_versions.filter(Prefix=f"documents/{sender.patient_id}/").delete()


@pytest.mark.usefixtures("swept")
def test_a_file_of_a_gibibyte_comes_in_parts(sender: Sender) -> None:
    block = bytes(128) + b"DICM" + os.urandom(16 * MIB - 132)
    digest = hashlib.sha256()
    for _ in range(64):
        digest.update(block)
    body = {
        "kind": "image",
        "file_name": "study.dcm",
        "content_type": "application/dicom",
        "size": 64 * len(block),
        "sha256": digest.hexdigest(),
    }
    announced = good(sender.http.post(f"/v1/patients/{sender.patient_id}/documents", json=body), 201)
    document_id, upload = announced["document"]["document_id"], announced["upload"]
    assert (upload["part_size"], len(upload["parts"])) == (16 * MIB, 64)
    with httpx.Client(timeout=PATIENCE) as s3:
        for part in upload["parts"]:
            assert s3.put(part["url"], content=block).is_success
        good(sender.http.post(f"/v1/documents/{document_id}/complete"), 202)
        assert sender.settled(document_id)["status"] == "available"
        with s3.stream("GET", sender.link(document_id)) as answer:
            fetched = hashlib.sha256()
            for chunk in answer.iter_bytes():
                fetched.update(chunk)
    assert fetched.hexdigest() == digest.hexdigest()


def test_an_old_link_opens_nothing(sender: Sender) -> None:
    announced = sender.announce(PDF)
    assert post(announced["upload"], PDF).is_success
    document_id = announced["document"]["document_id"]
    assert sender.settled(document_id)["status"] == "available"
    link = httpx.URL(sender.link(document_id))
    made_at = link.params["X-Amz-Date"]
    old = link.copy_set_param("X-Amz-Date", f"{int(made_at[:4]) - 4}{made_at[4:]}")
    assert fetch(old).status_code == 403
