"""Imports of bundles: what stands of one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Import:
    """A bundle on its way in.

    Attributes:
        kind: `transaction` or `batch`.
        entries: how many there are.
        attempt: how often a workflow was begun for it; one that failed is begun again when the bundle comes again.
        taken: how many entries were made or found; 0 until it is done.
    """

    import_id: str
    kind: str
    entries: int
    requested_by: str
    created_at: datetime
    state: State = State.RUNNING
    attempt: int = 1
    taken: int = 0
