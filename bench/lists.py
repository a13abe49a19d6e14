"""Read units of the search for free slots, the day board and the work list, counted as `bench.units` counts them.

The lists are made by the code that makes them in the cloud, and asked over the API's own handler. A hundred
cardiologists are free from nine o'clock; a search must not read more of them than it shows.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.events import event
from bench.report import Row
from bench.units import PATIENT, PRACTITIONER, Meter, metered, metering, tables

_DEPARTMENT = "dep_" + "d4" * 16
_CARDIOLOGISTS = 100
_PROFILE = {"department_id": _DEPARTMENT, "active": True}
_SHOWN = 20
_VISITS = 50  # a page of a list
_PAGES = 10  # of a search within one day before the one that is counted


def measure() -> list[Row]:
    with tables() as client:
        day = datetime.now(UTC).date() + timedelta(days=2)
        week = {"time_zone": "UTC", "slot_minutes": 10, "valid_from": day.isoformat(), "valid_to": day.isoformat()}
        weekly = [{"weekday": day.weekday(), "start": "09:00", "end": "18:00"}]
        _week(PRACTITIONER, week | {"weekly": weekly})
        for minute in range(0, 10 * _VISITS, 10):
            start = f"{day}T{9 + minute // 60:02}:{minute % 60:02}:00Z"
            wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": start}
            metered(event("POST", "/v1/appointments", wish))
        leave = "/v1/practitioners/{practitioner_id}/leave/{day}"
        metered(event("PUT", leave, {}, practitioner_id=PRACTITIONER, day=day.isoformat()))
        _hear("PractitionerAdded", PRACTITIONER, specialties=["general-practice"], **_PROFILE)
        for number in range(_CARDIOLOGISTS):
            cardiologist = f"prc_{number:032x}"
            key = {"pk": {"S": f"PRACTITIONER#{cardiologist}"}, "sk": {"S": "STATUS"}}
            client.put_item(TableName="PractitionersTable", Item={**key, "active": {"BOOL": True}})
            _week(cardiologist, week | {"slot_minutes": 30, "weekly": weekly})
            _hear("PractitionerAdded", cardiologist, specialties=["cardiology"], **_PROFILE)
        wish = {"practitioner_id": cardiologist, "patient_id": PATIENT, "start": f"{day}T17:30:00Z"}
        _, booked = metered(event("POST", "/v1/appointments", wish))
        taken = _hear(
            "AppointmentBooked", booked["appointment_id"], practitioner_id=cardiologist, start=booked["start"]
        )
        taken.weigh(client)
        search, found = _get("/v1/slots", specialty="cardiology", limit=str(_SHOWN))
        page = found
        for _ in range(_PAGES):
            later, page = _get("/v1/slots", specialty="cardiology", limit=str(_SHOWN), cursor=page["next_cursor"])
        board, visits = _get("/v1/board", department_id=_DEPARTMENT, date=day.isoformat(), limit="50")
        work, moves = _get("/v1/work-list", limit="50")
    assert (len(found["slots"]), len(page["slots"]), len(visits["items"]), len(moves["items"])) == (
        _SHOWN,
        _SHOWN,
        _VISITS,
        _VISITS,
    )
    return _rows(search, later, board, work, taken)


def _get(resource: str, **query: str) -> tuple[Meter, Any]:
    return metered(event("GET", resource) | {"queryStringParameters": query})


def _week(practitioner_id: str, week: dict[str, Any]) -> None:
    metered(event("PUT", "/v1/practitioners/{practitioner_id}/schedule", week, practitioner_id=practitioner_id))


def _hear(type_: str, subject: str, **data: Any) -> Meter:
    """What it costs to let the lists take in an event."""
    from care.scheduling.tasks.views import follow

    told = {"id": subject, "type": type_, "at": "2026-01-01T00:00:00Z", "subject": subject, "actor": "", "version": 1}
    message = {"messageId": "1", "body": json.dumps({"detail": {**told, "data": data}})}
    with metering() as meter:
        answer = follow({"Records": [message]}, None)
    assert not answer["batchItemFailures"]
    return meter


def _rows(search: Meter, later: Meter, board: Meter, work: Meter, taken: Meter) -> list[Row]:
    def row(what: str, figure: float, most: float) -> Row:
        return Row("lists", what, f"{figure:g}", f"at most {most:g}", figure <= most, exact=True)

    return [
        row(f"the soonest {_SHOWN} slots of {_CARDIOLOGISTS} cardiologists: read units", search.read_units, 25),
        row("… read calls", search.reads, 8),
        row(f"… the page after {_PAGES} pages of the same day: read units", later.read_units, 30),
        row(f"a page of {_VISITS} visits on the day board: read units", board.read_units, 5),
        row(f"a page of {_VISITS} visits of the work list: read units", work.read_units, 5),
        row("what a booking makes the lists write: write units", taken.units, 10),
        row("… and read: read units", taken.read_units, 20),
    ]
