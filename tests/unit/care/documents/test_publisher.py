"""What the changes of the documents table tell other domains."""

import json
from decimal import Decimal
from typing import Any

import pytest

from care.documents.tasks.publisher import events_of
from kernel.events import Change, Event


def version(status: str, refusal: str | None = None) -> dict[str, Any]:
    return {
        "content_type": "application/pdf",
        "size": 100,
        "created_by": "a-user",
        "author_role": "patient",
        "status": status,
        "refusal": refusal,
    }


def item(*versions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "pk": "DOCUMENT#doc_1",
        "sk": "DOCUMENT",
        "patient_id": "pat_1",
        "kind": "letter",
        "versions": json.dumps(versions),
        "revision": Decimal(len(versions)),
        "body": b"sealed",
        **more,
    }


def told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Event]:
    return list(events_of(Change(before, after)))


@pytest.mark.parametrize(
    ("status", "type_", "actor"),
    [
        ("checking", "DocumentUploaded", "a-user"),
        ("available", "DocumentAvailable", "documents"),
        ("refused", "DocumentRefused", "documents"),
        ("expired", "DocumentExpired", "documents"),
    ],
)
def test_each_state_that_a_version_comes_to_is_told_once(status: str, type_: str, actor: str) -> None:
    before, after = item(version("uploading")), item(version(status))
    [event] = told(before, after)
    assert (event.type, event.id, event.subject, event.version) == (type_, f"doc_1:1:{status}", "doc_1", 1)
    assert event.actor == actor
    assert event.data == {
        "patient_id": "pat_1",
        "encounter_id": None,
        "kind": "letter",
        "content_type": "application/pdf",
        "size": 100,
        "author_role": "patient",
        "refusal": None,
    }
    assert told(after, after) == []


def test_an_announcement_is_no_news_before_the_file_is_there() -> None:
    assert told(None, item(version("uploading"))) == []


def test_a_new_version_says_that_the_one_it_displaced_never_came() -> None:
    before = item(version("available"), version("uploading"))
    after = item(version("available"), version("expired"), version("uploading"))
    assert [(event.type, event.version) for event in told(before, after)] == [("DocumentExpired", 2)]


def test_a_withdrawal_names_who_withdrew_it() -> None:
    stood = item(version("available"))
    [event] = told(stood, stood | {"withdrawal": json.dumps([1_795_420_800, "a-doctor"])})
    assert (event.type, event.id, event.actor) == ("DocumentWithdrawn", "doc_1:withdrawn", "a-doctor")


def test_lines_and_expected_uploads_mean_nothing() -> None:
    assert told(None, {"pk": "PATIENT#pat_1", "sk": "AT#2026-11-23T08:00:00Z#doc_1", "document_id": "doc_1"}) == []
    assert told(item(version("available")), None) == []
