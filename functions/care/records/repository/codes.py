"""ICD-10-CM, searchable: a read-only file in a layer of its own (layers/codes)."""

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.text import fold

if TYPE_CHECKING:
    import sqlite3

_CODE = re.compile(r"[A-Za-z][0-9][0-9A-Za-z.]*")


@dataclass(frozen=True, slots=True)
class Code:
    """`billable`: it has no subdivisions, so that a claim may carry it."""

    code: str
    name: str
    billable: bool


@cache
def _file() -> "sqlite3.Connection":
    import sqlite3  # most calls need no codes

    found = importlib.util.find_spec("icd10cm")
    if found is None or found.origin is None:
        raise RuntimeError("the layer of codes is missing")
    path = Path(found.origin).with_name("codes.sqlite")
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def find(code: str) -> Code | None:
    """A code, however it is written: `j069` is `J06.9`."""
    row = _file().execute("SELECT code, name, billable FROM codes WHERE plain = ?", (_plain(code),)).fetchone()
    return _read(row) if row else None


def search(query: str, limit: int) -> list[Code]:
    """Codes that begin like the query, or of which each word of it begins a word: the most general ones first."""
    if _CODE.fullmatch(query):
        beginning = _plain(query)
        rows = _file().execute(
            "SELECT code, name, billable FROM codes WHERE plain >= ? AND plain < ?"
            " ORDER BY length(plain), plain LIMIT ?",
            (beginning, beginning + "\x7f", limit),
        )
    else:
        words = " ".join(f'"{word}"*' for word in fold(query).split())
        if not words:
            return []
        # What a code is called counts more than what else falls under it.
        rows = _file().execute(
            "SELECT code, name, billable FROM codes WHERE rowid IN (SELECT rowid FROM words WHERE words MATCH ?)"
            " ORDER BY rowid IN (SELECT rowid FROM words WHERE words MATCH ?) DESC,"
            " length(plain), length(name), plain LIMIT ?",
            (words, f"name : ({words})", limit),
        )
    return [_read(row) for row in rows]


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


def _read(row: tuple[str, str, int]) -> Code:
    code, name, billable = row
    return Code(code, name, bool(billable))
