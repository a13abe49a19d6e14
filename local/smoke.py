"""A patient's journey over real HTTP against the running system, one line per step."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx

from local import samples
from local.client import Stack, connect, demo_user, load_stack
from local.settings import ROOT, LocalError, Settings

PASSWORD = "Salus-smoke-2026!"


class Failed(Exception):
    """A step did not end as the contract promises."""


@contextmanager
def _step(name: str) -> Iterator[list[str]]:
    """Time a step; what the block appends is told behind it."""
    notes: list[str] = []
    began = time.perf_counter()
    try:
        yield notes
    except (Failed, httpx.HTTPError) as error:
        sys.stdout.write(f"  FAILED  {name}: {error}\n")
        raise
    took = (time.perf_counter() - began) * 1000
    sys.stdout.write(f"  {took:7.0f} ms  {name}{': ' if notes else ''}{', '.join(notes)}\n")
    sys.stdout.flush()


def _expect(answer: httpx.Response, status: int, slug: str = "") -> dict[str, Any]:
    """The body of an answer that must have this status, and for a problem this type.

    Raises:
        Failed: it has not.
    """
    if answer.status_code != status:
        raise Failed(
            f"{answer.request.method} {answer.request.url.path} gave {answer.status_code}: {answer.text[:300]}"
        )
    body: dict[str, Any] = answer.json()
    if slug and body["type"] != f"https://salus.dev/problems/{slug}":
        raise Failed(f"expected the problem {slug}, got {body['type']}")
    return body


class _Patient:
    """Somebody who registers, signs in and books."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.email = f"smoke.{name.lower()}.{uuid.uuid4().hex[:10]}@smoke.example"
        body = {
            "email": self.email,
            "password": PASSWORD,
            "given_name": f"Smoke {name}",
            "family_name": "Invented",
            "birth_date": "1990-01-01",
        }
        registered = connect(stack, "care").post("/v1/registrations", json=body, headers=_key())
        self.patient_id: str = _expect(registered, 201)["patient_id"]
        self.http = connect(stack, "care", self.email, PASSWORD)

    def book(self, practitioner_id: str, start: str, **more: str) -> httpx.Response:
        wish = {"practitioner_id": practitioner_id, "patient_id": self.patient_id, "start": start, **more}
        return self.http.post("/v1/appointments", json=wish, headers=_key())


def _key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def main() -> int:
    try:
        stack = load_stack(Settings.from_environment().stack_file if len(sys.argv) < 2 else Path(sys.argv[1]))
    except (OSError, LocalError):
        sys.stderr.write("Nothing is running here; run `make start` first.\n")
        return 1
    began = time.perf_counter()
    sys.stdout.write(f"Smoke test of {stack['care']['api']}\n")
    try:
        _journey(stack)
    except (Failed, httpx.HTTPError, LookupError):
        return 1
    sys.stdout.write(f"All as it should be, in {time.perf_counter() - began:.1f} s\n")
    return 0


def _journey(stack: Stack) -> None:
    with _step("both services are alive"):
        for app in ("care", "research"):
            _expect(connect(stack, app).get("/v1/health"), 200)
    with _step("register two patients"):
        anna, bert = _Patient(stack, "Anna"), _Patient(stack, "Bert")
    with _step("sign in, and be told who one is") as notes:
        me = _expect(anna.http.get("/v1/me"), 200)
        if me["patient_id"] != anna.patient_id:
            raise Failed("the token names another patient")
        notes.append(", ".join(me["roles"]))
    with _step("search a general practitioner") as notes:
        found = _expect(anna.http.get("/v1/practitioners", params={"specialty": "general-practice"}), 200)["items"]
        doctor_id = demo_user(stack, "doctor")["practitioner_id"]
        doctor = next(person for person in found if person["practitioner_id"] == doctor_id)
        notes.append(doctor["display_name"])
    with _step("see the free slots of two weeks") as notes:
        free = _slots(anna, doctor_id)
        notes.append(f"{len(free)} slots, the first at {free[0]}")
    with _step("find who of a specialty is soonest free") as notes:
        offers = _expect(anna.http.get("/v1/slots", params={"specialty": "general-practice", "limit": 5}), 200)["slots"]
        if not offers:
            raise Failed("nobody is offered, though the demo doctor is free")
        notes.append(f"{len(offers)} offers, the first at {offers[0]['start']}")
    visit_id = _booking(anna, bert, doctor_id, free)
    with _step("cancel a visit: it is free again"):
        _expect(anna.http.post(f"/v1/appointments/{visit_id}/cancel", json={"reason": "smoke test"}), 200)
        if len(_slots(anna, doctor_id)) < len(free) - 1:
            raise Failed("a cancelled visit keeps its slot")
    _day_of_a_visit(stack, anna, doctor_id, free[2])
    _document(stack, anna)
    _waitlist(anna, bert, doctor_id, free[5])
    _emergency(stack, bert.patient_id)
    with _step("a confirmation has been mailed") as notes:
        notes.append(_mail_to(stack, anna.email))
    _trail(stack, anna)


