"""What does not grow with a network: DynamoDB's work of each call that people wait for, on a small network and on one
of more than a million items, both loaded as `make load-network` does; and how fast the large one is booked.

The calls are the same, about the same doctor with the same visits. Units are computed from the sizes of the items that
DynamoDB reads or writes for them, since an emulator's are none. DOCTORS and PATIENTS make the large network larger.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from statistics import median
from typing import Any

from local import testing
from local.aws import Aws, environment
from local.client import connect, demo_user, load_stack
from local.network.load import environments, load
from local.network.people import Network
from local.settings import Settings

from bench import http
from bench.events import CLIENT_ID, Context, event
from bench.report import Row
from bench.units import metering
from care.scheduling.models import Schedule

SMALL = (500, 4_500)
LARGE = (5_000, 45_000)  # more patients than visits: the last has none
LEAST_ITEMS = 1_000_000
MOST_GROWTH = 1.1
_SEED = 1
_TURNS = 9


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the front desk's; `domain` serves it.

    `most`: units by which a page of it is bounded, where a small network has too few to fill the page with.
    """

    what: str
    domain: str
    method: str
    resource: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    path: Mapping[str, str] = field(default_factory=dict)
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a call asked of DynamoDB."""

    reads: float
    writes: int

    @property
    def units(self) -> float:
        return self.reads + self.writes

    def __str__(self) -> str:
        parts = [f"{self.reads:g} RRU"] if self.reads else []
        return " + ".join([*parts, f"{self.writes} WRU"] if self.writes else parts)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one network: its items, and for each call the work and the milliseconds."""

    items: int
    work: list[Work]
    milliseconds: list[float]
    rate: http.Rate | None = None


def measure() -> list[Row]:
    doctors, patients = (int(os.environ.get(name, LARGE[place])) for place, name in enumerate(("DOCTORS", "PATIENTS")))
    small, large = _figures(*SMALL, booked=False), _figures(doctors, patients, booked=True)
    rows = [
        Row(
            "network",
            f"growth is measured from {small.items:,} items to",
            f"{large.items:,} items",
            f"at least {LEAST_ITEMS:,}",
            large.items >= LEAST_ITEMS,
            exact=True,
        )
    ]
    calls = _calls(Network(doctors, patients, _today(), _SEED))
    rows += [_row(*each) for each in zip(calls, small.work, large.work, strict=True)]
    slower = [after / before for before, after in zip(small.milliseconds, large.milliseconds, strict=True)]
    rows.append(Row("network", "… time of these calls over HTTP, the median", f"{median(slower):.2f} x", "-", None))
    if large.rate:
        rows.append(
            Row(
                "network",
                f"bookings a second on it, {http.CLIENTS} clients",
                f"{large.rate.per_second:.0f}",
                f"at least {http.LEAST_PER_SECOND}",
                large.rate.per_second >= http.LEAST_PER_SECOND,
            )
        )
    return rows


def _row(call: Call, before: Work, after: Work) -> Row:
    what = f"… {call.what}: {after}, on the small one {before}"
    if call.most is not None:
        return Row("network", what, f"{after.units:g}", f"at most {call.most:g}", after.units <= call.most, exact=True)
    growth = after.units / before.units
    return Row("network", what, f"{growth:.2f} x", f"at most {MOST_GROWTH} x", growth <= MOST_GROWTH, exact=True)


def _today() -> date:
    return datetime.now(UTC).date()


def _figures(doctors: int, patients: int, *, booked: bool) -> Figures:
    with testing.runtime_of_its_own() as settings:
        load(settings, doctors, patients, _SEED)
        network = Network(doctors, patients, _today(), _SEED)
        aws = Aws(settings)
        names = aws.dynamodb.list_tables()["TableNames"]
        items = sum(aws.dynamodb.describe_table(TableName=name)["Table"]["ItemCount"] for name in names)
        milliseconds = _timed(settings, network)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # repositories know their tables by the process
            work = pool.submit(weigh, settings, network).result()
        rate = http.bookings(load_stack(settings.stack_file)) if booked else None
    return Figures(items, work, milliseconds, rate)


