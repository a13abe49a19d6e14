"""Holds resources against HL7's own definitions of FHIR R4: its JSON schema, and Medplum's validator, which knows the
invariants and cardinalities of the profiles too. Both come from npm, installed here when they are first needed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from local.processes import exclusively
from local.settings import ROOT

HERE = Path(__file__).parent
_LOCK = HERE / "package-lock.json"
_INSTALLED = HERE / "node_modules" / ".lock"
_SCHEMA = HERE / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4" / "fhir.schema.json"


def wrong(resources: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with resources, in sentences; nothing where all are as FHIR R4 wants them."""
    _install()
    asked = subprocess.run(
        [_program("node"), "validate.mjs"],
        cwd=HERE,
        input=json.dumps(resources),
        capture_output=True,
        text=True,
        check=True,
    )
    found = [*_against_schema(resources)]
    for resource, sentences in zip(resources, json.loads(asked.stdout), strict=True):
        found += [f"{resource['resourceType']} {sentence}" for sentence in sentences]
    return found


def _against_schema(resources: Sequence[dict[str, Any]]) -> Iterator[str]:
    for resource in resources:
        for error in _schema_of(resource["resourceType"]).iter_errors(resource):
            yield f"{resource['resourceType']} {'.'.join(map(str, error.instance_path))}: {error.message}"


@cache
def _schema_of(type_: str) -> Any:
    schema = _schema()
    return jsonschema_rs.validator_for(
        {"$schema": schema["$schema"], "$ref": f"#/definitions/{type_}", "definitions": schema["definitions"]}
    )


@cache
def _schema() -> dict[str, Any]:
    """HL7's schema; Medplum adds types of its own to it, which refer to two that it does not define."""
    found: dict[str, Any] = json.loads(_SCHEMA.read_text())
    found["definitions"] |= {"Resource": {"type": "object"}, "integer64": {"type": "integer"}}
    return found


def _install() -> None:
    with exclusively(ROOT / ".local" / "fhir.lock", "  waiting for FHIR's definitions"):
        if not _INSTALLED.exists() or _INSTALLED.read_bytes() != _LOCK.read_bytes():
            subprocess.run([_program("npm"), "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, check=True)
            _INSTALLED.write_bytes(_LOCK.read_bytes())


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, f"Node 20 is needed: there is no `{name}` on the PATH"
    return found
