"""Documents on moto: table, bucket, patients' keys, and of the other domains' tables what may be asked of them."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from tests.integration.gateway import Answer, Caller, claims

from care.documents.handler import api
from care.documents.tasks import checks
from kernel.events import Event

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BUCKET = "documents"
GRETA, KENJI = "prc_" + "a" * 32, "prc_" + "b" * 32
MARIA, TOM = "pat_" + "1" * 32, "pat_" + "2" * 32
ENCOUNTER, TOMS_ENCOUNTER = "enc_" + "c" * 32, "enc_" + "d" * 32
PDF = b"%PDF-1.7\nInvented for a test.\n%%EOF\n"
NAME = "Befund M\u00fcller.pdf"
TITLE = "Letter about Maria's knee"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MIB = 1024 * 1024


def doctor(practitioner_id: str) -> Caller:
    return Caller(api, claims("doctor", user_id=f"user-of-{practitioner_id}", practitioner_id=practitioner_id))


def patient(patient_id: str) -> Caller:
    return Caller(api, claims("patient", user_id=f"user-of-{patient_id}", patient_id=patient_id))


DR_GRETA, DR_KENJI = doctor(GRETA), doctor(KENJI)
THE_PATIENT, TOM_HIMSELF = patient(MARIA), patient(TOM)
DESK = Caller(api, claims("receptionist", user_id="desk"))
ADMIN = Caller(api, claims("admin", user_id="admin"))
NURSE = Caller(api, claims("nurse", user_id="nurse"))


@dataclass
class Cabinet:
    """`now` is the time that the kernel's clock shows."""

    account: pytest.MonkeyPatch
    tables: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW

    def refer(self, domain: str, pk: str, sk: str, **attributes: dict[str, Any]) -> None:
        """Let another domain say something."""
        item = {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}
        boto3.client("dynamodb").put_item(TableName=self.tables[domain], Item=item)

    def relate(self, patient_id: str, relation: str, who: str) -> None:
        """Say that somebody treats a patient, has broken the glass for them, or speaks for them."""
        until = {"N": str(int((self.now + timedelta(days=30)).timestamp()))}
        standing: dict[str, Any] = {"active": {"BOOL": True}} if relation == "PROXY" else {"until": until}
        self.refer("patients", f"PATIENT#{patient_id}", f"{relation}#{who}", **standing)

    def announce(self, content: bytes = PDF, caller: Caller = THE_PATIENT, **more: Any) -> Answer:
        body = about(content) | {"kind": "letter", "title": TITLE, "file_name": NAME} | more
        patient_id = body.pop("patient_id", MARIA)
        return caller.post(f"/v1/patients/{patient_id}/documents", body)

    def replace(self, document_id: str, content: bytes = PDF, caller: Caller = THE_PATIENT, **headers: str) -> Answer:
        body = about(content) | {"file_name": "second.pdf", "reason": "a page was missing"}
        return caller.post(f"/v1/documents/{document_id}/versions", body, **headers)

    def added(self, content: bytes = PDF, caller: Caller = THE_PATIENT, **more: Any) -> str:
        """The id of a document that was sent, checked and, unless something is wrong with it, made available."""
        announced = made(self.announce(content, caller, **more))
        document_id: str = announced["document"]["document_id"]
        self.send(announced, content)
        self.completed(document_id, caller)
        return document_id

    def completed(self, document_id: str, caller: Caller = THE_PATIENT, number: int = 1) -> None:
        answer = caller.post(f"/v1/documents/{document_id}/complete")
        assert answer.status == 202, answer.text
        self.check(document_id, number)

    def send(self, announced: dict[str, Any], content: bytes) -> str:
        """Do what S3 does with a form or with parts; the key of the object in quarantine."""
        upload, s3 = announced["upload"], boto3.client("s3")
        if upload["method"] == "POST":
            fields = upload["fields"]
            s3.put_object(Bucket=BUCKET, Key=fields["key"], Body=content, ContentType=fields["Content-Type"])
            return str(fields["key"])
        for part in upload["parts"]:
            self.send_part(part, content, upload["part_size"])
        first: str = upload["parts"][0]["url"]
        return urlsplit(first).path.lstrip("/")

    def send_part(self, part: dict[str, Any], content: bytes, part_size: int) -> None:
        url = urlsplit(part["url"])
        query = parse_qs(url.query)
        first = (part["number"] - 1) * part_size
        boto3.client("s3").upload_part(
            Bucket=BUCKET,
            Key=url.path.lstrip("/"),
            UploadId=query["uploadId"][0],
            PartNumber=int(query["partNumber"][0]),
            Body=content[first : first + part_size],
        )

    def check(self, document_id: str, number: int = 1) -> None:
        self.happens("DocumentUploaded", document_id, number)

    def happens(self, type_: str, subject: str, version: int = 0, **data: Any) -> None:
        checks.handle(Event(f"{type_} {subject}", type_, self.now, subject, "test", version, data))

    def objects(self, prefix: str = "") -> list[str]:
        """The keys of all versions of objects that are left, markers of deleted ones too."""
        page = boto3.client("s3").list_object_versions(Bucket=BUCKET, Prefix=prefix)
        return sorted(one["Key"] for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])])

    def uploads(self) -> list[str]:
        """The keys of uploads in parts that are under way."""
        return [one["Key"] for one in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]

    def object_version(self, key: str) -> str:
        return str(boto3.client("s3").head_object(Bucket=BUCKET, Key=key)["VersionId"])

    def timers(self) -> list[str]:
        return [one["Name"] for one in boto3.client("scheduler").list_schedules(GroupName="care")["Schedules"]]

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=self.tables["documents"])["Items"]
        return found

    def destroy_key(self, patient_id: str) -> None:
        boto3.client("dynamodb").update_item(
            TableName=self.tables["keys"],
            Key={"pk": {"S": f"PATIENT#{patient_id}"}, "sk": {"S": "KEY"}},
            UpdateExpression="REMOVE #wrapped",
            ExpressionAttributeNames={"#wrapped": "wrapped"},
        )


def about(content: bytes) -> dict[str, Any]:
    return {
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def made(answer: Answer) -> dict[str, Any]:
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def read(document_id: str, caller: Caller = THE_PATIENT) -> dict[str, Any]:
    answer = caller.get(f"/v1/documents/{document_id}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def opened(document_id: str, caller: Caller = THE_PATIENT, **wish: Any) -> Answer:
    return caller.post(f"/v1/documents/{document_id}/link", {"disposition": "inline", **wish})


def fetched(link: Answer) -> bytes:
    """What S3 gives for a link."""
    key = urlsplit(made(link)["url"]).path.lstrip("/")
    return bytes(boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
