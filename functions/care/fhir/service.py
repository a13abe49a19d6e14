"""Imports: a bundle is laid down and its workflow begun; the same bundle of the same caller is the same import."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.fhir import repository
from care.fhir.models import Import, State
from kernel import clock, ids, workflows
from kernel.config import load
from kernel.fhir import bundles
from kernel.fhir.elements import Json

PARTS = ("patients", "records")
_RESPONSE = "response"
_GLANCE = 0.25  # seconds


@dataclass(frozen=True)
class _Environment:
    import_machine_arn: str


def begin(bundle: Mapping[str, Any], caller: str) -> Import:
    """Begin an import, or go on with it.

    Raises:
        Malformed: the bundle is none that could be imported; nothing of it is.
    """
    incoming = bundles.read(bundle)
    import_id = ids.derived("imp", caller, bundles.digest(bundle))
    known = repository.find(import_id)
    if known is None or known.state is State.FAILED:
        # Before anything says that it is there.
        bundles.put(import_id, "bundle", bundle)
        known = repository.begin(
            Import(import_id, str(bundle["type"]), len(incoming), caller, clock.second()),
        )
    if known.state is State.RUNNING:
        _start(known)
    return known


def _start(one: Import) -> None:
    """Begin the workflow, unless it has begun: an execution has the name of what it works on."""
    environment: _Environment = load(_Environment)
    work = {"import_id": one.import_id, "requested_by": one.requested_by}
    workflows.start(environment.import_machine_arn, f"{one.import_id}-{one.attempt}", work)


def find(import_id: str) -> Import | None:
    return repository.find(import_id)


def wait(one: Import, seconds: float) -> Import:
    """The import once it has ended, or as it stands after so long."""
    until = time.monotonic() + seconds
    while one.state is State.RUNNING:
        one = repository.find(one.import_id) or one
        if time.monotonic() >= until:
            break
        time.sleep(_GLANCE)
    return one


def response(one: Import) -> Json:
    """What became of each entry of an import that is done."""
    found: Json = bundles.get(one.import_id, _RESPONSE)
    return found


def finish(import_id: str) -> None:
    """Put together what the domains made of a bundle, and say that it is done."""
    bundle = bundles.get(import_id, "bundle")
    told = bundles.response(bundle["type"], bundles.read(bundle), [bundles.part(import_id, part) for part in PARTS])
    bundles.put(import_id, _RESPONSE, told)
    taken = sum(entry["response"]["status"][:2] == "20" for entry in told["entry"])
    repository.end(import_id, State.DONE, taken)


def fail(import_id: str) -> None:
    """Say that the workflow broke off."""
    repository.end(import_id, State.FAILED, 0)
