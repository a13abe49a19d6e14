"""Who of a specialty is soonest free."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from care.scheduling import repository
from care.scheduling.models import ONE_DAY, SEARCHED, Opening, Slot, day_span, ticks
from kernel import clock
from kernel.dynamodb import Place

_DEFAULT_LAST = timedelta(days=6)
_LAST = "~"  # sorts after every id
_PAGE = 20
_PAGE_TO_FILTER = 100
_MOST_PASSED = 100
_MOST_BEFORE = 500  # openings before the place where a page goes on: so many slots of a day are shown without a gap
_MOST_READ = 600  # openings in one search, some 25 read units; most searches read as many as they show


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: a specialty, perhaps within a department, on local days of whoever offers it; `after`: the
    place of a slot, by its start and its practitioner, that those wanted come after."""

    specialty: str
    department_id: str | None
    first: date | None
    last: date | None
    limit: int
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot of somebody's."""

    slot: Slot
    practitioner_id: str
    department_id: str
    time_zone: str


def find_slots(wanted: Wanted) -> tuple[list[Offer], Place | None]:
    """The soonest free slots across practitioners, soonest first, and where to go on; None: there are no more.

    The N soonest slots belong to at most N practitioners, those who are first free. So a search reads the openings of a
    day in the order of their first free slots, and the days of those practitioners alone whose slots it is about to
    show: of them falls out what was taken or is held at this moment. It goes on to more openings, and to the next day,
    only while it is short. What it reads does not grow with the number of practitioners.

    Of today's openings, those whose first free slot has passed may have later ones. Of these the hundred are read that
    passed last; where more practitioners than that were free earlier today and nothing has happened to them since, the
    soonest slot of today may be another than the one shown. A page that goes on within a day reads those before its
    place likewise: they are as many as were shown of that day, and the last five hundred of them are read. Altogether
    a search reads at most 600 openings, so that one within a small department of a large specialty can end early; it
    shows only what is sure to be next, and its next page goes on from there.
    """
    now = clock.second()
    today = now.date()
    until = wanted.last or (wanted.first or today) + _DEFAULT_LAST
    wanted = replace(wanted, last=until)
    # A local day begins in the UTC day before that of its date, and ends in the one after it.
    present = Place(now, _LAST)
    after = max(present, wanted.after or present)
    first = max(wanted.first - ONE_DAY if wanted.first else today, after.at.date())
    last = min(until + ONE_DAY, today + SEARCHED)
    found: list[Offer] = []
    left = _MOST_READ
    for number in range((last - first).days + 1):
        day = _Day(wanted, first + number * ONE_DAY, now, after, left)
        found += day.soonest(wanted.limit - len(found))
        left = day.left
        if len(found) == wanted.limit:
            return found, _order(found[-1])
        if left <= 0:
            return found, day.ended
    return found, None


@dataclass
class _Day:
    """A search within one UTC day. `left` is how many more openings may be read, `ended` to where all is known."""

    wanted: Wanted
    day: date
    now: datetime
    after: Place
    left: int
    ended: Place = field(init=False)
    _offers: list[Offer] = field(default_factory=list)
    _checked: set[str] = field(default_factory=set)

    def soonest(self, limit: int) -> list[Offer]:
        span = day_span(self.day)
        begin = self.ended = max(Place(span.start, ""), self.after)
        size = max(limit, _PAGE) if self.wanted.department_id is None else _PAGE_TO_FILTER
        if begin > (span.start, ""):
            most = _MOST_PASSED if begin == (self.now, _LAST) else _MOST_BEFORE
            self._add(repository.openings_before(self.wanted.specialty, self.day, *begin, most), begin)
        while True:
            page = repository.openings_from(self.wanted.specialty, self.day, *self.ended, size)
            self._add(page.openings, begin)
            self.ended = page.ended or Place(span.end, "")
            known = [offer for offer in self._free(limit) if _order(offer) <= self.ended]
            if len(known) == limit or page.ended is None or self.left <= 0:
                return known

    def _add(self, openings: list[Opening], begin: Place) -> None:
        self.left -= len(openings)
        for found in openings:
            # Between two pages an opening may have moved from one to the other.
            self._checked.discard(found.practitioner_id)
            self._offers = [offer for offer in self._offers if offer.practitioner_id != found.practitioner_id]
            if self.wanted.department_id in (None, found.department_id):
                self._offers += (offer for offer in _offers(found, self.wanted) if _order(offer) > begin)
        self._offers.sort(key=_order)

    def _free(self, limit: int) -> list[Offer]:
        """The soonest offers known so far that are free indeed. The more were not, the more are looked at at once."""
        width = limit
        while not {offer.practitioner_id for offer in self._offers[:limit]} <= self._checked:
            unchecked = {offer.practitioner_id for offer in self._offers[:width]} - self._checked
            theirs = [offer for offer in self._offers if offer.practitioner_id in unchecked]
            taken = repository.taken_on({day for offer in theirs for day in _days(offer)}, self.now)
            gone = [o for o in theirs if not taken.get(o.practitioner_id, set()).isdisjoint(ticks(o.slot.span))]
            self._offers = [offer for offer in self._offers if offer not in gone]
            self._checked |= unchecked
            width *= 2
        return self._offers[:limit]


def _order(offer: Offer) -> Place:
    return Place(offer.slot.start, offer.practitioner_id)


def _offers(found: Opening, wanted: Wanted) -> Iterator[Offer]:
    zone = ZoneInfo(found.time_zone)
    first, last = wanted.first or date.min, wanted.last or date.max
    for slot in found.slots:
        if first <= slot.start.astimezone(zone).date() <= last:
            yield Offer(slot, found.practitioner_id, found.department_id, found.time_zone)


def _days(offer: Offer) -> set[tuple[str, date]]:
    """The practitioner's days in which the slot lies: it may end on the next."""
    every = ticks(offer.slot.span)
    return {(offer.practitioner_id, tick.day) for tick in (every[0], every[-1])}
