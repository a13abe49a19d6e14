"""Hiring and changing staff, finding practitioners, furnishing the house.

The table is the truth and the user pool follows it. Hiring is a saga: the intent is stored, the account made, and only
the transaction that stores the member with profile and lists makes it all stand. Whatever ends it before is undone: at
once where the request lives to see it, else by `settle`, which a delayed event of the intent brings. Any other change
is stored first and the account follows; `settle` repeats that too, so that a crash between the two leaves nothing
behind.

Tokens live for five minutes and a refreshed one carries the groups of the moment, so a member who has lost a role has
lost it within five minutes without being signed out; who is disabled is refused a new token at once.

The first administrator is made by whoever deploys, in the user pool alone: a confirmed user in the group `admin`
(docs/operations.md; on a laptop the seed does it). Such an account has no staff record, is not listed, and cannot be
disabled here. Everybody else is hired.
"""

from collections.abc import Sequence
from dataclasses import replace

from care.practitioners import repository
from care.practitioners.models import (
    Department,
    Hiring,
    ListedMember,
    Member,
    MemberChange,
    Practitioner,
    Role,
    Room,
    Specialty,
    Status,
    check_administration,
    check_roles,
    search_words,
)
from care.practitioners.repository import AlreadyDone
from kernel import clock, directory, ids, log
from kernel.errors import Fault, FieldError, Invalid, NotFound, Stale, Unavailable
from kernel.races import LostRace, again

_ATTEMPTS = 4


# ---- staff ----------------------------------------------------------------------------------------------------------


def hire(hiring: Hiring, *, actor: str, key: str | None, fingerprint: str) -> Member:
    """Make somebody a member of staff who can sign in; nothing of it stands if that fails.

    Raises:
        AccountExists: the address has an account, of staff or of a patient.
        HiringUnderWay: the same request is at work, or its remains are being removed.
        IdempotencyKeyReused: another request came with this key.
        Invalid: roles and profile do not go together, or the password does not meet the rules.
        Unavailable: it took too long.
        UnknownReference: there is no such department.
    """
    check_roles(hiring.roles, hiring.profile is not None)
    now = clock.now()
    staff_id = ids.for_create("stf", actor, key)
    new = Member(
        staff_id=staff_id,
        email=hiring.email,
        names=hiring.names,
        roles=hiring.roles,
        status=Status.HIRING,
        user_id=None,
        practitioner_id=practitioner_id_of(staff_id) if hiring.profile else None,
        profile=hiring.profile,
        invited=hiring.temporary_password is not None,
        fingerprint=fingerprint,
        version=1,
        created_at=now,
        changed_at=now,
        actor=actor,
    )
    try:
        repository.begin_hiring(new)
    except AlreadyDone:
        return _follow(member(staff_id))
    try:
        hired = _make_account(new, hiring.temporary_password)
        repository.store_member(new, hired)
    except BaseException as error:
        _undo_now(staff_id)
        if isinstance(error, LostRace):  # it took so long that it was taken for dead
            raise Unavailable from None
        raise
    _invite_now(hired)
    return hired


def _make_account(new: Member, temporary_password: str | None) -> Member:
    user_id = directory.create_user(new.email, {"email_verified": "true", **_attributes(new)})
    directory.add_roles(user_id, sorted(new.roles))
    if temporary_password is not None:
        directory.set_password(user_id, temporary_password, permanent=False, pointer="/temporary_password")
    return replace(new.moved(Status.ACTIVE, at=clock.now(), actor=new.actor), user_id=user_id)


def _invite(person: Member) -> None:
    """Send the invitation where it has not been sent: last of all, when there is something to be invited to."""
    if not person.invited:
        directory.invite(person.email)
        repository.note_invitation(person.staff_id)


