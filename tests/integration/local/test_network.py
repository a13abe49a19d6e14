"""A tiny network on moto: what is loaded is what the domains' own use cases store, and they go on from it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
from local.network.ledger import Ledger
from local.network.people import ACTOR, Network
from local.network.pieces import Environments, items_of, pieces
from tests.integration import tables

from care.patients import service as patients
from care.patients.models.search import parse_search
from care.patients.repository.keys import search_key
from care.practitioners import service as practitioners
from care.practitioners.models import Hiring
from care.scheduling import service as scheduling
from care.scheduling.models import Kind, Resource, Span, Status
from care.scheduling.service import Caller, Wanted, Wish
from kernel import clock, dynamodb, ids
from kernel.access import Principal
from kernel.dynamodb import RawItem

DAY = date(2026, 11, 20)
NETWORK = Network(doctors=2, patients=12, day=DAY)
TABLES = ("PatientsTable", "PractitionersTable", "SchedulingTable", "NotificationsTable")
_CIPHERTEXTS = {"sealed", "contact", "wrapped"}
type Items = dict[tuple[str, str, str], RawItem]


class Witness(Ledger):
    """A ledger that lets the real thing decide first: what DynamoDB refuses is refused."""

    def __init__(self) -> None:
        super().__init__()
        self._real = dynamodb.connection()

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        for meta in self._tables.values():
            if meta.table_name not in self._real._tables:
                self._real.add_meta_table(meta)
        self._real._make_api_call(operation_name, operation_kwargs)
        return super()._make_api_call(operation_name, operation_kwargs)


@dataclass
class House:
    """Four domains' tables, and the environments in which their functions find them."""

    environments: Environments
    account: pytest.MonkeyPatch

    def become(self, domain: str) -> None:
        for name, value in self.environments[domain].items():
            self.account.setenv(name, value)

    def next_id(self, identifier: str) -> None:
        """Let the next thing that is created have this id."""
        self.account.setattr(ids, "for_create", lambda *_: identifier)

    def load(self) -> None:
        """Load the network the way that the emulator gets it."""
        client = boto3.client("dynamodb")
        for piece in pieces(NETWORK):
            for table, item in items_of(NETWORK, piece, self.environments):
                client.put_item(TableName=table, Item=item)

    def items(self) -> Items:
        client: Any = boto3.client("dynamodb")
        return {
            (table, item["pk"]["S"], item["sk"]["S"]): item
            for table in (*TABLES, "KeysTable")
            for page in client.get_paginator("scan").paginate(TableName=table)
            for item in page["Items"]
            if not item["pk"]["S"].startswith("BRANCH#")  # which is there before anything is loaded
        }


@pytest.fixture
def house(account: pytest.MonkeyPatch, user_pool: str, keys: str) -> Iterator[House]:
    secret = boto3.client("secretsmanager").create_secret(Name="search-key", SecretString="a key of the tests")
    common = {
        "USER_POOL_ID": user_pool,
        "SEARCH_KEY_SECRET_ARN": secret["ARN"],
        "KEYS_TABLE_NAME": keys,
        "PATIENT_KEY_ID": os.environ["PATIENT_KEY_ID"],
        "QUEUE_URL": "never used",
        "MAIL_FROM": "nobody@care.example",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }
    environments = {}
    for table in TABLES:
        domain = table.removesuffix("Table").lower()
        environments[domain] = common | {"TABLE_NAME": tables.create_table(table)}
    environments["scheduling"] |= {
        "PATIENTS_TABLE_NAME": "PatientsTable",
        "PRACTITIONERS_TABLE_NAME": "PractitionersTable",
    }
    account.setattr(clock, "now", lambda: NETWORK.made_at)
    search_key.cache_clear()
    house = House(environments, account)
    for domain in environments:  # so that what pieces set is undone with the rest
        house.become(domain)
    yield house
    search_key.cache_clear()


def plain(items: Items) -> Items:
    """Without what no two encryptions of one text share."""
    return {
        place: {name: value for name, value in item.items() if name not in _CIPHERTEXTS}
        for place, item in items.items()
    }


def test_a_piece_is_the_same_whenever_it_is_made() -> None:
    assert NETWORK.patient(7) == Network(2, 12, DAY).patient(7)
    assert NETWORK.doctor(1) == Network(2, 12, DAY).doctor(1)
    assert NETWORK.patient(7) != Network(2, 12, DAY, seed=2).patient(7)


