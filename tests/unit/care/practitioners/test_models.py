"""The rules about staff."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from care.practitioners.errors import OwnAccount
from care.practitioners.models import (
    CLINICAL,
    TRANSITIONS,
    Member,
    MemberChange,
    Names,
    Profile,
    ProfileChange,
    Role,
    Specialty,
    Status,
    check_administration,
    check_roles,
    search_words,
)
from kernel.errors import Invalid, InvalidTransition
from kernel.money import Money

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PROFILE = Profile((Specialty.CARDIOLOGY,), "dep_1", Money(5000, "EUR"), ("pl",), "PL-1")


def member(*roles: Role, status: Status = Status.ACTIVE, profile: Profile | None = None) -> Member:
    return Member(
        staff_id="stf_1",
        email="ada@clinic.example",
        names=Names("Ada", "Adams"),
        roles=frozenset(roles or {Role.NURSE}),
        status=status,
        user_id="u-1",
        practitioner_id="prc_1" if profile else None,
        profile=profile,
        invited=True,
        fingerprint="0" * 16,
        version=3,
        created_at=NOW,
        changed_at=NOW,
        actor="u-admin",
    )


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {item["pointer"] for item in error.value.extensions["errors"]}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_staff_move_only_as_the_table_says(before: Status, after: Status) -> None:
    allowed = {
        (Status.HIRING, Status.ACTIVE),
        (Status.HIRING, Status.WITHDRAWN),
        (Status.ACTIVE, Status.DISABLED),
        (Status.DISABLED, Status.ACTIVE),
    }
    if (before, after) in allowed:
        moved = member(status=before).moved(after, at=LATER, actor="u-2")
        assert (moved.status, moved.version, moved.changed_at, moved.actor) == (after, 4, LATER, "u-2")
    else:
        with pytest.raises(InvalidTransition):
            member(status=before).moved(after, at=LATER, actor="u-2")


def test_every_status_has_its_ways_out() -> None:
    assert set(TRANSITIONS) == set(Status)


@pytest.mark.parametrize("role", Role)
def test_only_clinicians_may_have_a_profile_and_only_doctors_must(role: Role) -> None:
    roles = frozenset({role})
    if role is Role.DOCTOR:
        with pytest.raises(Invalid) as lacking:
            check_roles(roles, gives_profile=False)
        assert wrong(lacking) == {"/practitioner"}
        check_roles(roles, gives_profile=False, has_profile=True)
    else:
        check_roles(roles, gives_profile=False)
    if role in CLINICAL:
        check_roles(roles, gives_profile=True)
    else:
        with pytest.raises(Invalid) as needless:
            check_roles(roles, gives_profile=True)
        assert wrong(needless) == {"/practitioner"}


@pytest.mark.parametrize(
    ("person", "practises"),
    [
        (member(Role.DOCTOR, profile=PROFILE), True),
        (member(Role.NURSE, Role.MANAGER, profile=PROFILE), True),
        (member(Role.NURSE), False),
        (member(Role.MANAGER, profile=PROFILE), False),
        (member(Role.DOCTOR, profile=PROFILE, status=Status.DISABLED), False),
        (member(Role.DOCTOR, profile=PROFILE, status=Status.HIRING), False),
    ],
)
def test_patients_are_booked_with_active_clinicians_who_have_a_profile(person: Member, practises: bool) -> None:
    assert person.practises is practises


def test_a_change_keeps_what_it_does_not_name() -> None:
    before = member(Role.DOCTOR, profile=PROFILE)
    change = MemberChange(family_name="Berg", profile=ProfileChange(fee=Money(1, "PLN"), languages=()))
    after = before.changed(change, "prc_new", at=LATER, actor="u-2")
    assert after == replace(
        before,
        names=Names("Ada", "Berg"),
        profile=replace(PROFILE, fee=Money(1, "PLN"), languages=()),
        version=4,
        changed_at=LATER,
        actor="u-2",
    )


def test_a_change_to_the_same_is_no_change() -> None:
    before = member(Role.DOCTOR, profile=PROFILE)
    change = MemberChange("Ada", "Adams", frozenset({Role.DOCTOR}), ProfileChange(licence="PL-1"))
    assert before.changed(change, "prc_new", at=LATER, actor="u-2") is before


def test_a_first_profile_needs_its_main_parts_and_makes_a_practitioner() -> None:
    before = member(Role.NURSE)
    with pytest.raises(Invalid) as lacking:
        before.changed(MemberChange(profile=ProfileChange(licence="x")), "prc_new", at=LATER, actor="u-2")
    assert wrong(lacking) == {f"/practitioner/{part}" for part in ("specialties", "department_id", "fee")}
    whole = ProfileChange(PROFILE.specialties, PROFILE.department_id, PROFILE.fee)
    after = before.changed(MemberChange(profile=whole), "prc_new", at=LATER, actor="u-2")
    assert (after.practitioner_id, after.practises) == ("prc_new", True)


def test_who_was_a_practitioner_keeps_the_profile_while_being_something_else() -> None:
    before = member(Role.DOCTOR, profile=PROFILE)
    manager = before.changed(MemberChange(roles=frozenset({Role.MANAGER})), "prc_new", at=LATER, actor="u-2")
    assert (manager.profile, manager.practitioner_id, manager.practises) == (PROFILE, "prc_1", False)


def test_administrators_cannot_take_administration_from_themselves() -> None:
    before = member(Role.ADMIN)
    demoted = replace(before, roles=frozenset({Role.MANAGER}))
    disabled = replace(before, status=Status.DISABLED)
    for after in (demoted, disabled):
        with pytest.raises(OwnAccount):
            check_administration(before, after, "u-1")
        check_administration(before, after, "u-2")
    check_administration(before, replace(before, names=Names("Bo", "Berg")), "u-1")
    check_administration(replace(before, roles=frozenset({Role.NURSE})), demoted, "u-1")


def test_names_are_sorted_and_searched_as_people_say_them() -> None:
    names = Names("Ana-María", "O'Żak van der Berg")
    assert names.sort_key == "ozak van der berg ana maria"
    assert names.words == ("ozak", "van", "der", "berg", "ana", "maria")
    assert names.display == "Ana-María O'Żak van der Berg"
    assert names.matches(["ber", "mar"])
    assert not names.matches(["ber", "zak"])
    assert names.matches([])


def test_a_shorter_name_comes_before_a_longer_one_that_begins_with_it() -> None:
    assert Names("Zoe", "Berg").sort_key < Names("Ada", "Bergman").sort_key


def test_what_is_searched_is_bounded() -> None:
    assert len(Names("a b c d e f", "g h i j k l").words) == 8
    assert max(len(word) for word in search_words("x" * 500)) == 40
    assert len(Names("x" * 100, "y" * 100).sort_key) == 81


def test_specialties_have_names_and_codes_that_are_no_ids() -> None:
    assert Specialty.INTERNAL_MEDICINE.display == "Internal medicine"
    assert all(code == code.lower() and "_" not in code for code in Specialty)
