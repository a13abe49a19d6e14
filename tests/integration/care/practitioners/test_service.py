"""Hiring leaves a member who can sign in, or nothing, wherever it dies; accounts follow the records."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.care.practitioners.hospital import TEMPORARY, Hospital, Stream

from care.practitioners import repository, service
from care.practitioners.models import Hiring, Member, MemberChange, Names, ProfileChange, Role, Status
from care.practitioners.schemas import ProfileIn
from kernel import directory
from kernel.errors import Conflict, Invalid, NotFound, Stale, Unavailable

EMAIL = "nowak.ewa@clinic.example"
STEPS: list[tuple[Any, str]] = [
    (repository, "begin_hiring"),
    (directory, "create_user"),
    (directory, "add_roles"),
    (directory, "set_password"),
    (repository, "store_member"),
]
INVITING: list[tuple[Any, str]] = [(directory, "invite"), (repository, "note_invitation")]
UNDOING: list[tuple[Any, str]] = [
    (repository, "withdraw"),
    (directory, "attributes_of"),
    (directory, "delete_user"),
    (repository, "forget"),
]


class Crash(BaseException):
    """The process is gone: nothing after it runs."""


def hiring(hospital: Hospital, temporary_password: str | None = TEMPORARY) -> Hiring:
    profile = ProfileIn.model_validate(hospital.doctor()["practitioner"]).profile()
    return Hiring(EMAIL, Names("Ewa", "Nowak"), frozenset({Role.DOCTOR}), profile, temporary_password)


def hire(hospital: Hospital, temporary_password: str | None = TEMPORARY, key: str | None = "key") -> Member:
    return service.hire(hiring(hospital, temporary_password), actor="u-admin", key=key, fingerprint="0" * 16)


def breaking(monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str], error: BaseException, *, after: bool) -> None:
    """Let a step fail, before or after it has done its work."""
    module, name = place
    work: Callable[..., Any] = getattr(module, name)

    def fail(*args: Any, **kwargs: Any) -> Any:
        if after:
            work(*args, **kwargs)
        raise error

    monkeypatch.setattr(module, name, fail)


def staff_ids(hospital: Hospital) -> set[str]:
    return {str(item["pk"]).partition("#")[2] for item in hospital.items() if item["sk"] == "MEMBER"}


def assert_nothing(hospital: Hospital) -> None:
    assert hospital.users() == []
    assert hospital.items() == []


def assert_can_sign_in(hospital: Hospital) -> None:
    assert hospital.sign_in(EMAIL, TEMPORARY)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert hospital.found("/v1/practitioners?query=nowak") == ["Nowak"]
    assert hospital.found("/v1/staff?query=nowak") == ["Nowak"]
    assert len(hospital.users()) == 1
    (staff_id,) = staff_ids(hospital)
    member = service.member(staff_id)
    assert member.practitioner_id is not None
    assert hospital.bookable(member.practitioner_id)
    assert hospital.groups(member.user_id or "") == {"doctor"}


# ---- a hiring that dies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_a_crash_around_any_step_leaves_a_member_who_can_sign_in_or_nothing(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], after: bool
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, step, Crash(), after=after)
        broken.setattr(service, "_undo_now", lambda _staff_id: None)  # the process is gone
        with pytest.raises(Crash):
            hire(hospital)
    for staff_id in staff_ids(hospital):
        service.settle(staff_id)
    if step[1] == "store_member" and after:
        assert_can_sign_in(hospital)
    else:
        assert_nothing(hospital)
        hire(hospital)
        assert_can_sign_in(hospital)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS[1:], ids=lambda step: step[1])
def test_an_exception_at_any_step_undoes_the_hiring_at_once(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], after: bool
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, step, ConnectionError(), after=after)
        with pytest.raises(ConnectionError):
            hire(hospital)
    if step[1] == "store_member" and after:
        assert_can_sign_in(hospital)
    else:
        assert_nothing(hospital)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", UNDOING, ids=lambda step: step[1])
def test_an_undoing_that_dies_is_finished_by_the_next(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], after: bool
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, (repository, "store_member"), ConnectionError(), after=False)
        breaking(broken, step, ConnectionError(), after=after)
        with pytest.raises(ConnectionError):
            hire(hospital)
    with pytest.raises(NotFound):
        service.member(next(iter(staff_ids(hospital)), ""))
    for staff_id in staff_ids(hospital):
        service.settle(staff_id)
    assert_nothing(hospital)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", INVITING, ids=lambda step: step[1])
def test_an_invitation_that_was_not_sent_is_sent_later(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], after: bool
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, step, Crash(), after=after)
        with pytest.raises(Crash):
            hire(hospital, temporary_password=None)
    (staff_id,) = staff_ids(hospital)
    service.settle(staff_id)
    invitations = len(hospital.invited)
    assert invitations >= 1
    service.settle(staff_id)
    assert len(hospital.invited) == invitations


def test_a_hiring_stands_though_the_mail_service_fails(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, (directory, "invite"), ConnectionError(), after=False)
        hired = hire(hospital, temporary_password=None)
    assert hospital.invited == []
    assert hire(hospital, temporary_password=None).staff_id == hired.staff_id
    assert hospital.invited == [EMAIL]


def test_a_password_that_the_pool_refuses_leaves_nothing(hospital: Hospital) -> None:
    with pytest.raises(Invalid):
        hire(hospital, temporary_password="too-simple-for-anybody")
    assert_nothing(hospital)


@pytest.mark.parametrize("undone", [repository.withdraw, service.settle], ids=["given up", "undone"])
def test_a_withdrawn_hiring_cannot_succeed_any_more(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, undone: Callable[[str], object]
) -> None:
    store = repository.store_member

    def withdrawn_meanwhile(before: Member, after: Member) -> None:
        undone(before.staff_id)
        store(before, after)

    monkeypatch.setattr(repository, "store_member", withdrawn_meanwhile)
    with pytest.raises(Unavailable):
        hire(hospital)
    assert_nothing(hospital)


def test_a_repetition_while_the_first_is_at_work_is_told_so(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, (directory, "create_user"), Crash(), after=True)
        broken.setattr(service, "_undo_now", lambda _staff_id: None)
        with pytest.raises(Crash):
            hire(hospital)
    with pytest.raises(Conflict) as told:
        hire(hospital)
    assert told.value.slug == "hiring-under-way"
    assert hospital.found("/v1/staff") == []
    assert hospital.found(f"/v1/staff?query={EMAIL}") == []


def test_who_is_hired_is_left_alone_by_the_check(hospital: Hospital) -> None:
    hired = hire(hospital)
    service.settle(hired.staff_id)
    service.settle(hired.staff_id)
    assert_can_sign_in(hospital)
    assert service.member(hired.staff_id) == hired


def test_a_check_for_somebody_who_is_gone_does_nothing(hospital: Hospital) -> None:
    service.settle("stf_" + "0" * 32)
    assert hospital.items() == []


def test_the_event_of_a_hiring_brings_its_undoing(
    hospital: Hospital, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        breaking(broken, (directory, "add_roles"), Crash(), after=True)
        broken.setattr(service, "_undo_now", lambda _staff_id: None)
        with pytest.raises(Crash):
            hire(hospital)
    stream.publish()
    stream.settle()
    assert_nothing(hospital)


# ---- accounts follow records ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["set_attributes", "set_roles", "enable_user"])
def test_a_crash_before_the_account_follows_is_repaired_by_the_event(
    hospital: Hospital, stream: Stream, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    hired = hire(hospital)
    stream.records()
    with monkeypatch.context() as broken:
        breaking(broken, (directory, name), Crash(), after=False)
        with pytest.raises(Crash):
            service.change_member(
                hired.staff_id, MemberChange(roles=frozenset({Role.MANAGER})), expected=None, actor="u-admin"
            )
    stream.publish()
    stream.settle()
    assert hospital.groups(hired.user_id or "") == {"manager"}


def test_a_crash_before_the_account_follows_is_repaired_by_repeating(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired = hire(hospital)
    change = MemberChange(roles=frozenset({Role.MANAGER}))
    with monkeypatch.context() as broken:
        breaking(broken, (directory, "set_roles"), Crash(), after=False)
        with pytest.raises(Crash):
            service.change_member(hired.staff_id, change, expected=2, actor="u-admin")
    with pytest.raises(Stale):
        service.change_member(hired.staff_id, change, expected=2, actor="u-admin")
    service.change_member(hired.staff_id, change, expected=3, actor="u-admin")
    assert hospital.groups(hired.user_id or "") == {"manager"}


def test_a_disabling_that_dies_half_way_is_finished(
    hospital: Hospital, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired = hire(hospital)
    stream.records()
    with monkeypatch.context() as broken:
        breaking(broken, (directory, "disable_user"), Crash(), after=False)
        with pytest.raises(Crash):
            service.set_employed(hired.staff_id, False, actor="u-admin")
    assert hospital.bookable(hired.practitioner_id or "") is False
    stream.publish()
    stream.settle()
    assert hospital.enabled(hired.user_id or "") is False


def test_of_two_changes_at_once_the_account_follows_the_later(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired = hire(hospital)
    set_roles = directory.set_roles

    def demoted_meanwhile(user: str, roles: list[str]) -> None:
        monkeypatch.setattr(directory, "set_roles", set_roles)
        later = MemberChange(roles=frozenset({Role.NURSE}))
        service.change_member(hired.staff_id, later, expected=None, actor="u-other")
        set_roles(user, roles)  # the earlier change comes to the account last

    monkeypatch.setattr(directory, "set_roles", demoted_meanwhile)
    earlier = MemberChange(roles=frozenset({Role.DOCTOR, Role.MANAGER}))
    service.change_member(hired.staff_id, earlier, expected=None, actor="u-admin")
    assert hospital.groups(hired.user_id or "") == {"nurse"}


def test_a_lost_race_is_decided_again_on_what_stands(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    hired = hire(hospital)
    store = repository.store_member

    def overtaken(before: Member, after: Member) -> None:
        monkeypatch.setattr(repository, "store_member", store)
        service.change_member(hired.staff_id, MemberChange(given_name="Iga"), expected=None, actor="u-other")
        store(before, after)

    monkeypatch.setattr(repository, "store_member", overtaken)
    changed = service.change_member(
        hired.staff_id, MemberChange(profile=ProfileChange(licence="PL-1")), expected=None, actor="u-admin"
    )
    assert changed.names == Names("Iga", "Nowak")
    assert changed.profile is not None
    assert changed.profile.licence == "PL-1"
    assert changed.version == hired.version + 2


def test_two_administrators_who_disable_each_other_leave_one(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (hospital.hire(hospital.new(name, "admin")) for name in ("First", "Second"))
    store = repository.store_member

    def at_the_same_time(before: Member, after: Member) -> None:
        monkeypatch.setattr(repository, "store_member", store)
        service.set_employed(first["staff_id"], False, actor=second["user_id"])
        store(before, after)

    monkeypatch.setattr(repository, "store_member", at_the_same_time)
    with pytest.raises(Conflict) as told:
        service.set_employed(second["staff_id"], False, actor=first["user_id"])
    assert told.value.slug == "last-admin"
    assert service.member(second["staff_id"]).status is Status.ACTIVE
