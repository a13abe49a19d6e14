"""What a patient is told about a visit: the kinds, the states of telling, and the words in each language.

A mail says what is needed to come at the right time and nothing more (45 CFR 164.502(b), minimum necessary): no
person's name, no specialty, no reason. Subjects say no date, because they show on locked screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kernel import clock
from kernel.events import Event, Unreadable


class Kind(StrEnum):
    """What is told."""

    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"


KINDS = {
    "AppointmentBooked": Kind.CONFIRMATION,
    "AppointmentRescheduled": Kind.CHANGE,
    "AppointmentCancelled": Kind.CANCELLATION,
}


class State(StrEnum):
    """How far the telling of one event has come. `sending` stands before the call to the mail service, so that a crash
    leaves a trace of what may have gone out."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"  # the mail service said no: tried again
    UNKNOWN = "unknown"  # it may have gone out: never tried again
    SUPERSEDED = "superseded"  # something newer was known about the visit
    NO_ADDRESS = "no-address"


# What a state may follow on; None: nothing was recorded yet.
TRANSITIONS: dict[State, frozenset[State | None]] = {
    State.SENDING: frozenset({None, State.REFUSED}),
    State.SUPERSEDED: frozenset({None, State.REFUSED}),
    State.NO_ADDRESS: frozenset({None, State.REFUSED}),
    State.SENT: frozenset({State.SENDING}),
    State.REFUSED: frozenset({State.SENDING}),
    State.UNKNOWN: frozenset({State.SENDING}),
}


