"""Checks: what has arrived is what was announced and does no harm, or nobody ever opens it.

Each step looks at what is stored and changes it under a condition, so that events may come twice, late or in any order.
Files go after the state that makes them useless: who crashes between leaves something that is removed by the next try.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from care.documents.models import TYPES, Document, Examined, Refusal, Status, Version
from care.documents.repository import documents, files
from care.documents.repository.keys import clean, quarantine
from care.documents.service import uploads
from care.documents.service.attempts import changed
from care.documents.service.scanners import Verdict, scanner
from kernel import clock
from kernel.config import load
from kernel.errors import Conflict, NotFound
from kernel.events import Event
from kernel.timers import set_timer

SCAN_DUE = "ScanDue"
_UPLOAD_TIME = timedelta(hours=25)  # a day, counted from the end of the hour in which it was announced
_LOOKED_BACK = timedelta(days=14)
_REFUSALS: dict[Verdict | None, Refusal] = {Verdict.INFECTED: Refusal.INFECTED, Verdict.UNKNOWN: Refusal.UNSCANNED}
_METRICS = {Refusal.INFECTED: "DocumentInfected", Refusal.UNSCANNED: "DocumentUnscanned"}


@dataclass(frozen=True)
class _Environment:
    scan_hours: int


def begin(document_id: str, number: int) -> None:
    """A version has arrived: check it, and have somebody ask in some hours whether there was an answer."""
    due = clock.second() + timedelta(hours=load(_Environment).scan_hours)
    event = Event(f"{document_id}:{number}:{SCAN_DUE}", SCAN_DUE, due, document_id, "documents", number)
    set_timer(f"document-{document_id.removeprefix('doc_')}-{number}", due, event)
    check(document_id, number)


def check(document_id: str, number: int) -> None:
    """Compare a version with what was announced, and ask the scanner."""
    document, version = _pinned(document_id, number)
    if version is None or document is None:
        return
    if not version.examined:
        found = files.examine(_quarantine(document, number), version.object_version or "")
        wrong = _wrong(version, found) if found else Refusal.CORRUPT
        verdict = scanner()(found) if found and not wrong else None
        why = wrong or _REFUSALS.get(verdict)
        if why:
            _refuse(document_id, number, why)
            return
        passed = partial(_passed, examined=True, clean=verdict is Verdict.CLEAN)
        document = changed(document_id, lambda old: old.change(number, passed))
    _settle(document, number)


def scanned(document_id: str, number: int, object_version: str | None, verdict: Verdict) -> None:
    """The scanner has an answer for an object; for any other than the one that is checked it says nothing."""
    uploads.arrive(document_id, number)  # scanners may be faster than the news of what they scan
    document, version = _pinned(document_id, number)
    if version is None or document is None or version.object_version != object_version:
        return
    if verdict is Verdict.CLEAN:
        _settle(changed(document_id, lambda old: old.change(number, partial(_passed, clean=True))), number)
    else:
        _refuse(document_id, number, _REFUSALS[verdict])


def give_up(document_id: str, number: int) -> None:
    """The time for checks is over: what nobody called clean is not taken."""
    document, version = _checking(document_id, number)
    if document is not None and version is not None:
        _refuse(document_id, number, Refusal.UNSCANNED)


def expire_uploads(now: datetime) -> int:
    """Give up what was announced more than a day ago and has not arrived; how many."""
    count = 0
    for hour in _hours(now - _LOOKED_BACK, now - _UPLOAD_TIME):
        for document_id, number in documents.missing_uploads(hour):
            uploads.arrive(document_id, number)  # it may have, and the news of it been lost
            _expire(document_id, number)
            documents.stop_missing(hour, document_id, number)
            count += 1
    return count


def _hours(first: datetime, last: datetime) -> Iterator[datetime]:
    hour = first
    while hour <= last:
        yield hour
        hour += timedelta(hours=1)


def _expire(document_id: str, number: int) -> None:
    def late(version: Version) -> Version:
        return version.to(Status.EXPIRED) if version.status is Status.UPLOADING else version

    try:
        document = changed(document_id, lambda old: old.change(number, late))
    except NotFound:
        return
    version = document.version(number)
    if version is not None and version.status is Status.EXPIRED:
        key = _quarantine(document, number)
        if version.upload_id:
            files.abort(key, version.upload_id)
        files.purge(key)


def _pinned(document_id: str, number: int) -> tuple[Document | None, Version | None]:
    """The same, with the version of S3's object that the check is about: what is sent later counts for nothing."""
    document, version = _checking(document_id, number)
    if document is None or version is None or version.object_version:
        return document, version
    key = _quarantine(document, number)
    if version.upload_id:
        files.join(key, version.upload_id, version.size)
    stands = files.version_at(key)
    if stands is None:
        _refuse(document_id, number, Refusal.CORRUPT)
        return document, None
    document = changed(document_id, lambda old: old.change(number, partial(_about, stands)))
    return document, document.version(number)


def _about(object_version: str, version: Version) -> Version:
    return version if version.object_version else replace(version, object_version=object_version)


def _checking(document_id: str, number: int) -> tuple[Document | None, Version | None]:
    """The document, and the version if it is to be checked. Of one whose check is over nothing stays in quarantine."""
    document = documents.find(document_id)
    version = document.version(number) if document else None
    if document is None or version is None:
        return document, version
    if version.status is Status.CHECKING and not document.erased_at:
        return document, version
    if version.status is not Status.UPLOADING:
        files.purge(_quarantine(document, number))
    return document, None


def _wrong(version: Version, found: Examined) -> Refusal | None:
    if found.size != version.size:
        return Refusal.SIZE
    if found.sha256 != version.sha256:
        return Refusal.CORRUPT
    return None if TYPES[version.content_type].fits(found.head) else Refusal.WRONG_TYPE


def _passed(version: Version, *, examined: bool = False, clean: bool = False) -> Version:
    return replace(version, examined=version.examined or examined, clean=version.clean or clean)


def _settle(document: Document, number: int) -> None:
    """Let a version be opened that was examined and is clean."""
    version = document.version(number)
    if version is None or not (version.status is Status.CHECKING and version.examined and version.clean):
        return
    source, target = _quarantine(document, number), clean(document.patient_id, document.document_id, number)
    files.copy(source, version.object_version or "", target, version.content_type)
    try:
        after = changed(document.document_id, lambda old: _released(old, number))
    except (Conflict, NotFound):  # refused, or erased, while it was copied
        files.purge(target)
        raise
    if after.erased_at:
        files.purge(target)
    files.purge(source)


def _released(old: Document, number: int) -> Document:
    version = old.version(number)
    if version is not None and version.status is Status.AVAILABLE:
        return old
    return old.change(number, lambda one: one.to(Status.AVAILABLE))


def _refuse(document_id: str, number: int, why: Refusal) -> None:
    document = changed(document_id, lambda old: old.change(number, lambda one: one.to(Status.REFUSED, why)))
    if why in _METRICS:
        with single_metric(name=_METRICS[why], unit=MetricUnit.Count, value=1):
            pass
    files.purge(_quarantine(document, number))


def _quarantine(document: Document, number: int) -> str:
    return quarantine(document.patient_id, document.document_id, number)
