"""Templates as AWS sees them: translated by SAM, conditions decided, functions answered as far as a template can.

A reference to a resource stays in its text as `${LogicalId}` or `${LogicalId.Attribute}`, so that a rule can tell which
resource is meant; `arn` and `arns` then give it the ARN that it would have in an account.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from local.template import load

type Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
APPS = ("care", "research")
_PYTHON = ROOT / ".local" / "venvs" / "sam" / "bin" / "python"

# The translator pins libraries of its own, so it runs in SAM's environment.
_TRANSLATE = """
import json, logging, os, sys
from types import SimpleNamespace
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
logging.disable(logging.CRITICAL)
from samtranslator.translator.transform import transform
loader = SimpleNamespace(load=dict)
print(json.dumps([transform(job["template"], job["parameters"], loader) for job in json.load(sys.stdin)]))
"""

_SETTINGS: dict[str, dict[str, str]] = {
    "prod": {"Stage": "prod", "Canary": "true", "DeletionProtection": "true", "AlarmEmail": "ops@salus.example"},
    "local": {"Stage": "local", "Canary": "false", "DeletionProtection": "false"},
}
STAGES = tuple(_SETTINGS)
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AWS::URLSuffix": "amazonaws.com",
}
_NO_VALUE = object()


@dataclass(frozen=True)
class Stack:
    """One application's resources in one stage; those whose condition is false are gone."""

    app: str
    stage: str
    name: str
    resources: dict[str, Json]

    def of(self, *kinds: str) -> dict[str, Json]:
        """The properties of all resources of these types, by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] in kinds
        }

    def properties(self, logical_id: str) -> Json:
        found: Json = self.resources[logical_id].get("Properties", {})
        return found

    def arn(self, text: str) -> str:
        """`text` with every reference to a resource replaced by the ARN that it stands for."""
        return re.sub(r"\$\{(\w+)(?:\.(\w+))?\}", lambda found: self._arn(found[1], found[2] or ""), text)

    def arns(self) -> dict[str, str]:
        """The ARN of every resource that a role could be given access to, by logical id."""
        return {logical_id: self._arn(logical_id, "Arn") for logical_id in self.resources if self._kind(logical_id)}

    def _kind(self, logical_id: str) -> str | None:
        return _ARNS.get(self.resources[logical_id]["Type"])

    def _arn(self, logical_id: str, attribute: str) -> str:
        kind = self._kind(logical_id)
        if kind is None or attribute not in ("", "Arn", "Id", "StreamArn"):
            return f"{self.name}-{logical_id}"
        properties = self.properties(logical_id)
        name = properties.get("LogGroupName") or properties.get("Name") or f"{self.name}-{logical_id}-1A2B3C4D5E6F"
        suffix = "/stream/2026-01-01T00:00:00.000" if attribute == "StreamArn" else ""
        return kind.format(name=name, id=f"{self.name}-{logical_id}") + suffix


_HOME = "us-east-1:111122223333"
_ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HOME}:table/{{name}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HOME}:{{name}}",
    "AWS::SNS::Topic": f"arn:aws:sns:{_HOME}:{{name}}",
    "AWS::Events::EventBus": f"arn:aws:events:{_HOME}:event-bus/{{name}}",
    "AWS::Cognito::UserPool": f"arn:aws:cognito-idp:{_HOME}:userpool/{{id}}",
    "AWS::KMS::Key": f"arn:aws:kms:{_HOME}:key/{{id}}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{_HOME}:secret:{{name}}-AbCdEf",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HOME}:log-group:{{name}}:*",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HOME}:function:{{name}}",
    "AWS::S3::Bucket": "arn:aws:s3:::{id}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_HOME}:stateMachine:{{name}}",
}


type Rule = Callable[[Stack], list[str]]


def stack(app: str, stage: str) -> Stack:
    """An application's stack as it is deployed in `stage`: `prod`, or `local` on the laptop."""
    return _stacks()[app, stage]


@cache
def _stacks() -> dict[tuple[str, str], Stack]:
    done = _translated()
    assert done.returncode == 0, done.stderr[-4000:]
    return {
        key: _decide(*key, template, job["parameters"])
        for (key, job), template in zip(_jobs().items(), json.loads(done.stdout), strict=True)
    }


