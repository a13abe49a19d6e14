"""Who treats whom, as visits tell it in any order; and whose names a caller sees."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration import tables
from tests.integration.care.patients.conftest import Clinic
from tests.integration.care.patients.test_handler import (
    DESK,
    DOCTOR,
    NURSE,
    REGISTRATION,
    as_patient,
    registered,
)
from tests.integration.gateway import Caller, claims

from care.patients import service, tasks
from care.patients.handler import api
from care.patients.models.carers import Visit
from care.patients.repository import carers
from kernel import clock, ids
from kernel.access import Principal
from kernel.events import Change, Event
from kernel.races import LostRace
from kernel.relations import relations

SAMPLES = Path(__file__).parents[4] / "events"
DOCTOR_ID, OTHER_ID = "prc_" + "d" * 32, "prc_" + "e" * 32
OTHER_DOCTOR = Caller(api, claims("doctor", user_id="other", practitioner_id=OTHER_ID))
ENDED = datetime(2026, 11, 24, 13, 20, tzinfo=UTC)  # the visits of the samples, once moved


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime(2026, 11, 21, 8, 30, tzinfo=UTC))


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def sampled(name: str) -> Event:
    return Event.from_document(json.loads((SAMPLES / f"{name}.json").read_text())["detail"])


def event(name: str, appointment_id: str, version: int, patient_id: str, **data: Any) -> Event:
    sample = sampled(f"scheduling/appointment_{name}")
    data = {**sample.data, "patient_id": patient_id, "practitioner_id": DOCTOR_ID} | data
    return replace(sample, id=f"{appointment_id}:{version}", subject=appointment_id, version=version, data=data)


def moved(appointment_id: str, version: int, patient_id: str, before: str, after: str) -> Event:
    return event(
        "rescheduled", appointment_id, version, patient_id, practitioner_id=after, previous_practitioner_id=before
    )


def encounter(encounter_id: str, version: int, patient_id: str, *participants: str, **data: Any) -> Event:
    sample = sampled("records/encounter_opened")
    data = {**sample.data, "patient_id": patient_id, "practitioner_id": DOCTOR_ID, "participants": participants} | data
    return replace(sample, id=f"{encounter_id}:{version}", subject=encounter_id, version=version, data=data)


def opens(caller: Caller, patient_id: str) -> bool:
    answer = caller.get(f"/v1/patients/{patient_id}")
    assert answer.status in (200, 403), answer.text
    return answer.status == 200


def tell(*events: Event | dict[str, Any]) -> list[int]:
    """Let the task handle one batch; the places of the messages that failed."""
    documents = [told.document() if isinstance(told, Event) else told for told in events]
    records = [
        {"messageId": str(number), "body": json.dumps({"detail": document})}
        for number, document in enumerate(documents)
    ]
    answer = tasks.relate({"Records": records}, None)
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def names(caller: Caller, *patient_ids: str) -> list[str]:
    answer = caller.get(f"/v1/patient-names?ids={','.join(patient_ids)}")
    assert answer.status == 200, answer.text
    return [item["patient_id"] for item in answer.json["items"]]


# ---- what visits tell


def test_who_has_booked_a_visit_is_known_by_name_to_their_doctor_and_to_no_other(clinic: Clinic) -> None:
    patient, stranger = registered(), registered(given_name="Ana")
    assert tell(event("booked", "apt_1", 1, patient)) == []
    assert names(DOCTOR, stranger, patient) == [patient]
    assert names(OTHER_DOCTOR, patient) == []


def test_a_doctor_knows_a_patient_for_thirty_days_after_the_visit(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = registered()
    tell(moved("apt_1", 2, patient, DOCTOR_ID, DOCTOR_ID))
    at(monkeypatch, ENDED + timedelta(days=30, seconds=-1))
    assert names(DOCTOR, patient) == [patient]
    at(monkeypatch, ENDED + timedelta(days=30))
    assert names(DOCTOR, patient) == []


def test_the_only_visit_cancelled_ends_it(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), event("cancelled", "apt_1", 2, patient))
    assert names(DOCTOR, patient) == []


def test_one_of_two_visits_cancelled_does_not(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), event("booked", "apt_2", 1, patient))
    tell(event("cancelled", "apt_1", 2, patient))
    assert names(DOCTOR, patient) == [patient]


def test_a_visit_moved_to_another_doctor_takes_the_patient_along(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), moved("apt_1", 2, patient, DOCTOR_ID, OTHER_ID))
    assert (names(DOCTOR, patient), names(OTHER_DOCTOR, patient)) == ([], [patient])


def test_a_visit_moved_in_time_keeps_the_patient(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), moved("apt_1", 2, patient, DOCTOR_ID, DOCTOR_ID))
    assert names(DOCTOR, patient) == [patient]


def test_a_cancelled_visit_is_not_brought_back_by_its_booking_that_comes_late(clinic: Clinic) -> None:
    patient = registered()
    tell(event("cancelled", "apt_1", 2, patient), event("booked", "apt_1", 1, patient))
    assert names(DOCTOR, patient) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_in_any_order_and_number_it_is_as_the_newest_event_says(clinic: Clinic, data: st.DataObject) -> None:
    patient, visit = ids.new("pat"), ids.new("apt")
    history = [
        event("booked", visit, 1, patient),
        moved(visit, 2, patient, DOCTOR_ID, OTHER_ID),
        moved(visit, 3, patient, OTHER_ID, DOCTOR_ID),
        moved(visit, 4, patient, DOCTOR_ID, DOCTOR_ID),
        event("cancelled", visit, 5, patient),
    ][: data.draw(st.integers(1, 5))]
    order = data.draw(st.lists(st.sampled_from(history), max_size=5)) + data.draw(st.permutations(history))
    assert tell(*order) == []
    treated = [prc for prc in (DOCTOR_ID, OTHER_ID) if carers.treated_by(prc, [patient], clock.now())]
    assert treated == {1: [DOCTOR_ID], 2: [OTHER_ID], 3: [DOCTOR_ID], 4: [DOCTOR_ID], 5: []}[len(history)]


def test_two_visits_told_at_once_are_both_known(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is written between the first one's read and its write."""
    patient = registered()
    second = [event("booked", "apt_2", 1, patient)]
    put = carers.put

    def slow(carer: Any) -> None:
        if second:
            tell(second.pop())
        put(carer)

    monkeypatch.setattr(carers, "put", slow)
    assert tell(event("booked", "apt_1", 1, patient)) == []
    assert carers.find(patient, DOCTOR_ID).visits.keys() == {"apt_1", "apt_2"}


