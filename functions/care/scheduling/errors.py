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