def _invite_now(hired: Member) -> None:
    try:
        _invite(hired)
    except Exception as error:
        # The member stands; the hiring's own event brings `settle`, which sends it.
        log.logger().error("invitation not sent yet", extra=log.failure(error) | {"staff_id": hired.staff_id})


def _undo_now(staff_id: str) -> None:
    try:
        undo_hiring(staff_id)
    except Exception as error:
        # The hiring's own event brings `settle`, which tries again.
        log.logger().error("hiring not undone yet", extra=log.failure(error) | {"staff_id": staff_id})


def undo_hiring(staff_id: str) -> None:
    """Remove what an unfinished hiring made. Safe to repeat; leaves a finished one alone."""
    withdrawn = repository.withdraw(staff_id)
    if withdrawn is None:
        return
    account = directory.attributes_of(withdrawn.email)
    # The address may be somebody else's, whose account was the reason why the hiring failed.
    if account and account.get("custom:staff_id") == staff_id:
        directory.delete_user(account["sub"])
    repository.forget(withdrawn)
    log.logger().info("hiring undone", extra={"staff_id": staff_id})


def settle(staff_id: str) -> None:
    """Finish or undo whatever a crash left half-done about a staff member. Safe to repeat."""
    undo_hiring(staff_id)
    person = repository.member(staff_id)
    if person is not None:
        _follow(person)


def change_member(staff_id: str, change: MemberChange, *, expected: int | None, actor: str) -> Member:
    """Change names, roles or profile of a staff member.

    Raises:
        NotFound: there is no such member.
        Stale: it is not the expected version.
        Invalid: roles and profile do not go together.
        UnknownReference: there is no such department.
        OwnAccount, LastAdmin: nobody would be left to undo it.
    """

    def once() -> Member:
        before = member(staff_id)
        if expected is not None and before.version != expected:
            raise Stale
        after = before.changed(change, practitioner_id_of(staff_id), at=clock.now(), actor=actor)
        return _store(before, after, actor)

    return again(once)


def set_employed(staff_id: str, employed: bool, *, actor: str) -> Member:
    """Disable a staff member, who can neither sign in nor be booked from then on, or enable them again. No change where
    that is so already.

    Raises:
        NotFound: there is no such member.
        OwnAccount, LastAdmin: nobody would be left to undo it.
    """
    wanted = Status.ACTIVE if employed else Status.DISABLED

    def once() -> Member:
        before = member(staff_id)
        after = before if before.status is wanted else before.moved(wanted, at=clock.now(), actor=actor)
        return _store(before, after, actor)

    return again(once)


def _store(before: Member, after: Member, actor: str) -> Member:
    check_administration(before, after, actor)
    if after != before:
        repository.store_member(before, after)
    return _follow(after)


def _follow(person: Member) -> Member:
    """Make the account be what the record says. The record is read again afterwards: of two changes at once, the one
    that comes to the account last must not leave it as an older record said."""
    for _ in range(_ATTEMPTS):
        _make_follow(person)
        now = repository.member(person.staff_id)
        if now is None or now.version == person.version:
            return person
        person = now
    raise Unavailable


def _make_follow(person: Member) -> None:
    if person.user_id is None:
        return
    if person.status is Status.DISABLED:
        directory.disable_user(person.user_id)
        return
    directory.set_attributes(person.user_id, _attributes(person))
    directory.set_roles(person.user_id, sorted(person.roles))
    directory.enable_user(person.user_id)
    _invite(person)


def _attributes(person: Member) -> dict[str, str]:
    known = {"custom:staff_id": person.staff_id, "custom:practitioner_id": person.practitioner_id}
    return {name: value for name, value in known.items() if value}


def practitioner_id_of(staff_id: str) -> str:
    """One member of staff is one practitioner, however often they are asked to become one."""
    return ids.derived("prc", staff_id)


def member(staff_id: str) -> Member:
    """Raises NotFound, also while the member is being hired."""
    found = repository.member(staff_id)
    if found is None or found.status in (Status.HIRING, Status.WITHDRAWN):
        raise NotFound
    return found


