"""Practitioners as everybody may know them; what is stored of them follows from staff."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from care.practitioners.models import Member, Practitioner, Profile, Specialty
from care.practitioners.repository.items import (
    PractitionerEntry,
    ProfileItem,
    StatusItem,
    read_names,
    read_profile,
    write_profile,
)
from care.practitioners.repository.lists import is_first_match, page, place, places, prefix_of
from kernel.dynamodb import Item


def practitioner(practitioner_id: str) -> Practitioner | None:
    item = ProfileItem.find(f"PRACTITIONER#{practitioner_id}", "PROFILE")
    return _read(item, active=item.active) if item else None


def practitioners(practitioner_ids: Iterable[str]) -> dict[str, Practitioner]:
    """Those of these practitioners that there are. One BatchGetItem for each hundred."""
    keys = [(f"PRACTITIONER#{practitioner_id}", "PROFILE") for practitioner_id in practitioner_ids]
    return {item.practitioner_id: _read(item, active=item.active) for item in ProfileItem.batch_get(keys)}


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
            is_first_match(entry, read_names(entry), words)
            and (specialty is None or specialty in entry.profile["specialties"])
            and (department_id is None or department_id == entry.profile["department_id"])
        )

    entries, following = page(PractitionerEntry, partition, prefix_of(words), limit, cursor, wanted)
    return [_read(entry, active=True) for entry in entries], following


def practitioner_views(person: Member) -> Iterator[tuple[str, Item]]:
    """What everybody may know of a staff member as a practitioner, whether they practise or not, each with a name."""
    if person.profile is not None and person.practitioner_id is not None:
        key, card = f"PRACTITIONER#{person.practitioner_id}", _card(person, person.profile)
        yield "profile", ProfileItem(key, "PROFILE", active=person.practises, **card)
        yield "status", StatusItem(key, "STATUS", active=person.practises, version=person.version)


def practitioner_entries(person: Member) -> Iterator[tuple[str, Item]]:
    """The entries in lists under which a staff member stands as a practitioner, each with a name."""
    profile = person.profile
    if not person.practises or profile is None or person.practitioner_id is None:
        return
    by_name = place(person.names, person.practitioner_id)
    lists = [("PRACTITIONERS", at) for at in places(person.names, person.practitioner_id)]
    lists += [(f"PRACTITIONERS#{narrower}", by_name) for narrower in (profile.department_id, *profile.specialties)]
    for number, (partition, at) in enumerate(lists):
        yield f"practitioner {number}", PractitionerEntry(partition, at, **_card(person, profile))


def _read(item: ProfileItem | PractitionerEntry, *, active: bool) -> Practitioner:
    return Practitioner(item.practitioner_id, read_names(item), read_profile(item.profile), active, int(item.version))


def _card(person: Member, profile: Profile) -> dict[str, Any]:
    return {
        "practitioner_id": person.practitioner_id,
        "given_name": person.names.given,
        "family_name": person.names.family,
        "profile": write_profile(replace(profile, licence=None)),
        "version": person.version,
    }
