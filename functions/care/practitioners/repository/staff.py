"""Staff: the truth of which profiles, statuses and lists follow."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pynamodb.exceptions import UpdateError

from care.practitioners.errors import HiringUnderWay, LastAdmin
from care.practitioners.models import ListedMember, Member, Role, Status
from care.practitioners.repository.house import require_department, unknown_department
from care.practitioners.repository.items import (
    AddressItem,
    AdminsItem,
    MemberEntry,
    MemberItem,
    raise_repeated,
    read_names,
    read_profile,
    write_profile,
)
from care.practitioners.repository.lists import is_first_match, page, place, places, prefix_of
from care.practitioners.repository.practitioners import practitioner_entries, practitioner_views
from kernel import clock
from kernel.directory import AccountExists
from kernel.dynamodb import ConditionsFailed, Item, Transaction, condition_failed
from kernel.races import LostRace


def member(staff_id: str) -> Member | None:
    """The staff member as stored, also while being hired."""
    item = MemberItem.find(f"STAFF#{staff_id}", "MEMBER")
    return read_member(item) if item else None


def members(staff_ids: Iterable[str]) -> list[Member]:
    """Those of these staff members that there are, as stored. One BatchGetItem for each hundred."""
    keys = [(f"STAFF#{staff_id}", "MEMBER") for staff_id in staff_ids]
    return [read_member(item) for item in MemberItem.batch_get(keys, consistent_read=True)]


def begin_hiring(new: Member) -> None:
    """Store the intent to hire `new`, who is being hired; the address is theirs from now on.

    Raises:
        AlreadyDone: the same request has hired them before.
        HiringUnderWay: the same request is doing so.
        IdempotencyKeyReused: another request has.
        AccountExists: the address is another staff member's.
        UnknownReference: there is no such department.
    """
    writes = Transaction()
    item = _write(new)
    writes.put("member", item, MemberItem.pk.does_not_exist(), show=True)
    address = AddressItem(_address_key(new.email), "STAFF", staff_id=new.staff_id)
    writes.put("address", address, AddressItem.pk.does_not_exist())
    if new.profile is not None:
        require_department(writes, new.profile.department_id)
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "member" in refused.failed:
            raise_repeated(refused.failed["member"], new.fingerprint)
            raise HiringUnderWay from None
        if "address" in refused.failed:
            raise AccountExists from None
        raise unknown_department() from None


def store_member(before: Member, after: Member) -> None:
    """Store the change of a staff member with everything that follows from it.

    Raises:
        LostRace: the member is not `before` any more.
        LastAdmin: nobody would be administrator.
        UnknownReference: there is no such department.
    """
    writes = Transaction()
    # A hiring that has been withdrawn keeps its version.
    unchanged = (MemberItem.version == before.version) & (MemberItem.status == before.status.value)
    writes.put("member", _write(after), unchanged)
    _count_admins(writes, before, after)
    department_id = after.profile.department_id if after.profile else None
    if department_id is not None and (before.profile is None or before.profile.department_id != department_id):
        require_department(writes, department_id)
    for name, item in _views(after):
        writes.put(name, item)
    kept = {(item.pk, item.sk) for _, item in _entries(after)}
    for name, item in _entries(before):
        if (item.pk, item.sk) not in kept:
            writes.delete(name, item)
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "member" in refused.failed:
            raise LostRace from None
        if "admins" in refused.failed:
            raise LastAdmin from None
        raise unknown_department() from None


def withdraw(staff_id: str) -> Member | None:
    """Give up a hiring: from now on it cannot succeed. None where there is none that could be given up."""
    item = MemberItem(f"STAFF#{staff_id}", "MEMBER")
    try:
        item.update(
            actions=[MemberItem.status.set(Status.WITHDRAWN.value)],
            condition=MemberItem.status.is_in(Status.HIRING.value, Status.WITHDRAWN.value),
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return None
    return read_member(item)


def forget(withdrawn: Member) -> None:
    """Remove what a withdrawn hiring stored; no error where it is gone already."""
    writes = Transaction()
    gone = MemberItem.pk.does_not_exist()
    writes.delete("member", _write(withdrawn), gone | (MemberItem.status == Status.WITHDRAWN.value))
    address = AddressItem(_address_key(withdrawn.email), "STAFF")
    writes.delete("address", address, gone | (AddressItem.staff_id == withdrawn.staff_id))
    writes.commit()


def note_invitation(staff_id: str) -> None:
    """Remember that the staff member has been sent an invitation."""
    MemberItem(f"STAFF#{staff_id}", "MEMBER").update(
        actions=[MemberItem.invited.set(True)], condition=MemberItem.pk.exists()
    )


def member_at(email: str) -> Member | None:
    """The staff member with exactly this address."""
    address = AddressItem.find(_address_key(email), "STAFF")
    return member(address.staff_id) if address else None


def find_members(
    words: Sequence[str], role: Role | None, status: Status | None, limit: int, cursor: str | None
) -> tuple[list[ListedMember], str | None]:
    """Staff by the words that their names begin with, in alphabetical order.

    Returns:
        one page, and the cursor of the next.
    """
    partition = f"STAFF#{role}" if role and not words else "STAFF"

    def wanted(entry: MemberEntry) -> bool:
        return (
            is_first_match(entry, read_names(entry), words)
            and (role is None or role in entry.roles)
            and (status is None or status == entry.status)
        )

    entries, following = page(MemberEntry, partition, prefix_of(words), limit, cursor, wanted)
    return [_listed(entry) for entry in entries], following


def _address_key(email: str) -> str:
    return f"EMAIL#{hashlib.sha256(email.lower().encode()).hexdigest()}"


def _count_admins(writes: Transaction, before: Member, after: Member) -> None:
    change = after.administers - before.administers
    if not change:
        return
    condition = AdminsItem.administrators > 1 if change < 0 else None
    writes.update("admins", AdminsItem("ADMINS", "COUNT"), [AdminsItem.administrators.add(change)], condition)


def _views(person: Member) -> Iterator[tuple[str, Item]]:
    """All that follows from a staff member."""
    yield from practitioner_views(person)
    yield from _entries(person)


def _entries(person: Member) -> Iterator[tuple[str, Item]]:
    """The entries in lists under which a staff member stands, each with a name."""
    if person.status not in (Status.ACTIVE, Status.DISABLED):
        return
    lists = [("STAFF", at) for at in places(person.names, person.staff_id)]
    lists += [(f"STAFF#{role}", place(person.names, person.staff_id)) for role in sorted(person.roles)]
    for number, (partition, at) in enumerate(lists):
        yield f"staff {number}", MemberEntry(partition, at, **_card(person))
    yield from practitioner_entries(person)


def _write(person: Member) -> MemberItem:
    return MemberItem(
        f"STAFF#{person.staff_id}",
        "MEMBER",
        email=person.email,
        given_name=person.names.given,
        family_name=person.names.family,
        roles=sorted(person.roles),
        status=person.status.value,
        user_id=person.user_id,
        practitioner_id=person.practitioner_id,
        profile=write_profile(person.profile) if person.profile else None,
        invited=person.invited,
        fingerprint=person.fingerprint,
        version=person.version,
        created_at=clock.iso(person.created_at),
        changed_at=clock.iso(person.changed_at),
        actor=person.actor,
    )


def read_member(item: MemberItem) -> Member:
    return Member(
        staff_id=item.pk.partition("#")[2],
        email=item.email,
        names=read_names(item),
        roles=frozenset(Role(str(role)) for role in item.roles),
        status=Status(item.status),
        user_id=item.user_id,
        practitioner_id=item.practitioner_id,
        profile=read_profile(item.profile) if item.profile else None,
        invited=item.invited,
        fingerprint=item.fingerprint,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        changed_at=clock.parse(item.changed_at),
        actor=item.actor,
    )


def _card(person: Member) -> dict[str, Any]:
    return {
        "staff_id": person.staff_id,
        "email": person.email,
        "given_name": person.names.given,
        "family_name": person.names.family,
        "roles": sorted(person.roles),
        "status": person.status.value,
        "user_id": person.user_id,
        "practitioner_id": person.practitioner_id,
        "version": person.version,
    }


def _listed(entry: MemberEntry) -> ListedMember:
    return ListedMember(
        staff_id=entry.staff_id,
        email=entry.email,
        names=read_names(entry),
        roles=frozenset(Role(str(role)) for role in entry.roles),
        status=Status(entry.status),
        user_id=entry.user_id,
        practitioner_id=entry.practitioner_id,
        version=int(entry.version),
    )
