"""Imports of bundles: what stands of one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

RUNS_FOR = timedelta(minutes=15)  # its workflow, at most
LASTS = timedelta(days=7)  # its outcome, in the bucket


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
        created_at: when this attempt began.
        attempt: how often a workflow was begun for it.
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

    def at(self, now: datetime) -> "Import":
        """As it stands then: a workflow that has not ended in its time never will."""
        late = self.state is State.RUNNING and now >= self.created_at + RUNS_FOR
        return replace(self, state=State.FAILED) if late else self

    def is_over(self, now: datetime) -> bool:
        """Whether the same bundle is to be imported anew: it failed, or nobody knows any more what came of it."""
        return self.at(now).state is State.FAILED or now >= self.created_at + LASTS
