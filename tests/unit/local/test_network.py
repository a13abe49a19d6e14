"""How a network is begun, gone on with, and refused; and what the ledger in DynamoDB's place does not take."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from local.network import __main__ as command
from local.network import load as loading
from local.network.ledger import Ledger
from local.processes import free_ports
from local.settings import LocalError, Settings

LOADED = {"doctors": 5, "patients": 50, "seed": 1, "day": "2026-11-20", "written": 3}


def knowing(marker: str) -> Any:
    return SimpleNamespace(recall=lambda _name: marker)


def test_an_interrupted_network_goes_on_where_and_as_of_the_day_it_stopped() -> None:
    progress = loading._begin(knowing(json.dumps(LOADED)), 5, 50, 1)
    assert (progress.written, progress.network.day.isoformat()) == (3, "2026-11-20")


def test_a_stack_without_a_network_begins_one() -> None:
    assert loading._begin(knowing(""), 5, 50, 1).written == 0


@pytest.mark.parametrize("wanted", [(6, 50, 1), (5, 51, 1), (5, 50, 2)])
def test_a_second_network_is_refused(wanted: tuple[int, int, int]) -> None:
    with pytest.raises(LocalError, match="5 doctors and 50 patients is begun or loaded; `make reset`"):
        loading._begin(knowing(json.dumps(LOADED)), *wanted)


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    settings = Settings(tmp_path, *free_ports(3))
    with pytest.raises(LocalError, match="Nothing is running here"):
        loading.load(settings, 5, 50, 1)


@pytest.mark.parametrize("value", ["", "0", "many", "-1"])
def test_what_is_no_size_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("DOCTORS", value)
    assert command.main() == 1
    assert "DOCTORS must be a number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("Scan", {}),
        ("Query", {"TableName": "t", "FilterExpression": "#a = :a"}),
        ("UpdateItem", {"UpdateExpression": "SET #a = if_not_exists(#a, :a)"}),
        ("UpdateItem", {"UpdateExpression": "SET #a = #a + :a"}),
        ("UpdateItem", {"UpdateExpression": "DELETE #a :a"}),
    ],
)
def test_the_ledger_does_not_guess(operation: str, request_: dict[str, Any]) -> None:
    words = {"ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":a": {"N": "1"}}}
    with pytest.raises(NotImplementedError):
        Ledger()._make_api_call(
            operation, {"TableName": "t", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}} | words | request_
        )
