"""Booking against an oracle that knows nothing but intervals: whatever people do, in any order, nobody and nothing is
ever in two places at once, and what the table says is what happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    BERLIN,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    ROOM,
    TOM,
    Clinic,
)
from tests.integration.gateway import Answer

from care.scheduling.models import Kind, Resource, Span, Tick, ticks

START = datetime(2026, 11, 23, 20, tzinfo=UTC)
# Around midnight UTC, on the doctors' grids of 20 or 30 minutes, but for the last.
MOMENTS = st.sampled_from([START + timedelta(hours=3, minutes=n) for n in (30, 40, 20, 60, 80, 0, 90, 50)])
DOCTORS = st.sampled_from([GRETA, KENJI])
PATIENTS = st.sampled_from([MARIA, TOM, ANNA])
ROOMS = st.sampled_from([None, ROOM])
HOURS = {GRETA: ("23:00", "03:00", BERLIN), KENJI: ("17:00", "21:00", NEW_YORK)}  # 22:00 to 02:00 UTC, both
WISHES = st.lists(st.tuples(DOCTORS, PATIENTS, ROOMS, MOMENTS), min_size=1, max_size=4)
PEOPLE = [("practitioner_id", one) for one in (GRETA, KENJI)] + [("patient_id", one) for one in (MARIA, TOM, ANNA)]


@dataclass(frozen=True)
class Taken:
    """A visit or a hold, as the oracle remembers it; `until` is when a hold ends."""

    practitioner_id: str
    patient_id: str
    room_id: str | None
    span: Span
    until: datetime | None = None
    version: int = 1
    status: str = "booked"

    @property
    def resources(self) -> set[Resource]:
        people = {Resource(Kind.PRACTITIONER, self.practitioner_id), Resource(Kind.PATIENT, self.patient_id)}
        return people | {Resource(Kind.ROOM, self.room_id)} if self.room_id else people


class Booking(RuleBasedStateMachine):
    visits = Bundle("visits")
    holds = Bundle("holds")

    clinic: Clinic

    def __init__(self) -> None:
        super().__init__()
        self.clinic.now = START
        _clear(self.clinic)
        self.visit: dict[str, Taken] = {}
        self.hold: dict[str, Taken] = {}
        self.leave: dict[str, Span] = {}
        self.minutes: dict[str, int] = {}
        for practitioner_id in (GRETA, KENJI):
            self.set_hours(practitioner_id, 20)

    # ---- the oracle

    def live(self) -> Iterator[Taken]:
        yield from (one for one in self.visit.values() if one.status != "cancelled")
        yield from (one for one in self.hold.values() if one.until and one.until > self.clinic.now)

    def in_the_way(self, wanted: Taken, ignored: Taken | None = None) -> set[tuple[str, Tick]]:
        """Which kind of resource is taken within the wanted time, and at which ticks."""
        return {
            (resource.kind.value, tick)
            for other in self.live()
            if other is not ignored and other.span.overlaps(wanted.span)
            for resource in wanted.resources & other.resources
            for tick in set(ticks(wanted.span)) & set(ticks(other.span))
        }

    def slot(self, practitioner_id: str, start: datetime) -> Span | None:
        """The slot of the hours 22:00 to 02:00 UTC that begins then, None where there is none."""
        opens, length = START + timedelta(hours=2), timedelta(minutes=self.minutes[practitioner_id])
        span = Span(start, start + length)
        off = self.leave.get(practitioner_id)
        if start <= self.clinic.now or (start - opens) % length or span.end > opens + timedelta(hours=4):
            return None
        return None if off and off.overlaps(span) else span

    # ---- what people do

    # One rule, so that people do more than change their minds about hours.
    @rule(practitioner_id=DOCTORS, change=st.sampled_from([20, 30, "leave", "no leave"]), start=st.integers(0, 3))
    def change_hours(self, practitioner_id: str, change: int | str, start: int) -> None:
        if change == "leave":
            self.plan_leave(practitioner_id, start)
        elif change == "no leave":
            self.withdraw_leave(practitioner_id)
        else:
            self.set_hours(practitioner_id, int(change))

    def set_hours(self, practitioner_id: str, minutes: int) -> None:
        start, end, zone = HOURS[practitioner_id]
        weekly = [{"weekday": day, "start": start, "end": end} for day in range(7)]
        self.clinic.week(practitioner_id, weekly=weekly, time_zone=zone, slot_minutes=minutes)
        self.minutes[practitioner_id] = minutes

    def plan_leave(self, practitioner_id: str, start: int) -> None:
        # 20:00 and later in New York and 01:00 and later in Berlin are one hour each, from 00:00 UTC on the 24th.
        zone = HOURS[practitioner_id][2]
        local = {BERLIN: ("2026-11-24", 1), NEW_YORK: ("2026-11-23", 19)}[zone]
        wall = f"{local[1]:02}:{start * 10:02}", f"{local[1]:02}:{start * 10 + 20:02}"
        path = f"/v1/practitioners/{practitioner_id}/leave/{local[0]}"
        answer = ADMIN.put(path, {"start": wall[0], "end": wall[1]})
        assert answer.status == 200, answer.text
        begins = datetime(2026, 11, 24, 0, start * 10, tzinfo=UTC)
        span = self.leave[practitioner_id] = Span(begins, begins + timedelta(minutes=20))
        affected = {visit["appointment_id"] for visit in answer.json["affected"]}
        assert affected == {
            one
            for one, visit in self.visit.items()
            if visit.practitioner_id == practitioner_id and visit.status == "booked" and visit.span.overlaps(span)
        }

    def withdraw_leave(self, practitioner_id: str) -> None:
        day = {GRETA: "2026-11-24", KENJI: "2026-11-23"}[practitioner_id]
        answer = ADMIN.delete(f"/v1/practitioners/{practitioner_id}/leave/{day}")
        assert answer.status == (204 if self.leave.pop(practitioner_id, None) else 404)

    @rule(target=visits, wishes=WISHES)
    def book(self, wishes: list[Any]) -> Any:
        booked = []
        for wish in wishes:
            answer = DESK.post("/v1/appointments", self._wish(*wish))
            got = self._check(answer, *wish)
            if got is not None:
                self.visit[answer.json["appointment_id"]] = got
                booked.append(answer.json["appointment_id"])
        return multiple(*booked)

    @rule(target=holds, wishes=WISHES)
    def place_holds(self, wishes: list[Any]) -> Any:
        held = []
        for wish in wishes:
            answer = DESK.post("/v1/holds", self._wish(*wish))
            got = self._check(answer, *wish)
            if got is not None:
                self.hold[answer.json["hold_id"]] = replace(got, until=self.clinic.now + timedelta(minutes=10))
                held.append(answer.json["hold_id"])
        return multiple(*held)

    @rule(target=visits, hold_id=holds)
    def book_with_hold(self, hold_id: str) -> Any:
        held = self.hold[hold_id]
        wish = self._wish(held.practitioner_id, held.patient_id, None, held.span.start) | {"hold_id": hold_id}
        answer = DESK.post("/v1/appointments", wish)
        usable = held.until is not None and held.until > self.clinic.now
        room_id = held.room_id if usable else None
        got = self._check(
            answer, held.practitioner_id, held.patient_id, room_id, held.span.start, ignored=held if usable else None
        )
        if got is None:
            return multiple()
        self.visit[answer.json["appointment_id"]] = got
        if usable:
            self._end(hold_id, held, got)
        return answer.json["appointment_id"]

    def _end(self, hold_id: str, held: Taken, got: Taken) -> None:
        """A hold that was longer than the slot it became keeps its rest until it expires."""
        rest = Span(got.span.end, held.span.end)
        left = replace(held, span=rest) if rest.start < rest.end else replace(held, until=self.clinic.now)
        self.hold[hold_id] = replace(left, status="used")

    @rule(hold_id=holds)
    def release(self, hold_id: str) -> None:
        held = self.hold[hold_id]
        answer = DESK.delete(f"/v1/holds/{hold_id}")
        if held.status == "booked":
            assert answer.status == 204
            self.hold[hold_id] = replace(held, until=self.clinic.now, status="released")
        else:
            assert answer.status == 404

    @rule(minutes=st.sampled_from([4, 10, 30]))
    def let_time_pass(self, minutes: int) -> None:
        self.clinic.now += timedelta(minutes=minutes)

    @rule(appointment_id=visits, practitioner_id=st.none() | DOCTORS, start=MOMENTS)
    def reschedule(self, appointment_id: str, practitioner_id: str | None, start: datetime) -> None:
        old = self.visit[appointment_id]
        to = practitioner_id or old.practitioner_id
        body = {"start": _iso(start), "practitioner_id": practitioner_id}
        answer = DESK.post(f"/v1/appointments/{appointment_id}/reschedule", body)
        if old.status == "booked" and (old.span.start, old.practitioner_id) == (start, to):
            assert (answer.status, answer.json["version"]) == (200, old.version)
            return
        if old.status != "booked" and self.slot(to, start):
            assert (answer.status, answer.slug) == (409, "invalid-transition")
            return
        room_id = old.room_id if to == old.practitioner_id else None
        got = self._check(answer, to, old.patient_id, room_id, start, ignored=old)
        if got is not None:
            assert answer.json["version"] == old.version + 1
            self.visit[appointment_id] = replace(got, version=old.version + 1)

    @rule(appointment_id=consumes(visits))
    def cancel(self, appointment_id: str) -> None:
        old = self.visit[appointment_id]
        answer = DESK.post(f"/v1/appointments/{appointment_id}/cancel", {"reason": "ill"}, if_match=f'"{old.version}"')
        assert (answer.status, answer.json["status"]) == (200, "cancelled")
        self.visit[appointment_id] = replace(old, status="cancelled", version=old.version + 1)

    def _wish(self, practitioner_id: str, patient_id: str, room_id: str | None, start: datetime) -> dict[str, Any]:
        wish = {"practitioner_id": practitioner_id, "patient_id": patient_id, "start": _iso(start)}
        return wish | {"room_id": room_id} if room_id else wish

    def _check(
        self,
        answer: Answer,
        practitioner_id: str,
        patient_id: str,
        room_id: str | None,
        start: datetime,
        ignored: Taken | None = None,
    ) -> Taken | None:
        """What the answer should be, and what is now taken if it is a success."""
        span = self.slot(practitioner_id, start)
        if span is None:
            assert (answer.status, answer.slug) == (422, "not-bookable")
            return None
        wanted = Taken(practitioner_id, patient_id, room_id, span)
        blocked = self.in_the_way(wanted, ignored)
        if blocked:
            assert (answer.status, answer.slug) == (409, "slot-taken"), answer.text
            named = {
                (conflict["resource"], tick)
                for conflict in answer.json["conflicts"]
                for tick in ticks(Span(_at(conflict["start"]), _at(conflict["end"])))
            }
            assert named == blocked
            for slot in answer.json["alternatives"]:
                free = Taken(practitioner_id, patient_id, room_id, Span(_at(slot["start"]), _at(slot["end"])))
                assert not self.in_the_way(free)
            return None
        assert answer.status in (200, 201), answer.text
        assert Span(_at(answer.json["start"]), _at(answer.json["end"])) == span
        assert answer.json["room_id"] == room_id
        return wanted

    # ---- what always holds

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        busy = [(resource, tick) for one in self.live() for resource in one.resources for tick in ticks(one.span)]
        assert len(set(busy)) == len(busy)

    @invariant()
    def days_hold_exactly_what_is_taken(self) -> None:
        items = {(item["pk"]["S"], item["sk"]["S"]): item for item in self.clinic.items() if "DAY#" in item["sk"]["S"]}
        stored = {
            (pk, Tick(date.fromisoformat(sk.removeprefix("DAY#")), int(name, 36)))
            for (pk, sk), item in items.items()
            for name, value in item.items()
            if len(name) == 2 and name not in ("pk", "sk") and float(value["N"]) > self.clinic.now.timestamp()
        }
        expected = {
            (f"{resource.kind.upper()}#{resource.id}", tick)
            for one in self.live()
            for resource in one.resources
            for tick in ticks(one.span)
        }
        assert stored == expected

    @rule(whose=st.sampled_from(PEOPLE), limit=st.sampled_from([1, 2, 100]))
    def list_visits(self, whose: tuple[str, str], limit: int) -> None:
        self._lists_show_exactly_the_visits(whose, limit)

    def teardown(self) -> None:
        for whose in PEOPLE:
            self._lists_show_exactly_the_visits(whose, 100)

    def _lists_show_exactly_the_visits(self, whose: tuple[str, str], limit: int) -> None:
        name, value = whose
        shown: list[dict[str, Any]] = []
        query = f"{name}={value}&limit={limit}"
        page = DESK.get(f"/v1/appointments?{query}").json
        while page["next_cursor"]:
            shown += page["items"]
            page = DESK.get(f"/v1/appointments?{query}&cursor={page['next_cursor']}").json
        shown += page["items"]
        assert [visit["start"] for visit in shown] == sorted(visit["start"] for visit in shown)
        expected = [
            (appointment_id, visit.status, visit.version, _iso(visit.span.start))
            for appointment_id, visit in self.visit.items()
            if getattr(visit, name) == value
        ]
        assert sorted((i["appointment_id"], i["status"], i["version"], i["start"]) for i in shown) == sorted(expected)


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _clear(clinic: Clinic) -> None:
    table = boto3.resource("dynamodb").Table(clinic.tables["scheduling"])
    with table.batch_writer() as batch:
        for item in table.scan()["Items"]:
            batch.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def test_whatever_people_do_nobody_and_nothing_is_booked_twice(founding: Clinic) -> None:
    # Making tables takes longer than a run: all runs share one set of them.
    machine = type("BookingHere", (Booking,), {"clinic": founding})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=22,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes here, and 22 steps can be read
            suppress_health_check=list(HealthCheck),
        ),
    )
