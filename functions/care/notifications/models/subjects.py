"""What mails are about, as far as they need it, read from events. Instants are UTC."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kernel import clock
from kernel.events import Event, Unreadable


class Mode(StrEnum):
    """How the visit takes place."""

    IN_PERSON = "in_person"
    VIDEO = "video"


_EXPECTED = frozenset({"booked", "checked-in"})  # codes of FHIR R4 Appointment.status


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as one event left it.

    Attributes:
        at: when it became so.
        expected: it has neither begun nor been called off.
    """

    appointment_id: str
    patient_id: str
    version: int
    at: datetime
    expected: bool
    start: datetime
    end: datetime
    zone: ZoneInfo
    mode: Mode
    previous_start: datetime | None = None

    @classmethod
    def of(cls, event: Event) -> "Visit":
        """Raises Unreadable when the event lacks something or says it wrongly."""
        data = event.data
        with _reading(event):
            previous = data.get("previous_start")
            return cls(
                appointment_id=event.subject,
                patient_id=_text(data, "patient_id"),
                version=event.version,
                at=event.at,
                expected=_text(data, "status") in _EXPECTED,
                start=clock.parse(_text(data, "start")),
                end=clock.parse(_text(data, "end")),
                zone=ZoneInfo(_text(data, "time_zone")),
                mode=Mode(data["mode"]),
                previous_start=clock.parse(previous) if previous else None,
            )


@dataclass(frozen=True, slots=True)
class Series:
    """Visits that were booked together. `spans`: start and end of each."""

    series_id: str
    patient_id: str
    spans: tuple[tuple[datetime, datetime], ...]
    zone: ZoneInfo
    mode: Mode

    @classmethod
    def of(cls, event: Event) -> "Series":
        """Raises Unreadable when the event lacks something or says it wrongly."""
        data = event.data
        with _reading(event):
            starts, ends = ([clock.parse(instant) for instant in data[name]] for name in ("starts", "ends"))
            return cls(
                series_id=event.subject,
                patient_id=_text(data, "patient_id"),
                spans=tuple(zip(starts, ends, strict=True)),
                zone=ZoneInfo(_text(data, "time_zone")),
                mode=Mode(data["mode"]),
            )


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that has become free and is kept until `expires_at` for somebody who waits."""

    waitlist_id: str
    patient_id: str
    version: int
    start: datetime
    end: datetime
    zone: ZoneInfo
    mode: Mode
    expires_at: datetime

    @classmethod
    def of(cls, event: Event) -> "Offer":
        """Raises Unreadable when the event lacks something or says it wrongly."""
        data = event.data
        with _reading(event):
            return cls(
                waitlist_id=event.subject,
                patient_id=_text(data, "patient_id"),
                version=event.version,
                start=clock.parse(_text(data, "start")),
                end=clock.parse(_text(data, "end")),
                zone=ZoneInfo(_text(data, "time_zone")),
                mode=Mode(data["mode"]),
                expires_at=clock.parse(_text(data, "expires_at")),
            )


type Subject = Visit | Series | Offer


def subject_of(event: Event) -> Subject:
    """What an event of which patients are told is about.

    Raises:
        Unreadable: it lacks something or says it wrongly.
    """
    match event.type:
        case "SeriesBooked":
            return Series.of(event)
        case "WaitlistOffered":
            return Offer.of(event)
        case _:
            return Visit.of(event)


@contextmanager
def _reading(event: Event) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OSError, ZoneInfoNotFoundError):
        raise Unreadable(event.type) from None


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value