def _calls(network: Network) -> list[Call]:
    doctor = network.doctor(0)
    assert doctor.hired.profile
    schedule = Schedule(doctor.practitioner_id, 0, (), ()).with_plan(doctor.plan, network.day)
    for leave in doctor.leave:
        schedule = schedule.with_leave(leave, network.day)
    visits = list(network.visits(doctor, schedule))
    patient = network.patient(0).details
    tomorrow, day = network.day + timedelta(days=1), visits[0].start.date()
    week = {"from": tomorrow.isoformat(), "to": (tomorrow + timedelta(days=6)).isoformat()}
    taken = {visit.start for visit in visits}
    free = next(slot for slot in schedule.slots(tomorrow, tomorrow + timedelta(days=13)) if slot.start not in taken)
    whose = {"practitioner_id": doctor.practitioner_id}
    return [
        Call(
            "a page of a specialty's practitioners",
            "practitioners",
            "GET",
            "/v1/practitioners",
            {"specialty": "general-practice", "limit": "20"},
            most=12,  # with the names of twenty departments
        ),
        Call(
            "a practitioner by name",
            "practitioners",
            "GET",
            "/v1/practitioners",
            {"query": doctor.hired.names.display},
        ),
        Call(
            "first free slots of a specialty",
            "scheduling",
            "GET",
            "/v1/slots",
            {"specialty": "general-practice", "limit": "20", **week},
            most=25,  # with the days of twenty practitioners
        ),
        Call(
            "availability of a week",
            "scheduling",
            "GET",
            "/v1/practitioners/{practitioner_id}/availability",
            week,
            path=whose,
        ),
        Call(
            "a doctor's day",
            "scheduling",
            "GET",
            "/v1/appointments",
            {**whose, "from": day.isoformat(), "to": day.isoformat()},
        ),
        Call(
            "a department's day",
            "scheduling",
            "GET",
            "/v1/board",
            {"department_id": doctor.hired.profile.department_id, "date": day.isoformat(), "limit": "50"},
        ),
        Call(
            "a patient by name and birth date",
            "patients",
            "GET",
            "/v1/patients",
            {"query": f"{patient.given_name} {patient.family_name} {patient.birth_date}"},
        ),
        Call(
            "a booking, with a room",
            "scheduling",
            "POST",
            "/v1/appointments",
            body={**whose, "patient_id": network.patient_id(network.patients - 1), "start": free.start.isoformat()},
        ),
    ]


def _timed(settings: Settings, network: Network) -> list[float]:
    """The median time of each call that only reads, over HTTP and by one client."""
    stack = load_stack(settings.stack_file)
    user = demo_user(stack, "receptionist")
    found = []
    with connect(stack, "care", user["email"], user["password"]) as desk:
        for call in _calls(network):
            if call.method != "GET":
                continue
            turns = []
            for _ in range(_TURNS):
                began = time.perf_counter()
                desk.get(call.resource.format(**call.path), params=dict(call.query)).raise_for_status()
                turns.append(time.perf_counter() - began)
            found.append(median(turns) * 1000)
    return found


def weigh(settings: Settings, network: Network) -> list[Work]:
    """The work of each call, by the functions themselves against the emulator's tables."""
    os.environ.update(environment(settings))
    homes = environments(Aws(settings))
    found = []
    for call in _calls(network):
        os.environ.update({**homes[call.domain], "USER_POOL_CLIENT_ID": CLIENT_ID})
        found.append(_weighed(call, Aws(settings).dynamodb))
    return found


def _weighed(call: Call, client: Any) -> Work:
    handler = importlib.import_module(f"care.{call.domain}.handler").handler
    asked = event(call.method, call.resource, call.body, **call.path)
    with metering() as meter:
        answer = handler(asked | {"queryStringParameters": dict(call.query)}, Context())
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer["body"])
    meter.weigh(client)
    return Work(meter.read_units, meter.units)