class Mode(StrEnum):
    """How the visit takes place."""

    IN_PERSON = "in_person"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Notification:
    """That a patient is to be told of one event."""

    event_id: str
    patient_id: str
    appointment_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Contact:
    """How a patient is reached, as far as it is known here.

    Attributes:
        sealed: base64 of the KMS ciphertext of a JSON object with `email` and `language`; None where the patient has
            no contact data, or has none any more.
    """

    version: int
    sealed: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """What an event says about a visit, as far as a mail needs it. Instants are UTC."""

    appointment_id: str
    patient_id: str
    start: datetime
    end: datetime
    previous_start: datetime | None
    zone: ZoneInfo
    mode: Mode

    @classmethod
    def of(cls, event: Event) -> "Visit":
        """Raises Unreadable when the event lacks something or says it wrongly."""
        data = event.data
        try:
            previous = data.get("previous_start")
            return cls(
                appointment_id=event.subject,
                patient_id=_text(data, "patient_id"),
                start=clock.parse(_text(data, "start")),
                end=clock.parse(_text(data, "end")),
                previous_start=clock.parse(previous) if previous else None,
                zone=ZoneInfo(_text(data, "time_zone")),
                mode=Mode(data["mode"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OSError, ZoneInfoNotFoundError):
            raise Unreadable(event.type) from None


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it is sent: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Words:
    """All that is said in one language. `span` and `date` are formats of `when`."""

    code: str
    kinds: Mapping[Kind, tuple[str, str, str]]
    """Subject, opening and closing."""
    when: str
    before: str
    how: str
    reference: str
    modes: Mapping[Mode, str]
    footer: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    span: str

    def on(self, at: datetime) -> str:
        """A local day, e.g. `Monday, 23 November 2026`."""
        return self.date.format(
            weekday=self.weekdays[at.weekday()], day=at.day, month=self.months[at.month - 1], year=at.year
        )


_ENGLISH = _Words(
    code="en",
    kinds={
        Kind.CONFIRMATION: (
            "Your visit is booked",
            "Your visit is booked.",
            "If you cannot come, please cancel or move the visit in good time, so that somebody else can have it.",
        ),
        Kind.CHANGE: (
            "Your visit has changed",
            "Your visit has changed. This message replaces earlier ones about it.",
            "If you cannot come, please cancel or move the visit in good time, so that somebody else can have it.",
        ),
        Kind.CANCELLATION: (
            "Your visit is cancelled",
            "Your visit is cancelled. This message replaces earlier ones about it.",
            "You do not need to do anything. You can book another visit at any time.",
        ),
    },
    when="When",
    before="Before",
    how="How",
    reference="Reference",
    modes={Mode.IN_PERSON: "in person", Mode.VIDEO: "by video"},
    footer="This message was sent automatically. Replies are not read.",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    date="{weekday}, {day} {month} {year}",
    span="{day}, {start} to {end} ({zone})",
)

_GERMAN = _Words(
    code="de",
    kinds={
        Kind.CONFIRMATION: (
            "Ihr Termin ist gebucht",
            "Ihr Termin ist gebucht.",
            (
                "Wenn Sie nicht kommen können, sagen Sie den Termin bitte rechtzeitig ab oder verschieben Sie ihn, "
                "damit ihn jemand anderes nutzen kann."
            ),
        ),
        Kind.CHANGE: (
            "Ihr Termin hat sich geändert",
            "Ihr Termin hat sich geändert. Diese Nachricht ersetzt frühere zu diesem Termin.",
            (
                "Wenn Sie nicht kommen können, sagen Sie den Termin bitte rechtzeitig ab oder verschieben Sie ihn, "
                "damit ihn jemand anderes nutzen kann."
            ),
        ),
        Kind.CANCELLATION: (
            "Ihr Termin ist abgesagt",
            "Ihr Termin ist abgesagt. Diese Nachricht ersetzt frühere zu diesem Termin.",
            "Sie müssen nichts weiter tun. Sie können jederzeit einen neuen Termin buchen.",
        ),
    },
    when="Wann",
    before="Bisher",
    how="Wie",
    reference="Kennung",
    modes={Mode.IN_PERSON: "vor Ort", Mode.VIDEO: "per Video"},
    footer="Diese Nachricht wurde automatisch versendet. Antworten werden nicht gelesen.",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    date="{weekday}, {day}. {month} {year}",
    span="{day}, {start} bis {end} Uhr ({zone})",
)

_LANGUAGES = {words.code: words for words in (_ENGLISH, _GERMAN)}


def compose(kind: Kind, visit: Visit, language: str) -> Mail:
    """The mail about a visit in a language (BCP 47); in English where we do not speak it."""
    words = _LANGUAGES.get(language.partition("-")[0].lower(), _ENGLISH)
    subject, opening, closing = words.kinds[kind]
    facts = [(words.when, _span(words, visit))]
    if visit.previous_start is not None and visit.previous_start != visit.start:
        facts.append((words.before, _instant(words, visit.previous_start, visit.zone)))
    facts += [(words.how, words.modes[visit.mode]), (words.reference, visit.appointment_id)]
    return Mail(
        subject=subject,
        text="\n\n".join([opening, "\n".join(f"{name}: {fact}" for name, fact in facts), closing, words.footer]) + "\n",
        html=_HTML.format(
            language=words.code,
            subject=escape(subject),
            opening=escape(opening),
            facts="\n".join(
                f"<dt><strong>{escape(name)}</strong></dt>\n<dd>{escape(fact)}</dd>" for name, fact in facts
            ),
            closing=escape(closing),
            footer=escape(words.footer),
        ),
    )


# Headings, a description list and the language are what a screen reader needs; colours keep a contrast above 7 to 1.
_HTML = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{subject}</title>
</head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; color: #1a1a1a; background: #ffffff">
<h1 style="font-size: 20px">{subject}</h1>
<p>{opening}</p>
<dl>
{facts}
</dl>
<p>{closing}</p>
<p style="color: #4a4a4a">{footer}</p>
</body>
</html>
"""


def _span(words: _Words, visit: Visit) -> str:
    start, end = visit.start.astimezone(visit.zone), visit.end.astimezone(visit.zone)
    return words.span.format(day=words.on(start), start=f"{start:%H:%M}", end=f"{end:%H:%M}", zone=_zone(start))


def _instant(words: _Words, at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{words.on(local)}, {local:%H:%M}"


def _zone(local: datetime) -> str:
    """The zone by name and offset, e.g. `Europe/Berlin, UTC+01:00`: the hour that the clocks repeat is told apart."""
    return f"{local.tzinfo}, UTC{local:%:z}"
