"""Documents read: lists, versions and links; and withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from mimetypes import guess_extension
from typing import Literal

from care.documents.errors import DocumentNotAvailable
from care.documents.models import TYPES, Document, Kind, Names, Status, Version
from care.documents.repository import documents, files
from care.documents.repository.keys import clean
from care.documents.service.attempts import changed
from kernel import clock, exports
from kernel.dynamodb import Place
from kernel.errors import NotFound

type Disposition = Literal["inline", "attachment"]


def find(document_id: str) -> Document | None:
    return documents.find(document_id)


def names(document: Document) -> Names:
    """What is personal about a document. Raises Erased where the patient was."""
    return documents.names(document)


def page(
    patient_id: str, encounter_id: str | None, kind: Kind | None, before: Place | None, limit: int
) -> tuple[list[Document], Place | None]:
    """A page of a patient's documents, newest first, and where it ended unless it is the last."""
    return documents.page(patient_id, encounter_id, kind, before, limit)


def link(document: Document, number: int | None, disposition: Disposition) -> tuple[str, datetime]:
    """A link to a version, by default the current one, and until when it holds. Types in which browsers might run
    something are never shown by them.

    Raises:
        NotFound: there is no such version.
        DocumentNotAvailable: it did not come through its checks, or the document was withdrawn.
        Erased: the patient was.
    """
    version = document.shown if number is None else document.version(number)
    if version is None:
        raise NotFound
    status = document.status_of(version)
    if status is not Status.AVAILABLE:
        raise DocumentNotAvailable(current_status=status)
    kind: Disposition = disposition if TYPES[version.content_type].inline else "attachment"
    key = clean(document.patient_id, document.document_id, version.number)
    return files.link(key, names(document).files[version.number], version.content_type, kind)


def withdraw(document_id: str, reason: str, by: str) -> Document:
    """Say that the document should never have been there; nobody opens it any more.

    Raises:
        InvalidTransition: somebody said so before.
        Erased: the patient was.
    """

    def change(old: Document) -> Document:
        new = old.withdraw(clock.second(), by)
        told = replace(documents.names(old), withdrawn=reason)
        return replace(new, body=documents.seal(document_id, old.patient_id, told))

    return changed(document_id, change)


@dataclass(frozen=True, slots=True)
class Exported:
    """A document as its patient gets it: the key of the current version's file, and what it is called."""

    document: Document
    version: Version
    names: Names
    key: str

    @property
    def file_name(self) -> str:
        return self.names.files[self.version.number]


def copy_out(found: Exported, place: exports.Place) -> str:
    """Copy a document's file into an export; its name there, which holds no more than its id."""
    name = f"documents/{found.document.document_id}{guess_extension(found.version.content_type) or ''}"
    files.copy_out(found.key, exports.bucket(), place.key(name))
    return name


def export(patient_id: str) -> Iterator[Exported]:
    """All of a patient's documents that can be opened. Raises Erased where the patient was."""
    for document in documents.of_patient(patient_id):
        version = document.current
        if version is not None and not document.withdrawal:
            key = clean(patient_id, document.document_id, version.number)
            yield Exported(document, version, documents.names(document), key)
