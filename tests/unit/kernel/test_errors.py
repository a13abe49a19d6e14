"""Problem documents, RFC 9457."""

import re
from collections.abc import Iterator

import pytest

from kernel import errors
from kernel.errors import Fault, FieldError, Invalid, NotFound, Problem, UnknownReference


def kinds(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds(narrower)


def test_a_problem_says_its_type_title_status_and_occurrence() -> None:
    assert NotFound().document("urn:request:1") == {
        "type": "https://salus.dev/problems/not-found",
        "title": "There is no such thing",
        "status": 404,
        "instance": "urn:request:1",
    }


def test_detail_and_extensions_are_said_where_there_are_any() -> None:
    document = errors.Conflict("It is gone.", alternatives=[1, 2]).document("urn:request:1")
    assert (document["detail"], document["alternatives"]) == ("It is gone.", [1, 2])


def test_extensions_cannot_hide_where_they_stand() -> None:
    short = FieldError(Fault.TOO_SHORT, "has at least 3", pointer="/name", values={"limit": 3})
    document = Invalid("", short, FieldError(Fault.UNKNOWN_FIELD, "unknown", parameter="limit")).document("i")
    assert document["errors"] == [
        {"code": "too-short", "detail": "has at least 3", "pointer": "/name", "values": {"limit": 3}},
        {"code": "unknown-field", "detail": "unknown", "parameter": "limit"},
    ]
    assert "detail" not in document


def test_an_error_about_the_whole_body_points_at_the_whole_body() -> None:
    document = FieldError(Fault.OVERLAP, "is wrong", pointer="").document()
    assert document == {"code": "overlap", "detail": "is wrong", "pointer": ""}


def test_a_domains_error_is_taken_like_its_kind() -> None:
    class RoomGone(errors.Conflict):
        slug, title = "room-gone", "The room is gone"

    assert (RoomGone().document("i")["status"], RoomGone().document("i")["title"]) == (409, "The room is gone")
    assert UnknownReference.status == 422


@pytest.mark.parametrize("kind", list(kinds(Problem)), ids=lambda kind: str(kind.slug))
def test_every_kind_has_a_status_of_an_error_a_slug_and_a_title(kind: type[Problem]) -> None:
    assert 400 <= kind.status <= 599
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)
    assert kind.title
    assert str(kind()) == kind.title
