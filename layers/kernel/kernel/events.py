"""Events between domains: a table's stream is the outbox, a publisher turns changes into events on the application's
bus, each consumer takes them from a queue of its own.

Delivery is at least once and in any order. An event's id is made of what changed and its version, so that the same
change is always the same event; consumers are idempotent by that id and compare versions.
"""

import json
import random
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from kernel import aws, clock, log
from kernel.config import load
from kernel.dynamodb import FromEnvironment, Item, condition_failed

type Work = tuple[Callable[..., None], *tuple[Hashable, ...]]  # what is to be done, and with which arguments

_BATCH = 10  # entries of one PutEvents or SendMessageBatch call
_RETRY_SECONDS = (4, 20, 90, 400)
_INBOX_DAYS = 30


class Unreadable(Exception):
    """The message is no event, or the event does not say what its type promises; waiting makes it no better."""


class NotPublished(Exception):
    """The bus refused events; publishing all of them again does no harm."""


class NotEnqueued(Exception):
    """A queue refused messages; sending all of them again does no harm."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `data` carries ids and codes, never names, contacts or clinical text.

    Attributes:
        id: the same for every delivery of the same change.
        type: what happened, `[Thing][PastTense]`.
        at: when it happened.
        subject: id of the thing.
        actor: user id of who did it, or the name of the process.
        version: version of the thing after it.
    """

    id: str
    type: str
    at: datetime
    subject: str
    actor: str
    version: int
    data: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "at": clock.iso(self.at),
            "subject": self.subject,
            "actor": self.actor,
            "version": self.version,
            "data": dict(self.data),
        }

    @classmethod
    def from_document(cls, document: Any) -> "Event":
        """Raises Unreadable when it is not what `document` writes."""
        try:
            given = {name: document[name] for name in ("id", "type", "subject", "actor", "version", "data")}
            event = cls(at=clock.parse(document["at"]), **given)
        except (KeyError, TypeError, ValueError):
            raise Unreadable("not an event") from None
        if [type(value) for value in given.values()] != [str, str, str, str, int, dict]:
            raise Unreadable("not an event")
        return event


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one item: its attributes before and after; None where there was or is no item."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class _BusEnvironment:
    bus_name: str


@dataclass(frozen=True)
class _PublisherEnvironment(_BusEnvironment):
    dead_letter_queue_url: str


def publish_stream(
    stream: Mapping[str, Any], source: str, translate: Callable[[Change], Iterable[Event]]
) -> dict[str, Any]:
    """Handle one batch of a table's stream: translate each change and put the events on the bus as `source`.

    A record that cannot be translated goes to the publisher's dead-letter queue by its place in the stream and its
    keys, and its neighbours are published. When the bus refuses, the batch is retried from the first lost record on.

    Returns:
        the partial batch answer that Lambda expects.
    """
    settings = load(_PublisherEnvironment)
    entries: list[tuple[str, dict[str, str]]] = []
    for raw in stream["Records"]:
        sequence = raw["dynamodb"]["SequenceNumber"]
        try:
            change = _change(DynamoDBRecord(raw))
            entries += [(sequence, _entry(event, source, settings.bus_name)) for event in translate(change)]
        except Exception as error:
            log.logger().error("stream record set aside", extra=log.failure(error) | {"sequence": sequence})
            aws.sqs().send_message(
                QueueUrl=settings.dead_letter_queue_url,
                MessageBody=json.dumps(
                    {"sequence": sequence, "keys": raw["dynamodb"]["Keys"], "event": raw["eventID"]}
                ),
            )
    lost = _put(entries)
    log.logger().info("published", extra={"records": len(stream["Records"]), "events": len(entries)})
    return {"batchItemFailures": [{"itemIdentifier": lost}] if lost else []}


def changes(stream: Mapping[str, Any]) -> Iterator[Change]:
    """The changes in one batch of a table's stream, for what else follows from them than events."""
    return (_change(DynamoDBRecord(raw)) for raw in stream["Records"])