def test_who_always_loses_the_race_leaves_it_to_the_queue(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(_: object) -> None:
        raise LostRace

    monkeypatch.setattr(carers, "put", lose)
    assert tell(event("booked", "apt_1", 1, registered())) == [0]


def test_what_is_kept_of_two_people_expires_and_does_not_grow_for_ever(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient))
    at(monkeypatch, ENDED + timedelta(days=40))
    later = clock.iso(ENDED + timedelta(days=70))
    tell(event("booked", "apt_2", 1, patient, end=later))
    [item] = [item for item in clinic.items("PATIENT#") if item["sk"].startswith("CARER#")]
    assert json.loads(item["visits"]).keys() == {"apt_2"}
    assert item["expires_at"] == item["until"] == int((ENDED + timedelta(days=100)).timestamp())


def test_an_event_that_says_not_enough_fails_and_its_neighbours_are_heard(clinic: Clinic) -> None:
    patient = registered()
    document = event("booked", "apt_1", 1, patient).document()
    del document["data"]["end"]
    assert tell(document, event("booked", "apt_2", 1, patient)) == [0]
    assert names(DOCTOR, patient) == [patient]


def test_relations_are_no_news_to_others(clinic: Clinic) -> None:
    patient = registered()
    clinic.stream()
    tell(event("booked", "apt_1", 1, patient))
    assert tasks.publish(clinic.stream(), None) == {"batchItemFailures": []}
    assert clinic.told() == []


