"""Wire shapes of what is written down. Statuses are FHIR R4's of the resource that each kind corresponds to."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from care.records.schemas.fields import (
    EncounterId,
    EntryId,
    Instant,
    KindCode,
    PatientId,
    PractitionerId,
    Prose,
    Reason,
    When,
    Words,
)
from kernel.errors import Fault
from kernel.fhir.elements import ICD_10_CM
from kernel.fields import Line, wrong
from kernel.http import Wire

# FHIR R4 condition-clinical and condition-ver-status.
ConditionStatus = Literal["active", "recurrence", "relapse", "inactive", "remission", "resolved"]
ProcedureStatus = Literal["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"]
Verification = Literal["unconfirmed", "provisional", "differential", "confirmed", "refuted"]
IcdCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][0-9][0-9A-Za-z](\.?[0-9A-Za-z]{1,4})?$"),
    Field(description="ICD-10-CM", examples=["J06.9"]),
]


class Note(Wire):
    text: Prose
    title: Line | None = None


class MeasurementIn(Wire):
    """`code` is LOINC's, `unit` UCUM's; GET /v1/codes/vital-signs lists what there is."""

    code: str = Field(min_length=1, max_length=20, examples=["8310-5"])
    value: float = Field(ge=-1000, le=1_000_000, allow_inf_nan=False)
    unit: str = Field(min_length=1, max_length=20, examples=["Cel"])


class Vitals(Wire):
    measurements: list[MeasurementIn] = Field(min_length=1, max_length=30)


class Diagnosis(Wire):
    code: IcdCode
    text: Words | None = None
    status: ConditionStatus = "active"
    verification: Verification = "confirmed"


class Problem(Diagnosis):
    onset: date | None = None


class ForeignCondition(Wire):
    """A diagnosis or problem that was imported in a code of another system than ours."""

    code: str = Field(min_length=1, max_length=100)
    system: str = Field(min_length=1, max_length=200)
    display: Words
    text: Words | None = None
    status: ConditionStatus = "active"
    verification: Verification = "confirmed"
    onset: date | None = None


class Procedure(Wire):
    """`code` is of the house's list of services, where it has one."""

    text: Words
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,19}$")] | None = None
    status: ProcedureStatus = "completed"


class Allergy(Wire):
    """Either `code`, one of GET /v1/codes/allergens, or `substance` in words."""

    code: Annotated[str, StringConstraints(max_length=40)] | None = None
    substance: Line | None = None
    reaction: Words | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    criticality: Literal["low", "high", "unable-to-assess"] | None = None
    status: Literal["active", "inactive", "resolved"] = "active"
    verification: Literal["unconfirmed", "presumed", "confirmed", "refuted"] = "confirmed"

    @model_validator(mode="after")
    def _to_something(self) -> Self:
        if (self.code is None) == (self.substance is None):
            raise wrong(Fault.NOT_ONE, "name a code or a substance, and not both")
        return self


class CarePlanItem(Wire):
    """Statuses are those of CarePlan.activity.detail."""

    text: Words
    goal: Words | None = None
    due: date | None = None
    status: Literal[
        "not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown"
    ] = "not-started"


class New(Wire):
    at: When | None = None


class NoteIn(New, Note): ...


class VitalsIn(New, Vitals): ...


class DiagnosisIn(New, Diagnosis): ...


class ProcedureIn(New, Procedure): ...


class AllergyIn(New, Allergy): ...


class ProblemIn(New, Problem): ...


class CarePlanIn(New, CarePlanItem): ...


class CorrectionIn(Wire):
    """`content` has the shape in which an entry of its kind is recorded, without `at`."""

    reason: Reason
    content: dict[str, Any]


class Correction[Shape: Wire](Wire):
    reason: Reason
    content: Shape


CORRECTIONS: dict[str, type[Correction[Any]]] = {
    "note": Correction[Note],
    "vitals": Correction[Vitals],
    "diagnosis": Correction[Diagnosis],
    "procedure": Correction[Procedure],
    "allergy": Correction[Allergy],
    "problem": Correction[Problem],
    "care-plan": Correction[CarePlanItem],
}


# ---- answers


class _Said(Wire):
    """What an entry says, as it is stored."""

    model_config = ConfigDict(extra="ignore")


class NoteOut(_Said):
    text: str
    title: str | None = None


class MeasurementOut(_Said):
    """As it was given and in the unit in which it is compared. A `flag` says that it is below (L) or above (H), perhaps
    critically so (LL, HH), what is normal at the patient's age, `low` to `high`."""

    code: str
    value: float
    unit: str
    canonical_value: float
    canonical_unit: str
    flag: Literal["L", "H", "LL", "HH"] | None
    low: float | None
    high: float | None


class VitalsOut(_Said):
    measurements: list[MeasurementOut]


class DiagnosisOut(_Said):
    """`system` is the code's: ICD-10-CM, unless it was imported in another."""

    code: str
    display: str
    system: str = ICD_10_CM
    text: str | None
    verification: Verification


class ProblemOut(DiagnosisOut):
    onset: date | None


class ProcedureOut(_Said):
    text: str
    code: str | None


class AllergyOut(_Said):
    code: str | None
    substance: str
    category: Literal["food", "medication", "environment", "biologic"] | None = None
    reaction: str | None
    severity: Literal["mild", "moderate", "severe"] | None
    criticality: Literal["low", "high", "unable-to-assess"] | None
    verification: Literal["unconfirmed", "presumed", "confirmed", "refuted"]


class CarePlanOut(_Said):
    text: str
    goal: str | None
    due: date | None


class EncounterLine(_Said):
    model_config = ConfigDict(serialize_by_alias=True)

    class_: str = Field(alias="class")
    practitioner_id: PractitionerId | None
    appointment_id: str | None
    started_at: Instant | None
    ended_at: Instant | None


type Said = NoteOut | VitalsOut | DiagnosisOut | ProblemOut | ProcedureOut | AllergyOut | CarePlanOut | EncounterLine
SAID: dict[str, type[_Said]] = {
    "note": NoteOut,
    "vitals": VitalsOut,
    "diagnosis": DiagnosisOut,
    "procedure": ProcedureOut,
    "allergy": AllergyOut,
    "problem": ProblemOut,
    "care-plan": CarePlanOut,
    "encounter": EncounterLine,
}


class AuthorOut(Wire):
    user_id: str
    practitioner_id: PractitionerId | None


class RecordEntryOut(Wire):
    """One version. `at` is when it was so, `recorded_at` when this version was written; `reason` says why it differs
    from the one before. `content` has the shape of its `kind`."""

    entry_id: EntryId
    kind: KindCode
    patient_id: PatientId
    encounter_id: EncounterId | None
    status: str
    at: Instant
    recorded_at: Instant
    author: AuthorOut
    version: int
    reason: str | None
    content: Said


class VersionsOut(Wire):
    items: list[RecordEntryOut]


class RecordQuery(Wire):
    """`from` and `to` are days in UTC, both included, or instants, `to` not included."""

    first: AwareDatetime | date | None = Field(default=None, alias="from", union_mode="left_to_right")
    last: AwareDatetime | date | None = Field(default=None, alias="to", union_mode="left_to_right")
    kind: KindCode | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=300)


class LastVitalOut(Wire):
    entry_id: EntryId
    at: Instant
    measurement: MeasurementOut


class SummaryOut(Wire):
    """What to know before anything is done: active allergies and problems, and the last measurement of each sign."""

    patient_id: PatientId
    allergies: list[RecordEntryOut]
    problems: list[RecordEntryOut]
    vitals: list[LastVitalOut]
