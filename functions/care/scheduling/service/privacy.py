"""What the workflows that erase a patient, and export what is known of one, ask of scheduling."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from care.scheduling import repository
from care.scheduling.models import Appointment, Kind, Resource, Span, Status
from kernel import clock
from kernel.dynamodb import Place

_OPEN = frozenset({Status.BOOKED, Status.CHECKED_IN, Status.ARRIVED})
_EVER = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
_PAGE = 100


def has_open(patient_id: str) -> bool:
    """Whether a patient has visits to come or under way, or waits for one."""
    to_come = Span(clock.now() - timedelta(days=1), _EVER.end)
    return any(True for _ in visits(patient_id, to_come, _OPEN)) or bool(repository.waiting(patient_id))


def forget_words(patient_id: str) -> None:
    """Remove what anybody wrote of a patient's visits and wishes; when, with whom and how they went stays.

    Raises:
        LostRace: a visit is being changed, which a closed patient's visits hardly are; the step comes again.
    """
    for visit in visits(patient_id):
        if visit != (wordless := visit.without_words()):
            repository.save(visit, wordless)
        repository.forget_kept(visit.appointment_id)
    place: str | None = None
    while True:
        entries, place = repository.joined_page(patient_id, place, _PAGE)
        for entry in entries:
            repository.forget_words(entry.waitlist_id)
        if place is None:
            return


def visits(patient_id: str, span: Span = _EVER, wanted: frozenset[Status] | None = None) -> Iterator[Appointment]:
    """All visits of a patient, by start, read as far as they are asked for."""
    after: Place | None = None
    while True:
        found, after = repository.visits(Resource(Kind.PATIENT, patient_id), span, after, _PAGE, wanted)
        yield from found
        if after is None:
            return
