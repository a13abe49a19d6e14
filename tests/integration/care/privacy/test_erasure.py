"""A patient is erased by two people and a workflow; a legal hold always stands in the way."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from tests.integration.care.privacy.house import EMAIL, House
from tests.integration.gateway import Answer, Caller, claims, refusal

from care.patients import service as patients
from care.patients.errors import PatientClosed
from care.patients.models.search import parse_search
from care.privacy import repository, service
from care.privacy.handler import api
from care.privacy.models import Blocker, State
from care.privacy.tasks import translate
from kernel import clock, directory, vault, workflows
from kernel.errors import Erased
from kernel.events import Change

MANAGER = Caller(api, claims("manager", user_id="manager"))
OTHER = Caller(api, claims("manager", user_id="other-manager"))
AUDITOR = Caller(api, claims("auditor", user_id="auditor"))
REASON = {"reason": "Lawsuit 4711, letter of the court"}
GROUND = {"ground": "patient-request"}
NOBODY = "pat_" + "0" * 32


def hold(patient_id: str, caller: Caller = AUDITOR, **more: Any) -> Answer:
    return caller.post(f"/v1/patients/{patient_id}/legal-hold", REASON | more)


def lift(patient_id: str) -> Answer:
    return AUDITOR.delete(f"/v1/patients/{patient_id}/legal-hold")


def request(patient_id: str, caller: Caller = MANAGER) -> Answer:
    return caller.post(f"/v1/patients/{patient_id}/erasure", GROUND)


def confirm(patient_id: str, caller: Caller = OTHER) -> Answer:
    return caller.post(f"/v1/patients/{patient_id}/erasure/confirm")


def agreed(house: House) -> str:
    """A patient whom two people have agreed to erase."""
    patient_id = house.register()
    assert request(patient_id).status == 201
    answer = confirm(patient_id)
    assert (answer.status, answer.json["state"]) == (202, "confirmed"), answer.text
    return patient_id


def state(patient_id: str) -> dict[str, Any]:
    answer = AUDITOR.get(f"/v1/patients/{patient_id}/erasure")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def items(table: str, prefix: str = "") -> list[dict[str, Any]]:
    scanned = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return [dict(item) for item in scanned if item["pk"]["S"].startswith(prefix)]


def opens(house: House, patient_id: str) -> bool:
    """Whether anything of the patient can be read, found, or signed in to. All of it can, or nothing."""
    vault.memory.clear()
    house.become("patients")
    try:
        file, _ = patients.find_file(patient_id)
        assert file is not None
        wanted = parse_search("Maria Garcia")
        assert wanted is not None
        found = patients.search(wanted, "", 10)[0]
        try:
            file.open()
        except Erased:
            assert found == []
            return False
        assert [patient.patient_id for patient in found] == [patient_id]
        assert directory.attributes_of(EMAIL) is not None
        return True
    finally:
        house.become("privacy")


# ---- legal holds


def test_a_hold_stands_until_it_is_lifted(house: House) -> None:
    patient_id = house.register()
    assert hold(patient_id).json["placed_by"] == "auditor"
    shown = MANAGER.get(f"/v1/patients/{patient_id}/legal-hold")
    assert (shown.status, shown.json["reason"], shown.json["until"]) == (200, REASON["reason"], None)
    assert lift(patient_id).status == 204
    assert MANAGER.get(f"/v1/patients/{patient_id}/legal-hold").status == 404
    assert lift(patient_id).status == 404


def test_a_hold_with_an_end_ends_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = house.register()
    now = clock.second()
    assert hold(patient_id, until=clock.iso(now + timedelta(days=1))).status == 201
    assert refusal(request(patient_id)) == (409, "legal-hold")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    assert MANAGER.get(f"/v1/patients/{patient_id}/legal-hold").status == 404
    assert request(patient_id).status == 201


def test_a_hold_of_the_past_or_on_nobody_is_refused(house: House) -> None:
    assert hold(house.register(), until="2020-01-01T00:00:00Z").status == 422
    assert hold(NOBODY).status == 404
    assert items("KeysTable", f"PATIENT#{NOBODY}") == []


def test_the_reason_of_a_hold_does_not_stand_in_the_table(house: House) -> None:
    hold(house.register())
    [item] = [item for item in items("PrivacyTable") if item["sk"]["S"] == "HOLD"]
    assert b"Lawsuit" not in item["reason"]["B"]


def test_the_same_hold_placed_again_makes_no_version_and_another_takes_its_place(house: House) -> None:
    patient_id = house.register()
    assert [hold(patient_id).json["version"] for _ in range(2)] == [1, 1]
    assert hold(patient_id, MANAGER, reason="Another inquiry").json["version"] == 2


# ---- agreeing on an erasure


def test_whoever_asks_cannot_confirm(house: House) -> None:
    patient_id = house.register()
    request(patient_id)
    assert refusal(confirm(patient_id, MANAGER)) == (403, "forbidden")
    assert confirm(patient_id, AUDITOR).status == 202


@pytest.mark.parametrize("role", ["receptionist", "doctor", "nurse", "admin", "patient"])
def test_nobody_else_has_a_say(house: House, role: str) -> None:
    caller = Caller(api, claims(role, user_id="somebody", patient_id=NOBODY, practitioner_id="prc_" + "1" * 32))
    for answer in (request(NOBODY, caller), confirm(NOBODY, caller), hold(NOBODY, caller)):
        assert refusal(answer) == (403, "forbidden")


def test_an_auditor_does_not_ask_for_erasures(house: House) -> None:
    assert refusal(request(house.register(), AUDITOR)) == (403, "forbidden")


def test_asking_twice_is_one_request_and_somebody_else_s_is_refused(house: House) -> None:
    patient_id = house.register()
    assert request(patient_id).json["erasure_id"] == request(patient_id).json["erasure_id"]
    assert refusal(request(patient_id, OTHER)) == (409, "erasure-under-way")


def test_a_request_that_nobody_confirms_lapses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = house.register()
    first = request(patient_id).json["erasure_id"]
    now = clock.second()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=7, seconds=1))
    assert refusal(confirm(patient_id)) == (409, "invalid-transition")
    assert request(patient_id, OTHER).json["erasure_id"] != first


def test_a_request_can_be_taken_back_until_it_is_confirmed(house: House) -> None:
    patient_id = house.register()
    request(patient_id)
    assert AUDITOR.delete(f"/v1/patients/{patient_id}/erasure").status == 204
    assert refusal(confirm(patient_id)) == (409, "invalid-transition")
    request(patient_id)
    confirm(patient_id)
    assert refusal(AUDITOR.delete(f"/v1/patients/{patient_id}/erasure")) == (409, "invalid-transition")


def test_nobody_is_erased_who_is_not_there(house: House) -> None:
    assert request(NOBODY).status == 404
    assert confirm(NOBODY).status == 404
    assert AUDITOR.get(f"/v1/patients/{NOBODY}/erasure").status == 404


def failing(*_: object) -> None:
    raise TimeoutError


def test_what_was_confirmed_begins_though_whoever_confirmed_can_start_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_id = house.register()
    request(patient_id)
    house.publish()
    assert house.executions("ERASURE") == {}
    with monkeypatch.context() as down:
        down.setattr(workflows, "start", failing)
        assert confirm(patient_id).status == 202
    house.publish()
    erasure_id = state(patient_id)["erasure_id"]
    assert house.executions("ERASURE") == {f"{erasure_id}-1": {"patient_id": patient_id, "erasure_id": erasure_id}}


def test_what_could_not_be_begun_is_begun_by_the_next_try(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = agreed(house)
    with monkeypatch.context() as down:
        down.setattr(workflows, "start", failing)
        with pytest.raises(TimeoutError):
            house.publish()
    assert house.executions("ERASURE") == {}
    house.publish()
    assert house.executions("ERASURE").keys() == {f"{state(patient_id)['erasure_id']}-1"}


def test_confirming_again_starts_nothing_more(house: House) -> None:
    patient_id = agreed(house)
    house.publish()
    assert confirm(patient_id).status == 202
    house.publish()
    assert house.executions("ERASURE").keys() == {f"{state(patient_id)['erasure_id']}-1"}


def test_of_two_who_confirm_at_once_one_starts_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = house.register()
    request(patient_id)
    put = repository.put_erasure

    def other_first(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(repository, "put_erasure", put)
        assert confirm(patient_id, AUDITOR).status == 202
        put(*args, **kwargs)

    monkeypatch.setattr(repository, "put_erasure", other_first)
    assert confirm(patient_id).status == 202
    house.publish()
    assert house.executions("ERASURE").keys() == {f"{state(patient_id)['erasure_id']}-1"}
    assert state(patient_id)["confirmed_by"] == "auditor"


def test_a_hold_between_request_and_confirmation_stands_in_the_way(house: House) -> None:
    patient_id = house.register()
    request(patient_id)
    hold(patient_id)
    assert refusal(confirm(patient_id)) == (409, "legal-hold")
    house.publish()
    assert house.executions("ERASURE") == {}


# ---- erasing


def test_who_is_erased_cannot_be_read_found_or_signed_in_to(house: House) -> None:
    patient_id = agreed(house)
    assert opens(house, patient_id)
    assert house.erase(patient_id) == "Erased"
    assert not opens(house, patient_id)
    assert directory.attributes_of(EMAIL) is None
    assert (state(patient_id)["state"], state(patient_id)["confirmed_by"]) == ("erased", "other-manager")
    assert items("PatientsTable", "TOKEN#") == []
    left = {item["sk"]["S"]: set(item) for item in items("PatientsTable", f"PATIENT#{patient_id}")}
    assert left.keys() == {"PROFILE", "STATUS"}
    assert not {"sealed", "contact", "birth_date", "user_id"} & left["PROFILE"]
    assert "patients" not in items("PatientsTable", "IDENTITY#")[0]


def test_after_it_nothing_can_be_asked_for_any_more(house: House) -> None:
    patient_id = agreed(house)
    house.erase(patient_id)
    vault.memory.clear()
    assert refusal(request(patient_id)) == (410, "erased")
    assert refusal(hold(patient_id)) == (410, "erased")
    assert refusal(confirm(patient_id)) == (409, "invalid-transition")


def test_somebody_of_the_same_name_can_come_after(house: House) -> None:
    house.erase(agreed(house))
    boto3.client("dynamodb").delete_item(  # which goes by itself within a day
        TableName="PatientsTable",
        Key={name: items("PatientsTable", "REGISTRATION#")[0][name] for name in ("pk", "sk")},
    )
    assert opens(house, house.register())


def test_what_was_written_of_visits_goes_and_the_visits_stay(house: House) -> None:
    patient_id = agreed(house)
    house.visit(patient_id, "fulfilled", days=-400)
    assert house.erase(patient_id) == "Erased"
    [visit] = items("SchedulingTable", "APPOINTMENT#")
    assert visit["status"]["S"] == "fulfilled"
    assert "reason" not in visit
    assert "since Monday" not in visit["history"]["S"]


@pytest.mark.parametrize(("status", "days", "blocked"), [("booked", 3, True), ("cancelled", 3, False)])
def test_visits_to_come_stand_in_the_way(house: House, status: str, days: int, blocked: bool) -> None:
    patient_id = agreed(house)
    house.visit(patient_id, status, days)
    assert house.erase(patient_id) == ("Blocked" if blocked else "Erased")
    assert state(patient_id)["blockers"] == (["open-visits"] if blocked else [])
    assert opens(house, patient_id) is blocked


def test_encounters_that_have_not_ended_stand_in_the_way_and_ended_ones_do_not(house: House) -> None:
    patient_id = agreed(house)
    house.encounter(patient_id, "finished")
    house.encounter(patient_id, "in-progress")
    house.visit(patient_id, "checked-in", days=0)
    assert house.erase(patient_id) == "Blocked"
    assert state(patient_id)["blockers"] == ["open-encounters", "open-visits"]


def test_who_was_not_erased_after_all_goes_on_as_before(house: House) -> None:
    patient_id = agreed(house)
    house.visit(patient_id, "booked", days=3)
    house.erase(patient_id)
    house.become("patients")
    file, _ = patients.find_file(patient_id)
    assert file is not None
    changed = patients.change(file.open(), {"language": "es"}, caller="u", expected=None, possible_duplicate=None)
    assert changed.details.language == "es"
    house.become("privacy")
    assert request(patient_id).status == 201


def test_a_hold_that_comes_while_the_workflow_runs_stands_in_the_way(house: House) -> None:
    patient_id = agreed(house)

    def meanwhile(domain: str, step: str) -> None:
        if step == "decide":
            service.place_hold(patient_id, "Late, and in time", None, caller="auditor")

    house.before.append(meanwhile)
    assert house.erase(patient_id) == "Blocked"
    assert state(patient_id)["blockers"] == [Blocker.LEGAL_HOLD]
    assert opens(house, patient_id)


def test_nothing_of_the_patient_changes_while_the_workflow_runs(house: House) -> None:
    patient_id = agreed(house)
    house.become("patients")
    file, _ = patients.find_file(patient_id)
    assert file is not None
    patient = file.open()
    seen: list[str] = []

    def meanwhile(domain: str, step: str) -> None:
        if step == "decide":
            house.become("patients")
            with pytest.raises(PatientClosed):
                patients.change(patient, {"phone": None}, caller="u", expected=None, possible_duplicate=None)
            seen.append(step)
            house.become(domain)

    house.before.append(meanwhile)
    assert house.erase(patient_id) == "Erased"
    assert seen


def test_files_of_the_erased_are_gone_with_all_their_versions(house: House) -> None:
    patient_id = agreed(house)
    s3 = boto3.client("s3")
    for key in (
        f"documents/{patient_id}/doc/0001",
        f"quarantine/{patient_id}/doc/0002",
        "documents/pat_other/doc/0001",
    ):
        for content in (b"before", b"after"):
            s3.put_object(Bucket="documents", Key=key, Body=content)
    assert house.erase(patient_id) == "Erased"
    left = {one["Key"] for one in s3.list_object_versions(Bucket="documents")["Versions"]}
    assert left == {"documents/pat_other/doc/0001"}


STEPS = ["close", "look", "decide", "forget", "erased"]


class Crash(Exception):
    """A step that fails however often it is tried."""


@pytest.mark.parametrize("broken", STEPS)
def test_what_fails_is_noted_and_goes_on_when_it_is_confirmed_again(house: House, broken: str) -> None:
    patient_id = agreed(house)

    def breaks(_domain: str, step: str) -> None:
        if step == broken:
            raise Crash

    house.before.append(breaks)
    assert house.erase(patient_id) == "Failed"
    assert state(patient_id)["state"] == "failed"
    destroyed = state(patient_id)["destroyed_at"] is not None
    assert destroyed is (broken in {"forget", "erased"})
    if not destroyed:
        assert opens(house, patient_id)
    house.before.clear()
    assert confirm(patient_id).status == 202
    assert house.erase(patient_id) == "Erased"
    assert not opens(house, patient_id)
    assert directory.attributes_of(EMAIL) is None


@pytest.mark.parametrize("broken", STEPS)
def test_each_step_can_be_done_twice(house: House, broken: str) -> None:
    """As after an answer that was lost."""
    patient_id = agreed(house)
    lost: list[tuple[str, str]] = []

    def again(domain: str, step: str) -> None:
        if step == broken and (domain, step) not in lost:
            lost.append((domain, step))
            house.repeat(domain, step, patient_id)

    house.before.append(again)
    assert house.erase(patient_id) == "Erased"
    assert lost
    assert not opens(house, patient_id)


def test_each_step_is_told_by_ids_and_codes(house: House) -> None:
    patient_id = house.register()
    hold(patient_id)
    lift(patient_id)
    request(patient_id)
    confirm(patient_id)
    plain = {item["sk"]["S"]: item for item in items("PrivacyTable")}
    read = TypeDeserializer().deserialize
    told = {}
    for name, item in plain.items():
        [event] = translate(Change(None, {key: read(value) for key, value in item.items()}))
        told[name] = event
    assert (told["HOLD"].type, told["HOLD"].version, told["HOLD"].data) == (
        "LegalHoldLifted",
        2,
        {"patient_id": patient_id},
    )
    assert (told["ERASURE"].type, told["ERASURE"].actor) == ("ErasureConfirmed", "other-manager")
    assert told["ERASURE"].data == {"patient_id": patient_id, "ground": "patient-request"}
    assert State(plain["ERASURE"]["state"]["S"]) is State.CONFIRMED
