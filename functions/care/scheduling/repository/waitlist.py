"""The waitlist. A live entry stands in three places besides its own item: in the list of all that its patient ever
joined, in the line of whom it waits for, sorted by precedence, and in the patient's item of what they wait for now."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from care.scheduling.errors import AlreadyWaiting, SlotTaken, TooManyEntries
from care.scheduling.models import (
    MOST_WAITING,
    Appointment,
    Hold,
    Mode,
    Offer,
    Priority,
    Schedule,
    Wait,
    WaitlistEntry,
    WaitStatus,
    lines,
)
from care.scheduling.repository.appointments import book
from care.scheduling.repository.holds import add_hold, free_hold, raise_held
from care.scheduling.repository.keys import (
    AlreadyBooked,
    AskedItem,
    EntryItem,
    HoldItem,
    JoinedItem,
    LineItem,
    WaitingItem,
    asked_key,
    entry_key,
    from_epoch,
    hold_key,
    place,
    to_epoch,
    waiting_key,
)
from care.scheduling.repository.references import BOOKING_POINTERS, raise_unknown
from kernel import ids
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.races import LostRace
from kernel.references import check_patient, check_practitioner

_KEPT = timedelta(days=365)  # after the end of what they waited for
_PLACES_PER_READ = 200
_ANY_DAY = "0123456"
_JOINED = "JOINED#"


def entry(waitlist_id: str) -> WaitlistEntry | None:
    """One entry, None where there is none. One strongly consistent read."""
    item = EntryItem.find(*entry_key(waitlist_id))
    return _read(item) if item else None


def join(new: WaitlistEntry) -> None:
    """Store a new entry and put it in line.

    Raises:
        AlreadyBooked: an entry with this id is stored.
        AlreadyWaiting: the patient stands in this line.
        TooManyEntries: the patient stands in as many lines as one may.
        UnknownReference: the patient or the practitioner is unknown or not active.
    """
    transaction = Transaction()
    check_patient(transaction, new.patient_id)
    if new.wait.practitioner_id:
        check_practitioner(transaction, new.wait.practitioner_id)
    transaction.put("entry", _write(new), condition=EntryItem.pk.does_not_exist())
    transaction.put("joined", JoinedItem(*_joined_key(new), expires_at=_kept_until(new)))
    transaction.put("line", _place(new))
    line = _attribute(new)
    transaction.update_as(
        "waiting",
        WaitingItem,
        *waiting_key(new.patient_id),
        f"SET #{line} = :id, #live = if_not_exists(#live, :none) + :one",
        f"attribute_not_exists(#{line}) AND (attribute_not_exists(#live) OR #live < :most)",
        {
            ":id": {"S": new.waitlist_id},
            ":none": {"N": "0"},
            ":one": {"N": "1"},
            ":most": {"N": str(MOST_WAITING)},
        },
    )
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "entry" in error.failed:
            raise AlreadyBooked from error
        raise_unknown(error.failed, BOOKING_POINTERS)
        standing = (error.failed["waiting"] or {}).get(line)
        if standing:
            raise AlreadyWaiting("", waitlist_id=standing["S"]) from error
        raise TooManyEntries(f"At most {MOST_WAITING} at a time") from error


def change(old: WaitlistEntry, new: WaitlistEntry, now: datetime) -> None:
    """Store what became of an entry, and give back the slot that was kept for it.

    Raises:
        LostRace: the entry changed.
    """
    transaction = Transaction()
    _put(transaction, old, new)
    if old.offer:
        held = old.hold(old.offer)
        transaction.delete("hold", HoldItem(*hold_key(held.hold_id)))
        if held.expires_at > now:
            free_hold(transaction, held)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise LostRace from error


def offer(old: WaitlistEntry, new: WaitlistEntry, held: Hold, schedule: Schedule, now: datetime) -> None:
    """Store an entry with its new offer, keep the slot for it by `held` and remember that the patient was asked.

    Raises:
        UnknownReference: the patient or the practitioner is unknown or not active.
        LostRace: the entry or the schedule changed, or the slot or the patient is not free.
    """
    transaction = Transaction()
    _put(transaction, old, new)
    add_hold(transaction, held, schedule, now)
    asked = AskedItem(*asked_key(held.practitioner_id, held.start))
    patient = ids.to_bytes(new.patient_id)
    transaction.update("asked", asked, [AskedItem.asked.add({patient}), AskedItem.expires_at.set(to_epoch(held.start))])
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if error.failed.keys() & {"entry", "hold"}:
            raise LostRace from error
        try:
            raise_held(error, held, now)
        except SlotTaken:
            raise LostRace from error


def accept(
    old: WaitlistEntry, new: WaitlistEntry, held: Hold, visit: Appointment, schedule: Schedule, now: datetime
) -> None:
    """Store the visit in the slot that `held` kept for the entry, and the entry's end: the booking's transaction.

    Raises:
        AlreadyBooked, UnknownReference, SlotTaken, LostRace: as when booking, or the entry changed.
    """
    book(visit, schedule, now, held, False, also=lambda transaction: _put(transaction, old, new))


def _put(transaction: Transaction, old: WaitlistEntry, new: WaitlistEntry) -> None:
    """Add an entry's change to a transaction; where it ends it, its places in line are given up."""
    transaction.put("entry", _write(new), condition=EntryItem.version == old.version)
    if new.live:
        return
    transaction.delete("line", _place(new))
    line = _attribute(new)
    transaction.update_as(
        "waiting",
        WaitingItem,
        *waiting_key(new.patient_id),
        f"SET #live = #live - :one REMOVE #{line}",
        f"#{line} = :id",
        {":id": {"S": new.waitlist_id}, ":one": {"N": "1"}},
    )


