"""The queue of the read models: openings, the day board and the work list follow what happens.

An event says only what has to be looked at again; the truth is read from the table. So events may come in any order and
any number of times, and what a batch asks for twice is done once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from care.scheduling import service
from care.scheduling.models import REACH, Profile
from kernel import clock
from kernel.config import load
from kernel.dynamodb import Place
from kernel.events import Event, Unreadable, Work, consume_together, enqueue

_LONGEST_VISIT = timedelta(hours=6)
_EVER = (date.min, date.max)


@dataclass(frozen=True)
class _Environment:
    queue_url: str


def follow(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Handle one batch of the queue; messages that fail come back by themselves."""
    return consume_together(batch, work_of)


def work_of(event: Event) -> list[Work]:
    """What an event asks to be looked at again.

    | event | work |
    |---|---|
    | Practitioner… | the copy of the practitioner, their openings and visits |
    | ScheduleChanged, LeavePlanned, LeaveWithdrawn | openings and visits of the days that it touches |
    | AppointmentBooked, …Rescheduled, …Cancelled | the visit, and the openings about its time |
    | other Appointment… | the visit |
    | OpeningsDue, VisitsDue, RebuildDue | openings, visits or both of the practitioner who is its subject |
    | WalkDue | an event of type `each` for every practitioner, a page of them at a time |

    Raises:
        Unreadable: it says nothing that can be understood.
    """
    try:
        return list(_work_of(event))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(event.type) from None


def _work_of(event: Event) -> Iterator[Work]:
    data = event.data
    match event.type:
        case "PractitionerAdded" | "PractitionerChanged" | "PractitionerActivated" | "PractitionerDeactivated":
            yield service.keep_profile, _profile(event)
            yield from _all_of(event.subject, *_EVER)
        case "ScheduleChanged" | "LeavePlanned" | "LeaveWithdrawn":
            yield from _all_of(event.subject, *_utc_days(data))
        case "AppointmentBooked" | "AppointmentRescheduled" | "AppointmentCancelled":
            yield service.refresh_visit, event.subject
            yield from _openings_about(data["practitioner_id"], data["start"])
            if "previous_start" in data:
                yield from _openings_about(data["previous_practitioner_id"], data["previous_start"])
        case type_ if type_.startswith("Appointment"):
            yield service.refresh_visit, event.subject
        case "OpeningsDue":
            yield service.refresh_openings, event.subject, *_EVER
        case "VisitsDue":
            first, last = (date.fromisoformat(data[name]) for name in ("first", "last"))
            yield _refresh_visits, event.subject, first, last, Place(clock.parse(data["at"]), data["after"])
        case "RebuildDue":
            yield from _all_of(event.subject, *_EVER)
        case "WalkDue":
            yield _walk, str(data["each"]), str(data.get("after", ""))
        case _:
            raise Unreadable(event.type)


def _all_of(practitioner_id: str, first: date, last: date) -> Iterator[Work]:
    yield service.refresh_openings, practitioner_id, first, last
    yield _refresh_visits, practitioner_id, first, last, None


def _utc_days(data: Mapping[str, Any]) -> tuple[date, date]:
    """The UTC days into which hours of these local days can reach."""
    first = date.fromisoformat(data["first"]) if data.get("first") else date.min
    last = date.fromisoformat(data["last"]) if data.get("last") else date.max
    return max(first, date.min + REACH) - REACH, min(last, date.max - REACH) + REACH


def _openings_about(practitioner_id: str, start: str) -> Iterator[Work]:
    """The openings of the day on which a visit begins, and of its neighbours where it or they may pass midnight."""
    at = clock.parse(start)
    for day in sorted({(at - _LONGEST_VISIT).date(), at.date(), (at + _LONGEST_VISIT).date()}):
        yield service.refresh_openings, practitioner_id, day, day


def _profile(event: Event) -> Profile:
    data = event.data
    return Profile(
        practitioner_id=event.subject,
        department_id=data["department_id"],
        specialties=tuple(data["specialties"]),
        active=data["active"],
        version=event.version,
    )


def _refresh_visits(practitioner_id: str, first: date, last: date, after: Place | None) -> None:
    """Refresh a page of visits, and leave the rest to another message."""
    ended = service.refresh_visits(practitioner_id, first, last, after)
    if ended is not None:
        days = {"first": first.isoformat(), "last": last.isoformat()}
        rest = days | {"at": clock.iso(ended.at), "after": ended.id}
        _leave([_due("VisitsDue", practitioner_id, rest)])


def _walk(each: str, after: str) -> None:
    """Leave a message for every practitioner on a page of the roster, and one for the next page."""
    page = service.roster(after)
    _leave([_due(each, practitioner_id, {}) for practitioner_id in page])
    if page:
        _leave([_due("WalkDue", "roster", {"each": each, "after": page[-1]})])


def _due(type_: str, subject: str, data: dict[str, str]) -> Event:
    at = clock.now()
    return Event(f"{subject}:{type_}:{clock.iso(at)}", type_, at, subject, "views", 0, data)


def _leave(events: list[Event]) -> None:
    environment: _Environment = load(_Environment)
    enqueue(environment.queue_url, events)
