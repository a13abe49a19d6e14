"""Wire shapes of audit that are research's own; the others stand in the kernel."""

from pydantic import Field

from kernel.audit.api import TrailQuery


class EntityTrailQuery(TrailQuery):
    """`entity`: the id of a compound, a trial, a submission, a document …"""

    entity: str | None = Field(default=None, min_length=1, max_length=100)
