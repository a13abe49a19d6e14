"""People as the front desk knows them: details, families, registrations."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kernel.text import fold


class Sex(StrEnum):
    """FHIR AdministrativeGender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class Relationship(StrEnum):
    """What the member is to the patient."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    GUARDIAN = "guardian"
    PARENT_IN_LAW = "parent-in-law"
    OTHER = "other"


class ContactWay(StrEnum):
    """How a patient would rather be told things."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is an ISO 3166-1 alpha-2 code."""

    lines: tuple[str, ...]
    city: str
    country: str
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """`phone` in E.164."""

    name: str
    phone: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class Insurance:
    payer: str
    member_number: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a person. `phone` in E.164, `email` in lower case, `language` a BCP 47 tag."""

    given_name: str
    family_name: str
    birth_date: date
    sex: Sex = Sex.UNKNOWN
    phone: str | None = None
    email: str | None = None
    address: Address | None = None
    emergency_contacts: tuple[EmergencyContact, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    language: str | None = None
    preferred_contact: ContactWay | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as stored.

    Attributes:
        possible_duplicate: somebody very like them was there before; the front desk is to look at it.
        user_id: the account that the patient signs in with, None where there is none.
        changed_by: user id of who wrote this version.
        fingerprint: of the request that registered them.
    """

    patient_id: str
    details: Details
    version: int
    created_at: datetime
    updated_at: datetime
    changed_by: str
    fingerprint: str = ""
    possible_duplicate: bool = False
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """`member_id` is a patient who is `relationship` to this patient; `may_act`: and may act for them."""

    patient_id: str
    member_id: str
    relationship: Relationship
    may_act: bool
    version: int
    updated_at: datetime
    changed_by: str


class RegistrationState(StrEnum):
    PENDING = "pending"  # a request is at work, or died at it
    UNDOING = "undoing"  # given up; what it made is being removed
    COMPLETED = "completed"  # the patient is there and can sign in


@dataclass(frozen=True, slots=True)
class Registration:
    """One address on its way to an account.

    Attributes:
        key: keyed hash of the address.
        email: empty once the registration is completed.
        attempt: how many requests have worked at it; each is followed by a check of its own.
        fingerprint, password_hash: what tells a repeated request from another one.
        idempotency_key: keyed hash of the request's key.
    """

    key: str
    email: str
    patient_id: str
    state: RegistrationState
    attempt: int
    fingerprint: str
    password_hash: bytes
    idempotency_key: str | None


def words(text: str) -> list[str]:
    """The words of a name without what people write differently."""
    return fold(text).split()
