"""Demo people: one of every role and two patients, invented and saying so, for a machine that nobody else reaches.

The first administrator of each application is made in its user pool, as in the cloud (docs/operations.md);
everybody and everything in care comes into being through its API, as in real life.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from local import samples
from local.aws import Aws
from local.client import SignIn
from local.deploy import Deployed
from local.progress import say, step
from local.settings import LocalError, Settings

PASSWORD = "Salus-demo-2026!"
_ZONE = "Europe/Berlin"
_PATIENCE = 60  # seconds
_WORKING_DAYS = range(6)  # Monday to Saturday


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody to sign in as."""

    app: str
    role: str
    email: str
    password: str = PASSWORD
    patient_id: str = ""
    practitioner_id: str = ""


@dataclass(frozen=True, slots=True)
class _Doctor:
    name: str
    specialty: str
    department: str
    room: str
    slot_minutes: int
    fee: int


_DOCTORS = {
    "demo.doctor@care.example": _Doctor("Gero", "general-practice", "Demo general practice", "Demo room 1", 20, 4500),
    "demo.cardiologist@care.example": _Doctor("Cora", "cardiology", "Demo cardiology", "Demo room 2", 30, 9000),
}
_PATIENTS = {
    "demo.patient@care.example": {"given_name": "Demo Petra", "family_name": "Invented", "birth_date": "1984-05-17"},
    "demo.patient2@care.example": {"given_name": "Demo Paul", "family_name": "Imaginary", "birth_date": "1951-11-02"},
}
# Who comes to whom: the doctor, the place among their free slots of the coming week, and how.
_VISITS = {
    "demo.patient@care.example": (
        ("demo.doctor@care.example", 2, "in_person"),
        ("demo.cardiologist@care.example", 17, "video"),
    ),
    "demo.patient2@care.example": (
        ("demo.doctor@care.example", 5, "in_person"),
        ("demo.doctor@care.example", 24, "in_person"),
        ("demo.doctor@care.example", 47, "in_person"),
    ),
}
# What the doctor finds in those who come without a visit: where it is written in the encounter, and what.
_CHARTS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "demo.patient@care.example": (
        ("notes", {"title": "History", "text": "Invented for the demo: coughs since Monday, no fever at home."}),
        (
            "vitals",
            {
                "measurements": [
                    {"code": "8310-5", "value": 38.2, "unit": "Cel"},
                    {"code": "8867-4", "value": 84, "unit": "/min"},
                    {"code": "8480-6", "value": 128, "unit": "mm[Hg]"},
                    {"code": "8462-4", "value": 82, "unit": "mm[Hg]"},
                ]
            },
        ),
        ("diagnoses", {"code": "J06.9"}),
    ),
    "demo.patient2@care.example": (
        ("notes", {"title": "Check-up", "text": "Invented for the demo: feels well, walks every day."}),
        (
            "vitals",
            {
                "measurements": [
                    {"code": "8480-6", "value": 162, "unit": "mm[Hg]"},
                    {"code": "8462-4", "value": 94, "unit": "mm[Hg]"},
                    {"code": "29463-7", "value": 81.5, "unit": "kg"},
                ]
            },
        ),
        ("diagnoses", {"code": "I10"}),
        ("procedures", {"text": "Electrocardiogram at rest"}),
    ),
}
_ALLERGY = {"code": "penicillins", "reaction": "Invented: a rash as a child", "severity": "moderate"}
# What is put into the first patient's documents: who sends it, what it is, and the file.
_DOCUMENTS: tuple[tuple[str, dict[str, str], bytes], ...] = (
    (
        "demo.doctor@care.example",
        {
            "kind": "report",
            "title": "Demo: chest examination",
            "file_name": "chest-examination.pdf",
            "content_type": "application/pdf",
        },
        samples.pdf(
            ["Invented for the demo", "", "Examination of the chest", "Lungs clear on both sides. No finding."]
        ),
    ),
    (
        "demo.patient@care.example",
        {"kind": "image", "title": "Demo: a rash", "file_name": "rash.png", "content_type": "image/png"},
        samples.png(),
    ),
)
_STAFF = (
    "nurse",
    "receptionist",
    "lab-technician",
    "pathologist",
    "pharmacist",
    "courier",
    "cashier",
    "claims-officer",
    "manager",
    "auditor",
)
_RESEARCH = ("scientist", "clinical-lead", "quality", "regulatory-lead", "compliance-auditor", "admin")

_USERS = (
    *(DemoUser("care", "patient", email) for email in _PATIENTS),
    *(DemoUser("care", "doctor", email) for email in _DOCTORS),
    *(DemoUser("care", role, f"demo.{role}@care.example") for role in (*_STAFF, "admin")),
    *(DemoUser("research", role, f"demo.{role}@research.example") for role in _RESEARCH),
)


