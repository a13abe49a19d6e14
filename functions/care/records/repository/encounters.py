"""Encounters: opened once per visit, stepped through their states, and in the timeline as they stand."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from care.records.errors import EncounterExists, EncounterNotEmpty
from care.records.models import Coded, Encounter, EncounterClass, EncounterStatus, Happened, Kind, Step, line
from care.records.repository import references, visits
from care.records.repository.entries import put_lines
from care.records.repository.keys import (
    AlreadyStored,
    EncounterItem,
    EntryItem,
    VisitEncounterItem,
    encounter_key,
    from_epoch,
    timeline,
    to_epoch,
    visit_encounter_key,
)
from kernel import clock
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.races import LostRace
from kernel.references import check_patient, check_practitioner


def find(encounter_id: str) -> Encounter | None:
    """One encounter, None where there is none. One strongly consistent read."""
    item = EncounterItem.find(*encounter_key(encounter_id))
    return _read(item) if item else None


def find_all(encounter_ids: Collection[str]) -> dict[str, Encounter]:
    """Those of the encounters that there are, at most a hundred, by their ids."""
    items = EncounterItem.batch_get([encounter_key(one) for one in encounter_ids], consistent_read=True)
    return {found.encounter_id: found for found in map(_read, items)}


def has_open(patient_id: str) -> bool:
    """Whether an encounter of the patient is planned or under way. Opens nothing."""
    unfinished = (EncounterStatus.PLANNED, EncounterStatus.ARRIVED, EncounterStatus.IN_PROGRESS)
    found = EntryItem.query(
        timeline(patient_id, Kind.ENCOUNTER),
        filter_condition=EntryItem.status.is_in(*unfinished),
        consistent_read=True,
    )
    return next(iter(found), None) is not None


def add(encounter: Encounter) -> None:
    """Store a new encounter, as the only one of its visit.

    Raises:
        AlreadyStored: an encounter with this id is stored.
        EncounterExists: the visit has another one.
        LostRace: it had another one.
        UnknownReference: patient or practitioner is unknown or not active.
        Erased: the patient was.
    """
    transaction = Transaction()
    check_patient(transaction, encounter.patient_id)
    if encounter.practitioner_id:
        check_practitioner(transaction, encounter.practitioner_id)
    transaction.put("encounter", encounter_item(encounter), condition=EncounterItem.pk.does_not_exist())
    if encounter.appointment_id:
        item = VisitEncounterItem(*visit_encounter_key(encounter.appointment_id), encounter_id=encounter.encounter_id)
        transaction.put("visit", item, condition=VisitEncounterItem.pk.does_not_exist())
    put_lines(transaction, line(encounter))
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "encounter" in error.failed:
            raise AlreadyStored from error
        references.raise_refused(error.failed)
        other = visits.encounter_of(encounter.appointment_id or "")
        if other is None:
            raise LostRace from error
        raise EncounterExists(encounter_id=other) from error


def step(old: Encounter, new: Encounter, reason: str | None) -> None:
    """Store an encounter after a step of its own; what was recorded in it meanwhile stays. `reason`: why it was taken.

    Raises:
        LostRace: it changed.
        EncounterNotEmpty: it is to have been an error, and something in it stands.
        UnknownReference: a practitioner who is to take part is unknown or not active.
        Erased: the patient was.
    """
    written = encounter_item(new)
    condition = EncounterItem.version == old.version
    if new.status is EncounterStatus.ENTERED_IN_ERROR:
        condition &= EncounterItem.entries == 0
    transaction = Transaction()
    transaction.update(
        "encounter",
        EncounterItem(*encounter_key(new.encounter_id)),
        [
            EncounterItem.status.set(written.status),
            EncounterItem.participants.set(written.participants),
            EncounterItem.version.set(written.version),
            EncounterItem.history.set(written.history),
            *([EncounterItem.started_at.set(written.started_at)] if written.started_at else []),
            *([EncounterItem.ended_at.set(written.ended_at)] if written.ended_at else []),
        ],
        condition,
        show=True,
    )
    if new.appointment_id and new.status in (EncounterStatus.CANCELLED, EncounterStatus.ENTERED_IN_ERROR):
        transaction.delete("visit", VisitEncounterItem(*visit_encounter_key(new.appointment_id)))
    for joining in new.participants - old.participants:
        if joining.startswith("prc_"):  # others are users, who have come themselves
            check_practitioner(transaction, joining)
    put_lines(transaction, line(new, reason))
    try:
        transaction.commit()
    except ConditionsFailed as error:
        references.raise_refused(error.failed)
        stood = error.failed["encounter"]
        if stood is not None and int(stood["version"]["N"]) == old.version:
            raise EncounterNotEmpty from error
        raise LostRace from error


def encounter_item(encounter: Encounter) -> EncounterItem:
    return EncounterItem(
        *encounter_key(encounter.encounter_id),
        patient_id=encounter.patient_id,
        practitioner_id=encounter.practitioner_id,
        class_=encounter.class_,
        status=encounter.status,
        appointment_id=encounter.appointment_id,
        participants=sorted(encounter.participants),
        opened_at=to_epoch(encounter.opened_at),
        started_at=to_epoch(encounter.started_at) if encounter.started_at else None,
        ended_at=to_epoch(encounter.ended_at) if encounter.ended_at else None,
        version=encounter.version,
        history=[[h.version, h.step, h.status, to_epoch(h.at), h.actor] for h in encounter.history],
        entries=encounter.entries,
        codes={},
        revision=encounter.revision,
        source=encounter.source,
        fingerprint=encounter.fingerprint,
    )


def _read(item: EncounterItem) -> Encounter:
    return Encounter(
        encounter_id=item.pk.removeprefix("ENCOUNTER#"),
        patient_id=item.patient_id,
        practitioner_id=item.practitioner_id,
        class_=EncounterClass(item.class_),
        status=EncounterStatus(item.status),
        appointment_id=item.appointment_id,
        opened_at=from_epoch(item.opened_at),
        version=int(item.version),
        history=tuple(_happened(raw) for raw in item.history),
        participants=frozenset(item.participants),
        started_at=_maybe(item.started_at),
        ended_at=_maybe(item.ended_at),
        entries=int(item.entries),
        codes=_codes(item.codes.attribute_values),
        revision=int(item.revision),
        source=item.source,
        fingerprint=item.fingerprint,
    )


def _happened(raw: list[Any]) -> Happened:
    version, step_, status, at, actor = raw
    return Happened(version, Step(step_), EncounterStatus(status), from_epoch(at), actor)


def _codes(stored: Mapping[str, str]) -> dict[str, Coded]:
    found = {}
    for entry_id, text in stored.items():
        kind, code, status, at = text.split(" ")
        found[entry_id] = Coded(kind, code, status, clock.parse(at))
    return found


def _maybe(epoch: float | None) -> datetime | None:
    return None if epoch is None else from_epoch(epoch)
