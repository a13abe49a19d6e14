"""The scanner that a laptop has."""

import pytest

from care.documents.models import Examined
from care.documents.service import scanners
from care.documents.service.scanners import Verdict
from kernel import config

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANNER", "rules")
    config.load.cache_clear()


@pytest.mark.parametrize(("head", "tail"), [(EICAR, EICAR), (b"%PDF-" + EICAR, b""), (b"", b"%%EOF\n" + EICAR)])
def test_the_test_virus_is_found_at_either_end(head: bytes, tail: bytes) -> None:
    assert scanners.scanner()(Examined(1, "", head, tail)) is Verdict.INFECTED


def test_other_files_are_clean() -> None:
    assert scanners.scanner()(Examined(1, "", b"%PDF-1.7", b"%%EOF")) is Verdict.CLEAN
