"""Bookings over HTTP: through front, API Gateway, authorizer, Lambda and transaction, on a runtime of their own."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from local import testing
from local.client import Stack, load_stack

from bench.hospital import Hospital, open_hospital
from bench.load import Answer, Request, send
from bench.report import Row

CLIENTS = 16
CONTESTED_SLOTS = 256  # with as many rivals for each as there are clients: 4,096 requests
BOOKINGS = 2_000
LEAST_PER_SECOND = 200
_PAGE = 100


def measure() -> list[Row]:
    with testing.running() as stack_file:
        stack = load_stack(stack_file)
        rate = bookings(stack)
        rows = [
            Row(
                "http",
                f"bookings a second over HTTP, {CLIENTS} clients",
                f"{rate.per_second:.0f}",
                f"at least {LEAST_PER_SECOND}",
                rate.per_second >= LEAST_PER_SECOND,
            ),
            Row("http", "… half of them within, 99 % within", f"{rate.half:.0f} ms, {rate.most:.0f} ms", "-", None),
        ]
        return [*rows, *_contested(open_hospital(stack, practitioners=1, patients=CLIENTS))]


@dataclass(frozen=True, slots=True)
class Rate:
    """`half`, `most`: milliseconds within which half of the answers and 99 % of them came."""

    per_second: float
    half: float
    most: float


def bookings(stack: Stack) -> Rate:
    """How fast visits are booked when nobody is in anybody's way."""
    hospital = open_hospital(stack, practitioners=40, patients=40)
    _warm_up(hospital)
    slots = hospital.slots[: BOOKINGS // len(hospital.practitioners)]
    answers, seconds = send(hospital.api, hospital.desk, _bookings(hospital, slots), CLIENTS)
    _only(answers, {201})
    milliseconds = sorted(answer.seconds * 1000 for answer in answers)
    half, most = (milliseconds[int(len(milliseconds) * part)] for part in (0.5, 0.99))
    return Rate(len(answers) / seconds, half, most)


def _warm_up(hospital: Hospital) -> None:
    """Let every client have a Lambda worker that has served before, and then let their mails go out."""
    send(hospital.api, hospital.desk, _bookings(hospital, hospital.slots[-4:]), CLIENTS)
    time.sleep(5)


def _bookings(hospital: Hospital, slots: Iterable[str]) -> list[Request]:
    """Every practitioner at every slot, each time with another patient, so that nobody is in anybody's way."""
    count = len(hospital.patients)
    return [
        hospital.booking(practitioner, hospital.patients[(number + shift) % count], slot)
        for shift, slot in enumerate(slots)
        for number, practitioner in enumerate(hospital.practitioners)
    ]


def _contested(hospital: Hospital) -> list[Row]:
    [practitioner] = hospital.practitioners
    slots = hospital.slots[:CONTESTED_SLOTS]
    rivals = [hospital.booking(practitioner, patient, slot) for slot in slots for patient in hospital.patients]
    answers, _ = send(hospital.api, hospital.desk, rivals, CLIENTS)
    _only(answers, {201, 409})
    winners = Counter(answer.request.body["start"] for answer in answers if answer.status == 201)
    stored = Counter(visit for visit in _visits(hospital, practitioner))
    twice = sum(count - 1 for count in stored.values() if count > 1)
    single = sum(winners[slot] == 1 for slot in slots)
    return [
        Row(
            "http",
            f"double bookings, {CLIENTS} clients on the same slots, {len(answers)} requests",
            str(twice),
            "0",
            twice == 0,
            exact=True,
        ),
        Row(
            "http",
            "… slots with exactly one winner",
            f"{single} of {len(slots)}",
            "all",
            single == len(slots) == len(stored),
            exact=True,
        ),
    ]


def _visits(hospital: Hospital, practitioner: str) -> Iterable[str]:
    """The starts of all visits that are stored."""
    cursor: str | None = ""
    while cursor is not None:
        query = {"practitioner_id": practitioner, "status": "booked", "limit": str(_PAGE)}
        path = f"/v1/appointments?{urlencode(query | ({'cursor': cursor} if cursor else {}))}"
        [answer], _ = send(hospital.api, hospital.desk, [Request("GET", path, None)], 1)
        _only([answer], {200})
        page = json.loads(answer.body)
        yield from (visit["start"] for visit in page["items"])
        cursor = page["next_cursor"]


def _only(answers: Sequence[Answer], expected: set[int]) -> None:
    """Raises RuntimeError for any other status: such a run measures nothing."""
    others = [answer for answer in answers if answer.status not in expected]
    if others:
        raise RuntimeError(f"{len(others)} answers such as {others[0].status}: {others[0].body.decode()[:300]}")
