"""Copies of practitioners, and what they have free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from care.scheduling.models import ONE_DAY, TICK, Opening, Profile, Slot, Tick, day_span
from care.scheduling.repository.keys import (
    OpeningItem,
    ProfileItem,
    RosterItem,
    opening_partition,
    place,
    placed,
    profile_key,
    to_epoch,
)
from care.scheduling.repository.views import View, show
from kernel.dynamodb import ConditionsFailed, Place, Transaction

type _Run = tuple[int, int, int, str | None]  # first tick, ticks of a slot, how many slots, room


def keep_profile(profile: Profile) -> None:
    """Store the copy of a practitioner, unless the stored one is newer."""
    transaction = Transaction()
    item = ProfileItem(
        *profile_key(profile.practitioner_id),
        department_id=profile.department_id,
        specialties=list(profile.specialties),
        active=profile.active,
        version=profile.version,
    )
    older = ProfileItem.pk.does_not_exist() | (ProfileItem.version <= profile.version)
    transaction.put("profile", item, condition=older)
    transaction.put("roster", RosterItem("ROSTER", profile.practitioner_id))
    try:
        transaction.commit()
    except ConditionsFailed:
        return


def profile_of(practitioner_id: str) -> Profile | None:
    """The copy of a practitioner, None where none has been told yet. One strongly consistent read."""
    item = ProfileItem.find(*profile_key(practitioner_id))
    if item is None:
        return None
    return Profile(practitioner_id, item.department_id, tuple(item.specialties), item.active, int(item.version))


def roster(after: str, limit: int) -> list[str]:
    """A page of the practitioners of whom there are copies."""
    return [item.sk for item in RosterItem.query("ROSTER", RosterItem.sk > after if after else None, limit=limit)]


def show_opening(seen: View, day: date, specialties: tuple[str, ...], found: Opening | None) -> bool:
    """Make lists show a practitioner's opening of a day under these specialties, or show nothing of the day; whether
    there was something to change.

    Raises:
        LostRace: somebody changed it since it was seen.
    """
    until = day_span(day).end + ONE_DAY
    return show(seen, [_write(found, specialty, until) for specialty in specialties] if found else [], until)


@dataclass(frozen=True, slots=True)
class Page:
    """Some openings of a day by their first free slot, and the place of the last unless there are no more."""

    openings: list[Opening]
    ended: Place | None


def openings_from(specialty: str, day: date, at: datetime, after: str, limit: int) -> Page:
    """The openings of a day that come after this place: the first free slot is later than `at`, or at `at` and of a
    practitioner who sorts after `after`."""
    partition = opening_partition(specialty, day)
    items = list(OpeningItem.query(partition, OpeningItem.sk > place(at, after), limit=limit))
    ended = Place(*placed(items[-1].sk)) if len(items) == limit else None
    return Page([_read(item, day) for item in items], ended)


def openings_before(specialty: str, day: date, at: datetime, until: str, limit: int) -> list[Opening]:
    """The openings of a day that come up to this place, latest first."""
    partition = opening_partition(specialty, day)
    last = OpeningItem.sk <= place(at, until)
    return [_read(item, day) for item in OpeningItem.query(partition, last, limit=limit, scan_index_forward=False)]


def _write(found: Opening, specialty: str, until: datetime) -> OpeningItem:
    return OpeningItem(
        opening_partition(specialty, found.day),
        place(found.slots[0].start, found.practitioner_id),
        department_id=found.department_id,
        time_zone=found.time_zone,
        slots=_runs(found.slots),
        expires_at=to_epoch(until),
    )


def _runs(slots: tuple[Slot, ...]) -> list[_Run]:
    runs: list[_Run] = []
    last: Slot | None = None
    for slot in slots:
        length = slot.end - slot.start
        if last and (last.end, last.end - last.start, last.room_id) == (slot.start, length, slot.room_id):
            first, ticks, count, room_id = runs[-1]
            runs[-1] = (first, ticks, count + 1, room_id)
        else:
            runs.append((Tick.at(slot.start).index, length // TICK, 1, slot.room_id))
        last = slot
    return runs


def _read(item: OpeningItem, day: date) -> Opening:
    _, practitioner_id = placed(item.sk)
    slots = tuple(slot for run in item.slots for slot in _slots(day, *run))
    return Opening(practitioner_id, item.department_id, day, item.time_zone, slots)


def _slots(day: date, first: int, length: int, count: int, room_id: str | None) -> Iterator[Slot]:
    begin = Tick(day, first).start
    for number in range(count):
        start = begin + number * length * TICK
        yield Slot(start, start + length * TICK, room_id)
