"""Imports: a bundle is laid down and its workflow begun; the same bundle of the same caller is the same import."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from care.fhir import repository
from care.fhir.models import LASTS, Import, State
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

    The workflow begins before anything says that there is an import, and says how it ended whatever becomes of this
    call: so none is ever under way that nobody works on.

    Raises:
        Malformed: the bundle is none that could be imported; nothing of it is.
    """
    incoming = bundles.read(bundle)
    import_id = ids.derived("imp", caller, bundles.digest(bundle))
    now = clock.second()
    known = repository.find(import_id)
    if known and not known.is_over(now):
        return known
    attempt = known.attempt + 1 if known else 1
    wanted = Import(import_id, str(bundle["type"]), len(incoming), caller, now, attempt=attempt)
    bundles.put(import_id, bundles.BUNDLE, bundle)
    workflows.start(load(_Environment).import_machine_arn, f"{import_id}-{attempt}", _work(wanted))
    return repository.put(wanted)


def _work(one: Import) -> dict[str, str]:
    """What the workflow works on, from which it can say itself how that stands."""
    return {
        "import_id": one.import_id,
        "kind": one.kind,
        "entries": str(one.entries),
        "requested_by": one.requested_by,
        "created_at": clock.iso(one.created_at),
        "attempt": str(one.attempt),
    }


def worked_on(work: Mapping[str, Any]) -> Import:
    """The import that a workflow works on."""
    return Import(
        import_id=str(work["import_id"]),
        kind=str(work["kind"]),
        entries=int(work["entries"]),
        requested_by=str(work["requested_by"]),
        created_at=clock.parse(work["created_at"]),
        attempt=int(work["attempt"]),
    )


def find(import_id: str) -> Import | None:
    """An import whose outcome is still known, or under way."""
    found, now = repository.find(import_id), clock.now()
    return found.at(now) if found and now < found.created_at + LASTS else None


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


def finish(one: Import) -> None:
    """Put together what the domains made of a bundle, say that it is done, and forget the bundle."""
    stored = repository.find(one.import_id)
    done = stored is not None and (stored.attempt, stored.state) == (one.attempt, State.DONE)
    if not done:  # else an answer was lost, and the bundle may be gone
        bundle = bundles.get(one.import_id, bundles.BUNDLE)
        parts = [bundles.part(one.import_id, part) for part in PARTS]
        told = bundles.response(bundle["type"], bundles.read(bundle), parts)
        bundles.put(one.import_id, _RESPONSE, told)
        taken = sum(entry["response"]["status"][:2] == "20" for entry in told["entry"])
        repository.put(replace(one, state=State.DONE, taken=taken))
    bundles.forget(one.import_id)


def fail(one: Import) -> None:
    """Say that the workflow broke off, and forget the bundle: who wants to go on brings it again."""
    repository.put(replace(one, state=State.FAILED))
    bundles.forget(one.import_id)
