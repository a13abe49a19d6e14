"""Entries: a version each time, and the current one where the timeline and the list of its kind look for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from care.records.errors import EncounterNotOpen
from care.records.models import Author, Content, EncounterStatus, Entry, Kind
from care.records.repository import references
from care.records.repository.keys import (
    AlreadyStored,
    EncounterItem,
    EntryItem,
    encounter_key,
    from_epoch,
    place,
    timeline,
    to_epoch,
    version_key,
)
from kernel import clock, vault
from kernel.dynamodb import ConditionsFailed, Place, Transaction
from kernel.races import LostRace
from kernel.references import check_patient


def add(entry: Entry) -> None:
    """Store the first version of an entry, in an encounter that is under way, or of a patient who is active.

    Raises:
        AlreadyStored: an entry with this id is stored.
        EncounterNotOpen: the encounter has not begun, or is over.
        UnknownReference: the patient is unknown or not active.
        Erased: the patient was.
    """
    transaction = Transaction()
    if entry.encounter_id is None:
        check_patient(transaction, entry.patient_id)
    else:
        transaction.update(
            "encounter",
            EncounterItem(*encounter_key(entry.encounter_id)),
            _in_encounter(entry, +1),
            EncounterItem.status == EncounterStatus.IN_PROGRESS,
            show=True,
        )
    transaction.put("entry", version_item(entry), condition=EntryItem.pk.does_not_exist())
    put_lines(transaction, entry)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "entry" in error.failed:
            raise AlreadyStored from error
        references.raise_refused(error.failed)
        stood = error.failed["encounter"] or {"status": {"S": ""}}
        raise EncounterNotOpen(current_status=stood["status"]["S"]) from error


def put_version(entry: Entry) -> None:
    """Store the next version of an entry, as the current one.

    Raises:
        LostRace: the version is stored already.
        Erased: the patient was.
    """
    transaction = Transaction()
    if entry.encounter_id is not None:
        transaction.update(
            "encounter",
            EncounterItem(*encounter_key(entry.encounter_id)),
            _in_encounter(entry, 0 if entry.stands else -1),
        )
    transaction.put("entry", version_item(entry), condition=EntryItem.pk.does_not_exist())
    put_lines(transaction, entry)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        references.raise_refused(error.failed)
        raise LostRace from error


def put_lines(transaction: Transaction, entry: Entry) -> None:
    """Make this the current version in the patient's timeline, unless the patient is erased meanwhile."""
    put_lines_alone(transaction, entry)
    vault.require_key(transaction, entry.patient_id)


def put_lines_alone(transaction: Transaction, entry: Entry) -> None:
    """The same for one of several: a transaction asks only once whether the patient's key exists."""
    body = _seal(entry)
    for kind in (None, entry.kind):
        key = timeline(entry.patient_id, kind), place(entry.at, entry.entry_id)
        transaction.put(f"line {kind}", _write(entry, *key, body))


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry whose content has not been opened: as much as it takes to say who may open it."""

    kind: Kind
    patient_id: str
    practitioner_id: str | None
    recorded_by: str
    _item: EntryItem

    def open(self) -> Entry:
        """Raises Erased where the patient was."""
        return _read(self._item)


def newest(entry_id: str) -> Sealed | None:
    """The current version of an entry, None where there is none. One strongly consistent read."""
    found = EntryItem.query(f"ENTRY#{entry_id}", scan_index_forward=False, limit=1, consistent_read=True)
    item = next(iter(found), None)
    if item is None:
        return None
    return Sealed(Kind(item.kind), item.patient_id, item.practitioner_id, item.recorded_by, item)


def versions(entry_id: str) -> list[Entry]:
    """All versions of an entry, the first one first."""
    return [_read(item) for item in EntryItem.query(f"ENTRY#{entry_id}", consistent_read=True)]


def page(
    patient_id: str, kind: Kind | None, first: datetime, end: datetime, before: Place | None, limit: int
) -> tuple[list[Entry], Place | None]:
    """A page of what a patient's record says of the time from `first` until before `end`, newest first: one Query.

    Returns:
        the page, and where it ended unless it is the last.
    """
    key = timeline(patient_id, kind)
    # `until` is left out of what is found: a page begins after the last entry of the one before, and `end` has no id.
    until = place(before.at, before.id) if before else place(end, "")
    beginning = place(first, "")
    if until <= beginning:
        return [], None
    found = [
        _read(item)
        for item in EntryItem.query(
            key,
            EntryItem.sk.between(beginning, until),
            scan_index_forward=False,
            limit=limit + 2,
            consistent_read=True,
        )
        if item.sk != until
    ]
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], Place(last.at, last.entry_id)


def _in_encounter(entry: Entry, count: int) -> list[Action]:
    """What becomes of the encounter by this version of an entry."""
    actions: list[Action] = [EncounterItem.revision.add(1), EncounterItem.entries.add(count)]
    if entry.content.code and entry.stands:
        text = f"{entry.kind} {entry.content.code} {entry.status} {clock.iso(entry.at)}"
        actions.append(_code(entry).set(text))
    elif entry.version > 1:
        actions.append(_code(entry).remove())
    return actions


def _code(entry: Entry) -> Path:
    return Path(["codes", entry.entry_id])


def version_item(entry: Entry) -> EntryItem:
    return _write(entry, *version_key(entry.entry_id, entry.version), _seal(entry))


def _seal(entry: Entry) -> bytes:
    # The fingerprint too: of a short text it would tell as much as the text.
    body = {"content": entry.content.body, "reason": entry.reason, "fingerprint": entry.fingerprint}
    field = _field(entry.entry_id, entry.version)
    return vault.seal(entry.patient_id, field, json.dumps(body, separators=(",", ":")).encode())


def _field(entry_id: str, version: int) -> str:
    return f"{entry_id}:{version}"


def _write(entry: Entry, pk: str, sk: str, body: bytes) -> EntryItem:
    return EntryItem(
        pk,
        sk,
        entry_id=entry.entry_id,
        kind=entry.kind,
        patient_id=entry.patient_id,
        encounter_id=entry.encounter_id,
        practitioner_id=entry.practitioner_id,
        status=entry.status,
        code=entry.content.code,
        at=to_epoch(entry.at),
        recorded_by=entry.recorded_by,
        recorded_at=to_epoch(entry.recorded_at),
        author=entry.author.user_id,
        author_practitioner_id=entry.author.practitioner_id,
        version=entry.version,
        body=body,
    )


def _read(item: EntryItem) -> Entry:
    opened: Mapping[str, Any] = json.loads(
        vault.unseal(item.patient_id, _field(item.entry_id, int(item.version)), bytes(item.body))
    )
    return Entry(
        entry_id=item.entry_id,
        kind=Kind(item.kind),
        patient_id=item.patient_id,
        encounter_id=item.encounter_id,
        practitioner_id=item.practitioner_id,
        status=item.status,
        at=from_epoch(item.at),
        recorded_by=item.recorded_by,
        recorded_at=from_epoch(item.recorded_at),
        author=Author(item.author, item.author_practitioner_id),
        version=int(item.version),
        content=Content(opened["content"], code=item.code),
        reason=opened["reason"],
        fingerprint=opened["fingerprint"],
    )
