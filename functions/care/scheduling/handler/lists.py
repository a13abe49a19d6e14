"""Routes of the day board and the work list."""

import re

from care.scheduling import service
from care.scheduling.handler.api import APPOINTMENT, CARE, api, found_visit, practitioner
from care.scheduling.models import BoardEntry, Move
from care.scheduling.schemas.lists import BoardQuery, BoardVisitOut, KeepIn, MoveOut, WorkListQuery
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.errors import Malformed, NotFound
from kernel.http import Call, Page

_PLACE = re.compile(r"\d{10}#apt_[0-9a-f]{32}")


@api.get("/v1/board", action="ReadBoard", query=BoardQuery, answer=Page[BoardVisitOut], personal=True)
def read_board(call: Call, query: BoardQuery) -> Page[BoardVisitOut]:
    """List a department's visits of a local day by start, cancelled ones too."""
    call.authorize(CARE)
    page, ended = service.board(query.department_id, query.day, _after(query.cursor), query.limit)
    return Page[BoardVisitOut](items=[_board_out(entry) for entry in page], next_cursor=_cursor(ended))


@api.get("/v1/work-list", action="ReadWorkList", query=WorkListQuery, answer=Page[MoveOut], personal=True)
def read_work_list(call: Call, query: WorkListQuery) -> Page[MoveOut]:
    """List booked visits that no longer fit the hours and should be moved, soonest first.

    They leave the list when they are moved, cancelled or kept, or fit again.
    """
    practitioner_id = query.practitioner_id
    if practitioner_id is None and not call.allows(CARE):
        practitioner_id = call.principal.practitioner_id
    call.authorize(practitioner(practitioner_id) if practitioner_id else CARE)
    page, ended = service.work_list(practitioner_id, _after(query.cursor), query.limit)
    return Page[MoveOut](items=[_move_out(move) for move in page], next_cursor=_cursor(ended))


@api.post(
    "/v1/work-list/{appointment_id}/keep",
    action="KeepAppointment",
    body=KeepIn,
    status=204,
    problems=(NotFound,),
    parameters=APPOINTMENT,
)
def keep(call: Call, appointment_id: str, body: KeepIn) -> None:
    """Decide that a visit stays where it does not fit.

    It leaves the work list until it is moved, or the leave or week that it does not fit changes.
    """
    service.keep(found_visit(call, appointment_id), body.reason, call.principal.user_id)


def _after(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    after = decode_cursor(cursor, ("after",))["after"]
    if not _PLACE.fullmatch(after):
        raise Malformed("The cursor is not one that this list gave")
    return after


def _cursor(ended: str | None) -> str | None:
    return encode_cursor({"after": ended}) if ended else None


def _board_out(entry: BoardEntry) -> BoardVisitOut:
    return BoardVisitOut(
        appointment_id=entry.appointment_id,
        status=entry.status.value,
        practitioner_id=entry.practitioner_id,
        patient_id=entry.patient_id,
        room_id=entry.room_id,
        start=entry.start,
        end=entry.end,
        time_zone=entry.time_zone,
        mode=entry.mode.value,
        version=entry.version,
    )


def _move_out(move: Move) -> MoveOut:
    return MoveOut(
        appointment_id=move.appointment_id,
        practitioner_id=move.practitioner_id,
        patient_id=move.patient_id,
        start=move.start,
        end=move.end,
        time_zone=move.time_zone,
        cause=move.cause.value,
        since=move.since,
    )
