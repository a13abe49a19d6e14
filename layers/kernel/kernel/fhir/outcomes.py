"""What is wrong, or worth knowing, in FHIR's words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from kernel.errors import Fault, Problem
from kernel.fhir.elements import SALUS, Json, concept, tidy

_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
_FAULT_CODES = {
    Fault.MISSING: "required",
    Fault.UNKNOWN_FIELD: "not-supported",
    Fault.UNKNOWN_REFERENCE: "not-found",
    Fault.TOO_LONG: "too-long",
}


def issue(severity: Literal["error", "information"], code: str, text: str, where: str | None = None) -> Json:
    """One thing that is wrong or was left out; `where` in FHIRPath, or the name of a parameter."""
    return {"severity": severity, "code": code, "diagnostics": text, "expression": [where] if where else None}


def outcome(issues: Iterable[Json]) -> Json:
    return tidy({"resourceType": "OperationOutcome", "issue": list(issues)})


def issues_of(problem: Problem) -> list[Json]:
    """A problem in FHIR's words: each error of the input by itself, or the problem as a whole."""
    details = concept(f"{SALUS}/problems", problem.slug, text=problem.title)
    whole = _CODES.get(problem.status, "exception")
    errors: Sequence[Mapping[str, Any]] = problem.extensions.get("errors") or ()
    found = [
        issue(
            "error",
            _FAULT_CODES.get(error["code"], whole),
            error["detail"],
            error.get("parameter") or error.get("pointer", "").strip("/").replace("/", ".") or None,
        )
        for error in errors
    ]
    return [one | {"details": details} for one in found or [issue("error", whole, problem.detail or problem.title)]]
