"""The waitlist on moto: what would come to its queue is made of the table's changes, by the publisher's own rules."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from tests.integration.care.scheduling.clinic import ADMIN, BERLIN, DESK, GRETA, MARIA, NINE, Clinic
from tests.integration.gateway import Answer, Caller

from care.scheduling.tasks.offers import handle
from care.scheduling.tasks.publisher import events_of
from kernel.events import Change, Event

PATH = "/v1/waitlist"
LEAVE = f"/v1/practitioners/{GRETA}/leave/2026-11-23"
SOMEBODY = "pat_" + "9" * 32  # has the visits that fall away
RULE = {"AppointmentCancelled", "AppointmentRescheduled", "WaitlistOfferEnded", "WaitlistJoined"}


def wish(patient_id: str = MARIA, **changes: Any) -> dict[str, Any]:
    """Somebody waits for Greta in the last week of November, unless something else is said."""
    target = {} if "specialty" in changes else {"practitioner_id": GRETA}
    period = {"from": "2026-11-23", "to": "2026-11-29", "time_zone": BERLIN}
    return {"patient_id": patient_id, **target, **period, **changes}


def join(patient_id: str = MARIA, caller: Caller = DESK, **changes: Any) -> str:
    answer = caller.post(PATH, wish(patient_id, **changes))
    assert answer.status == 201, answer.text
    return str(answer.json["waitlist_id"])


def entry(waitlist_id: str) -> dict[str, Any]:
    found: dict[str, Any] = DESK.get(f"{PATH}/{waitlist_id}").json
    return found


def status(waitlist_id: str) -> str:
    return str(entry(waitlist_id)["status"])


def accept(waitlist_id: str, caller: Caller = DESK) -> Answer:
    return caller.post(f"{PATH}/{waitlist_id}/accept")


def decline(waitlist_id: str, caller: Caller = DESK) -> Answer:
    return caller.post(f"{PATH}/{waitlist_id}/decline")


def cancel(appointment_id: str, reason: str = "ill") -> None:
    answer = DESK.post(f"/v1/appointments/{appointment_id}/cancel", {"reason": reason})
    assert answer.status == 200, answer.text


@dataclass
class Waitlist:
    """The waitlist's queue. `let_move` brings everything that its rule lets through, until nothing more happens."""

    clinic: Clinic
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)

    def let_move(self) -> list[Event]:
        """What was told since the last time, each handled."""
        told: list[Event] = []
        while events := self.changes():
            told += events
            for event in events:
                if event.type in RULE:
                    handle(event)
        self.told += told
        return told

    def changes(self) -> list[Event]:
        """What the publisher would tell of what changed since the last time."""
        found = {**self._items("APPOINTMENT#"), **self._items("WAITLIST#")}
        changed = [(self.seen.get(pk), item) for pk, item in found.items() if self.seen.get(pk) != item]
        self.seen = found
        return [event for before, after in changed for event in events_of(Change(before, after))]

    def _items(self, prefix: str) -> dict[str, dict[str, Any]]:
        read = TypeDeserializer().deserialize
        items = [{name: read(value) for name, value in item.items()} for item in self.clinic.items(prefix)]
        return {item["pk"]: item for item in items}

    def let_pass(self, to: datetime) -> None:
        """Let time pass, with every timer that is due until then, in order."""
        while due := [(at, name) for at, name in self.timers() if at <= to]:
            at, name = min(due)
            self.clinic.now = max(self.clinic.now, at)
            self._fire(name)
            self.let_move()
        self.clinic.now = to

    def timers(self) -> list[tuple[datetime, str]]:
        scheduler = boto3.client("scheduler")
        names = [found["Name"] for found in scheduler.list_schedules(GroupName="care")["Schedules"]]
        found = [(scheduler.get_schedule(GroupName="care", Name=name), name) for name in names]
        return [(datetime.fromisoformat(f"{one['ScheduleExpression'][3:-1]}+00:00"), name) for one, name in found]

    def _fire(self, name: str) -> None:
        scheduler = boto3.client("scheduler")
        message = scheduler.get_schedule(GroupName="care", Name=name)["Target"]["Input"]
        scheduler.delete_schedule(GroupName="care", Name=name)
        handle(Event.from_document(json.loads(message)["detail"]))


def set_up(account: pytest.MonkeyPatch) -> None:
    """What timers need: a group, and the queue to which they come."""
    url = boto3.client("sqs").create_queue(QueueName="waitlist")["QueueUrl"]
    boto3.client("scheduler").create_schedule_group(Name="care")
    variables = {
        "TIMER_GROUP_NAME": "care",
        "TIMER_ROLE_ARN": "arn:aws:iam::123456789012:role/timers",
        "TIMER_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:waitlist",
        "TIMER_QUEUE_URL": url,
        "TIMER_DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:waitlist-failed",
        "TIMER_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/messages",
        "OFFER_SECONDS": "1800",
    }
    for name, value in variables.items():
        account.setenv(name, value)


def specialise(clinic: Clinic, practitioner_id: str, *specialties: str, active: bool = True) -> None:
    """Let the copy of a practitioner say what they practise."""
    boto3.client("dynamodb").put_item(
        TableName=clinic.tables["scheduling"],
        Item={
            "pk": {"S": f"PRACTITIONER#{practitioner_id}"},
            "sk": {"S": "PROFILE"},
            "department_id": {"S": "dep_" + "e" * 32},
            "specialties": {"S": json.dumps(specialties)},
            "active": {"BOOL": active},
            "version": {"N": "1"},
        },
    )


def free_a_slot(clinic: Clinic, waitlist: Waitlist, start: str = NINE, **changes: Any) -> None:
    """A visit is booked and falls away."""
    cancel(clinic.book(start, patient_id=SOMEBODY, **changes)["appointment_id"])
    waitlist.let_move()


def on_leave(clinic: Clinic) -> None:
    assert ADMIN.put(LEAVE, {}).status == 200


def with_other_hours(clinic: Clinic) -> None:
    clinic.week(weekly=[{"weekday": 0, "start": "13:00", "end": "17:00"}])


def without_the_doctor(clinic: Clinic) -> None:
    clinic.refer("practitioners", f"PRACTITIONER#{GRETA}", active=False)
