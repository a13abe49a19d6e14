"""What the changes of the records table tell other domains."""

import json
from decimal import Decimal
from typing import Any

import pytest

from care.records.tasks.publisher import events_of
from kernel import clock
from kernel.events import Change, Event

AT = 1_795_420_800  # 2026-11-23T08:00:00Z


def encounter(*steps: str, status: str = "in-progress", **changes: Any) -> dict[str, Any]:
    history = [[number, step, status, AT + number * 60, f"u-{number}"] for number, step in enumerate(steps, 1)]
    return {
        "pk": "ENCOUNTER#enc_1",
        "sk": "ENCOUNTER",
        "patient_id": "pat_1",
        "practitioner_id": "prc_1",
        "participants": json.dumps(["nurse"]),
        "appointment_id": "apt_1",
        "class": "AMB",
        "status": status,
        "opened_at": Decimal(AT),
        "version": Decimal(len(steps)),
        "history": json.dumps(history),
        "entries": Decimal(0),
        "codes": {},
        "revision": Decimal(0),
        **changes,
    }


def entry(version: int, status: str = "final") -> dict[str, Any]:
    return {
        "pk": "ENTRY#rec_1",
        "sk": f"VERSION#{version:04d}",
        "entry_id": "rec_1",
        "kind": "diagnosis",
        "patient_id": "pat_1",
        "encounter_id": "enc_1",
        "status": status,
        "code": "J06.9",
        "recorded_at": Decimal(AT),
        "author": "u-1",
        "version": Decimal(version),
        "body": b"sealed",
    }


CLOSED = {
    "started_at": Decimal(AT + 60),
    "ended_at": Decimal(AT + 60 + 25 * 60),
    "entries": Decimal(4),
    "codes": {
        "rec_2": "procedure EAR-1 completed 2026-11-23T08:20:00Z",
        "rec_1": "diagnosis J06.9 active 2026-11-23T08:10:00Z",
    },
}


def told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Event]:
    return list(events_of(Change(before, after)))


def test_an_encounter_of_another_house_is_told_by_a_name_of_its_own_and_never_billed() -> None:
    imported = encounter("import", status="finished", practitioner_id=None, source="urn:uuid:1", **CLOSED)
    (event,) = told(None, imported)
    assert event.type == "PastEncounterImported"
    assert event.data["practitioner_id"] is None
    assert told(imported, imported | {"codes": {}, "revision": Decimal(1)}) == []


@pytest.mark.parametrize(
    ("step", "type_"),
    [
        ("start", "EncounterStarted"),
        ("join", "EncounterJoined"),
        ("cancel", "EncounterCancelled"),
        ("retract", "EncounterRetracted"),
    ],
)
def test_each_step_of_an_encounter_is_told_once(step: str, type_: str) -> None:
    (event,) = told(encounter("open"), encounter("open", step))
    assert (event.id, event.type, event.subject, event.actor) == ("enc_1:2", type_, "enc_1", "u-2")


def test_who_takes_part_no_longer_is_told_with_those_who_did() -> None:
    (event,) = told(encounter("open"), encounter("open", "leave", participants=json.dumps([])))
    assert event.type == "EncounterLeft"
    assert (event.data["participants"], event.data["previous_participants"]) == ([], ["nurse"])


def test_who_treats_whom_is_told_when_an_encounter_is_opened() -> None:
    (event,) = told(None, encounter("open", status="arrived"))
    assert event.type == "EncounterOpened"
    assert event.data == {
        "patient_id": "pat_1",
        "practitioner_id": "prc_1",
        "participants": ["nurse"],
        "appointment_id": "apt_1",
        "class": "AMB",
        "status": "arrived",
        "opened_at": "2026-11-23T08:00:00Z",
    }


def test_the_end_of_an_encounter_tells_what_billing_needs() -> None:
    (event,) = told(encounter("open", "start"), encounter("open", "start", "close", status="finished", **CLOSED))
    assert event.type == "EncounterClosed"
    assert (event.data["minutes"], event.data["entries"], event.data["appointment_id"]) == (25, 4, "apt_1")
    assert event.data["codes"] == [
        {"entry_id": "rec_1", "kind": "diagnosis", "code": "J06.9", "status": "active"},
        {"entry_id": "rec_2", "kind": "procedure", "code": "EAR-1", "status": "completed"},
    ]


def test_codes_that_change_after_the_end_are_told_too_and_only_then() -> None:
    closed = encounter("open", "start", "close", status="finished", **CLOSED)
    changed = closed | {"revision": Decimal(5), "codes": {"rec_2": CLOSED["codes"]["rec_2"]}}  # type: ignore[index]
    (event,) = told(closed, changed)
    assert (event.id, event.type) == ("enc_1:3:5", "EncounterAmended")
    assert [code["code"] for code in event.data["codes"]] == ["EAR-1"]
    assert told(closed, closed | {"revision": Decimal(5)}) == []
    assert told(encounter("open", "start"), encounter("open", "start", revision=Decimal(1), codes={"rec_1": "x"})) == []


@pytest.mark.parametrize(
    ("version", "status", "type_"),
    [
        (1, "active", "EntryRecorded"),
        (2, "active", "EntryCorrected"),
        (2, "entered-in-error", "EntryRetracted"),
    ],
)
def test_each_version_of_an_entry_is_told_without_what_it_says(version: int, status: str, type_: str) -> None:
    (event,) = told(None, entry(version, status))
    assert (event.id, event.type, event.at) == (f"rec_1:{version}", type_, clock.parse("2026-11-23T08:00:00Z"))
    assert event.data == {"patient_id": "pat_1", "encounter_id": "enc_1", "kind": "diagnosis"}


def test_what_goes_or_only_serves_reads_is_no_news() -> None:
    assert told(encounter("open"), None) == []
    assert told(None, {"pk": "VISIT#apt_1", "sk": "ENCOUNTER", "encounter_id": "enc_1"}) == []
