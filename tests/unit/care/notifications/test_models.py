"""The words of notifications: complete in each language, right about time, and silent about the rest."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.notifications.models.mails import compose
from care.notifications.models.reminders import REMINDERS
from care.notifications.models.subjects import Mode, Offer, Series, Subject, Visit, subject_of
from care.notifications.models.telling import KINDS, TRANSITIONS, Kind, State
from kernel.events import Event, Unreadable

SAMPLES = Path(__file__).parents[4] / "events"
REFERENCE = "apt_01937a2be0c87c2a9d1f4f0f5d2c9a10"

VISIT = Visit(
    appointment_id=REFERENCE,
    patient_id="pat_01937a2be0c87c2a9d1f4f0f5d2c9b20",
    version=1,
    at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    expected=True,
    start=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    end=datetime(2026, 11, 23, 9, 50, tzinfo=UTC),
    zone=ZoneInfo("Europe/Berlin"),
    mode=Mode.IN_PERSON,
)
SERIES = Series(
    series_id=REFERENCE,
    patient_id=VISIT.patient_id,
    spans=tuple((VISIT.start + timedelta(weeks=n), VISIT.end + timedelta(weeks=n)) for n in range(3)),
    zone=VISIT.zone,
    mode=Mode.IN_PERSON,
)
OFFER = Offer(
    waitlist_id=REFERENCE,
    patient_id=VISIT.patient_id,
    version=2,
    start=VISIT.start,
    end=VISIT.end,
    zone=VISIT.zone,
    mode=Mode.VIDEO,
    expires_at=datetime(2026, 11, 22, 11, 0, tzinfo=UTC),
)
NEW_SAMPLES = ("series_booked", "waitlist_offered")
DAY, HOUR = REMINDERS["DayReminderDue"], REMINDERS["HourReminderDue"]


def about(kind: Kind) -> Subject:
    match kind:
        case Kind.SERIES:
            return SERIES
        case Kind.OFFER:
            return OFFER
        case _:
            return VISIT


def sample(name: str) -> Event:
    return Event.from_document(json.loads((SAMPLES / f"{name}.json").read_text())["detail"])


def words_of(html: str) -> list[str]:
    return re.sub(r"<style.*?</style>|<[^>]+>", " ", html).split()


def test_a_confirmation_in_english_says_when_how_and_which_visit() -> None:
    mail = compose(Kind.CONFIRMATION, VISIT, "en")
    assert mail.subject == "Your visit is booked"
    assert mail.text == (
        "Your visit is booked.\n"
        "\n"
        "When: Monday, 23 November 2026, 10:30 to 10:50 (Europe/Berlin, UTC+01:00)\n"
        "How: in person\n"
        f"Reference: {REFERENCE}\n"
        "\n"
        "If you cannot come, please cancel or move the visit in good time, so that somebody else can have it.\n"
        "\n"
        "This message was sent automatically. Replies are not read.\n"
    )


def test_a_change_in_german_says_the_new_time_and_the_one_before() -> None:
    moved = replace(VISIT, previous_start=VISIT.start - timedelta(days=7, hours=1), mode=Mode.VIDEO)
    mail = compose(Kind.CHANGE, moved, "de-AT")
    assert mail.subject == "Ihr Termin hat sich geändert"
    assert "Wann: Montag, 23. November 2026, 10:30 bis 10:50 Uhr (Europe/Berlin, UTC+01:00)\n" in mail.text
    assert "Bisher: Montag, 16. November 2026, 09:30\n" in mail.text
    assert "Wie: per Video\n" in mail.text


def test_a_visit_that_only_changed_hands_shows_no_time_before() -> None:
    assert "Before" not in compose(Kind.CHANGE, replace(VISIT, previous_start=VISIT.start), "en").text


@pytest.mark.parametrize("language", ["", "fr", "en-GB", "EN", "tlh"])
def test_who_speaks_a_language_that_we_do_not_is_written_to_in_english(language: str) -> None:
    assert compose(Kind.CANCELLATION, VISIT, language).subject == "Your visit is cancelled"


@pytest.mark.parametrize(
    ("at", "offset"), [("2026-10-25T00:30:00+00:00", "+02:00"), ("2026-10-25T01:30:00+00:00", "+01:00")]
)
def test_the_hour_that_the_clocks_repeat_is_told_apart(at: str, offset: str) -> None:
    start = datetime.fromisoformat(at)
    text = compose(Kind.CONFIRMATION, replace(VISIT, start=start, end=start + timedelta(minutes=20)), "en").text
    assert f"Sunday, 25 October 2026, 02:30 to 02:50 (Europe/Berlin, UTC{offset})" in text


def test_the_date_is_that_of_the_clinic() -> None:
    start = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    visit = replace(VISIT, start=start, end=start + timedelta(hours=1), zone=ZoneInfo("Asia/Kathmandu"))
    assert (
        "Friday, 1 January 2027, 01:45 to 02:45 (Asia/Kathmandu, UTC+05:45)" in compose(Kind.CHANGE, visit, "en").text
    )


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(Kind),
    st.sampled_from(["en", "de"]),
    st.sampled_from(Mode),
)
def test_every_mail_is_complete_and_the_same_in_text_and_html(
    start: datetime, kind: Kind, language: str, mode: Mode
) -> None:
    times = {"start": start, "end": start + timedelta(minutes=30)}
    subject = about(kind)
    spans = {"spans": (tuple(times.values()),)} if isinstance(subject, Series) else times
    mail = compose(kind, replace(subject, mode=mode, **spans), language)
    assert "{" not in mail.subject + mail.text
    assert REFERENCE in mail.text
    assert "Europe/Berlin" in mail.text
    assert str(start.astimezone(VISIT.zone).year) in mail.text
    assert f'<html lang="{language}">' in mail.html
    said = [word for word in words_of(mail.text.replace(": ", " ")) if word]
    assert set(said) <= set(words_of(mail.html))


def test_both_languages_say_different_things_about_everything() -> None:
    for kind in Kind:
        english, german = compose(kind, about(kind), "en"), compose(kind, about(kind), "de")
        assert not set(english.text.splitlines()) & set(german.text.splitlines()) - {""}


def test_a_mail_names_neither_people_nor_the_patient_nor_the_reason() -> None:
    for name in ("appointment_booked", "appointment_rescheduled", "appointment_cancelled", *NEW_SAMPLES):
        event = sample(f"scheduling/{name}")
        subject = subject_of(replace(event, data={**event.data, "reason_code": "chest-pain"}))
        mail = compose(KINDS[event.type], subject, "en")
        for said in (mail.subject, mail.text, mail.html):
            for secret in (event.data["patient_id"], event.data["practitioner_id"], event.actor, "chest"):
                assert secret not in said


def test_subjects_say_no_date() -> None:
    for kind in Kind:
        for language in ("en", "de"):
            assert not re.search(r"\d", compose(kind, about(kind), language).subject)


@pytest.mark.parametrize(
    "wrong",
    [
        {"patient_id": None},
        {"patient_id": ""},
        {"start": "tomorrow"},
        {"start": "2026-11-23T09:30:00"},
        {"end": 5},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "Europe"},
        {"mode": "by-pigeon"},
        {"previous_start": 7},
    ],
)
def test_an_event_that_says_something_wrong_is_unreadable(wrong: dict[str, Any]) -> None:
    event = sample("scheduling/appointment_booked")
    with pytest.raises(Unreadable):
        Visit.of(replace(event, data={**event.data, **wrong}))


NEEDED = [
    *(("appointment_booked", name) for name in ("patient_id", "status", "start", "end", "time_zone", "mode")),
    *(("series_booked", name) for name in ("patient_id", "starts", "ends", "time_zone", "mode")),
    *(("waitlist_offered", name) for name in ("patient_id", "start", "end", "time_zone", "mode", "expires_at")),
]


@pytest.mark.parametrize(("name", "missing"), NEEDED)
def test_an_event_that_lacks_something_is_unreadable(name: str, missing: str) -> None:
    event = sample(f"scheduling/{name}")
    assert missing in event.data
    with pytest.raises(Unreadable):
        subject_of(replace(event, data={name: value for name, value in event.data.items() if name != missing}))


def test_a_series_with_more_starts_than_ends_is_unreadable() -> None:
    event = sample("scheduling/series_booked")
    with pytest.raises(Unreadable):
        subject_of(replace(event, data={**event.data, "ends": event.data["ends"][1:]}))


# ---- series and offers


def test_one_mail_lists_every_visit_of_a_series_at_the_clinics_time() -> None:
    text = compose(Kind.SERIES, SERIES, "en").text
    assert text.startswith("Your visits are booked. This is the list of all of them.\n\n")
    assert "1: Monday, 23 November 2026, 10:30 to 10:50 (Europe/Berlin, UTC+01:00)\n" in text
    assert "2: Monday, 30 November 2026, 10:30 to 10:50 (Europe/Berlin, UTC+01:00)\n" in text
    assert "3: Monday, 7 December 2026, 10:30 to 10:50 (Europe/Berlin, UTC+01:00)\nHow: in person\n" in text


def test_an_offer_says_until_when_it_stands_and_leads_to_the_portal() -> None:
    mail = compose(Kind.OFFER, OFFER, "de", "https://salus.example")
    assert mail.subject == "Ein Termin ist frei geworden"
    assert "Wann: Montag, 23. November 2026, 10:30 bis 10:50 Uhr (Europe/Berlin, UTC+01:00)\n" in mail.text
    assert "Annehmen bis: Sonntag, 22. November 2026, 12:00\n" in mail.text
    assert "\n\nhttps://salus.example/waitlist\n\n" in mail.text
    assert '<a href="https://salus.example/waitlist">https://salus.example/waitlist</a>' in mail.html


def test_without_a_portal_nothing_is_linked() -> None:
    mail = compose(Kind.OFFER, OFFER, "en")
    assert "http" not in mail.text + mail.html
    assert "\n\n\n" not in mail.text


def test_only_an_offer_leads_to_the_portal() -> None:
    for kind in set(Kind) - {Kind.OFFER}:
        assert "https" not in compose(kind, about(kind), "en", "https://salus.example").text


# ---- reminders


def test_reminders_come_a_day_and_an_hour_before_the_visit() -> None:
    assert [reminder.at(VISIT) for reminder in (DAY, HOUR)] == [
        datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(("lead", "wanted"), [(25, {DAY, HOUR}), (24, {DAY, HOUR}), (23, {HOUR}), (0.9, set())])
def test_who_has_just_been_told_is_not_reminded(lead: float, wanted: set[object]) -> None:
    booked = replace(VISIT, at=VISIT.start - timedelta(hours=lead))
    assert {reminder for reminder in (DAY, HOUR) if reminder.is_wanted(booked)} == wanted


@pytest.mark.parametrize("status", ["cancelled", "noshow", "arrived", "fulfilled"])
def test_nobody_is_reminded_of_a_visit_that_has_begun_or_fallen_away(status: str) -> None:
    event = sample("scheduling/appointment_booked")
    visit = Visit.of(replace(event, data={**event.data, "status": status}))
    assert not any(reminder.is_wanted(visit) for reminder in (DAY, HOUR))


@pytest.mark.parametrize("reminder", [DAY, HOUR])
def test_a_reminder_reads_like_the_visit_it_is_about(reminder: Any) -> None:
    event = reminder.event(VISIT)
    assert Event.from_document(event.document()) == event
    assert subject_of(event) == replace(VISIT, at=reminder.at(VISIT))


def test_a_reminder_is_the_same_whatever_else_changes_about_the_visit() -> None:
    later = replace(VISIT, version=5, at=VISIT.at + timedelta(hours=1), mode=Mode.VIDEO)
    moved = replace(VISIT, start=VISIT.start + timedelta(hours=1))
    assert DAY.event(later).id == DAY.event(VISIT).id
    assert len({reminder.event(visit).id for reminder in (DAY, HOUR) for visit in (VISIT, moved)}) == 4


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, True),
        (VISIT, True),
        (replace(VISIT, version=2), True),
        (replace(VISIT, version=2, expected=False), False),
        (replace(VISIT, version=2, start=VISIT.start + timedelta(hours=1)), False),
        (replace(VISIT, version=0, expected=False), True),
    ],
)
def test_a_reminder_is_due_where_the_newest_that_is_known_is_the_visit_at_that_start(
    newest: Visit | None, due: bool
) -> None:
    assert DAY.is_due(VISIT, newest, DAY.at(VISIT)) is due


def test_a_late_reminder_is_due_until_the_next_and_never_after_the_visit_has_begun() -> None:
    minute = timedelta(minutes=1)
    assert DAY.is_due(VISIT, None, HOUR.at(VISIT) - minute)
    assert not DAY.is_due(VISIT, None, HOUR.at(VISIT))
    assert HOUR.is_due(VISIT, None, VISIT.start - minute)
    assert not HOUR.is_due(VISIT, None, VISIT.start)


def test_the_name_of_a_timer_fits_scheduler() -> None:
    assert len({reminder.timer(REFERENCE) for reminder in (DAY, HOUR)}) == 2
    for reminder in (DAY, HOUR):
        assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", reminder.timer(REFERENCE))


def test_what_may_have_gone_out_is_never_sent_again() -> None:
    begins = {before for state in (State.SENDING,) for before in TRANSITIONS[state]}
    assert begins == {None, State.REFUSED}
    assert set(TRANSITIONS) == set(State)
