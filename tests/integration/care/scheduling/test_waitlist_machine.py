"""The waitlist against an oracle: whatever people do and in whatever order events come, a slot goes to one person at a
time, in order of precedence, and nobody is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import boto3
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.integration.care.scheduling.clinic import ANNA, DESK, GRETA, KENJI, MARIA, NOW, TOM, Clinic, local
from tests.integration.care.scheduling.waiting import RULE, Waitlist, accept, cancel, decline, join, specialise, wish

from care.scheduling.tasks.offers import handle
from kernel import clock
from kernel.events import Event

PEOPLE = (MARIA, TOM, ANNA)
# Two slots at the same time, with different doctors, and one later: who takes one may be busy for another.
SLOTS = (
    (GRETA, local("2026-11-23T09:00")),
    (KENJI, local("2026-11-23T09:00")),
    (GRETA, local("2026-11-23T10:00")),
)
TARGETS: tuple[dict[str, Any], ...] = (
    {"practitioner_id": GRETA},
    {"practitioner_id": KENJI},
    {"practitioner_id": None, "specialty": "cardiology"},
)


@dataclass(frozen=True)
class Waiting:
    """An entry, as the oracle remembers it."""

    patient_id: str
    target: str
    urgent: bool
    joined: datetime
    status: str = "waiting"
    offer: tuple[str, str] | None = None
    until: datetime | None = None

    def turn(self, practitioner_id: str) -> tuple[bool, bool, datetime]:
        return not self.urgent, self.target != practitioner_id, self.joined

    def wants(self, practitioner_id: str) -> bool:
        return self.target in (practitioner_id, "cardiology")


@dataclass
class Slot:
    """A slot of the game: whose visit is in it and since when, and who was asked for it."""

    visit: str | None = None
    owner: str | None = None
    since: datetime = NOW
    asked: set[str] = field(default_factory=set)


class Line(RuleBasedStateMachine):
    clinic: Clinic

    def __init__(self) -> None:
        super().__init__()
        self.clinic.now = NOW
        _clear(self.clinic)
        self.waitlist = Waitlist(self.clinic)
        self.entry: dict[str, Waiting] = {}
        self.slot = {slot: Slot() for slot in SLOTS}
        for practitioner_id, start in SLOTS:
            self._book(practitioner_id, start)
        self.waitlist.changes()

    def _book(self, practitioner_id: str, start: str) -> None:
        # Each by a patient of their own: two of the slots are at one time.
        patient_id = f"pat_{SLOTS.index((practitioner_id, start)):032x}"
        visit = self.clinic.book(start, practitioner_id=practitioner_id, patient_id=patient_id)
        self.slot[practitioner_id, start] = replace(
            self.slot[practitioner_id, start], visit=visit["appointment_id"], owner=patient_id, since=self.clinic.now
        )

    # ---- the oracle

    def holder(self, slot: tuple[str, str]) -> str | None:
        """The entry to which a slot is offered now."""
        return next((key for key, one in self.entry.items() if one.offer == slot), None)

    def busy(self, patient_id: str, start: str) -> bool:
        visits = any(slot.owner == patient_id and at[1] == start for at, slot in self.slot.items())
        return visits or any(
            one.patient_id == patient_id and one.offer is not None and one.offer[1] == start
            for one in self.entry.values()
        )

    def has_one(self, one: Waiting) -> bool:
        """Whether the patient got such a visit since they joined."""
        return any(
            slot.owner == one.patient_id and one.wants(at[0]) and slot.since >= one.joined
            for at, slot in self.slot.items()
        )

    def next_in_line(self, slot: tuple[str, str]) -> str | None:
        practitioner_id, start = slot
        able = [key for key, one in self.entry.items() if one.status == "waiting" and one.wants(practitioner_id)]
        for key in sorted(able, key=lambda key: self.entry[key].turn(practitioner_id)):
            one = self.entry[key]
            if one.patient_id in self.slot[slot].asked:
                continue
            if self.has_one(one):
                self.entry[key] = replace(one, status="booked")
            elif not self.busy(one.patient_id, start):
                return key
        return None

    def freed(self, slot: tuple[str, str]) -> None:
        """What must happen when a slot has become free."""
        if self.slot[slot].visit is not None or self.holder(slot) is not None:
            return
        key = self.next_in_line(slot)
        if key is not None:
            until = self.clinic.now + timedelta(minutes=30)
            self.entry[key] = replace(self.entry[key], status="offered", offer=slot, until=until)
            self.slot[slot].asked.add(self.entry[key].patient_id)

    def live(self) -> Iterator[str]:
        yield from (key for key, one in self.entry.items() if one.status in ("waiting", "offered"))

    # ---- what people do

    @rule(patient_id=st.sampled_from(PEOPLE), whom=st.sampled_from(TARGETS), urgent=st.booleans())
    def join(self, patient_id: str, whom: dict[str, Any], urgent: bool) -> None:
        named = whom["practitioner_id"] or whom["specialty"]
        standing = [
            key for key in self.live() if (self.entry[key].patient_id, self.entry[key].target) == (patient_id, named)
        ]
        changes = {**whom, "priority": "urgent" if urgent else "routine"}
        if standing:
            answer = DESK.post("/v1/waitlist", wish(patient_id, **changes))
            assert (answer.status, answer.json["waitlist_id"]) == (409, standing[0])
            return
        self.clinic.now += timedelta(seconds=1)
        self.entry[join(patient_id, **changes)] = Waiting(patient_id, named, urgent, self.clinic.now)
        self.move()

    @rule(slot=st.sampled_from(SLOTS))
    def free_or_take(self, slot: tuple[str, str]) -> None:
        """Whoever has the slot cancels; a slot that nobody has or is offered is booked by its first owner again."""
        visit = self.slot[slot].visit
        if visit is not None:
            cancel(visit)
            self.slot[slot] = replace(self.slot[slot], visit=None, owner=None)
            self.freed(slot)
            self.move()
        elif self.holder(slot) is None:
            self._book(*slot)
            self.move()

    @precondition(lambda self: any(one.offer for one in self.entry.values()))
    @rule(data=st.data(), how=st.sampled_from(["accept", "accept", "decline", "leave"]))
    def answer(self, data: st.DataObject, how: str) -> None:
        key = data.draw(st.sampled_from([key for key, one in self.entry.items() if one.offer]))
        one = self.entry[key]
        assert one.offer is not None
        if how == "accept":
            answer = accept(key)
            assert answer.status == 201, answer.text
            assert accept(key).json == answer.json
            self.slot[one.offer] = replace(
                self.slot[one.offer], visit=answer.json["appointment_id"], owner=one.patient_id, since=self.clinic.now
            )
            self.entry[key] = replace(one, status="booked", offer=None)
        else:
            status = "waiting" if how == "decline" else "withdrawn"
            answer = decline(key) if how == "decline" else DESK.delete(f"/v1/waitlist/{key}")
            assert answer.status in (200, 204), answer.text
            self.entry[key] = replace(one, status=status, offer=None)
            self.freed(one.offer)
        self.move()

    @rule()
    def let_offers_lapse(self) -> None:
        until = self.clinic.now + timedelta(minutes=30)
        if until > clock.parse(SLOTS[0][1]) - timedelta(hours=3):
            return
        due = sorted((one.until, key) for key, one in self.entry.items() if one.offer and one.until)
        for at, key in due:
            self.waitlist.let_pass(at)
            self.clinic.now = at
            one = self.entry[key]
            assert one.offer is not None
            self.entry[key] = replace(one, status="waiting", offer=None)
            self.freed(one.offer)
        self.clinic.now = max(self.clinic.now, until - timedelta(minutes=1))

    def move(self) -> None:
        """Everything comes to the queue, some of it twice and late."""
        told = self.waitlist.let_move()
        for event in [event for event in told if event.type in RULE][::-1]:
            self.again(event)

    def again(self, event: Event) -> None:
        handle(event)
        assert self.waitlist.changes() == []

    # ---- what always holds

    @invariant()
    def everybody_is_where_they_should_be(self) -> None:
        shown = {item["waitlist_id"]: item for who in PEOPLE for item in self._listed(who)}
        assert shown.keys() == self.entry.keys()
        for key, one in self.entry.items():
            item = shown[key]
            offer = (item["offer"]["practitioner_id"], item["offer"]["start"]) if item["offer"] else None
            assert (item["status"], offer) == (one.status, one.offer), one

    @invariant()
    def a_slot_is_one_persons(self) -> None:
        offered = [one.offer for one in self.entry.values() if one.offer]
        assert len(set(offered)) == len(offered)
        assert all(self.slot[slot].visit is None for slot in offered)

    def _listed(self, patient_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = DESK.get(f"/v1/waitlist?patient_id={patient_id}&limit=100").json["items"]
        return found

    @invariant()
    def lines_hold_exactly_those_who_wait(self) -> None:
        lines = {item["sk"]["S"].rpartition("#")[2] for item in self.clinic.items("LINE#")}
        assert lines == set(self.live())


def _clear(clinic: Clinic) -> None:
    table = boto3.resource("dynamodb").Table(clinic.tables["scheduling"])
    with table.batch_writer() as batch:
        for item in table.scan()["Items"]:
            if item["sk"] not in ("SCHEDULE", "PROFILE"):
                batch.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    scheduler = boto3.client("scheduler")
    for timer in scheduler.list_schedules(GroupName="care")["Schedules"]:
        scheduler.delete_schedule(GroupName="care", Name=timer["Name"])


def test_whatever_people_do_the_line_is_fair_and_nobody_is_lost(waitlist: Waitlist) -> None:
    clinic = waitlist.clinic
    for number in range(len(SLOTS)):
        clinic.refer("patients", f"PATIENT#pat_{number:032x}")
    specialise(clinic, KENJI, "cardiology")
    machine = type("LineHere", (Line,), {"clinic": clinic})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=5,
            stateful_step_count=18,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes here, and 18 steps can be read
            suppress_health_check=list(HealthCheck),
        ),
    )
