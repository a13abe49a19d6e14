"""Wire shapes of patients."""

from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from care.patients.models.emergencies import EmergencyAccess, ReviewState, Verdict, Words
from care.patients.models.likeness import Reason
from care.patients.models.people import (
    Address,
    ContactWay,
    Details,
    EmergencyContact,
    FamilyMember,
    Insurance,
    Patient,
    Relationship,
    Sex,
)
from kernel.fhir.wire import Dates, Search, Text, Tokens
from kernel.fields import BirthDate, Country, Email, Language, Line, Password, PersonName, Phone
from kernel.http import Page, Wire

Flag = Annotated[bool, Field(strict=True)]
Code = Annotated[Line, StringConstraints(max_length=64)]
Day = Annotated[date, Field(strict=True)]


class AddressBody(Wire):
    """A postal address."""

    lines: Annotated[list[Line], Field(min_length=1, max_length=4)]
    city: Line
    state: Line | None = None
    postal_code: Annotated[Line, StringConstraints(max_length=20)] | None = None
    country: Country


class EmergencyContactBody(Wire):
    """Somebody to call."""

    name: PersonName
    phone: Phone
    relationship: Relationship


class InsuranceBody(Wire):
    """A cover that the patient says they have."""

    payer: Line
    member_number: Code
    valid_to: Day | None = None


EmergencyContacts = Annotated[list[EmergencyContactBody], Field(max_length=10)]
Insurances = Annotated[list[InsuranceBody], Field(max_length=10)]


class NewRegistration(Wire):
    """A patient who registers themselves. The e-mail address is the name to sign in with."""

    email: Email
    password: Password
    given_name: PersonName
    family_name: PersonName
    birth_date: BirthDate
    phone: Phone | None = None
    sex: Sex = Sex.UNKNOWN
    language: Language | None = None

    def details(self) -> Details:
        return _details(self, exclude={"password"})


class RegistrationAnswer(Wire):
    """The patient, who can sign in now."""

    patient_id: str
    email: str


class NewPatient(Wire):
    """A patient whom the front desk registers. `confirm_not_duplicate`: whoever is alike is another person."""

    given_name: PersonName
    family_name: PersonName
    birth_date: BirthDate
    sex: Sex = Sex.UNKNOWN
    phone: Phone | None = None
    email: Email | None = None
    address: AddressBody | None = None
    emergency_contacts: EmergencyContacts = Field(default_factory=list)
    insurance: Insurances = Field(default_factory=list)
    language: Language | None = None
    preferred_contact: ContactWay | None = None
    confirm_not_duplicate: Flag = False

    def details(self) -> Details:
        return _details(self, exclude={"confirm_not_duplicate"})


class Candidate(Wire):
    """Somebody registered who may be the same person; `likeness` from 0 to 1, with what makes it up."""

    patient_id: str
    given_name: str
    family_name: str
    birth_date: date
    likeness: float
    reasons: list[Reason]


class PossibleDuplicateMembers(Wire):
    """What the problem `possible-duplicate` carries: the most alike first."""

    candidates: list[Candidate]


class PatientChange(Wire):
    """What changes; fields that are left out stay, null clears. `possible_duplicate` is the front desk's to set."""

    # The defaults are never read: only fields that were sent count. A factory keeps them out of the contract.
    given_name: PersonName = Field(default_factory=str)
    family_name: PersonName = Field(default_factory=str)
    birth_date: BirthDate = Field(default_factory=lambda: date.max)
    sex: Sex = Field(default_factory=lambda: Sex.UNKNOWN)
    phone: Phone | None = None
    email: Email | None = None
    address: AddressBody | None = None
    emergency_contacts: EmergencyContacts = Field(default_factory=list)
    insurance: Insurances = Field(default_factory=list)
    language: Language | None = None
    preferred_contact: ContactWay | None = None
    possible_duplicate: Flag = Field(default_factory=bool)

    def changes(self) -> dict[str, Any]:
        """Fields of `Details` by name."""
        sent = self.model_fields_set - {"possible_duplicate"}
        return {name: _value(getattr(self, name)) for name in sent}

    @property
    def review(self) -> bool | None:
        return self.possible_duplicate if "possible_duplicate" in self.model_fields_set else None


def _details(body: BaseModel, exclude: set[str]) -> Details:
    return Details(**{name: _value(value) for name, value in body if name not in exclude})


_DOMAIN: dict[type[BaseModel], type[Address | EmergencyContact | Insurance]] = {
    AddressBody: Address,
    EmergencyContactBody: EmergencyContact,
    InsuranceBody: Insurance,
}


def _value(value: Any) -> Any:
    """A value of the wire as the trade has it."""
    if isinstance(value, BaseModel):
        return _DOMAIN[type(value)](**{name: _value(part) for name, part in value})
    return tuple(map(_value, value)) if isinstance(value, list) else value


class PatientAnswer(Wire):
    """A patient. `possible_duplicate` is null to those who may not look for other patients."""

    patient_id: str
    given_name: str
    family_name: str
    birth_date: date
    sex: Sex
    phone: str | None
    email: str | None
    address: AddressBody | None
    emergency_contacts: list[EmergencyContactBody]
    insurance: list[InsuranceBody]
    language: str | None
    preferred_contact: ContactWay | None
    has_account: bool
    possible_duplicate: bool | None
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, patient: Patient, *, reviewer: bool) -> "PatientAnswer":
        # What is stored was checked when it came in, under the rules of its time.
        return cls.model_construct(
            **{field.name: _wire(getattr(patient.details, field.name)) for field in fields(Details)},
            patient_id=patient.patient_id,
            has_account=patient.user_id is not None,
            possible_duplicate=patient.possible_duplicate if reviewer else None,
            version=patient.version,
            created_at=patient.created_at,
            updated_at=patient.updated_at,
        )


