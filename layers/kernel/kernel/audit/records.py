"""Records of the trail, and the one way to write them: put, under the condition that there is none yet."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from kernel import clock
from kernel.access import PURPOSES
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction, condition_failed

# A day's calls of a large network are more than one partition takes.
SHARDS = 4


class Outcome(StrEnum):
    """What the caller got to hear; which status the answer had stands beside it."""

    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the trail. Ids and codes, never a name, a contact or a clinical value.

    Attributes:
        id: `aud_…`.
        at: when it was written, not before it happened.
        app: care or research.
        actor: user id of who did it, or the name of the process.
        action: the Cedar action, or the type of the event.
        outcome: whether the policies let it happen.
        resource_type, resource_id: what was acted upon; the id is None for lists and searches.
        roles: the actor's, where it was a person who called.
        because: why a policy let them in, one of `kernel.access.PURPOSES`; None where none did, and for events.
        status: HTTP status of the answer; None for events.
        patient_id: whose data it was, where it was one patient's.
        practitioner_id: who the actor is among the practitioners, where they are one.
        request_id, event_id: the request or the event behind it.
    """

    id: str
    at: datetime
    app: str
    actor: str
    action: str
    outcome: Outcome
    resource_type: str
    resource_id: str | None = None
    roles: tuple[str, ...] = ()
    because: str | None = None
    status: int | None = None
    patient_id: str | None = None
    practitioner_id: str | None = None
    request_id: str | None = None
    event_id: str | None = None

    @property
    def purpose(self) -> str | None:
        """The purpose of use that `because` stands for, in HL7's codes."""
        return PURPOSES.get(self.because or "")

    def text(self) -> str:
        """The record as it is sealed: JSON with sorted keys and without blanks, and without what is None."""
        document = {
            "id": self.id,
            "at": stamp(self.at),
            "app": self.app,
            "actor": self.actor,
            "roles": sorted(self.roles),
            "action": self.action,
            "because": self.because,
            "purpose": self.purpose,
            "outcome": self.outcome.value,
            "status": self.status,
            "resource": _present({"type": self.resource_type, "id": self.resource_id}),
            "patient_id": self.patient_id,
            "practitioner_id": self.practitioner_id,
            "request_id": self.request_id,
            "event_id": self.event_id,
        }
        return canonical(_present(document))

    @classmethod
    def parse(cls, text: str) -> "Record":
        """The record that `text` wrote."""
        document = json.loads(text)
        return cls(
            id=document["id"],
            at=clock.parse(document["at"]),
            app=document["app"],
            actor=document["actor"],
            action=document["action"],
            outcome=Outcome(document["outcome"]),
            resource_type=document["resource"]["type"],
            resource_id=document["resource"].get("id"),
            roles=tuple(document["roles"]),
            **{name: document.get(name) for name in _OPTIONAL},
        )


_OPTIONAL = ("because", "status", "patient_id", "practitioner_id", "request_id", "event_id")


def _present(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}


def canonical(document: Any) -> str:
    """The one text of a document of texts, whole numbers, lists and objects, as RFC 8785 writes it."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stamp(at: datetime) -> str:
    """An instant with all its microseconds, so that texts sort like the instants they stand for."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class BySubject(GlobalSecondaryIndex["RecordItem"]):  # type: ignore[no-untyped-call]
    """The records about a patient, or about a thing that is no patient's, by time."""

    class Meta:
        index_name = "by-subject"
        projection = AllProjection()

    subject = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ByActor(GlobalSecondaryIndex["RecordItem"]):  # type: ignore[no-untyped-call]
    """What somebody did, by time."""

    class Meta:
        index_name = "by-actor"
        projection = AllProjection()

    actor = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class RecordItem(Item):
    """`HOUR#2026-11-21T15#3` / `2026-11-21T15:04:05.678901Z#aud_0192…`: a record, as the text that is sealed.

    `EVENT#apt_0192…:1` / `TOLD`: that the event is in the trail, however often it is delivered; it has no attributes.
    """

    class Meta:
        table_name = FromEnvironment("AUDIT_TABLE_NAME")

    record = UnicodeAttribute(null=True)
    actor = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)

    by_subject = BySubject()
    by_actor = ByActor()


def hour_of(at: datetime) -> str:
    """The hour that an instant is in: `2026-11-21T15`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def partition(hour: str, shard: int) -> str:
    return f"HOUR#{hour}#{shard}"


def place(at: datetime, record_id: str) -> str:
    return f"{stamp(at)}#{record_id}"


def _item(record: Record) -> RecordItem:
    shard = int(record.id[-1], 16) % SHARDS
    return RecordItem(
        partition(hour_of(record.at), shard),
        place(record.at, record.id),
        record=record.text(),
        actor=record.actor,
        subject=record.patient_id or record.resource_id,
    )


def write(record: Record) -> None:
    """Put a record into the trail; one that is there already stays as it is."""
    try:
        _item(record).save(condition=RecordItem.pk.does_not_exist())
    except PutError as error:
        # Ids are never given twice: it is ours, and the answer to its first put was lost.
        if not condition_failed(error):
            raise


def write_event(record: Record) -> None:
    """Put the record of an event into the trail, unless an earlier delivery of the event did."""
    transaction = Transaction()
    transaction.put("told", RecordItem(f"EVENT#{record.event_id}", "TOLD"), RecordItem.pk.does_not_exist())
    transaction.put("record", _item(record))
    try:
        transaction.commit()
    except ConditionsFailed:
        return
