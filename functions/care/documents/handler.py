"""HTTP routes of documents."""

from care.documents import fhir
from care.documents.errors import DocumentNotAvailable, TooManyVersions, UploadIncomplete, VersionInCheck
from care.documents.models import LOINC, Document, Kind, Names, Role, Version
from care.documents.repository import Form, Parts
from care.documents.schemas import (
    DocumentIn,
    DocumentLinkIn,
    DocumentLinkOut,
    DocumentOut,
    DocumentReferenceSearch,
    DocumentsQuery,
    DocumentStatusMembers,
    DocumentVersionIn,
    DocumentVersionsOut,
    DocumentWithdrawalIn,
    FileIn,
    FormOut,
    MissingPartsMembers,
    PartOut,
    PartsIn,
    PartsOut,
    UploadOut,
)
from care.documents.service import reading, uploads
from kernel import ids
from kernel.access import Attribute, Resource
from kernel.dynamodb import Place
from kernel.errors import (
    Erased,
    IdempotencyKeyReused,
    InvalidTransition,
    NotFound,
    Stale,
    UnknownReference,
)
from kernel.fhir.elements import LOINC as LOINC_SYSTEM
from kernel.fhir.elements import Json, own_id
from kernel.fhir.wire import BASE, FHIR, FhirBundle, FhirResource, Span, base_url, logical, resource, searchset, wanted
from kernel.http import Api, Call, Page, Reply, fingerprint
from kernel.relations import related

api = Api(
    "care",
    problem_shapes={DocumentNotAvailable: DocumentStatusMembers, UploadIncomplete: MissingPartsMembers},
)

_PATIENT = {"patient_id": ids.pattern("pat")}
_DOCUMENT = {"document_id": ids.pattern("doc")}
_AS_PATIENT = frozenset({"own-record", "speaks-for"})


@api.post(
    "/v1/patients/{patient_id}/documents",
    action="AddDocument",
    body=DocumentIn,
    answer=UploadOut,
    status=201,
    problems=(UnknownReference, IdempotencyKeyReused, Erased),
    idempotent=True,
    parameters=_PATIENT,
)
def add_document(call: Call, patient_id: str, body: DocumentIn) -> UploadOut:
    """Announce a document, and learn how to send its file.

    Files up to 50 MiB are posted as a whole, larger ones in parts. Nobody can open one before it was checked.
    """
    call.authorize(_patient(call, patient_id))
    caller = _caller(call, body)
    added = uploads.add(patient_id, Kind(body.kind), body.title, body.encounter_id, _file(body), caller)
    return _upload_out(*added)


@api.get(
    "/v1/patients/{patient_id}/documents",
    action="ListDocuments",
    query=DocumentsQuery,
    answer=Page[DocumentOut],
    problems=(Erased,),
    parameters=_PATIENT,
)
def list_documents(call: Call, patient_id: str, query: DocumentsQuery) -> Page[DocumentOut]:
    """List a patient's documents, newest first, each in its current version."""
    call.authorize(_patient(call, patient_id))
    kind = Kind(query.kind) if query.kind else None
    page, ended = reading.page(patient_id, query.encounter_id, kind, Place.of(query.cursor), query.limit)
    items = [_document_out(document, reading.names(document)) for document in page]
    return Page[DocumentOut](items=items, next_cursor=ended.cursor() if ended else None)


@api.get(
    "/v1/documents/{document_id}",
    action="ReadDocument",
    answer=DocumentOut,
    problems=(NotFound, Erased),
    parameters=_DOCUMENT,
)
def read_document(call: Call, document_id: str) -> DocumentOut:
    """Tell a document in its current version, or its newest where none is available."""
    document = _found(call, document_id)
    return _document_out(document, reading.names(document))


@api.get(
    "/v1/documents/{document_id}/versions",
    action="ReadDocumentVersions",
    answer=DocumentVersionsOut,
    problems=(NotFound, Erased),
    parameters=_DOCUMENT,
)
def read_document_versions(call: Call, document_id: str) -> DocumentVersionsOut:
    """Tell all versions of a document, the first one first."""
    document = _found(call, document_id)
    names = reading.names(document)
    return DocumentVersionsOut(items=[_document_out(document, names, version) for version in document.versions])


