"""Staff, practitioners, departments and rooms: the rules, pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from care.practitioners.errors import OwnAccount
from kernel.errors import Fault, FieldError, Invalid, InvalidTransition
from kernel.money import Money
from kernel.text import fold

MOST_WORDS = 8  # of a name can be searched for
MOST_LETTERS = 40  # of a word or of half a name are looked at in searching and sorting
MOST_SPECIALTIES = 5


class Role(StrEnum):
    """What staff may be; groups of the user pool. Patients are no staff."""

    DOCTOR = "doctor"
    NURSE = "nurse"
    RECEPTIONIST = "receptionist"
    LAB_TECHNICIAN = "lab-technician"
    PATHOLOGIST = "pathologist"
    PHARMACIST = "pharmacist"
    COURIER = "courier"
    CASHIER = "cashier"
    CLAIMS_OFFICER = "claims-officer"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


# Who may have a profile as practitioner; a doctor must.
CLINICAL = frozenset({Role.DOCTOR, Role.NURSE})


class Specialty(StrEnum):
    """What practitioners practise, after SNOMED CT's practice settings (HL7 value set c80-practice-codes)."""

    ADDICTION_MEDICINE = "addiction-medicine"
    ALLERGOLOGY = "allergology"
    ANAESTHESIOLOGY = "anaesthesiology"
    CARDIAC_SURGERY = "cardiac-surgery"
    CARDIOLOGY = "cardiology"
    CHILD_PSYCHIATRY = "child-psychiatry"
    CLINICAL_GENETICS = "clinical-genetics"
    CLINICAL_PHARMACOLOGY = "clinical-pharmacology"
    DENTISTRY = "dentistry"
    DERMATOLOGY = "dermatology"
    EMERGENCY_MEDICINE = "emergency-medicine"
    ENDOCRINOLOGY = "endocrinology"
    FAMILY_MEDICINE = "family-medicine"
    GASTROENTEROLOGY = "gastroenterology"
    GENERAL_MEDICINE = "general-medicine"
    GENERAL_PRACTICE = "general-practice"
    GENERAL_SURGERY = "general-surgery"
    GERIATRICS = "geriatrics"
    GYNAECOLOGY = "gynaecology"
    HAEMATOLOGY = "haematology"
    HEPATOLOGY = "hepatology"
    IMMUNOLOGY = "immunology"
    INFECTIOUS_DISEASES = "infectious-diseases"
    INTENSIVE_CARE = "intensive-care"
    INTERNAL_MEDICINE = "internal-medicine"
    LABORATORY_MEDICINE = "laboratory-medicine"
    MAXILLOFACIAL_SURGERY = "maxillofacial-surgery"
    MIDWIFERY = "midwifery"
    NEONATOLOGY = "neonatology"
    NEPHROLOGY = "nephrology"
    NEUROLOGY = "neurology"
    NEUROSURGERY = "neurosurgery"
    NUCLEAR_MEDICINE = "nuclear-medicine"
    NURSING = "nursing"
    NUTRITION = "nutrition"
    OBSTETRICS = "obstetrics"
    OCCUPATIONAL_MEDICINE = "occupational-medicine"
    ONCOLOGY = "oncology"
    OPHTHALMOLOGY = "ophthalmology"
    ORTHOPAEDICS = "orthopaedics"
    OTORHINOLARYNGOLOGY = "otorhinolaryngology"
    PAEDIATRIC_SURGERY = "paediatric-surgery"
    PAEDIATRICS = "paediatrics"
    PAIN_MEDICINE = "pain-medicine"
    PALLIATIVE_CARE = "palliative-care"
    PATHOLOGY = "pathology"
    PHYSIOTHERAPY = "physiotherapy"
    PLASTIC_SURGERY = "plastic-surgery"
    PSYCHIATRY = "psychiatry"
    PSYCHOLOGY = "psychology"
    PULMONOLOGY = "pulmonology"
    RADIOLOGY = "radiology"
    RADIOTHERAPY = "radiotherapy"
    REHABILITATION = "rehabilitation"
    RHEUMATOLOGY = "rheumatology"
    SLEEP_MEDICINE = "sleep-medicine"
    SPORTS_MEDICINE = "sports-medicine"
    THORACIC_SURGERY = "thoracic-surgery"
    TRAUMA_SURGERY = "trauma-surgery"
    TRAVEL_MEDICINE = "travel-medicine"
    UROLOGY = "urology"
    VASCULAR_SURGERY = "vascular-surgery"

    @property
    def display(self) -> str:
        return self.value.replace("-", " ").capitalize()


