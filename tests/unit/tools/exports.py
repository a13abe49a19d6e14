"""Exports of an audit trail as the service makes them, signed by a key of the tests."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tools.verify_audit import fingerprint

from kernel.audit.records import Outcome, Record, canonical, stamp
from kernel.audit.seals import GENESIS, Seal, batch, records_of, root_of

BEGINNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
KEY, OTHER_KEY = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())


def pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def record(number: int, at: datetime, action: str = "ReadPatient") -> str:
    made = Record(f"aud_{number:032x}", at, "care", "u-1", action, Outcome.GRANTED, "Patient", because="care-team")
    return made.text()


@dataclass
class Files:
    """What is in an export, for a test to do something to."""

    seals: list[dict[str, object]]
    batches: dict[int, bytes]
    key: bytes = field(default_factory=lambda: pem(KEY))
    last: int | None = None

    def write(self, path: Path) -> Path:
        with ZipFile(path, "w") as archive:
            last = self.seals[-1]["number"] if self.last is None else self.last
            archive.writestr("manifest.json", json.dumps({"last": last}))
            archive.writestr("public-key.pem", self.key)
            archive.writestr("seals.jsonl", "".join(f"{canonical(seal)}\n" for seal in self.seals))
            for seal in self.seals:
                if (content := self.batches.get(int(str(seal["number"])))) is not None:
                    archive.writestr(f"batches/{seal['number']:010}-{seal['root']}.txt", content)
        return path

    def records(self, seal: int) -> list[str]:
        return records_of(self.batches[seal])

    def replace_records(self, seal: int, records: list[str], *, index_too: bool) -> None:
        index, _, _ = self.batches[seal].partition(b"\n\n")
        lines = "".join(f"{one}\n" for one in records).encode()
        self.batches[seal] = batch(records) if index_too else index + b"\n\n" + lines


def export(sizes: list[int], signed_by: EllipticCurvePrivateKey = KEY) -> Files:
    """An export of a chain with so many records under each seal."""
    files = Files([], {}, pem(signed_by))
    previous, after, number = GENESIS, stamp(BEGINNING), 0
    for place, size in enumerate(sizes):
        minute = BEGINNING + timedelta(minutes=place)
        texts = []
        for second in range(1, size + 1):
            number += 1
            texts.append(record(number, minute + timedelta(seconds=second)))
        until = stamp(minute + timedelta(seconds=size))
        unsigned = Seal(
            number=place + 1,
            late=False,
            after=after,
            until=until,
            count=size,
            root=root_of(texts),
            previous=previous,
            at=stamp(minute + timedelta(minutes=2)),
            key=fingerprint(signed_by.public_key()),
        )
        signature = signed_by.sign(unsigned.text().encode(), ECDSA(SHA256()))
        seal = unsigned.signed(base64.b64encode(signature).decode())
        files.seals.append(seal.document())
        files.batches[seal.number] = batch(texts)
        previous, after = seal.hash(), until
    return files
