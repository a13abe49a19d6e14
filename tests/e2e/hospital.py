"""People and places for end-to-end tests, made through the API itself."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import httpx
from local.client import Stack, connect
from tests.e2e.post import PATIENCE

PASSWORD = "Salus-hospital-2026!"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Doctor:
    staff_id: str
    practitioner_id: str
    email: str


@dataclass(frozen=True)
class Guest:
    """A patient who has registered themselves and can sign in."""

    patient_id: str
    email: str
    given_name: str


@dataclass(frozen=True)
class Hospital:
    """A department of its own with somebody who hires and somebody at the desk: as many doctors and patients as a test
    wants, that no other test knows."""

    stack: Stack
    admin: httpx.Client
    desk: httpx.Client
    department_id: str
    name: str

    @classmethod
    def found(cls, stack: Stack, admin: httpx.Client, desk: httpx.Client) -> Hospital:
        name = uuid.uuid4().hex[:12]
        department = good(admin.post("/v1/departments", json={"name": f"Department {name}"}), 201)
        return cls(stack, admin, desk, department["department_id"], name)

    def hire(self, schedule: dict[str, Any] | None = None, family_name: str = "Invented") -> Doctor:
        """A new doctor with this schedule, who has chosen a password."""
        email = f"doctor.{uuid.uuid4().hex[:12]}@clinic.example"
        profile = {
            "specialties": ["cardiology"],
            "department_id": self.department_id,
            "fee": {"minor": 5000, "currency": "EUR"},
            "languages": ["en"],
        }
        member = {"email": email, "given_name": "Test", "family_name": family_name, "roles": ["doctor"]}
        hired = good(
            self.admin.post("/v1/staff", json={**member, "practitioner": profile, "temporary_password": PASSWORD}), 201
        )
        aws = self.stack["aws"]
        cognito = boto3.client(
            "cognito-idp",
            endpoint_url=aws["endpoint_url"],
            region_name=aws["region"],
            aws_access_key_id=aws["access_key_id"],
            aws_secret_access_key=aws["secret_access_key"],
        )
        with closing(cognito):
            cognito.admin_set_user_password(
                UserPoolId=self.stack["care"]["user_pool_id"], Username=email, Password=PASSWORD, Permanent=True
            )
        doctor = Doctor(hired["staff_id"], hired["practitioner_id"], email)
        if schedule is not None:
            good(self.admin.put(f"/v1/practitioners/{doctor.practitioner_id}/schedule", json=schedule))
        return doctor

    def patient(self) -> str:
        body = {
            "given_name": "Test",
            "family_name": f"Invented {self.name}",
            "birth_date": "1990-01-01",
            "confirm_not_duplicate": True,
        }
        return str(good(self.desk.post("/v1/patients", json=body), 201)["patient_id"])

    def guest(self, given_name: str = "Test") -> Guest:
        """A new patient with an account."""
        email = f"patient.{uuid.uuid4().hex[:12]}@home.example"
        body = {
            "email": email,
            "password": PASSWORD,
            "given_name": given_name,
            "family_name": f"Invented {self.name}",
            "birth_date": "1990-01-01",
        }
        with connect(self.stack, "care") as anybody:
            patient_id = good(anybody.post("/v1/registrations", json=body), 201)["patient_id"]
        return Guest(patient_id, email, given_name)


def good(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = good(answer, status)
    assert problem["type"] == f"https://salus.dev/problems/{slug}"
    return problem


def week(start: str, end: str, minutes: int, zone: str = "UTC", **more: Any) -> dict[str, Any]:
    weekly = [{"weekday": day, "start": start, "end": end} for day in range(7)]
    return {"time_zone": zone, "slot_minutes": minutes, "weekly": weekly, "valid_from": today().isoformat(), **more}


def today() -> date:
    return datetime.now(UTC).date()


def soon() -> date:
    """A day of which no time passes by while a test looks at it, whatever the time of day. Who needs it twice keeps it:
    it is another one after midnight."""
    return today() + 2 * DAY


def free(client: httpx.Client, practitioner_id: str, first: date, last: date | None = None) -> list[dict[str, Any]]:
    days = {"from": first.isoformat(), "to": (last or first).isoformat()}
    slots: list[dict[str, Any]] = good(client.get(f"/v1/practitioners/{practitioner_id}/availability", params=days))[
        "slots"
    ]
    return slots


def every(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """All visits of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = good(client.get("/v1/appointments", params={"limit": 100, **query, **cursor}))
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def until[T](ask: Callable[[], T], well: Callable[[T], bool]) -> T:
    """The first answer that is as wanted, or the last before patience ended."""
    limit = time.monotonic() + PATIENCE
    while not well(answer := ask()) and time.monotonic() < limit:
        time.sleep(0.1)
    return answer
