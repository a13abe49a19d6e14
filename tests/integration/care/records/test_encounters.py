"""Encounters over HTTP, as API Gateway hands requests on."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.care.records.ward import (
    ADMIN,
    BABY,
    DESK,
    DR_GRETA,
    DR_KENJI,
    GRETA,
    KENJI,
    MARIA,
    NURSE,
    TOM,
    VISIT,
    Ward,
    made,
    nurse,
    patient,
    record,
)

from care.records.service import encounters as use_cases
from care.records.tasks import visits
from kernel.errors import Stale

NOBODY = "0" * 32
SAMPLES = Path(__file__).parents[4] / "events" / "scheduling"


def steps(encounter_id: str, *paths: str) -> list[int]:
    answers = [DR_GRETA.post(f"/v1/encounters/{encounter_id}/{path}", {"reason": "a slip"}) for path in paths]
    return [answer.status for answer in answers]


# ---- opened


def test_the_encounter_of_a_visit_is_the_visits_own(ward: Ward) -> None:
    ward.tell("checked-in")
    answer = DR_GRETA.post("/v1/encounters", {"appointment_id": VISIT})
    opened = made(answer)
    assert answer.headers["ETag"] == '"1"'
    assert opened == {
        "encounter_id": opened["encounter_id"],
        "patient_id": MARIA,
        "practitioner_id": GRETA,
        "appointment_id": VISIT,
        "class": "AMB",
        "status": "arrived",
        "participants": [],
        "opened_at": "2026-11-23T08:00:00Z",
        "started_at": None,
        "ended_at": None,
        "version": 1,
    }
    assert DESK.get(f"/v1/encounters/{opened['encounter_id']}").json == opened


def test_who_has_not_come_yet_is_planned_and_a_video_visit_is_virtual(ward: Ward) -> None:
    ward.tell("booked", mode="video")
    opened = ward.opened(appointment_id=VISIT)
    assert (opened["status"], opened["class"]) == ("planned", "VR")


def test_a_visit_has_one_encounter_until_that_was_none(ward: Ward) -> None:
    ward.tell("checked-in")
    first = ward.opened(appointment_id=VISIT)["encounter_id"]
    again = DESK.post("/v1/encounters", {"appointment_id": VISIT})
    assert (again.status, again.slug, again.json["encounter_id"]) == (409, "encounter-exists", first)
    assert DESK.post(f"/v1/encounters/{first}/cancel", {"reason": "left again"}).status == 200
    assert ward.opened(appointment_id=VISIT)["encounter_id"] != first


def test_a_visit_that_was_called_off_has_no_encounter(ward: Ward) -> None:
    ward.tell("cancelled")
    assert DESK.post("/v1/encounters", {"appointment_id": VISIT}).slug == "appointment-over"


def test_of_a_visit_the_newest_event_counts_in_whatever_order_they_come(ward: Ward) -> None:
    ward.tell("checked-in", version=2)
    ward.tell("booked", version=1)
    assert ward.opened(appointment_id=VISIT)["status"] == "arrived"


def test_an_event_that_tells_of_no_visit_is_set_aside_and_its_neighbours_are_taken(ward: Ward) -> None:
    sample = json.loads((SAMPLES / "appointment_checked_in.json").read_text())
    broken = sample | {"detail": sample["detail"] | {"data": {}}}
    records = [{"messageId": str(n), "body": json.dumps(event)} for n, event in enumerate((broken, sample))]
    assert visits.follow({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert use_cases.visit(sample["detail"]["subject"]) is not None


def test_an_unknown_visit_is_said_at_its_place(ward: Ward) -> None:
    answer = DESK.post("/v1/encounters", {"appointment_id": f"apt_{NOBODY}"})
    assert (answer.status, answer.slug) == (422, "unknown-reference")
    assert answer.json["errors"][0]["pointer"] == "/appointment_id"


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"patient_id": f"pat_{NOBODY}", "practitioner_id": GRETA}, "/patient_id"),
        ({"patient_id": MARIA, "practitioner_id": f"prc_{NOBODY}"}, "/practitioner_id"),
        ({"patient_id": MARIA}, "/practitioner_id"),
        ({"patient_id": MARIA, "appointment_id": VISIT}, ""),
        ({"appointment_id": VISIT, "practitioner_id": GRETA}, ""),
        ({}, ""),
        ({"patient_id": MARIA, "practitioner_id": GRETA, "class": "IMP"}, "/class"),
    ],
)
def test_what_is_wrong_with_a_walk_in_is_said_at_its_place(ward: Ward, wish: dict[str, str], pointer: str) -> None:
    answer = DESK.post("/v1/encounters", wish)
    assert answer.status == 422, answer.text
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert ward.items() == []


def test_the_same_request_again_gives_the_same_encounter(ward: Ward) -> None:
    wish = {"patient_id": MARIA, "practitioner_id": GRETA, "class": "EMER"}
    first = made(DESK.post("/v1/encounters", wish, idempotency_key="k"))
    assert made(DESK.post("/v1/encounters", wish, idempotency_key="k")) == first
    other = DESK.post("/v1/encounters", wish | {"class": "AMB"}, idempotency_key="k")
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


# ---- who may


def test_a_doctor_cannot_make_a_stranger_their_patient(ward: Ward) -> None:
    assert DR_KENJI.post("/v1/encounters", {"patient_id": MARIA}).status == 403
    ward.tell("checked-in")
    assert DR_KENJI.post("/v1/encounters", {"appointment_id": VISIT}).status == 403
    ward.treats(f"user-of-{KENJI}", MARIA, relation="EMERGENCY")
    assert made(DR_KENJI.post("/v1/encounters", {"patient_id": MARIA, "class": "EMER"}))["practitioner_id"] == KENJI


def test_a_nurse_who_receives_somebody_takes_part(ward: Ward) -> None:
    assert ward.opened(NURSE)["participants"] == ["nurse"]
    assert ward.opened(DESK)["participants"] == []


def test_patients_and_administrators_open_nothing(ward: Ward) -> None:
    for caller in (patient(MARIA), ADMIN):
        assert caller.post("/v1/encounters", {"patient_id": MARIA, "practitioner_id": GRETA}).status == 403


def test_only_the_encounters_doctor_carries_it(ward: Ward) -> None:
    encounter_id = ward.opened()["encounter_id"]
    for caller in (DESK, NURSE, DR_KENJI, patient(MARIA), ADMIN):
        for path in ("start", "close"):
            assert caller.post(f"/v1/encounters/{encounter_id}/{path}").status == 403
    assert steps(encounter_id, "start", "close") == [200, 200]


def test_patients_see_that_they_were_there_and_strangers_do_not(ward: Ward) -> None:
    path = f"/v1/encounters/{ward.opened()['encounter_id']}"
    ward.speaks_for(TOM, MARIA)
    assert [caller.get(path).status for caller in (patient(MARIA), patient(TOM), DESK, NURSE)] == [200] * 4
    assert [caller.get(path).status for caller in (patient(BABY), DR_KENJI, ADMIN)] == [403] * 3


def test_who_may_see_some_encounters_cannot_tell_a_missing_one_from_a_strangers(ward: Ward) -> None:
    missing = f"/v1/encounters/enc_{NOBODY}"
    assert (DR_KENJI.get(missing).status, patient(TOM).get(missing).status) == (403, 403)
    assert (DESK.get(missing).status, NURSE.get(missing).status) == (404, 404)
    assert DESK.get("/v1/encounters/enc_1").status == 404


# ---- carried


def test_an_encounter_goes_from_arrival_to_its_end(ward: Ward) -> None:
    encounter_id = ward.begun()
    ward.now += timedelta(minutes=25)
    closed = DR_GRETA.post(f"/v1/encounters/{encounter_id}/close", if_match='"2"').json
    assert (closed["status"], closed["started_at"], closed["ended_at"], closed["version"]) == (
        "finished",
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:25:00Z",
        3,
    )
    assert [item["status"] for item in record(DR_GRETA, query="kind=encounter")] == ["finished"]


@pytest.mark.parametrize(
    ("taken", "refused"),
    [
        ((), ("close",)),
        (("start",), ("start", "cancel")),
        (("start", "close"), ("start", "close", "cancel", "join")),
        (("cancel",), ("start", "close", "cancel", "join", "entered-in-error")),
        (("entered-in-error",), ("start", "close", "cancel", "join", "entered-in-error")),
    ],
)
def test_a_state_refuses_what_it_does_not_allow(ward: Ward, taken: tuple[str, ...], refused: tuple[str, ...]) -> None:
    encounter_id = ward.opened()["encounter_id"]
    assert steps(encounter_id, *taken) == [200] * len(taken)
    for path in refused:
        caller = NURSE if path == "join" else DR_GRETA
        answer = caller.post(f"/v1/encounters/{encounter_id}/{path}", {"reason": "a slip"})
        assert (answer.status, answer.slug) == (409, "invalid-transition"), path


def test_who_read_an_older_version_is_told_so(ward: Ward) -> None:
    encounter_id = ward.begun()
    answer = DR_GRETA.post(f"/v1/encounters/{encounter_id}/close", if_match='"1"')
    assert (answer.status, answer.slug) == (412, "stale")


def test_of_two_who_close_at_once_the_second_hears_that_it_is_closed(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter_id = ward.begun()
    seen = use_cases.find(encounter_id)
    assert seen is not None
    assert steps(encounter_id, "close") == [200]
    with pytest.raises(Stale):
        use_cases.close(seen, 2, "late")


def test_nurses_join_and_doctors_are_asked(ward: Ward) -> None:
    encounter_id = ward.begun()
    other = nurse("another-nurse")
    joined = other.post(f"/v1/encounters/{encounter_id}/join").json
    assert (joined["participants"], joined["version"]) == (["another-nurse"], 3)
    assert other.post(f"/v1/encounters/{encounter_id}/join").json == joined
    path = f"/v1/encounters/{encounter_id}/participants"
    assert DR_KENJI.post(path, {"practitioner_id": KENJI}).status == 403
    assert DR_KENJI.post(f"/v1/encounters/{encounter_id}/join").status == 403
    assert DR_GRETA.post(path, {"practitioner_id": KENJI}).json["participants"] == ["another-nurse", KENJI]
    assert ward.note(encounter_id, "Seen with Dr Greta.", DR_KENJI)["author"]["practitioner_id"] == KENJI


def test_only_a_practitioner_who_is_there_can_be_asked(ward: Ward) -> None:
    path = f"/v1/encounters/{ward.begun()}/participants"
    refused = DR_GRETA.post(path, {"practitioner_id": "prc_" + "0" * 32})
    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (422, "unknown-reference")
    assert [error["pointer"] for error in refused.json["errors"]] == ["/practitioner_id"]
    assert DR_GRETA.post(path, {"practitioner_id": KENJI}).json["participants"] == [KENJI]


def test_who_was_asked_by_mistake_takes_part_no_longer_and_what_they_wrote_stays(ward: Ward) -> None:
    encounter_id = ward.begun()
    path = f"/v1/encounters/{encounter_id}/participants"
    assert DR_GRETA.post(path, {"practitioner_id": KENJI}).json["participants"] == [KENJI]
    written = ward.note(encounter_id, "Seen with Dr Greta.", DR_KENJI)
    assert DR_KENJI.delete(f"{path}/{KENJI}").status == 403
    assert DR_GRETA.delete(f"{path}/{KENJI}", if_match='"2"').status == 412
    left = DR_GRETA.delete(f"{path}/{KENJI}", if_match='"3"').json
    assert (left["participants"], left["version"]) == ([], 4)
    assert DR_GRETA.delete(f"{path}/{KENJI}").json == left
    assert DR_KENJI.post(f"/v1/encounters/{encounter_id}/notes", {"text": "More."}).status == 403
    assert DR_KENJI.get(f"/v1/records/{written['entry_id']}").status == 200
    assert DR_GRETA.post(path, {"practitioner_id": KENJI}).json["participants"] == [KENJI]
    assert steps(encounter_id, "close") == [200]
    assert DR_GRETA.delete(f"{path}/{KENJI}").status == 409


def test_an_encounter_was_no_error_while_something_in_it_stands(ward: Ward) -> None:
    encounter_id = ward.begun()
    written = ward.note(encounter_id)
    answer = DR_GRETA.post(f"/v1/encounters/{encounter_id}/entered-in-error", {"reason": "wrong patient"})
    assert (answer.status, answer.slug) == (409, "encounter-not-empty")
    retracted = DR_GRETA.post(f"/v1/records/{written['entry_id']}/entered-in-error", {"reason": "wrong patient"})
    assert retracted.status == 200, retracted.text
    assert steps(encounter_id, "entered-in-error") == [200]
    assert {item["status"] for item in record(DR_GRETA)} == {"entered-in-error"}
    assert record(DR_GRETA, query="kind=encounter")[0]["reason"] == "a slip"
