"""FHIR on the wire: what dates and tokens of a search mean, and how ids and problems are written."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from kernel import ids
from kernel.errors import Fault, FieldError, Forbidden, Invalid
from kernel.fhir.elements import fhir_id, own_id, tidy
from kernel.fhir.wire import FHIR, Token, span, tokens


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@given(st.uuids())
def test_an_id_survives_the_way_to_fhir_and_back(uuid: object) -> None:
    own = ids.derived("pat", str(uuid))
    assert own_id(fhir_id(own)) == own
    assert "_" not in fhir_id(own)


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("2020", at(2020, 1, 1), at(2021, 1, 1)),
        ("2020-12", at(2020, 12, 1), at(2021, 1, 1)),
        ("eq2020-02-29", at(2020, 2, 29), at(2020, 3, 1)),
        ("ge2020-02", at(2020, 2, 1), None),
        ("gt2020-02", at(2020, 3, 1), None),
        ("le2020-02-29", None, at(2020, 3, 1)),
        ("lt2020-02-29", None, at(2020, 2, 29)),
        ("ge2020-01-01T10:00:00+02:00", at(2020, 1, 1, 8), None),
        ("ge2020-01-01T10:00:00 02:00", at(2020, 1, 1, 8), None),  # a plus that nobody encoded
        ("2020-01-01T10:00:00Z", at(2020, 1, 1, 10), at(2020, 1, 1, 10, 0, 1)),
    ],
)
def test_a_date_covers_as_much_as_it_is_precise(asked: str, first: datetime | None, end: datetime | None) -> None:
    found = span(asked)
    assert (found.first, found.end) == (first, end)


def test_all_dates_of_a_search_hold() -> None:
    found = span(["ge2020", "lt2022-06", "ge2021"])
    assert (found.first, found.end) == (at(2021, 1, 1), at(2022, 6, 1))


@given(st.text(max_size=30))
def test_whatever_is_asked_for_is_a_time_or_refused(text: str) -> None:
    with contextlib.suppress(PydanticCustomError):
        found = span(text)
        assert found.first or found.end


def test_tokens_are_codes_in_a_system_or_in_any() -> None:
    any_system, loinc = tokens("8310-5,http://loinc.org|8867-4")
    assert (any_system, loinc) == (Token(None, "8310-5"), Token("http://loinc.org", "8867-4"))
    assert any_system.matches("http://loinc.org", "8310-5")
    assert loinc.matches("http://loinc.org", "8867-4")
    assert not loinc.matches("http://snomed.info/sct", "8867-4")
    for nothing in ("", "a,", "http://loinc.org|", ["a", "b"]):
        with pytest.raises(PydanticCustomError):
            tokens(nothing)


def test_nothing_empty_is_told() -> None:
    assert tidy({"a": None, "b": [], "c": {"d": None}, "e": [{"f": None, "g": 0}], "h": False}) == {
        "e": [{"g": 0}],
        "h": False,
    }


def test_a_problem_is_an_outcome_with_an_issue_for_each_error() -> None:
    errors = (
        FieldError(Fault.UNKNOWN_FIELD, "is not known", parameter="colour"),
        FieldError(Fault.MISSING, "is needed", pointer="/entry/0/resource"),
    )
    document = FHIR.refuse(Invalid("", *errors), "urn:request:r-1")
    assert [(issue["code"], issue["expression"]) for issue in document["issue"]] == [
        ("not-supported", ["colour"]),
        ("required", ["entry.0.resource"]),
    ]
    [alone] = FHIR.refuse(Forbidden(), "urn:request:r-1")["issue"]
    assert (alone["severity"], alone["code"]) == ("error", "forbidden")
    assert alone["details"]["coding"][0]["code"] == "forbidden"
