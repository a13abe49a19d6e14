"""Documents: one item each, replaced under the condition that nobody has changed it since it was read."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PutError

from care.documents.models import Document, Kind, Names, Refusal, Role, Status, Version, Withdrawal
from care.documents.repository import references
from care.documents.repository.keys import (
    AlreadyStored,
    DocumentItem,
    LineItem,
    UploadItem,
    document_key,
    from_epoch,
    lines,
    place,
    to_epoch,
    upload_key,
)
from kernel import vault
from kernel.dynamodb import ConditionsFailed, Place, Transaction, condition_failed
from kernel.races import LostRace
from kernel.references import check_patient

_UPLOADS_KEPT = timedelta(days=30)


def find(document_id: str) -> Document | None:
    """One document, None where there is none. One strongly consistent read."""
    item = DocumentItem.find(*document_key(document_id))
    return _read(item) if item else None


def add(document: Document) -> None:
    """Store a new document, whose first version is about to be sent.

    Raises:
        AlreadyStored: a document with this id is stored.
        UnknownReference: the patient is not active, or the encounter is not theirs.
        Erased: the patient was.
    """
    transaction = Transaction()
    check_patient(transaction, document.patient_id)
    if document.encounter_id:
        references.check_encounter(transaction, document.encounter_id, document.patient_id)
    transaction.put("document", _write(document), condition=DocumentItem.pk.does_not_exist())
    for encounter_id in {None, document.encounter_id}:
        for kind in (None, document.kind):
            key = lines(document.patient_id, encounter_id, kind), place(document.created_at, document.document_id)
            transaction.put(f"line {key}", LineItem(*key, document_id=document.document_id))
    _expect(transaction, document, document.newest)
    vault.require_key(transaction, document.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "document" in error.failed:
            raise AlreadyStored from error
        references.raise_refused(error.failed)
        raise


def put_version(new: Document) -> None:
    """Store a document to which another version was added.

    Raises:
        LostRace: it changed.
        Erased: the patient was.
    """
    transaction = Transaction()
    transaction.put("document", _write(new), condition=DocumentItem.revision == new.revision - 1)
    _expect(transaction, new, new.newest)
    vault.require_key(transaction, new.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        references.raise_refused(error.failed)
        raise LostRace from error


def arrived(new: Document, version: Version) -> None:
    """Store a document of which a version has arrived. Raises LostRace if it changed."""
    transaction = Transaction()
    transaction.put("document", _write(new), condition=DocumentItem.revision == new.revision - 1)
    transaction.delete("upload", _upload(new, version))
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise LostRace from error


def put(new: Document) -> None:
    """Store a changed document. Raises LostRace if it changed otherwise meanwhile."""
    try:
        _write(new).save(condition=DocumentItem.revision == new.revision - 1)
    except PutError as error:
        if condition_failed(error):
            raise LostRace from error
        raise


def page(
    patient_id: str, encounter_id: str | None, kind: Kind | None, before: Place | None, limit: int
) -> tuple[list[Document], Place | None]:
    """A page of a patient's documents, newest first: a Query and a BatchGetItem.

    Returns:
        the page, and where it ended unless it is the last.
    """
    until = place(before.at, before.id) if before else "AT#~"
    found = list(
        LineItem.query(
            lines(patient_id, encounter_id, kind),
            LineItem.sk < until,
            scan_index_forward=False,
            limit=limit + 1,
            consistent_read=True,
        )
    )
    wanted = [line.document_id for line in found[:limit]]
    keys = [document_key(document_id) for document_id in wanted]
    stored = {item.pk: item for item in DocumentItem.batch_get(keys, consistent_read=True)}
    documents = [_read(stored[pk]) for pk, _ in keys]
    if len(found) <= limit:
        return documents, None
    last = documents[-1]
    return documents, Place(last.created_at, last.document_id)


def of_patient(patient_id: str) -> Iterator[Document]:
    """All of a patient's documents, newest first."""
    before: Place | None = None
    while True:
        found, before = page(patient_id, None, None, before, 100)
        yield from found
        if before is None:
            return


