"""What a change of hours would do, told before it is made."""

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    DESK,
    GRETA,
    KENJI,
    NINE,
    NOBODY,
    TOM,
    WEEK,
    Clinic,
    doctor,
    local,
)

SCHEDULE = f"/v1/practitioners/{GRETA}/schedule"
LEAVE = f"/v1/practitioners/{GRETA}/leave/2026-11-23"


def test_a_preview_tells_what_a_week_would_do_and_stores_nothing(clinic: Clinic) -> None:
    stays, goes = clinic.book(NINE), clinic.book(local("2026-11-23T16:00"), patient_id=TOM)
    before = clinic.items()
    week = WEEK | {"weekly": [{"weekday": 0, "start": "09:00", "end": "12:00"}], "valid_from": "2026-11-22"}
    answer = doctor(GRETA).post(f"{SCHEDULE}/preview", week)
    assert answer.status == 200, answer.text
    days = answer.json["days"]
    assert len(days) == 31
    assert days[:2] == [
        {"date": "2026-11-22", "free_before": 24, "free_after": 0},
        {"date": "2026-11-23", "free_before": 22, "free_after": 8},
    ]
    assert clinic.items() == before
    told = ADMIN.put(SCHEDULE, week).json["affected"]
    assert answer.json["affected"] == told
    assert [visit["appointment_id"] for visit in told] == [goes["appointment_id"]]
    assert stays["appointment_id"] != goes["appointment_id"]
    assert len(clinic.free()) == 8


def test_a_preview_of_leave_tells_of_its_day(clinic: Clinic) -> None:
    visit = clinic.book(NINE)
    clinic.hold(local("2026-11-23T11:00"), patient_id=TOM)
    before = clinic.items()
    answer = ADMIN.post(f"{LEAVE}/preview", {"end": "10:00"})
    assert answer.json["days"] == [{"date": "2026-11-23", "free_before": 22, "free_after": 20}]
    assert [affected["appointment_id"] for affected in answer.json["affected"]] == [visit["appointment_id"]]
    assert clinic.items() == before
    assert ADMIN.put(LEAVE, {"end": "10:00"}).json["affected"] == answer.json["affected"]
    assert len(clinic.free()) == 20


def test_a_first_week_is_previewed_against_nothing(founding: Clinic) -> None:
    founding.now = founding.now.replace(hour=15)  # 16:00 in Berlin
    answer = ADMIN.post(f"{SCHEDULE}/preview", WEEK)
    assert answer.json["days"][0] == {"date": "2026-11-20", "free_before": 0, "free_after": 2}
    assert answer.json["affected"] == []
    assert founding.items() == []


@pytest.mark.parametrize(
    ("changes", "days"),
    [({"valid_to": "2026-11-24"}, 5), ({"valid_to": "2026-11-19"}, 0), ({"valid_from": "2999-12-31"}, 31)],
)
def test_a_preview_covers_the_days_to_come_of_the_week(clinic: Clinic, changes: dict[str, str], days: int) -> None:
    answer = ADMIN.post(f"{SCHEDULE}/preview", WEEK | changes)
    assert (answer.status, len(answer.json["days"])) == (200, days), answer.text


def test_a_preview_is_refused_as_the_change_would_be(founding: Clinic) -> None:
    unknown = f"/v1/practitioners/prc_{NOBODY}/schedule/preview"
    answer = ADMIN.post(unknown, WEEK)
    assert (answer.status, answer.slug) == (422, "unknown-reference")
    answer = ADMIN.post(f"{LEAVE}/preview", {})
    assert (answer.status, answer.slug) == (404, "not-found")
    for caller in (DESK, doctor(KENJI)):
        assert caller.post(f"{SCHEDULE}/preview", WEEK).status == 403
        assert caller.post(f"{LEAVE}/preview", {}).status == 403
