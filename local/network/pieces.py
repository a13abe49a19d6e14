"""The network in pieces that can be written one by one, each by the domains' own functions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from care.notifications.tasks import notify
from care.patients import tasks as patients_tasks
from care.patients.repository import families, patients
from care.practitioners import repository as practitioners
from care.practitioners.tasks import tell
from care.scheduling import repository as scheduling
from care.scheduling.models import Schedule, Tick
from care.scheduling.tasks.publisher import events_of
from care.scheduling.tasks.views import follow
from kernel import vault
from kernel.dynamodb import RawItem
from kernel.events import Change, Event, message
from local.network.ledger import Ledger, recording
from local.network.people import ACTOR, Doctor, Network

_DEPARTMENTS, _DOCTORS, _PATIENTS = 500, 200, 2000  # of one piece

type Environments = Mapping[str, Mapping[str, str]]
"""Domain -> the environment of its functions."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind`: departments, doctors or patients; those with the numbers from `first` to before `end`."""

    kind: str
    first: int
    end: int


def pieces(network: Network) -> list[Piece]:
    """The whole network. Later pieces refer to things of earlier ones."""
    sizes = (
        ("departments", network.departments, _DEPARTMENTS),
        ("patients", network.patients, _PATIENTS),
        ("doctors", network.doctors, _DOCTORS),
    )
    return [
        Piece(kind, first, min(first + step, count)) for kind, count, step in sizes for first in range(0, count, step)
    ]


def items_of(
    network: Network, piece: Piece, environments: Environments, ledger: Ledger | None = None
) -> Iterator[tuple[str, RawItem]]:
    """The items of a piece, each with its table."""
    write = {"departments": _write_departments, "doctors": _write_doctors, "patients": _write_patients}[piece.kind]
    ledger = ledger or Ledger()
    domains = _Domains(ledger, environments)
    # What wraps the patients' keys is one for all pieces; what else is remembered belongs to another ledger.
    domains.become("patients")
    vault.memory.clear()
    vault.prepare()
    with recording(ledger):
        write(network, range(piece.first, piece.end), domains)
    return ledger.items()


@dataclass(frozen=True, slots=True)
class _Domains:
    """The domains within one process: which of them acts, and what they tell each other."""

    ledger: Ledger
    environments: Environments

    def become(self, domain: str) -> None:
        """Let the code of a domain find the environment of its functions."""
        os.environ.update(self.environments[domain])

    def published(self, translate: Callable[[Change], Iterable[Event]]) -> list[Event]:
        """The events that a publisher makes of the changes since the last call."""
        read: Callable[[Any], Any] = TypeDeserializer().deserialize

        def plain(item: RawItem | None) -> dict[str, Any] | None:
            return {name: read(value) for name, value in item.items()} if item else None

        changes = self.ledger.take_changes()
        return [event for before, after in changes for event in translate(Change(plain(before), plain(after)))]

    def deliver(self, events: Iterable[Event], domain: str, task: Callable[[dict[str, Any], object], Any]) -> None:
        """Hand events to a consumer of a domain as its queue would."""
        self.become(domain)
        bodies = [message(event) for event in events]
        records = [
            {"messageId": str(number), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            for number, body in enumerate(bodies)
        ]
        failures = task({"Records": records}, None)["batchItemFailures"]
        if failures:
            raise RuntimeError(f"{domain} refuses {bodies[int(failures[0]['itemIdentifier'])]}")


def _write_departments(network: Network, numbers: range, domains: _Domains) -> None:
    domains.become("practitioners")
    for number in numbers:
        practitioners.add_department(network.department(number))


def _write_patients(network: Network, numbers: range, domains: _Domains) -> None:
    domains.become("patients")
    for number in numbers:
        patients.add(network.patient(number), alone=True)
    for number in numbers:
        for member in network.family(number):
            families.put_member(member)
    told = domains.published(patients_tasks.translate)
    domains.deliver((event for event in told if event.type == "PatientContactChanged"), "notifications", notify)


def _write_doctors(network: Network, numbers: range, domains: _Domains) -> None:
    doctors = [network.doctor(number) for number in numbers]
    domains.become("practitioners")
    for doctor in doctors:
        practitioners.add_room(doctor.room)
        practitioners.begin_hiring(doctor.hiring)
        practitioners.store_member(doctor.hiring, doctor.hired)
    added = [event for event in domains.published(tell) if event.type == "PractitionerAdded"]
    domains.become("scheduling")
    for doctor in doctors:
        schedule = _write_schedule(network, doctor)
        for visit in network.visits(doctor, schedule):
            scheduling.book(visit, schedule, network.made_at, None, room_named=False)
    booked = [event for event in domains.published(events_of) if event.type == "AppointmentBooked"]
    # Whoever is new has all of their lists made from what stands by now; the other events would ask for parts of it.
    domains.deliver(added, "scheduling", follow)
    domains.deliver(booked, "patients", patients_tasks.relate)


def _write_schedule(network: Network, doctor: Doctor) -> Schedule:
    schedule = Schedule(doctor.practitioner_id, 0, (), ()).with_plan(doctor.plan, network.day)
    scheduling.save_plan(schedule, ACTOR, network.made_at)
    for leave in doctor.leave:
        schedule = schedule.with_leave(leave, network.day)
        span = schedule.leave_span(leave)
        days = {tick.day for tick in (Tick.at(span.start), Tick.at(span.end))}
        scheduling.save_leave(schedule, "LeavePlanned", sorted(days), ACTOR, network.made_at)
    return schedule
