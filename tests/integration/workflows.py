"""Runs a workflow's definition in process, with functions in the place of its tasks: as much of Amazon States Language
as ours speak. Nothing waits, and a task that fails is retried at once, as often as its definition says."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2] / "statemachines"

type Task = Callable[[dict[str, Any], object], Any]


class Died(BaseException):
    """The workflow stops where it is, as if its execution had been aborted."""


@dataclass
class Workflow:
    """`tasks`: what stands behind each substitution. `ran`: the states that have been entered."""

    name: str
    tasks: Mapping[str, Task]
    ran: list[str] = field(default_factory=list)

    def run(self, work: Mapping[str, Any]) -> str:
        """The name of the state in which it ends."""
        definition = json.loads((ROOT / f"{self.name}.asl.json").read_text())
        data, name = dict(work), str(definition["StartAt"])
        while True:
            self.ran.append(name)
            state: dict[str, Any] = definition["States"][name]
            match state["Type"]:
                case "Task":
                    name = self._task(state, data)
                case "Choice":
                    [choice] = state["Choices"]
                    chosen = _at(data, choice["Variable"]) is choice["BooleanEquals"]
                    name = choice["Next"] if chosen else state["Default"]
                case "Wait":
                    assert _at(data, state["SecondsPath"]) > 0
                    name = state["Next"]
                case "Succeed" | "Fail":
                    return name
                case kind:
                    raise NotImplementedError(kind)

    def _task(self, state: Mapping[str, Any], data: dict[str, Any]) -> str:
        """Do the task, and leave its result where the definition says; the next state."""
        [function] = re.findall(r"\$\{(\w+)\}", state["Resource"])
        sent = {
            name.removesuffix(".$"): _at(data, value) if name.endswith(".$") else value
            for name, value in state["Parameters"].items()
        }
        [retry] = state["Retry"]
        for attempt in range(retry["MaxAttempts"] + 1):
            try:
                # What goes in and out is JSON.
                result = json.loads(json.dumps(self.tasks[function](json.loads(json.dumps(sent)), None)))
            except Exception:
                if attempt < retry["MaxAttempts"]:
                    continue
                if "Catch" not in state:
                    raise
                [catch] = state["Catch"]
                return str(catch["Next"])
            if state["ResultPath"] is not None:
                data[state["ResultPath"].removeprefix("$.")] = result
            return str(state["Next"])
        raise AssertionError(state)


def _at(data: Any, path: str) -> Any:
    for part in path.removeprefix("$.").split("."):
        data = data[part]
    return data