def seed(settings: Settings, aws: Aws, deployed: Mapping[str, Deployed]) -> Sequence[DemoUser]:
    """Create who and what is missing; the same every time.

    Raises:
        LocalError: the API refused; says what.
    """
    pools = {app: deployed[app].outputs["UserPoolId"] for app in deployed}
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if aws.recall("seeded") == version:
        say("  demo data: nothing has changed")
    else:
        with step("demo data"):
            for user in _USERS:
                if user.app == "research" or user.role == "admin":
                    _create_in_pool(aws, pools[user.app], user)
            client_id = deployed["care"].outputs["UserPoolClientId"]
            _Clinic(settings, aws, pools["care"], client_id).fill()
        aws.remember("seeded", version)
    return _with_ids(aws, pools["care"])


class _Clinic:
    """The care application through its API, as its administrator."""

    def __init__(self, settings: Settings, aws: Aws, pool: str, client_id: str) -> None:
        self._aws = aws
        self._pool = pool
        self._stack = {"aws": {"endpoint_url": settings.endpoint_url}, "care": {"client_id": client_id}}
        self._base = settings.api("care")
        self._api = httpx.Client(base_url=self._base, auth=self._sign_in("demo.admin@care.example"), timeout=60)

    def fill(self) -> None:
        with self._api:
            departments = {
                doctor.department: self._place("departments", {"name": doctor.department})
                for doctor in _DOCTORS.values()
            }
            practitioners = {}
            for email, doctor in _DOCTORS.items():
                department_id = departments[doctor.department]["department_id"]
                room = self._place("rooms", {"name": doctor.room, "department_id": department_id})
                profile = {
                    "specialties": [doctor.specialty],
                    "department_id": department_id,
                    "fee": {"minor": doctor.fee, "currency": "EUR"},
                    "languages": ["de", "en", "fr"],
                }
                member = self._hire(email, f"Demo {doctor.name}", "doctor", profile)
                practitioners[email] = member["practitioner_id"]
                self._plan(member["practitioner_id"], doctor.slot_minutes, room["room_id"])
            for role in _STAFF:
                self._hire(f"demo.{role}@care.example", "Demo", role, None)
            for email, details in _PATIENTS.items():
                self._register(email, details)
            for email, visits in _VISITS.items():
                self._book(email, [(practitioners[doctor], place, mode) for doctor, place, mode in visits])
            self._wait("demo.patient2@care.example", "cardiology")
            for email, findings in _CHARTS.items():
                self._chart(email, practitioners["demo.doctor@care.example"], findings)
            self._file("demo.patient@care.example")

    def _place(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """A department or a room of that name, made unless it is there."""
        for item in self._call("GET", f"/v1/{kind}?limit=100")["items"]:
            if item["name"] == body["name"]:
                found: dict[str, Any] = item
                return found
        return self._call("POST", f"/v1/{kind}", json=body)

    def _hire(self, email: str, given_name: str, role: str, profile: dict[str, Any] | None) -> dict[str, Any]:
        known = self._call("GET", "/v1/staff", params={"query": email})["items"]
        if known:
            member: dict[str, Any] = known[0]
            if profile:  # as it is today; a change also tells of them who was hired before others listened
                self._call("PATCH", f"/v1/staff/{member['staff_id']}", json={"practitioner": profile})
        else:
            body: dict[str, Any] = {
                "email": email,
                "given_name": given_name,
                "family_name": role.replace("-", " ").capitalize(),
                "roles": [role],
                "temporary_password": PASSWORD,
            }
            if profile:
                body["practitioner"] = profile
            member = self._call("POST", "/v1/staff", json=body)
        # Their first sign-in would ask them for a password of their own; the demo spares them that.
        self._aws.cognito.admin_set_user_password(
            UserPoolId=self._pool, Username=email, Password=PASSWORD, Permanent=True
        )
        return member

    def _plan(self, practitioner_id: str, slot_minutes: int, room_id: str) -> None:
        path = f"/v1/practitioners/{practitioner_id}/schedule"
        answer = self._api.get(path)
        if answer.status_code == httpx.codes.OK and answer.json()["plans"]:
            return
        hours = {"start": "09:00", "end": "17:00", "room_id": room_id}
        plan = {
            "time_zone": _ZONE,
            "slot_minutes": slot_minutes,
            "weekly": [{"weekday": day, **hours} for day in _WORKING_DAYS],
            "breaks": [{"start": "12:00", "end": "13:00"}],
            "valid_from": datetime.now(UTC).date().isoformat(),
        }
        self._call("PUT", path, json=plan)

    def _register(self, email: str, details: dict[str, str]) -> None:
        with suppress(httpx.HTTPStatusError):
            self._sign_in(email).token()
            return
        body = {**details, "email": email, "password": PASSWORD}
        self._call("POST", "/v1/registrations", json=body, headers={"Idempotency-Key": f"demo {email}"}, auth=None)

    def _book(self, email: str, visits: Sequence[tuple[str, int, str]]) -> None:
        """A patient's visits of the coming week, unless they have some to come."""
        patient = self._sign_in(email)
        patient_id = self._call("GET", "/v1/me", auth=patient)["patient_id"]
        today = datetime.now(UTC).date()
        week = {"from": (today + timedelta(days=1)).isoformat(), "to": (today + timedelta(days=7)).isoformat()}
        coming = {"patient_id": patient_id, "from": week["from"], "status": "booked"}
        if self._call("GET", "/v1/appointments", params=coming, auth=patient)["items"]:
            return
        for practitioner_id, place, mode in visits:
            free = self._call("GET", f"/v1/practitioners/{practitioner_id}/availability", params=week)["slots"]
            wish = {
                "practitioner_id": practitioner_id,
                "patient_id": patient_id,
                "start": free[place]["start"],
                "mode": mode,
                "reason": "Invented for the demo",
            }
            self._call("POST", "/v1/appointments", json=wish, auth=patient)

    def _wait(self, email: str, specialty: str) -> None:
        """A patient waits for an early visit on a Saturday, unless they do already."""
        patient = self._sign_in(email)
        today = datetime.now(UTC).date()
        wish = {
            "patient_id": self._call("GET", "/v1/me", auth=patient)["patient_id"],
            "specialty": specialty,
            "from": today.isoformat(),
            "to": (today + timedelta(days=60)).isoformat(),
            "latest": "10:00",
            "weekdays": [_WORKING_DAYS[-1]],
            "time_zone": _ZONE,
        }
        answer = self._api.post("/v1/waitlist", json=wish, auth=patient)
        if answer.status_code not in (httpx.codes.CREATED, httpx.codes.CONFLICT):
            raise LocalError(f"Demo data: POST /v1/waitlist answered {answer.status_code}: {answer.text[:500]}")

    def _chart(self, email: str, practitioner_id: str, findings: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """A patient came to the demo doctor without a visit, unless they did already."""
        patient, doctor = self._sign_in(email), self._sign_in("demo.doctor@care.example")
        record = f"/v1/patients/{self._call('GET', '/v1/me', auth=patient)['patient_id']}"
        if self._call("GET", f"{record}/record", params={"limit": "1"}, auth=patient)["items"]:
            return
        wish = {"patient_id": record.rpartition("/")[2], "practitioner_id": practitioner_id, "class": "AMB"}
        desk = self._sign_in("demo.receptionist@care.example")
        opened = self._call("POST", "/v1/encounters", json=wish, auth=desk)
        path = f"/v1/encounters/{opened['encounter_id']}"
        self._call("POST", f"{path}/start", auth=doctor)
        for kind, body in findings:
            self._call("POST", f"{path}/{kind}", json=body, auth=doctor)
        # That the doctor treats the patient is known some seconds after they were received.
        limit = time.monotonic() + _PATIENCE
        while self._api.get(f"{record}/summary", auth=doctor).is_error and time.monotonic() < limit:
            time.sleep(0.3)
        self._call("POST", f"{record}/allergies", json=_ALLERGY, auth=doctor)
        self._call("POST", f"{path}/close", auth=doctor)

    def _file(self, email: str) -> None:
        """A patient has documents, one of their own and one of their doctor's, unless there are some already."""
        patient = self._sign_in(email)
        path = f"/v1/patients/{self._call('GET', '/v1/me', auth=patient)['patient_id']}/documents"
        if self._call("GET", path, auth=patient)["items"]:
            return
        for sender, about, content in _DOCUMENTS:
            whole = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            announced = self._call("POST", path, json={**about, **whole}, auth=self._sign_in(sender))
            upload = announced["upload"]
            httpx.post(upload["url"], data=upload["fields"], files={"file": content}, timeout=60).raise_for_status()
            done = f"/v1/documents/{announced['document']['document_id']}/complete"
            self._call("POST", done, auth=self._sign_in(sender))

    def _sign_in(self, email: str) -> SignIn:
        return SignIn(self._stack, "care", email, PASSWORD)

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._api.request(method, path, **options)
        if answer.is_error:
            raise LocalError(f"Demo data: {method} {path} answered {answer.status_code}: {answer.text[:500]}")
        content: dict[str, Any] = answer.json()
        return content


def _create_in_pool(aws: Aws, pool: str, user: DemoUser) -> None:
    with suppress(aws.cognito.exceptions.UsernameExistsException):
        aws.cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
        )
    aws.cognito.admin_set_user_password(UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True)
    aws.cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=user.role)


def _with_ids(aws: Aws, pool: str) -> list[DemoUser]:
    """The demo users with the ids that the API gave them, as their tokens carry them."""
    users = []
    for user in _USERS:
        ids: dict[str, str] = {}
        if user.role in {"patient", "doctor"}:
            found = aws.cognito.admin_get_user(UserPoolId=pool, Username=user.email)
            ids = {attribute["Name"]: attribute.get("Value", "") for attribute in found["UserAttributes"]}
        users.append(
            DemoUser(
                user.app,
                user.role,
                user.email,
                patient_id=ids.get("custom:patient_id", ""),
                practitioner_id=ids.get("custom:practitioner_id", ""),
            )
        )
    return users