def test_the_stream_brings_the_publisher_just_the_records_that_mean_an_event(clinic: Clinic) -> None:
    mapping = tables.resources("care")["CarePatientsPublisher"]["Properties"]["Events"]["Changes"]["Properties"]
    [wanted] = mapping["FilterCriteria"]["Filters"]
    sort_keys = json.loads(wanted["Pattern"])["dynamodb"]["Keys"]["sk"]["S"]
    parent, child = registered(), registered(given_name="Ana")
    DESK.put(f"/v1/patients/{child}/family/{parent}", {"relationship": "parent", "may_act": True})
    assert Caller(api).post("/v1/registrations", REGISTRATION).status == 201
    tell(event("booked", "apt_1", 1, child))
    reason = {"reason": "Found unconscious in the lift"}
    assert DOCTOR.post(f"/v1/patients/{child}/emergency-access", reason).status == 201
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    for item in clinic.items():
        key = item["sk"]
        passes = any(key.startswith(wish["prefix"]) if isinstance(wish, dict) else key == wish for wish in sort_keys)
        assert passes or not list(tasks.translate(Change(before=None, after=item)))
        seen[passes].add(key.partition("#")[0])
    assert seen[True] == {"PROFILE", "FAMILY", "REGISTRATION", "ACCESS"}
    assert seen[False] >= {"CARER", "EMERGENCY", "STATUS", "IDENTITY", "PATIENT", "PROXY", "ACTSFOR"}


# ---- files


def test_a_doctor_opens_the_files_of_those_who_come_to_them_and_of_nobody_else(clinic: Clinic) -> None:
    patient, stranger = registered(), registered(given_name="Ana")
    tell(event("booked", "apt_1", 1, patient))
    assert (opens(DOCTOR, patient), opens(DOCTOR, stranger), opens(OTHER_DOCTOR, patient)) == (True, False, False)


def test_who_opens_a_file_as_a_carer_does_not_keep_it(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), encounter("enc_1", 1, patient, "nurse"))
    for caller in (DOCTOR, NURSE):
        assert caller.patch(f"/v1/patients/{patient}", {"phone": None}).status == 403
        assert caller.get(f"/v1/patients/{patient}/family").status == 403


