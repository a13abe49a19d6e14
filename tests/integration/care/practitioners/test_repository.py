"""Finding people: in alphabetical order, page by page, without reading those who are not meant."""

import string
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.integration.care.practitioners.hospital import Hospital

from care.practitioners import repository, service
from care.practitioners.models import Member, MemberChange, Names, Profile, ProfileChange, Role, Specialty, Status
from care.practitioners.repository import lists
from care.practitioners.repository.items import PractitionerEntry
from kernel import clock, ids
from kernel.errors import Malformed
from kernel.money import Money

EYES = f"dep_{'1' * 32}"
HEART = f"dep_{'2' * 32}"


def employ(
    given: str, family: str, *specialties: Specialty, department_id: str = HEART, role: Role = Role.DOCTOR
) -> Member:
    """A member of staff straight in the table: finding people needs no accounts."""
    profile = Profile(specialties or (Specialty.CARDIOLOGY,), department_id, Money(5000, "EUR"))
    hiring = Member(
        staff_id=ids.new("stf"),
        email=f"{ids.new('mail')}@clinic.example",
        names=Names(given, family),
        roles=frozenset({role}),
        status=Status.HIRING,
        user_id="u-1",
        practitioner_id=ids.new("prc") if role is Role.DOCTOR else None,
        profile=profile if role is Role.DOCTOR else None,
        invited=True,
        fingerprint="0" * 16,
        version=1,
        created_at=clock.now(),
        changed_at=clock.now(),
        actor="u-admin",
    )
    hired = hiring.moved(Status.ACTIVE, at=clock.now(), actor="u-admin")
    repository.begin_hiring(hiring)
    repository.store_member(hiring, hired)
    return hired


@pytest.fixture(autouse=True)
def departments(hospital: Hospital) -> None:
    del hospital
    table = boto3.resource("dynamodb").Table("PractitionersTable")
    for department_id, name in ((EYES, "Eyes"), (HEART, "Heart")):
        table.put_item(
            Item={
                "pk": f"DEPARTMENT#{department_id}",
                "sk": "DEPARTMENT",
                "department_id": department_id,
                "name": name,
                "version": 1,
                "created_at": "2026-01-01T00:00:00Z",
                "fingerprint": "0" * 16,
                "actor": "u-admin",
            }
        )


def search(query: str = "", specialty: Specialty | None = None, department_id: str | None = None) -> list[str]:
    """All pages of two."""
    return [name for page in pages(query, specialty, department_id, 2) for name in page]


def pages(query: str, specialty: Specialty | None, department_id: str | None, limit: int) -> Iterator[list[str]]:
    cursor = None
    while True:
        found, cursor = service.find_practitioners(query, specialty, department_id, limit, cursor)
        yield [person.names.display for person in found]
        if cursor is None:
            return


def test_practitioners_are_found_by_the_beginnings_of_their_names() -> None:
    employ("Łucja", "Żak")
    employ("Anna Maria", "O'Neill-Kos")
    employ("Jan", "Kos")
    assert search("zak") == ["Łucja Żak"]
    assert search("ŁUC") == ["Łucja Żak"]
    assert search("kos") == ["Jan Kos", "Anna Maria O'Neill-Kos"]
    assert search("maria oneill") == ["Anna Maria O'Neill-Kos"]
    assert search("kos j") == ["Jan Kos"]
    assert search("neill") == []
    assert search("annamaria") == []


def test_who_matches_in_two_words_is_found_once() -> None:
    employ("Marek", "Marecki")
    employ("Maria", "Nowak")
    assert search("mar") == ["Marek Marecki", "Maria Nowak"]
    assert search("mar mar") == ["Marek Marecki", "Maria Nowak"]


def test_everybody_is_listed_in_alphabetical_order() -> None:
    for given, family in (("Zoe", "adams"), ("Ada", "Žižka"), ("Ada", "Adamson"), ("Ada", "Adams"), ("Bo", "Łoś")):
        employ(given, family)
    assert search() == ["Ada Adams", "Zoe adams", "Ada Adamson", "Bo Łoś", "Ada Žižka"]


def test_filters_combine() -> None:
    employ("Ada", "Adams", Specialty.CARDIOLOGY, Specialty.UROLOGY)
    employ("Bea", "Adams", Specialty.UROLOGY, department_id=EYES)
    employ("Cid", "Adler", Specialty.CARDIOLOGY, department_id=EYES)
    employ("Dan", "Berg", Specialty.CARDIOLOGY, department_id=EYES)
    assert search(specialty=Specialty.CARDIOLOGY) == ["Ada Adams", "Cid Adler", "Dan Berg"]
    assert search(department_id=EYES) == ["Bea Adams", "Cid Adler", "Dan Berg"]
    assert search(specialty=Specialty.CARDIOLOGY, department_id=EYES) == ["Cid Adler", "Dan Berg"]
    assert search("ad", Specialty.CARDIOLOGY) == ["Ada Adams", "Cid Adler"]
    assert search("ad", department_id=EYES) == ["Bea Adams", "Cid Adler"]
    assert search("ad", Specialty.UROLOGY, EYES) == ["Bea Adams"]
    assert search("ad", Specialty.ONCOLOGY) == []
    assert search(specialty=Specialty.ONCOLOGY) == []


