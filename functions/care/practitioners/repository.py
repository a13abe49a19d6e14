"""The practitioners table. Access patterns, each a read whose cost does not grow with people or years:

| question | how |
|---|---|
| one staff member, practitioner, department, room | GetItem |
| practitioners by their ids | BatchGetItem |
| staff by name or role, practitioners by name, specialty, department | Query of a list, see the `…Entry` items |
| staff by e-mail address | GetItem of the address |
| departments, rooms, rooms of a department by name | Query of a list |
| is this practitioner or room bookable | another domain's ConditionCheck of `PRACTITIONER#…` or `ROOM#…` / `STATUS` |

Lists are items beside the things themselves, written in the same transaction: whoever is hired can be found and booked
at once. A search by name reads the entries of its longest word and keeps those that match the rest; it reads a bounded
number of them, so a page may be short of its limit and still have a next one. A page of entries costs about one read
unit, so the one partition that all practitioners share serves some 3,000 pages a second.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from care.practitioners.errors import HiringUnderWay, LastAdmin, NameTaken
from care.practitioners.models import (
    MOST_LETTERS,
    Department,
    ListedMember,
    Member,
    Names,
    Practitioner,
    Profile,
    Role,
    Room,
    Specialty,
    Status,
)
from kernel import clock
from kernel.directory import AccountExists
from kernel.dynamodb import (
    ConditionsFailed,
    FromEnvironment,
    Item,
    RawItem,
    Transaction,
    condition_failed,
    decode_cursor,
    encode_cursor,
)
from kernel.errors import Fault, FieldError, IdempotencyKeyReused, Malformed, UnknownReference
from kernel.money import Money
from kernel.text import fold

_MOST_READ = 600  # entries of a list in one call, about 30 read units


class LostRace(Exception):
    """What was read has changed before it was written: read again and decide again."""


class AlreadyDone(Exception):
    """A thing of this id is stored and came of the same request: the request is a repetition."""


# ---- items ----------------------------------------------------------------------------------------------------------


class _Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class MemberItem(_Stored):
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


class AddressItem(_Stored):
    """`EMAIL#5d41…` (SHA-256 of the address) / `STAFF`: whose it is; nobody is staff twice."""

    staff_id = UnicodeAttribute()


class AdminsItem(_Stored):
    """`ADMINS` / `COUNT`: how many staff members are administrators and may sign in."""

    administrators = NumberAttribute()


class ProfileItem(_Stored):
    """`PRACTITIONER#prc_0192…` / `PROFILE`: what everybody may know of a practitioner."""

    practitioner_id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    profile = JSONAttribute()
    active = BooleanAttribute()
    version = NumberAttribute()


class StatusItem(_Stored):
    """`PRACTITIONER#prc_0192…` / `STATUS`: whether patients can be booked with the practitioner."""

    active = BooleanAttribute()
    version = NumberAttribute()


class DepartmentItem(_Stored):
    """`DEPARTMENT#dep_0192…` / `DEPARTMENT`, and as entries of lists `DEPARTMENTS` / `NAME#surgery`."""

    department_id = UnicodeAttribute()
    name = UnicodeAttribute()
    code = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    actor = UnicodeAttribute()


class RoomItem(_Stored):
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


class MemberEntry(_Stored):
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


class PractitionerEntry(_Stored):
    """An active practitioner in a list: `PRACTITIONERS`, `PRACTITIONERS#cardiology` or `PRACTITIONERS#dep_0192…` /
    `NAME#kowalska anna#prc_0192…`, and for each word of the name `PRACTITIONERS` /
    `WORD#anna#kowalska anna#prc_0192…`."""

    practitioner_id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    profile = JSONAttribute()
    version = NumberAttribute()


# ---- staff ----------------------------------------------------------------------------------------------------------


def member(staff_id: str) -> Member | None:
    """The staff member as stored, also while being hired."""
    item = MemberItem.find(f"STAFF#{staff_id}", "MEMBER")
    return _member(item) if item else None


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
    item = _member_item(new)
    writes.put("member", item, MemberItem.pk.does_not_exist(), show=True)
    address = AddressItem(_address_key(new.email), "STAFF", staff_id=new.staff_id)
    writes.put("address", address, AddressItem.pk.does_not_exist())
    if new.profile is not None:
        _require_department(writes, new.profile.department_id)
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "member" in refused.failed:
            _compare(refused.failed["member"], new.fingerprint)
            raise HiringUnderWay from None
        if "address" in refused.failed:
            raise AccountExists from None
        raise _unknown_department() from None


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
    writes.put("member", _member_item(after), unchanged)
    _count_admins(writes, before, after)
    place = after.profile.department_id if after.profile else None
    if place is not None and (before.profile is None or before.profile.department_id != place):
        _require_department(writes, place)
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
        raise _unknown_department() from None


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
    return _member(item)


def forget(withdrawn: Member) -> None:
    """Remove what a withdrawn hiring stored; no error where it is gone already."""
    writes = Transaction()
    gone = MemberItem.pk.does_not_exist()
    writes.delete("member", _member_item(withdrawn), gone | (MemberItem.status == Status.WITHDRAWN.value))
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
            _is_first_match(entry, _names(entry), words)
            and (role is None or role in entry.roles)
            and (status is None or status == entry.status)
        )

    entries, following = _page(MemberEntry, partition, _prefix(words), limit, cursor, wanted)
    return [_listed(entry) for entry in entries], following


# ---- practitioners --------------------------------------------------------------------------------------------------


def practitioner(practitioner_id: str) -> Practitioner | None:
    item = ProfileItem.find(f"PRACTITIONER#{practitioner_id}", "PROFILE")
    return _practitioner(item) if item else None


def practitioners(practitioner_ids: Iterable[str]) -> dict[str, Practitioner]:
    """Those of these practitioners that there are. One BatchGetItem for each hundred."""
    keys = [(f"PRACTITIONER#{practitioner_id}", "PROFILE") for practitioner_id in practitioner_ids]
    return {item.practitioner_id: _practitioner(item) for item in ProfileItem.batch_get(keys)}


def find_practitioners(
    words: Sequence[str], specialty: Specialty | None, department_id: str | None, limit: int, cursor: str | None
) -> tuple[list[Practitioner], str | None]:
    """Active practitioners by the words that their names begin with, in alphabetical order.

    Returns:
        one page, and the cursor of the next.
    """
    narrowest = None if words else department_id or specialty
    partition = f"PRACTITIONERS#{narrowest}" if narrowest else "PRACTITIONERS"

    def wanted(entry: PractitionerEntry) -> bool:
        return (
            _is_first_match(entry, _names(entry), words)
            and (specialty is None or specialty in entry.profile["specialties"])
            and (department_id is None or department_id == entry.profile["department_id"])
        )

    entries, following = _page(PractitionerEntry, partition, _prefix(words), limit, cursor, wanted)
    found = [
        Practitioner(entry.practitioner_id, _names(entry), _profile(entry.profile), True, int(entry.version))
        for entry in entries
    ]
    return found, following


# ---- departments and rooms ------------------------------------------------------------------------------------------


def add_department(department: Department) -> None:
    """Raises AlreadyDone, IdempotencyKeyReused or NameTaken."""
    attributes = _house_attributes(department)
    writes = Transaction()
    item = DepartmentItem(f"DEPARTMENT#{department.department_id}", "DEPARTMENT", **attributes)
    writes.put("department", item, DepartmentItem.pk.does_not_exist(), show=True)
    entry = DepartmentItem("DEPARTMENTS", f"NAME#{_folded(department.name)}", **attributes)
    writes.put("name", entry, DepartmentItem.pk.does_not_exist())
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "department" in refused.failed:
            _compare(refused.failed["department"], department.fingerprint)
            raise AlreadyDone from None
        raise NameTaken(f"There is a department called {department.name}") from None


def department(department_id: str) -> Department | None:
    item = DepartmentItem.find(f"DEPARTMENT#{department_id}", "DEPARTMENT")
    return _department(item) if item else None


def department_names(department_ids: Iterable[str]) -> dict[str, str]:
    keys = [(f"DEPARTMENT#{department_id}", "DEPARTMENT") for department_id in sorted(set(department_ids))]
    return {item.department_id: item.name for item in DepartmentItem.batch_get(keys)}


def list_departments(limit: int, cursor: str | None) -> tuple[list[Department], str | None]:
    items, following = _page(DepartmentItem, "DEPARTMENTS", "NAME#", limit, cursor)
    return [_department(item) for item in items], following


def add_room(room: Room) -> None:
    """Raises AlreadyDone, IdempotencyKeyReused, NameTaken or UnknownReference."""
    attributes = _house_attributes(room)
    name = f"NAME#{_folded(room.name)}"
    writes = Transaction()
    item = RoomItem(f"ROOM#{room.room_id}", "STATUS", **attributes)
    writes.put("room", item, RoomItem.pk.does_not_exist(), show=True)
    entry = RoomItem(f"ROOMS#{room.department_id}", name, **attributes)
    writes.put("name", entry, RoomItem.pk.does_not_exist())
    writes.put("list", RoomItem("ROOMS", f"{name}#{room.room_id}", **attributes))
    _require_department(writes, room.department_id)
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "room" in refused.failed:
            _compare(refused.failed["room"], room.fingerprint)
            raise AlreadyDone from None
        if "department" in refused.failed:
            raise _unknown_department("/department_id") from None
        raise NameTaken(f"The department has a room called {room.name}") from None


def room(room_id: str) -> Room | None:
    item = RoomItem.find(f"ROOM#{room_id}", "STATUS")
    return _room(item) if item else None


def list_rooms(department_id: str | None, limit: int, cursor: str | None) -> tuple[list[Room], str | None]:
    partition = f"ROOMS#{department_id}" if department_id else "ROOMS"
    items, following = _page(RoomItem, partition, "NAME#", limit, cursor)
    return [_room(item) for item in items], following


# ---- the stream -----------------------------------------------------------------------------------------------------


def changed_thing(image: Mapping[str, Any] | None) -> Member | Department | Room | None:
    """What an item of the table's stream is the truth of; None for views, entries of lists and notes."""
    if image is None:
        return None
    kind, _, identifier = str(image["pk"]).partition("#")
    if not identifier:
        return None
    match kind, image["sk"]:
        case "STAFF", "MEMBER":
            profile = image.get("profile")
            return _member(MemberItem(**{**image, "profile": json.loads(profile) if profile else None}))
        case "DEPARTMENT", "DEPARTMENT":
            return _department(DepartmentItem(**image))
        case "ROOM", "STATUS":
            return _room(RoomItem(**image))
        case _:
            return None


