"""Stretches of time and the ticks in which occupancy is counted: five minutes of UTC days, so that neither daylight
saving nor two clinics in different zones can hide an overlap. Instants are aware UTC datetimes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TICK = timedelta(minutes=5)
ONE_DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, `start` included, `end` not."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def without(self, others: Iterable["Span"]) -> list["Span"]:
        """What is left of this when the others are cut out."""
        left = [self]
        for other in others:
            left = [
                piece
                for span in left
                for piece in (
                    Span(span.start, min(span.end, other.start)),
                    Span(max(span.start, other.end), span.end),
                )
                if piece.start < piece.end
            ]
        return left


EVER = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True, order=True)
class Tick:
    """Five minutes: number `index` (0 to 287) of the UTC day `day`."""

    day: date
    index: int

    @property
    def start(self) -> datetime:
        return datetime.combine(self.day, MIDNIGHT, UTC) + self.index * TICK

    @classmethod
    def at(cls, instant: datetime) -> "Tick":
        """The tick in which an instant lies."""
        utc = instant.astimezone(UTC)
        return cls(utc.date(), (utc.hour * 60 + utc.minute) // 5)


def ticks(span: Span) -> list[Tick]:
    """The ticks of a span whose ends lie on ticks."""
    return [Tick.at(span.start + n * TICK) for n in range((span.end - span.start) // TICK)]


def merge(taken: Iterable[Tick]) -> list[Span]:
    """The fewest spans that cover exactly these ticks, in order."""
    spans: list[Span] = []
    for tick in sorted(taken):
        if spans and spans[-1].end == tick.start:
            spans[-1] = Span(spans[-1].start, tick.start + TICK)
        else:
            spans.append(Span(tick.start, tick.start + TICK))
    return spans


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows this; where the clocks skip it, the moment at which they skip."""
    local = datetime.combine(day, wall, zone)
    while local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += TICK  # wall-clock arithmetic: walks to the end of the gap
    return local.astimezone(UTC)
