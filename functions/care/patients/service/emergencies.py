"""Emergency access: the glass is broken with a reason, for an hour, and somebody else looks at it afterwards."""

from dataclasses import replace
from datetime import datetime

from care.patients.models.emergencies import EMERGENCY_LASTS, EmergencyAccess, Review, ReviewState, Verdict, Words
from care.patients.repository import emergencies
from kernel import clock, ids
from kernel.access import Principal
from kernel.errors import InvalidTransition
from kernel.races import LostRace

type Told = tuple[EmergencyAccess, Words | None]  # None where the patient was erased


def break_glass(patient_id: str, reason: str, caller: Principal) -> tuple[str, datetime]:
    """Let a clinician see a patient to whom nothing ties them.

    Returns:
        the id of the access, and when it ends; those of the one that runs where there is one.

    Raises:
        NotFound: there is no such patient.
        Erased: the patient was at this moment.
    """
    emergencies.require_patient(patient_id)
    now, emergency_id = clock.second(), ids.new("emg")
    return emergencies.begin(
        EmergencyAccess(
            emergency_id=emergency_id,
            patient_id=patient_id,
            user_id=caller.user_id,
            practitioner_id=caller.practitioner_id,
            sealed=emergencies.seal(patient_id, emergency_id, Words(reason)),
            started_at=now,
            expires_at=now + EMERGENCY_LASTS,
        )
    )


def review_queue(state: ReviewState, after: str | None, limit: int) -> tuple[list[Told], str | None]:
    """Up to `limit` accesses that wait for their review or had it, those after one of them; and after which to go on,
    None at the end."""
    found = emergencies.queue(state, after, limit + 1)
    told = list(zip(found[:limit], emergencies.words(found[:limit]), strict=True))
    return told, found[limit - 1].emergency_id if len(found) > limit else None


def find_access(emergency_id: str) -> EmergencyAccess | None:
    return emergencies.find(emergency_id)


def review(access: EmergencyAccess, verdict: Verdict, comment: str, *, reviewer: str) -> Told:
    """Say whether an access was justified. The same said again by the same person changes nothing. Of an access to
    somebody who has been erased the verdict is kept and no word: they would be about them.

    Raises:
        InvalidTransition: it was reviewed before.
        Erased: the patient was at this moment; asking again closes the review.
    """
    [words] = emergencies.words([access])
    if access.review is None:
        reviewed = replace(access, review=Review(verdict, reviewer, clock.second()))
        said = words and replace(words, comment=comment)
        if said:
            reviewed = replace(reviewed, sealed=emergencies.seal(access.patient_id, access.emergency_id, said))
        try:
            emergencies.close(reviewed, keyed=said is not None)
        except LostRace:
            access = emergencies.find(access.emergency_id) or access
            [words] = emergencies.words([access])
        else:
            return reviewed, said
    given = access.review
    same = given is not None and (given.verdict, given.reviewed_by) == (verdict, reviewer)
    if not same or (words and words.comment != comment):
        raise InvalidTransition("It was reviewed before")
    return access, words


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
