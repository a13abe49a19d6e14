"""The waitlist: what people wait for, whose turn it is, and what can happen to their place in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.scheduling.errors import NotWaiting
from care.scheduling.models.hours import Slot
from care.scheduling.models.time import MIDNIGHT, ONE_DAY, instant
from care.scheduling.models.visits import Hold, Mode
from kernel import ids

LEAD = timedelta(minutes=60)  # a slot that begins sooner is offered to nobody
ANSWER_BEFORE = timedelta(minutes=30)  # of the visit: who accepts must still get there
MOST_WAITING = 10  # entries of one patient that wait at a time
MOST_ASKED = 100  # people who are asked for one slot; then it is simply free
LONGEST_WISH = timedelta(days=92)


class Priority(StrEnum):
    """Codes of FHIR R4 request-priority."""

    ROUTINE = "routine"
    URGENT = "urgent"


class WaitStatus(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WaitStep(StrEnum):
    """What can happen to an entry."""

    OFFER = "offer"
    ACCEPT = "accept"
    RETURN = "return"  # the offer was declined, lapsed, or fell through
    MEET = "meet"  # a visit like the wanted one was booked otherwise
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_LIVE = frozenset({WaitStatus.WAITING, WaitStatus.OFFERED})
WAIT_TRANSITIONS: dict[WaitStep, tuple[frozenset[WaitStatus], WaitStatus]] = {
    WaitStep.OFFER: (frozenset({WaitStatus.WAITING}), WaitStatus.OFFERED),
    WaitStep.ACCEPT: (frozenset({WaitStatus.OFFERED}), WaitStatus.BOOKED),
    WaitStep.RETURN: (frozenset({WaitStatus.OFFERED}), WaitStatus.WAITING),
    WaitStep.MEET: (_LIVE, WaitStatus.BOOKED),
    WaitStep.WITHDRAW: (_LIVE, WaitStatus.WITHDRAWN),
    WaitStep.EXPIRE: (_LIVE, WaitStatus.EXPIRED),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody waits for: a practitioner or anybody of a specialty, never both.

    Attributes:
        first, last: local days in `time_zone`, both included.
        earliest, latest: between these, both included, the visit is to begin.
        weekdays: Monday 0; empty for any.
    """

    practitioner_id: str | None
    specialty: str | None
    first: date
    last: date
    time_zone: str
    earliest: time | None = None
    latest: time | None = None
    weekdays: frozenset[int] = frozenset()
    mode: Mode = Mode.IN_PERSON
    priority: Priority = Priority.ROUTINE
    reason: str | None = None

    @property
    def target(self) -> str:
        """In whose line they stand."""
        return self.practitioner_id or self.specialty or ""

    @property
    def begins(self) -> datetime:
        return instant(self.first, MIDNIGHT, ZoneInfo(self.time_zone))

    @property
    def ends(self) -> datetime:
        return instant(self.last + ONE_DAY, MIDNIGHT, ZoneInfo(self.time_zone))

    def fits(self, start: datetime) -> bool:
        """Whether a visit that begins then is what they wait for."""
        local = start.astimezone(ZoneInfo(self.time_zone))
        return (
            self.first <= local.date() <= self.last
            and (self.earliest is None or self.earliest <= local.time())
            and (self.latest is None or local.time() <= self.latest)
            and (not self.weekdays or local.weekday() in self.weekdays)
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot kept for somebody until `expires_at`."""

    practitioner_id: str
    start: datetime
    end: datetime
    room_id: str | None
    time_zone: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """A patient's place in line. `offer` is there while the status is offered, `appointment_id` once it is booked."""

    waitlist_id: str
    patient_id: str
    wait: Wait
    status: WaitStatus
    joined_at: datetime
    changed_at: datetime
    version: int
    actor: str
    fingerprint: str
    offer: Offer | None = None
    appointment_id: str | None = None

    @classmethod
    def join(
        cls, *, waitlist_id: str, patient_id: str, wait: Wait, at: datetime, actor: str, fingerprint: str
    ) -> "WaitlistEntry":
        return cls(waitlist_id, patient_id, wait, WaitStatus.WAITING, at, at, 1, actor, fingerprint)

    @property
    def live(self) -> bool:
        return self.status in _LIVE

    @property
    def visit_id(self) -> str:
        """The id of the visit that accepting makes: always the same, so that accepting twice is accepting once."""
        return ids.derived("apt", self.waitlist_id)

    def hold(self, offer: Offer) -> Hold:
        """The hold that keeps the slot of an offer to this entry. Its id is told to nobody."""
        return Hold(
            hold_id=ids.derived("hold", self.waitlist_id, offer.practitioner_id, offer.start.isoformat()),
            patient_id=self.patient_id,
            practitioner_id=offer.practitioner_id,
            room_id=offer.room_id,
            start=offer.start,
            end=offer.end,
            expires_at=offer.expires_at,
            actor=self.actor,
            fingerprint=self.fingerprint,
        )

    def advance(
        self,
        step: WaitStep,
        at: datetime,
        actor: str,
        offer: Offer | None = None,
        appointment_id: str | None = None,
    ) -> "WaitlistEntry":
        """The entry after `step`; the only place where its status changes.

        Raises:
            NotWaiting: the transition table does not allow it from here.
        """
        allowed, status = WAIT_TRANSITIONS[step]
        if self.status not in allowed:
            raise NotWaiting(f"An entry that is {self.status} does not allow {step}")
        return replace(
            self,
            status=status,
            changed_at=at,
            version=self.version + 1,
            actor=actor,
            offer=offer,
            appointment_id=appointment_id,
        )

    def as_joined(self) -> "WaitlistEntry":
        """The entry as it was first stored: what a repeated joining is answered with."""
        return replace(self, status=WaitStatus.WAITING, version=1, offer=None, appointment_id=None)


def lines(practitioner_id: str, specialties: Iterable[str]) -> list[tuple[Priority, list[str]]]:
    """Whose turn it is when a practitioner's slot is free: the lines in which people stand for it, first served first.

    Urgent before routine; then who named this practitioner before who takes anybody of the specialty. Within each,
    several specialties together, goes first who has waited longest.
    """
    named, anybody = [practitioner_id], list(specialties)
    return [(priority, line) for priority in (Priority.URGENT, Priority.ROUTINE) for line in (named, anybody)]


def offer_until(slot: Slot, now: datetime, lasts: timedelta) -> datetime:
    """Until when an offer made now stands."""
    return min(now + lasts, slot.start - ANSWER_BEFORE)
