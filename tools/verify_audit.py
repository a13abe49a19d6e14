"""Verify an export of the audit trail, offline: `python verify_audit.py export.zip`.

Needs Python and the package `cryptography`, and nothing of Salus: take this one file away and keep it. It checks that

- every seal is signed by the key, follows the one before it and holds the records of the time after that;
- every record is the one that was sealed, in its place; otherwise it names the first that is not.

An export carries its key with it; that it is ours you learn from its fingerprint, or by naming a key that you have
from elsewhere (`--key`). What was cut off behind the last seal an export cannot tell: compare number and hash of the
last seal with those that you noted or that the service tells (`--last NUMBER:HASH`).

Exit status: 0 all holds, 1 something does not, 2 it cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

ZEROS = "0" * 64
_SIGNED = ("number", "late", "after", "until", "count", "root", "previous", "at", "key")

type Seal = dict[str, Any]


class Unreadable(Exception):
    """It is no export."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, where: the seal, and the record where it can be told which.

    Attributes:
        kind: `altered`, `dropped`, `inserted`, `reordered` or `misplaced` of a record; `signature`, `chain`, `gap`,
            `batch`, `end` of a seal.
        seal: its number.
        record: id of the record; None where the seal itself is wrong, or all that could tell which record it is.
    """

    kind: str
    seal: int
    record: str | None
    text: str


@dataclass(frozen=True)
class Export:
    """What was read of an export. A batch is None where it is missing."""

    keys: dict[str, EllipticCurvePublicKey]
    seals: list[Seal]
    batches: dict[int, bytes | None]
    last: int | None


# --- reading


def read(path: Path, trusted: Sequence[Path] = ()) -> Export:
    """Read an export; its own key counts only where no other is `trusted`.

    Raises:
        Unreadable: files are missing or are not what they should be.
    """
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            seals = [json.loads(line) for line in archive.read("seals.jsonl").splitlines()]
            batches = {
                seal["number"]: archive.read(name) if (name := _batch_name(seal)) in names else None for seal in seals
            }
            pems = [key.read_bytes() for key in trusted] or [archive.read("public-key.pem")]
            last = json.loads(archive.read("manifest.json"))["last"]
        keys = [_key(pem) for pem in pems]
    except (OSError, BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{path} is no export of an audit trail: {error}") from error
    return Export({fingerprint(key): key for key in keys}, seals, batches, last)


def _batch_name(seal: Seal) -> str:
    return f"batches/{seal['number']:010}-{seal['root']}.txt"


def _key(pem: bytes) -> EllipticCurvePublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, EllipticCurvePublicKey):
        raise Unreadable("a key is not one of an elliptic curve")
    return key


def fingerprint(key: EllipticCurvePublicKey) -> str:
    """SHA-256 of the key in DER, in hex."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def signed_text(seal: Seal) -> bytes:
    """What the signature of a seal is over: its members without the signature, sorted, without blanks."""
    members = {name: seal[name] for name in _SIGNED}
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal_hash(seal: Seal) -> str:
    return hashlib.sha256(signed_text(seal)).hexdigest()


# --- the tree of RFC 6962


def root_hash(entries: Sequence[str]) -> str:
    """The root, found by joining neighbours level by level; who has no neighbour goes up as it is."""
    level = [hashlib.sha256(b"\x00" + entry.encode()).digest() for entry in entries] or [hashlib.sha256().digest()]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


# --- checking


def findings(export: Export) -> Iterator[Finding]:
    """Everything that is wrong, in the order of the seals; the first one is where it began."""
    before: Seal | None = None
    sealed_until: str | None = None
    for seal in export.seals:
        yield from _check_seal(export, seal, before)
        if not seal["late"]:
            if sealed_until is not None and seal["after"] != sealed_until:
                text = f"it begins after {seal['after']}, but the one before ended at {sealed_until}"
                yield Finding("gap", seal["number"], None, text)
            sealed_until = seal["until"]
        yield from _check_batch(seal, export.batches[seal["number"]])
        before = seal
    if export.last is not None and before is not None and before["number"] != export.last:
        text = f"the export should end with seal {export.last}"
        yield Finding("end", before["number"], None, text)


def _check_seal(export: Export, seal: Seal, before: Seal | None) -> Iterator[Finding]:
    number = seal["number"]
    key = export.keys.get(seal["key"])
    if key is None:
        yield Finding("signature", number, None, f"it is signed by another key, {seal['key']}")
    elif not _holds(key, seal):
        yield Finding("signature", number, None, "its signature does not hold: the seal was altered or forged")
    if before is not None and number != before["number"] + 1:
        yield Finding("chain", number, None, f"seal {before['number'] + 1} should stand here")
    elif before is not None and seal["previous"] != seal_hash(before):
        yield Finding("chain", number, None, "it does not follow the seal before it")
    elif number == 1 and seal["previous"] != ZEROS:
        yield Finding("chain", number, None, "the first seal names one before it")