def test_no_page_is_longer_than_its_limit_and_none_is_lost_between_two() -> None:
    for letter in string.ascii_uppercase[:11]:
        employ("Ada", f"Berg{letter}")
    everybody = [f"Ada Berg{letter}" for letter in string.ascii_uppercase[:11]]
    for limit in (1, 3, 10, 11, 12):
        for query in ("", "ber", "ada"):
            got = list(pages(query, None, None, limit))
            assert [name for page in got for name in page] == everybody
            assert all(len(page) == limit for page in got[:-1])
            assert 1 <= len(got[-1]) <= limit


def test_a_search_that_finds_little_reads_a_bounded_part_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_MOST_READ", 6)
    for letter in string.ascii_uppercase[:12]:
        employ("Ada", f"Berg{letter}")
    employ("Ada", "Bergz", Specialty.ONCOLOGY)
    first, cursor = service.find_practitioners("ada", Specialty.ONCOLOGY, None, 2, None)
    assert first == []
    assert cursor is not None
    assert search("ada", Specialty.ONCOLOGY) == ["Ada Bergz"]


def test_a_changed_name_is_found_and_the_old_one_is_not() -> None:
    before = employ("Ada", "Adams")
    after = before.changed(MemberChange(family_name="Berg"), "", at=clock.now(), actor="u-admin")
    repository.store_member(before, after)
    assert (search("berg"), search("adams"), search()) == (["Ada Berg"], [], ["Ada Berg"])


def test_a_practitioner_who_leaves_lists_leaves_no_entry_behind() -> None:
    before = employ("Ada", "Adams", *list(Specialty)[:5])
    after = before.moved(Status.DISABLED, at=clock.now(), actor="u-admin")
    repository.store_member(before, after)
    stored = boto3.resource("dynamodb").Table("PractitionersTable").scan()["Items"]
    assert [item for item in stored if str(item["pk"]).startswith("PRACTITIONERS")] == []


def test_the_longest_names_and_the_most_specialties_fit_one_transaction_and_one_key() -> None:
    words = [f"{letter}{'\ufdfa' * 20}" for letter in string.ascii_letters]
    before = employ(" ".join(words[:4]), " ".join(words[4:8]), *list(Specialty)[:5])
    everything = frozenset(Role)
    after = before.changed(
        MemberChange(
            given_name=" ".join(words[8:12]),
            family_name=" ".join(words[12:16]),
            roles=everything,
            profile=ProfileChange(specialties=tuple(Specialty)[5:10], department_id=EYES),
        ),
        "",
        at=clock.now(),
        actor="u-admin",
    )
    repository.store_member(before, after)
    stored = boto3.resource("dynamodb").Table("PractitionersTable").scan()["Items"]
    assert max(len(str(item["sk"]).encode()) for item in stored) <= 1024
    assert search(department_id=EYES) == [after.names.display]


def test_staff_are_found_by_name_role_status_and_whole_address() -> None:
    employ("Ada", "Adams")
    nurse = employ("Ada", "Berg", role=Role.NURSE)
    left = employ("Cid", "Berg", role=Role.NURSE)
    repository.store_member(left, left.moved(Status.DISABLED, at=clock.now(), actor="u-admin"))

    def found(query: str = "", role: Role | None = None, status: Status | None = None) -> list[str]:
        return [person.names.display for person in service.find_members(query, role, status, 10, None)[0]]

    assert found() == ["Ada Adams", "Ada Berg", "Cid Berg"]
    assert found(role=Role.NURSE) == ["Ada Berg", "Cid Berg"]
    assert found(role=Role.NURSE, status=Status.DISABLED) == ["Cid Berg"]
    assert found("ada", Role.NURSE) == ["Ada Berg"]
    assert found("be", status=Status.ACTIVE) == ["Ada Berg"]
    assert found(nurse.email.upper()) == ["Ada Berg"]
    assert found(nurse.email, Role.DOCTOR) == []
    assert found("nobody@clinic.example") == []
    assert found("clinic.example") == []


@pytest.mark.parametrize("cursor", ["", "x", "e30", "eyJhZnRlciI6IlNUQVRVUyJ9", "eyJhZnRlciI6IldPUkQjYSJ9"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed):
        service.find_practitioners("", None, None, 2, cursor)


def test_a_page_reads_no_more_when_there_are_more_people(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    query = PractitionerEntry.query

    def counted(*args: Any, **kwargs: Any) -> Any:
        entries = list(query(*args, **kwargs))
        read.append(len(entries))
        return entries

    monkeypatch.setattr(PractitionerEntry, "query", counted)
    for number in range(30):
        employ("Ada", f"Berg{number:02}")
        if number in (9, 29):
            read.clear()
            service.find_practitioners("ada", None, None, 5, None)
            service.find_practitioners("", Specialty.CARDIOLOGY, None, 5, None)
            assert read == [6, 6]
