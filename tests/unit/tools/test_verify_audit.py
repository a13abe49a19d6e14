"""The verifier names the first record or seal that is not what was sealed, whatever was done to an export."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.unit.tools.exports import BEGINNING, KEY, OTHER_KEY, Files, export, pem, record
from tools import verify_audit
from tools.verify_audit import Finding, findings, main, read

quickly = settings(max_examples=60, suppress_health_check=list(HealthCheck))
sizes = st.lists(st.integers(2, 9), min_size=1, max_size=4)


def found(files: Files) -> list[Finding]:
    with tempfile.TemporaryDirectory() as directory:
        return list(findings(read(files.write(Path(directory) / "export.zip"))))


def first(files: Files) -> tuple[str, int, str | None]:
    finding = found(files)[0]
    return finding.kind, finding.seal, finding.record


def name_of(text: str) -> str:
    return str(json.loads(text)["id"])


def pick(data: st.DataObject, files: Files) -> tuple[int, list[str], int]:
    """A seal, its records and the place of one of them."""
    seal = data.draw(st.sampled_from(sorted(files.batches)))
    records = files.records(seal)
    return seal, records, data.draw(st.integers(0, len(records) - 1))


@given(sizes)
@quickly
def test_what_nobody_touched_holds(sizes: list[int]) -> None:
    assert found(export(sizes)) == []


@given(sizes, st.data())
@quickly
def test_an_altered_record_is_named(sizes: list[int], data: st.DataObject) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    was = name_of(records[place])
    records[place] = records[place].replace("ReadPatient", "ReadNothing")
    files.replace_records(seal, records, index_too=False)
    assert first(files) == ("altered", seal, was)


@given(sizes, st.data(), st.binary(min_size=1, max_size=6))
@quickly
def test_any_other_bytes_of_a_record_are_seen(sizes: list[int], data: st.DataObject, noise: bytes) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    content = files.batches[seal]
    start = content.index(records[place].encode())
    at = start + data.draw(st.integers(0, len(records[place]) - 1))
    files.batches[seal] = content[:at] + noise + content[at + len(noise) :]
    assume(files.batches[seal] != content)
    assert found(files)[0].seal == seal


@given(sizes, st.data(), st.booleans())
@quickly
def test_a_dropped_record_is_named_and_missed_in_any_case(sizes: list[int], data: st.DataObject, index: bool) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    gone = records.pop(place)
    files.replace_records(seal, records, index_too=index)
    # Where the index was made to fit, nothing is left that could tell which it was.
    assert first(files) == ("dropped", seal, None if index else name_of(gone))


@given(sizes, st.data(), st.booleans())
@quickly
def test_an_inserted_record_is_named(sizes: list[int], data: st.DataObject, index: bool) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    forged = record(10**6, BEGINNING)
    records.insert(place, forged)
    files.replace_records(seal, records, index_too=index)
    assert first(files) == ("inserted", seal, name_of(forged))


@given(sizes, st.data(), st.booleans())
@quickly
def test_a_record_that_was_moved_is_named(sizes: list[int], data: st.DataObject, index: bool) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    other = data.draw(st.integers(0, len(records) - 1))
    assume(place != other)
    records[place], records[other] = records[other], records[place]
    files.replace_records(seal, records, index_too=index)
    assert first(files) == ("reordered", seal, name_of(records[min(place, other)]))


@given(sizes, st.data())
@quickly
def test_records_and_index_that_were_both_rewritten_are_no_batch_of_the_seal(
    sizes: list[int], data: st.DataObject
) -> None:
    files = export(sizes)
    seal, records, place = pick(data, files)
    records[place] = records[place].replace("ReadPatient", "ReadNothing")
    files.replace_records(seal, records, index_too=True)
    assert first(files) == ("batch", seal, None)


@given(sizes, st.data())
@quickly
def test_an_index_that_was_rewritten_alone_is_seen(sizes: list[int], data: st.DataObject) -> None:
    files = export(sizes)
    seal, _, _ = pick(data, files)
    files.batches[seal] = files.batches[seal].replace(b"aud_", b"aud-", 1)
    assert first(files) == ("batch", seal, None)


@given(sizes, st.data(), st.sampled_from(["after", "until", "count", "root", "previous", "at", "late"]))
@quickly
def test_a_seal_that_was_altered_does_not_bear_its_signature(
    sizes: list[int], data: st.DataObject, member: str
) -> None:
    files = export(sizes)
    place = data.draw(st.integers(0, len(files.seals) - 1))
    value = files.seals[place][member]
    files.seals[place][member] = not value if value in (True, False) else f"{value}0" if isinstance(value, str) else 99
    assert first(files)[:2] == ("signature", place + 1)


@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.data())
@quickly
def test_a_seal_that_was_taken_out_is_missed(sizes: list[int], data: st.DataObject) -> None:
    files = export(sizes)
    place = data.draw(st.integers(0, len(files.seals) - 1))
    files.last = len(files.seals)
    del files.seals[place]
    wrong = found(files)
    if place == 0:  # an export may begin anywhere
        assert wrong == []
    elif place == len(files.seals):
        assert [(one.kind, one.seal) for one in wrong] == [("end", place)]
    else:
        assert (wrong[0].kind, wrong[0].seal) == ("chain", place + 2)


@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.data())
@quickly
def test_seals_that_changed_places_are_seen(sizes: list[int], data: st.DataObject) -> None:
    files = export(sizes)
    place = data.draw(st.integers(0, len(files.seals) - 2))
    files.seals[place], files.seals[place + 1] = files.seals[place + 1], files.seals[place]
    assert any(one.kind == "chain" for one in found(files))


def test_a_chain_that_somebody_else_signed_is_not_ours(tmp_path: Path) -> None:
    forged = export([3, 3], signed_by=OTHER_KEY)
    assert found(forged) == []  # by its own key it holds: that is why one compares fingerprints, or
    ours = tmp_path / "ours.pem"
    ours.write_bytes(pem(KEY))
    wrong = list(findings(read(forged.write(tmp_path / "forged.zip"), [ours])))
    assert {(one.kind, one.seal) for one in wrong} == {("signature", 1), ("signature", 2)}


def test_a_seal_signed_by_another_key_that_says_it_is_ours_is_seen() -> None:
    files, forged = export([3]), export([3], signed_by=OTHER_KEY)
    files.seals[0]["signature"] = forged.seals[0]["signature"]
    assert first(files) == ("signature", 1, None)


def test_a_batch_that_is_missing_is_named() -> None:
    files = export([2, 2])
    del files.batches[2]
    assert first(files) == ("batch", 2, None)


def test_a_chain_of_another_beginning_is_seen() -> None:
    files = export([2])
    files.seals[0]["previous"] = "1" * 64
    assert {one.kind for one in found(files)} == {"signature", "chain"}


def test_the_command_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = export([2, 2])
    whole = files.write(tmp_path / "whole.zip")
    assert main([str(whole)]) == 0
    noted = capsys.readouterr().out.splitlines()[-1].split()[-1]
    assert main([str(whole), "--last", noted]) == 0
    del files.seals[1]
    assert main([str(files.write(tmp_path / "cut.zip")), "--last", noted]) == 1
    assert "you noted" in capsys.readouterr().out
    (tmp_path / "noise.zip").write_bytes(b"noise")
    assert main([str(tmp_path / "noise.zip")]) == 2


def test_it_runs_by_itself_with_nothing_of_ours(tmp_path: Path) -> None:
    alone = tmp_path / "verify_audit.py"
    alone.write_text(Path(str(verify_audit.__file__)).read_text())
    whole = export([2]).write(tmp_path / "whole.zip")
    imported = (
        "import sys, runpy; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally: print({'kernel', 'boto3', 'pydantic'} & sys.modules.keys() or 'alone')"
    )
    command = [sys.executable, "-I", "-c", imported, str(alone), str(whole)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "alone"), done.stderr
