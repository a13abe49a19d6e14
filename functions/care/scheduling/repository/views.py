"""Read models: copies of visits and of free time in lists that other questions are asked of.

All copies that stem from one thing (a practitioner's day, a visit) are remembered in one item beside it, its view. Who
changes them reads the view first and the truth after, writes under the condition that nobody has changed the view
since, and then looks again: who found nothing to change in between has left no trace in the view, and yet may have seen
more than what was written. So, whatever order events come in and however often, the last look has seen all that was
true before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from care.scheduling.repository.keys import Stored, ViewItem, to_epoch
from kernel.dynamodb import ConditionsFailed, RawItem, Transaction
from kernel.races import LostRace

type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """The copies of one thing as they stand."""

    key: Key
    revision: int
    copies: Mapping[Key, RawItem]


def views_of_visits(appointment_ids: Iterable[str]) -> dict[str, View]:
    """The views of these visits; a visit that never had one has an empty one."""
    keys = {f"APPOINTMENT#{appointment_id}": appointment_id for appointment_id in appointment_ids}
    found = {appointment_id: View((pk, "VIEW"), 0, {}) for pk, appointment_id in keys.items()}
    for item in ViewItem.batch_get([(pk, "VIEW") for pk in keys], consistent_read=True):
        found[keys[item.pk]] = _view(item)
    return found


def views_of_days(practitioner_id: str, days: Iterable[date]) -> dict[date, View]:
    """The views of these UTC days of a practitioner, likewise. One Query."""
    pk = f"PRACTITIONER#{practitioner_id}"
    found = {day: View((pk, _day_key(day)), 0, {}) for day in days}
    span = ViewItem.sk.between(_day_key(min(found)), _day_key(max(found)))
    for item in ViewItem.query(pk, span, consistent_read=True):
        found[date.fromisoformat(item.sk.removeprefix("VIEW#"))] = _view(item)
    return found


def show(seen: View, wanted: Iterable[Stored], until: datetime) -> bool:
    """Make the copies be `wanted`: one transaction, none where they are that already; whether there was something to
    change, so that the truth has to be looked at again.

    Args:
        until: when nobody needs the copies any more.

    Raises:
        LostRace: somebody changed them since they were seen.
    """
    items = {(item.pk, item.sk): item for item in wanted}
    copies: dict[Key, RawItem] = {key: item.to_dynamodb_dict() for key, item in items.items()}
    if copies == seen.copies:
        return False
    unseen = ViewItem.revision == seen.revision if seen.revision else ViewItem.pk.does_not_exist()
    view = ViewItem(*seen.key, revision=seen.revision + 1, copies=list(copies.values()), expires_at=to_epoch(until))
    transaction = Transaction()
    transaction.put("view", view, condition=unseen)
    for key, item in items.items():
        if copies[key] != seen.copies.get(key):
            transaction.put(f"put {key}", item)
    for key in seen.copies.keys() - copies.keys():
        transaction.delete(f"delete {key}", Stored(*key))
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise LostRace from error
    return True


def _day_key(day: date) -> str:
    return f"VIEW#{day.isoformat()}"


def _view(item: ViewItem) -> View:
    copies = {(raw["pk"]["S"], raw["sk"]["S"]): raw for raw in item.copies}
    return View((item.pk, item.sk), int(item.revision), copies)
