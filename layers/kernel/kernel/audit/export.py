"""Exports of the trail: seals, batches and the public key in a ZIP that can be verified without us.

| file | holds |
|---|---|
| `manifest.json` | which application, which seals, when made |
| `public-key.pem` | the key that verifies signatures; compare its fingerprint with one you got another way |
| `seals.jsonl` | the seals, a line each, by number |
| `batches/…txt` | the records under a seal, a line each, behind an index of them: id, blank, SHA-256 |
"""

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from kernel import aws, clock, ids
from kernel.audit import store
from kernel.audit.records import canonical, stamp
from kernel.audit.seals import Seal
from kernel.config import load

MOST = 400  # seals of an export: what is read and packed within one call
_MINUTES = 15


@dataclass(frozen=True)
class _Environment:
    exports_bucket_name: str


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export. `next_from` is None where it holds all that was asked for."""

    url: str
    expires_at: datetime
    first: int
    last: int
    next_from: str | None


def make(app: str, after: datetime, until: datetime) -> Export | None:
    """Export the seals over records of a time; None where there are none."""
    found, complete = _covering(stamp(after), stamp(until))
    if not found:
        return None
    key = f"{ids.new('exp')}.zip"
    bucket = load(_Environment).exports_bucket_name
    with tempfile.TemporaryFile() as file:
        _pack(file, app, found)
        file.seek(0)
        aws.s3().put_object(Bucket=bucket, Key=key, Body=file, ContentType="application/zip")
    url = aws.s3().generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=_MINUTES * 60)
    expires_at = clock.second() + timedelta(minutes=_MINUTES)
    return Export(url, expires_at, found[0].number, found[-1].number, None if complete else found[-1].until)


def _covering(after: str, until: str) -> tuple[list[Seal], bool]:
    """The seals made from `after` until the time to `until` was sealed, first `MOST`, and whether these are all."""
    head = store.head()
    first = _first_made(after, head.number if head else 0)
    found = store.seals(first, first + MOST - 1, MOST)
    ends = next((place for place, seal in enumerate(found) if not seal.late and seal.until >= until), None)
    # A seal whose records are all later is not asked for, but the one before it has to be.
    if ends is not None:
        return found[: ends + (found[ends].after < until)], True
    return found, len(found) < MOST


def _first_made(at: str, last: int) -> int:
    """The number of the first seal that was made at or after an instant; one more than the last if there is none."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        seal = store.seal(middle)
        if seal is None or seal.at >= at:
            high = middle
        else:
            low = middle + 1
    return low


def _pack(file: IO[bytes], app: str, found: list[Seal]) -> None:
    manifest = {
        "app": app,
        "first": found[0].number,
        "last": found[-1].number,
        "made_at": clock.iso(clock.second()),
        "key": store.fingerprint(),
    }
    with ZipFile(file, "w", ZIP_DEFLATED) as archive, ThreadPoolExecutor(8) as readers:
        archive.writestr("manifest.json", json.dumps(manifest, indent=2))
        archive.writestr("public-key.pem", store.pem())
        archive.writestr("seals.jsonl", "".join(f"{canonical(seal.document())}\n" for seal in found))
        for seal, content in zip(found, readers.map(store.batch, found), strict=True):
            if content is not None:  # what is missing is for the verifier to name
                archive.writestr(seal.batch_key, content)