def find_members(
    query: str, role: Role | None, status: Status | None, limit: int, cursor: str | None
) -> tuple[Sequence[Member | ListedMember], str | None]:
    """Staff by name, or by their whole e-mail address, in alphabetical order: one page and the cursor of the next."""
    if "@" in query:
        found = repository.member_at(query)
        fits = (
            found is not None
            and found.status in (Status.ACTIVE, Status.DISABLED)
            and (role is None or role in found.roles)
            and (status is None or status is found.status)
        )
        return ([found] if found and fits else []), None
    return repository.find_members(_words(query), role, status, limit, cursor)


# ---- practitioners --------------------------------------------------------------------------------------------------


def practitioner(practitioner_id: str) -> Practitioner:
    """Raises NotFound."""
    found = repository.practitioner(practitioner_id)
    if found is None:
        raise NotFound
    return found


def practitioners(practitioner_ids: Sequence[str]) -> list[Practitioner]:
    """These practitioners, in that order; unknown ones are left out."""
    found = repository.practitioners(practitioner_ids)
    return [found[practitioner_id] for practitioner_id in dict.fromkeys(practitioner_ids) if practitioner_id in found]


def practitioners_on_staff(limit: int, cursor: str | None) -> tuple[list[Member], str | None]:
    """Those on a page of the staff who are or were practitioners, as they are stored, and the cursor of the next."""
    listed, following = repository.find_members((), None, None, limit, cursor)
    return repository.members(one.staff_id for one in listed if one.practitioner_id), following


def find_practitioners(
    query: str, specialty: Specialty | None, department_id: str | None, limit: int, cursor: str | None
) -> tuple[list[Practitioner], str | None]:
    """Active practitioners in alphabetical order: one page and the cursor of the next."""
    return repository.find_practitioners(_words(query), specialty, department_id, limit, cursor)


def _words(query: str) -> tuple[str, ...]:
    words = search_words(query)
    if query and not words:
        raise Invalid("", FieldError(Fault.NOT_A_NAME, "has a letter or digit to search for", parameter="query"))
    return words


# ---- departments and rooms ------------------------------------------------------------------------------------------


def open_department(name: str, code: str | None, *, actor: str, key: str | None, fingerprint: str) -> Department:
    """Raises NameTaken or IdempotencyKeyReused."""
    department = Department(
        department_id=ids.for_create("dep", actor, key),
        name=name,
        code=code,
        version=1,
        created_at=clock.now(),
        fingerprint=fingerprint,
        actor=actor,
    )
    try:
        repository.add_department(department)
    except AlreadyDone:
        return repository.department(department.department_id) or department
    return department


def list_departments(limit: int, cursor: str | None) -> tuple[list[Department], str | None]:
    """Departments in alphabetical order: one page and the cursor of the next."""
    return repository.list_departments(limit, cursor)


def department_names(department_ids: Sequence[str]) -> dict[str, str]:
    """Department id -> name."""
    return repository.department_names(department_ids)


def furnish_room(
    name: str, department_id: str, location: str | None, *, actor: str, key: str | None, fingerprint: str
) -> Room:
    """Raises NameTaken, UnknownReference or IdempotencyKeyReused."""
    room = Room(
        room_id=ids.for_create("room", actor, key),
        name=name,
        department_id=department_id,
        location=location,
        active=True,
        version=1,
        created_at=clock.now(),
        fingerprint=fingerprint,
        actor=actor,
    )
    try:
        repository.add_room(room)
    except AlreadyDone:
        return repository.room(room.room_id) or room
    return room


def list_rooms(department_id: str | None, limit: int, cursor: str | None) -> tuple[list[Room], str | None]:
    """Rooms, of a department or of all, in alphabetical order: one page and the cursor of the next."""
    return repository.list_rooms(department_id, limit, cursor)
