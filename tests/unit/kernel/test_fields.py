"""Fields that several domains take: strict, and kept in one form."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kernel import clock
from kernel.fields import BirthDate, Email, Password, PersonName, Phone

names: TypeAdapter[str] = TypeAdapter(PersonName)
emails: TypeAdapter[str] = TypeAdapter(Email)
phones: TypeAdapter[str] = TypeAdapter(Phone)
births: TypeAdapter[date] = TypeAdapter(BirthDate)
passwords: TypeAdapter[object] = TypeAdapter(Password)


@pytest.mark.parametrize("name", ["Žofie", "O'Brien", "María  José", "李", "Nguyễn Thị", "J."])
def test_names_of_people_are_taken_as_they_are_written(name: str) -> None:
    assert names.validate_python(name) == " ".join(name.split())


@pytest.mark.parametrize("name", ["", "12", "Ann\u0000a", "Ann\na", "\u202eannA", "x" * 101])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        names.validate_python(name)


@given(st.text(max_size=50))
def test_a_name_that_was_taken_is_taken_again_unchanged(text: str) -> None:
    try:
        once = names.validate_python(text)
    except ValidationError:
        return
    assert names.validate_python(once) == once


def test_an_address_is_kept_in_lower_case() -> None:
    assert emails.validate_python("Ana.Silva@Mail.Example") == "ana.silva@mail.example"


@pytest.mark.parametrize("email", ["ana", "ana@mail", "ana@@mail.example", "a b@mail.example", "ana@-mail.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        emails.validate_python(email)


@pytest.mark.parametrize(("typed", "kept"), [("+49 (30) 90-18-20", "+4930901820"), ("+919820012345", "+919820012345")])
def test_a_telephone_number_is_kept_in_e164(typed: str, kept: str) -> None:
    assert phones.validate_python(typed) == kept


@pytest.mark.parametrize("phone", ["030 901820", "+49", "+999123456789", "+4930901820 ext. 5", "call me"])
def test_what_is_no_telephone_number_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError):
        phones.validate_python(phone)


def test_nobody_is_born_in_the_future() -> None:
    with pytest.raises(ValidationError):
        births.validate_json(f'"{clock.now().date() + timedelta(days=2)}"')


@pytest.mark.parametrize("day", ['"1899-12-31"', "0", '"1980-02-30"', '"1980-05-01T00:00:00"'])
def test_a_birth_date_is_a_day_since_1900(day: str) -> None:
    with pytest.raises(ValidationError):
        births.validate_json(day)


@pytest.mark.parametrize("password", ["Short-1a", "no-capitals-1", "NO-SMALL-ONES-1", "No-digits-here", "NoSymbols123"])
def test_a_weak_password_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        passwords.validate_python(password)
    assert password not in str(refusal.value.errors(include_input=False))
