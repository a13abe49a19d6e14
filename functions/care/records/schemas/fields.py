"""Kinds of fields that several shapes of the record share."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer, StringConstraints

from kernel import clock, ids
from kernel.errors import Fault
from kernel.fields import wrong

AppointmentId = Annotated[str, Field(pattern=ids.pattern("apt"))]
EncounterId = Annotated[str, Field(pattern=ids.pattern("enc"))]
EntryId = Annotated[str, Field(pattern="^(rec|enc)_[0-9a-f]{32}$")]
PatientId = Annotated[str, Field(pattern=ids.pattern("pat"))]
PractitionerId = Annotated[str, Field(pattern=ids.pattern("prc"))]
Instant = Annotated[AwareDatetime, PlainSerializer(clock.iso, return_type=str)]
ClassCode = Annotated[Literal["AMB", "VR", "EMER", "HH"], Field(description="HL7 v3 ActCode")]
KindCode = Literal["note", "vitals", "diagnosis", "procedure", "allergy", "problem", "care-plan", "encounter"]
EncounterStatusCode = Literal["planned", "arrived", "in-progress", "finished", "cancelled", "entered-in-error"]


def _prose(text: str) -> str:
    """Text of several lines, without characters that hide or turn others."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in lines):
        raise wrong(Fault.CONTROL_CHARACTERS, "must not have control characters")
    return unicodedata.normalize("NFC", lines)


def _in_utc(at: datetime) -> datetime:
    if at.year < 1900 or at.year > 2999:
        raise wrong(Fault.NOT_ALLOWED, "is not a time of anything in a record")
    return at.astimezone(UTC)


Prose = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_prose)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_prose)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_prose)]
When = Annotated[AwareDatetime, AfterValidator(_in_utc), Field(description="When it was so; by default now")]
