"""The words of mails, in each language.

A mail says what is needed to come at the right time and nothing more (45 CFR 164.502(b), minimum necessary): no
person's name, no specialty, no reason. Subjects say no date, because they show on locked screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from care.notifications.models.subjects import Mode, Offer, Series, Subject, Visit
from care.notifications.models.telling import Kind


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
    accept: str
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
        Kind.DAY_REMINDER: (
            "A reminder of your visit",
            "This is a reminder of your visit.",
            "If you cannot come, please cancel or move the visit now, so that somebody else can have it.",
        ),
        Kind.HOUR_REMINDER: (
            "Your visit begins soon",
            "Your visit begins soon.",
            "If you cannot come, please cancel the visit.",
        ),
        Kind.SERIES: (
            "Your visits are booked",
            "Your visits are booked. This is the list of all of them.",
            "If you cannot come to one of them, please cancel or move it in good time. The others stay as they are.",
        ),
        Kind.OFFER: (
            "A time has become free",
            "A time that you are waiting for has become free. It is kept for you for a while.",
            "Please accept or decline it in the portal. If you do neither in time, it is offered to somebody else.",
        ),
    },
    when="When",
    before="Before",
    accept="Accept before",
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
        Kind.DAY_REMINDER: (
            "Erinnerung an Ihren Termin",
            "Wir erinnern Sie an Ihren Termin.",
            (
                "Wenn Sie nicht kommen können, sagen Sie den Termin bitte jetzt ab oder verschieben Sie ihn, "
                "damit ihn jemand anderes nutzen kann."
            ),
        ),
        Kind.HOUR_REMINDER: (
            "Ihr Termin beginnt bald",
            "Ihr Termin beginnt bald.",
            "Wenn Sie nicht kommen können, sagen Sie den Termin bitte ab.",
        ),
        Kind.SERIES: (
            "Ihre Termine sind gebucht",
            "Ihre Termine sind gebucht. Dies ist die Liste aller Termine.",
            (
                "Wenn Sie zu einem davon nicht kommen können, sagen Sie ihn bitte rechtzeitig ab oder verschieben Sie "
                "ihn. Die anderen bleiben, wie sie sind."
            ),
        ),
        Kind.OFFER: (
            "Ein Termin ist frei geworden",
            "Ein Termin, auf den Sie warten, ist frei geworden. Wir halten ihn eine Zeit lang für Sie frei.",
            (
                "Bitte nehmen Sie ihn im Portal an oder lehnen Sie ihn ab. Wenn Sie beides nicht rechtzeitig tun, "
                "wird er jemand anderem angeboten."
            ),
        ),
    },
    when="Wann",
    before="Bisher",
    accept="Annehmen bis",
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


def compose(kind: Kind, about: Subject, language: str, portal_url: str = "") -> Mail:
    """The mail about something in a language (BCP 47); in English where we do not speak it.

    `portal_url`: where the portal stands, such as `https://salus.example`; without it nothing is linked.
    """
    words = _LANGUAGES.get(language.partition("-")[0].lower(), _ENGLISH)
    subject, opening, closing = words.kinds[kind]
    facts = _facts(words, about)
    link = f"{portal_url}/waitlist" if portal_url and isinstance(about, Offer) else ""
    paragraphs = [opening, "\n".join(f"{name}: {fact}" for name, fact in facts), closing, link, words.footer]
    return Mail(
        subject=subject,
        text="\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n",
        html=_HTML.format(
            language=words.code,
            subject=escape(subject),
            opening=escape(opening),
            facts="\n".join(
                f"<dt><strong>{escape(name)}</strong></dt>\n<dd>{escape(fact)}</dd>" for name, fact in facts
            ),
            closing=escape(closing),
            link=f'<p><a href="{escape(link)}">{escape(link)}</a></p>\n' if link else "",
            footer=escape(words.footer),
        ),
    )


def _facts(words: _Words, about: Subject) -> list[tuple[str, str]]:
    how = (words.how, words.modes[about.mode])
    match about:
        case Visit():
            facts = [(words.when, _span(words, about.start, about.end, about.zone))]
            if about.previous_start is not None and about.previous_start != about.start:
                facts.append((words.before, _instant(words, about.previous_start, about.zone)))
            return [*facts, how, (words.reference, about.appointment_id)]
        case Series():
            spans = [_span(words, start, end, about.zone) for start, end in about.spans]
            return [*((str(n), span) for n, span in enumerate(spans, 1)), how, (words.reference, about.series_id)]
        case Offer():
            when = (words.when, _span(words, about.start, about.end, about.zone))
            accept = (words.accept, _instant(words, about.expires_at, about.zone))
            return [when, how, accept, (words.reference, about.waitlist_id)]


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
{link}<p style="color: #4a4a4a">{footer}</p>
</body>
</html>
"""


def _span(words: _Words, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    start, end = start.astimezone(zone), end.astimezone(zone)
    return words.span.format(day=words.on(start), start=f"{start:%H:%M}", end=f"{end:%H:%M}", zone=_zone(start))


def _instant(words: _Words, at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{words.on(local)}, {local:%H:%M}"


def _zone(local: datetime) -> str:
    """The zone by name and offset, e.g. `Europe/Berlin, UTC+01:00`: the hour that the clocks repeat is told apart."""
    return f"{local.tzinfo}, UTC{local:%:z}"
