"""Items of the practitioners table, each with an example of its keys, and what every part of the repository shares."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from care.practitioners.models import Names, Profile, Specialty, Status
from kernel.dynamodb import FromEnvironment, Item, RawItem
from kernel.errors import IdempotencyKeyReused
from kernel.money import Money


class AlreadyDone(Exception):
    """A thing of this id is stored and came of the same request: the request is a repetition."""


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class MemberItem(Stored):
    """`STAFF#stf_0192…` / `MEMBER`: a staff member; the truth of which profile, status and lists are views."""

    email = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    roles = ListAttribute(of=UnicodeAttribute)
    status = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    practitioner_id = UnicodeAttribute(null=True)
    profile = JSONAttribute(null=True)
    invited = BooleanAttribute()
    fingerprint = UnicodeAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    actor = UnicodeAttribute()


class AddressItem(Stored):
    """`EMAIL#5d41…` (SHA-256 of the address) / `STAFF`: whose it is; nobody is staff twice."""

    staff_id = UnicodeAttribute()


class AdminsItem(Stored):
    """`ADMINS` / `COUNT`: how many staff members are administrators and may sign in."""

    administrators = NumberAttribute()


class ProfileItem(Stored):
    """`PRACTITIONER#prc_0192…` / `PROFILE`: what everybody may know of a practitioner."""

    practitioner_id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    profile = JSONAttribute()
    active = BooleanAttribute()
    version = NumberAttribute()


class StatusItem(Stored):
    """`PRACTITIONER#prc_0192…` / `STATUS`: whether patients can be booked with the practitioner."""

    active = BooleanAttribute()
    version = NumberAttribute()


class DepartmentItem(Stored):
    """`DEPARTMENT#dep_0192…` / `DEPARTMENT`, and as entries of lists `DEPARTMENTS` / `NAME#surgery`."""

    department_id = UnicodeAttribute()
    name = UnicodeAttribute()
    code = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    actor = UnicodeAttribute()


class RoomItem(Stored):
    """`ROOM#room_0192…` / `STATUS`, and as entries of lists `ROOMS` / `NAME#room 12#room_0192…` and
    `ROOMS#dep_0192…` / `NAME#room 12`."""

    room_id = UnicodeAttribute()
    name = UnicodeAttribute()
    department_id = UnicodeAttribute()
    location = UnicodeAttribute(null=True)
    active = BooleanAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    actor = UnicodeAttribute()


class MemberEntry(Stored):
    """A staff member in a list: `STAFF` or `STAFF#nurse` / `NAME#kowalska anna#stf_0192…`, and for each word of the
    name `STAFF` / `WORD#anna#kowalska anna#stf_0192…`."""

    staff_id = UnicodeAttribute()
    email = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    roles = ListAttribute(of=UnicodeAttribute)
    status = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    practitioner_id = UnicodeAttribute(null=True)
    version = NumberAttribute()


class PractitionerEntry(Stored):
    """An active practitioner in a list: `PRACTITIONERS`, `PRACTITIONERS#cardiology` or `PRACTITIONERS#dep_0192…` /
    `NAME#kowalska anna#prc_0192…`, and for each word of the name `PRACTITIONERS` /
    `WORD#anna#kowalska anna#prc_0192…`."""

    practitioner_id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    profile = JSONAttribute()
    version = NumberAttribute()


def raise_repeated(stored: RawItem | None, fingerprint: str) -> None:
    """Raises AlreadyDone when the stored thing stands as the request made it, IdempotencyKeyReused when another
    request did, and nothing while it is being hired."""
    item = stored or {}
    if item["fingerprint"]["S"] != fingerprint:
        raise IdempotencyKeyReused
    if item.get("status", {}).get("S") not in (Status.HIRING, Status.WITHDRAWN):
        raise AlreadyDone


def read_names(item: MemberItem | MemberEntry | ProfileItem | PractitionerEntry) -> Names:
    return Names(item.given_name, item.family_name)


def write_profile(profile: Profile) -> dict[str, Any]:
    return {
        "specialties": list(profile.specialties),
        "department_id": profile.department_id,
        "fee": asdict(profile.fee),
        "languages": list(profile.languages),
        "licence": profile.licence,
    }


def read_profile(plain: Mapping[str, Any]) -> Profile:
    return Profile(
        specialties=tuple(Specialty(code) for code in plain["specialties"]),
        department_id=plain["department_id"],
        fee=Money(**plain["fee"]),
        languages=tuple(plain["languages"]),
        licence=plain["licence"],
    )
