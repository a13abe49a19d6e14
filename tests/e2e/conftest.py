"""The deployed system, and people who use it.

A stack of its own is started for the session, unless SALUS_E2E_STACK names the `stack.json` of a running one.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from local.client import Stack, connect, demo_user, load_stack
from local.testing import STACK_VARIABLE, running
from tests.e2e.hospital import Hospital
from tests.e2e.post import PASSWORD, Patient, Post


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """`stack.json` of the system under test."""
    given = os.environ.get(STACK_VARIABLE)
    if given:
        yield load_stack(Path(given))
        return
    with running() as stack_file:
        yield load_stack(stack_file)


@pytest.fixture(scope="session")
def client_for(stack: Stack) -> Iterator[Callable[..., httpx.Client]]:
    """`client_for(role, app="care")`: a client of the API signed in as that role's demo user; kept for the session."""
    clients: dict[tuple[str, str], httpx.Client] = {}

    def client(role: str, app: str = "care") -> httpx.Client:
        if (app, role) not in clients:
            user = demo_user(stack, role, app)
            clients[app, role] = connect(stack, app, user["email"], user["password"])
        return clients[app, role]

    yield client
    for open_client in clients.values():
        open_client.close()


@pytest.fixture(scope="session")
def anonymous(stack: Stack) -> Iterator[Callable[[str], httpx.Client]]:
    """`anonymous(app)`: a client of the API that has not signed in."""
    clients = {app: connect(stack, app) for app in ("care", "research")}
    yield lambda app: clients[app]
    for open_client in clients.values():
        open_client.close()


@pytest.fixture(scope="session")
def sign_in(stack: Stack) -> Callable[..., httpx.Client]:
    """`sign_in(email, password, app="care")`: a client signed in as somebody whom the test created."""

    def client(email: str, password: str, app: str = "care") -> httpx.Client:
        return connect(stack, app, email, password)

    return client


@pytest.fixture(scope="module")
def hospital(stack: Stack, client_for: Callable[..., httpx.Client]) -> Hospital:
    """A department of the module's own."""
    return Hospital.found(stack, client_for("admin"), client_for("receptionist"))


@pytest.fixture(scope="session")
def post(stack: Stack) -> Post:
    """The bus, queues, timers and mails of care."""
    bare = Post(stack)
    described = bare.client("cloudformation").describe_stacks(StackName=stack["care"]["stack"])["Stacks"][0]
    return Post(stack, {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]})


@pytest.fixture(scope="module")
def patient(stack: Stack) -> Iterator[Patient]:
    """Somebody who has registered, and whose contact is on its way to notifications."""
    email = f"events.{uuid.uuid4().hex[:12]}@patients.example"
    body = {
        "email": email,
        "password": PASSWORD,
        "given_name": "Events",
        "family_name": "Invented",
        "birth_date": "1990-01-01",
    }
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    with connect(stack, "care") as anybody:
        answer = anybody.post("/v1/registrations", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    with connect(stack, "care", email, PASSWORD) as http:
        yield Patient(answer.json()["patient_id"], email, http)