def _slots(patient: _Patient, practitioner_id: str) -> list[str]:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    days = {"from": tomorrow.isoformat(), "to": (tomorrow + timedelta(days=13)).isoformat()}
    answer = patient.http.get(f"/v1/practitioners/{practitioner_id}/availability", params=days)
    slots = [slot["start"] for slot in _expect(answer, 200)["slots"]]
    if len(slots) < 6:
        raise Failed("the demo doctor has too few free slots; `make reset` brings them back")
    return slots


def _booking(anna: _Patient, bert: _Patient, doctor_id: str, free: list[str]) -> str:
    """Book, be refused, race, hold, move; leaves Anna with the visit whose id is given."""
    with _step("book a visit") as notes:
        visit = _expect(anna.book(doctor_id, free[0], reason="smoke test"), 201)
        notes.append(visit["status"])
    with _step("be refused a taken slot, and offered others") as notes:
        refusal = _expect(bert.book(doctor_id, free[0]), 409, "slot-taken")
        taken = ", ".join(conflict["resource"] for conflict in refusal["conflicts"])
        notes.append(f"taken: {taken}; {len(refusal['alternatives'])} alternatives")
    with _step("a stranger may not see it"):
        _expect(bert.http.get(f"/v1/appointments/{visit['appointment_id']}"), 403, "forbidden")
    with _step("two race for one slot: one wins") as notes:
        barrier = Barrier(2)

        def rush(patient: _Patient) -> httpx.Response:
            barrier.wait()
            return patient.book(doctor_id, free[1])

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(rush, (anna, bert)), key=lambda answer: answer.status_code)
        won = _expect(answers[0], 201)
        _expect(answers[1], 409, "slot-taken")
        winner = anna if won["patient_id"] == anna.patient_id else bert
        notes.append(f"{'Anna' if winner is anna else 'Bert'} won")
    with _step("the winner steps back"):
        cancelled = winner.http.post(f"/v1/appointments/{won['appointment_id']}/cancel", json={"reason": "smoke test"})
        _expect(cancelled, 200)
    with _step("hold a slot, then book it"):
        wish = {"practitioner_id": doctor_id, "patient_id": bert.patient_id, "start": free[3]}
        hold = _expect(bert.http.post("/v1/holds", json=wish, headers=_key()), 201)
        _expect(anna.book(doctor_id, free[3]), 409, "slot-taken")
        held = _expect(bert.book(doctor_id, free[3], hold_id=hold["hold_id"]), 201)
    with _step("move a visit onto a taken slot: it stays where it is"):
        path = f"/v1/appointments/{visit['appointment_id']}/reschedule"
        _expect(anna.http.post(path, json={"start": held["start"]}), 409, "slot-taken")
        if _expect(anna.http.get(f"/v1/appointments/{visit['appointment_id']}"), 200)["start"] != visit["start"]:
            raise Failed("the visit lost its slot")
    with _step("move it to a free one") as notes:
        moved = _expect(anna.http.post(path, json={"start": free[4]}), 200)
        notes.append(f"version {moved['version']}")
    _expect(bert.http.post(f"/v1/appointments/{held['appointment_id']}/cancel", json={"reason": "smoke test"}), 200)
    return str(visit["appointment_id"])