def publish_events(events: Iterable[Event], source: str) -> None:
    """Put events on the bus as `source`, where no stream does.

    Raises:
        NotPublished: the bus took only some of them.
    """
    bus = load(_BusEnvironment).bus_name
    if _put([(event.id, _entry(event, source, bus)) for event in events]):
        raise NotPublished


def _change(record: DynamoDBRecord) -> Change:
    return Change(before=_image(record, "old_image"), after=_image(record, "new_image"))


def _image(record: DynamoDBRecord, name: str) -> dict[str, Any] | None:
    assert record.dynamodb is not None  # noqa: S101 - a stream record always has it
    return getattr(record.dynamodb, name) or None


def _entry(event: Event, source: str, bus: str) -> dict[str, str]:
    detail = json.dumps(event.document(), separators=(",", ":"), default=_plain)
    return {"EventBusName": bus, "Source": source, "DetailType": event.type, "Detail": detail}


def _plain(value: object) -> object:
    """Numbers come out of DynamoDB as Decimal."""
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _put(entries: list[tuple[str, dict[str, str]]]) -> str | None:
    """Put the entries on the bus, each under what it came of; that of the first lost one, if any."""
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        answer = aws.events().put_events(Entries=[entry for _, entry in batch])  # type: ignore[misc]
        if answer["FailedEntryCount"]:
            return next(
                sequence for (sequence, _), done in zip(batch, answer["Entries"], strict=True) if "ErrorCode" in done
            )
    return None


@dataclass(frozen=True)
class _ConsumerEnvironment:
    queue_url: str = ""


def consume_queue(batch: Mapping[str, Any], handle: Callable[[Event], None]) -> dict[str, Any]:
    """Handle one batch of a queue that is fed by the bus, each message by itself.

    A message that fails is left to the queue's redrive policy and so reaches the dead-letter queue after its last
    try; its neighbours are done. Where QUEUE_URL says which queue it is, a failed message comes back after a time
    that grows with its tries, from seconds (another event had to come first) to minutes (something is down), and an
    `Unreadable` one at once, so that somebody hears of it soon. Otherwise it comes back after the queue's visibility
    timeout.

    Returns:
        the partial batch answer that Lambda expects.
    """
    failures = []
    for record in batch["Records"]:
        started = time.perf_counter()
        facts: dict[str, Any] = {"message_id": record["messageId"]}
        try:
            event = _event(record["body"])
            facts |= {"event": event.id, "type": event.type}
            handle(event)
        except Exception as error:
            log.logger().error("event failed", extra=facts | log.failure(error))
            failures.append({"itemIdentifier": record["messageId"]})
            _come_back(record, error)
        else:
            log.logger().info("event handled", extra=facts | {"ms": round((time.perf_counter() - started) * 1000, 1)})
    return {"batchItemFailures": failures}


def consume_together(batch: Mapping[str, Any], plan: Callable[[Event], Iterable[Work]]) -> dict[str, Any]:
    """Handle one batch of a queue as a whole: `plan` says which work an event asks for, and what several messages ask
    for alike is done once, in the place of the last of them.

    A message fails when some of its work does; what then happens to it is told at `consume_queue`.

    Returns:
        the partial batch answer that Lambda expects.
    """
    started = time.perf_counter()
    asked: dict[Work, list[Mapping[str, Any]]] = {}
    failed: set[str] = set()
    for record in batch["Records"]:
        try:
            for work in plan(_event(record["body"])):
                asked[work] = [*asked.pop(work, []), record]
        except Exception as error:
            _fail(failed, [record], error)
    for (do, *arguments), records in asked.items():
        try:
            do(*arguments)
        except Exception as error:
            _fail(failed, records, error)
    facts = {"messages": len(batch["Records"]), "work": len(asked), "failed": len(failed)}
    log.logger().info("events handled", extra=facts | {"ms": round((time.perf_counter() - started) * 1000, 1)})
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in sorted(failed)]}


def _fail(failed: set[str], records: Iterable[Mapping[str, Any]], error: Exception) -> None:
    for record in records:
        message_id = record["messageId"]
        log.logger().error("event failed", extra={"message_id": message_id} | log.failure(error))
        if message_id not in failed:
            _come_back(record, error)
        failed.add(message_id)


