"""A function's environment."""

from dataclasses import dataclass

import pytest

from kernel import config
from kernel.config import ConfigurationError, load


@dataclass(frozen=True)
class Settings:
    bus_name: str
    batch: int
    canary: bool
    stage: str = "local"


ENVIRONMENT = {"BUS_NAME": "bus", "BATCH": "10", "CANARY": "true"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("STAGE", raising=False)
    load.cache_clear()
    return monkeypatch


def test_the_environment_is_read_by_the_names_and_types_of_the_fields(environment: pytest.MonkeyPatch) -> None:
    del environment
    assert load(Settings) == Settings("bus", 10, True, "local")


def test_it_is_read_once(environment: pytest.MonkeyPatch) -> None:
    first = load(Settings)
    environment.setenv("BUS_NAME", "another")
    assert load(Settings) is first


def test_all_that_is_wrong_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("BUS_NAME")
    environment.setenv("BATCH", "ten")
    environment.setenv("CANARY", "yes")
    with pytest.raises(ConfigurationError) as error:
        load(Settings)
    assert str(error.value) == "BUS_NAME is missing; BATCH is not int; CANARY is not bool"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_flags_are_true_or_false(environment: pytest.MonkeyPatch, text: str, value: bool) -> None:
    environment.setenv("CANARY", text)
    assert load(Settings).canary is value


def test_what_is_wrong_is_not_remembered(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("BATCH")
    with pytest.raises(config.ConfigurationError):
        load(Settings)
    environment.setenv("BATCH", "11")
    assert load(Settings).batch == 11
