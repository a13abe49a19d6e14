"""Keys and items of the records table, each with an example. Ids, kinds, codes and times are plain; what was written is
sealed under the patient's key (kernel.vault)."""

from datetime import UTC, datetime

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from care.records.models import Kind
from kernel import clock
from kernel.dynamodb import FromEnvironment, Item


class AlreadyStored(Exception):
    """A thing with this id is stored: the request is a repetition."""


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class EncounterItem(Stored):
    """`ENCOUNTER#enc_0192…` / `ENCOUNTER`. `entries`, `codes` and `revision` change with what is recorded in it, and
    `version` with its own steps."""

    patient_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute(null=True)
    class_ = UnicodeAttribute(attr_name="class")
    status = UnicodeAttribute()
    appointment_id = UnicodeAttribute(null=True)
    participants = JSONAttribute()
    opened_at = NumberAttribute()
    started_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    version = NumberAttribute()
    history = JSONAttribute()
    entries = NumberAttribute()
    # Entry id -> kind, code, status, time, parted by spaces.
    codes: MapAttribute[str, str] = MapAttribute()  # type: ignore[no-untyped-call]
    revision = NumberAttribute()
    source = UnicodeAttribute(null=True)
    fingerprint = UnicodeAttribute()


class EntryItem(Stored):
    """`ENTRY#rec_0192…` / `VERSION#0001`: a version of an entry, never rewritten.

    `PATIENT#pat_0192…` / `AT#2026-11-21T09:00:00Z#rec_0192…` and `PATIENT#pat_0192…#note` / the same: the current one,
    where the timeline and the list of its kind look for it. Encounters stand there likewise.
    """

    entry_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    encounter_id = UnicodeAttribute(null=True)
    practitioner_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    code = UnicodeAttribute(null=True)
    at = NumberAttribute()
    recorded_by = UnicodeAttribute()
    recorded_at = NumberAttribute()
    author = UnicodeAttribute()
    author_practitioner_id = UnicodeAttribute(null=True)
    version = NumberAttribute()
    body = BinaryAttribute(legacy_encoding=False)


class VisitItem(Stored):
    """`VISIT#apt_0192…` / `VISIT`: a booked visit, as the newest of scheduling's events told it."""

    patient_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute()
    status = UnicodeAttribute()
    video = BooleanAttribute()
    end = NumberAttribute()
    version = NumberAttribute()
    expires_at = NumberAttribute()


class VisitEncounterItem(Stored):
    """`VISIT#apt_0192…` / `ENCOUNTER`: the visit's one encounter that is neither cancelled nor in error."""

    encounter_id = UnicodeAttribute()


def encounter_key(encounter_id: str) -> tuple[str, str]:
    return f"ENCOUNTER#{encounter_id}", "ENCOUNTER"


def version_key(entry_id: str, version: int) -> tuple[str, str]:
    return f"ENTRY#{entry_id}", f"VERSION#{version:04d}"


def visit_key(appointment_id: str) -> tuple[str, str]:
    return f"VISIT#{appointment_id}", "VISIT"


def visit_encounter_key(appointment_id: str) -> tuple[str, str]:
    return f"VISIT#{appointment_id}", "ENCOUNTER"


def timeline(patient_id: str, kind: Kind | None) -> str:
    """The partition of a patient's timeline, or of one kind of it."""
    return f"PATIENT#{patient_id}#{kind}" if kind else f"PATIENT#{patient_id}"


def place(at: datetime, entry_id: str) -> str:
    """Where something stands in a timeline; instants sort as texts."""
    return f"AT#{clock.iso(at)}#{entry_id}"


def to_epoch(at: datetime) -> int:
    return int(at.timestamp())


def from_epoch(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
