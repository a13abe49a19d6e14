"""Registrations of one address that run at once, fail and die anywhere, their checks in between: in the end there is
one patient who can sign in, or nothing.

Each request runs in a thread that stops before every step that writes, until it is told to go on, to fail there or to
die there.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from tests.integration.care.patients.conftest import Clinic

from care.patients import service
from care.patients.models.people import Details, Registration
from care.patients.repository import patients, registrations
from kernel import directory
from kernel.errors import Problem

EMAIL = "maria@mail.example"
DETAILS = Details("Maria", "García", date(1980, 5, 1), email=EMAIL)
PASSWORDS = ("Salus-test-2026!", "Another-one-2026!")
STEPS: list[tuple[Any, str]] = [
    (registrations, "begin"),
    (registrations, "resume"),
    (directory, "create_user"),
    (directory, "add_roles"),
    (directory, "set_password"),
    (patients, "add"),
    (registrations, "give_up"),
    (directory, "delete_user"),
    (registrations, "forget"),
]


class Crash(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Check:
    """A check that is on its way."""

    key: str
    patient_id: str
    attempt: int


class Request(threading.Thread):
    """A request to register with one of the passwords, which stops before each step."""

    def __init__(self, password: str) -> None:
        super().__init__(daemon=True)
        self.password = password
        self.attempt: Registration | None = None
        self.patient_id: str | None = None
        self.over = False
        self._stopped = threading.Event()
        self._told = threading.Event()
        self._order: BaseException | None = None

    def run(self) -> None:
        with contextlib.suppress(Crash, Problem, TimeoutError):
            self.patient_id = service.sign_up(
                EMAIL, self.password, DETAILS, fingerprint=self.password, idempotency_key=None
            )
        self.over = True
        self._stopped.set()

    def stop_here(self) -> None:
        """Called in the thread, before a step."""
        self._stopped.set()
        self._told.wait()
        self._told.clear()
        if self._order is not None:
            raise self._order

    def go_on(self, order: BaseException | None = None) -> None:
        """Let it run to its next step or its end, or break off with the order."""
        self._order = order
        self._stopped.clear()
        self._told.set()
        self.wait()

    def end(self) -> None:
        while not self.over:
            self.go_on()

    def wait(self) -> None:
        assert self._stopped.wait(timeout=120)


class Races:
    """Requests for one address, and the checks that follow them."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.requests: list[Request] = []
        self.checks: list[Check] = []
        self.patch = pytest.MonkeyPatch()
        for module, name in STEPS:
            self.patch.setattr(module, name, self._stopping(name, getattr(module, name)))

    def _stopping(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            thread = threading.current_thread()
            if isinstance(thread, Request):
                thread.stop_here()
            result = real(*args, **kwargs)
            if isinstance(thread, Request) and (name == "resume" or (name == "begin" and result is args[0])):
                thread.attempt = result
                self.checks.append(Check(result.key, result.patient_id, result.attempt))
            return result

        return step

    def ask(self, password: str = PASSWORDS[0]) -> Request:
        """A new request, before its first step."""
        request = Request(password)
        self.requests.append(request)
        request.start()
        request.wait()
        return request

    @property
    def alive(self) -> list[Request]:
        return [request for request in self.requests if not request.over]

    def due(self) -> list[Check]:
        """The checks whose attempt, and all before it, are over: a check comes later than any request lives."""
        at_work = [request.attempt for request in self.alive if request.attempt]
        return [
            check
            for check in self.checks
            if not any(
                attempt.patient_id == check.patient_id and attempt.attempt <= check.attempt for attempt in at_work
            )
        ]

    def check(self, check: Check) -> None:
        service.check(check.key, check.patient_id, check.attempt)

    def end(self) -> None:
        """Let everybody come to an end and every check come, see what is left, and forget it."""
        try:
            for request in self.alive:
                request.end()
            for check in self.checks:
                self.check(check)
            self._all_or_nothing()
        finally:
            self.patch.undo()
            self.clinic.forget_everything(EMAIL)

    def _all_or_nothing(self) -> None:
        account = self.clinic.user(EMAIL)
        answered = {request.patient_id for request in self.requests if request.patient_id}
        if account is None:
            assert self.clinic.items() == []
            assert not answered
            return
        (profile,) = [item for item in self.clinic.items("PATIENT#") if item["sk"] == "PROFILE"]
        assert profile["patient_id"] == account["custom:patient_id"]
        assert profile["user_id"] == account["sub"]
        assert answered <= {profile["patient_id"]}
        assert self.clinic.roles(EMAIL) == ["patient"]
        assert [self.clinic.signs_in(EMAIL, password) for password in PASSWORDS].count(True) == 1
        file, _ = patients.find(profile["patient_id"])
        assert file is not None
        assert self.clinic.signs_in(EMAIL, file.open().fingerprint)
        (registration,) = self.clinic.items("REGISTRATION#")
        assert registration["state"] == "completed"


# ---- one request overtakes the other, in every way


def fates() -> Iterator[tuple[int, BaseException | None]]:
    """How a request may go on: to its end, or so many steps and then fail or die."""
    yield len(STEPS) + 1, None
    for steps in range(len(STEPS)):
        yield steps, TimeoutError()
        yield steps, Crash()


def meet(request: Request, fate: tuple[int, BaseException | None]) -> bool:
    """Let the request meet its fate; whether it lived to meet it."""
    steps, error = fate
    for _ in range(steps):
        if request.over:
            return error is None
        request.go_on()
    if not request.over and error is not None:
        request.go_on(error)
        request.end()
        return True
    return False


@pytest.mark.parametrize("steps", range(1, 6))
def test_a_request_may_overtake_another_anywhere_and_both_may_fail_or_die_anywhere(clinic: Clinic, steps: int) -> None:
    """The first stops after some steps, the second comes to its end, the first goes on to its own."""
    for second_fate in fates():
        for first_fate in fates():
            races = Races(clinic)
            first = races.ask()
            for _ in range(steps):
                first.go_on()
            second_met = meet(races.ask(), second_fate)
            for check in races.due():
                races.check(check)
            first_met = meet(first, first_fate)
            try:
                races.end()
            except (AssertionError, ValueError) as error:
                error.add_note(f"first stops after {steps} steps; second: {second_fate}; first then: {first_fate}")
                raise
            if not second_met or not first_met:
                break
        if not second_met:
            break


# ---- any number of requests, at random


class Registrations(RuleBasedStateMachine):
    """At most three requests at a time, any order of steps, failures, deaths and checks."""

    def __init__(self, clinic: Clinic) -> None:
        super().__init__()
        self.races = Races(clinic)

    @precondition(lambda self: len(self.races.alive) < 3)
    @rule(password=st.sampled_from((PASSWORDS[0], PASSWORDS[0], PASSWORDS[1])))
    def somebody_asks(self, password: str) -> None:
        self.races.ask(password)

    @precondition(lambda self: self.races.alive)
    @rule(data=st.data(), steps=st.integers(1, 5))
    def a_request_goes_on(self, data: st.DataObject, steps: int) -> None:
        request = data.draw(st.sampled_from(self.races.alive))
        for _ in range(steps):
            if not request.over:
                request.go_on()

    @precondition(lambda self: self.races.alive)
    @rule(data=st.data())
    def a_step_fails(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.races.alive)).go_on(TimeoutError())

    @precondition(lambda self: self.races.alive)
    @rule(data=st.data())
    def a_request_dies(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.races.alive)).go_on(Crash())

    @precondition(lambda self: self.races.due())
    @rule(data=st.data())
    def a_check_comes(self, data: st.DataObject) -> None:
        """Any number of times."""
        self.races.check(data.draw(st.sampled_from(self.races.due())))

    def teardown(self) -> None:
        self.races.end()


def test_whatever_happens_there_is_one_patient_who_can_sign_in_or_nothing(clinic: Clinic) -> None:
    class OfThisClinic(Registrations):
        def __init__(self) -> None:
            super().__init__(clinic)

    run_state_machine_as_test(
        OfThisClinic,
        settings=settings(max_examples=15, stateful_step_count=15, suppress_health_check=list(HealthCheck)),
    )
