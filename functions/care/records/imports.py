"""The part of records in the import of a bundle: what other houses have written down of its patients."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from care.records import incoming
from care.records.fhir import BLOOD_PRESSURE
from care.records.incoming import Unkept
from care.records.models import DIASTOLIC, OF_THE_PATIENT, SYSTOLIC, Entry, Kind
from care.records.schemas.entries import (
    Allergy,
    CarePlanItem,
    Diagnosis,
    ForeignCondition,
    Problem,
    Procedure,
    Vitals,
)
from care.records.service import imports as service
from care.records.service.imports import Origin, Stay
from kernel import clock, ids
from kernel.errors import Invalid
from kernel.errors import Problem as Refusal
from kernel.fhir import bundles
from kernel.fhir.bundles import Done, Incoming, refused, refused_by
from kernel.fhir.elements import Json, own_id
from kernel.fhir.outcomes import issue
from kernel.http import Wire, checked

PART = "records"
_SHAPES: Mapping[Kind, type[Wire]] = {
    Kind.DIAGNOSIS: Diagnosis,
    Kind.PROBLEM: Problem,
    Kind.ALLERGY: Allergy,
    Kind.VITALS: Vitals,
    Kind.PROCEDURE: Procedure,
    Kind.CARE_PLAN: CarePlanItem,
}
_LONGEST_ID = 64  # as FHIR has it
_CONDITIONS = (Kind.DIAGNOSIS, Kind.PROBLEM)


def record(task: Mapping[str, Any], _context: object) -> None:
    """The state `Records` of the workflow: write down what a bundle says of its patients, and lay beside it what came
    of each entry."""
    import_id, actor = str(task["import_id"]), str(task["requested_by"])
    entries = bundles.entries(import_id)
    origins = _origins(import_id, actor, entries)
    done: list[Done] = []
    ours = [entry for entry in entries if entry.type == "Encounter" or entry.type in incoming.ENTRIES]
    by_origin: dict[Origin, list[Incoming]] = {}
    for entry in ours:
        subject = incoming.subject_of(entry.resource)
        origin = origins.get(subject) or _known(subject, import_id, actor)
        if origin is None:
            done.append(refused(entry, "not-found", "is of no patient who was imported or is known", "subject"))
        else:
            by_origin.setdefault(origin, []).append(entry)
    for origin, some in by_origin.items():
        done += _of_patient(origin, some)
    bundles.put_part(import_id, PART, done)


def _origins(import_id: str, actor: str, entries: Iterable[Incoming]) -> dict[str, Origin]:
    """The patients of the bundle, by all that others in it call them."""
    registered = {one.number: one.own for one in bundles.part(import_id, "patients")}
    found = {}
    for entry in entries:
        own = registered.get(entry.number)
        if own:
            origin = Origin(own, import_id, actor, _birth_date(entry))
            found[entry.full_url] = origin
            found[f"Patient/{entry.resource.get('id')}"] = origin
    return found


def _birth_date(entry: Incoming) -> date | None:
    try:
        return date.fromisoformat(str(entry.resource.get("birthDate")))
    except ValueError:
        return None


def _known(subject: str, import_id: str, actor: str) -> Origin | None:
    """A patient who was here before, under our own id."""
    patient_id = own_id(subject.removeprefix("Patient/"))
    return Origin(patient_id, import_id, actor) if ids.matches("pat", patient_id) else None


def _of_patient(origin: Origin, some: list[Incoming]) -> Iterator[Done]:
    stays = [entry for entry in some if entry.type == "Encounter"]
    made, encounters = _stays(origin, stays)
    yield from made
    written: dict[int, tuple[Entry, list[Json]]] = {}
    others = [entry for entry in some if entry.type != "Encounter"]
    for entry in others:
        try:
            written[entry.number] = _entry(origin, entry, encounters)
        except Unkept as unkept:
            yield refused(entry, unkept.code, unkept.why, unkept.where)
        except Refusal as problem:
            yield refused_by(entry, problem)
    kept = [entry for entry in others if entry.number in written]
    there = _stored(kept, lambda: service.add_entries(origin, [found for found, _ in written.values()]))
    if isinstance(there, list):
        yield from there
        return
    for entry in kept:
        found, notes = written[entry.number]
        status = 200 if found.entry_id in there else 201
        yield Done(entry.number, status, _location(found), tuple(notes))


def _stays(origin: Origin, entries: list[Incoming]) -> tuple[list[Done], dict[str, str]]:
    """What became of the encounters, and their ids by all that others in the bundle call them."""
    done, kept, stays = [], [], []
    for entry in entries:
        try:
            found = incoming.stay(entry.resource)
            if (found.end or found.start) > clock.now():
                raise Unkept("business-rule", "is not over yet", "period")
        except Unkept as unkept:
            done.append(refused(entry, unkept.code, unkept.why, unkept.where))
        else:
            kept.append(entry)
            stays.append(Stay(_source(entry), found.class_, found.status, found.start, found.end))
    there = _stored(kept, lambda: service.add_stays(origin, stays))
    if isinstance(there, list):
        return done + there, {}
    encounters: dict[str, str] = {}
    for entry in kept:
        own = service.encounter_id(origin, _source(entry))
        encounters |= {entry.full_url: own, f"Encounter/{entry.resource.get('id')}": own}
        notes = _notes(entry, incoming.KEPT_OF_STAYS)
        done.append(Done(entry.number, 200 if own in there else 201, own, tuple(notes)))
    return done, encounters


def _stored(entries: list[Incoming], store: Callable[[], set[str]]) -> set[str] | list[Done]:
    """What was there before; or, where nothing can be written down of the patient, that of every entry."""
    try:
        return store()
    except Refusal as problem:
        return [refused_by(entry, problem) for entry in entries]


def _entry(origin: Origin, entry: Incoming, encounters: Mapping[str, str]) -> tuple[Entry, list[Json]]:
    """What is to be written down of a resource, and what of it is not.

    Raises:
        Unkept: it has no place in a record.
        Invalid: it names codes or units that there are not, or what is not possible.
    """
    said = incoming.said(entry.resource)
    notes = _notes(entry, said.kept)
    asked = incoming.encounter_of(entry.resource)
    # What is true of the patient beyond an encounter stands beyond it here, too.
    encounter = None if said.kind in OF_THE_PATIENT else encounters.get(asked)
    if asked and encounter is None:
        why = "stands beyond its encounter" if asked in encounters else "its encounter is not kept"
        notes.append(issue("information", "informational", why, f"{entry.type}.encounter"))
    whole = origin, _source(entry), said.kind
    coding = said.more.get("coding")
    try:
        if said.kind in _CONDITIONS and "code" not in said.body:
            raise Invalid
        made = service.entry(*whole, _checked(_SHAPES[said.kind], said.body), said.at, encounter)
    except Invalid:
        if said.kind not in _CONDITIONS or coding is None:
            raise
        foreign = {name: value for name, value in said.body.items() if name != "code"}
        made = service.foreign_condition(*whole, _checked(ForeignCondition, foreign | coding), said.at, encounter)
    more = {name: value for name, value in said.more.items() if value is not None}
    return service.with_more(made, more), notes


def _checked(shape: type[Wire], body: Json) -> Json:
    return checked(shape, body).model_dump(mode="json")


def _notes(entry: Incoming, kept: frozenset[str]) -> list[Json]:
    left = incoming.left_out(entry.resource, kept)
    return [issue("information", "not-supported", f"not kept: {', '.join(left)}", entry.type)] if left else []


def _source(entry: Incoming) -> str:
    """What the resource is called where it comes from."""
    logical = entry.resource.get("id")
    known = isinstance(logical, str) and 0 < len(logical) <= _LONGEST_ID
    return entry.full_url or f"{entry.type}/{logical if known else bundles.digest(entry.resource)}"


def _location(found: Entry) -> str:
    if found.kind is not Kind.VITALS:
        return found.entry_id
    codes = [one["code"] for one in found.content.body["measurements"]]
    return f"{found.entry_id}.{BLOOD_PRESSURE if codes[0] in (SYSTOLIC, DIASTOLIC) else codes[0]}"
