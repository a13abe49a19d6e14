"""Who and what there is in a network: the same for the same numbers, each made of their own number alone.

Names are made of syllables and end in a word for "invented", addresses in `.example`, telephone numbers are of the
range that Ofcom keeps for drama: nobody real can be meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from care.patients.models.people import Details, FamilyMember, Patient, Relationship, Sex
from care.practitioners.models import Department, Member, Names, Profile, Role, Room, Specialty, Status
from care.practitioners.service import practitioner_id_of
from care.scheduling.models import Appointment, Break, Hours, Leave, Mode, Plan, Schedule
from kernel import ids
from kernel.money import Money

ACTOR = "network"
VISIT_DAYS = 14
_VISITS_PER_DOCTOR = 8
_LEAVE_DAYS = 31

# fmt: off
_BEGINNINGS = (
    "Ba", "Be", "Bo", "Da", "De", "Di", "Do", "Fa", "Fe", "Fi", "Ga", "Go", "Ha", "He", "Jo", "Ka", "Ke", "Ki", "La",
    "Le", "Li", "Lo", "Ma", "Me", "Mi", "Mo", "Na", "Ne", "Ni", "No", "Pa", "Pe", "Po", "Ra", "Re", "Ri", "Ro", "Sa",
    "Se", "Si", "So", "Ta", "Te", "Ti", "To", "Va", "Ve", "Vi", "Wa", "Za",
)
_MIDDLES = (
    "bel", "dor", "dri", "fin", "gar", "hal", "ken", "lan", "lom", "mer", "ner", "nis", "pas", "ped", "ral", "sul",
    "tam", "vin", "wex", "zor",
)
_GIVEN_ENDS = ("a", "an", "e", "el", "en", "i", "ia", "is", "o", "us")
_FAMILY_ENDS = (
    "erdacht", "fictus", "fiktiv", "fingido", "imago", "inventa", "mock", "placebo", "sample", "zmysl",
)
# fmt: on
_STRIDE = 7_368_787  # has no divisor in common with the number of names, so that it walks through all of them

_PLACES = (
    ("Berlin", "Europe/Berlin", "EUR", ("de", "en")),
    ("Vienna", "Europe/Vienna", "EUR", ("de", "en", "hu")),
    ("Warsaw", "Europe/Warsaw", "PLN", ("pl", "en")),
    ("Madrid", "Europe/Madrid", "EUR", ("es", "en")),
    ("London", "Europe/London", "GBP", ("en", "pl")),
    ("New York", "America/New_York", "USD", ("en", "es")),
    ("Sao Paulo", "America/Sao_Paulo", "BRL", ("pt", "en")),
    ("Kolkata", "Asia/Kolkata", "INR", ("hi", "en")),
)
# A third of all doctors are generalists, the rest practise the other specialties alike.
_COMMON = (Specialty.GENERAL_PRACTICE, Specialty.INTERNAL_MEDICINE, Specialty.PAEDIATRICS, Specialty.CARDIOLOGY)
_SPECIALTIES = tuple(Specialty)
_DOCTORS_PER_DEPARTMENT = 100


@dataclass(frozen=True)
class Doctor:
    """A doctor with their room, week and leave."""

    number: int
    hiring: Member
    hired: Member
    room: Room
    plan: Plan
    leave: tuple[Leave, ...]

    @property
    def practitioner_id(self) -> str:
        return practitioner_id_of(self.hired.staff_id)


@dataclass(frozen=True)
class Network:
    """`day`: the day on which it was made; visits are booked from the day after on."""

    doctors: int
    patients: int
    day: date
    seed: int = 1

    @cached_property
    def made_at(self) -> datetime:
        return datetime.combine(self.day, time(), UTC)

    @property
    def departments(self) -> int:
        return -(-self.doctors // _DOCTORS_PER_DEPARTMENT)

    def department(self, number: int) -> Department:
        place, _, _, _ = _PLACES[number % len(_PLACES)]
        return Department(
            department_id=self._id("dep", number),
            name=f"Invented clinic {number + 1}, {place}",
            code=f"N{number + 1:04d}",
            version=1,
            created_at=self.made_at,
            fingerprint=self._fingerprint("department", number),
            actor=ACTOR,
        )

    def doctor(self, number: int) -> Doctor:
        chance = self._chance("doctor", number)
        department_number = number // _DOCTORS_PER_DEPARTMENT
        department_id = self._id("dep", department_number)
        _, time_zone, currency, languages = _PLACES[department_number % len(_PLACES)]
        given, family = self._name(number)
        staff_id = self._id("stf", number)
        specialties = [chance.choice(_COMMON if chance.random() < 0.35 else _SPECIALTIES)]
        if chance.random() < 0.2:
            specialties.append(chance.choice(_SPECIALTIES))
        hiring = Member(
            staff_id=staff_id,
            email=f"{given}.{family}@doctors.network.example".lower(),
            names=Names(given, family),
            roles=frozenset({Role.DOCTOR}),
            status=Status.HIRING,
            user_id=None,  # they have no account, so that nothing follows them into the user pool
            practitioner_id=practitioner_id_of(staff_id),
            profile=Profile(
                specialties=tuple(dict.fromkeys(specialties)),
                department_id=department_id,
                fee=Money(chance.randrange(30, 200) * 100, currency),
                languages=languages[: chance.randint(1, len(languages))],
            ),
            invited=True,
            fingerprint=self._fingerprint("doctor", number),
            version=1,
            created_at=self.made_at,
            changed_at=self.made_at,
            actor=ACTOR,
        )
        room = Room(
            room_id=self._id("room", number),
            name=f"Room {number % _DOCTORS_PER_DEPARTMENT + 1}",
            department_id=department_id,
            location=f"Floor {number % _DOCTORS_PER_DEPARTMENT // 20 + 1}",
            active=True,
            version=1,
            created_at=self.made_at,
            fingerprint=self._fingerprint("room", number),
            actor=ACTOR,
        )
        return Doctor(
            number=number,
            hiring=hiring,
            hired=hiring.moved(Status.ACTIVE, at=self.made_at, actor=ACTOR),
            room=room,
            plan=self._plan(chance, time_zone, room.room_id),
            leave=self._leave(chance),
        )

    def visits(self, doctor: Doctor, schedule: Schedule) -> Iterator[Appointment]:
        """The doctor's booked visits. No patient has two, and no two are at one time."""
        chance = self._chance("visits", doctor.number)
        first, last = self.day + timedelta(days=1), self.day + timedelta(days=VISIT_DAYS)
        patients = range(doctor.number, min(self.patients, self.doctors * _VISITS_PER_DOCTOR), self.doctors)
        slots = schedule.slots(first, last)
        for number, slot in zip(patients, sorted(chance.sample(slots, min(len(slots), len(patients)))), strict=False):
            yield Appointment.book(
                appointment_id=self._id("apt", number),
                patient_id=self.patient_id(number),
                practitioner_id=doctor.practitioner_id,
                slot=slot,
                time_zone=schedule.time_zone(slot.start.date()),
                mode=Mode.VIDEO if chance.random() < 0.1 else Mode.IN_PERSON,
                reason=None,
                at=self.made_at,
                actor=ACTOR,
                fingerprint=self._fingerprint("visit", number),
            )

    def patient_id(self, number: int) -> str:
        return self._id("pat", number)

    def patient(self, number: int) -> Patient:
        chance = self._chance("patient", number)
        given, family = self._name(self.doctors + number)
        with_email = number % 10 == 0
        return Patient(
            patient_id=self.patient_id(number),
            details=Details(
                given_name=given,
                family_name=family,
                birth_date=date(1935, 1, 1) + timedelta(days=chance.randrange(90 * 365)),
                sex=chance.choice(tuple(Sex)),
                phone=f"+447700900{chance.randrange(1000):03d}" if number % 3 == 0 else None,
                email=f"{given}.{family}@patients.network.example".lower() if with_email else None,
                language=chance.choice(("en", "de", "pl", "es")),
            ),
            version=1,
            created_at=self.made_at,
            updated_at=self.made_at,
            changed_by=ACTOR,
            fingerprint=self._fingerprint("patient", number),
        )

    def family(self, number: int) -> Iterator[FamilyMember]:
        """Of every twenty patients the first four are a family: two parents, who act for their two children."""
        place = number % 20
        home = number - place
        if place in (2, 3) and number < self.patients:
            for parent in (home, home + 1):
                yield self._relative(number, parent, Relationship.PARENT, may_act=True)
        if place in (0, 1) and home + 3 < self.patients:
            yield self._relative(number, home + 1 - place, Relationship.SPOUSE, may_act=False)

    def _relative(self, patient: int, member: int, relationship: Relationship, *, may_act: bool) -> FamilyMember:
        return FamilyMember(
            patient_id=self.patient_id(patient),
            member_id=self.patient_id(member),
            relationship=relationship,
            may_act=may_act,
            version=1,
            updated_at=self.made_at,
            changed_by=ACTOR,
        )

    def _plan(self, chance: Random, time_zone: str, room_id: str) -> Plan:
        start = chance.choice((7, 8, 9))
        days = sorted(chance.sample(range(6), chance.choice((3, 4, 5, 5))))
        return Plan(
            version=1,
            time_zone=time_zone,
            slot_minutes=chance.choice((15, 20, 20, 30)),
            weekly=tuple(Hours(day, time(start), time(start + 8), room_id) for day in days),
            breaks=(Break(time(12), time(13)),),
            valid_from=self.day,
        )

    def _leave(self, chance: Random) -> tuple[Leave, ...]:
        """Every tenth doctor is away for some days of the next month."""
        if chance.random() >= 0.1:
            return ()
        first = self.day + timedelta(days=chance.randrange(1, _LEAVE_DAYS - 5))
        return tuple(Leave(first + timedelta(days=day)) for day in range(chance.randint(1, 5)))

    def _name(self, number: int) -> tuple[str, str]:
        """Given and family name; no two people of a network share both."""
        left = (number * _STRIDE + self.seed) % _NAMES
        parts = []
        for syllables in (_BEGINNINGS, _MIDDLES, _GIVEN_ENDS, _BEGINNINGS, _MIDDLES, _FAMILY_ENDS):
            left, at = divmod(left, len(syllables))
            parts.append(syllables[at])
        return "".join(parts[:3]), "".join(parts[3:])

    def _chance(self, kind: str, number: int) -> Random:
        return Random(f"{self.seed} {kind} {number}")  # noqa: S311 - chance that repeats itself is the point

    def _id(self, prefix: str, number: int) -> str:
        return ids.derived(prefix, "network", str(self.seed), str(number))

    def _fingerprint(self, kind: str, number: int) -> str:
        return hashlib.sha256(f"network {self.seed} {kind} {number}".encode()).hexdigest()[:16]


_NAMES = (len(_BEGINNINGS) * len(_MIDDLES)) ** 2 * len(_GIVEN_ENDS) * len(_FAMILY_ENDS)
