"""Logs: JSON lines that say what failed and where, and never in whose words."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest

from kernel import log


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "care-tests")
    log.logger.cache_clear()
    stream = StringIO()
    monkeypatch.setattr(log.logger().registered_handler, "stream", stream)
    yield stream
    log.logger.cache_clear()


def fail() -> None:
    raise ValueError("Rosalind Kowalczyk is not a date")


def test_a_failure_is_told_by_its_type_and_place_without_its_words() -> None:
    try:
        fail()
    except ValueError as error:
        told = log.failure(error)
    assert told["error"] == "ValueError"
    assert told["place"].rpartition(":")[2] == str(fail.__code__.co_firstlineno + 1)
    assert "Rosalind" not in str(told)


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert log.failure(KeyError("Rosalind")) == {"error": "KeyError", "place": "?"}


def test_a_line_is_json_and_carries_its_facts(lines: StringIO) -> None:
    log.logger().info("event handled", extra={"event": "apt_1:1", "ms": 3.5})
    line = json.loads(lines.getvalue())
    assert (line["service"], line["level"], line["message"]) == ("care-tests", "INFO", "event handled")
    assert (line["event"], line["ms"]) == ("apt_1:1", 3.5)


def test_there_is_one_logger() -> None:
    assert log.logger() is log.logger()
