"""Entries: written down, corrected by further versions, and read as one record."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from care.records.models import Author, Content, Encounter, Entry, Kind, first_status
from care.records.repository import AlreadyStored, Sealed, entries
from care.records.service.callers import Caller
from care.records.service.contents import About, content
from kernel import clock, ids
from kernel.dynamodb import Place
from kernel.errors import Fault, FieldError, IdempotencyKeyReused, Invalid, NotFound, Stale
from kernel.races import again

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_LISTED = 200
_VITALS_LOOKED_AT = 25


def find(entry_id: str) -> Sealed | None:
    return entries.newest(entry_id)


def versions(entry_id: str) -> list[Entry]:
    """All versions of an entry, the first one first."""
    return entries.versions(entry_id)


def record_in(encounter: Encounter, kind: Kind, said: Mapping[str, Any], at: datetime | None, caller: Caller) -> Entry:
    """Write something down in an encounter.

    Raises:
        EncounterNotOpen: it has not begun, or is over.
        Invalid: see `contents.content`.
    """
    return _record(encounter.patient_id, encounter, kind, said, at, caller)


def record_of(patient_id: str, kind: Kind, said: Mapping[str, Any], at: datetime | None, caller: Caller) -> Entry:
    """Write down what is true of a patient beyond an encounter.

    Raises:
        UnknownReference: there is no such active patient.
        Invalid: see `contents.content`.
    """
    return _record(patient_id, None, kind, said, at, caller)


def _record(
    patient_id: str,
    encounter: Encounter | None,
    kind: Kind,
    said: Mapping[str, Any],
    at: datetime | None,
    caller: Caller,
) -> Entry:
    now = clock.second()
    if at is not None and at > now + _CLOCKS_DIFFER:
        raise Invalid("", FieldError(Fault.IN_THE_FUTURE, "must not be in the future", pointer="/at"))
    happened = (at or now).replace(microsecond=0)
    made = content(kind, said, About(patient_id, happened))
    entry = Entry(
        entry_id=ids.for_create("rec", caller.author.user_id, caller.key),
        kind=kind,
        patient_id=patient_id,
        encounter_id=encounter.encounter_id if encounter else None,
        practitioner_id=encounter.practitioner_id if encounter else None,
        status=first_status(kind, made),
        at=happened,
        recorded_by=caller.author.user_id,
        recorded_at=now,
        author=caller.author,
        version=1,
        content=made,
        fingerprint=caller.fingerprint,
    )
    try:
        entries.add(entry)
    except AlreadyStored:
        stored = entries.newest(entry.entry_id)
        first = stored.open() if stored else None
        same = (entry.kind, entry.patient_id, entry.encounter_id, entry.fingerprint)
        if first is None or (first.kind, first.patient_id, first.encounter_id, first.fingerprint) != same:
            raise IdempotencyKeyReused from None
        return first
    return entry


def correct(entry_id: str, said: Mapping[str, Any], reason: str, expected: int | None, author: Author) -> Entry:
    """Say something else from now on; what was said before stays readable.

    Raises:
        Stale: the entry is not at the `expected` version.
        InvalidTransition: it was entered in error.
        Invalid: see `contents.content`.
    """

    def new(old: Entry) -> Entry:
        made: Content = content(old.kind, said, About(old.patient_id, old.at, "/content"))
        return old.correct(made, author, reason, clock.second())

    return _put_version(entry_id, expected, new)


def retract(entry_id: str, reason: str, expected: int | None, author: Author) -> Entry:
    """Say that the entry should never have been written.

    Raises:
        Stale: the entry is not at the `expected` version.
        InvalidTransition: it was entered in error already.
    """
    return _put_version(entry_id, expected, lambda old: old.retract(author, reason, clock.second()))


def _put_version(entry_id: str, expected: int | None, change: Callable[[Entry], Entry]) -> Entry:
    def once() -> Entry:
        stored = entries.newest(entry_id)
        if stored is None:
            raise NotFound
        old = stored.open()
        if expected is not None and old.version != expected:
            raise Stale
        new = change(old)
        entries.put_version(new)
        return new

    return again(once)


def page(
    patient_id: str, kind: Kind | None, first: datetime, end: datetime, before: Place | None, limit: int
) -> tuple[list[Entry], Place | None]:
    """A page of a patient's record, newest first, and where it ended unless it is the last."""
    return entries.page(patient_id, kind, first, end, before, limit)


def page_of_kinds(
    patient_id: str, kinds: Collection[Kind], first: datetime, end: datetime, before: Place | None, limit: int
) -> tuple[list[Entry], Place | None]:
    """A page of several kinds together: a list of each, of which the newest are taken."""
    pages = [entries.page(patient_id, kind, first, end, before, limit) for kind in kinds]
    newest = sorted((entry for page, _ in pages for entry in page), key=_newest_first, reverse=True)
    more = len(newest) > limit or any(ended for _, ended in pages)
    last = newest[:limit][-1] if more else None
    return newest[:limit], Place(last.at, last.entry_id) if last else None


def _newest_first(entry: Entry) -> tuple[datetime, str]:
    return entry.at, entry.entry_id


def whole(patient_id: str) -> Iterator[Entry]:
    """All that a patient's record says now, encounters among it, newest first, read as far as it is asked for."""
    before: Place | None = None
    while True:
        found, before = entries.page(patient_id, None, EARLIEST, clock.now() + _CLOCKS_DIFFER, before, _MOST_LISTED)
        yield from found
        if before is None:
            return


def standing(patient_id: str, kind: Kind, statuses: frozenset[str]) -> list[Entry]:
    """The newest entries of a kind that have one of these statuses."""
    return [entry for entry in _newest(patient_id, kind, _MOST_LISTED) if entry.status in statuses]


def last_vitals(patient_id: str) -> Iterator[tuple[Entry, Mapping[str, Any]]]:
    """The last measurement of each vital sign, with the entry that holds it."""
    seen: set[str] = set()
    for entry in _newest(patient_id, Kind.VITALS, _VITALS_LOOKED_AT):
        for measured in entry.content.body["measurements"] if entry.stands else ():
            if measured["code"] not in seen:
                seen.add(measured["code"])
                yield entry, measured


def _newest(patient_id: str, kind: Kind, most: int) -> list[Entry]:
    return entries.page(patient_id, kind, EARLIEST, clock.now() + _CLOCKS_DIFFER, None, most)[0]