def _waitlist(anna: _Patient, bert: _Patient, doctor_id: str, start: str) -> None:
    with _step("wait for a doctor; a visit falls away, and its slot is offered") as notes:
        visit = _expect(anna.book(doctor_id, start), 201)
        day = start[:10]
        wish = {"patient_id": bert.patient_id, "practitioner_id": doctor_id, "from": day, "to": day, "time_zone": "UTC"}
        entry = _expect(bert.http.post("/v1/waitlist", json=wish, headers=_key()), 201)
        cancelled = anna.http.post(f"/v1/appointments/{visit['appointment_id']}/cancel", json={"reason": "smoke test"})
        _expect(cancelled, 200)
        path = f"/v1/waitlist/{entry['waitlist_id']}"
        # Perhaps another slot that fell free on this day a moment ago: what counts is that it is the one they get.
        offer = _offer(bert, path)
        notes.append(f"until {offer['expires_at']}")
    with _step("accept it twice: one visit"):
        accepted = _expect(bert.http.post(f"{path}/accept"), 201)
        if _expect(bert.http.post(f"{path}/accept"), 201) != accepted or accepted["start"] != offer["start"]:
            raise Failed("accepting twice is not accepting once")
        again = f"/v1/appointments/{accepted['appointment_id']}/cancel"
        _expect(bert.http.post(again, json={"reason": "smoke test"}), 200)


