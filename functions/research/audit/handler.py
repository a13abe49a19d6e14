"""HTTP routes of audit: the trail for those who oversee, and its seals."""

from kernel.access import Resource
from kernel.audit.api import EventOut, declare_seals, events
from kernel.http import Api, Call, Page
from research.audit.schemas import EntityTrailQuery

api = Api("research")

_RESEARCH = Resource("Application", "research")


@api.get("/v1/audit/events", action="ReadTrail", query=EntityTrailQuery, answer=Page[EventOut], personal=True)
def list_audit_events(call: Call, query: EntityTrailQuery) -> Page[EventOut]:
    """List what was done with a thing, or by somebody, or at a time, newest first.

    A page of a time may hold fewer records than asked for, and yet have a next one.
    """
    call.authorize(_RESEARCH)
    return events(query, query.entity)


declare_seals(api)

handler = api.handler
