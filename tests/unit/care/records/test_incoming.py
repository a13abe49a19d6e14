"""What other houses say: read where it can be, and otherwise refused in words, whatever it is."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.records import incoming
from care.records.incoming import ENTRIES, Unkept
from care.records.models import Kind

ELEMENTS = [
    "status",
    "class",
    "period",
    "subject",
    "encounter",
    "category",
    "code",
    "clinicalStatus",
    "verificationStatus",
    "onsetDateTime",
    "recordedDate",
    "valueQuantity",
    "component",
    "effectiveDateTime",
    "performedPeriod",
    "performedDateTime",
    "activity",
    "reaction",
    "description",
    "coding",
    "start",
    "end",
    "text",
    "system",
    "display",
    "value",
    "unit",
    "detail",
    "manifestation",
    "severity",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(["final", "finished", "2020"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(ELEMENTS), parts, max_size=5),
    max_leaves=20,
)


@given(type_=st.sampled_from(sorted(ENTRIES)), elements=st.dictionaries(st.sampled_from(ELEMENTS), json_values))
def test_whatever_comes_is_read_or_refused(type_: str, elements: dict[str, Any]) -> None:
    resource = {"resourceType": type_, **elements}
    incoming.subject_of(resource)
    incoming.encounter_of(resource)
    for read in (incoming.said, incoming.stay):
        with contextlib.suppress(Unkept):
            read(resource)


def condition(**elements: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"}]}
    return {"resourceType": "Condition", "code": code, "recordedDate": "2019-03-04", **elements}


def test_a_problem_is_told_from_a_diagnosis_by_its_category() -> None:
    listed = condition(category=[{"coding": [{"code": "problem-list-item"}]}], onsetDateTime="2010")
    assert incoming.said(listed).kind is Kind.PROBLEM
    assert incoming.said(listed).body["onset"] == "2010-01-01"
    assert incoming.said(condition()).kind is Kind.DIAGNOSIS


def test_codes_of_ours_come_first_and_others_are_kept_for_when_ours_are_unknown() -> None:
    both = condition()["code"]["coding"] + [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]
    said = incoming.said(condition(code={"coding": both}))
    assert said.body["code"] == "I10"
    assert said.more["coding"]["code"] == "38341003"


def test_times_stay_as_precise_as_they_came() -> None:
    said = incoming.said(condition(onsetDateTime="2018-02", abatementDateTime="2019-01-01T10:00:00+02:00"))
    assert (said.more["onset"], said.more["abatement"]) == ("2018-02", "2019-01-01T08:00:00Z")
    assert said.body["status"] == "resolved"


@pytest.mark.parametrize("when", ["soon", "2019-13-01", "0000", "2019-01-01T99:00:00Z"])
def test_what_is_no_time_is_refused(when: str) -> None:
    with pytest.raises(Unkept) as refused:
        incoming.said(condition(recordedDate=when))
    assert refused.value.code == "value"


def test_only_vital_signs_are_measurements() -> None:
    observation = {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2020-01-01"}
    glucose = {"coding": [{"system": "http://loinc.org", "code": "2339-0"}]}
    with pytest.raises(Unkept) as refused:
        incoming.said(observation | {"code": glucose, "valueQuantity": {"value": 90, "unit": "mg/dL"}})
    assert refused.value.code == "not-supported"
