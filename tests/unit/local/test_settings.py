"""Where a runtime keeps its things, and on which ports."""

import pytest
from local.settings import ROOT, LocalError, Settings

VARIABLES = ("SALUS_HOME", "SALUS_PORT", "SALUS_AWS_PORT", "SALUS_SFTP_PORT")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_without_a_word_it_is_where_clients_expect_it() -> None:
    settings = Settings.from_environment()
    assert settings == Settings(ROOT / ".local", 8080, 4566, 2222)
    assert settings.api("care") == "http://localhost:8080/api/care"


def test_a_second_runtime_has_its_own_ports_and_state(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in zip(VARIABLES, (".local/other", "1", "2", "3"), strict=True):
        monkeypatch.setenv(variable, value)
    assert Settings.from_environment() == Settings(ROOT / ".local" / "other", 1, 2, 3)


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1", "80 80"])
def test_what_is_no_port_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SALUS_AWS_PORT", value)
    with pytest.raises(LocalError, match="SALUS_AWS_PORT must be a port number"):
        Settings.from_environment()
