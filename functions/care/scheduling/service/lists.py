"""The day board and the work list, and the decision that a visit stays where it does not fit."""

from datetime import date

from care.scheduling import repository
from care.scheduling.models import Appointment, BoardEntry, Kept, Move, misfit
from care.scheduling.service.views import refresh_visit
from kernel import clock
from kernel.errors import NotFound


def board(department_id: str, day: date, after: str | None, limit: int) -> tuple[list[BoardEntry], str | None]:
    """A page of the visits of a department on a local day by start, and where it ended unless it is the last."""
    return repository.board(department_id, day, after, limit)


def work_list(practitioner_id: str | None, after: str | None, limit: int) -> tuple[list[Move], str | None]:
    """A page of the visits that should be moved, soonest first, and where it ended unless it is the last."""
    return repository.moves(practitioner_id, clock.second(), after, limit)


def keep(visit: Appointment, reason: str, actor: str) -> None:
    """Decide that a visit stays where it does not fit: it leaves the work list until it, or what it does not fit,
    changes. Deciding it again replaces the reason.

    Raises:
        NotFound: there is nothing to decide.
    """
    now = clock.second()
    practitioner_id = visit.practitioner_id
    schedule, profile = repository.schedule_of(practitioner_id), repository.profile_of(practitioner_id)
    wrong = misfit(visit, schedule, profile, now)
    if wrong is None:
        raise NotFound("This visit need not be moved")
    repository.keep_visit(
        visit.appointment_id, Kept(practitioner_id, visit.start, visit.end, wrong.mark, reason, actor, now)
    )
    refresh_visit(visit.appointment_id)