def test_no_two_people_of_a_network_share_their_names() -> None:
    network = Network(2_000, 20_000, DAY)
    doctors = {network.doctor(number).hired.names.display for number in range(2_000)}
    patients_names = {
        f"{patient.details.given_name} {patient.details.family_name}" for patient in map(network.patient, range(20_000))
    }
    assert (len(doctors), len(patients_names), doctors & patients_names) == (2_000, 20_000, set())


def test_the_pieces_are_the_whole_network_once() -> None:
    network = Network(450, 4_100, DAY)
    for kind, count in (("departments", 5), ("patients", 4_100), ("doctors", 450)):
        numbers = [n for piece in pieces(network) if piece.kind == kind for n in range(piece.first, piece.end)]
        assert numbers == list(range(count))


def test_the_ledger_holds_what_dynamodb_would_and_nothing_that_it_would_refuse(house: House) -> None:
    loaded: Items = {}
    for piece in pieces(NETWORK):
        for table, item in items_of(NETWORK, piece, house.environments, Witness()):
            loaded[table, item["pk"]["S"], item["sk"]["S"]] = item
    stored = house.items()
    assert plain(loaded) == plain(stored)
    assert len(stored) > 12 * 14 + 2 * 30


def test_the_use_cases_store_the_same_items(house: House) -> None:
    """Read models, and what only an account brings, aside."""
    through_the_services(house)
    stored = house.items()
    for place in stored:
        boto3.client("dynamodb").delete_item(TableName=place[0], Key={"pk": {"S": place[1]}, "sk": {"S": place[2]}})
    house.load()
    assert truth(house.items()) == truth(stored)
    assert len(truth(stored)) > 12 * 13 + 2 * 25


def truth(items: Items) -> Items:
    return {
        place: {name: value for name, value in item.items() if name not in ("user_id", "invited")}
        for place, item in plain(items).items()
        if not is_view(*place)
    }


def is_view(table: str, pk: str, sk: str) -> bool:
    if table == "SchedulingTable":
        return pk.startswith(("OPENINGS#", "BOARD#", "ROSTER")) or sk == "PROFILE" or sk.startswith("VIEW")
    return table == "NotificationsTable" or sk.startswith("CARER#")


def through_the_services(house: House) -> None:
    """The whole network, asked for one by one as over the API."""
    house.become("practitioners")
    for number in range(NETWORK.departments):
        department = NETWORK.department(number)
        house.next_id(department.department_id)
        practitioners.open_department(
            department.name, department.code, actor=ACTOR, key=None, fingerprint=department.fingerprint
        )
    doctors = [NETWORK.doctor(number) for number in range(NETWORK.doctors)]
    for doctor in doctors:
        room, member = doctor.room, doctor.hiring
        house.next_id(room.room_id)
        practitioners.furnish_room(
            room.name, room.department_id, room.location, actor=ACTOR, key=None, fingerprint=room.fingerprint
        )
        house.next_id(member.staff_id)
        hiring = Hiring(member.email, member.names, member.roles, member.profile, "Temporary-2026!")
        practitioners.hire(hiring, actor=ACTOR, key=None, fingerprint=member.fingerprint)
    house.become("patients")
    for number in range(NETWORK.patients):
        patient = NETWORK.patient(number)
        house.next_id(patient.patient_id)
        patients.register_at_desk(
            patient.details, caller=ACTOR, fingerprint=patient.fingerprint, idempotency_key=None, confirmed=False
        )
    for number in range(NETWORK.patients):
        for relative in NETWORK.family(number):
            patients.set_family_member(
                relative.patient_id,
                relative.member_id,
                relative.relationship,
                may_act=relative.may_act,
                caller=ACTOR,
                expected=None,
            )
    house.become("scheduling")
    for doctor in doctors:
        schedule, _ = scheduling.set_schedule(doctor.practitioner_id, doctor.plan, None, ACTOR)
        for leave in doctor.leave:
            schedule, _ = scheduling.plan_leave(doctor.practitioner_id, leave, None, ACTOR)
        for visit in NETWORK.visits(doctor, schedule):
            house.next_id(visit.appointment_id)
            wish = Wish(visit.practitioner_id, visit.patient_id, visit.start, mode=visit.mode)
            scheduling.book(wish, Caller(ACTOR, None, visit.fingerprint))


