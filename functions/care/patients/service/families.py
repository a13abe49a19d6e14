"""Families: what one patient is to another, and who may act for whom."""

from dataclasses import replace

from care.patients.models.people import FamilyMember, Relationship
from care.patients.repository import families
from kernel import clock
from kernel.errors import Fault, FieldError, Invalid, NotFound, Stale
from kernel.races import again

_REPRESENTED = 100


def set_family_member(
    patient_id: str, member_id: str, relationship: Relationship, *, may_act: bool, caller: str, expected: int | None
) -> FamilyMember:
    """Say what the member is to the patient, and whether they may act for them.

    Raises:
        Invalid: the two are one.
        UnknownReference: the member is no active patient.
        Stale: the caller expected another version.
    """
    if patient_id == member_id:
        raise Invalid(
            "", FieldError(Fault.NOT_ALLOWED, "nobody is a member of their own family", parameter="member_id")
        )

    def once() -> FamilyMember:
        stored, version = families.find_member(patient_id, member_id)
        if expected is not None and (stored is None or expected != stored.version):
            raise Stale
        if stored and (stored.relationship, stored.may_act) == (relationship, may_act):
            return stored
        member = FamilyMember(
            patient_id, member_id, relationship, may_act, version + 1, updated_at=clock.now(), changed_by=caller
        )
        families.put_member(member)
        return member

    return again(once)


def remove_family_member(patient_id: str, member_id: str, *, caller: str) -> None:
    """Take the member out of the patient's family; they may not act for the patient any longer.

    Raises:
        NotFound: they are no member.
    """

    def once() -> None:
        stored, version = families.find_member(patient_id, member_id)
        if stored is None:
            raise NotFound
        removed = replace(stored, version=version + 1, updated_at=clock.now(), changed_by=caller)
        families.put_member(removed, removed=True)

    again(once)


def acts_for(patient_id: str) -> list[str]:
    """Ids of the patients for whom this one may act, at most a hundred."""
    return families.acts_for(patient_id, _REPRESENTED)


def family(patient_id: str, after: str | None, limit: int) -> tuple[list[FamilyMember], str | None]:
    """Up to `limit` members of a patient's family, those after one of them; and after whom to go on, None at the
    end."""
    members = families.family(patient_id, after, limit + 1)
    return members[:limit], members[limit - 1].member_id if len(members) > limit else None
