"""State machines as they are written: each state says why it is there, none waits or repeats for ever, and whatever
fails is told."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from local.template import load

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "statemachines").glob("*/*.asl.json"))


def _tasks(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_state_is_explained_and_bounded(path: Path) -> None:
    machine = json.loads(path.read_text())
    assert machine["TimeoutSeconds"] > 0
    assert all(part.get("Comment") for part in (machine, *machine["States"].values()))
    for name, state in _tasks(machine).items():
        assert state["TimeoutSeconds"] > 0, name
        assert all(retry["MaxAttempts"] <= 5 for retry in state["Retry"]), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_failure_ends_in_one_that_is_told(path: Path) -> None:
    states = json.loads(path.read_text())["States"]

    def ends_failed(name: str) -> bool:
        state = states[name]
        return state["Type"] == "Fail" or ("Next" in state and ends_failed(state["Next"]))

    for name, state in _tasks({"States": states}).items():
        caught = [catch["Next"] for catch in state.get("Catch", [])]
        assert all(map(ends_failed, caught)), name
        assert caught or ends_failed(name), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_substitution_is_made(path: Path) -> None:
    app = path.parent.name
    machines = [
        resource["Properties"]
        for resource in load(ROOT / "stacks" / f"{app}.yaml")["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    ]
    [mine] = [found for found in machines if found["DefinitionUri"] == f"../statemachines/{app}/{path.name}"]
    assert set(re.findall(r"\$\{(\w+)\}", path.read_text())) == set(mine["DefinitionSubstitutions"])