def test_a_loaded_network_can_be_searched_and_booked(house: House) -> None:
    house.load()
    doctor, patient = NETWORK.doctor(1), NETWORK.patient(5)
    assert doctor.hired.profile

    house.become("practitioners")
    [found], _ = practitioners.find_practitioners(doctor.hired.names.family, None, None, 10, None)
    assert found.practitioner_id == doctor.practitioner_id
    by_specialty, _ = practitioners.find_practitioners("", doctor.hired.profile.specialties[0], None, 10, None)
    assert doctor.practitioner_id in [practitioner.practitioner_id for practitioner in by_specialty]

    house.become("patients")
    wanted = parse_search(f"{patient.details.given_name} {patient.details.birth_date}")
    assert wanted
    assert patients.search(wanted, "", 10) == ([patient], None)

    house.become("scheduling")
    day = Resource(Kind.PRACTITIONER, doctor.practitioner_id)
    span = Span(NETWORK.made_at, NETWORK.made_at + timedelta(days=30))
    booked, _ = scheduling.visits_of(day, span, None, 50, None)
    assert len(booked) == 6
    _, free = scheduling.availability(doctor.practitioner_id, DAY + timedelta(days=1), DAY + timedelta(days=14))
    assert free
    assert not {slot.start for slot in free} & {visit.start for visit in booked}
    visit = scheduling.book(Wish(doctor.practitioner_id, patient.patient_id, free[0].start), Caller("desk"))
    assert visit.status is Status.BOOKED
    moved = scheduling.reschedule(booked[0], free[1].start, None, None, "desk")
    assert (moved.start, moved.version) == (free[1].start, 2)
    _, left = scheduling.availability(doctor.practitioner_id, DAY + timedelta(days=1), DAY + timedelta(days=14))
    assert {slot.start for slot in left} == {slot.start for slot in free[2:]} | {booked[0].start}


def test_the_soonest_of_a_specialty_is_found_and_free(house: House) -> None:
    house.load()
    house.become("scheduling")
    profile = NETWORK.doctor(0).hired.profile
    assert profile
    wanted = Wanted(profile.specialties[0], None, None, None, 5)
    offers, _ = scheduling.find_slots(wanted)
    assert len(offers) == 5
    _, free = scheduling.availability(offers[0].practitioner_id, DAY, DAY + timedelta(days=7))
    assert offers[0].slot == free[0]


def test_every_loaded_visit_stands_on_its_department_s_board(house: House) -> None:
    house.load()
    boards = [place[2].partition("#")[2] for place in house.items() if place[1].startswith("BOARD#")]
    visits = [place[1].partition("#")[2] for place in house.items() if place[2] == "APPOINTMENT"]
    assert sorted(boards) == sorted(visits)
    assert len(visits) == NETWORK.patients


def test_parents_may_act_for_their_children_and_nobody_else(house: House) -> None:
    house.load()
    house.become("patients")
    acts_for = {number: patients.acts_for(NETWORK.patient_id(number)) for number in range(NETWORK.patients)}
    children = {NETWORK.patient_id(2), NETWORK.patient_id(3)}
    assert {number for number, ids_ in acts_for.items() if ids_} == {0, 1}
    assert set(acts_for[0]) == set(acts_for[1]) == children


def test_who_treats_a_patient_is_known_from_the_loaded_visits(house: House) -> None:
    house.load()
    house.become("patients")
    patient_id = NETWORK.patient_id(4)
    doctors = [
        Principal("a-doctor", frozenset({"doctor"}), practitioner_id=NETWORK.doctor(number).practitioner_id)
        for number in range(2)
    ]
    treating = {doctor.practitioner_id for doctor in doctors if patients.ties([patient_id], doctor)[patient_id].carers}
    assert treating == {NETWORK.doctor(4 % 2).practitioner_id}


def test_contacts_are_known_so_that_no_mail_waits_for_them(house: House) -> None:
    house.load()
    contacts = {
        place[1]: "S" in item.get("sealed", {}) for place, item in house.items().items() if place[2] == "CONTACT"
    }
    with_address = [NETWORK.patient(number).details.email is not None for number in range(NETWORK.patients)]
    assert contacts == {f"PATIENT#{NETWORK.patient_id(number)}": known for number, known in enumerate(with_address)}
    assert sum(with_address) == 2
