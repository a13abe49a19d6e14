"""Likeness and search of patients, in the words of the front desk."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.patients.models.likeness import Reason, edits, identity, likeness, most_alike
from care.patients.models.people import Details, Patient, Sex, words
from care.patients.models.search import Search, index_terms, parse_search

MARIA = Details("María José", "García-López", date(1980, 5, 1), Sex.FEMALE, "+4930901820", "maria@mail.example")

LETTERS = st.characters(codec="utf-8", categories=["L", "M", "Zs", "Pd", "Po"])
NAMES = st.text(LETTERS, min_size=1, max_size=25).filter(lambda text: bool(words(text)))
DAYS = st.dates(date(1900, 1, 1), date(2026, 1, 1))
PHONES = st.none() | st.sampled_from(["+4930901820", "+4930901821"])
EMAILS = st.none() | st.sampled_from(["a@mail.example", "b@mail.example"])
PEOPLE = st.builds(Details, NAMES, NAMES, DAYS, phone=PHONES, email=EMAILS)


def patient(details: Details, patient_id: str = "pat_" + "0" * 32) -> Patient:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Patient(patient_id, details, 1, created_at=at, updated_at=at, changed_by="desk")


# ---- likeness


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_edits_are_symmetric_and_never_fewer_than_the_difference_in_length(one: str, other: str, tail: str) -> None:
    assert edits(one, other) == edits(other, one)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))
    assert edits(one + tail, other + tail) <= edits(one, other)
    assert (edits(one, other) == 0) == (one == other)


def test_two_neighbouring_letters_swapped_are_one_slip() -> None:
    assert edits("garcia", "gracia") == 1


@given(PEOPLE, PEOPLE)
def test_likeness_is_mutual_and_between_nothing_and_everything(one: Details, other: Details) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other).score <= 1
    assert bool(likeness(one, other).reasons) == (likeness(one, other).score > 0)


@given(PEOPLE)
def test_everybody_is_suspiciously_like_themselves(person: Details) -> None:
    assert likeness(person, person).suspicious
    assert {Reason.SAME_NAMES, Reason.SAME_BIRTH_DATE} <= set(likeness(person, person).reasons)


@given(PEOPLE, PEOPLE)
def test_whoever_is_suspiciously_alike_shares_birth_date_telephone_or_mail(one: Details, other: Details) -> None:
    other = replace(other, given_name=one.given_name, family_name=one.family_name)
    if likeness(one, other).suspicious:
        assert {Reason.SAME_BIRTH_DATE, Reason.SAME_PHONE, Reason.SAME_EMAIL} & set(likeness(one, other).reasons)


@pytest.mark.parametrize(
    ("changes", "suspicious"),
    [
        ({}, True),
        ({"given_name": "Maria Jose", "family_name": "Garcia Lopez"}, True),
        ({"given_name": "Maria"}, True),
        ({"given_name": "García", "family_name": "María José"}, True),
        ({"family_name": "Gracia-López", "phone": None, "email": None}, True),
        ({"birth_date": date(1980, 1, 5), "email": None}, True),
        ({"birth_date": date(1951, 7, 30), "phone": None, "email": None}, False),
        ({"given_name": "Juan", "birth_date": date(1979, 2, 3)}, False),
        ({"given_name": "Peter", "family_name": "Novak", "phone": None, "email": None}, False),
    ],
    ids=[
        "same",
        "plain letters",
        "second name left out",
        "names swapped",
        "slip",
        "day and month swapped",
        "namesake",
        "husband with her telephone and mail",
        "born the same day",
    ],
)
def test_who_may_be_the_same_person(changes: dict[str, object], suspicious: bool) -> None:
    assert likeness(MARIA, replace(MARIA, **changes)).suspicious is suspicious  # type: ignore[arg-type]


def test_twins_are_two_people() -> None:
    ben, leo = (replace(MARIA, given_name=name, family_name="Novak") for name in ("Benjamin", "Leo"))
    assert not likeness(ben, leo).suspicious


def test_a_likeness_says_what_makes_it_up() -> None:
    assert likeness(MARIA, replace(MARIA, family_name="Gracia-Lopez", phone=None)).reasons == (
        Reason.SIMILAR_NAMES,
        Reason.SAME_BIRTH_DATE,
        Reason.SAME_EMAIL,
    )


def test_the_most_alike_come_first() -> None:
    slip = patient(replace(MARIA, family_name="Gracia-López", phone=None), "pat_" + "1" * 32)
    same = patient(MARIA, "pat_" + "2" * 32)
    stranger = patient(Details("Peter", "Novak", date(1980, 5, 1)), "pat_" + "3" * 32)
    assert [found for found, _ in most_alike(MARIA, [slip, stranger, same], limit=5)] == [same, slip]


def test_an_identity_is_names_and_birth_date_however_written() -> None:
    assert identity(MARIA) == identity(replace(MARIA, given_name="Maria-Jose", family_name="GARCIALOPEZ", phone=None))
    assert identity(MARIA) != identity(replace(MARIA, birth_date=date(1980, 5, 2)))


# ---- search


def found(query: str, details: Details = MARIA) -> bool:
    search = parse_search(query)
    assert search is not None
    indexed = index_terms(details, possible_duplicate=False)
    return search.terms <= indexed and search.finds(patient(details))


@pytest.mark.parametrize(
    "query",
    [
        "ma",
        "garc",
        "GARCIA maria",
        "jose lopez",
        "maria g",
        "1980-05-01",
        "maría 1980-05-01",
        "+49 30 901820",
        "030/901820",
        "0049 30 90 18 20",
        "MARIA@mail.example",
        "lopez 030901820",
    ],
)
def test_a_patient_is_found_by_what_people_type(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    ["arcia", "maria novak", "1980-05-02", "+49 30 901821", "other@mail.example", "garciax", "maria x", "1980-02-30"],
)
def test_a_patient_is_not_found_by_something_else(query: str) -> None:
    assert not found(query)


def test_names_of_one_letter_are_found() -> None:
    assert found("李 伟", replace(MARIA, given_name="伟", family_name="李"))


@pytest.mark.parametrize("query", ["", "  ", "-", "..."])
def test_a_search_that_says_nothing_is_none(query: str) -> None:
    assert parse_search(query) is None


def test_an_id_is_looked_up_as_it_is() -> None:
    patient_id = "pat_" + "a" * 32
    assert parse_search(f" {patient_id} ") == Search(patient_ids=(patient_id,))


@given(PEOPLE, st.data())
def test_every_patient_is_found_by_the_beginning_of_any_indexed_name(person: Details, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(words(person.given_name)[:4] + words(person.family_name)[:4]))
    beginning = name[: data.draw(st.integers(1, len(name)))]
    search = Search(words=(beginning,))
    if len(beginning) > 1 or len(name) == 1:
        assert search.terms <= index_terms(person, possible_duplicate=False)
    assert search.finds(patient(person))


@given(PEOPLE, PEOPLE)
def test_a_change_of_everything_fits_one_transaction(one: Details, other: Details) -> None:
    long = "Abcdefgh Bcdefghi Cdefghij Defghijk Efghijkl Fghijklm"
    before = index_terms(replace(one, given_name=long, family_name=long[::-1]), possible_duplicate=True)
    after = index_terms(other, possible_duplicate=False)
    assert len(before ^ after) + 5 <= 100
    assert len(before) <= 45


def test_only_the_front_desks_review_list_looks_at_the_flag() -> None:
    search = parse_search("", for_review=True)
    assert search is not None
    assert not search.finds(patient(MARIA))
    assert search.finds(replace(patient(MARIA), possible_duplicate=True))
    assert search.terms <= index_terms(MARIA, possible_duplicate=True)
