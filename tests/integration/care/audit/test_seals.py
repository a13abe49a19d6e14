"""The trail is sealed, verified, exported, and compared with its seals."""

import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import boto3
import pytest
from tests.integration.care.audit.conftest import AUDITOR, MANAGER, PATIENT, Trail, download
from tools.verify_audit import main

from kernel.audit.seals import Seal


def altered(seal: Seal, before: bytes, after: bytes) -> None:
    """Somebody gets at the archive."""
    s3 = boto3.client("s3")
    content = s3.get_object(Bucket="archive", Key=seal.batch_key)["Body"].read()
    assert before in content
    s3.put_object(Bucket="archive", Key=seal.batch_key, Body=content.replace(before, after))


def seals() -> list[Seal]:
    return [Seal.from_document(document) for document in MANAGER.get("/v1/audit/seals").json["items"]]


def test_sealed_records_are_verified_by_the_service(trail: Trail) -> None:
    trail.write()
    trail.seal()
    trail.write()
    trail.write()
    trail.seal()
    newest, first = seals()
    assert (newest.number, newest.count, first.number, first.count) == (2, 2, 1, 1)
    for number in (1, 2):
        verdict = MANAGER.post(f"/v1/audit/seals/{number}/verify").json
        assert verdict == {"number": number, "verified": True, "finding": None}
    assert MANAGER.post("/v1/audit/seals/3/verify").status == 404
    assert MANAGER.post("/v1/audit/seals/first/verify").status == 404


def test_seals_come_page_by_page(trail: Trail) -> None:
    for _ in range(3):
        trail.write()
        trail.seal()
    page = MANAGER.get("/v1/audit/seals?limit=2").json
    rest = MANAGER.get(f"/v1/audit/seals?limit=2&cursor={page['next_cursor']}").json
    assert [seal["number"] for seal in (*page["items"], *rest["items"])] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert MANAGER.get("/v1/audit/seals?cursor=eyJudW1iZXIiOiAiMCJ9").status == 400  # {"number": "0"}


def test_nothing_new_makes_no_seal(trail: Trail) -> None:
    trail.seal()
    trail.write()
    trail.seal()
    trail.seal(timedelta(hours=3))
    assert [seal.number for seal in seals()] == [1]


def test_a_record_that_is_altered_in_the_archive_is_named(trail: Trail) -> None:
    trail.write()
    record = trail.write()
    trail.seal()
    altered(seals()[0], record.text().encode(), record.text().replace("greta", "grete").encode())
    verdict = AUDITOR.post("/v1/audit/seals/1/verify").json
    assert (verdict["verified"], verdict["finding"]) == (False, f"record {record.id} is not as it was sealed")


def test_a_seal_that_is_altered_does_not_bear_its_signature(trail: Trail) -> None:
    trail.write()
    trail.seal()
    seal = seals()[0].document() | {"count": 2}
    item = {"pk": {"S": "SEALS"}, "sk": {"S": "0000000001"}, "seal": {"S": json.dumps(seal)}}
    boto3.client("dynamodb").put_item(TableName="AuditSealsTable", Item=item)
    assert AUDITOR.post("/v1/audit/seals/1/verify").json["finding"] == "its signature is not ours"


def test_a_batch_that_is_gone_is_missed(trail: Trail) -> None:
    trail.write()
    trail.seal()
    boto3.client("s3").delete_object(Bucket="archive", Key=seals()[0].batch_key)
    assert AUDITOR.post("/v1/audit/seals/1/verify").json["finding"] == "its batch is gone"


def test_an_export_is_verified_offline(trail: Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        trail.write()
        trail.seal()
    answer = AUDITOR.get("/v1/audit/export")
    assert (answer.status, answer.json["first"], answer.json["last"], answer.json["next_from"]) == (200, 1, 3, None)
    export = download(answer.json["url"], tmp_path / "export.zip")
    assert main([str(export)]) == 0
    assert "seals   1 to 3, over 3 records" in capsys.readouterr().out


def test_an_export_of_altered_records_is_not(trail: Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = trail.write()
    trail.seal()
    altered(seals()[0], b"ReadPatient", b"ReadNothing")
    export = download(AUDITOR.get("/v1/audit/export").json["url"], tmp_path / "export.zip")
    assert main([str(export)]) == 1
    assert f"WRONG  seal 1, record {record.id}: altered" in capsys.readouterr().out


def test_an_export_holds_what_was_sealed_of_its_time(trail: Trail, tmp_path: Path) -> None:
    written = []
    for _ in range(4):
        written.append(trail.write())
        trail.seal()
    period = f"from={written[1].at:%Y-%m-%dT%H:%M:%SZ}&to={written[2].at:%Y-%m-%dT%H:%M:%S.999Z}"
    answer = AUDITOR.get(f"/v1/audit/export?{period}").json
    assert (answer["first"], answer["last"]) == (2, 3)
    with ZipFile(download(answer["url"], tmp_path / "export.zip")) as archive:
        assert json.loads(archive.read("manifest.json"))["last"] == 3
    assert main([str(tmp_path / "export.zip")]) == 0


def test_there_is_no_export_of_nothing(trail: Trail) -> None:
    trail.write()
    assert AUDITOR.get("/v1/audit/export").status == 404


def test_the_records_leave_the_house_with_auditors_alone(trail: Trail) -> None:
    trail.write()
    trail.seal()
    assert MANAGER.get("/v1/audit/export").status == 403
    assert PATIENT.get("/v1/audit/seals").status == 403


def found(caplog: pytest.LogCaptureFixture, kind: str) -> list[str]:
    """Ids of the records that a comparison complained of."""
    complaints = [one.__dict__ for one in caplog.records if one.message == "the trail is not what was sealed"]
    return [record_id for complaint in complaints for record_id in complaint[kind]]


def test_late_records_are_sealed_as_such_and_ring(
    trail: Trail, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    begins = trail.write().at
    trail.seal(timedelta(hours=2))
    late = trail.write(at=begins + timedelta(seconds=2))
    assert trail.due("HourDue", f"{begins:%Y-%m-%dT%H}") == {"batchItemFailures": []}
    newest = seals()[0]
    assert (newest.number, newest.late, newest.count) == (2, True, 1)
    assert AUDITOR.post("/v1/audit/seals/2/verify").json["verified"]
    assert "AuditDisturbed" in capsys.readouterr().out
    assert found(caplog, "late") == [late.id]
    trail.due("HourDue", f"{begins:%Y-%m-%dT%H}")
    assert len(seals()) == 2
    assert "AuditDisturbed" not in capsys.readouterr().out


def test_a_record_that_is_gone_from_the_trail_rings(trail: Trail, caplog: pytest.LogCaptureFixture) -> None:
    record = trail.write()
    trail.seal(timedelta(hours=2))
    table = boto3.resource("dynamodb").Table("AuditTable")
    (item,) = table.scan()["Items"]
    table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    trail.due("HourDue", f"{record.at:%Y-%m-%dT%H}")
    assert found(caplog, "lost") == [record.id]


def test_a_day_is_compared_hour_by_hour(trail: Trail) -> None:
    trail.due("CheckDue")
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="due")["QueueUrl"]
    hours = set()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        hours |= {json.loads(message["Body"])["detail"]["subject"] for message in messages}
    assert hours == {f"2026-11-20T{hour:02}" for hour in range(24)}


@pytest.mark.parametrize(("kind", "subject"), [("HourDue", "noon"), ("LunchDue", "trail")])
def test_what_the_clock_never_says_is_set_aside(trail: Trail, kind: str, subject: str) -> None:
    assert trail.due(kind, subject)["batchItemFailures"]