# ---- keys and conditions --------------------------------------------------------------------------------------------


def _address_key(email: str) -> str:
    return f"EMAIL#{hashlib.sha256(email.lower().encode()).hexdigest()}"


def _folded(name: str) -> str:
    return fold(name)[: 2 * MOST_LETTERS]


def _compare(stored: RawItem | None, fingerprint: str) -> None:
    """Raises AlreadyDone when the stored thing stands as the request made it, IdempotencyKeyReused when another
    request did, and nothing while it is being hired."""
    item = stored or {}
    if item["fingerprint"]["S"] != fingerprint:
        raise IdempotencyKeyReused
    if item.get("status", {}).get("S") not in (Status.HIRING, Status.WITHDRAWN):
        raise AlreadyDone


def _require_department(writes: Transaction, department_id: str) -> None:
    key = f"DEPARTMENT#{department_id}"
    writes.check("department", DepartmentItem, key, "DEPARTMENT", DepartmentItem.pk.exists())


def _unknown_department(pointer: str = "/practitioner/department_id") -> UnknownReference:
    return UnknownReference("", FieldError(Fault.UNKNOWN_REFERENCE, "there is no such department", pointer=pointer))


def _count_admins(writes: Transaction, before: Member, after: Member) -> None:
    change = after.administers - before.administers
    if not change:
        return
    condition = AdminsItem.administrators > 1 if change < 0 else None
    writes.update("admins", AdminsItem("ADMINS", "COUNT"), [AdminsItem.administrators.add(change)], condition)