@api.post(
    "/v1/documents/{document_id}/versions",
    action="AddDocumentVersion",
    body=DocumentVersionIn,
    answer=UploadOut,
    status=201,
    problems=(NotFound, Stale, InvalidTransition, VersionInCheck, TooManyVersions, Erased),
    versioned=True,
    parameters=_DOCUMENT,
)
def add_document_version(call: Call, document_id: str, body: DocumentVersionIn) -> UploadOut:
    """Announce another version of a document. The one before stays what people open until this one was checked."""
    _found(call, document_id)
    added = uploads.add_version(document_id, _file(body), body.reason, call.if_match, _caller(call, body))
    return _upload_out(*added)


@api.post(
    "/v1/documents/{document_id}/parts",
    action="ResumeUpload",
    body=PartsIn,
    answer=PartsOut,
    problems=(NotFound, InvalidTransition),
    parameters=_DOCUMENT,
)
def resume_upload(call: Call, document_id: str, body: PartsIn) -> PartsOut:
    """Tell which parts of the newest version have arrived, with fresh addresses for the others."""
    return _parts_out(uploads.resume(_found(call, document_id), body.numbers))


@api.post(
    "/v1/documents/{document_id}/complete",
    action="CompleteUpload",
    answer=DocumentOut,
    status=202,
    problems=(NotFound, UploadIncomplete, InvalidTransition, Erased),
    parameters=_DOCUMENT,
)
def complete_upload(call: Call, document_id: str) -> DocumentOut:
    """Say that the newest version has been sent. It is checked next, and available after that, or refused."""
    _found(call, document_id)
    document = uploads.complete(document_id)
    return _document_out(document, reading.names(document), document.newest)


@api.post(
    "/v1/documents/{document_id}/link",
    action="OpenDocument",
    body=DocumentLinkIn,
    answer=DocumentLinkOut,
    status=201,
    problems=(NotFound, DocumentNotAvailable, Erased),
    parameters=_DOCUMENT,
)
def open_document(call: Call, document_id: str, body: DocumentLinkIn) -> DocumentLinkOut:
    """Get an address from which the file can be fetched for some minutes."""
    document = _found(call, document_id)
    url, expires_at = reading.link(document, body.version, body.disposition)
    return DocumentLinkOut(url=url, expires_at=expires_at)


@api.post(
    "/v1/documents/{document_id}/withdraw",
    action="WithdrawDocument",
    body=DocumentWithdrawalIn,
    answer=DocumentOut,
    problems=(NotFound, InvalidTransition, Erased),
    parameters=_DOCUMENT,
)
def withdraw_document(call: Call, document_id: str, body: DocumentWithdrawalIn) -> DocumentOut:
    """Mark a document as entered in error: it stays in the list, and nobody can open it any more."""
    _found(call, document_id)
    document = reading.withdraw(document_id, body.reason, call.principal.user_id)
    return _document_out(document, reading.names(document))


# ---- FHIR R4: the same actions, the same rules of access, in other words --------------------------------------------


@api.get(
    f"{BASE}/DocumentReference/{{logical_id}}",
    action="ReadDocument",
    answer=FhirResource,
    problems=(NotFound, Erased),
    parameters=logical("doc"),
    dialect=FHIR,
)
def read_fhir_document(call: Call, logical_id: str) -> FhirResource:
    """Tell a document that can be opened or was withdrawn, as FHIR R4."""
    document = _found(call, own_id(logical_id))
    if document.status_of(document.shown) not in fhir.TOLD:
        raise NotFound
    return resource(_fhir(document))


@api.get(
    f"{BASE}/DocumentReference",
    action="ListDocuments",
    query=DocumentReferenceSearch,
    answer=FhirBundle,
    problems=(Erased,),
    dialect=FHIR,
)
def search_fhir_documents(call: Call, query: DocumentReferenceSearch) -> FhirBundle:
    """Find a patient's documents, as FHIR R4, the newest first."""
    call.authorize(_patient(call, query.patient))
    page, ended = reading.page(query.patient, query.encounter, None, Place.of(query.cursor), query.limit)
    found = [_fhir(document) for document in page if _matches(query, document)]
    return searchset(call, query, "DocumentReference", found, ended.cursor() if ended else None)


