"""A registration ends with a patient who can sign in or with nothing, wherever it breaks off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.integration.care.patients.conftest import Clinic

from care.patients import service, tasks
from care.patients.errors import PossibleDuplicate, RegistrationPending
from care.patients.models.people import Details, Patient, Relationship
from care.patients.models.search import Search
from care.patients.repository import families, patients, registrations, search
from care.patients.repository.patients import NamesakeExists
from kernel import directory
from kernel.directory import AccountExists
from kernel.errors import IdempotencyKeyReused, Invalid, Stale, Unavailable
from kernel.events import Change

EMAIL, PASSWORD = "maria@mail.example", "Salus-test-2026!"
MARIA = Details("Maria", "García", date(1980, 5, 1), email=EMAIL)

# Every step of a registration that writes anything, in order.
STEPS: list[tuple[Any, str]] = [
    (registrations, "begin"),
    (directory, "create_user"),
    (directory, "add_roles"),
    (directory, "set_password"),
    (patients, "add"),
]
# Every step of undoing it.
UNDO_STEPS: list[tuple[Any, str]] = [
    (registrations, "give_up"),
    (directory, "delete_user"),
    (registrations, "forget"),
]


class Crash(BaseException):
    """The process is gone: nothing of it runs any more, not even what it does about exceptions."""


def sign_up(email: str = EMAIL, details: Details = MARIA, password: str = PASSWORD, key: str | None = None) -> str:
    return service.sign_up(email, password, details, fingerprint=repr(details), idempotency_key=key)


def desk(details: Details, *, confirmed: bool = False, key: str | None = None) -> str:
    return service.register_at_desk(
        details, caller="desk", fingerprint=repr(details), idempotency_key=key, confirmed=confirmed
    ).patient_id


def breaking(module: Any, name: str, error: BaseException, *, after: bool) -> Callable[..., Any]:
    """The function, breaking off with the error before or after it has done its work."""
    real = getattr(module, name)

    def broken(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        raise error

    return broken


def run_checks(clinic: Clinic) -> None:
    """Deliver every RegistrationStarted so far, as the delay queue does."""
    for record in clinic.stream()["Records"]:
        image = record["dynamodb"].get("NewImage", {})
        if record["dynamodb"]["Keys"]["sk"]["S"] == "REGISTRATION" and image.get("state", {}).get("S") == "pending":
            service.check(image["pk"]["S"].partition("#")[2], image["patient_id"]["S"], int(image["attempt"]["N"]))


def stored(patient_id: str) -> Patient:
    file, _ = patients.find(patient_id)
    assert file is not None
    return file.open()


def assert_all_or_nothing(clinic: Clinic, email: str = EMAIL) -> bool:
    """Whether there is a patient who can sign in; fails where there is anything else but nothing."""
    if clinic.signs_in(email, PASSWORD):
        account = clinic.user(email)
        assert account is not None
        patient = stored(account["custom:patient_id"])
        assert patient.user_id == account["sub"]
        assert clinic.roles(email) == ["patient"]
        return True
    assert clinic.user(email) is None
    assert clinic.items("REGISTRATION#") == []
    assert clinic.items("PATIENT#") == []
    assert clinic.items("TOKEN#") == []
    return False


# ---- registration


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_crash_leaves_a_patient_who_can_sign_in_or_nothing(
    clinic: Clinic, module: Any, name: str, after: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, breaking(module, name, Crash(), after=after))
        with pytest.raises(Crash):
            sign_up()
    run_checks(clinic)
    assert assert_all_or_nothing(clinic) == ((name, after) == ("add", True))
    assert sign_up()
    assert assert_all_or_nothing(clinic)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_request_that_died_goes_on_where_it_stopped(clinic: Clinic, module: Any, name: str, after: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, breaking(module, name, Crash(), after=after))
        with pytest.raises(Crash):
            sign_up()
    patient_id = sign_up()
    run_checks(clinic)
    assert sign_up() == patient_id
    assert assert_all_or_nothing(clinic)
    assert len({item["pk"] for item in clinic.items("PATIENT#")}) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), STEPS[1:4], ids=[name for _, name in STEPS[1:4]])
def test_a_failure_undoes_itself_at_once(clinic: Clinic, module: Any, name: str, after: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, breaking(module, name, TimeoutError(), after=after))
        with pytest.raises(TimeoutError):
            sign_up()
    assert assert_all_or_nothing(clinic) is False


def test_a_refusal_of_the_last_step_undoes_itself_at_once(clinic: Clinic) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patients, "add", breaking(patients, "add", Unavailable(), after=False))
        with pytest.raises(Unavailable):
            sign_up()
    assert assert_all_or_nothing(clinic) is False


def test_an_answer_that_was_lost_after_the_last_step_undoes_nothing(clinic: Clinic) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patients, "add", breaking(patients, "add", TimeoutError(), after=True))
        with pytest.raises(TimeoutError):
            sign_up()
    assert assert_all_or_nothing(clinic)
    assert sign_up() == patients_in(clinic)[0]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), UNDO_STEPS, ids=[name for _, name in UNDO_STEPS])
def test_an_undoing_that_breaks_off_is_finished_by_the_check(
    clinic: Clinic, module: Any, name: str, after: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "set_password", breaking(directory, "set_password", TimeoutError(), after=True))
        patch.setattr(module, name, breaking(module, name, Crash(), after=after))
        with pytest.raises(Crash):
            sign_up()
    run_checks(clinic)
    assert assert_all_or_nothing(clinic) is False


def test_a_failure_of_the_undoing_is_left_to_the_check(clinic: Clinic) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "set_password", breaking(directory, "set_password", Invalid("weak"), after=False))
        patch.setattr(directory, "delete_user", breaking(directory, "delete_user", TimeoutError(), after=False))
        with pytest.raises(Invalid):
            sign_up()
    with pytest.raises(RegistrationPending):
        sign_up()
    run_checks(clinic)
    assert assert_all_or_nothing(clinic) is False


def test_a_check_never_undoes_what_a_later_attempt_is_at_work_on(clinic: Clinic) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "set_password", breaking(directory, "set_password", Crash(), after=True))
        with pytest.raises(Crash):
            sign_up()
        first_check = clinic.stream()["Records"][0]["dynamodb"]["NewImage"]
        with pytest.raises(Crash):
            sign_up()
    service.check(first_check["pk"]["S"].partition("#")[2], first_check["patient_id"]["S"], attempt=1)
    assert clinic.user(EMAIL) is not None
    run_checks(clinic)
    assert assert_all_or_nothing(clinic) is False


def test_a_repeated_request_that_fails_leaves_the_first_alone(clinic: Clinic) -> None:
    def meanwhile(*args: Any) -> None:
        add_roles(*args)
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(directory, "set_password", breaking(directory, "set_password", TimeoutError(), after=False))
            inner.setattr(directory, "add_roles", add_roles)
            with pytest.raises(TimeoutError):
                sign_up()

    add_roles = directory.add_roles
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "add_roles", meanwhile)
        assert sign_up()
    run_checks(clinic)
    assert assert_all_or_nothing(clinic)


def test_a_registration_that_was_undone_meanwhile_leaves_no_patient(clinic: Clinic) -> None:
    def undone_first(*args: Any, **kwargs: Any) -> None:
        run_checks(clinic)
        add(*args, **kwargs)

    add = patients.add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patients, "add", undone_first)
        with pytest.raises(RegistrationPending):
            sign_up()
    assert assert_all_or_nothing(clinic) is False


def test_an_account_of_somebody_else_is_never_touched(clinic: Clinic) -> None:
    directory.create_user(EMAIL, {"custom:practitioner_id": "prc_1"})
    directory.set_password(EMAIL, "Doctors-own-2026!", permanent=True)
    with pytest.raises(AccountExists):
        sign_up()
    run_checks(clinic)
    assert clinic.signs_in(EMAIL, "Doctors-own-2026!")
    assert clinic.items() == []


def test_the_same_request_is_answered_the_same_and_another_refused(clinic: Clinic) -> None:
    patient_id = sign_up(key="k")
    assert sign_up(key="k") == sign_up() == sign_up(key="other") == patient_id
    with pytest.raises(AccountExists):
        sign_up(password="Another-one-2026!")
    with pytest.raises(AccountExists):
        sign_up(details=replace(MARIA, given_name="Ana"))
    with pytest.raises(IdempotencyKeyReused):
        sign_up(details=replace(MARIA, given_name="Ana"), key="k")
    assert clinic.signs_in(EMAIL, PASSWORD)


def test_an_address_is_locked_while_its_registration_is_under_way(clinic: Clinic) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "create_user", breaking(directory, "create_user", Crash(), after=False))
        with pytest.raises(Crash):
            sign_up()
    with pytest.raises(RegistrationPending):
        sign_up(password="Another-one-2026!")


def test_the_address_is_forgotten_once_the_registration_is_completed(clinic: Clinic) -> None:
    sign_up()
    (registration,) = clinic.items("REGISTRATION#")
    assert "email" not in registration
    assert PASSWORD not in str(registration)


def test_registrations_of_people_who_are_alike_are_flagged_for_the_desk(clinic: Clinic) -> None:
    first = sign_up()
    second = sign_up("other@mail.example", replace(MARIA, email="other@mail.example"))
    flagged, _ = service.search(Search(for_review=True), "", 10)
    assert [patient.patient_id for patient in flagged] == [second]
    assert second != first


# ---- the front desk


def patients_in(clinic: Clinic) -> list[str]:
    return [str(item["patient_id"]) for item in clinic.items("PATIENT#") if item["sk"] == "PROFILE"]


def test_two_desks_cannot_register_the_same_person_at_once(clinic: Clinic) -> None:
    def both_saw_nobody(details: Details) -> list[Any]:
        return []

    desk(MARIA)
    real = service.possible_duplicates
    looks = iter([both_saw_nobody, real])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("care.patients.service.patients.possible_duplicates", lambda details: next(looks)(details))
        with pytest.raises(PossibleDuplicate) as refusal:
            desk(replace(MARIA, given_name="MARÍA"))
    assert [candidate["patient_id"] for candidate in refusal.value.extensions["candidates"]] == patients_in(clinic)


def test_two_people_with_the_same_names_and_birth_date_are_two_when_the_desk_says_so(clinic: Clinic) -> None:
    first, second = desk(MARIA), desk(MARIA, confirmed=True)
    assert sorted(patients_in(clinic)) == sorted([first, second])
    with pytest.raises(PossibleDuplicate) as refusal:
        desk(MARIA)
    assert len(refusal.value.extensions["candidates"]) == 2


def test_a_new_name_frees_the_identity_for_others_and_takes_the_new_one(clinic: Clinic) -> None:
    patient = stored(desk(MARIA))
    renamed = service.change(patient, {"family_name": "Novak"}, caller="desk", expected=1, possible_duplicate=None)
    assert not renamed.possible_duplicate
    for details, free in ((MARIA, True), (renamed.details, False)):
        somebody = replace(renamed, patient_id="pat_" + "9" * 32, details=details)
        if free:
            patients.add(somebody, alone=True)
        else:
            with pytest.raises(NamesakeExists):
                patients.add(replace(somebody, patient_id="pat_" + "8" * 32), alone=True)


def test_whoever_becomes_a_namesake_is_flagged(clinic: Clinic) -> None:
    desk(MARIA)
    other = stored(desk(Details("Rosa", "Díaz", MARIA.birth_date)))
    changes = {"given_name": MARIA.given_name, "family_name": MARIA.family_name}
    assert service.change(other, changes, caller="u", expected=None, possible_duplicate=None).possible_duplicate


def test_of_two_changes_of_one_version_one_is_refused(clinic: Clinic) -> None:
    patient = stored(desk(MARIA))
    service.change(patient, {"language": "es"}, caller="u", expected=None, possible_duplicate=None)
    with pytest.raises(Stale):
        service.change(patient, {"language": "de"}, caller="u", expected=None, possible_duplicate=None)


def test_a_change_that_changes_nothing_makes_no_version(clinic: Clinic) -> None:
    patient = stored(desk(MARIA))
    same = service.change(patient, {"given_name": "Maria"}, caller="u", expected=1, possible_duplicate=None)
    assert same.version == 1


def test_the_longest_names_can_be_stored_and_changed(clinic: Clinic) -> None:
    long = Details("Abcdefgh Bcdefghi Cdefghij Defghijk E", "Klmnopqr Lmnopqrs Mnopqrst Nopqrstu O", date(1980, 5, 1))
    patient = stored(desk(replace(long, phone="+4930901820", email=EMAIL)))
    changes = {
        "given_name": long.family_name[::-1],
        "family_name": long.given_name[::-1],
        "birth_date": date(1981, 5, 1),
        "phone": "+4930901821",
        "email": "a@mail.example",
    }
    changed = service.change(patient, changes, caller="u", expected=1, possible_duplicate=True)
    assert service.search(Search(words=("nopqrs"[::-1][:2],)), "", 5) == ([changed], None)


# ---- search among many


def test_likely_duplicates_are_found_on_a_day_on_which_too_many_are_born(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.patients.service.patients._COMPARED", 3)
    born = date(1990, 1, 1)
    for name in ("Ana", "Bea", "Cleo", "Dora", "Eva", "Maria"):
        desk(Details(name, "Silva", born), confirmed=True)
    (found,) = service.possible_duplicates(Details("Marai", "Silva", born))
    assert found[0].details.given_name == "Maria"


def test_a_search_reads_a_bounded_number_of_pages_and_goes_on_where_it_stopped(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [desk(Details(name, "Silva", date(1990, 1, day))) for day in (1, 2, 3) for name in ("Ana", "Bea")]
    monkeypatch.setattr(search, "_PAGE", 1)
    monkeypatch.setattr(search, "_PAGES", 2)
    monkeypatch.setattr("care.patients.service.patients._ROUNDS", 1)
    found, start, requests = [], "", 0
    while True:
        page, following = service.search(Search(words=("ana", "silva")), start, 10)
        found += [patient.patient_id for patient in page]
        requests += 1
        if following is None:
            break
        start = following
    assert found == sorted(
        patient_id for patient_id, name in zip(everybody, ["Ana", "Bea"] * 3, strict=True) if name == "Ana"
    )
    assert requests > 2


def test_matches_that_only_begin_like_it_are_left_out_and_the_page_filled(clinic: Clinic) -> None:
    for number in range(6):
        desk(Details("Christiane", "Silva", date(1990, 1, 1 + number)))
    wanted = desk(Details("Christopher", "Silva", date(1990, 2, 1)))
    page, _ = service.search(Search(words=("christopher",)), "", 1)
    assert [patient.patient_id for patient in page] == [wanted]


# ---- families


def test_two_who_set_the_same_member_at_once_both_end_well(clinic: Clinic) -> None:
    patient, member = desk(MARIA), desk(Details("Juan", "García", date(1950, 5, 1)))

    def set_member(may_act: bool) -> int:
        return service.set_family_member(
            patient, member, Relationship.PARENT, may_act=may_act, caller="u", expected=None
        ).version

    def other_first(*args: Any, **kwargs: Any) -> None:
        monkey.undo()
        set_member(False)
        put(*args, **kwargs)

    put = families.put_member
    with pytest.MonkeyPatch.context() as monkey:
        monkey.setattr(families, "put_member", other_first)
        assert set_member(True) == 2
    assert patients.find(patient)[1] == {member}


def test_a_removed_member_stays_known_to_the_table_but_to_nobody_else(clinic: Clinic) -> None:
    patient, member = desk(MARIA), desk(Details("Juan", "García", date(1950, 5, 1)))
    service.set_family_member(patient, member, Relationship.PARENT, may_act=True, caller="u", expected=None)
    service.remove_family_member(patient, member, caller="u")
    assert service.family(patient, None, 10) == ([], None)
    assert patients.find(patient)[1] == frozenset()
    last = [item for item in clinic.items(f"PATIENT#{patient}") if item["sk"].startswith("FAMILY#")]
    assert [event.type for item in last for event in tasks.translate(Change(None, item))] == ["FamilyMemberRemoved"]
