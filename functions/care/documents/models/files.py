"""Files: which types are taken, how each is told by its first bytes, and in which parts large ones are sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

MIB = 1024 * 1024
MOST_BYTES = 5 * 1024 * MIB
FORM_BYTES = 50 * MIB  # up to here a file is sent as a whole
_SMALLEST_PART = 16 * MIB  # S3 takes five and more
MOST_PARTS = 64  # of an upload: all their links fit into one answer

# How much of a file's beginning and end is looked at.
EDGE = MIB
_TEXT_LOOKED_AT = 64 * 1024


def part_size(size: int) -> int:
    """In how many bytes each, but for the last, a file is sent in parts."""
    return max(_SMALLEST_PART, ceil(size / MOST_PARTS / MIB) * MIB)


def parts(size: int) -> dict[int, int]:
    """The parts of a file: number -> bytes."""
    each = part_size(size)
    return {number: min(each, size - (number - 1) * each) for number in range(1, ceil(size / each) + 1)}


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _is_dicom(head: bytes) -> bool:
    return head[128:132] == b"DICM"


def _is_text(head: bytes) -> bool:
    return _text(head) is not None


def _is_xml(head: bytes) -> bool:
    text = _text(head)
    return text is not None and text.lstrip().startswith("<")


def _is_json(head: bytes) -> bool:
    text = _text(head)
    if text is None or not text.lstrip().startswith(("{", "[")):
        return False
    if len(head) >= _TEXT_LOOKED_AT:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _text(head: bytes) -> str | None:
    """The beginning as UTF-8; None where it is none, or holds what no text does. It may end within a letter."""
    looked_at = head[:_TEXT_LOOKED_AT]
    try:
        text = looked_at.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(looked_at) < _TEXT_LOOKED_AT or error.start < len(looked_at) - 3:
            return None
        text = looked_at[: error.start].decode("utf-8-sig")
    return None if any(letter < " " and letter not in "\t\n\r\f" for letter in text) else text


@dataclass(frozen=True, slots=True)
class FileType:
    """`fits`: whether a file that begins like this may be of the type. `inline`: browsers show it and run nothing in
    it."""

    fits: Callable[[bytes], bool]
    inline: bool = False


# Signatures: ISO 32000-1 7.5.2 (PDF), W3C PNG 5.2, ITU-T T.81 B.1.1.3 (JPEG), TIFF 6.0 section 2, DICOM PS3.10 7.1.
TYPES: dict[str, FileType] = {
    "application/pdf": FileType(_begins(b"%PDF-"), inline=True),
    "image/png": FileType(_begins(b"\x89PNG\r\n\x1a\n"), inline=True),
    "image/jpeg": FileType(_begins(b"\xff\xd8\xff"), inline=True),
    "image/tiff": FileType(_begins(b"II*\x00", b"MM\x00*")),
    "application/dicom": FileType(_is_dicom),
    "text/plain": FileType(_is_text, inline=True),
    "application/xml": FileType(_is_xml),
    "application/json": FileType(_is_json),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that has arrived: its size, its SHA-256 in hex, its first and its last bytes, `EDGE` of each."""

    size: int
    sha256: str
    head: bytes
    tail: bytes
