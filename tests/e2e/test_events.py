"""Events on the running system: from a booking over HTTP to one mail, whatever happens on the way."""

from __future__ import annotations

import json
import uuid
from functools import partial

from local.client import Stack, demo_user
from tests.e2e.post import SAMPLES, Patient, Post, book, event, move, new, until


def test_a_visit_booked_moved_and_cancelled_over_http_is_told_in_three_mails(
    stack: Stack, post: Post, patient: Patient
) -> None:
    doctor = demo_user(stack, "doctor")["practitioner_id"]
    visit = book(patient, doctor)
    visit_id = visit["appointment_id"]
    first = until(lambda: post.mails(visit_id))
    assert [mail["Subject"] for mail in first] == ["Your visit is booked"]
    assert first[0]["To"] == [patient.email]
    assert first[0]["Source"] == post.outputs["MailFrom"]
    for secret in ("Invented", "Events", "chest", doctor, patient.patient_id):
        assert secret not in first[0]["BodyText"] + first[0]["BodyHtml"]

    move(patient, visit, ahead=4)
    post.await_handled(f"{visit_id}:2")
    cancelled = patient.http.post(f"/v1/appointments/{visit_id}/cancel", json={"reason": "test"})
    assert cancelled.status_code == 200, cancelled.text
    post.await_handled(f"{visit_id}:3")
    assert [mail["Subject"] for mail in post.mails(visit_id)] == [
        "Your visit is booked",
        "Your visit has changed",
        "Your visit is cancelled",
    ]


def test_the_event_of_a_booking_sent_to_the_bus_again_sends_no_second_mail(
    stack: Stack, post: Post, patient: Patient
) -> None:
    visit_id = book(patient, demo_user(stack, "doctor")["practitioner_id"])["appointment_id"]
    until(lambda: post.mails(visit_id))
    post.publish(*[event("booked", visit_id, patient.patient_id)] * 3)
    post.await_handled(f"{visit_id}:1", times=4)
    assert len(post.mails(visit_id)) == 1
    assert post.notification(patient.patient_id, f"{visit_id}:1") == "sent"


def test_twenty_deliveries_at_once_send_one_mail(post: Post, patient: Patient) -> None:
    visit_id = new("apt")
    for _ in range(2):
        post.publish(*[event("booked", visit_id, patient.patient_id)] * 10)
    post.await_handled(f"{visit_id}:1", times=20)
    assert len(post.mails(visit_id)) == 1


def test_events_in_reversed_order_tell_the_newest_alone(post: Post, patient: Patient) -> None:
    visit_id = new("apt")
    post.publish(event("cancelled", visit_id, patient.patient_id, 3))
    until(lambda: post.mails(visit_id))
    post.publish(
        event("rescheduled", visit_id, patient.patient_id, 2), event("booked", visit_id, patient.patient_id, 1)
    )
    for version in (1, 2):
        post.await_handled(f"{visit_id}:{version}")
        assert post.notification(patient.patient_id, f"{visit_id}:{version}") == "superseded"
    assert [mail["Subject"] for mail in post.mails(visit_id)] == ["Your visit is cancelled"]


def test_poison_reaches_the_dead_letters_while_its_neighbours_are_handled(post: Post, patient: Patient) -> None:
    before, after, ruined = new("apt"), new("apt"), new("apt")
    poison = event("booked", ruined, patient.patient_id)
    del poison["data"]["time_zone"]
    post.publish(event("booked", before, patient.patient_id), poison, event("booked", after, patient.patient_id))
    for visit_id in (before, after):
        until(partial(post.mails, visit_id))

    sqs, queue = post.client("sqs"), post.outputs["NotificationEventsFailedUrl"]

    def dead() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            if ruined in message["Body"]:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                return True
        return False

    until(dead)
    assert post.mails(ruined) == []


def test_a_visit_that_overtakes_its_patients_contact_is_told_once_the_contact_is_known(post: Post) -> None:
    patient_id, visit_id = new("pat"), new("apt")
    email = f"late.{uuid.uuid4().hex[:12]}@patients.example"
    sample = json.loads((SAMPLES / "notifications" / "patient_contact_changed.json").read_text())["detail"]
    contact = {"contact": post.seal(patient_id, {"email": email, "language": "de"})}
    post.publish(event("booked", visit_id, patient_id))
    post.await_said("event failed", f"{visit_id}:1")
    post.publish(
        {**sample, "id": f"{patient_id}:1", "subject": patient_id, "data": contact}, source="salus.care.patients"
    )
    mail = until(lambda: post.mails(visit_id))[0]
    assert (mail["To"], mail["Subject"]) == ([email], "Ihr Termin ist gebucht")
