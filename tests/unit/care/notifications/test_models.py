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

from care.notifications.models import KINDS, TRANSITIONS, Kind, Mode, State, Visit, compose
from kernel.events import Event, Unreadable

SAMPLES = Path(__file__).parents[4] / "events"
REFERENCE = "apt_01937a2be0c87c2a9d1f4f0f5d2c9a10"

VISIT = Visit(
    appointment_id=REFERENCE,
    patient_id="pat_01937a2be0c87c2a9d1f4f0f5d2c9b20",
    start=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    end=datetime(2026, 11, 23, 9, 50, tzinfo=UTC),
    previous_start=None,
    zone=ZoneInfo("Europe/Berlin"),
    mode=Mode.IN_PERSON,
)


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
    visit = replace(VISIT, start=start, end=start + timedelta(minutes=30), mode=mode)
    mail = compose(kind, visit, language)
    assert "{" not in mail.subject + mail.text
    assert REFERENCE in mail.text
    assert "Europe/Berlin" in mail.text
    assert str(start.astimezone(visit.zone).year) in mail.text
    assert f'<html lang="{language}">' in mail.html
    said = [word for word in words_of(mail.text.replace(": ", " ")) if word]
    assert set(said) <= set(words_of(mail.html))


def test_both_languages_say_different_things_about_everything() -> None:
    for kind in Kind:
        english, german = compose(kind, VISIT, "en"), compose(kind, VISIT, "de")
        assert not set(english.text.splitlines()) & set(german.text.splitlines()) - {""}


def test_a_mail_names_neither_people_nor_the_patient_nor_the_reason() -> None:
    for name in ("booked", "rescheduled", "cancelled"):
        event = sample(f"scheduling/appointment_{name}")
        visit = Visit.of(replace(event, data={**event.data, "reason_code": "chest-pain"}))
        mail = compose(KINDS[event.type], visit, "en")
        for said in (mail.subject, mail.text, mail.html):
            for secret in (event.data["patient_id"], event.data["practitioner_id"], event.actor, "chest"):
                assert secret not in said


def test_subjects_say_no_date() -> None:
    for kind in Kind:
        for language in ("en", "de"):
            assert not re.search(r"\d", compose(kind, VISIT, language).subject)


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


@pytest.mark.parametrize("missing", ["patient_id", "start", "end", "time_zone", "mode"])
def test_an_event_that_lacks_something_is_unreadable(missing: str) -> None:
    event = sample("scheduling/appointment_booked")
    with pytest.raises(Unreadable):
        Visit.of(replace(event, data={name: value for name, value in event.data.items() if name != missing}))


def test_what_may_have_gone_out_is_never_sent_again() -> None:
    begins = {before for state in (State.SENDING,) for before in TRANSITIONS[state]}
    assert begins == {None, State.REFUSED}
    assert set(TRANSITIONS) == set(State)
