"""The changes of the records table, published as events: ids, kinds and codes."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from care.records.models import ENTERED_IN_ERROR, EncounterStatus, Step
from kernel import clock
from kernel.events import Change, Event, publish_stream

_EVENTS = {
    Step.OPEN: "EncounterOpened",
    Step.START: "EncounterStarted",
    Step.JOIN: "EncounterJoined",
    Step.LEAVE: "EncounterLeft",
    Step.CLOSE: "EncounterClosed",
    Step.CANCEL: "EncounterCancelled",
    Step.RETRACT: "EncounterRetracted",
    # Not by the name that others begin with: nobody treats the patient because of it, and nobody bills it.
    Step.IMPORT: "PastEncounterImported",
}


def publish(stream: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish a batch of the table's stream."""
    return publish_stream(stream, "salus.care.records", events_of)


def events_of(change: Change) -> Iterator[Event]:
    """The events that a change of an item means; items that only serve reads and conditions mean none."""
    before, after = change.before, change.after
    if after is None:
        return
    if after["sk"] == "ENCOUNTER" and after["pk"].startswith("ENCOUNTER#"):
        yield from _encounter_events(before, after)
    elif after["sk"].startswith("VERSION#"):
        yield _entry_event(after)


def _encounter_events(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[Event]:
    """A step of the encounter's own, or codes that change after its end: billing has to hear of these too."""
    encounter_id = after["pk"].removeprefix("ENCOUNTER#")
    version = int(after["version"])
    if before is None or before["version"] != after["version"]:
        _, step, _, at, actor = json.loads(after["history"])[-1]
        data = _about(after)
        if step == Step.CLOSE:
            data |= _outcome(after)
        if before is not None and step == Step.LEAVE:
            data["previous_participants"] = json.loads(before["participants"])
        yield Event(f"{encounter_id}:{version}", _EVENTS[Step(step)], _instant(at), encounter_id, actor, version, data)
    elif _billed(after) and before["codes"] != after["codes"]:
        revision = int(after["revision"])
        event_id = f"{encounter_id}:{version}:{revision}"
        data = _about(after) | _outcome(after) | {"revision": revision}
        yield Event(event_id, "EncounterAmended", clock.second(), encounter_id, "records", version, data)


def _billed(item: Mapping[str, Any]) -> bool:
    """Whether the encounter is over, and was in this house."""
    return bool(item["status"] == EncounterStatus.FINISHED) and item.get("source") is None


def _about(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "patient_id": item["patient_id"],
        "practitioner_id": item.get("practitioner_id"),
        "participants": json.loads(item["participants"]),
        "appointment_id": item.get("appointment_id"),
        "class": item["class"],
        "status": item["status"],
        "opened_at": clock.iso(_instant(item["opened_at"])),
    }


def _outcome(item: Mapping[str, Any]) -> dict[str, Any]:
    """What billing and statistics need of an encounter that is over."""
    started, ended = _instant(item["started_at"]), _instant(item["ended_at"])
    codes = [[entry_id, *text.split(" ")] for entry_id, text in item["codes"].items()]
    return {
        "started_at": clock.iso(started),
        "ended_at": clock.iso(ended),
        "minutes": round((ended - started).total_seconds() / 60),
        "entries": int(item["entries"]),
        "codes": [
            {"entry_id": entry_id, "kind": kind, "code": code, "status": status}
            for entry_id, kind, code, status, at in sorted(codes, key=lambda line: (line[4], line[0]))
        ],
    }


def _entry_event(after: Mapping[str, Any]) -> Event:
    entry_id, version = after["entry_id"], int(after["version"])
    corrected = "EntryRetracted" if after["status"] == ENTERED_IN_ERROR else "EntryCorrected"
    return Event(
        id=f"{entry_id}:{version}",
        type="EntryRecorded" if version == 1 else corrected,
        at=_instant(after["recorded_at"]),
        subject=entry_id,
        actor=after["author"],
        version=version,
        data={
            "patient_id": after["patient_id"],
            "encounter_id": after.get("encounter_id"),
            "kind": after["kind"],
        },
    )


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
