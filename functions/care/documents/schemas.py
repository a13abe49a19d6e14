"""Wire shapes of documents."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer, StringConstraints

from care.documents.models import MOST_BYTES, MOST_PARTS
from kernel import clock, ids
from kernel.errors import Fault
from kernel.fhir.wire import Dates, EncounterReference, PatientReference, Search, Tokens
from kernel.fields import Line, clean, wrong
from kernel.http import Wire

KindCode = Literal["report", "letter", "image", "scan", "prescription", "consent", "other"]
StatusCode = Literal["uploading", "checking", "available", "refused", "expired", "entered-in-error"]
RefusalCode = Literal["infected", "wrong-type", "corrupt", "size", "unscanned"]
ContentType = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "application/dicom",
    "text/plain",
    "application/xml",
    "application/json",
]
DocumentId = Annotated[str, Field(pattern=ids.pattern("doc"))]
PatientId = Annotated[str, Field(pattern=ids.pattern("pat"))]
EncounterId = Annotated[str, Field(pattern=ids.pattern("enc"))]
Instant = Annotated[AwareDatetime, PlainSerializer(clock.iso, return_type=str)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean)]
PartNumber = Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS)]


def _file_name(text: str) -> str:
    name = clean(text)
    if "/" in name or "\\" in name or not name.strip("."):
        raise wrong(Fault.NOT_A_NAME, "is the name of a file, without folders")
    return name


class FileIn(Wire):
    """A file before it is sent. `sha256` is written in hex."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_file_name)]
    content_type: ContentType
    size: int = Field(strict=True, ge=1, le=MOST_BYTES, description="bytes")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class DocumentIn(FileIn):
    kind: KindCode
    title: Line | None = None
    encounter_id: EncounterId | None = None


class DocumentVersionIn(FileIn):
    reason: Reason


class DocumentWithdrawalIn(Wire):
    reason: Reason


class PartsIn(Wire):
    """Which parts to send; all that are missing where none is named."""

    numbers: list[PartNumber] = Field(default=[], max_length=MOST_PARTS)


class DocumentLinkIn(Wire):
    """`inline`: to be shown by the browser, where it runs nothing in files of that type. `version`: by default the
    current one."""

    disposition: Literal["inline", "attachment"]
    version: int | None = Field(default=None, strict=True, ge=1, le=9999)


class DocumentOut(Wire):
    """A version of a document. `current`: it is the one that people open; `refusal`: why the file was not taken."""

    document_id: DocumentId
    patient_id: PatientId
    encounter_id: EncounterId | None
    kind: KindCode
    title: str | None
    file_name: str
    content_type: str
    size: int
    sha256: str
    status: StatusCode
    refusal: RefusalCode | None
    version: int
    created_at: Instant
    created_by: str
    author_role: Literal["patient", "doctor", "nurse"]
    reason: str | None = Field(description="Why it replaced the version before, or the document was withdrawn")
    current: bool


class DocumentVersionsOut(Wire):
    items: list[DocumentOut]


class FormOut(Wire):
    """POST these fields to the address as a form, and the file behind them as the field `file`."""

    method: Literal["POST"]
    url: str
    fields: dict[str, str]
    expires_at: Instant


class PartOut(Wire):
    number: int
    url: str


class PartsOut(Wire):
    """PUT each part to its address: `part_size` bytes from (number - 1) * `part_size` on, the last one what is left.
    Parts that have `arrived` have no address."""

    method: Literal["MULTIPART"]
    part_size: int
    parts: list[PartOut]
    arrived: list[int]
    expires_at: Instant


class UploadOut(Wire):
    """`upload` is null where a repeated request finds that the file has arrived."""

    document: DocumentOut
    upload: Annotated[FormOut | PartsOut, Field(discriminator="method")] | None


class DocumentLinkOut(Wire):
    url: str
    expires_at: Instant


class DocumentsQuery(Wire):
    kind: KindCode | None = None
    encounter_id: EncounterId | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=300)


class DocumentReferenceSearch(Search):
    """`date`: when the document was announced. `type`: LOINC's, or our own kinds."""

    patient: PatientReference
    encounter: EncounterReference | None = None
    date: Dates | None = None
    status: Tokens | None = None
    type: Tokens | None = None


class DocumentStatusMembers(Wire):
    current_status: str


class MissingPartsMembers(Wire):
    missing: list[int]
