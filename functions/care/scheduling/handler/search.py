"""The search for free slots across practitioners."""

from care.scheduling import service
from care.scheduling.handler.api import CARE, api
from care.scheduling.schemas.search import OfferOut, SlotsOut, SlotsQuery
from kernel.dynamodb import Place
from kernel.http import Call


@api.get("/v1/slots", action="FindSlots", query=SlotsQuery, answer=SlotsOut)
def find_slots(call: Call, query: SlotsQuery) -> SlotsOut:
    """Find the soonest free slots of a specialty, whoever offers them.

    The next 31 days are searched. A slot that was booked a moment ago is not among them; one that became free may need
    a second to appear.
    """
    call.authorize(CARE)
    after = Place.of(query.cursor)
    wanted = service.Wanted(query.specialty, query.department_id, query.first, query.last, query.limit, after)
    offers, following = service.find_slots(wanted)
    return SlotsOut(
        specialty=query.specialty,
        slots=[
            OfferOut(
                practitioner_id=offer.practitioner_id,
                department_id=offer.department_id,
                start=offer.slot.start,
                end=offer.slot.end,
                room_id=offer.slot.room_id,
                time_zone=offer.time_zone,
            )
            for offer in offers
        ],
        next_cursor=following.cursor() if following else None,
    )
