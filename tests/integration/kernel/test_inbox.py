"""The inbox: of all deliveries of an event one handles it, whatever happens on the way."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.core.botocore_stubber import BotocoreStubber
from tests.integration import tables

from kernel import clock, events
from kernel.events import Event, EventInHand, Inbox, Receipt

EVENT = Event("apt_1:1", "AppointmentBooked", datetime(2026, 11, 21, 9, tzinfo=UTC), "apt_1", "u-1", 1)


@pytest.fixture
def table(account: pytest.MonkeyPatch) -> str:
    name = tables.create_table("NotificationsTable")
    account.setenv("TABLE_NAME", name)
    return name


@pytest.fixture
def one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB checks a condition and writes in one step; moto only where nobody else is let in between."""
    lock = threading.Lock()
    unlocked = BotocoreStubber.__call__

    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return unlocked(*args, **kwargs)

    monkeypatch.setattr(BotocoreStubber, "__call__", locked)


def after(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    later = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_an_event_is_new_once_and_done_from_then_on(table: str) -> None:
    receipts = []
    for _ in range(3):
        with Inbox().once(EVENT) as receipt:
            receipts.append(receipt)
    assert receipts == [Receipt.NEW, Receipt.DONE, Receipt.DONE]


def test_another_event_is_another_matter(table: str) -> None:
    other = Event.from_document(EVENT.document() | {"id": "apt_1:2", "version": 2})
    with Inbox().once(EVENT), Inbox().once(other) as receipt:
        assert receipt is Receipt.NEW


def test_while_an_event_is_handled_another_delivery_has_to_wait(table: str) -> None:
    with Inbox().once(EVENT), pytest.raises(EventInHand), Inbox().once(EVENT):
        pytest.fail("two handle the same event")
    with Inbox().once(EVENT) as receipt:
        assert receipt is Receipt.DONE


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_event_whose_handling_failed_is_new_again(table: str, error: type[BaseException]) -> None:
    with pytest.raises(error), Inbox().once(EVENT):
        raise error
    with Inbox().once(EVENT) as receipt:
        assert receipt is Receipt.NEW


def test_an_event_whose_handler_died_is_abandoned_after_the_lease_and_not_before(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Inbox(lease_seconds=60)._claim(EVENT)  # and then the process died
    after(monkeypatch, 55)
    with pytest.raises(EventInHand), Inbox().once(EVENT):
        pytest.fail("its handler may still be alive")
    after(monkeypatch, 10)
    with Inbox().once(EVENT) as receipt:
        assert receipt is Receipt.ABANDONED
    with Inbox().once(EVENT) as receipt:
        assert receipt is Receipt.DONE


def test_an_abandoned_event_has_one_heir(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Inbox()._claim(EVENT)
    after(monkeypatch, 61)
    assert Inbox()._claim(EVENT) is Receipt.ABANDONED
    with pytest.raises(EventInHand):
        Inbox()._claim(EVENT)


@pytest.mark.usefixtures("one_request_at_a_time")
def test_of_many_deliveries_at_once_exactly_one_is_new(table: str) -> None:
    crowd = 16
    line = threading.Barrier(crowd)
    inbox = Inbox()
    with inbox.once(Event.from_document(EVENT.document() | {"id": "warm:1"})):
        pass

    def deliver(_: int) -> str:
        line.wait()
        try:
            return inbox._claim(EVENT)
        except EventInHand:
            return "in hand"

    with ThreadPoolExecutor(crowd) as pool:
        found = Counter(pool.map(deliver, range(crowd)))
    assert found == {"new": 1, "in hand": crowd - 1}


def test_a_receipt_outlives_every_redelivery_and_then_goes(table: str) -> None:
    with Inbox().once(EVENT):
        pass
    item = boto3.client("dynamodb").scan(TableName=table)["Items"][0]
    days = (int(item["expires_at"]["N"]) - clock.now().timestamp()) / 86400
    assert (item["pk"]["S"], item["sk"]["S"]) == ("EVENT#apt_1:1", "INBOX")
    # A day in the stream, four in the queue and fourteen among the dead letters.
    assert 19 < days <= events._INBOX_DAYS
