"""Events on the wire and in a consumer's hands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import config, log
from kernel.events import Event, Unreadable, Work, consume_queue, consume_together
from kernel.events import _plain as plain

EVENT = Event(
    id="apt_1:3",
    type="AppointmentBooked",
    at=datetime(2026, 11, 21, 9, tzinfo=UTC),
    subject="apt_1",
    actor="u-1",
    version=3,
    data={"patient_id": "pat_1"},
)

texts = st.text(max_size=20)
events = st.builds(
    Event,
    id=texts,
    type=texts,
    at=st.datetimes(timezones=st.just(UTC)),
    subject=texts,
    actor=texts,
    version=st.integers(0, 10**6),
    data=st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts),
)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    monkeypatch.delenv("QUEUE_URL", raising=False)
    config.load.cache_clear()
    stream = StringIO()
    monkeypatch.setattr(log.logger().registered_handler, "stream", stream)
    yield stream
    config.load.cache_clear()


def batch(*bodies: str | Event) -> dict[str, Any]:
    texts = [body if isinstance(body, str) else json.dumps({"detail": body.document()}) for body in bodies]
    return {"Records": [{"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


@given(events)
def test_an_event_arrives_as_it_was_sent(event: Event) -> None:
    assert Event.from_document(json.loads(json.dumps(event.document()))) == event


def test_an_event_is_written_with_its_instant_in_utc() -> None:
    assert EVENT.document() == {
        "id": "apt_1:3",
        "type": "AppointmentBooked",
        "at": "2026-11-21T09:00:00Z",
        "subject": "apt_1",
        "actor": "u-1",
        "version": 3,
        "data": {"patient_id": "pat_1"},
    }


@pytest.mark.parametrize("missing", ["id", "type", "at", "subject", "actor", "version", "data"])
def test_a_document_that_lacks_something_is_no_event(missing: str) -> None:
    document = {name: value for name, value in EVENT.document().items() if name != missing}
    with pytest.raises(Unreadable):
        Event.from_document(document)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-11-21T09:00:00"},
        {"version": "three"},
        {"data": "text"},
        {"data": None},
        {"id": 7},
        {"version": True},
    ],
)
def test_a_document_that_says_something_wrong_is_no_event(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Event.from_document({**EVENT.document(), **wrong})


@pytest.mark.parametrize("document", [None, [], "text", 7, {}])
def test_something_else_is_no_event(document: object) -> None:
    with pytest.raises(Unreadable):
        Event.from_document(document)


def test_numbers_of_the_table_are_numbers_of_the_event() -> None:
    assert (plain(Decimal(3)), plain(Decimal("2.5"))) == (3, 2.5)


def test_each_message_is_handled_by_itself(logs: StringIO) -> None:
    handled = []

    def handle(event: Event) -> None:
        if event.version == 4:
            raise RuntimeError("Rosalind Kowalczyk")
        handled.append(event.id)

    other = Event.from_document(EVENT.document() | {"id": "apt_1:4", "version": 4})
    answer = consume_queue(batch(EVENT, other, "poison Rosalind", EVENT), handle)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert handled == ["apt_1:3", "apt_1:3"]
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    assert [(line["message"], line["message_id"], line.get("error")) for line in lines] == [
        ("event handled", "m0", None),
        ("event failed", "m1", "RuntimeError"),
        ("event failed", "m2", "Unreadable"),
        ("event handled", "m3", None),
    ]
    assert "Rosalind" not in logs.getvalue()


def test_an_empty_batch_has_no_failures(logs: StringIO) -> None:
    assert consume_queue({"Records": []}, lambda _: None) == {"batchItemFailures": []}


def test_work_that_several_messages_ask_for_is_done_once_after_the_last_of_them(logs: StringIO) -> None:
    done: list[str] = []
    asked = {"1": "ab", "2": "bc", "3": "a"}

    def plan(event: Event) -> list[Work]:
        return [(done.append, work) for work in asked[event.id]]

    answer = consume_together(batch(*(Event.from_document(EVENT.document() | {"id": one}) for one in asked)), plan)
    assert answer == {"batchItemFailures": []}
    assert done == ["b", "c", "a"]


def test_messages_fail_whose_work_fails_and_no_others(logs: StringIO) -> None:
    asked = {"1": ["good", "bad"], "2": ["good"], "3": ["bad"]}
    done: list[str] = []

    def do(work: str) -> None:
        if work == "bad":
            raise ValueError("Rosalind")
        done.append(work)

    def plan(event: Event) -> list[Work]:
        return [(do, work) for work in asked[event.id]]

    messages = batch(*(Event.from_document(EVENT.document() | {"id": one}) for one in asked), "poison Rosalind")
    failed = {failure["itemIdentifier"] for failure in consume_together(messages, plan)["batchItemFailures"]}
    assert failed == {"m0", "m2", "m3"}
    assert done == ["good"]
    assert "Rosalind" not in logs.getvalue()
