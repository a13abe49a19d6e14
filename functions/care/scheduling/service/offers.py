"""Slots that became free are offered to those who wait, one after the other.

Each step is a question to the table and a write under condition, so that events may come twice, late or in any order:
whatever made somebody ask, a slot is offered if it is free, and to one person at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.scheduling import repository
from care.scheduling.errors import NotBookable
from care.scheduling.models import (
    LEAD,
    MOST_ASKED,
    Appointment,
    Kind,
    Offer,
    Profile,
    Resource,
    Schedule,
    Slot,
    Span,
    Status,
    WaitlistEntry,
    WaitStatus,
    WaitStep,
    offer_until,
)
from care.scheduling.service.attempts import again
from care.scheduling.service.slots import conflicts_at
from care.scheduling.service.waitlist import end_offer, on_latest_entry
from kernel import clock
from kernel.config import load
from kernel.errors import UnknownReference
from kernel.events import Event
from kernel.timers import set_timer

WAITLIST = "waitlist"  # who acts where nobody does
OFFER_DUE, PERIOD_DUE = "WaitlistOfferDue", "WaitlistPeriodDue"
_VISITS_READ = 100


@dataclass(frozen=True)
class _Environment:
    offer_seconds: int


def fill(practitioner_id: str, start: datetime) -> WaitlistEntry | None:
    """Offer a practitioner's slot to whose turn it is.

    Returns:
        the entry with its offer; None where nobody is to be asked: the slot is not free or not there any more, begins
        too soon, or suits nobody who has not been asked.
    """

    def attempt() -> WaitlistEntry | None:
        now = clock.second()
        slot, found = _free_slot(practitioner_id, start, now)
        if slot is None or found is None:
            return None
        profile = repository.profile_of(practitioner_id)
        if profile is not None and not profile.active:
            return None
        asked = repository.asked(practitioner_id, start)
        if len(asked) >= MOST_ASKED:
            return None
        for entry in _candidates(practitioner_id, profile, slot, found):
            if entry.patient_id not in asked and _still_wants(entry, slot, now):
                try:
                    return _offer(entry, practitioner_id, slot, found, now)
                except UnknownReference as unknown:
                    if any(error["pointer"] == "/practitioner_id" for error in unknown.extensions["errors"]):
                        return None
        return None

    return again(attempt)


def _free_slot(practitioner_id: str, start: datetime, now: datetime) -> tuple[Slot | None, Schedule | None]:
    """The slot that begins then, and the schedule that has it, if it may be offered."""
    found = repository.schedule_of(practitioner_id)
    if found is None or start < now + LEAD:
        return None, None
    try:
        slot = found.bookable_slot(start, now)
    except NotBookable:
        return None, None
    resources = [Resource(Kind.PRACTITIONER, practitioner_id)]
    if slot.room_id:
        resources.append(Resource(Kind.ROOM, slot.room_id))
    return (None, None) if conflicts_at(slot, resources, now) else (slot, found)


def _candidates(practitioner_id: str, profile: Profile | None, slot: Slot, found: Schedule) -> Iterator[WaitlistEntry]:
    specialties = profile.specialties if profile else ()
    time_zone = found.time_zone(slot.start.date())
    for entry in repository.in_line(practitioner_id, specialties, slot.start, time_zone):
        if entry.status is WaitStatus.WAITING and entry.wait.fits(slot.start):
            yield entry


def _still_wants(entry: WaitlistEntry, slot: Slot, now: datetime) -> bool:
    """Whether the patient is free then, and has not got such a visit in another way since they joined: whose turn has
    come and who has one is found out here, rather than by looking at every booking that anybody makes."""
    visit = _visit_instead(entry)
    if visit is not None:
        on_latest_entry(entry, lambda latest: _meet(latest, visit))
        return False
    return not conflicts_at(slot, [Resource(Kind.PATIENT, entry.patient_id)], now)


def _visit_instead(entry: WaitlistEntry) -> Appointment | None:
    whose, wait = Resource(Kind.PATIENT, entry.patient_id), entry.wait
    visits, _ = repository.visits(whose, Span(wait.begins, wait.ends), None, _VISITS_READ, frozenset({Status.BOOKED}))
    for visit in visits:
        if visit.created_at >= entry.joined_at and wait.fits(visit.start):
            profile = repository.profile_of(visit.practitioner_id) if wait.specialty else None
            if wait.target == visit.practitioner_id or (profile and wait.specialty in profile.specialties):
                return visit
    return None


def _meet(entry: WaitlistEntry, visit: Appointment) -> None:
    if entry.live:
        now = clock.second()
        met = entry.advance(WaitStep.MEET, now, WAITLIST, appointment_id=visit.appointment_id)
        repository.change(entry, met, now)


def _offer(entry: WaitlistEntry, practitioner_id: str, slot: Slot, found: Schedule, now: datetime) -> WaitlistEntry:
    until = offer_until(slot, now, timedelta(seconds=load(_Environment).offer_seconds))
    made = Offer(practitioner_id, slot.start, slot.end, slot.room_id, found.time_zone(slot.start.date()), until)
    new = entry.advance(WaitStep.OFFER, now, WAITLIST, offer=made)
    # The timer first: one that fires for nothing does no harm, an offer without one would never end.
    _set_offer_timer(entry.waitlist_id, until)
    repository.offer(entry, new, new.hold(made), found, now)
    return new


def lapse(waitlist_id: str) -> None:
    """End an entry's offer if its time is up."""
    seen = repository.entry(waitlist_id)
    if seen is None:
        return

    def attempt(entry: WaitlistEntry) -> None:
        if entry.offer is None:
            return
        if entry.offer.expires_at > clock.second():
            _set_offer_timer(waitlist_id, entry.offer.expires_at)
        else:
            end_offer(entry, WAITLIST)

    on_latest_entry(seen, attempt)


def expire(waitlist_id: str) -> None:
    """End an entry if its period is over, else have it looked at when it is."""
    seen = repository.entry(waitlist_id)
    if seen is None:
        return

    def attempt(entry: WaitlistEntry) -> None:
        if not entry.live:
            return
        now = clock.second()
        if entry.wait.ends > now:
            _set_timer(f"waitlist-period-{waitlist_id}", PERIOD_DUE, waitlist_id, entry.wait.ends)
        else:
            repository.change(entry, entry.advance(WaitStep.EXPIRE, now, WAITLIST), now)

    on_latest_entry(seen, attempt)


def _set_offer_timer(waitlist_id: str, at: datetime) -> None:
    _set_timer(f"waitlist-offer-{waitlist_id}", OFFER_DUE, waitlist_id, at)


def _set_timer(name: str, type_: str, waitlist_id: str, at: datetime) -> None:
    event_id = f"{waitlist_id}:{type_}:{int(at.timestamp())}"
    set_timer(name, at, Event(event_id, type_, clock.now(), waitlist_id, WAITLIST, 1))