def waiting(patient_id: str) -> list[WaitlistEntry]:
    """The live entries of a patient. One read and a BatchGetItem of at most as many as one may have."""
    answer = WaitingItem.table().get_item(*waiting_key(patient_id), consistent_read=True)
    values = [value.get("S", "") for value in answer.get("Item", {}).values()]
    return _fetch([value for value in values if ids.matches("wtl", value)])


def in_line(
    practitioner_id: str, specialties: Iterable[str], start: datetime, time_zone: str
) -> Iterator[WaitlistEntry]:
    """Who may wait for a slot, in the order in which they are to be asked; read page by page, as far as is wanted.

    DynamoDB leaves out most of those whom it does not fit; `Wait.fits` has the last word.
    """
    for priority, targets in lines(practitioner_id, specialties):
        places = heapq.merge(*(_line(target, priority, start, time_zone) for target in targets), key=attrgetter("sk"))
        for one in places:
            found = entry(_id_of(one.sk))
            if found is not None:
                yield found


def _line(target: str, priority: Priority, start: datetime, time_zone: str) -> Iterator[LineItem]:
    local = start.astimezone(ZoneInfo(time_zone))
    wall = local.time().isoformat("minutes")
    suits = LineItem.weekdays.contains(str(local.weekday())) & (LineItem.earliest <= wall) & (LineItem.latest >= wall)
    epoch = to_epoch(start)
    fits = (LineItem.begins <= epoch) & (LineItem.ends > epoch) & ((LineItem.time_zone != time_zone) | suits)
    # Eventually consistent: who joined within the second stands behind all others.
    yield from LineItem.query(
        f"LINE#{target}",
        LineItem.sk.startswith(f"{_rank(priority)}#"),
        filter_condition=fits,
        page_size=_PLACES_PER_READ,
    )


def asked(practitioner_id: str, start: datetime) -> set[str]:
    """Which patients were offered the slot that begins then."""
    item = AskedItem.find(*asked_key(practitioner_id, start))
    return {ids.from_bytes("pat", bytes(raw)) for raw in item.asked or ()} if item else set()


def line_page(target: str, at: str | None, limit: int) -> tuple[list[WaitlistEntry], str | None]:
    """A page of the live entries in the line of a practitioner or specialty, in order of precedence, from the place
    `at` on, and where the next begins unless it is the last. One Query and one BatchGetItem, however long the line is.
    """
    items = LineItem.query(f"LINE#{target}", LineItem.sk >= at if at else None, limit=limit + 1)
    return _page([item.sk for item in items], limit)


def joined_page(patient_id: str, at: str | None, limit: int) -> tuple[list[WaitlistEntry], str | None]:
    """A page of all entries of a patient, newest first, from the place `at` on, and where the next begins unless it is
    the last."""
    joined = JoinedItem.sk.between(_JOINED, _JOINED + at) if at else JoinedItem.sk.startswith(_JOINED)
    items = JoinedItem.query(
        f"PATIENT#{patient_id}", joined, limit=limit + 1, scan_index_forward=False, consistent_read=True
    )
    return _page([item.sk.removeprefix(_JOINED) for item in items], limit)


def forget_words(waitlist_id: str) -> None:
    """Remove what somebody wrote of why they wait."""
    item = EntryItem(*entry_key(waitlist_id))
    item.update([EntryItem.reason.remove(), EntryItem.fingerprint.set("")], EntryItem.pk.exists())


