"""Who am I, and is the service there."""

import pytest
from tests.integration.gateway import Caller, claims

from care.identity import handler

pytestmark = pytest.mark.usefixtures("account")


def test_anybody_hears_that_the_service_answers() -> None:
    answer = Caller(handler.api).get("/v1/health")
    assert (answer.status, answer.json) == (200, {"status": "ok", "stage": "local"})


def test_callers_hear_who_they_are_and_what_they_may_do() -> None:
    who = claims("patient", user_id="u-7", patient_id="pat_1")
    me = Caller(handler.api, who).get("/v1/me").json
    assert (me["user_id"], me["roles"], me["patient_id"], me["practitioner_id"]) == ("u-7", ["patient"], "pat_1", None)
    assert {"BookAppointment", "ReadPatient", "BrowsePractitioners"} <= set(me["permissions"])
    assert not {"HireStaff", "SearchPatients", "StartAppointment"} & set(me["permissions"])


def test_a_doctor_hears_of_both_lives() -> None:
    who = claims("doctor", "patient", patient_id="pat_1", practitioner_id="prc_1")
    me = Caller(handler.api, who).get("/v1/me").json
    assert (me["roles"], me["patient_id"], me["practitioner_id"]) == (["doctor", "patient"], "pat_1", "prc_1")
    assert {"BookAppointment", "StartAppointment", "SetSchedule"} <= set(me["permissions"])


def test_an_account_that_is_nobody_in_the_records_may_do_nothing_of_its_own() -> None:
    me = Caller(handler.api, claims("patient")).get("/v1/me").json
    assert "BookAppointment" not in me["permissions"]


@pytest.mark.parametrize("change", [{"token_use": "access"}, {"aud": "a-client-of-research"}, {"aud": ""}, {"sub": ""}])
def test_a_token_that_was_not_made_for_care_is_none(change: dict[str, str]) -> None:
    answer = Caller(handler.api, claims("admin") | change).get("/v1/me")
    assert (answer.status, answer.slug) == (401, "unauthorized")


def test_who_has_no_role_is_nobody() -> None:
    assert Caller(handler.api, claims()).get("/v1/me").status == 403
    assert Caller(handler.api).get("/v1/me").status == 401
