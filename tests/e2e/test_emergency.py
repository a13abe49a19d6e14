"""Emergency access on the running system: who breaks the glass sees one patient, people hear of it, another reviews."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.e2e.hospital import PASSWORD, Hospital, good, refused
from tests.e2e.post import Post, until

REASON = {"reason": "Found unconscious in the lift, no companion"}

Client = Callable[..., httpx.Client]


@pytest.fixture
def alarms(post: Post) -> Iterator[Callable[[], list[str]]]:
    """What has reached the topic of alarms since the test began."""
    queues, topics = post.client("sqs"), post.client("sns")
    url = queues.create_queue(QueueName=f"alarms-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = post.outputs["AlarmTopicArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed | {"Resource": arn}]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscription = topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    heard: list[str] = []

    def hear() -> list[str]:
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        heard.extend(json.loads(message["Body"])["Message"] for message in messages)
        return heard

    yield hear
    topics.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    queues.delete_queue(QueueUrl=url)


def test_a_doctor_breaks_the_glass_people_hear_of_it_and_an_auditor_reviews_it(
    hospital: Hospital, client_for: Client, sign_in: Client, alarms: Callable[[], list[str]]
) -> None:
    doctor, patient_id, other = hospital.hire(), hospital.patient(), hospital.patient()
    path = f"/v1/patients/{patient_id}"
    with sign_in(doctor.email, PASSWORD) as clinician:
        refused(clinician.get(path), 403, "forbidden")
        begun = good(clinician.post(f"{path}/emergency-access", json=REASON), 201)
        assert good(clinician.get(path))["patient_id"] == patient_id
        refused(clinician.get(f"/v1/patients/{other}"), 403, "forbidden")
        assert good(clinician.post(f"{path}/emergency-access", json=REASON), 201) == begun
        refused(clinician.get("/v1/emergency-access"), 403, "forbidden")
    emergency_id = begun["emergency_id"]
    [alarm] = until(lambda: [text for text in alarms() if emergency_id in text])
    assert "EmergencyAccessStarted" in alarm
    for secret in (REASON["reason"], patient_id, doctor.email):
        assert secret not in alarm

    auditor = client_for("auditor")
    [waiting] = [item for item in _queue(auditor, "open") if item["emergency_id"] == emergency_id]
    assert (waiting["practitioner_id"], waiting["reason"]) == (doctor.practitioner_id, REASON["reason"])
    finding = {"verdict": "justified", "comment": "The ward confirms it"}
    good(auditor.post(f"/v1/emergency-access/{emergency_id}/review", json=finding))
    refused(
        client_for("manager").post(f"/v1/emergency-access/{emergency_id}/review", json=finding),
        409,
        "invalid-transition",
    )
    assert emergency_id not in {item["emergency_id"] for item in _queue(auditor, "open")}
    [reviewed] = [item for item in _queue(auditor, "reviewed") if item["emergency_id"] == emergency_id]
    assert reviewed["review"]["comment"] == finding["comment"]


def test_a_nurse_sees_whom_they_have_received_and_in_an_emergency_anybody(
    hospital: Hospital, client_for: Client
) -> None:
    patient_id, nurse = hospital.patient(), client_for("nurse")
    path = f"/v1/patients/{patient_id}"
    [found] = good(nurse.get("/v1/patients", params={"query": patient_id}))["items"]
    assert (found["given_name"], found["phone"]) == ("Test", None)
    refused(nurse.get(path), 403, "forbidden")
    good(nurse.post(f"{path}/emergency-access", json=REASON), 201)
    assert good(nurse.get(path))["patient_id"] == patient_id


@pytest.mark.parametrize("role", ["receptionist", "manager", "auditor", "admin", "pharmacist"])
def test_nobody_else_breaks_it(hospital: Hospital, client_for: Client, role: str) -> None:
    answer = client_for(role).post(f"/v1/patients/{hospital.patient()}/emergency-access", json=REASON)
    refused(answer, 403, "forbidden")


def _queue(client: httpx.Client, state: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = good(client.get("/v1/emergency-access", params={"state": state, "limit": 100, **cursor}))
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}