def _page(places: Sequence[str], limit: int) -> tuple[list[WaitlistEntry], str | None]:
    return _fetch([_id_of(sk) for sk in places[:limit]]), places[limit] if len(places) > limit else None


def _fetch(waitlist_ids: Sequence[str]) -> list[WaitlistEntry]:
    """These entries, in this order."""
    keys = [entry_key(waitlist_id) for waitlist_id in waitlist_ids]
    found = {item.pk: _read(item) for item in EntryItem.batch_get(keys, consistent_read=True)}
    return [found[pk] for pk, _ in keys if pk in found]


def _id_of(sk: str) -> str:
    return sk.rpartition("#")[2]


def _rank(priority: Priority) -> int:
    return 0 if priority is Priority.URGENT else 1


def _joined_key(new: WaitlistEntry) -> tuple[str, str]:
    return f"PATIENT#{new.patient_id}", _JOINED + place(new.joined_at, new.waitlist_id)


def _attribute(new: WaitlistEntry) -> str:
    """The attribute of the patient's item that stands for a line; specialties have no underscores of their own."""
    return new.wait.target.replace("-", "_")


def _kept_until(new: WaitlistEntry) -> int:
    return to_epoch(new.wait.ends + _KEPT)


def _place(new: WaitlistEntry) -> LineItem:
    wait = new.wait
    return LineItem(
        f"LINE#{wait.target}",
        f"{_rank(wait.priority)}#{place(new.joined_at, new.waitlist_id)}",
        begins=to_epoch(wait.begins),
        ends=to_epoch(wait.ends),
        time_zone=wait.time_zone,
        weekdays="".join(map(str, sorted(wait.weekdays))) or _ANY_DAY,
        earliest=_wall(wait.earliest) or "00:00",
        latest=_wall(wait.latest) or "23:59",
    )


def _wall(at: time | None) -> str | None:
    return at.isoformat("minutes") if at else None


def _write(new: WaitlistEntry) -> EntryItem:
    wait, made = new.wait, new.offer
    return EntryItem(
        *entry_key(new.waitlist_id),
        patient_id=new.patient_id,
        practitioner_id=wait.practitioner_id,
        specialty=wait.specialty,
        first=wait.first.isoformat(),
        last=wait.last.isoformat(),
        time_zone=wait.time_zone,
        earliest=_wall(wait.earliest),
        latest=_wall(wait.latest),
        weekdays="".join(map(str, sorted(wait.weekdays))) or None,
        mode=wait.mode,
        priority=wait.priority,
        reason=wait.reason,
        status=new.status,
        joined_at=to_epoch(new.joined_at),
        changed_at=to_epoch(new.changed_at),
        version=new.version,
        actor=new.actor,
        fingerprint=new.fingerprint,
        offer=made
        and [
            made.practitioner_id,
            to_epoch(made.start),
            to_epoch(made.end),
            made.room_id,
            made.time_zone,
            to_epoch(made.expires_at),
        ],
        appointment_id=new.appointment_id,
        expires_at=_kept_until(new),
    )


def _read(item: EntryItem) -> WaitlistEntry:
    return WaitlistEntry(
        waitlist_id=item.pk.removeprefix("WAITLIST#"),
        patient_id=item.patient_id,
        wait=Wait(
            practitioner_id=item.practitioner_id,
            specialty=item.specialty,
            first=date.fromisoformat(item.first),
            last=date.fromisoformat(item.last),
            time_zone=item.time_zone,
            earliest=time.fromisoformat(item.earliest) if item.earliest else None,
            latest=time.fromisoformat(item.latest) if item.latest else None,
            weekdays=frozenset(map(int, item.weekdays or "")),
            mode=Mode(item.mode),
            priority=Priority(item.priority),
            reason=item.reason,
        ),
        status=WaitStatus(item.status),
        joined_at=from_epoch(item.joined_at),
        changed_at=from_epoch(item.changed_at),
        version=int(item.version),
        actor=item.actor,
        fingerprint=item.fingerprint,
        offer=_read_offer(item.offer) if item.offer else None,
        appointment_id=item.appointment_id,
    )


def _read_offer(raw: list[Any]) -> Offer:
    practitioner_id, start, end, room_id, time_zone, expires_at = raw
    return Offer(
        practitioner_id=practitioner_id,
        start=from_epoch(start),
        end=from_epoch(end),
        room_id=room_id,
        time_zone=time_zone,
        expires_at=from_epoch(expires_at),
    )