def _offer(patient: _Patient, path: str, patience: float = 90) -> dict[str, Any]:
    """What is offered to who waits, waited for."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        offer: dict[str, Any] | None = _expect(patient.http.get(path), 200)["offer"]
        if offer:
            return offer
        time.sleep(0.3)
    raise Failed(f"no offer within {patience:.0f} s")


def _day_of_a_visit(stack: Stack, anna: _Patient, doctor_id: str, start: str) -> None:
    desk, doctor = _staff(stack, "receptionist"), _staff(stack, "doctor")
    with _step("the front desk books and receives"):
        wish = {"practitioner_id": doctor_id, "patient_id": anna.patient_id, "start": start}
        visit = _expect(desk.post("/v1/appointments", json=wish, headers=_key()), 201)
        path = f"/v1/appointments/{visit['appointment_id']}"
        _expect(doctor.post(f"{path}/complete"), 409, "invalid-transition")
        _expect(desk.post(f"{path}/check-in"), 200)
    with _step("the doctor begins the visit and opens its encounter"):
        _expect(doctor.post(f"{path}/start"), 200)
        encounter = _encounter(doctor, visit["appointment_id"])
        _expect(doctor.post(f"{encounter}/start"), 200)
    entry_id = _chart(doctor, encounter)
    with _step("the doctor ends encounter and visit") as notes:
        notes.append(_expect(doctor.post(f"{encounter}/close"), 200)["status"])
        notes.append(_expect(doctor.post(f"{path}/complete"), 200)["status"])
        _expect(doctor.post(f"{encounter}/notes", json={"text": "too late"}), 409, "encounter-not-open")
    _reading(stack, anna, entry_id)
    with _step("what is over cannot be cancelled"):
        _expect(anna.http.post(f"{path}/cancel", json={"reason": "too late"}), 409, "invalid-transition")


def _encounter(doctor: httpx.Client, appointment_id: str, patience: float = 60) -> str:
    """The path of a new encounter of a visit, which is known some seconds after it was booked."""
    limit = time.monotonic() + patience
    while True:
        answer = doctor.post("/v1/encounters", json={"appointment_id": appointment_id})
        if answer.status_code == httpx.codes.CREATED or time.monotonic() > limit:
            return f"/v1/encounters/{_expect(answer, 201)['encounter_id']}"
        time.sleep(0.3)


def _chart(doctor: httpx.Client, encounter: str) -> str:
    """Write down what was found; the id of a corrected note."""
    with _step("the doctor finds a diagnosis by its words") as notes:
        found = _expect(doctor.get("/v1/codes/icd-10", params={"query": "common cold"}), 200)["items"][0]
        notes.append(f"{found['code']} {found['display']}")
    with _step("the doctor writes a note, vital signs and the diagnosis") as notes:
        written = _expect(doctor.post(f"{encounter}/notes", json={"text": "smoke test: coughs"}), 201)
        fever = {"code": "8310-5", "value": 101.3, "unit": "[degF]"}
        vitals = _expect(doctor.post(f"{encounter}/vitals", json={"measurements": [fever]}), 201)
        _expect(doctor.post(f"{encounter}/diagnoses", json={"code": found["code"]}), 201)
        measured = vitals["content"]["measurements"][0]
        notes.append(f"{measured['canonical_value']} {measured['canonical_unit']} {measured['flag']}")
    with _step("a temperature of 386 degrees is refused"):
        slip = {"code": "8310-5", "value": 386, "unit": "Cel"}
        _expect(doctor.post(f"{encounter}/vitals", json={"measurements": [slip]}), 422, "invalid")
    with _step("a correction keeps what was written before") as notes:
        change = {"reason": "smoke test", "content": {"text": "smoke test: coughs since Monday"}}
        path = f"/v1/records/{written['entry_id']}"
        _expect(doctor.put(path, json=change, headers={"If-Match": '"1"'}), 200)
        _expect(doctor.put(path, json=change, headers={"If-Match": '"1"'}), 412, "stale")
        notes.append(f"{len(_expect(doctor.get(f'{path}/versions'), 200)['items'])} versions")
    return str(written["entry_id"])


def _reading(stack: Stack, anna: _Patient, entry_id: str) -> None:
    path = f"/v1/patients/{anna.patient_id}/record"
    with _step("the patient reads their record") as notes:
        items = _expect(anna.http.get(path), 200)["items"]
        notes.append(", ".join(item["kind"] for item in items))
        if entry_id not in [item["entry_id"] for item in items]:
            raise Failed("the note is missing")
    with _step("the front desk and another doctor do not"):
        for other in (_staff(stack, "receptionist"), _staff(stack, "doctor", other=True)):
            _expect(other.get(path), 403, "forbidden")


def _document(stack: Stack, anna: _Patient) -> None:
    content = samples.pdf(["smoke test"])
    with _step("the patient sends a file past the API, straight to S3") as notes:
        body = {
            "kind": "letter",
            "file_name": "smoke.pdf",
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        answer = anna.http.post(f"/v1/patients/{anna.patient_id}/documents", json=body, headers=_key())
        announced = _expect(answer, 201)
        upload, path = announced["upload"], f"/v1/documents/{announced['document']['document_id']}"
        spoilt = httpx.post(upload["url"], data=upload["fields"], files={"file": content + b"!"})
        if spoilt.is_success:
            raise Failed("the form takes another file")
        httpx.post(upload["url"], data=upload["fields"], files={"file": content}).raise_for_status()
        notes.append(_expect(anna.http.post(f"{path}/complete"), 202)["status"])
    with _step("it is checked, and fetched by a link") as notes:
        document = _checked(anna, path)
        link = _expect(anna.http.post(f"{path}/link", json={"disposition": "inline"}), 201)
        if httpx.get(link["url"]).content != content:
            raise Failed("the link gives another file")
        notes.append(f"{document['status']}, until {link['expires_at']}")
    with _step("nobody else gets one"):
        for other in (_staff(stack, "receptionist"), _staff(stack, "doctor", other=True)):
            _expect(other.post(f"{path}/link", json={"disposition": "inline"}), 403, "forbidden")


def _checked(patient: _Patient, path: str, patience: float = 60) -> dict[str, Any]:
    """A document once its check is over."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        document = _expect(patient.http.get(path), 200)
        if document["status"] == "available":
            return document
        time.sleep(0.3)
    raise Failed(f"not available within {patience:.0f} s, but {document['status']}")