# ---- lists ----------------------------------------------------------------------------------------------------------


def _entries(person: Member) -> Iterator[tuple[str, Item]]:
    """The entries in lists under which a staff member stands, each with a name."""
    if person.status not in (Status.ACTIVE, Status.DISABLED):
        return
    places = [("STAFF", place) for place in _places(person.names, person.staff_id)]
    places += [(f"STAFF#{role}", _place(person.names, person.staff_id)) for role in sorted(person.roles)]
    for number, (partition, place) in enumerate(places):
        yield f"staff {number}", MemberEntry(partition, place, **_member_card(person))
    if not person.practises or person.profile is None or person.practitioner_id is None:
        return
    places = [("PRACTITIONERS", place) for place in _places(person.names, person.practitioner_id)]
    for narrower in (person.profile.department_id, *person.profile.specialties):
        places.append((f"PRACTITIONERS#{narrower}", _place(person.names, person.practitioner_id)))
    for number, (partition, place) in enumerate(places):
        yield f"practitioner {number}", PractitionerEntry(partition, place, **_practitioner_card(person))


def _views(person: Member) -> Iterator[tuple[str, Item]]:
    """All that follows from a staff member."""
    if person.profile is not None and person.practitioner_id is not None:
        key = f"PRACTITIONER#{person.practitioner_id}"
        yield "profile", ProfileItem(key, "PROFILE", active=person.practises, **_practitioner_card(person))
        yield "status", StatusItem(key, "STATUS", active=person.practises, version=person.version)
    yield from _entries(person)


def _place(names: Names, identifier: str) -> str:
    return f"NAME#{names.sort_key}#{identifier}"


def _places(names: Names, identifier: str) -> list[str]:
    words = [f"WORD#{word}#{names.sort_key}#{identifier}" for word in names.words]
    return [_place(names, identifier), *words]


