"""People to be booked, made through the API as a front desk would."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.client import SignIn, Stack, demo_user

from bench.load import Answer, Request, send

DAYS = 10
SLOT_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Hospital:
    """Practitioners who work every day from 06:00 to 20:00 UTC, and patients.

    Attributes:
        slots: the starts of their slots, the same for all, soonest first.
    """

    api: str
    desk: Callable[[], str]
    practitioners: Sequence[str]
    patients: Sequence[str]
    slots: Sequence[str]

    def booking(self, practitioner_id: str, patient_id: str, start: str) -> Request:
        return Request(
            "POST",
            "/v1/appointments",
            {"practitioner_id": practitioner_id, "patient_id": patient_id, "start": start},
        )


def open_hospital(stack: Stack, practitioners: int, patients: int) -> Hospital:
    """Hire and register strangers, so that no earlier run is in the way."""
    api = stack["care"]["api"]
    admin, desk = _token(stack, "admin"), _token(stack, "receptionist")
    run = _letters(10)
    department = _done(send(api, admin, [Request("POST", "/v1/departments", {"name": f"Bench {run}"})], 1)[0])[0]
    profile = {
        "specialties": ["general-practice"],
        "department_id": department["department_id"],
        "fee": {"minor": 5000, "currency": "EUR"},
    }
    hired = _done(
        send(api, admin, [Request("POST", "/v1/staff", _person(run) | {"roles": ["doctor"], "practitioner": profile})
                          for _ in range(practitioners)], 4)[0]
    )  # fmt: skip
    registered = _done(send(api, desk, [Request("POST", "/v1/patients", _patient(run)) for _ in range(patients)], 4)[0])
    doctors = [person["practitioner_id"] for person in hired]
    _done(
        send(api, admin, [Request("PUT", f"/v1/practitioners/{doctor}/schedule", _week()) for doctor in doctors], 4)[0]
    )
    return Hospital(api, desk, doctors, [person["patient_id"] for person in registered], _slots())


def _done(answers: Sequence[Answer]) -> list[Any]:
    for answer in answers:
        if answer.status >= 300:
            raise RuntimeError(f"{answer.request.path}: {answer.status} {answer.body.decode()}")
    return [json.loads(answer.body) for answer in answers]


def _token(stack: Stack, role: str) -> Callable[[], str]:
    user = demo_user(stack, role)
    return SignIn(stack, "care", user["email"], user["password"]).token


def _letters(count: int) -> str:
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(count))


def _person(run: str) -> dict[str, Any]:
    given, family = _letters(8).title(), _letters(10).title()
    return {"given_name": given, "family_name": family, "email": f"{given}.{family}@{run}.example".lower()}


def _patient(run: str) -> dict[str, Any]:
    return _person(run) | {
        "birth_date": f"19{secrets.randbelow(60) + 30}-0{secrets.randbelow(9) + 1}-1{secrets.randbelow(9)}"
    }


def _week() -> dict[str, Any]:
    return {
        "time_zone": "UTC",
        "slot_minutes": SLOT_MINUTES,
        "weekly": [{"weekday": day, "start": "06:00", "end": "20:00"} for day in range(7)],
        "valid_from": datetime.now(UTC).date().isoformat(),
    }


def _slots() -> list[str]:
    tomorrow = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = [tomorrow + timedelta(days=day) for day in range(DAYS)]
    per_day = 14 * 60 // SLOT_MINUTES
    return [(day + timedelta(minutes=SLOT_MINUTES) * n).isoformat() for day in days for n in range(per_day)]
