"""Families: what one patient is to another, and who may act for whom."""

from collections.abc import Collection

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from care.patients.models.people import FamilyMember, Relationship
from care.patients.repository.keys import Stored, patient_key
from care.patients.repository.patients import StatusItem
from care.patients.repository.search import just_after
from kernel import clock
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Fault, FieldError, NotFound, UnknownReference
from kernel.races import LostRace


class ProxyItem(Stored):
    """`PATIENT#pat_0192…` / `PROXY#pat_0193…`: the second may act for the first; other domains check it."""

    active = BooleanAttribute()


class ActsForItem(Stored):
    """`PATIENT#pat_0193…` / `ACTSFOR#pat_0192…`: the same seen from the other side, `PROXY` in reverse."""


class FamilyItem(Stored):
    """`PATIENT#pat_0192…` / `FAMILY#pat_0193…`: what the second is to the first.

    A removed member stays, so that versions go on and it can be told who could act when.
    """

    patient_id = UnicodeAttribute()
    member_id = UnicodeAttribute()
    relationship = UnicodeAttribute()
    may_act = BooleanAttribute()
    removed = BooleanAttribute()
    version = NumberAttribute()
    updated_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


def family(patient_id: str, after: str | None, limit: int) -> list[FamilyMember]:
    """Up to `limit` members of a patient's family, by id, those after one of them."""
    items = FamilyItem.query(
        patient_key(patient_id),
        # `~` comes after every id.
        FamilyItem.sk.between(f"FAMILY#{just_after(after)}" if after else "FAMILY#", "FAMILY#~"),
        FamilyItem.removed == False,  # noqa: E712 - a condition of PynamoDB
        consistent_read=True,
        limit=limit,
    )
    return [_member(item) for item in items]


def acts_for(patient_id: str, limit: int) -> list[str]:
    """Ids of up to `limit` patients for whom this one may act."""
    items = ActsForItem.query(
        patient_key(patient_id), ActsForItem.sk.startswith("ACTSFOR#"), consistent_read=True, limit=limit
    )
    return [item.sk.removeprefix("ACTSFOR#") for item in items]


def represented_by(member_id: str, patient_ids: Collection[str]) -> set[str]:
    """Those of the patients for whom a member of their family may act."""
    keys = [(patient_key(patient_id), f"PROXY#{member_id}") for patient_id in patient_ids]
    return {item.pk.removeprefix("PATIENT#") for item in ProxyItem.batch_get(keys, consistent_read=True) if item.active}


def find_member(patient_id: str, member_id: str) -> tuple[FamilyMember | None, int]:
    """A member of a patient's family, None where there is none or no longer, and the last version."""
    item = FamilyItem.find(patient_key(patient_id), f"FAMILY#{member_id}")
    if item is None:
        return None, 0
    return None if item.removed else _member(item), int(item.version)


def put_member(member: FamilyMember, *, removed: bool = False) -> None:
    """Store a member of a family over the version before, and whether they may act for the patient.

    Raises:
        UnknownReference: the member is no active patient.
        NotFound: the patient is none.
        LostRace: another version is stored.
    """
    item = FamilyItem(
        patient_key(member.patient_id),
        f"FAMILY#{member.member_id}",
        patient_id=member.patient_id,
        member_id=member.member_id,
        relationship=member.relationship,
        may_act=member.may_act,
        removed=removed,
        version=member.version,
        updated_at=clock.iso(member.updated_at),
        changed_by=member.changed_by,
    )
    proxy = ProxyItem(patient_key(member.patient_id), f"PROXY#{member.member_id}", active=True)
    transaction = Transaction()
    transaction.put(
        "family",
        item,
        FamilyItem.version == member.version - 1 if member.version > 1 else FamilyItem.pk.does_not_exist(),
    )
    acts_for = ActsForItem(patient_key(member.member_id), f"ACTSFOR#{member.patient_id}")
    if member.may_act and not removed:
        transaction.put("proxy", proxy)
        transaction.put("acts for", acts_for)
    else:
        transaction.delete("proxy", proxy)
        transaction.delete("acts for", acts_for)
    if not removed:
        for name, patient_id in (("patient", member.patient_id), ("member", member.member_id)):
            transaction.check(name, StatusItem, patient_key(patient_id), "STATUS", StatusItem.active == True)  # noqa: E712
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if "family" in refused.failed:
            raise LostRace from refused
        if "patient" in refused.failed:
            raise NotFound from refused
        raise UnknownReference(
            "", FieldError(Fault.UNKNOWN_REFERENCE, "is no active patient", parameter="member_id")
        ) from refused


def _member(item: FamilyItem) -> FamilyMember:
    return FamilyMember(
        patient_id=item.patient_id,
        member_id=item.member_id,
        relationship=Relationship(item.relationship),
        may_act=item.may_act,
        version=int(item.version),
        updated_at=clock.parse(item.updated_at),
        changed_by=item.changed_by,
    )
