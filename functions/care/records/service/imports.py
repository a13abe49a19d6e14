"""What comes from other houses: under the same rules as what is written here, but that its encounters are over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from care.records.models import (
    Author,
    Content,
    Encounter,
    EncounterClass,
    EncounterStatus,
    Entry,
    Happened,
    Kind,
    Step,
    first_status,
)
from care.records.repository import imports
from care.records.service.contents import About, content
from kernel import clock, ids
from kernel.errors import Fault, FieldError, Invalid


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose record it is for, which import brings it, and who asked for that (a user id)."""

    patient_id: str
    import_id: str
    actor: str
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """An encounter of another house that is over; `source`: what it is called there."""

    source: str
    class_: EncounterClass
    status: EncounterStatus
    start: datetime
    end: datetime | None


def encounter_id(origin: Origin, source: str) -> str:
    """The same source is the same encounter, so that a repeated import writes nothing twice."""
    return ids.derived("enc", "import", origin.patient_id, source)


def entry_id(origin: Origin, source: str) -> str:
    return ids.derived("rec", "import", origin.patient_id, source)


def add_stays(origin: Origin, stays: Iterable[Stay]) -> set[str]:
    """Store encounters of other houses.

    Returns:
        the ids of those that were there.

    Raises:
        UnknownReference: there is no such active patient.
        Erased: the patient was.
    """
    return imports.add_encounters(origin.patient_id, [_encounter(origin, one) for one in stays])


def _encounter(origin: Origin, one: Stay) -> Encounter:
    return Encounter(
        encounter_id=encounter_id(origin, one.source),
        patient_id=origin.patient_id,
        practitioner_id=None,
        class_=one.class_,
        status=one.status,
        appointment_id=None,
        opened_at=one.start,
        started_at=one.start,
        ended_at=one.end,
        version=1,
        history=(Happened(1, Step.IMPORT, one.status, clock.second(), origin.actor),),
        source=one.source,
        fingerprint=origin.import_id,
    )


def entry(
    origin: Origin, source: str, kind: Kind, said: Mapping[str, Any], at: datetime, encounter: str | None
) -> Entry:
    """What somebody elsewhere wrote down, checked like everything else.

    Raises:
        Invalid: it names codes or units that there are not, or what is not possible, or a time to come.
    """
    made = content(kind, said, About(origin.patient_id, at, born=origin.born))
    return _entry(origin, source, kind, made, at, encounter)


def foreign_condition(
    origin: Origin, source: str, kind: Kind, said: Mapping[str, Any], at: datetime, encounter: str | None
) -> Entry:
    """A diagnosis in a code of another system than ours, kept as it is: nobody bills or counts by it.

    Raises:
        Invalid: it is of a time to come.
    """
    body = {name: value for name, value in said.items() if name != "status"}
    return _entry(origin, source, kind, Content(body, said["status"]), at, encounter)


def _entry(origin: Origin, source: str, kind: Kind, made: Content, at: datetime, encounter: str | None) -> Entry:
    now = clock.second()
    if at > now:
        raise Invalid("", FieldError(Fault.IN_THE_FUTURE, "must not be in the future", pointer="/at"))
    return Entry(
        entry_id=entry_id(origin, source),
        kind=kind,
        patient_id=origin.patient_id,
        encounter_id=encounter,
        practitioner_id=None,
        status=first_status(kind, made),
        at=at,
        recorded_by=origin.actor,
        recorded_at=now,
        author=Author(origin.actor),
        version=1,
        content=replace(made, body={**made.body, "source": source, "import": origin.import_id}),
        fingerprint=origin.import_id,
    )


def with_more(made: Entry, more: Mapping[str, Any]) -> Entry:
    """An entry that keeps what our own ones have no place for."""
    body = {**made.content.body, **{name: value for name, value in more.items() if name != "coding"}}
    if "coding" in more and made.kind not in (Kind.DIAGNOSIS, Kind.PROBLEM):
        body["coding"] = more["coding"]
    return replace(made, content=replace(made.content, body=body))


def add_entries(origin: Origin, entries: Collection[Entry]) -> set[str]:
    """Store entries of other houses. Returns, raises: as `add_stays`."""
    return imports.add_entries(origin.patient_id, entries)