def missing_uploads(hour: datetime) -> list[tuple[str, int]]:
    """The versions that were announced in an hour and have not arrived: document and number."""
    pk, _ = upload_key(hour, "", 0)
    found = [item.sk.split("#") for item in UploadItem.query(pk, consistent_read=True)]
    return [(document_id, int(number)) for document_id, number in found]


def stop_missing(hour: datetime, document_id: str, number: int) -> None:
    """Expect a version of an hour no longer."""
    UploadItem(*upload_key(hour, document_id, number)).delete()


def seal(document_id: str, patient_id: str, names: Names) -> bytes:
    """A document's body. Raises Erased where the patient was."""
    body = {
        "title": names.title,
        "files": {str(number): name for number, name in names.files.items()},
        "reasons": {str(number): reason for number, reason in names.reasons.items()},
        "withdrawn": names.withdrawn,
        "fingerprint": names.fingerprint,
    }
    return vault.seal(patient_id, document_id, json.dumps(body, separators=(",", ":")).encode())


def names(document: Document) -> Names:
    """What is personal about a document, opened. Raises Erased where the patient was."""
    body: dict[str, Any] = json.loads(vault.unseal(document.patient_id, document.document_id, document.body))
    return Names(
        title=body["title"],
        files={int(number): name for number, name in body["files"].items()},
        reasons={int(number): reason for number, reason in body["reasons"].items()},
        withdrawn=body["withdrawn"],
        fingerprint=body["fingerprint"],
    )


def _expect(transaction: Transaction, document: Document, version: Version) -> None:
    """Remember that a version is to arrive."""
    transaction.put("upload", _upload(document, version))


def _upload(document: Document, version: Version) -> UploadItem:
    key = upload_key(version.created_at, document.document_id, version.number)
    return UploadItem(*key, expires_at=to_epoch(version.created_at + _UPLOADS_KEPT))


def _write(document: Document) -> DocumentItem:
    withdrawal = document.withdrawal
    return DocumentItem(
        *document_key(document.document_id),
        patient_id=document.patient_id,
        encounter_id=document.encounter_id,
        kind=document.kind,
        created_at=to_epoch(document.created_at),
        versions=[_write_version(version) for version in document.versions],
        withdrawal=[to_epoch(withdrawal.at), withdrawal.by] if withdrawal else None,
        erased_at=to_epoch(document.erased_at) if document.erased_at else None,
        revision=document.revision,
        body=document.body,
    )


def _write_version(version: Version) -> dict[str, Any]:
    return {
        "content_type": version.content_type,
        "size": version.size,
        "sha256": version.sha256,
        "created_at": to_epoch(version.created_at),
        "created_by": version.created_by,
        "author_role": version.author_role,
        "status": version.status,
        "refusal": version.refusal,
        "upload_id": version.upload_id,
        "object_version": version.object_version,
        "examined": version.examined,
        "clean": version.clean,
    }


def _read(item: DocumentItem) -> Document:
    return Document(
        document_id=item.pk.removeprefix("DOCUMENT#"),
        patient_id=item.patient_id,
        encounter_id=item.encounter_id,
        kind=Kind(item.kind),
        created_at=from_epoch(item.created_at),
        versions=tuple(_read_version(number, raw) for number, raw in enumerate(item.versions, 1)),
        revision=int(item.revision),
        withdrawal=Withdrawal(from_epoch(item.withdrawal[0]), item.withdrawal[1]) if item.withdrawal else None,
        erased_at=from_epoch(item.erased_at) if item.erased_at else None,
        body=bytes(item.body),
    )


def _read_version(number: int, raw: dict[str, Any]) -> Version:
    given = raw | {
        "created_at": from_epoch(raw["created_at"]),
        "author_role": Role(raw["author_role"]),
        "status": Status(raw["status"]),
        "refusal": Refusal(raw["refusal"]) if raw["refusal"] else None,
    }
    return Version(number=number, **given)
