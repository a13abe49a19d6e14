"""What keeps the trail without a caller: events of all domains come into it, the clock has it sealed and checked."""

import re
from dataclasses import dataclass
from datetime import timedelta

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from kernel import clock, ids, log
from kernel.audit import sealing
from kernel.audit.records import Outcome, Record, write_event
from kernel.audit.store import AwsStore
from kernel.config import load
from kernel.events import Event, Unreadable, enqueue

_THING = re.compile(r"[A-Z][a-z]+")  # AppointmentBooked is about an Appointment


@dataclass(frozen=True)
class _Environment:
    app: str
    queue_url: str = ""
    seal_after_seconds: int = 60


def keep_event(event: Event) -> None:
    """Put a change that an event tells of into the trail: what a caller did as well as what happened by itself.

    Of its data only the patient's id is taken: whatever else an event carries, the trail needs it not.

    Raises:
        Unreadable: its type names nothing.
    """
    thing = _THING.match(event.type)
    if thing is None:
        raise Unreadable(event.type)
    whose = event.subject if ids.matches("pat", event.subject) else event.data.get("patient_id")
    write_event(
        Record(
            id=ids.derived("aud", event.id),
            at=clock.now(),
            app=load(_Environment).app,
            actor=event.actor,
            action=event.type,
            outcome=Outcome.GRANTED,
            resource_type=thing[0],
            resource_id=event.subject if ids.is_id(event.subject) else None,
            patient_id=whose if isinstance(whose, str) and ids.is_id(whose) else None,
            event_id=event.id,
        )
    )


def keep_sealed(event: Event) -> None:
    """Do what is due: seal (`SealDue`), check the hours of the day before (`CheckDue`), or one hour (`HourDue`).

    Raises:
        Unreadable: it is none of these.
    """
    match event.type:
        case "SealDue":
            _seal()
        case "CheckDue":
            hours = [
                Event(f"{event.id}:{hour}", "HourDue", event.at, hour, event.actor, 0)
                for hour in sealing.hours_of(event.at)
            ]
            enqueue(load(_Environment).queue_url, hours)
        case "HourDue":
            _check(event.subject)
        case _:
            raise Unreadable(event.type)


def _seal() -> None:
    made = sealing.seal_due(AwsStore(), clock.now(), timedelta(seconds=load(_Environment).seal_after_seconds))
    for seal in made:
        log.logger().info("sealed", extra={"seal": seal.number, "records": seal.count, "until": seal.until})


def _check(hour: str) -> None:
    """Compare an hour with its seals; what does not fit is logged by id and counted in the metric `AuditDisturbed`."""
    try:
        found = sealing.check(AwsStore(), hour, clock.now())
    except ValueError:
        raise Unreadable("not an hour") from None
    if found.late or found.lost:
        log.logger().error(
            "the trail is not what was sealed", extra={"hour": hour, "late": found.late, "lost": found.lost}
        )
        with single_metric(name="AuditDisturbed", unit=MetricUnit.Count, value=len(found.late) + len(found.lost)):
            pass
