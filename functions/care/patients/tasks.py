"""What happens in patients without a caller: events, the check of a registration, what visits and encounters tell of
carers, the reminders of reviews, and steps of the workflow that erases."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from care.patients import service
from care.patients.fhir import of_patient
from care.patients.models.carers import Visit
from kernel import clock, exports
from kernel.events import Change, Event, Unreadable, consume_queue, publish_stream
from kernel.exports import Place

SOURCE = "salus.care.patients"

_CONTACT = frozenset({"email", "phone", "language", "given_name"})  # the fields that make up a patient's contact


def publish(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The table's stream: tell what happened to patients."""
    return publish_stream(event, SOURCE, translate)


def undo_registration(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """A while after RegistrationStarted: undo the registration unless it came to an end."""

    def check(started: Event) -> None:
        service.check(started.data["registration"], patient_id=started.subject, attempt=started.version)

    return consume_queue(event, check)


def relate(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Something was heard of visits or encounters: remember who treats whom. Once an hour: look for emergencies that
    nobody has reviewed."""
    return consume_queue(event, _relate)


_ERASING = {"close": service.close, "reopen": service.reopen, "forget": service.forget}


def erase(work: Mapping[str, Any], _context: object) -> None:
    """A step of the workflow that erases: `close` the patient to all others, `reopen` them where something stands
    against it, `forget` after the key is gone."""
    _ERASING[work["step"]](work["patient_id"])


def export(work: Mapping[str, Any], _context: object) -> None:
    """The step of the workflow that exports: who the patient is."""
    file, _proxies = service.find_file(work["patient_id"])
    resources = [of_patient(file.open(), contact=True)] if file else []
    exports.write_part(Place.of(work), "patients", resources)


def _relate(event: Event) -> None:
    if event.type == "ReviewsDue":
        service.remind_of_reviews()
        return
    try:
        told = _told(event)
    except (KeyError, TypeError, ValueError):
        raise Unreadable(event.type) from None
    for patient_id, carer_id, visit in told:
        service.learn_of_visit(patient_id, carer_id, event.subject, visit)


_ENDED_AS_NOTHING = frozenset({"cancelled", "entered-in-error"})


def _told(event: Event) -> list[tuple[str, str, Visit]]:
    """What an event tells: whose visit or encounter with whom."""
    data, patient_id = event.data, event.data["patient_id"]
    counts = data["status"] not in _ENDED_AS_NOTHING
    if event.type.startswith("Encounter"):
        encounter = Visit(event.version, end=event.at, counts=counts)
        carers = (data["practitioner_id"], *data["participants"])
        left = set(data.get("previous_participants", ())).difference(carers)
        return [
            *((patient_id, carer_id, encounter) for carer_id in carers),
            *((patient_id, carer_id, replace(encounter, counts=False)) for carer_id in sorted(left)),
        ]
    visit = Visit(event.version, end=clock.parse(data["end"]), counts=counts)
    told = [(patient_id, data["practitioner_id"], visit)]
    if event.type == "AppointmentCheckedIn":
        # Of those who receive patients only nurses are ever asked for; which role somebody has, the token says.
        told.append((patient_id, event.actor, visit))
    before = data.get("previous_practitioner_id", data["practitioner_id"])
    if before != data["practitioner_id"]:
        told.append((patient_id, before, replace(visit, counts=False)))
    return told


def translate(change: Change) -> Iterator[Event]:
    """The events that a change of an item stands for."""
    after = change.after
    if after is None:
        return
    match after["sk"].partition("#")[0]:
        case "PROFILE":
            yield from _patient_events(change.before, after)
        case "FAMILY":
            yield _family_event(after)
        case "REGISTRATION" if after["state"] == "pending":
            yield _registration_event(after)
        case "ACCESS":
            yield _emergency_event(change.before, after)


def _patient_events(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[Event]:
    patient_id, version = after["patient_id"], int(after["version"])

    def event(kind: str, data: Mapping[str, Any]) -> Event:
        return Event(
            id=f"{patient_id}:{version}:{kind}",
            type=kind,
            at=clock.parse(after["updated_at"]),
            subject=patient_id,
            actor=after["changed_by"],
            version=version,
            data=data,
        )

    if before is None:
        by, flag = after["registered_by"], after["possible_duplicate"]
        yield event("PatientRegistered", {"by": by, "possible_duplicate": flag})
        contact_changed = True  # that there is no address is known then, and not only unheard of
    else:
        changed = json.loads(after["changed"])
        yield event("PatientChanged", {"fields": changed})
        contact_changed = ("contact" in before or "contact" in after) and not _CONTACT.isdisjoint(changed)
    if contact_changed:
        yield event("PatientContactChanged", {"contact": after.get("contact")})


def _family_event(member: Mapping[str, Any]) -> Event:
    patient_id, member_id, version = member["patient_id"], member["member_id"], int(member["version"])
    data = {"member_id": member_id, "relationship": member["relationship"]}
    return Event(
        id=f"{patient_id}:{member_id}:{version}",
        type="FamilyMemberRemoved" if member["removed"] else "FamilyMemberSet",
        at=clock.parse(member["updated_at"]),
        subject=patient_id,
        actor=member["changed_by"],
        version=version,
        data=data if member["removed"] else data | {"may_act": member["may_act"]},
    )


def _registration_event(registration: Mapping[str, Any]) -> Event:
    patient_id, attempt = registration["patient_id"], int(registration["attempt"])
    return Event(
        id=f"{patient_id}:registration:{attempt}",
        type="RegistrationStarted",
        at=clock.parse(registration["attempted_at"]),
        subject=patient_id,
        actor="registration",
        version=attempt,
        data={"registration": registration["pk"].removeprefix("REGISTRATION#")},
    )


def _emergency_event(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Event:
    """Of an access that began, waits for its review too long, or was reviewed; the reason and the comment stay here."""
    emergency_id, reminders = after["sk"].removeprefix("ACCESS#"), int(after["reminders"])
    concerned = {name: after.get(name) for name in ("patient_id", "user_id", "practitioner_id")}
    if "review" in after:
        review = json.loads(after["review"])
        at, actor, version = clock.parse(review["reviewed_at"]), review["reviewed_by"], reminders + 2
        return Event(
            id=f"{emergency_id}:{version}",
            type="EmergencyAccessReviewed",
            at=at,
            subject=emergency_id,
            actor=actor,
            version=version,
            data=concerned | {"verdict": review["verdict"]},
        )
    begun = before is None
    return Event(
        id=f"{emergency_id}:{reminders + 1}",
        type="EmergencyAccessStarted" if begun else "EmergencyAccessOverdue",
        at=clock.parse(after["started_at"]) if begun else clock.now(),
        subject=emergency_id,
        actor=after["user_id"] if begun else "reviews",
        version=reminders + 1,
        data=concerned | ({"ends_at": after["ends_at"]} if begun else {"reminders": reminders}),
    )
