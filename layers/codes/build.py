"""Build the layer of codes: ICD-10-CM as a file that can be searched, in a package `icd10cm`.

The classification is that of the CDC's National Center for Health Statistics, in the public domain; the package
`simple-icd-10-cm` (MIT) brings it in XML. Takes the directory to fill. The finished file is kept under
`.local/build/codes/<hash>` and copied from there as long as the classification and this script stay the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "layers" / "kernel"))

from kernel.text import fold  # noqa: E402 - the kernel is no package of this environment

_SOURCE = "simple-icd-10-cm"
_SHORTEST = 3  # characters of a category; what is shorter, or has a hyphen, is a chapter or a block


def built() -> Path:
    """The directory that holds the package, made if it has not been."""
    digest = hashlib.sha256(metadata.version(_SOURCE).encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    found = ROOT / ".local" / "build" / "codes" / digest
    if not found.exists():
        partial = found.with_name(f"{digest}.{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "icd10cm").mkdir(parents=True)
        (partial / "icd10cm" / "__init__.py").write_text('"""ICD-10-CM, in codes.sqlite beside this file."""\n')
        _write(partial / "icd10cm" / "codes.sqlite")
        try:
            partial.rename(found)
        except OSError:  # another build finished first
            shutil.rmtree(partial)
    return found


def _write(path: Path) -> None:
    import simple_icd_10_cm as icd  # parses the whole classification when it is imported

    codes = [
        code
        for code in icd.get_all_codes(with_dots=True)
        if len(code) >= _SHORTEST and "-" not in code and not icd.is_chapter_or_block(code)
    ]
    # Searched are words as people type them: without accents and apostrophes.
    rows = [(row, code.replace(".", ""), code, icd.get_description(code)) for row, code in enumerate(codes)]
    words = [(row, fold(name), fold(" ".join(icd.get_inclusion_term(code)))) for row, _, code, name in rows]
    with sqlite3.connect(path) as file:
        file.executescript(
            "CREATE TABLE codes (id INTEGER PRIMARY KEY, plain TEXT UNIQUE, code TEXT, name TEXT, billable INTEGER);"
            "CREATE VIRTUAL TABLE words USING fts5(name, also, content='', detail='column', prefix='2 3');"
        )
        billable = [(*row, icd.is_leaf(code)) for row, code in zip(rows, codes, strict=True)]
        file.executemany("INSERT INTO codes VALUES (?, ?, ?, ?, ?)", billable)
        file.executemany("INSERT INTO words (rowid, name, also) VALUES (?, ?, ?)", words)
        file.execute("INSERT INTO words (words) VALUES ('optimize')")
    file.execute("VACUUM")
    file.close()


if __name__ == "__main__":
    shutil.copytree(built(), sys.argv[1], dirs_exist_ok=True)
