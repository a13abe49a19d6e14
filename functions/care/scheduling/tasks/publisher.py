"""The changes of the scheduling table, published as events."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from care.scheduling.models import HOLD_TIME, Step, WaitStatus
from kernel import clock
from kernel.events import Change, Event, publish_stream

_EVENTS = {
    Step.BOOK: "AppointmentBooked",
    Step.RESCHEDULE: "AppointmentRescheduled",
    Step.CANCEL: "AppointmentCancelled",
    Step.CHECK_IN: "AppointmentCheckedIn",
    Step.START: "AppointmentStarted",
    Step.COMPLETE: "AppointmentCompleted",
    Step.MARK_NO_SHOW: "AppointmentNoShow",
}
_WAITLIST_ENDS = {
    WaitStatus.BOOKED: "WaitlistBooked",
    WaitStatus.WITHDRAWN: "WaitlistWithdrawn",
    WaitStatus.EXPIRED: "WaitlistExpired",
}


def publish(stream: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish a batch of the table's stream."""
    return publish_stream(stream, "salus.care.scheduling", events_of)


def events_of(change: Change) -> Iterator[Event]:
    """The events that a change of an item means; items that only serve conditions and reads mean none."""
    item = change.after or change.before or {}
    match item["sk"]:  # the stream's filter in the template lets these through
        # Words that were erased are nobody's news.
        case "APPOINTMENT" | "WAITLIST" if _version(change.before) == _version(change.after):
            return
        case "APPOINTMENT" if change.after is not None:
            yield _appointment_event(change.before, change.after)
        case "SCHEDULE" if change.after is not None:
            yield _schedule_event(change.before, change.after)
        case "SERIES" if change.after is not None:
            yield _series_event(change.after)
        case "WAITLIST" if change.after is not None:
            yield from _waitlist_events(change.before, change.after)
        case "HOLD" if change.before is None:
            # That of an offer lasts longer than others.
            yield _hold_event("SlotHeld", item, 1, min(clock.now(), _instant(item["until"]) - HOLD_TIME))
        case "HOLD" if change.after is None:
            # The record of a hold that ran out is removed some time after.
            yield _hold_event("SlotReleased", item, 2, min(clock.now(), _instant(item["until"])))


def _version(item: Mapping[str, Any] | None) -> Any:
    return item and item["version"]


def _appointment_event(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Event:
    # One history line: version, step, status, at, actor, start, end, practitioner, room, reason.
    version, step, _, at, actor, *_ = _history(after)[-1]
    appointment_id = after["pk"].removeprefix("APPOINTMENT#")
    data = {
        "patient_id": after["patient_id"],
        "practitioner_id": after["practitioner_id"],
        "room_id": after.get("room_id"),
        "status": after["status"],
        "mode": after["mode"],
        "start": _iso(after["start"]),
        "end": _iso(after["end"]),
        "time_zone": after["time_zone"],
        "series_id": after.get("series_id"),
    }
    if before is not None and step == Step.RESCHEDULE:
        data |= {"previous_start": _iso(before["start"]), "previous_practitioner_id": before["practitioner_id"]}
    return Event(
        id=f"{appointment_id}:{version}",
        type=_EVENTS[Step(step)],
        at=_instant(at),
        subject=appointment_id,
        actor=actor,
        version=version,
        data=data,
    )


def _schedule_event(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Event:
    practitioner_id = after["pk"].removeprefix("PRACTITIONER#")
    version = int(after["version"])
    first, last = _touched(before, after)
    return Event(
        id=f"{practitioner_id}:schedule:{version}",
        type=after["change"],
        at=_instant(after["at"]),
        subject=practitioner_id,
        actor=after["actor"],
        version=version,
        data={"first": first, "last": last},
    )


def _touched(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The first and the last local day on which the change can matter, None where it has no end."""
    if after["change"] == "ScheduleChanged":
        plan = json.loads(after["plans"])[-1]
        return plan["valid_from"], plan["valid_to"]
    # One line of leave: day, start, end, reason. Planning drops what is long past, withdrawing drops nothing else.
    had, has = ([tuple(line) for line in json.loads(image["leave"])] if image else [] for image in (before, after))
    days = [day for day, *_ in (set(has) - set(had) if after["change"] == "LeavePlanned" else set(had) - set(has))]
    return min(days, default=None), max(days, default=None)


def _series_event(after: Mapping[str, Any]) -> Event:
    series_id = after["pk"].removeprefix("SERIES#")
    visits: list[tuple[str, int, int]] = json.loads(after["visits"])
    return Event(
        id=f"{series_id}:1",
        type="SeriesBooked",
        at=_instant(after["created_at"]),
        subject=series_id,
        actor=after["actor"],
        version=1,
        data={
            "patient_id": after["patient_id"],
            "practitioner_id": after["practitioner_id"],
            "time_zone": after["time_zone"],
            "mode": after["mode"],
            "starts": [_iso(start) for _, start, _ in visits],
            "ends": [_iso(end) for _, _, end in visits],
        },
    )


def _waitlist_events(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[Event]:
    """Each change of an entry is a step of it: what it has become, and that the offer it had has ended."""
    waitlist_id = after["pk"].removeprefix("WAITLIST#")
    version, at, actor = int(after["version"]), _instant(after["changed_at"]), after["actor"]
    about = {"waitlist_id": waitlist_id, "patient_id": after["patient_id"]}
    wanted = about | {name: after.get(name) for name in ("practitioner_id", "specialty")}
    event_id = f"{waitlist_id}:{version}"
    if before is None:
        yield Event(event_id, "WaitlistJoined", at, waitlist_id, actor, version, wanted)
    elif after["status"] == WaitStatus.OFFERED:
        expires_at = json.loads(after["offer"])[-1]
        data = about | _offered(after) | {"mode": after["mode"], "expires_at": _iso(expires_at)}
        yield Event(event_id, "WaitlistOffered", at, waitlist_id, actor, version, data)
    elif after["status"] in _WAITLIST_ENDS:
        data = wanted | {"appointment_id": after.get("appointment_id")}
        yield Event(event_id, _WAITLIST_ENDS[after["status"]], at, waitlist_id, actor, version, data)
    if before is not None and before.get("offer"):
        data = about | _offered(before) | {"status": after["status"]}
        yield Event(f"{event_id}:offer", "WaitlistOfferEnded", at, waitlist_id, actor, version, data)


def _offered(item: Mapping[str, Any]) -> dict[str, Any]:
    practitioner_id, start, end, _, time_zone, _ = json.loads(item["offer"])
    return {"practitioner_id": practitioner_id, "start": _iso(start), "end": _iso(end), "time_zone": time_zone}


def _hold_event(kind: str, item: Mapping[str, Any], version: int, at: datetime) -> Event:
    hold_id = item["pk"].removeprefix("HOLD#")
    return Event(
        id=f"{hold_id}:{version}",
        type=kind,
        at=at,
        subject=hold_id,
        actor=item["actor"],
        version=version,
        data={
            "patient_id": item["patient_id"],
            "practitioner_id": item["practitioner_id"],
            "start": _iso(item["start"]),
            "end": _iso(item["end"]),
        },
    )


def _history(item: Mapping[str, Any]) -> list[list[Any]]:
    lines: list[list[Any]] = json.loads(item["history"])
    return lines


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)


def _iso(epoch: float) -> str:
    return clock.iso(_instant(epoch))
