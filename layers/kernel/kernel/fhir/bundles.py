"""Bundles on their way in: read once, worked on by the domain that each entry is for, told of entry by entry.

A bundle lies in a bucket for as long as its import takes. Each domain reads it there, does what is its part and lays
the outcome of that beside it, where it stays for some days; nothing of it travels otherwise.

| object | holds |
|---|---|
| `imports/<import id>/bundle.json` | the bundle as it came |
| `imports/<import id>/<part>.json` | what one domain made of its entries |
| `imports/<import id>/response.json` | the answer: an outcome for each entry, in their order |
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from kernel import aws, objects
from kernel.config import load
from kernel.errors import Fault, FieldError, Malformed, Problem
from kernel.fhir.elements import Json, fhir_id
from kernel.fhir.outcomes import issue, issues_of, outcome

BUNDLE = "bundle"
MOST_ENTRIES = 5000
_LONGEST_URL = 500
_KINDS = ("transaction", "batch")
_CREATES = ("POST", "PUT")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One entry of a bundle: its place, what others in the bundle call it, and its resource."""

    number: int
    full_url: str
    resource: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one entry.

    Attributes:
        status: an HTTP status: 201 it was made, 200 it was there, anything else: it was not taken.
        own: the id of what was made or found.
        issues: why it was not taken, or what of it was not kept.
    """

    number: int
    status: int
    own: str | None = None
    issues: Sequence[Json] = field(default_factory=tuple)


def digest(resource: Mapping[str, Any]) -> str:
    """What tells one resource, or bundle, from another: the SHA-256 of what it says, in hex."""
    return hashlib.sha256(json.dumps(resource, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def refused(entry: Incoming, code: str, text: str, where: str | None = None) -> Done:
    """An entry that is not taken."""
    return Done(entry.number, 422, issues=(issue("error", code, text, where and f"{entry.type}.{where}"),))


def refused_by(entry: Incoming, problem: Problem) -> Done:
    """An entry that our own rules refuse.

    Raises:
        Problem: it is no refusal but passes by itself, so that the whole task has to be tried again.
    """
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise problem
    return Done(entry.number, problem.status, issues=tuple(issues_of(problem)))


def read(bundle: Mapping[str, Any]) -> list[Incoming]:
    """The entries of a bundle.

    Raises:
        Malformed: it is none that could be imported; nothing of it is.
    """
    wrong = list(_wrong(bundle))
    if wrong:
        raise Malformed("The bundle cannot be imported", errors=[error.document() for error in wrong])
    return [
        Incoming(number, str(entry.get("fullUrl") or ""), entry["resource"])
        for number, entry in enumerate(bundle["entry"])
    ]


def _wrong(bundle: Mapping[str, Any]) -> Iterator[FieldError]:
    entries = bundle.get("entry")
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") not in _KINDS:
        yield FieldError(Fault.NOT_A_CHOICE, "is a transaction or a batch", pointer="/type")
    elif not isinstance(entries, list) or not 0 < len(entries) <= MOST_ENTRIES:
        limit = {"limit": MOST_ENTRIES}
        yield FieldError(Fault.TOO_MANY, f"has 1 to {MOST_ENTRIES} entries", pointer="/entry", values=limit)
    else:
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            yield from _wrong_entry(entry, f"/entry/{number}", seen)
        if all(isinstance(entry, dict) for entry in entries):
            yield from _broken(entries, seen)


def _wrong_entry(entry: Any, pointer: str, seen: set[str]) -> Iterator[FieldError]:
    found = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        yield FieldError(Fault.MISSING, "has a resource", pointer=f"{pointer}/resource")
        return
    request = entry.get("request") or {}
    if not isinstance(request, dict) or request.get("method", "POST") not in _CREATES:
        yield FieldError(Fault.NOT_A_CHOICE, "creates what it brings", pointer=f"{pointer}/request/method")
    url = entry.get("fullUrl")
    if url is not None and (not isinstance(url, str) or url in seen or len(url) > _LONGEST_URL):
        yield FieldError(Fault.DUPLICATE, "is an address, and there once", pointer=f"{pointer}/fullUrl")
    elif url is not None:
        seen.add(url)


def _broken(entries: Sequence[Mapping[str, Any]], known: set[str]) -> Iterator[FieldError]:
    """References within the bundle to what is not in it: of such a bundle nothing is taken."""
    for number, entry in enumerate(entries):
        for name, target in _references(entry.get("resource"), ""):
            if target.startswith("urn:uuid:") and target not in known:
                place = f"/entry/{number}/resource{name}"
                yield FieldError(Fault.UNKNOWN_REFERENCE, "refers to no entry of the bundle", pointer=place)


def _references(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield f"{place}/reference", node["reference"]
        for name, part in node.items():
            yield from _references(part, f"{place}/{name}")
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from _references(part, f"{place}/{number}")


# ---- the bucket -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Environment:
    imports_bucket_name: str


def put(import_id: str, name: str, document: Any) -> None:
    body = json.dumps(document, separators=(",", ":")).encode()
    aws.s3().put_object(Bucket=_bucket(), Key=_key(import_id, name), Body=body, ContentType="application/json")


def get(import_id: str, name: str) -> Any:
    answer = aws.s3().get_object(Bucket=_bucket(), Key=_key(import_id, name))
    return json.loads(answer["Body"].read())


def forget(import_id: str) -> None:
    """Remove the bundle; what came of it stays."""
    objects.purge(_bucket(), _key(import_id, BUNDLE))


def entries(import_id: str) -> list[Incoming]:
    """The entries of an import that was accepted."""
    return read(get(import_id, BUNDLE))


def put_part(import_id: str, name: str, done: Iterable[Done]) -> None:
    put(import_id, name, [asdict(one) for one in done])


def part(import_id: str, name: str) -> list[Done]:
    """What a domain made of its entries."""
    return [Done(**one) for one in get(import_id, name)]


def _bucket() -> str:
    environment: _Environment = load(_Environment)
    return environment.imports_bucket_name


def _key(import_id: str, name: str) -> str:
    return f"imports/{import_id}/{name}.json"


# ---- the answer -----------------------------------------------------------------------------------------------------

_REASONS = {200: "OK", 201: "Created", 409: "Conflict", 410: "Gone", 422: "Unprocessable Entity"}


def response(kind: str, incoming: Sequence[Incoming], parts: Iterable[Iterable[Done]]) -> Json:
    """The bundle that tells of each entry what became of it; what no domain has taken is told as not supported."""
    done = {one.number: one for part in parts for one in part}
    told = [done.get(entry.number) or _nobodys(entry) for entry in incoming]
    return {
        "resourceType": "Bundle",
        "type": f"{kind}-response",
        "entry": [_entry(entry, one) for entry, one in zip(incoming, told, strict=True)],
    }


def _nobodys(entry: Incoming) -> Done:
    return refused(entry, "not-supported", f"{entry.type} is not imported")


def _entry(entry: Incoming, done: Done) -> Json:
    found: Json = {"status": f"{done.status} {_REASONS.get(done.status, 'Refused')}"}
    if done.own:
        found["location"] = f"{entry.type}/{fhir_id(done.own)}"
    if done.issues:
        found["outcome"] = outcome(done.issues)
    return {"response": found}
