"""What we say that can be done in FHIR is what the routes do, in HL7's form."""

import pytest
from tests.fhir.validator import wrong
from tests.integration.gateway import Caller

from care.fhir.handler import api
from kernel import config


def test_anybody_may_ask_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP", "care")
    monkeypatch.setenv("PORTAL_URL", "https://salus.example")
    config.load.cache_clear()
    answer = Caller(api).get("/fhir/R4/metadata")
    config.load.cache_clear()
    assert answer.status == 200
    assert wrong([answer.json]) == []
    assert answer.json["implementation"]["url"] == "https://salus.example/api/care/fhir/R4"
    resources = {one["type"]: one for one in answer.json["rest"][0]["resource"]}
    conditions = {parameter["name"]: parameter["type"] for parameter in resources["Condition"]["searchParam"]}
    assert conditions["patient"] == "reference"
    assert conditions["recorded-date"] == "date"
    assert {interaction["code"] for interaction in resources["Patient"]["interaction"]} == {"read", "search-type"}
