"""Booked visits, as scheduling's events tell them."""

from datetime import timedelta

from pynamodb.exceptions import PutError

from care.records.models import Visit, VisitStatus
from care.records.repository.keys import (
    VisitEncounterItem,
    VisitItem,
    from_epoch,
    to_epoch,
    visit_encounter_key,
    visit_key,
)
from kernel.dynamodb import condition_failed

_KEPT = timedelta(days=400)  # after the visit; somebody may still write down what happened


def keep(visit: Visit) -> None:
    """Remember what an event says of a visit, unless a newer one was heard."""
    item = VisitItem(
        *visit_key(visit.appointment_id),
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
        status=visit.status,
        video=visit.video,
        end=to_epoch(visit.end),
        version=visit.version,
        expires_at=to_epoch(visit.end + _KEPT),
    )
    try:
        item.save(condition=VisitItem.pk.does_not_exist() | (VisitItem.version < visit.version))
    except PutError as error:
        if not condition_failed(error):
            raise


def visit(appointment_id: str) -> Visit | None:
    """A visit; None where no event has told of it yet."""
    item = VisitItem.find(*visit_key(appointment_id))
    if item is None:
        return None
    return Visit(
        appointment_id=appointment_id,
        patient_id=item.patient_id,
        practitioner_id=item.practitioner_id,
        status=VisitStatus(item.status),
        video=item.video,
        end=from_epoch(item.end),
        version=int(item.version),
    )


def encounter_of(appointment_id: str) -> str | None:
    """The id of a visit's encounter."""
    item = VisitEncounterItem.find(*visit_encounter_key(appointment_id))
    return item.encounter_id if item else None