def test_a_nurse_opens_the_files_of_those_whom_they_have_received(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, stranger = registered(), registered(given_name="Ana")
    assert not opens(NURSE, patient)
    assert tell(replace(event("checked_in", "apt_1", 3, patient), actor="nurse")) == []
    assert (opens(NURSE, patient), opens(NURSE, stranger)) == (True, False)
    assert opens(DOCTOR, patient)
    assert not opens(Caller(api, claims("nurse", user_id="another")), patient)
    at(monkeypatch, ENDED + timedelta(days=31))
    assert not opens(NURSE, patient)


def test_who_receives_patients_at_the_desk_does_not_become_a_carer_of_theirs(clinic: Clinic) -> None:
    patient = registered()
    tell(replace(event("checked_in", "apt_1", 3, patient), actor="manager"))
    assert not opens(Caller(api, claims("manager", user_id="manager")), patient)


def test_all_who_take_part_in_an_encounter_open_the_file(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = registered()
    assert tell(encounter("enc_1", 1, patient)) == []
    assert (opens(DOCTOR, patient), opens(NURSE, patient)) == (True, False)
    assert tell(encounter("enc_1", 2, patient, "nurse", OTHER_ID)) == []
    assert (opens(NURSE, patient), opens(OTHER_DOCTOR, patient)) == (True, True)
    at(monkeypatch, datetime(2026, 12, 24, 12, 58, tzinfo=UTC))
    assert (opens(DOCTOR, patient), opens(NURSE, patient)) == (False, False)


def test_who_takes_part_no_longer_opens_the_file_no_longer_whatever_older_events_say(clinic: Clinic) -> None:
    patient = registered()
    joined = encounter("enc_1", 2, patient, "nurse", OTHER_ID)
    left = encounter("enc_1", 3, patient, "nurse", previous_participants=["nurse", OTHER_ID])
    assert tell(joined, left, joined) == []
    assert (opens(DOCTOR, patient), opens(NURSE, patient), opens(OTHER_DOCTOR, patient)) == (True, True, False)
    tell(encounter("enc_1", 4, patient, "nurse", OTHER_ID))
    assert opens(OTHER_DOCTOR, patient)


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_an_encounter_that_never_was_ties_nobody(clinic: Clinic, status: str) -> None:
    patient = registered()
    tell(encounter("enc_1", 1, patient, "nurse"), encounter("enc_1", 2, patient, "nurse", status=status))
    assert (opens(DOCTOR, patient), opens(NURSE, patient)) == (False, False)


def test_a_visit_that_is_cancelled_leaves_the_encounter_before_it(clinic: Clinic) -> None:
    patient = registered()
    tell(event("booked", "apt_1", 1, patient), encounter("enc_1", 1, patient), event("cancelled", "apt_1", 2, patient))
    assert opens(DOCTOR, patient)


def test_other_domains_are_told_the_same(clinic: Clinic, account: pytest.MonkeyPatch) -> None:
    account.setenv("PATIENTS_TABLE_NAME", "PatientsTable")
    parent, child, stranger = registered(), registered(given_name="Ana"), registered(given_name="Eva")
    DESK.put(f"/v1/patients/{child}/family/{parent}", {"relationship": "parent", "may_act": True})
    tell(event("booked", "apt_1", 1, child), encounter("enc_1", 1, child, "nurse"))
    NURSE.post(f"/v1/patients/{stranger}/emergency-access", {"reason": "Found unconscious in the lift"})
    asked = [
        Principal("parent", frozenset({"patient"}), patient_id=parent),
        Principal("doctor", frozenset({"doctor"}), practitioner_id=DOCTOR_ID),
        Principal("nurse", frozenset({"nurse"})),
        Principal("desk", frozenset({"receptionist"})),
    ]
    found = [relations(patient_id, caller, clock.now()) for caller in asked for patient_id in (child, stranger)]
    own = [
        asdict(service.ties([patient_id], caller)[patient_id]) for caller in asked for patient_id in (child, stranger)
    ]
    assert found == own
    assert [sum(map(len, ties.values())) for ties in found] == [1, 0, 1, 0, 1, 1, 0, 0]


# ---- names


def test_a_name_comes_with_what_tells_two_of_one_name_apart(clinic: Clinic) -> None:
    patient = registered()
    answer = DESK.get(f"/v1/patient-names?ids={patient}")
    assert answer.json == {
        "items": [
            {
                "patient_id": patient,
                "display_name": "María José García-López",
                "given_name": "María José",
                "family_name": "García-López",
                "birth_date": "1980-05-01",
            }
        ]
    }


@pytest.mark.parametrize("caller", [DESK, NURSE], ids=["desk", "nurse"])
def test_the_desk_and_nurses_see_everybodys_name_in_the_order_asked_for(clinic: Clinic, caller: Caller) -> None:
    first, second = registered(), registered(given_name="Ana")
    assert names(caller, second, ids.new("pat"), first, second) == [second, first]


def test_patients_see_their_own_name_and_those_of_whom_they_act_for(clinic: Clinic) -> None:
    parent, child, stranger = registered(), registered(given_name="Ana"), registered(given_name="Eva")
    family = {"relationship": "parent", "may_act": True}
    assert DESK.put(f"/v1/patients/{child}/family/{parent}", family).status == 200
    assert names(as_patient(parent), child, parent, stranger) == [child, parent]
    assert names(as_patient(child), child, parent) == [child]
    DESK.put(f"/v1/patients/{child}/family/{parent}", family | {"may_act": False})
    assert names(as_patient(parent), child) == []


def test_who_may_see_nobody_is_refused(clinic: Clinic) -> None:
    patient = registered()
    for role in ("admin", "manager", "courier"):
        assert Caller(api, claims(role)).get(f"/v1/patient-names?ids={patient}").status == 403


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=pat_1", "?ids=maria", "?ids={0},", "?ids={0},prc_" + "d" * 32])
def test_what_are_no_ids_of_patients_is_refused(clinic: Clinic, query: str) -> None:
    answer = DESK.get("/v1/patient-names" + query.format(ids.new("pat")))
    assert answer.status == 422
    assert answer.json["errors"][0]["parameter"] == "ids"


def test_fifty_names_can_be_asked_for_at_once_and_no_more(clinic: Clinic) -> None:
    wanted = [registered(), *(ids.new("pat") for _ in range(49))]
    assert names(DESK, *wanted) == wanted[:1]
    assert DESK.get(f"/v1/patient-names?ids={','.join([*wanted, ids.new('pat')])}").status == 422


def test_fifty_names_cost_a_doctor_three_reads_and_a_record(clinic: Clinic) -> None:
    wanted = [registered(), *(ids.new("pat") for _ in range(49))]
    for patient_id in wanted:
        service.learn_of_visit(patient_id, DOCTOR_ID, "apt_1", Visit(1, ENDED, counts=True))
    calls: list[str] = []
    with tables.asked(calls):
        assert names(DOCTOR, *wanted) == wanted[:1]
    assert calls == [*["BatchGetItem"] * 3, "PutItem"]
