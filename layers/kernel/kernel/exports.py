"""Exports of all that is known of a patient: what each domain that has some of it writes, and where.

| object | holds |
|---|---|
| `pat_0192…/exp_0193…/fhir/Patient.ndjson` | the resources of a type of FHIR R4, a line each |
| `pat_0192…/exp_0193…/documents/…` | files as they are |
| `pat_0192…/exp_0193…/done/patients` | that a domain has written its part |
| `pat_0192…/exp_0193….zip` | all of it, for whoever asked |
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from kernel import aws
from kernel.config import load


@dataclass(frozen=True)
class _Environment:
    exports_bucket_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the objects of an export stand."""

    patient_id: str
    export_id: str

    @staticmethod
    def of(work: Mapping[str, Any]) -> "Place":
        """That of the export which a workflow works on, from its input."""
        return Place(work["patient_id"], work["export_id"])

    def key(self, name: str) -> str:
        return f"{self.patient_id}/{self.export_id}/{name}"

    @property
    def zip_key(self) -> str:
        return f"{self.patient_id}/{self.export_id}.zip"


def write_part(place: Place, domain: str, resources: Iterable[Mapping[str, Any]]) -> None:
    """Write a domain's part, however large: only a line of it is in memory at a time."""
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for resource in resources:
            kind = resource["resourceType"]
            if kind not in files:
                files[kind] = stack.enter_context(TemporaryFile())
            files[kind].write(json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        for kind, file in files.items():
            file.seek(0)
            _put(place.key(f"fhir/{kind}.ndjson"), file)
    _put(place.key(f"done/{domain}"), b"")


def parts_done(place: Place) -> int:
    """How many domains have written their part."""
    answer = aws.s3().list_objects_v2(Bucket=bucket(), Prefix=place.key("done/"))
    return answer["KeyCount"]


def bucket() -> str:
    environment: _Environment = load(_Environment)
    return environment.exports_bucket_name


def _put(key: str, body: IO[bytes] | bytes) -> None:
    aws.s3().put_object(Bucket=bucket(), Key=key, Body=body)
