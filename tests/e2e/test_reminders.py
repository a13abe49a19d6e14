"""Reminders on the running system: timers that follow a visit through the real scheduler, and the mails they bring."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.client import Stack, demo_user
from tests.e2e.hospital import good
from tests.e2e.post import Patient, Post, book, event, move, new, until


def expected(visit: dict[str, Any]) -> dict[str, str]:
    """Both timers of a visit."""
    start = datetime.fromisoformat(visit["start"]).astimezone(UTC)
    leads = {"day": timedelta(hours=24), "hour": timedelta(hours=1)}
    return {kind: f"at({start - lead:%Y-%m-%dT%H:%M:%S})" for kind, lead in leads.items()}


def subjects(post: Post, visit_id: str) -> list[str]:
    return [mail["Subject"] for mail in post.mails(visit_id)]


def test_timers_are_set_moved_and_removed_with_the_visit(stack: Stack, post: Post, patient: Patient) -> None:
    doctor = demo_user(stack, "doctor")["practitioner_id"]
    visit = book(patient, doctor, ahead=3)
    visit_id = visit["appointment_id"]
    until(lambda: post.timers(visit_id) == expected(visit))

    moved = move(patient, visit, ahead=5)
    assert expected(moved) != expected(visit)
    until(lambda: post.timers(visit_id) == expected(moved))

    good(patient.http.post(f"/v1/appointments/{visit_id}/cancel", json={"reason": "test"}))
    until(lambda: post.timers(visit_id) == {})


def test_a_timer_that_fires_brings_one_mail_even_when_its_message_comes_again(
    stack: Stack, post: Post, patient: Patient
) -> None:
    visit_id = book(patient, demo_user(stack, "doctor")["practitioner_id"], ahead=3)["appointment_id"]
    until(lambda: len(post.timers(visit_id)) == 2)
    message = post.message("day", visit_id)
    post.bring_forward("day", visit_id)
    until(lambda: "A reminder of your visit" in subjects(post, visit_id))
    until(lambda: "day" not in post.timers(visit_id))
    for _ in range(2):
        post.send(message)
    post.await_handled(json.loads(message)["detail"]["id"], times=3)
    until(lambda: "Your visit is booked" in subjects(post, visit_id))
    assert sorted(subjects(post, visit_id)) == ["A reminder of your visit", "Your visit is booked"]


def test_a_timer_that_fires_although_its_visit_was_cancelled_brings_no_mail(
    stack: Stack, post: Post, patient: Patient
) -> None:
    visit_id = book(patient, demo_user(stack, "doctor")["practitioner_id"], ahead=3)["appointment_id"]
    until(lambda: len(post.timers(visit_id)) == 2)
    message = post.message("hour", visit_id)
    good(patient.http.post(f"/v1/appointments/{visit_id}/cancel", json={"reason": "test"}))
    until(lambda: "Your visit is cancelled" in subjects(post, visit_id))
    post.send(message)
    reminder = json.loads(message)["detail"]["id"]
    post.await_handled(reminder)
    assert post.notification(patient.patient_id, reminder) == "superseded"
    assert "Your visit begins soon" not in subjects(post, visit_id)


def test_a_booking_that_is_heard_of_late_is_reminded_of_at_once(post: Post, patient: Patient) -> None:
    visit_id = new("apt")
    booked = event("booked", visit_id, patient.patient_id)
    now = datetime.now(UTC).replace(microsecond=0)
    booked["at"] = (now - timedelta(days=1)).isoformat()
    booked["data"] |= {
        "start": (now + timedelta(hours=20)).isoformat(),
        "end": (now + timedelta(hours=21)).isoformat(),
    }
    post.publish(booked)
    until(lambda: "A reminder of your visit" in subjects(post, visit_id))
    until(lambda: post.timers(visit_id).keys() == {"hour"})


def test_a_series_booked_over_http_is_told_in_one_mail_and_reminded_of_visit_by_visit(
    stack: Stack, post: Post, patient: Patient
) -> None:
    doctor = demo_user(stack, "doctor")["practitioner_id"]
    first = datetime.now(UTC).date() + timedelta(days=30)
    days = {"from": first.isoformat(), "to": (first + timedelta(days=13)).isoformat()}
    slots = good(patient.http.get(f"/v1/practitioners/{doctor}/availability", params=days))["slots"]
    wish = {"practitioner_id": doctor, "patient_id": patient.patient_id, "count": 3, "mode": "video"}
    answers = (patient.http.post("/v1/appointment-series", json=wish | {"start": slot["start"]}) for slot in slots)
    booked = good(next(answer for answer in answers if answer.status_code != 409), 201)
    [mail] = until(lambda: post.mails(booked["series_id"]))
    assert mail["Subject"] == "Your visits are booked"
    visit_ids = [visit["appointment_id"] for visit in booked["appointments"]]
    until(lambda: all(len(post.timers(visit_id)) == 2 for visit_id in visit_ids))
    for visit_id in visit_ids:
        post.await_handled(f"{visit_id}:1")
        assert post.mails(visit_id) == []


def test_an_offer_is_told_with_the_way_to_accept_it(stack: Stack, post: Post, patient: Patient) -> None:
    waitlist_id = new("wtl")
    now = datetime.now(UTC).replace(microsecond=0)
    offered = event("booked", waitlist_id, patient.patient_id, version=2)
    offered["type"] = "WaitlistOffered"
    offered["data"] |= {"waitlist_id": waitlist_id, "expires_at": (now + timedelta(hours=2)).isoformat()}
    post.publish(offered)
    [mail] = until(lambda: post.mails(waitlist_id))
    assert (mail["To"], mail["Subject"]) == ([patient.email], "A time has become free")
    assert f"{stack['portal']}/waitlist" in mail["BodyText"]