def enqueue(queue_url: str, events: Sequence[Event]) -> None:
    """Put events into a queue as the bus would: work that somebody leaves to themselves, or to another invocation.

    Raises:
        NotEnqueued: the queue took only some of them.
    """
    for start in range(0, len(events), _BATCH):
        entries: list[Any] = [
            {"Id": str(number), "MessageBody": message(event)}
            for number, event in enumerate(events[start : start + _BATCH])
        ]
        if aws.sqs().send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed"):
            raise NotEnqueued


def message(event: Event) -> str:
    """The body of a message as a queue gets it from the bus."""
    return json.dumps({"detail": event.document()}, separators=(",", ":"))


def _event(body: str) -> Event:
    try:
        document = json.loads(body)["detail"]
    except (KeyError, TypeError, ValueError):
        raise Unreadable("not from the bus") from None
    return Event.from_document(document)


def _come_back(record: Mapping[str, Any], error: Exception) -> None:
    """Say when a failed message is to be tried again."""
    url = load(_ConsumerEnvironment).queue_url
    if not url:
        return
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    wait = 0 if isinstance(error, Unreadable) else _RETRY_SECONDS[min(tries, len(_RETRY_SECONDS)) - 1]
    spread = round(wait * random.uniform(0.75, 1.25))  # noqa: S311 - spreading load, not secrecy
    try:
        aws.sqs().change_message_visibility(
            QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=spread
        )
    except (ClientError, BotoCoreError) as refusal:  # then the queue's own timeout holds
        log.logger().warning("retry not scheduled", extra={"message_id": record["messageId"]} | log.failure(refusal))


class Receipt(StrEnum):
    """What `Inbox.claim` found about an event."""

    NEW = "new"  # ours to handle now
    DONE = "done"  # handled before
    ABANDONED = "abandoned"  # somebody began and never said how it ended; ours now


class EventInHand(Exception):
    """Another delivery of the event is being handled at this moment; the queue brings it again."""


class _Receipt(Item):
    """`EVENT#apt_0192…:1` / `INBOX`: that an event is being or was handled by the owner of this table."""

    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    state = UnicodeAttribute()
    lease_until = NumberAttribute()
    expires_at = NumberAttribute()


class Inbox:
    """Remembers, in the consumer's own table, which events were handled."""

    def __init__(self, lease_seconds: int = 60) -> None:
        """`lease_seconds`: how long one handling may take; longer than the function's timeout."""
        self._lease = lease_seconds

    @contextmanager
    def once(self, event: Event) -> Iterator[Receipt]:
        """Claim the event for the body of the `with`; an exception in the body gives it back.

        Raises:
            EventInHand: another delivery of it is under way.
        """
        receipt = self._claim(event)
        if receipt is Receipt.DONE:
            yield receipt
            return
        try:
            yield receipt
        except BaseException:
            self._receipt(event, "claimed").delete()
            raise
        self._receipt(event, "done").save()

    def _claim(self, event: Event) -> Receipt:
        now = int(clock.now().timestamp())
        item = self._receipt(event, "claimed")
        absent: Condition = _Receipt.pk.does_not_exist()
        try:
            item.save(condition=absent)
        except PutError as error:
            if not condition_failed(error):
                raise
        else:
            return Receipt.NEW
        try:
            item.save(condition=(_Receipt.state == "claimed") & (_Receipt.lease_until < now))
        except PutError as error:
            if not condition_failed(error):
                raise
        else:
            return Receipt.ABANDONED
        stored = _Receipt.find(item.pk, item.sk)
        if stored is not None and stored.state == "done":
            return Receipt.DONE
        raise EventInHand(event.id)

    def _receipt(self, event: Event, state: str) -> _Receipt:
        now = int(clock.now().timestamp())
        return _Receipt(
            f"EVENT#{event.id}",
            "INBOX",
            state=state,
            lease_until=now + self._lease,
            expires_at=now + _INBOX_DAYS * 86400,
        )
