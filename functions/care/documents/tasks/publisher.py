"""The changes of the documents table, published as events: ids, kinds, types and sizes."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from care.documents.models import Status
from kernel import clock
from kernel.events import Change, Event, publish_stream

_EVENTS = {
    Status.CHECKING: "DocumentUploaded",
    Status.AVAILABLE: "DocumentAvailable",
    Status.REFUSED: "DocumentRefused",
    Status.EXPIRED: "DocumentExpired",
}


def publish(stream: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish a batch of the table's stream."""
    return publish_stream(stream, "salus.care.documents", events_of)


def events_of(change: Change) -> Iterator[Event]:
    """The events that a change of an item means; items that only serve reads mean none."""
    before, after = change.before, change.after
    if after is None or after["sk"] != "DOCUMENT":
        return
    document_id = after["pk"].removeprefix("DOCUMENT#")
    stood = [version["status"] for version in json.loads(before["versions"])] if before else []
    for number, version in enumerate(json.loads(after["versions"]), 1):
        type_ = _EVENTS.get(version["status"])
        if type_ and (number > len(stood) or stood[number - 1] != version["status"]):
            actor = version["created_by"] if type_ == "DocumentUploaded" else "documents"
            event_id = f"{document_id}:{number}:{version['status']}"
            yield Event(event_id, type_, clock.second(), document_id, actor, number, _about(after) | _file(version))
    if after.get("withdrawal") and not (before or {}).get("withdrawal"):
        at, by = json.loads(after["withdrawal"])
        event_id = f"{document_id}:withdrawn"
        told = datetime.fromtimestamp(at, UTC)
        yield Event(event_id, "DocumentWithdrawn", told, document_id, by, int(after["revision"]), _about(after))


def _about(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"patient_id": item["patient_id"], "encounter_id": item.get("encounter_id"), "kind": item["kind"]}


def _file(version: Mapping[str, Any]) -> dict[str, Any]:
    return {name: version[name] for name in ("content_type", "size", "author_role", "refusal")}
