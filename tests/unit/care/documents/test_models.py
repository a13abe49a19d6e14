"""The rules of documents: versions, types of files, parts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.documents.models import (
    LOINC,
    MOST_BYTES,
    MOST_PARTS,
    TYPES,
    Document,
    Kind,
    Refusal,
    Role,
    Status,
    Version,
    part_size,
    parts,
)
from care.documents.schemas import ContentType, KindCode, RefusalCode, StatusCode
from kernel.errors import InvalidTransition

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + bytes(200)
DICOM = bytes(128) + b"DICM" + bytes(100)
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500)


def version(number: int = 1, status: Status = Status.UPLOADING, role: Role = Role.PATIENT) -> Version:
    return Version(number, "application/pdf", 100, "0" * 64, NOW, "user", role, status)


def document(*versions: Version) -> Document:
    return Document("doc_1", "pat_1", None, Kind.LETTER, NOW, versions)


@pytest.mark.parametrize(
    ("type_", "head"),
    [
        ("application/pdf", PDF),
        ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        ("image/tiff", b"II*\x00\x08\x00\x00\x00"),
        ("image/tiff", b"MM\x00*\x00\x00\x00\x08"),
        ("application/dicom", DICOM),
        ("text/plain", "Gr\u00fc\u00dfe,\n\tauf Wiedersehen.".encode()),
        ("application/xml", b'\xef\xbb\xbf<?xml version="1.0"?><ClinicalDocument/>'),
        ("application/json", b' {"resourceType": "Patient"}'),
    ],
)
def test_a_file_is_of_the_type_that_its_first_bytes_say(type_: str, head: bytes) -> None:
    assert TYPES[type_].fits(head)
    assert not TYPES[type_].fits(EXE)


def test_each_type_that_can_be_announced_can_be_told() -> None:
    assert set(get_args(ContentType)) == set(TYPES)
    assert set(get_args(KindCode)) == {kind.value for kind in Kind} == {kind.value for kind in LOINC}
    assert set(get_args(StatusCode)) == {status.value for status in Status}
    assert set(get_args(RefusalCode)) == {refusal.value for refusal in Refusal}


def test_browsers_run_nothing_in_what_they_are_allowed_to_show() -> None:
    shown = {name for name, type_ in TYPES.items() if type_.inline}
    assert shown == {"application/pdf", "image/png", "image/jpeg", "text/plain"}


@pytest.mark.parametrize("cut", range(4))
def test_a_text_may_be_cut_within_a_letter(cut: int) -> None:
    head = ("a" * cut + "\u20ac" * 30_000).encode()
    assert TYPES["text/plain"].fits(head)


@pytest.mark.parametrize("text", [b"caf\xe9 au lait", b"nul\x00", b"bell\x07"])
def test_what_is_in_another_encoding_or_has_control_characters_is_no_text(text: bytes) -> None:
    assert not TYPES["text/plain"].fits(text)


@pytest.mark.parametrize("text", [b'{"open": ', b"[" * 60_000, b"null", b"<a/>"])
def test_what_does_not_parse_is_no_json(text: bytes) -> None:
    assert not TYPES["application/json"].fits(text)


@given(st.integers(1, MOST_BYTES))
def test_parts_are_the_whole_file_and_few_enough_for_one_answer(size: int) -> None:
    found = parts(size)
    assert sum(found.values()) == size
    assert list(found) == list(range(1, len(found) + 1))
    assert len(found) <= MOST_PARTS
    each = part_size(size)
    assert each >= 5 * 1024 * 1024  # what S3 demands of all but the last
    assert {bytes_ for number, bytes_ in found.items() if number < len(found)} <= {each}


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("end", list(Status))
def test_a_version_goes_only_forward(start: Status, end: Status) -> None:
    allowed = {
        (Status.UPLOADING, Status.CHECKING),
        (Status.UPLOADING, Status.EXPIRED),
        (Status.CHECKING, Status.AVAILABLE),
        (Status.CHECKING, Status.REFUSED),
    }
    if (start, end) in allowed:
        assert version(status=start).to(end).status is end
    else:
        with pytest.raises(InvalidTransition):
            version(status=start).to(end)


def test_the_newest_version_that_came_through_is_what_people_open() -> None:
    old, new = version(1, Status.AVAILABLE), version(2)
    assert document(old, new).shown == old
    assert document(old, replace(new, status=Status.REFUSED)).shown == old
    assert document(old, replace(new, status=Status.AVAILABLE)).shown.number == 2
    assert document(replace(old, status=Status.REFUSED), new).shown == new


def test_a_version_that_never_arrived_gives_way_to_another() -> None:
    added = document(version(1, Status.AVAILABLE), version(2)).add(version(3))
    assert [one.status for one in added.versions] == [Status.AVAILABLE, Status.EXPIRED, Status.UPLOADING]
    assert added.revision == 2


def test_what_is_withdrawn_stays_withdrawn() -> None:
    withdrawn = document(version(1, Status.AVAILABLE)).withdraw(NOW, "user")
    assert withdrawn.status_of(withdrawn.shown) is Status.ENTERED_IN_ERROR
    with pytest.raises(InvalidTransition):
        withdrawn.withdraw(NOW, "user")
    with pytest.raises(InvalidTransition):
        withdrawn.add(version(2))


def test_whose_side_a_document_came_from_is_said_by_its_first_version() -> None:
    assert document(version(role=Role.PATIENT), version(2, role=Role.NURSE)).by_patient
    assert not document(version(role=Role.DOCTOR)).by_patient


def test_a_change_that_changes_nothing_is_no_change() -> None:
    stored = document(version())
    assert stored.change(1, lambda one: one) is stored
    assert stored.version(0) is None
    assert stored.version(2) is None