def _emergency(stack: Stack, patient_id: str) -> None:
    nurse, auditor = _staff(stack, "nurse"), _staff(stack, "auditor")
    path = f"/v1/patients/{patient_id}"
    with _step("a nurse opens no file of a patient who is not theirs"):
        _expect(nurse.get(path), 403, "forbidden")
    with _step("they break the glass, with a reason and for an hour") as notes:
        reason = {"reason": "smoke test: found unconscious in the lift"}
        begun = _expect(nurse.post(f"{path}/emergency-access", json=reason), 201)
        _expect(nurse.get(path), 200)
        notes.append(f"until {begun['expires_at']}")
    with _step("an auditor reviews it") as notes:
        finding = {"verdict": "justified", "comment": "smoke test"}
        answer = auditor.post(f"/v1/emergency-access/{begun['emergency_id']}/review", json=finding)
        notes.append(_expect(answer, 200)["review"]["verdict"])


def _trail(stack: Stack, anna: _Patient) -> None:
    desk, auditor = _staff(stack, "receptionist"), _staff(stack, "auditor")
    with _step("the front desk opens a record, an administrator may not; the patient sees both") as notes:
        path = f"/v1/patients/{anna.patient_id}"
        _expect(desk.get(path), 200)
        _expect(_staff(stack, "admin").get(path), 403, "forbidden")
        told = _expect(anna.http.get(f"{path}/disclosures", params={"limit": 50}), 200)["items"]
        # Newest first, and what events tell of may have come in meanwhile.
        newest = {(role, item["outcome"]): item for item in reversed(told) for role in item["roles"]}
        opened = newest.get(("receptionist", "granted"))
        if opened is None or opened["because"] != "front-desk" or ("admin", "denied") not in newest:
            raise Failed("the patient is told something else")
        notes.append(f"{', '.join(opened['roles'])} for {opened['purpose']}")
    with _step("it is sealed, and the seal holds") as notes:
        seal = _sealed(auditor, opened["at"])
        if not _expect(auditor.post(f"/v1/audit/seals/{seal['number']}/verify"), 200)["verified"]:
            raise Failed("the service does not believe its own seal")
        notes.append(f"seal {seal['number']}")
    with _step("an export of the trail is verified offline") as notes:
        made = _expect(auditor.get("/v1/audit/export", params={"from": opened["at"]}), 200)
        with tempfile.TemporaryDirectory() as directory:
            export = Path(directory) / "export.zip"
            export.write_bytes(httpx.get(made["url"]).raise_for_status().content)
            command = [sys.executable, str(ROOT / "tools" / "verify_audit.py"), str(export)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(done.stdout + done.stderr)
        notes.append(done.stdout.splitlines()[1])


def _sealed(auditor: httpx.Client, at: str, patience: float = 150) -> dict[str, Any]:
    """The newest seal as soon as it covers an instant."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        seals = _expect(auditor.get("/v1/audit/seals", params={"limit": 1}), 200)["items"]
        if seals and seals[0]["until"] >= at:
            newest: dict[str, Any] = seals[0]
            return newest
        time.sleep(1)
    raise Failed(f"no seal within {patience} s")


def _staff(stack: Stack, role: str, *, other: bool = False) -> httpx.Client:
    """Somebody of a role, or somebody else of it."""
    users = [user for user in stack["demo_users"] if user["app"] == "care" and user["role"] == role]
    user = users[other]
    return connect(stack, "care", user["email"], user["password"])


def _mail_to(stack: Stack, address: str, patience: float = 90) -> str:
    """The subject of a mail to an address, waited for."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        boxes = httpx.get(f"{stack['aws']['endpoint_url']}/_ministack/ses/messages").json()["messages"]
        for mail in (mail for box in boxes.values() for mail in box):
            if address in mail["To"]:
                return str(mail["Subject"])
        time.sleep(0.5)
    raise Failed(f"no mail within {patience:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