@api.get(
    f"{BASE}/Binary/{{logical_id}}",
    action="OpenDocument",
    status=302,
    problems=(NotFound, DocumentNotAvailable, Erased),
    parameters=logical("doc"),
    dialect=FHIR,
)
def read_fhir_binary(call: Call, logical_id: str) -> Reply:
    """Open the file of a document: leads to an address from which it can be fetched for some minutes."""
    url, _ = reading.link(_found(call, own_id(logical_id)), None, "attachment")
    return Reply(302, {"Location": url})


def _fhir(document: Document) -> Json:
    base = base_url()
    return fhir.of_document(document, reading.names(document), f"{base}/" if base else "")


def _matches(query: DocumentReferenceSearch, document: Document) -> bool:
    if document.status_of(document.shown) not in fhir.TOLD or not (query.date or Span()).covers(document.created_at):
        return False
    statuses = "http://hl7.org/fhir/document-reference-status"
    types = ((LOINC_SYSTEM, LOINC[document.kind][0]), (fhir.KINDS, document.kind.value))
    return wanted(query.status, statuses, fhir.status_of(document)) and any(wanted(query.type, *one) for one in types)


def _patient(call: Call, patient_id: str) -> Resource:
    return related(call, "Patient", patient_id, patient_id, {})


def _found(call: Call, document_id: str) -> Document:
    """The document, with the caller authorized. Who may see only some cannot tell a missing one from a stranger's.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any.
        NotFound: it is missing.
    """
    found = reading.find(document_id)
    attributes: dict[str, Attribute] = {
        "author": found.newest.created_by if found else "",
        "by_patient": found is not None and found.by_patient,
    }
    call.authorize(related(call, "Document", document_id, found.patient_id if found else "", attributes))
    if found is None:
        raise NotFound
    return found


def _caller(call: Call, body: FileIn) -> uploads.Caller:
    """Who sends a file, and as whom: a doctor's own letters come from a patient."""
    who = call.principal
    because = call.access.because if call.access else None
    staff = Role.DOCTOR if "doctor" in who.roles else Role.NURSE
    role = Role.PATIENT if because in _AS_PATIENT else staff
    return uploads.Caller(who.user_id, role, call.idempotency_key, fingerprint(body))


def _file(body: FileIn) -> uploads.File:
    return uploads.File(body.file_name, body.content_type, body.size, body.sha256)


def _document_out(document: Document, names: Names, version: Version | None = None) -> DocumentOut:
    version = version or document.shown
    return DocumentOut(
        document_id=document.document_id,
        patient_id=document.patient_id,
        encounter_id=document.encounter_id,
        kind=document.kind.value,
        title=names.title,
        file_name=names.files[version.number],
        content_type=version.content_type,
        size=version.size,
        sha256=version.sha256,
        status=document.status_of(version).value,
        refusal=version.refusal.value if version.refusal else None,
        version=version.number,
        created_at=version.created_at,
        created_by=version.created_by,
        author_role=version.author_role.value,
        reason=names.withdrawn or names.reasons.get(version.number),
        current=version == document.current,
    )


def _upload_out(document: Document, names: Names, upload: uploads.Upload | None) -> UploadOut:
    shown: FormOut | PartsOut | None = None
    if isinstance(upload, Form):
        shown = FormOut(method="POST", url=upload.url, fields=dict(upload.fields), expires_at=upload.expires_at)
    elif isinstance(upload, Parts):
        shown = _parts_out(upload)
    return UploadOut(document=_document_out(document, names, document.newest), upload=shown)


def _parts_out(upload: Parts) -> PartsOut:
    return PartsOut(
        method="MULTIPART",
        part_size=upload.part_size,
        parts=[PartOut(number=number, url=url) for number, url in sorted(upload.urls.items())],
        arrived=sorted(upload.arrived),
        expires_at=upload.expires_at,
    )


handler = api.handler