def _prefix(words: Sequence[str]) -> str:
    return f"WORD#{max(words, key=len)}" if words else "NAME#"


def _is_first_match(entry: Item, names: Names, words: Sequence[str]) -> bool:
    """Whether all words match, and this entry is the first of those under which the search meets the person."""
    if not words:
        return True
    longest = max(words, key=len)
    first = min((word for word in names.words if word.startswith(longest)), default="")
    return entry.sk.split("#")[1] == first and names.matches(words)


def _page[E: Item](
    model: type[E],
    partition: str,
    prefix: str,
    limit: int,
    cursor: str | None,
    wanted: Callable[[E], bool] = lambda _entry: True,
) -> tuple[list[E], str | None]:
    """At most `limit` wanted entries after the cursor, and the cursor of the next page."""
    after = _after(cursor, prefix)
    kept: list[E] = []
    read = 0
    while read < _MOST_READ:
        batch = list(
            model.query(
                partition,
                model.sk.startswith(prefix),
                limit=limit + 1,
                last_evaluated_key={"pk": {"S": partition}, "sk": {"S": after}} if after else None,
            )
        )
        for entry in batch:
            if wanted(entry):
                if len(kept) == limit:
                    return kept, encode_cursor({"after": kept[-1].sk})
                kept.append(entry)
        if len(batch) <= limit:
            return kept, None
        after = batch[-1].sk
        read += len(batch)
    return kept, encode_cursor({"after": after or ""})


def _after(cursor: str | None, prefix: str) -> str | None:
    if cursor is None:
        return None
    after = decode_cursor(cursor, ["after"])["after"]
    if not after.startswith(prefix):
        raise Malformed("The cursor is of another search")
    return after


# ---- between items and models ---------------------------------------------------------------------------------------


def _member_item(person: Member) -> MemberItem:
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
        profile=_plain(person.profile) if person.profile else None,
        invited=person.invited,
        fingerprint=person.fingerprint,
        version=person.version,
        created_at=clock.iso(person.created_at),
        changed_at=clock.iso(person.changed_at),
        actor=person.actor,
    )


def _member(item: MemberItem) -> Member:
    return Member(
        staff_id=item.pk.partition("#")[2],
        email=item.email,
        names=_names(item),
        roles=frozenset(Role(str(role)) for role in item.roles),
        status=Status(item.status),
        user_id=item.user_id,
        practitioner_id=item.practitioner_id,
        profile=_profile(item.profile) if item.profile else None,
        invited=item.invited,
        fingerprint=item.fingerprint,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        changed_at=clock.parse(item.changed_at),
        actor=item.actor,
    )


def _member_card(person: Member) -> dict[str, Any]:
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
        names=_names(entry),
        roles=frozenset(Role(str(role)) for role in entry.roles),
        status=Status(entry.status),
        user_id=entry.user_id,
        practitioner_id=entry.practitioner_id,
        version=int(entry.version),
    )


def _practitioner(item: ProfileItem) -> Practitioner:
    return Practitioner(item.practitioner_id, _names(item), _profile(item.profile), item.active, int(item.version))


def _practitioner_card(person: Member) -> dict[str, Any]:
    assert person.profile is not None  # noqa: S101 - asked of practitioners alone
    return {
        "practitioner_id": person.practitioner_id,
        "given_name": person.names.given,
        "family_name": person.names.family,
        "profile": _plain(replace(person.profile, licence=None)),
        "version": person.version,
    }


def _names(item: MemberItem | MemberEntry | ProfileItem | PractitionerEntry) -> Names:
    return Names(item.given_name, item.family_name)


def _plain(profile: Profile) -> dict[str, Any]:
    return {
        "specialties": list(profile.specialties),
        "department_id": profile.department_id,
        "fee": asdict(profile.fee),
        "languages": list(profile.languages),
        "licence": profile.licence,
    }


def _profile(plain: Mapping[str, Any]) -> Profile:
    return Profile(
        specialties=tuple(Specialty(code) for code in plain["specialties"]),
        department_id=plain["department_id"],
        fee=Money(**plain["fee"]),
        languages=tuple(plain["languages"]),
        licence=plain["licence"],
    )


def _house_attributes(thing: Department | Room) -> dict[str, Any]:
    return asdict(thing) | {"created_at": clock.iso(thing.created_at)}


def _department(item: DepartmentItem) -> Department:
    return Department(
        department_id=item.department_id,
        name=item.name,
        code=item.code,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        fingerprint=item.fingerprint,
        actor=item.actor,
    )


def _room(item: RoomItem) -> Room:
    return Room(
        room_id=item.room_id,
        name=item.name,
        department_id=item.department_id,
        location=item.location,
        active=item.active,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        fingerprint=item.fingerprint,
        actor=item.actor,
    )
