"""Where seals are kept: the chain in a table of its own, batches in the archive, the key in KMS.

| item | keys |
|---|---|
| head of the chain | `HEAD` / `HEAD` |
| seal | `SEALS` / `0000000001` |
| the seals over records of an hour | `HOUR#2026-11-21T15` / `TALLY` |
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute, NumberSetAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from kernel import aws
from kernel.audit.records import RecordItem, canonical, partition
from kernel.audit.sealing import Head, Overtaken
from kernel.audit.seals import Entry, Seal
from kernel.config import load
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction, connection

_SIGNING: Literal["ECDSA_SHA_256"] = "ECDSA_SHA_256"


@dataclass(frozen=True)
class _Environment:
    archive_bucket_name: str
    seal_key_id: str


class _Chain(Item):
    class Meta:
        table_name = FromEnvironment("SEALS_TABLE_NAME")


class HeadItem(_Chain):
    """`HEAD` / `HEAD`: where the chain stands."""

    number = NumberAttribute()
    hash_ = UnicodeAttribute(attr_name="hash")
    sealed_until = UnicodeAttribute()
    closed_until = UnicodeAttribute()


class SealItem(_Chain):
    """`SEALS` / `0000000001`: a seal, as JSON."""

    seal = UnicodeAttribute()


class TallyItem(_Chain):
    """`HOUR#2026-11-21T15` / `TALLY`: the numbers of the seals over records of an hour."""

    numbers = NumberSetAttribute()


@cache
def public_key() -> bytes:
    """The key that verifies seals, in DER. Read once: a key is replaced by another, never changed."""
    return aws.kms().get_public_key(KeyId=load(_Environment).seal_key_id)["PublicKey"]


def fingerprint() -> str:
    return sha256(public_key()).hexdigest()


def pem() -> str:
    text = base64.encodebytes(public_key()).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{text}-----END PUBLIC KEY-----\n"


def signature_holds(seal: Seal) -> bool:
    """Whether the application's own key made the signature of a seal."""
    kms = aws.kms()
    try:
        answer = kms.verify(
            KeyId=load(_Environment).seal_key_id,
            Message=seal.text().encode(),
            MessageType="RAW",
            Signature=base64.b64decode(seal.signature),
            SigningAlgorithm=_SIGNING,
        )
    except kms.exceptions.KMSInvalidSignatureException:
        return False
    return answer["SignatureValid"]


def head() -> Head | None:
    try:
        item = HeadItem.get("HEAD", "HEAD", consistent_read=True)
    except DoesNotExist:
        return None
    return Head(int(item.number), item.hash_, item.sealed_until, item.closed_until)


def seal(number: int) -> Seal | None:
    try:
        return _seal(SealItem.get("SEALS", _place(number), consistent_read=True))
    except DoesNotExist:
        return None


def seals(first: int, last: int, limit: int, *, newest_first: bool = False) -> list[Seal]:
    """The seals from one number to another, at most `limit`."""
    between = SealItem.sk.between(_place(first), _place(last))
    found = SealItem.query("SEALS", between, scan_index_forward=not newest_first, limit=limit, consistent_read=True)
    return [_seal(item) for item in found]


def batch(seal: Seal) -> bytes | None:
    """The batch under a seal, as the archive has it; None where it has none."""
    s3 = aws.s3()
    try:
        return s3.get_object(Bucket=load(_Environment).archive_bucket_name, Key=seal.batch_key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None


def _seal(item: SealItem) -> Seal:
    return Seal.from_document(json.loads(item.seal))


def _place(number: int) -> str:
    return f"{number:010}"


def entries(hour: str, shard: int, after: str, until: str, limit: int) -> Iterator[Entry]:
    # A place is an instant, `#` and an id; `$` follows `#`, so that bounds lie behind all ids of their instant.
    between = RecordItem.sk.between(f"{after}$", f"{until}$")
    for item in RecordItem.query(partition(hour, shard), between, limit=limit, consistent_read=True):
        yield Entry(item.sk, item.record)


class AwsStore:
    """What sealing stands on, in AWS."""

    def beginning(self) -> datetime:
        client: Any = connection().client
        made: datetime = client.describe_table(TableName=RecordItem.Meta.table_name)["Table"]["CreationDateTime"]
        return made.astimezone(UTC) - timedelta(hours=1)

    def head(self) -> Head | None:
        return head()

    def entries(self, hour: str, shard: int, after: str, until: str, limit: int) -> list[Entry]:
        return list(entries(hour, shard, after, until, limit))

    def keep(self, seal: Seal, content: bytes) -> None:
        bucket = load(_Environment).archive_bucket_name
        aws.s3().put_object(Bucket=bucket, Key=seal.batch_key, Body=content, ContentType="text/plain; charset=utf-8")

    def batch(self, seal: Seal) -> bytes:
        return batch(seal) or b""

    def key(self) -> str:
        return fingerprint()

    def sign(self, text: str) -> str:
        answer = aws.kms().sign(
            KeyId=load(_Environment).seal_key_id,
            Message=text.encode(),
            MessageType="RAW",
            SigningAlgorithm=_SIGNING,
        )
        return base64.b64encode(answer["Signature"]).decode()

    def commit(self, seen: Head | None, head: Head, seal: Seal | None, hour: str) -> None:
        transaction = Transaction()
        if seal is not None:
            item = SealItem("SEALS", _place(seal.number), seal=canonical(seal.document()))
            transaction.put("seal", item, SealItem.pk.does_not_exist())
            transaction.update("tally", TallyItem(f"HOUR#{hour}", "TALLY"), [TallyItem.numbers.add({seal.number})])
        stands: Condition = HeadItem.pk.does_not_exist()
        if seen is not None:
            stands = (HeadItem.number == seen.number) & (HeadItem.closed_until == seen.closed_until)
        moved = HeadItem(
            "HEAD",
            "HEAD",
            number=head.number,
            hash_=head.hash,
            sealed_until=head.sealed_until,
            closed_until=head.closed_until,
        )
        transaction.put("head", moved, stands)
        try:
            transaction.commit()
        except ConditionsFailed as error:
            raise Overtaken from error

    def seals_of(self, hour: str) -> list[Seal]:
        try:
            item = TallyItem.get(f"HOUR#{hour}", "TALLY", consistent_read=True)
        except DoesNotExist:
            return []
        return [found for number in sorted(item.numbers) if (found := seal(int(number))) is not None]
