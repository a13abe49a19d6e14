"""The day board and the work list: visits as those see them who have to act."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from care.scheduling.models import Appointment, BoardEntry, Cause, Kept, Mode, Move, Status, local_date
from care.scheduling.repository.keys import (
    BoardItem,
    KeptItem,
    MoveItem,
    Stored,
    board_partition,
    from_epoch,
    kept_key,
    place,
    placed,
    to_epoch,
)
from care.scheduling.repository.views import View, show

_KEPT_FOR = timedelta(days=90)  # how long a board can be looked at after its day
_MOVES = "MOVES"


def show_visit(seen: View, visit: Appointment, department_id: str | None, move: Move | None) -> bool:
    """Make the board of the department show the visit, and the work list show the move, or neither; whether there was
    something to change.

    Raises:
        LostRace: somebody changed it since it was seen.
    """
    until = visit.end + _KEPT_FOR
    items: list[Stored] = [_write_board(visit, department_id, until)] if department_id else []
    if move is not None:
        items += [_write_move(move, pk) for pk in (_MOVES, f"PRACTITIONER#{move.practitioner_id}")]
    return show(seen, items, until)


def shown_move(seen: View) -> Move | None:
    """The visit's entry of the work list, if it has one."""
    raw = next((raw for (pk, _), raw in seen.copies.items() if pk == _MOVES), None)
    return _read_move(MoveItem.from_raw_data(raw)) if raw else None


def board(department_id: str, day: date, after: str | None, limit: int) -> tuple[list[BoardEntry], str | None]:
    """A page of a department's board by start, and where it ended unless it is the last."""
    partition = board_partition(department_id, day)
    later = BoardItem.sk > after if after else None
    items = list(BoardItem.query(partition, later, limit=limit + 1))
    return [_read_board(item) for item in items[:limit]], items[limit - 1].sk if len(items) > limit else None


def moves(practitioner_id: str | None, now: datetime, after: str | None, limit: int) -> tuple[list[Move], str | None]:
    """A page of the work list from now on, of a practitioner or of all, soonest first, and where it ended unless it is
    the last."""
    partition = f"PRACTITIONER#{practitioner_id}" if practitioner_id else _MOVES
    # One second on, so that the page's first place is after `now` as its later ones are after the page before.
    low = after or place(now + timedelta(seconds=1), "")
    span = MoveItem.sk.between(f"MOVE#{low}~" if after else f"MOVE#{low}", "MOVE#~")
    items = list(MoveItem.query(partition, span, limit=limit + 1))
    ended = items[limit - 1].sk.removeprefix("MOVE#") if len(items) > limit else None
    return [_read_move(item) for item in items[:limit]], ended


def keep_visit(appointment_id: str, kept: Kept) -> None:
    """Store the decision that a visit stays where it is, in place of any earlier one."""
    KeptItem(
        *kept_key(appointment_id),
        practitioner_id=kept.practitioner_id,
        start=to_epoch(kept.start),
        end=to_epoch(kept.end),
        mark=kept.mark,
        reason=kept.reason,
        actor=kept.actor,
        at=to_epoch(kept.at),
    ).save()


def forget_kept(appointment_id: str) -> None:
    """Remove the decision that a visit stays where it is."""
    KeptItem(*kept_key(appointment_id)).delete()


def kept_visits(appointment_ids: Iterable[str]) -> dict[str, Kept]:
    """Those of these visits of which it was decided that they stay."""
    keys = [kept_key(appointment_id) for appointment_id in appointment_ids]
    return {
        item.pk.removeprefix("APPOINTMENT#"): Kept(
            item.practitioner_id,
            from_epoch(item.start),
            from_epoch(item.end),
            item.mark,
            item.reason,
            item.actor,
            from_epoch(item.at),
        )
        for item in KeptItem.batch_get(keys, consistent_read=True)
    }


def _write_board(visit: Appointment, department_id: str, until: datetime) -> BoardItem:
    return BoardItem(
        board_partition(department_id, local_date(visit)),
        place(visit.start, visit.appointment_id),
        status=visit.status,
        practitioner_id=visit.practitioner_id,
        patient_id=visit.patient_id,
        room_id=visit.room_id,
        end=to_epoch(visit.end),
        time_zone=visit.time_zone,
        mode=visit.mode,
        version=visit.version,
        expires_at=to_epoch(until),
    )


def _read_board(item: BoardItem) -> BoardEntry:
    start, appointment_id = placed(item.sk)
    return BoardEntry(
        appointment_id=appointment_id,
        status=Status(item.status),
        practitioner_id=item.practitioner_id,
        patient_id=item.patient_id,
        room_id=item.room_id,
        start=start,
        end=from_epoch(item.end),
        time_zone=item.time_zone,
        mode=Mode(item.mode),
        version=int(item.version),
    )


def _write_move(move: Move, partition: str) -> MoveItem:
    return MoveItem(
        partition,
        f"MOVE#{place(move.start, move.appointment_id)}",
        practitioner_id=move.practitioner_id,
        patient_id=move.patient_id,
        end=to_epoch(move.end),
        time_zone=move.time_zone,
        cause=move.cause,
        since=to_epoch(move.since),
        expires_at=to_epoch(move.end),
    )


def _read_move(item: MoveItem) -> Move:
    start, appointment_id = placed(item.sk.removeprefix("MOVE#"))
    return Move(
        appointment_id=appointment_id,
        practitioner_id=item.practitioner_id,
        patient_id=item.patient_id,
        start=start,
        end=from_epoch(item.end),
        time_zone=item.time_zone,
        cause=Cause(item.cause),
        since=from_epoch(item.since),
    )
