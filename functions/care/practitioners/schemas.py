"""Wire shapes of practitioners."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints, model_validator

from care.practitioners.models import (
    MOST_SPECIALTIES,
    Department,
    Hiring,
    ListedMember,
    Member,
    MemberChange,
    Names,
    Practitioner,
    Profile,
    ProfileChange,
    Role,
    Room,
    Specialty,
    Status,
)
from kernel import clock, ids
from kernel.errors import Fault
from kernel.fhir.wire import Search, Text, Tokens
from kernel.fields import Amount, Email, Language, Line, Password, PersonName, wrong
from kernel.http import Wire
from kernel.text import fold

type DepartmentId = Annotated[str, Field(pattern=ids.pattern("dep"))]
type Instant = Annotated[datetime, PlainSerializer(clock.iso, return_type=str)]


def _findable(text: str) -> str:
    if not fold(text):
        raise wrong(Fault.NOT_A_NAME, "a name has at least one letter or digit")
    return text


def _different[T](values: list[T]) -> list[T]:
    if len(set(values)) < len(values):
        raise wrong(Fault.DUPLICATE, "must not be repeated")
    return values


type PlaceName = Annotated[Line, StringConstraints(max_length=100), AfterValidator(_findable)]
type Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
type Specialties = Annotated[
    list[Specialty], Field(min_length=1, max_length=MOST_SPECIALTIES), AfterValidator(_different)
]
type Languages = Annotated[list[Language], Field(max_length=20), AfterValidator(_different)]
type Licence = Annotated[Line, StringConstraints(max_length=64)]
type Roles = Annotated[list[Role], Field(min_length=1), AfterValidator(_different)]


class _List(Wire):
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=2000)


# ---- departments and rooms ------------------------------------------------------------------------------------------


class DepartmentIn(Wire):
    name: PlaceName
    code: Code | None = None


class DepartmentAnswer(Wire):
    department_id: str
    name: str
    code: str | None
    version: int
    created_at: Instant

    @classmethod
    def of(cls, department: Department) -> "DepartmentAnswer":
        return cls(
            department_id=department.department_id,
            name=department.name,
            code=department.code,
            version=department.version,
            created_at=department.created_at,
        )


class DepartmentQuery(_List):
    """A page of the departments."""


class RoomIn(Wire):
    """`location` says how to find it, such as "Building B, second floor"."""

    name: PlaceName
    department_id: DepartmentId
    location: Line | None = None


class RoomAnswer(Wire):
    room_id: str
    name: str
    department_id: str
    location: str | None
    active: bool
    version: int
    created_at: Instant

    @classmethod
    def of(cls, room: Room) -> "RoomAnswer":
        return cls(
            room_id=room.room_id,
            name=room.name,
            department_id=room.department_id,
            location=room.location,
            active=room.active,
            version=room.version,
            created_at=room.created_at,
        )


class RoomQuery(_List):
    department_id: DepartmentId | None = None


# ---- staff ----------------------------------------------------------------------------------------------------------


class ProfileIn(Wire):
    """What a practitioner practises. The fee is that of one visit."""

    specialties: Specialties
    department_id: DepartmentId
    fee: Amount
    languages: Languages = Field(default=[])
    licence: Licence | None = None

    def profile(self) -> Profile:
        return Profile(
            tuple(self.specialties), self.department_id, self.fee.money(), tuple(self.languages), self.licence
        )


class StaffIn(Wire):
    """A new staff member. Without `temporary_password` they are sent an invitation with one; either is changed at the
    first sign-in. Doctors need a profile as `practitioner`, nurses may have one, nobody else has."""

    email: Email
    given_name: PersonName
    family_name: PersonName
    roles: Roles
    practitioner: ProfileIn | None = None
    temporary_password: Password | None = None

    def hiring(self) -> Hiring:
        return Hiring(
            email=self.email,
            names=Names(self.given_name, self.family_name),
            roles=frozenset(self.roles),
            profile=self.practitioner.profile() if self.practitioner else None,
            temporary_password=self.temporary_password.get_secret_value() if self.temporary_password else None,
        )


class ProfileChangeIn(Wire):
    """What changes; absent or null stays as it is. A first profile needs specialties, department and fee."""

    specialties: Specialties | None = None
    department_id: DepartmentId | None = None
    fee: Amount | None = None
    languages: Languages | None = None
    licence: Licence | None = None

    def change(self) -> ProfileChange:
        return ProfileChange(
            specialties=tuple(self.specialties) if self.specialties else None,
            department_id=self.department_id,
            fee=self.fee.money() if self.fee else None,
            languages=None if self.languages is None else tuple(self.languages),
            licence=self.licence,
        )


class StaffChangeIn(Wire):
    """What changes; absent or null stays as it is. Roles hold within five minutes for who is signed in."""

    given_name: PersonName | None = None
    family_name: PersonName | None = None
    roles: Roles | None = None
    practitioner: ProfileChangeIn | None = None

    def change(self) -> MemberChange:
        return MemberChange(
            given_name=self.given_name,
            family_name=self.family_name,
            roles=None if self.roles is None else frozenset(self.roles),
            profile=self.practitioner.change() if self.practitioner else None,
        )


class ProfileAnswer(Wire):
    specialties: list[Specialty]
    department_id: str
    fee: Amount
    languages: list[str]
    licence: str | None


class StaffSummary(Wire):
    """A staff member in lists. `status` is active or disabled."""

    staff_id: str
    user_id: str | None
    practitioner_id: str | None
    email: str
    given_name: str
    family_name: str
    roles: list[Role]
    status: Status
    version: int

    @classmethod
    def of(cls, person: Member | ListedMember) -> "StaffSummary":
        return cls(**_summary(person))


class StaffAnswer(StaffSummary):
    """A staff member, with the profile of who is a practitioner."""

    practitioner: ProfileAnswer | None
    created_at: Instant
    changed_at: Instant


def staff_answer(person: Member) -> StaffAnswer:
    return StaffAnswer(
        **_summary(person),
        practitioner=_profile_answer(person.profile) if person.profile else None,
        created_at=person.created_at,
        changed_at=person.changed_at,
    )


def _profile_answer(profile: Profile) -> ProfileAnswer:
    return ProfileAnswer(
        specialties=list(profile.specialties),
        department_id=profile.department_id,
        fee=Amount.of(profile.fee),
        languages=list(profile.languages),
        licence=profile.licence,
    )


def _summary(person: Member | ListedMember) -> dict[str, Any]:
    return {
        "staff_id": person.staff_id,
        "user_id": person.user_id,
        "practitioner_id": person.practitioner_id,
        "email": person.email,
        "given_name": person.names.given,
        "family_name": person.names.family,
        "roles": sorted(person.roles),
        "status": person.status,
        "version": person.version,
    }


class StaffQuery(_List):
    """`query`: beginnings of words of the name, or a whole e-mail address."""

    query: str = Field(default="", max_length=254)
    role: Role | None = None
    status: Status | None = None


# ---- practitioners --------------------------------------------------------------------------------------------------


class PractitionerAnswer(Wire):
    """A practitioner; who is not active cannot be booked."""

    practitioner_id: str
    given_name: str
    family_name: str
    display_name: str
    specialties: list[Specialty]
    department_id: str
    department_name: str | None
    fee: Amount
    languages: list[str]
    active: bool
    version: int

    @classmethod
    def of(cls, person: Practitioner, department_names: dict[str, str]) -> "PractitionerAnswer":
        return cls(
            practitioner_id=person.practitioner_id,
            given_name=person.names.given,
            family_name=person.names.family,
            display_name=person.names.display,
            specialties=list(person.profile.specialties),
            department_id=person.profile.department_id,
            department_name=department_names.get(person.profile.department_id),
            fee=Amount.of(person.profile.fee),
            languages=list(person.profile.languages),
            active=person.active,
            version=person.version,
        )


class PractitionerQuery(_List):
    """`query`: beginnings of words of the name. `ids`: up to 50 practitioners, with commas between them; unknown ones
    are left out."""

    query: str = Field(default="", max_length=200)
    specialty: Specialty | None = None
    department_id: DepartmentId | None = None
    ids: str | None = Field(default=None, pattern=r"^prc_[0-9a-f]{32}(,prc_[0-9a-f]{32}){0,49}$")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.ids is not None and (self.query or self.specialty or self.department_id or self.cursor):
            raise wrong(Fault.NOT_ONE, "ids are asked for without anything else")
        return self


class PractitionerSearch(Search):
    """`name`: beginnings of words of the name."""

    id: Tokens | None = Field(default=None, alias="_id")
    identifier: Tokens | None = None
    name: Text | None = None


class SpecialtyAnswer(Wire):
    code: Specialty
    name: str


class SpecialtiesAnswer(Wire):
    items: list[SpecialtyAnswer]
