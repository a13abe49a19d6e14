"""Uploads: announced here, sent to S3 past us, and told to be complete."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from care.documents.errors import TooManyVersions, UploadIncomplete, VersionInCheck
from care.documents.models import (
    FORM_BYTES,
    MOST_VERSIONS,
    Document,
    Kind,
    Names,
    Role,
    Status,
    Version,
    part_size,
    parts,
)
from care.documents.repository import AlreadyStored, Form, Parts, documents, files
from care.documents.repository.keys import quarantine
from kernel import clock, ids
from kernel.errors import IdempotencyKeyReused, InvalidTransition, NotFound, Stale
from kernel.races import again


@dataclass(frozen=True, slots=True)
class File:
    """A file as its sender describes it; `sha256` in hex."""

    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Caller:
    """`role`: as whom they send it; `key`: the Idempotency-Key; `fingerprint`: of the request's body."""

    user_id: str
    role: Role
    key: str | None
    fingerprint: str


type Upload = Form | Parts


def add(
    patient_id: str, kind: Kind, title: str | None, encounter_id: str | None, file: File, caller: Caller
) -> tuple[Document, Names, Upload | None]:
    """Announce a document.

    Returns:
        the document, and how to send its file; None where a repeated request finds that it has arrived.

    Raises:
        UnknownReference: there is no such active patient, or the encounter is not theirs.
        IdempotencyKeyReused: the key was used for another document.
        Erased: the patient was.
    """
    document_id = ids.for_create("doc", caller.user_id, caller.key)
    names = Names(title, {1: file.name}, {}, None, caller.fingerprint)
    version = _begun(patient_id, document_id, 1, file, caller)
    document = Document(
        document_id=document_id,
        patient_id=patient_id,
        encounter_id=encounter_id,
        kind=kind,
        created_at=version.created_at,
        versions=(version,),
        body=documents.seal(document_id, patient_id, names),
    )
    try:
        documents.add(document)
    except AlreadyStored:
        _give_up(document, version)
        stored = documents.find(document_id)
        found = documents.names(stored) if stored else None
        if (
            stored is None
            or found is None
            or (stored.patient_id, found.fingerprint)
            != (
                patient_id,
                caller.fingerprint,
            )
        ):
            raise IdempotencyKeyReused from None
        return stored, found, _upload(stored, stored.versions[0])
    except BaseException:
        _give_up(document, version)
        raise
    return document, names, _upload(document, version)


def add_version(
    document_id: str, file: File, reason: str, expected: int | None, caller: Caller
) -> tuple[Document, Names, Upload | None]:
    """Announce another version of a document; one that was announced before and never arrived gives way to it.

    Raises:
        Stale: the document does not show the `expected` version.
        VersionInCheck: the newest version is being checked.
        TooManyVersions: it has as many as it can have.
        InvalidTransition: it was withdrawn.
        Erased: the patient was.
    """

    def once() -> tuple[Document, Names, Upload | None]:
        old = _found(document_id)
        if expected is not None and old.shown.number != expected:
            raise Stale
        if old.newest.status is Status.CHECKING:
            raise VersionInCheck
        if len(old.versions) >= MOST_VERSIONS:
            raise TooManyVersions
        known = documents.names(old)
        number = old.newest.number + 1
        version = _begun(old.patient_id, document_id, number, file, caller)
        names = replace(known, files={**known.files, number: file.name}, reasons={**known.reasons, number: reason})
        try:
            added = old.add(version)
            new = replace(added, body=documents.seal(document_id, old.patient_id, names))
            documents.put_version(new)
        except BaseException:
            _give_up(old, version)
            raise
        return new, names, _upload(new, version)

    return again(once)


def resume(document: Document, numbers: Collection[int]) -> Parts:
    """Fresh links for those of the parts that have not arrived, all of them unless `numbers` names some.

    Raises:
        InvalidTransition: nothing is to be sent, or not in parts.
    """
    version = document.newest
    upload = _upload(document, version)
    if not isinstance(upload, Parts):
        raise InvalidTransition(current_status=document.status_of(version))
    wanted = {number: url for number, url in upload.urls.items() if not numbers or number in numbers}
    return replace(upload, urls=wanted)


def complete(document_id: str) -> Document:
    """Say that the newest version has been sent; it is checked next. Repeating it changes nothing.

    Raises:
        UploadIncomplete: some of it has not arrived.
        InvalidTransition: it took too long.
    """

    def once() -> Document:
        old = _found(document_id)
        return old if _has_arrived(old.newest) else _arrive(old, old.newest)

    return again(once)


def arrive(document_id: str, number: int) -> None:
    """Somebody says that a file has arrived, whose sender may be gone; it may have been fetched away since."""

    def once() -> None:
        old = documents.find(document_id)
        version = old.version(number) if old else None
        if old and version and version.status is Status.UPLOADING:
            _arrive(old, version)

    with suppress(UploadIncomplete):
        again(once)


def _has_arrived(version: Version) -> bool:
    return version.status not in (Status.UPLOADING, Status.EXPIRED)


def _arrive(old: Document, version: Version) -> Document:
    """Have a version checked of which all is there. Parts are joined by the check, which may take its time."""
    waiting = version.to(Status.CHECKING)
    key = quarantine(old.patient_id, old.document_id, version.number)
    arrived = files.arrived_parts(key, version.upload_id, version.size) if version.upload_id else None
    if arrived is None:
        waiting = replace(waiting, object_version=files.version_at(key))
        missing = [] if waiting.object_version else [1]
    else:
        missing = sorted(parts(version.size).keys() - arrived.keys())
    if missing:
        raise UploadIncomplete(missing=missing)
    new = old.change(version.number, lambda _: waiting)
    documents.arrived(new, version)
    return new


def _begun(patient_id: str, document_id: str, number: int, file: File, caller: Caller) -> Version:
    """A version that is about to be sent."""
    key = quarantine(patient_id, document_id, number)
    return Version(
        number=number,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        created_at=clock.second(),
        created_by=caller.user_id,
        author_role=caller.role,
        upload_id=files.begin(key, file.content_type) if file.size > FORM_BYTES else None,
    )


def _give_up(document: Document, version: Version) -> None:
    """Forget an upload that was begun for nothing."""
    if version.upload_id:
        files.abort(quarantine(document.patient_id, document.document_id, version.number), version.upload_id)


def _upload(document: Document, version: Version) -> Upload | None:
    """How to send a version's file; None unless one is waited for."""
    if document.status_of(version) is not Status.UPLOADING:
        return None
    key = quarantine(document.patient_id, document.document_id, version.number)
    if version.upload_id is None:
        return files.form(key, version.content_type, version.size, version.sha256)
    arrived = frozenset(files.arrived_parts(key, version.upload_id, version.size) or ())
    missing = {number: size for number, size in parts(version.size).items() if number not in arrived}
    return Parts(
        part_size(version.size),
        files.links(key, version.upload_id, missing),
        arrived,
        clock.second() + files.UPLOAD_LINK,
    )


def _found(document_id: str) -> Document:
    found = documents.find(document_id)
    if found is None:
        raise NotFound
    return found
