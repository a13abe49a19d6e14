"""Who is whose to a patient: what policies ask before they let somebody see what is a patient's.

The patients domain keeps relations, as items of its table beside the patient; every other domain asks by conditions,
which cannot read: a foreign key.

| relation | item | holds |
|---|---|---|
| proxies: may act for the patient | `PATIENT#pat_0192…` / `PROXY#<patient id>` | `active` |
| carers: treats them, or did lately | `PATIENT#pat_0192…` / `CARER#<practitioner or user id>` | `until`, in seconds |
| emergency: has broken the glass | `PATIENT#pat_0192…` / `EMERGENCY#<user id>` | `until`, in seconds |
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute
from pynamodb.expressions.condition import Condition

from kernel import clock
from kernel.access import Attribute, Principal, Resource
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction

if TYPE_CHECKING:
    from kernel.http import Call

PROXIES, CARERS, EMERGENCY = "proxies", "carers", "emergency"
RELATIONS = (PROXIES, CARERS, EMERGENCY)
_NOBODY: Mapping[str, Attribute] = dict.fromkeys(RELATIONS, ())
_KINDS = {PROXIES: "PROXY", CARERS: "CARER", EMERGENCY: "EMERGENCY"}


class _Relation(Item):
    """Of the patients table we may ask whether a condition holds, and nothing more."""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    active = BooleanAttribute()
    until = NumberAttribute()


def possible(principal: Principal) -> Iterator[tuple[str, str]]:
    """The relations in which somebody could stand to a patient who is not themselves, each with the id by which they
    stand in it: patients may speak for others; doctors and nurses treat, and break the glass."""
    if "patient" in principal.roles and principal.patient_id:
        yield PROXIES, principal.patient_id
    if "doctor" in principal.roles and principal.practitioner_id:
        yield CARERS, principal.practitioner_id
    if "nurse" in principal.roles:
        yield CARERS, principal.user_id
    if principal.roles & {"doctor", "nurse"}:
        yield EMERGENCY, principal.user_id


def related(call: "Call", kind: str, id_: str, patient_id: str, attributes: Mapping[str, Attribute]) -> Resource:
    """Something of a patient's, with what ties the caller to that patient, which is looked up only when nothing else
    lets the caller in."""
    caller = call.principal
    resource = Resource(kind, id_ or "unknown", {"patient_id": patient_id, **attributes, **_NOBODY})
    if not patient_id or caller.patient_id == patient_id or call.allows(resource):
        return resource
    return Resource(kind, id_, {**resource.attributes, **relations(patient_id, caller, clock.now())})


def relations(
    patient_id: str, principal: Principal, now: datetime, *, asked: Collection[str] = RELATIONS
) -> Mapping[str, frozenset[str]]:
    """What ties the caller to a patient, as attributes of the patient's resources: under each relation `asked` for, the
    caller's own id where they stand in it.

    One call at most, and none for patients themselves or for those who could not stand in any of the relations.
    """
    ties = [] if principal.patient_id == patient_id else [tie for tie in possible(principal) if tie[0] in asked]
    failed = _failed(patient_id, ties, now) if ties else ()
    standing = [(kind, own_id) for kind, own_id in ties if _sort_key(kind, own_id) not in failed]
    return {relation: frozenset(own_id for kind, own_id in standing if kind == relation) for relation in asked}


def _failed(patient_id: str, ties: Iterable[tuple[str, str]], now: datetime) -> Collection[str]:
    """The sort keys of those relations that do not stand."""
    transaction = Transaction()
    for relation, own_id in ties:
        sort_key = _sort_key(relation, own_id)
        transaction.check(sort_key, _Relation, f"PATIENT#{patient_id}", sort_key, _condition(relation, now))
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        return refused.failed
    return ()


def _sort_key(relation: str, own_id: str) -> str:
    return f"{_KINDS[relation]}#{own_id}"


def _condition(relation: str, now: datetime) -> Condition:
    return _Relation.active == True if relation == PROXIES else _Relation.until > now.timestamp()  # noqa: E712