class Status(StrEnum):
    """Where a staff member stands."""

    HIRING = "hiring"  # a request is making the account, or died at it
    WITHDRAWN = "withdrawn"  # given up; what the hiring made is being removed
    ACTIVE = "active"
    DISABLED = "disabled"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.HIRING: frozenset({Status.ACTIVE, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset(),
    Status.ACTIVE: frozenset({Status.DISABLED}),
    Status.DISABLED: frozenset({Status.ACTIVE}),
}


def search_words(text: str) -> tuple[str, ...]:
    """The different words of a text, folded, in their order."""
    return tuple(dict.fromkeys(word[:MOST_LETTERS] for word in fold(text).split()))


@dataclass(frozen=True, slots=True)
class Names:
    given: str
    family: str

    @property
    def display(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def sort_key(self) -> str:
        """Alphabetical order: family name, then given name, folded."""
        return f"{fold(self.family)[:MOST_LETTERS]} {fold(self.given)[:MOST_LETTERS]}"

    @property
    def words(self) -> tuple[str, ...]:
        """What the person is found by: the first eight different words of family and given name."""
        return search_words(f"{self.family} {self.given}")[:MOST_WORDS]

    def matches(self, query: Iterable[str]) -> bool:
        """Whether each folded word of the query begins a word of the name."""
        return all(any(word.startswith(asked) for word in self.words) for asked in query)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a practitioner practises, where, in which languages (BCP 47), and what a visit costs."""

    specialties: tuple[Specialty, ...]
    department_id: str
    fee: Money
    languages: tuple[str, ...] = ()
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What changes in a profile; None leaves a part as it is."""

    specialties: tuple[Specialty, ...] | None = None
    department_id: str | None = None
    fee: Money | None = None
    languages: tuple[str, ...] | None = None
    licence: str | None = None

    def apply(self, profile: Profile | None) -> Profile:
        """The profile after the change.

        Raises:
            Invalid: there is no profile yet and the change lacks parts of one.
        """
        if profile is not None:
            return Profile(
                specialties=self.specialties or profile.specialties,
                department_id=self.department_id or profile.department_id,
                fee=self.fee or profile.fee,
                languages=profile.languages if self.languages is None else self.languages,
                licence=self.licence or profile.licence,
            )
        if self.specialties is None or self.department_id is None or self.fee is None:
            parts = {"specialties": self.specialties, "department_id": self.department_id, "fee": self.fee}
            lacking = [name for name, value in parts.items() if value is None]
            raise Invalid(
                "",
                *(
                    FieldError(Fault.MISSING, "a new practitioner needs this", pointer=f"/practitioner/{name}")
                    for name in lacking
                ),
            )
        return Profile(self.specialties, self.department_id, self.fee, self.languages or (), self.licence)


@dataclass(frozen=True, slots=True)
class Hiring:
    """What is asked for with a new staff member. Without a temporary password they are sent an invitation."""

    email: str
    names: Names
    roles: frozenset[Role]
    profile: Profile | None
    temporary_password: str | None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What changes in a staff member; None leaves a part as it is."""

    given_name: str | None = None
    family_name: str | None = None
    roles: frozenset[Role] | None = None
    profile: ProfileChange | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff and, where they see patients, their profile as practitioner.

    Attributes:
        user_id: the account; None while it is being made.
        practitioner_id: None for who never was a practitioner.
        invited: whether Cognito need not send an invitation any more.
        fingerprint: of the request that created the member.
        actor: user id of who made the last change, at `changed_at`.
    """

    staff_id: str
    email: str
    names: Names
    roles: frozenset[Role]
    status: Status
    user_id: str | None
    practitioner_id: str | None
    profile: Profile | None
    invited: bool
    fingerprint: str
    version: int
    created_at: datetime
    changed_at: datetime
    actor: str

    @property
    def practises(self) -> bool:
        """Whether patients can be booked with the member."""
        return self.profile is not None and self.status is Status.ACTIVE and not CLINICAL.isdisjoint(self.roles)

    @property
    def administers(self) -> bool:
        return self.status is Status.ACTIVE and Role.ADMIN in self.roles

    def moved(self, to: Status, *, at: datetime, actor: str) -> "Member":
        """The member in another status; the one place where it changes.

        Raises:
            InvalidTransition: there is no way from the present one.
        """
        if to not in TRANSITIONS[self.status]:
            raise InvalidTransition(f"Somebody who is {self.status} cannot become {to}")
        return replace(self, status=to, version=self.version + 1, changed_at=at, actor=actor)

    def changed(self, change: MemberChange, new_practitioner_id: str, *, at: datetime, actor: str) -> "Member":
        """The member after the change; the same where it changes nothing.

        Raises:
            Invalid: roles and profile do not go together.
        """
        roles = self.roles if change.roles is None else change.roles
        check_roles(roles, change.profile is not None, self.profile is not None)
        profile = self.profile if change.profile is None else change.profile.apply(self.profile)
        after = replace(
            self,
            names=Names(change.given_name or self.names.given, change.family_name or self.names.family),
            roles=roles,
            profile=profile,
            practitioner_id=self.practitioner_id or (new_practitioner_id if profile else None),
        )
        if after == self:
            return self
        return replace(after, version=self.version + 1, changed_at=at, actor=actor)


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A staff member as lists show them."""

    staff_id: str
    email: str
    names: Names
    roles: frozenset[Role]
    status: Status
    user_id: str | None
    practitioner_id: str | None
    version: int


def check_roles(roles: frozenset[Role], gives_profile: bool, has_profile: bool = False) -> None:
    """Raises Invalid when the roles and a profile as practitioner do not go together."""
    if Role.DOCTOR in roles and not gives_profile and not has_profile:
        raise Invalid(
            "", FieldError(Fault.MISSING, "a doctor needs a profile as practitioner", pointer="/practitioner")
        )
    if gives_profile and CLINICAL.isdisjoint(roles):
        raise Invalid(
            "", FieldError(Fault.NOT_ALLOWED, "only doctors and nurses are practitioners", pointer="/practitioner")
        )


def check_administration(before: Member, after: Member, actor: str) -> None:
    """Raises OwnAccount when administrators take administration from themselves."""
    if before.administers and not after.administers and before.user_id == actor:
        raise OwnAccount


@dataclass(frozen=True, slots=True)
class Practitioner:
    """What everybody may know of a practitioner; `version` is the staff member's."""

    practitioner_id: str
    names: Names
    profile: Profile
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Department:
    department_id: str
    name: str
    code: str | None
    version: int
    created_at: datetime
    fingerprint: str
    actor: str


@dataclass(frozen=True, slots=True)
class Room:
    room_id: str
    name: str
    department_id: str
    location: str | None
    active: bool
    version: int
    created_at: datetime
    fingerprint: str
    actor: str
