"""The kinds of what is told, and the states of telling."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is told."""

    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    DAY_REMINDER = "day-reminder"
    HOUR_REMINDER = "hour-reminder"
    SERIES = "series"
    OFFER = "offer"


KINDS = {
    "AppointmentBooked": Kind.CONFIRMATION,
    "AppointmentRescheduled": Kind.CHANGE,
    "AppointmentCancelled": Kind.CANCELLATION,
    "DayReminderDue": Kind.DAY_REMINDER,
    "HourReminderDue": Kind.HOUR_REMINDER,
    "SeriesBooked": Kind.SERIES,
    "WaitlistOffered": Kind.OFFER,
}


class State(StrEnum):
    """How far the telling of one event has come. `sending` stands before the call to the mail service, so that a crash
    leaves a trace of what may have gone out."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"  # the mail service said no: tried again
    UNKNOWN = "unknown"  # it may have gone out: never tried again
    SUPERSEDED = "superseded"  # it was true no longer, or of no use any more
    NO_ADDRESS = "no-address"


# What a state may follow on; None: nothing was recorded yet.
TRANSITIONS: dict[State, frozenset[State | None]] = {
    State.SENDING: frozenset({None, State.REFUSED}),
    State.SUPERSEDED: frozenset({None, State.REFUSED}),
    State.NO_ADDRESS: frozenset({None, State.REFUSED}),
    State.SENT: frozenset({State.SENDING}),
    State.REFUSED: frozenset({State.SENDING}),
    State.UNKNOWN: frozenset({State.SENDING}),
}


@dataclass(frozen=True, slots=True)
class Notification:
    """That a patient is to be told of one event. `subject`: id of the visit, series or wish that it is about."""

    event_id: str
    patient_id: str
    subject: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Contact:
    """How a patient is reached, as far as it is known here.

    Attributes:
        sealed: base64 of the KMS ciphertext of a JSON object with `email` and `language`; None where the patient has
            no contact data, or has none any more.
    """

    version: int
    sealed: str | None
