"""What can be wrong with a booking."""

from kernel.errors import Conflict, Invalid


class SlotTaken(Conflict):
    """Carries `conflicts` (which kind of resource is taken, and when; never by whom) and `alternatives`."""

    slug, title = "slot-taken", "This time has been taken"


class NotBookable(Invalid):
    """The time is past, too far ahead, on leave, or outside the practitioner's hours."""

    slug, title = "not-bookable", "This time cannot be booked"


class HoldUnusable(Invalid):
    slug, title = "hold-unusable", "The hold is for another visit"


class SeriesConflict(Conflict):
    """Carries `clashes` (each like a single booking's refusal) and `free`, the occurrences that could be booked."""

    slug, title = "series-conflict", "Some of the series' times cannot be booked"


class AlreadyWaiting(Conflict):
    """Carries the `waitlist_id` of the entry that stands."""

    slug, title = "already-waiting", "The patient is waiting for this already"


class TooManyEntries(Conflict):
    slug, title = "too-many-entries", "The patient waits for too many things at a time"


class NotWaiting(Conflict):
    slug, title = "not-waiting", "This entry waits no more"


class OfferGone(Conflict):
    slug, title = "offer-gone", "There is no such offer any more"
