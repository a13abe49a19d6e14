"""The running system keeps its published contract, whatever it is sent and whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from local.client import SignIn, Stack
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.e2e.hospital import DAY, PASSWORD, Hospital, free, good, soon, today, week

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROOT = Path(__file__).parents[2]


def operations(app: str) -> Iterator[Any]:
    for found in schemathesis.openapi.from_path(ROOT / "api" / f"{app}.yaml").get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


OPERATIONS: dict[tuple[str, str], Any] = {
    (app, operation.label): operation for app in ("care", "research") for operation in operations(app)
}
PUBLIC = [name for name, operation in OPERATIONS.items() if operation.definition.raw["security"] == []]
GUARDED = [name for name in OPERATIONS if name not in PUBLIC]
# How many requests each caller sends: those who are let in come further, and are heard more often.
FEW, MANY = 2, 8
LONGEST_QUERY = 500  # characters, each up to 12 in an address: a longer address is refused before we see it
BUSY = {"patient", "receptionist", "doctor", "admin"}

ClientFor = Callable[..., httpx.Client]
Known = Mapping[str, Any]


@pytest.fixture(scope="module")
def known(hospital: Hospital) -> Known:
    """Values that mean something here, by the name of their field: things that no other test knows."""
    doctor = hospital.hire(week("09:00", "17:00", 20))
    patient_id, member_id = hospital.patient(), hospital.patient()
    room = good(hospital.admin.post("/v1/rooms", json={"name": "A", "department_id": hospital.department_id}), 201)
    first, second = free(hospital.desk, doctor.practitioner_id, soon())[:2]
    wish = {"practitioner_id": doctor.practitioner_id, "patient_id": patient_id}
    booked = good(hospital.desk.post("/v1/appointments", json={**wish, "start": first["start"]}), 201)
    return {
        **wish,
        "staff_id": doctor.staff_id,
        "member_id": member_id,
        "department_id": hospital.department_id,
        "room_id": room["room_id"],
        "appointment_id": booked["appointment_id"],
        "start": second["start"],
        "day": (today() + 9 * DAY).isoformat(),
        "from": today().isoformat(),
        "to": (today() + 9 * DAY).isoformat(),
        "weekly": [{"weekday": 0, "start": "09:00", "end": "17:00"}],
        "breaks": [],
        "valid_from": today().isoformat(),
        "time_zone": "Europe/Berlin",
        "email": f"contract.{hospital.name}@mail.example",
        "password": PASSWORD,
        "temporary_password": PASSWORD,
        "phone": "+4930901820",
        "birth_date": "1990-01-01",
        "given_name": "Contract",
        "family_name": f"Invented {hospital.name}",
        "specialties": ["cardiology"],
    }


def made_sensible(value: Any, known: Known, draw: Callable[[], bool]) -> Any:
    """The value with some of its fields as they might be in life: what is only invented is refused at the door."""
    if isinstance(value, dict):
        return {
            name: known[name] if name in known and draw() else made_sensible(inner, known, draw)
            for name, inner in value.items()
        }
    return [made_sensible(inner, known, draw) for inner in value] if isinstance(value, list) else value


def callers(stack: Stack, client_for: ClientFor, app: str) -> Iterator[tuple[SignIn | None, int]]:
    """Somebody of every role, and somebody who has not signed in."""
    yield None, FEW
    for role in dict.fromkeys(user["role"] for user in stack["demo_users"] if user["app"] == app):
        auth = client_for(role, app).auth
        assert isinstance(auth, SignIn)
        yield auth, MANY if role in BUSY else FEW


def send(operation: Any, base_url: str, callers: Mapping[SignIn | None, int], known: Known) -> None:
    """Send requests, some of them against the rules, and hold each answer against the contract. Each caller sends as
    many as are named, and all of them the same: to invent a request takes longer than to send it."""
    modes = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    cases = modes.flatmap(operation.as_strategy)
    # In hours and leave `start` is a time of day.
    sensible = {name: known[name] for name in known if name != "start" or "practitioners" not in operation.path}
    left = dict(callers)
    broken: list[BaseException] = []

    @settings(
        max_examples=max(callers.values()),
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, chances=st.randoms(use_true_random=False))
    def answers_are_as_promised(case: Any, chances: Any) -> None:
        def often() -> bool:
            return bool(chances.random() < 0.8)

        if broken:  # what was refused is tried again before it is shown, by when nobody has a request left
            raise broken[0]
        case.path_parameters = made_sensible(case.path_parameters, sensible, often)
        case.query = made_sensible(case.query, sensible, often)
        case.body = made_sensible(case.body, sensible, often)
        assume(len(str(case.query)) < LONGEST_QUERY)
        for auth in [auth for auth in left if left[auth]]:
            left[auth] -= 1
            headers = {"Authorization": f"Bearer {auth.token()}"} if auth else {}
            try:
                case.call_and_validate(base_url=base_url, headers=headers, checks=CHECKS)
            except BaseException as error:
                broken.append(error)
                raise

    answers_are_as_promised()
    assert all(left[auth] < callers[auth] for auth in callers), "somebody was not heard"


@pytest.mark.parametrize(("app", "name"), GUARDED)
def test_every_role_is_answered_as_the_contract_says(
    stack: Stack, client_for: ClientFor, known: Known, app: str, name: str
) -> None:
    send(OPERATIONS[app, name], stack[app]["api"], dict(callers(stack, client_for, app)), known)


@pytest.mark.parametrize(("app", "name"), PUBLIC)
def test_the_public_is_answered_as_the_contract_says(stack: Stack, known: Known, app: str, name: str) -> None:
    send(OPERATIONS[app, name], stack[app]["api"], {None: 2 * MANY}, known)
