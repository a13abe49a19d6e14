"""Emergency access: the glass is broken with a reason, for an hour, and somebody else looks at it afterwards."""

from dataclasses import replace
from datetime import datetime

from care.patients.models.emergencies import EMERGENCY_LASTS, EmergencyAccess, Review, ReviewState, Verdict
from care.patients.repository import emergencies
from kernel import clock, ids
from kernel.access import Principal
from kernel.errors import InvalidTransition
from kernel.races import LostRace


def break_glass(patient_id: str, reason: str, caller: Principal) -> tuple[str, datetime]:
    """Let a clinician see a patient to whom nothing ties them.

    Returns:
        the id of the access, and when it ends; those of the one that runs where there is one.

    Raises:
        NotFound: there is no such patient.
    """
    now = clock.second()
    return emergencies.begin(
        EmergencyAccess(
            emergency_id=ids.new("emg"),
            patient_id=patient_id,
            user_id=caller.user_id,
            practitioner_id=caller.practitioner_id,
            reason=reason,
            started_at=now,
            expires_at=now + EMERGENCY_LASTS,
        )
    )


def review_queue(state: ReviewState, after: str | None, limit: int) -> tuple[list[EmergencyAccess], str | None]:
    """Up to `limit` accesses that wait for their review or had it, those after one of them; and after which to go on,
    None at the end."""
    found = emergencies.queue(state, after, limit + 1)
    return found[:limit], found[limit - 1].emergency_id if len(found) > limit else None


def find_access(emergency_id: str) -> EmergencyAccess | None:
    return emergencies.find(emergency_id)


def review(access: EmergencyAccess, verdict: Verdict, comment: str, *, reviewer: str) -> EmergencyAccess:
    """Say whether an access was justified. The same said again by the same person changes nothing.

    Raises:
        InvalidTransition: it was reviewed before.
    """
    if access.review is None:
        reviewed = replace(access, review=Review(verdict, comment, reviewer, clock.second()))
        try:
            emergencies.close(reviewed)
        except LostRace:
            access = emergencies.find(access.emergency_id) or access
        else:
            return reviewed
    given = access.review
    if given is None or (given.verdict, given.comment, given.reviewed_by) != (verdict, comment, reviewer):
        raise InvalidTransition("It was reviewed before")
    return access


def remind_of_reviews() -> int:
    """Note which accesses have waited too long for their review, which others are told of; how many there are."""
    now = clock.now()
    overdue = 0
    for access in emergencies.waiting():
        due = access.reminders_due(now)
        if not due:
            break  # the others have waited less
        overdue += 1
        if due > access.reminders:
            emergencies.remember_reminder(access, due)
    return overdue
