"""What practitioners does without being asked over HTTP."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from care.practitioners import repository, service
from care.practitioners.models import Department, Member, Room, Status
from kernel.events import Change, Event, consume_queue, publish_events, publish_stream

SOURCE = "salus.care.practitioners"
_PAGE = 200  # staff members: some seconds of a call


def publish(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Turn a batch of the table's stream into events."""
    return publish_stream(event, SOURCE, tell)


def settle_staff(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Some minutes after a hiring began or a member changed: finish or undo what a crash left half-done."""
    return consume_queue(event, lambda told: service.settle(told.subject))


def tell_again(asked: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Tell of practitioners once more, a page of the staff at a time, for whoever listens since they were last told of.

    It says what the newest event said, and is numbered like it: who has heard that learns nothing new.

    Args:
        asked: `cursor`, what the page before answered with; without it, the first.

    Returns:
        `told`, of how many, and the `cursor` of the next page, None after the last.
    """
    found, cursor = service.practitioners_on_staff(_PAGE, asked.get("cursor"))
    told = [event for person in found for event in _as_practitioner(["PractitionerChanged"], person)]
    publish_events(told, SOURCE)
    return {"told": len(told), "cursor": cursor}


def tell(change: Change) -> Iterator[Event]:
    """The events that a change of the table is. `version` is that of the thing; a practitioner's is the staff member's.

    | event | data |
    |---|---|
    | HiringStarted | - |
    | StaffHired, StaffChanged, StaffDisabled, StaffEnabled | user_id, roles, practitioner_id |
    | PractitionerAdded, …Changed, …Activated, …Deactivated | staff_id and the profile as it is now, `active` or not |
    | DepartmentCreated | code |
    | RoomCreated | department_id |
    """
    before, after = repository.changed_thing(change.before), repository.changed_thing(change.after)
    match after:
        case Member():
            yield from _about_member(before if isinstance(before, Member) else None, after)
        case Department() if before is None:
            yield _event("DepartmentCreated", after.department_id, after, code=after.code)
        case Room() if before is None:
            yield _event("RoomCreated", after.room_id, after, department_id=after.department_id)
        case _:
            return


def _about_member(before: Member | None, after: Member) -> Iterator[Event]:
    if before is None:
        yield _event("HiringStarted", after.staff_id, after)
        return
    if before.version == after.version:  # a note of ours, such as that the invitation was sent
        return
    match before.status, after.status:
        case Status.HIRING, _:
            type_ = "StaffHired"
        case Status.ACTIVE, Status.DISABLED:
            type_ = "StaffDisabled"
        case Status.DISABLED, Status.ACTIVE:
            type_ = "StaffEnabled"
        case _:
            type_ = "StaffChanged"
    yield _event(
        type_,
        after.staff_id,
        after,
        user_id=after.user_id,
        roles=sorted(after.roles),
        practitioner_id=after.practitioner_id,
    )
    yield from _about_practitioner(before, after)


def _about_practitioner(before: Member, after: Member) -> Iterator[Event]:
    added = before.status is Status.HIRING or before.profile is None
    types = []
    if added or before.profile != after.profile or before.names != after.names:
        types.append("PractitionerAdded" if added else "PractitionerChanged")
    if not added and before.practises != after.practises:
        types.append("PractitionerActivated" if after.practises else "PractitionerDeactivated")
    yield from _as_practitioner(types, after)


def _as_practitioner(types: Iterable[str], person: Member) -> Iterator[Event]:
    """Events that tell of a staff member as a practitioner; none of who never was one."""
    profile = person.profile
    if profile is None or person.practitioner_id is None:
        return
    for type_ in types:
        yield _event(
            type_,
            person.practitioner_id,
            person,
            staff_id=person.staff_id,
            specialties=list(profile.specialties),
            department_id=profile.department_id,
            fee={"minor": profile.fee.minor, "currency": profile.fee.currency},
            languages=list(profile.languages),
            active=person.practises,
        )


def _event(type_: str, subject: str, thing: Member | Department | Room, **data: Any) -> Event:
    """Two events may stand for one version of a practitioner, so that the type is part of the id."""
    return Event(
        id=f"{subject}:{thing.version}:{type_}",
        type=type_,
        at=thing.changed_at if isinstance(thing, Member) else thing.created_at,
        subject=subject,
        actor=thing.actor,
        version=thing.version,
        data=data,
    )
