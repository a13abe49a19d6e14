"""Seals and the batches of records under them, as they are stored, exported and verified.

Each seal names the one before by its hash, so that none can be taken out, put in or exchanged; the chain begins with a
hash of zeros. `tools/verify_audit.py` checks the same offline and shares no code with this.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any

from kernel.audit import tree
from kernel.audit.records import canonical

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is stored: its place in time, `2026-11-21T15:04:05.678901Z#aud_0192…`, and its text."""

    place: str
    text: str

    @property
    def at(self) -> str:
        return self.place.partition("#")[0]

    @property
    def record_id(self) -> str:
        return self.place.partition("#")[2]


@dataclass(frozen=True, slots=True)
class Seal:
    """What is signed for a batch of records.

    Attributes:
        number: 1 is the first; each is one more than the one before.
        late: whether these records turned up after the time in which they lie was closed.
        after, until: the batch holds all records later than `after` up to and with `until`, if it is not late. `after`
            is the `until` of the last seal that was not late.
        count: how many records.
        root: of the tree over them, in hex.
        previous: hash of the seal before, in hex.
        at: when it was made.
        key: SHA-256 of the public key that verifies it (DER), in hex.
        signature: ECDSA over `text` by P-256 and SHA-256, DER, in base64; not part of what is signed.
    """

    number: int
    late: bool
    after: str
    until: str
    count: int
    root: str
    previous: str
    at: str
    key: str
    signature: str = ""

    def text(self) -> str:
        """What is signed: canonical JSON."""
        document = asdict(self)
        del document["signature"]
        return canonical(document)

    def hash(self) -> str:
        return sha256(self.text().encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_document(cls, document: Any) -> "Seal":
        return cls(**{field.name: document[field.name] for field in fields(cls)})

    def signed(self, signature: str) -> "Seal":
        return replace(self, signature=signature)

    @property
    def batch_key(self) -> str:
        """Where the batch lies in the archive. A batch that was kept for a seal that never came to be has another
        root, or the same content."""
        return f"batches/{self.number:010}-{self.root}.txt"


def line(text: str) -> str:
    """A record's line in the index of its batch, which is what the tree stands on: id, blank, SHA-256 of the text."""
    return f"{json.loads(text)['id']} {sha256(text.encode()).hexdigest()}"


def root_of(texts: Iterable[str]) -> str:
    """The root of the tree over records, in hex."""
    return tree.root([tree.leaf(line(text).encode()) for text in texts]).hex()


def batch(texts: Sequence[str]) -> bytes:
    """A batch as it is kept: the index, an empty line, and the records, a line each. With the index beside them, a
    record that is gone can still be named."""
    return "".join(f"{one}\n" for one in (*map(line, texts), "", *texts)).encode()


def records_of(content: bytes) -> list[str]:
    """The records of a batch."""
    _, _, records = content.decode().partition("\n\n")
    return records.split("\n")[:-1]


def finding(seal: Seal, before: Seal | None, content: bytes) -> str | None:
    """What is wrong with a seal, the one before it and its batch, in words; None where all agree. Its signature is
    another matter.

    Args:
        before: the seal before it; None for the first.
    """
    if seal.previous != (before.hash() if before else GENESIS) or seal.number != (before.number + 1 if before else 1):
        return "it does not follow the seal before it"
    try:
        records = records_of(content)
        if root_of(records) == seal.root and len(records) == seal.count:
            return None if batch(records) == content else "the index of its batch is not that of its records"
        present = {line(record) for record in records}
    except (KeyError, TypeError, ValueError):
        return "its batch cannot be read"
    index = content.decode().partition("\n\n")[0].split("\n")
    gone = next((one.partition(" ")[0] for one in index if one not in present), None)
    return f"record {gone} is not as it was sealed" if gone else "its records are not those that were sealed"
