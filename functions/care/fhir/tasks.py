"""The ends of the workflow that imports a bundle."""

from collections.abc import Mapping
from typing import Any

from care.fhir import service


def finish(task: Mapping[str, Any], _context: object) -> None:
    """The state `Answer`: every domain has done its part."""
    service.finish(service.worked_on(task))


def fail(task: Mapping[str, Any], _context: object) -> None:
    """The state `Failed`: one has not, however often it was asked."""
    service.fail(service.worked_on(task))
