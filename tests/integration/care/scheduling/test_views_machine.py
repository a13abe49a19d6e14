"""Read models against the truth: whatever people do, and in whatever order, how often and how torn the events of it
come, in the end the search offers what availability says, the board shows every visit where it is, and the work list
names exactly the visits that do not fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.integration.care.scheduling.clinic import ADMIN, BERLIN, DESK, GRETA, KENJI, MARIA, NEW_YORK, TOM, before
from tests.integration.care.scheduling.happenings import SURGERY, WARD, Happenings

from care.scheduling import repository
from care.scheduling.service import views
from kernel import clock
from kernel.events import Event

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAYS = [date(2026, 11, 23) + timedelta(days=n) for n in range(3)]
DOCTORS = st.sampled_from([GRETA, KENJI])
PATIENTS = st.sampled_from([MARIA, TOM])
# 23:00 to 00:30 UTC, so that slots of 30 minutes are about midnight; Kenji's local day is the one before.
HOURS = {GRETA: ("00:00", "01:30", BERLIN), KENJI: ("18:00", "19:30", NEW_YORK)}
MOMENTS = st.sampled_from([START + timedelta(hours=11, minutes=n) for n in (0, 30, 60, 45, 24 * 60, 24 * 60 + 30)])


class Following(RuleBasedStateMachine):
    visits = Bundle("visits")

    happenings: Happenings

    def __init__(self) -> None:
        super().__init__()
        self.clinic = self.happenings.clinic
        self.clinic.now = START
        _clear(self.happenings)
        self.waiting: list[Event] = []
        self.past: list[Event] = []

    @initialize()
    def begin(self) -> None:
        for practitioner_id in (GRETA, KENJI):
            self.set_hours(practitioner_id, 30)
            self.waiting.append(self.happenings.practitioner(practitioner_id))
        self._hear()
        self._deliver(self.waiting)

    # ---- what people do

    @rule(practitioner_id=DOCTORS, minutes=st.sampled_from([30, 45]))
    def set_hours(self, practitioner_id: str, minutes: int) -> None:
        start, end, zone = HOURS[practitioner_id]
        weekly = [{"weekday": day, "start": start, "end": end} for day in range(7)]
        self.clinic.week(practitioner_id, weekly=weekly, time_zone=zone, slot_minutes=minutes)

    @rule(practitioner_id=DOCTORS, day=st.sampled_from(DAYS), planned=st.booleans())
    def change_leave(self, practitioner_id: str, day: date, planned: bool) -> None:
        path = f"/v1/practitioners/{practitioner_id}/leave/{day}"
        if planned:
            assert ADMIN.put(path, {"end": "19:00"}).status == 200
        else:
            assert ADMIN.delete(path).status in (204, 404)

    @rule(practitioner_id=DOCTORS, active=st.booleans(), department_id=st.sampled_from([SURGERY, WARD]))
    def change_profile(self, practitioner_id: str, active: bool, department_id: str) -> None:
        specialties = ("cardiology", "urology") if department_id == WARD else ("cardiology",)
        profile = self.happenings.practitioner(
            practitioner_id, *specialties, department_id=department_id, active=active
        )
        self.waiting.append(profile)

    @rule(target=visits, practitioner_id=DOCTORS, patient_id=PATIENTS, start=MOMENTS)
    def book(self, practitioner_id: str, patient_id: str, start: datetime) -> Any:
        wish = {"practitioner_id": practitioner_id, "patient_id": patient_id, "start": start.isoformat()}
        answer = DESK.post("/v1/appointments", wish)
        return answer.json["appointment_id"] if answer.status == 201 else multiple()

    @rule(appointment_id=visits, practitioner_id=st.none() | DOCTORS, start=MOMENTS)
    def move(self, appointment_id: str, practitioner_id: str | None, start: datetime) -> None:
        body = {"start": start.isoformat(), "practitioner_id": practitioner_id}
        assert DESK.post(f"/v1/appointments/{appointment_id}/reschedule", body).status in (200, 409, 422)

    @rule(appointment_id=consumes(visits), step=st.sampled_from(["cancel", "check-in"]))
    def end(self, appointment_id: str, step: str) -> None:
        DESK.post(f"/v1/appointments/{appointment_id}/{step}", {"reason": "better"} if step == "cancel" else None)

    # ---- how it is told

    @rule(data=st.data())
    def deliver_some(self, data: st.DataObject) -> None:
        self._hear()
        pool = [*self.waiting, *self.past]
        if pool:
            batch = data.draw(st.lists(st.sampled_from(range(len(pool))), min_size=1, max_size=4))
            self._deliver([pool[number] for number in batch])

    @rule(practitioner_id=DOCTORS, patient_id=PATIENTS, start=MOMENTS, after=st.sampled_from(["cancel", "check-in"]))
    def deliver_while_something_happens(
        self, practitioner_id: str, patient_id: str, start: datetime, after: str
    ) -> None:
        """Between reading of a booking and writing the lists, the visit is cancelled or received, and that is handled.
        Everything has been delivered before and nothing comes after, so that nothing else can mend what is torn."""
        self._hear()
        self._deliver(self.waiting)
        appointment_id = self.book(practitioner_id, patient_id, start)
        booked = self.happenings.told()

        def intrude() -> None:
            self.end(appointment_id, after)
            ended = self.happenings.told()
            self.happenings.bring(ended)
            self.past += ended

        with _torn(intrude):
            self.happenings.bring(booked)
        self.past += booked
        self._the_lists_say_what_is_true()

    def _hear(self) -> None:
        self.waiting += self.happenings.told()

    def _deliver(self, batch: list[Event]) -> None:
        self.happenings.bring(batch)
        self.past += batch
        self.waiting = [event for event in self.waiting if event not in batch]

    # ---- what holds in the end

    def teardown(self) -> None:
        self._hear()
        self._deliver(self.waiting[::-1])
        self._the_lists_say_what_is_true()

    def _the_lists_say_what_is_true(self) -> None:
        self._the_search_offers_what_is_available()
        self._board_and_work_list_show_what_is()

    def _the_search_offers_what_is_available(self) -> None:
        days = f"from={DAYS[0]}&to={DAYS[-1]}"
        for specialty in ("cardiology", "urology"):
            answer = DESK.get(f"/v1/slots?specialty={specialty}&{days}&limit=50").json["slots"]
            offered = [(slot["practitioner_id"], slot["start"], slot["end"]) for slot in answer]
            expected = []
            for practitioner_id in (GRETA, KENJI):
                profile = repository.profile_of(practitioner_id)
                assert profile is not None
                if profile.active and specialty in profile.specialties:
                    free = DESK.get(f"/v1/practitioners/{practitioner_id}/availability?{days}").json["slots"]
                    expected += [(practitioner_id, slot["start"], slot["end"]) for slot in free]
            assert sorted(offered) == sorted(expected)
            # The search leaves out what is taken; the openings themselves must not name it either.
            assert sorted(_openings(specialty)) == sorted(expected)
            assert [start for _, start, _ in offered] == sorted(start for _, start, _ in offered)

    def _board_and_work_list_show_what_is(self) -> None:
        shown, wanted, listed = [], [], []
        for practitioner_id in (GRETA, KENJI):
            profile, schedule = repository.profile_of(practitioner_id), repository.schedule_of(practitioner_id)
            assert profile is not None
            assert schedule is not None
            slots = {(slot.start, slot.end) for slot in schedule.slots(DAYS[0] - timedelta(days=2), DAYS[-1])}
            for visit in DESK.get(f"/v1/appointments?practitioner_id={practitioner_id}").json["items"]:
                shown.append((visit["appointment_id"], visit["version"], profile.department_id))
                span = (datetime.fromisoformat(visit["start"]), datetime.fromisoformat(visit["end"]))
                if visit["status"] == "booked" and not (profile.active and span in slots):
                    listed.append(visit["appointment_id"])
        for department_id in (SURGERY, WARD):
            for day in (DAYS[0] - timedelta(days=1), *DAYS):
                page = DESK.get(f"/v1/board?department_id={department_id}&date={day}").json["items"]
                wanted += [(visit["appointment_id"], visit["version"], department_id) for visit in page]
        assert sorted(wanted) == sorted(shown)
        assert sorted(move["appointment_id"] for move in DESK.get("/v1/work-list").json["items"]) == sorted(listed)


def _openings(specialty: str) -> Iterator[tuple[str, str, str]]:
    for number in range(-1, len(DAYS) + 1):
        day = DAYS[0] + timedelta(days=number)
        page = repository.openings_from(specialty, day, datetime.combine(day, time(), UTC), "", 50)
        for found in page.openings:
            for slot in found.slots:
                if slot.start.astimezone(ZoneInfo(found.time_zone)).date() in DAYS:
                    yield found.practitioner_id, clock.iso(slot.start), clock.iso(slot.end)


@contextmanager
def _torn(intrude: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        intruding = [intrude]

        def once() -> None:
            if intruding:
                intruding.pop()()

        for name in ("show_opening", "show_visit"):
            patch.setattr(repository, name, before(getattr(repository, name), once))
        yield


def _clear(happenings: Happenings) -> None:
    table = boto3.resource("dynamodb").Table(happenings.clinic.tables["scheduling"])
    with table.batch_writer() as batch:
        for item in table.scan()["Items"]:
            batch.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    happenings.told()


def test_lists_say_what_is_true_in_whatever_order_they_hear_of_it(
    happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HORIZON", timedelta(days=3))
    machine = type("FollowingHere", (Following,), {"happenings": happenings})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=18,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes here, and 18 steps can be read
            suppress_health_check=list(HealthCheck),
        ),
    )