def _wire(value: Any) -> Any:
    for body, domain in _DOMAIN.items():
        if isinstance(value, domain):
            parts = asdict(value)
            return body.model_construct(**{name: _wire(part) for name, part in parts.items()})
    return list(map(_wire, value)) if isinstance(value, tuple) else value


class PatientSearch(Wire):
    """Words of names or their beginnings, telephone number, e-mail address, birth date (YYYY-MM-DD) or patient id, in
    any order; or those whom the front desk has to review."""

    query: Annotated[str, StringConstraints(min_length=2, max_length=200)] | None = None
    possible_duplicate: Literal["true"] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None


class FoundPatient(Wire):
    """What a patient is told from others by. Telephone, e-mail and `possible_duplicate` are null to those who may only
    identify patients."""

    patient_id: str
    given_name: str
    family_name: str
    birth_date: date
    sex: Sex
    phone: str | None
    email: str | None
    has_account: bool
    possible_duplicate: bool | None

    @classmethod
    def of(cls, patient: Patient, *, contact: bool) -> "FoundPatient":
        details = patient.details
        return cls.model_construct(
            patient_id=patient.patient_id,
            given_name=details.given_name,
            family_name=details.family_name,
            birth_date=details.birth_date,
            sex=details.sex,
            phone=details.phone if contact else None,
            email=details.email if contact else None,
            has_account=patient.user_id is not None,
            possible_duplicate=patient.possible_duplicate if contact else None,
        )


class PatientNamesQuery(Wire):
    """Ids of at most fifty patients, with commas between them."""

    ids: Annotated[str, StringConstraints(pattern=r"^pat_[0-9a-f]{32}(,pat_[0-9a-f]{32}){0,49}$")]

    @property
    def patient_ids(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(self.ids.split(",")))


class PatientNameAnswer(Wire):
    """What a patient is called, and what tells two of one name apart."""

    patient_id: str
    display_name: str
    given_name: str
    family_name: str
    birth_date: date

    @classmethod
    def of(cls, patient: Patient) -> "PatientNameAnswer":
        given, family = patient.details.given_name, patient.details.family_name
        return cls.model_construct(
            patient_id=patient.patient_id,
            display_name=f"{given} {family}",
            given_name=given,
            family_name=family,
            birth_date=patient.details.birth_date,
        )


class PatientNamesAnswer(Wire):
    """The patients whom the caller may see, in the order asked for."""

    items: list[PatientNameAnswer]


class FamilyMemberBody(Wire):
    """What the member is to the patient, and whether they may act for them."""

    relationship: Relationship
    may_act: Flag


class FamilyMemberAnswer(Wire):
    """A member of a patient's family, who is a patient too."""

    patient_id: str
    member_id: str
    relationship: Relationship
    may_act: bool
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, member: FamilyMember) -> "FamilyMemberAnswer":
        return cls(**{name: getattr(member, name) for name in cls.model_fields})


class FamilyQuery(Wire):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None


class FamilyPage(Page[FamilyMemberAnswer]):
    """A patient's family. `acts_for`: ids of the patients for whom this one may act, whose family they are in."""

    acts_for: list[str]


PatientPage = Page[FoundPatient]


class EmergencyReason(Wire):
    """Why somebody has to see a patient whom they do not treat."""

    reason: Annotated[str, StringConstraints(min_length=10, max_length=500)]


class EmergencyAccessAnswer(Wire):
    """The patient is open to the caller until `expires_at`."""

    emergency_id: str
    patient_id: str
    expires_at: datetime


class EmergencyAccessesQuery(Wire):
    state: ReviewState = ReviewState.OPEN
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None


class EmergencyReview(Wire):
    """What somebody else finds of it."""

    verdict: Verdict
    comment: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class ReviewAnswer(Wire):
    """What somebody else found. `reviewed_by` is a user id; `comment` is null where the patient was erased."""

    verdict: Verdict
    comment: str | None
    reviewed_by: str
    reviewed_at: datetime


class EmergencyAccessItem(Wire):
    """Somebody broke the glass: `user_id`, who is `practitioner_id` where they practise. Nobody is named.

    `reason` is null where the patient was erased, and with them what was written of it.
    """

    emergency_id: str
    state: ReviewState
    patient_id: str
    user_id: str
    practitioner_id: str | None
    reason: str | None
    started_at: datetime
    expires_at: datetime
    review: ReviewAnswer | None

    @classmethod
    def of(cls, access: EmergencyAccess, words: Words | None) -> "EmergencyAccessItem":
        given = access.review
        return cls(
            emergency_id=access.emergency_id,
            state=access.state,
            patient_id=access.patient_id,
            user_id=access.user_id,
            practitioner_id=access.practitioner_id,
            reason=words.reason if words else None,
            started_at=access.started_at,
            expires_at=access.expires_at,
            review=ReviewAnswer(comment=words.comment if words else None, **asdict(given)) if given else None,
        )


EmergencyAccessPage = Page[EmergencyAccessItem]


class FhirPatientSearch(Search):
    """At least one of these. `name`: beginnings of names; `birthdate`: one day."""

    id: Tokens | None = Field(default=None, alias="_id")
    identifier: Tokens | None = None
    name: Text | None = None
    birthdate: Dates | None = None
