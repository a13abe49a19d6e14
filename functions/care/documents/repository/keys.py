"""Keys and items of the documents table, and keys of its bucket, each with an example. Ids, kinds, types, sizes and
statuses are plain; titles, names of files and reasons are sealed under the patient's key (kernel.vault)."""

from datetime import UTC, datetime

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from care.documents.models import Kind
from kernel import clock, ids
from kernel.dynamodb import FromEnvironment, Item


class AlreadyStored(Exception):
    """A document with this id is stored: the request is a repetition."""


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class DocumentItem(Stored):
    """`DOCUMENT#doc_0192…` / `DOCUMENT`: a document with its versions, of which there are few."""

    patient_id = UnicodeAttribute()
    encounter_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    created_at = NumberAttribute()
    versions = JSONAttribute()
    withdrawal = JSONAttribute(null=True)
    erased_at = NumberAttribute(null=True)
    revision = NumberAttribute()
    body = BinaryAttribute(legacy_encoding=False)


class LineItem(Stored):
    """`PATIENT#pat_0192…` / `AT#2026-11-21T09:00:00Z#doc_0192…`: that there is a document, where a list looks for it;
    never rewritten. The same in `PATIENT#pat_0192…#letter`, `PATIENT#pat_0192…#enc_0192…` and
    `PATIENT#pat_0192…#enc_0192…#letter`."""

    document_id = UnicodeAttribute()


class UploadItem(Stored):
    """`UPLOADS#2026-11-21T09` / `doc_0192…#0001`: a version that was announced in this hour and has not arrived."""

    expires_at = NumberAttribute()


def document_key(document_id: str) -> tuple[str, str]:
    return f"DOCUMENT#{document_id}", "DOCUMENT"


def lines(patient_id: str, encounter_id: str | None, kind: Kind | None) -> str:
    """The partition of a patient's documents, of one encounter's, of one kind."""
    return "#".join(["PATIENT", patient_id, *([encounter_id] if encounter_id else []), *([kind] if kind else [])])


def place(at: datetime, document_id: str) -> str:
    """Where a document stands in a list; instants sort as texts."""
    return f"AT#{clock.iso(at)}#{document_id}"


def upload_key(announced_at: datetime, document_id: str, number: int) -> tuple[str, str]:
    return f"UPLOADS#{announced_at.astimezone(UTC):%Y-%m-%dT%H}", f"{document_id}#{number:04d}"


def quarantine(patient_id: str, document_id: str, number: int) -> str:
    """`quarantine/pat_0192…/doc_0192…/0001`: a file as it was sent."""
    return f"quarantine/{patient_id}/{document_id}/{number:04d}"


def clean(patient_id: str, document_id: str, number: int) -> str:
    """`documents/pat_0192…/doc_0192…/0001`: a file that may be opened."""
    return f"documents/{patient_id}/{document_id}/{number:04d}"


def of_patient(patient_id: str) -> tuple[str, str]:
    """What the keys of all of a patient's files begin with."""
    return f"quarantine/{patient_id}/", f"documents/{patient_id}/"


def read_quarantine(key: str) -> tuple[str, int] | None:
    """The document and the version that a key in quarantine stands for."""
    match key.split("/"):
        case ["quarantine", _, document_id, number] if ids.matches("doc", document_id) and number.isdecimal():
            return document_id, int(number)
    return None


def to_epoch(at: datetime) -> int:
    return int(at.timestamp())


def from_epoch(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
