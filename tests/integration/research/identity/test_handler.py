"""Who am I, and is the service there: in research."""

import pytest
from tests.integration.gateway import Caller, claims

from research.identity import handler

pytestmark = pytest.mark.usefixtures("account")


def test_anybody_hears_that_the_service_answers() -> None:
    answer = Caller(handler.api).get("/v1/health")
    assert (answer.status, answer.json) == (200, {"status": "ok", "stage": "local"})


@pytest.mark.parametrize("role", ["scientist", "regulatory-lead", "admin"])
def test_callers_hear_who_they_are(role: str) -> None:
    me = Caller(handler.api, claims(role, user_id="u-7")).get("/v1/me").json
    assert me == {"user_id": "u-7", "roles": [role], "permissions": ["ReadMe"]}


def test_a_token_of_care_is_none_here() -> None:
    answer = Caller(handler.api, claims("admin") | {"aud": "a-client-of-care"}).get("/v1/me")
    assert (answer.status, answer.slug) == (401, "unauthorized")


def test_nothing_of_care_is_answered() -> None:
    for path in ("/v1/patients", "/v1/staff", "/v1/practitioners", "/v1/appointments"):
        assert Caller(handler.api, claims("admin")).get(path).status == 404
