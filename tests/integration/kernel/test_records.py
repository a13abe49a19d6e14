"""The trail takes records, each once, and lets none be written over."""

from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from kernel.audit.records import Outcome, Record, RecordItem, write, write_event

AT = datetime(2026, 11, 21, 15, 4, 5, 678, UTC)
RECORD = Record(
    id="aud_" + "01" * 16,
    at=AT,
    app="care",
    actor="u-1",
    action="ReadPatient",
    outcome=Outcome.GRANTED,
    resource_type="Patient",
    resource_id="pat_" + "a1" * 16,
    roles=("nurse", "doctor"),
    because="care-team",
    status=200,
    patient_id="pat_" + "a1" * 16,
    practitioner_id="prc_" + "c3" * 16,
    request_id="r-1",
)
EVENT = Record(
    "aud_" + "0e" * 16, AT, "care", "u-1", "AppointmentBooked", Outcome.GRANTED, "Appointment", event_id="e:1"
)


pytestmark = pytest.mark.usefixtures("account")


def stored() -> list[str]:
    items = boto3.client("dynamodb").scan(TableName="AuditTable")["Items"]
    return [item["record"]["S"] for item in items if "record" in item]


def test_a_record_is_stored_as_the_text_that_is_sealed() -> None:
    write(RECORD)
    (text,) = stored()
    assert text == (
        '{"action":"ReadPatient","actor":"u-1","app":"care","at":"2026-11-21T15:04:05.000678Z","because":"care-team",'
        f'"id":"{RECORD.id}","outcome":"granted","patient_id":"{RECORD.patient_id}",'
        f'"practitioner_id":"{RECORD.practitioner_id}","purpose":"TREAT","request_id":"r-1",'
        f'"resource":{{"id":"{RECORD.resource_id}","type":"Patient"}},"roles":["doctor","nurse"],"status":200}}'
    )
    assert Record.parse(text) == replace(RECORD, roles=("doctor", "nurse"))


def test_a_record_that_is_there_stays_as_it_is() -> None:
    write(RECORD)
    write(replace(RECORD, action="Something else"))
    assert [Record.parse(text).action for text in stored()] == ["ReadPatient"]


def test_an_event_is_told_once_however_often_it_comes() -> None:
    write_event(EVENT)
    write_event(replace(EVENT, id="aud_" + "0f" * 16, at=AT.replace(hour=18)))
    assert [Record.parse(text) for text in stored()] == [EVENT]


def test_records_are_found_by_whom_they_are_about_and_by_whom_they_are() -> None:
    write(RECORD)
    write_event(EVENT)
    assert [item.record for item in RecordItem.by_subject.query(str(RECORD.patient_id))] == [RECORD.text()]
    assert [item.record for item in RecordItem.by_actor.query("u-1")] == [RECORD.text(), EVENT.text()]