@cache
def _translated() -> subprocess.CompletedProcess[str]:
    assert _PYTHON.exists(), "SAM's environment is missing: run `make architecture`, which installs it"
    command = [str(_PYTHON), "-c", _TRANSLATE]
    jobs = json.dumps(list(_jobs().values()))
    return subprocess.run(command, input=jobs, capture_output=True, text=True, check=False)


def _jobs() -> dict[tuple[str, str], Json]:
    return {(app, stage): _job(app, stage) for app in APPS for stage in STAGES}


def _job(app: str, stage: str) -> Json:
    template = _included(load(ROOT / "stacks" / f"{app}.yaml"), ROOT / "stacks")
    # What `sam package` does to code before AWS translates a template.
    template["Globals"]["Function"]["CodeUri"] = "s3://code/functions"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://code/layer"
        if resource["Type"] == "AWS::Serverless::StateMachine":
            resource["Properties"]["DefinitionUri"] = "s3://code/machine"
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    return {"template": template, "parameters": defaults | _SETTINGS[stage]}


def _included(node: Any, base: Path) -> Any:
    """AWS::Include done the way CloudFormation does it: before the other transforms, in place."""
    if isinstance(node, list):
        return [_included(value, base) for value in node]
    if not isinstance(node, dict):
        return node
    transform = node.get("Fn::Transform")
    if isinstance(transform, dict) and transform["Name"] == "AWS::Include":
        return yaml.safe_load((base / transform["Parameters"]["Location"]).read_text())
    return {key: _included(value, base) for key, value in node.items()}


def _decide(app: str, stage: str, template: Json, parameters: dict[str, str]) -> Stack:
    name = f"salus-{stage}-{app}"
    decider = _Decider(parameters | _PSEUDO | {"AWS::StackName": name}, template.get("Conditions", {}))
    resources = {
        logical_id: decider.value({key: value for key, value in resource.items() if key != "Condition"})
        for logical_id, resource in template["Resources"].items()
        if "Condition" not in resource or decider.holds(resource["Condition"])
    }
    return Stack(app, stage, name, resources)


@dataclass(frozen=True)
class _Decider:
    parameters: dict[str, str]
    conditions: Json

    def holds(self, name: str) -> bool:
        return self._truth(self.conditions[name])

    def _truth(self, expression: Json) -> bool:
        ((function, value),) = expression.items()
        match function:
            case "Condition":
                return self.holds(value)
            case "Fn::Equals":
                return bool(self.value(value[0]) == self.value(value[1]))
            case "Fn::Not":
                return not self._truth(value[0])
            case "Fn::And":
                return all(self._truth(each) for each in value)
            case "Fn::Or":
                return any(self._truth(each) for each in value)
        raise AssertionError(f"unknown in a condition: {function}")

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [answer for each in node if (answer := self.value(each)) is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((key, value),) = node.items()
            if key == "Ref" or key.startswith("Fn::"):
                return self._function(key, value)
        answers = {key: self.value(value) for key, value in node.items()}
        return {key: answer for key, answer in answers.items() if answer is not _NO_VALUE}

    def _function(self, function: str, value: Any) -> Any:
        match function:
            case "Ref":
                return _NO_VALUE if value == "AWS::NoValue" else self.parameters.get(value, f"${{{value}}}")
            case "Fn::GetAtt":
                return f"${{{'.'.join(value) if isinstance(value, list) else value}}}"
            case "Fn::If":
                return self.value(value[1] if self.holds(value[0]) else value[2])
            case "Fn::Join":
                return value[0].join(str(self.value(each)) for each in value[1])
            case "Fn::Sub":
                return self._substitute(value)
        raise AssertionError(f"unknown function: {function}")

    def _substitute(self, value: Any) -> str:
        text, local = value if isinstance(value, list) else (value, {})
        names = self.parameters | {name: str(self.value(each)) for name, each in local.items()}
        return re.sub(r"\$\{([\w.:]+)\}", lambda found: names.get(found[1], found[0]), text)