def _holds(key: EllipticCurvePublicKey, seal: Seal) -> bool:
    try:
        key.verify(base64.b64decode(seal["signature"]), signed_text(seal), ECDSA(SHA256()))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _check_batch(seal: Seal, content: bytes | None) -> Iterator[Finding]:
    number = seal["number"]
    if content is None:
        yield Finding("batch", number, None, "its batch is missing")
        return
    index, _, text = content.partition(b"\n\n")
    told = index.decode(errors="replace").split("\n")
    records = text.split(b"\n")
    unended = records.pop()
    found = [_entry(record) for record in (*records, *([unended] if unended else []))]
    if _sealed(found, seal):
        yield from _check_times(seal, records)
        if told != found:
            yield Finding("batch", number, None, "its records are those that were sealed, but their index is another")
    elif _sealed(told, seal):
        yield _difference(number, told, found)
    else:
        yield _guess(seal, found, [found[place] for place in _by_time(records)])


def _entry(record: bytes) -> str:
    """What the index must say of a record: its id and its hash."""
    return f"{_place(record)[1]} {hashlib.sha256(record).hexdigest()}"


def _place(record: bytes) -> tuple[str, str]:
    """When a record was written, and its id; empty where it cannot be read."""
    try:
        document = json.loads(record)
        return str(document["at"]), str(document["id"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def _by_time(records: list[bytes]) -> list[int]:
    """The places of records in the order in which they are sealed."""
    return sorted(range(len(records)), key=lambda place: _place(records[place]))


def _sealed(entries: Sequence[str], seal: Seal) -> bool:
    return (len(entries), root_hash(entries)) == (seal["count"], seal["root"])


def _check_times(seal: Seal, records: list[bytes]) -> Iterator[Finding]:
    """Sealed as it is, a record must lie in the time of its seal."""
    for record in records:
        at, record_id = _place(record)
        if not seal["late"] and not seal["after"] < at <= seal["until"]:
            yield Finding("misplaced", seal["number"], record_id, f"it was written at {at}")


def _difference(number: int, told: list[str], found: list[str]) -> Finding:
    """The first record that is not what the index tells, which is the one that was sealed."""
    place = next(
        (place for place, (one, other) in enumerate(zip(told, found, strict=False)) if one != other),
        min(len(told), len(found)),
    )
    was = told[place] if place < len(told) else None
    now = found[place] if place < len(found) else None
    if was is None or (now not in told and was in found[place:]):
        return Finding("inserted", number, _id(now), "it was not sealed here")
    if now is None or (now in told[place:] and was not in found[place:]):
        return Finding("dropped", number, _id(was), "it was sealed and is gone")
    if now in told:
        return Finding("reordered", number, _id(now), "it does not stand where it was sealed")
    return Finding("altered", number, _id(was), "it is not what was sealed")


def _id(entry: str | None) -> str | None:
    return (entry or "").partition(" ")[0] or None


def _guess(seal: Seal, found: list[str], by_time: list[str]) -> Finding:
    """Records and index were both changed, so that nothing tells what was sealed but the root: some changes it still
    gives away."""
    number, count = seal["number"], seal["count"]
    if _sealed(by_time, seal):
        moved = next(one for one, other in zip(found, by_time, strict=True) if one != other)
        return Finding("reordered", number, _id(moved), "it does not stand where it was sealed")
    if len(found) == count + 1:
        for place, entry in enumerate(found):
            if _sealed([*found[:place], *found[place + 1 :]], seal):
                return Finding("inserted", number, _id(entry), "it was not sealed")
    if len(found) != count:
        kind = "inserted" if len(found) > count else "dropped"
        return Finding(kind, number, None, f"its batch holds {len(found)} records and {count} were sealed")
    return Finding("batch", number, None, "neither its records nor their index are those that were sealed")


# --- the command


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of an audit trail, offline.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", type=Path, action="append", default=[], help="a public key that you trust, PEM")
    parser.add_argument("--last", metavar="NUMBER:HASH", help="the seal that has to be in it, as you noted it")
    asked = parser.parse_args(arguments)
    try:
        export = read(asked.export, asked.key)
        wrong = [*findings(export), *_wanted(export, asked.last)]
    except (Unreadable, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for one in wrong:
        record = f", record {one.record}" if one.record else ""
        sys.stdout.write(f"WRONG  seal {one.seal}{record}: {one.kind}: {one.text}\n")
    _summary(export)
    return 1 if wrong else 0


def _wanted(export: Export, noted: str | None) -> Iterator[Finding]:
    if noted is None:
        return
    number, _, hash_ = noted.partition(":")
    if not any(str(seal["number"]) == number and seal_hash(seal) == hash_ for seal in export.seals):
        yield Finding("end", int(number), None, "the seal that you noted is not in the export")


def _summary(export: Export) -> None:
    seals = export.seals
    for name in export.keys:
        sys.stdout.write(f"key     {name}\n")
    if seals:
        records = sum(seal["count"] for seal in seals)
        sys.stdout.write(f"seals   {seals[0]['number']} to {seals[-1]['number']}, over {records} records\n")
        sys.stdout.write(f"from    {seals[0]['after']} to {seals[-1]['until']}\n")
        sys.stdout.write(f"last    {seals[-1]['number']}:{seal_hash(seals[-1])}\n")


if __name__ == "__main__":
    sys.exit(main())
