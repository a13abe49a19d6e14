"""Keys and items of the notifications table. Ids, codes and states; contact data as ciphertext only.

| pk | sk | what |
|---|---|---|
| `PATIENT#pat_0192…` | `CONTACT` | how the patient is reached, sealed |
| `PATIENT#pat_0192…` | `NOTIFICATION#apt_0192…:1` | that the patient is told of an event |
| `APPOINTMENT#apt_0192…` | `NEWEST` | a visit as the newest of its events told |
| `WAITLIST#wtl_0192…` | `NEWEST` | the newest version of a wish on the waitlist that any event told of |
| `EVENT#apt_0192…:1` | `INBOX` | the kernel's: that an event is or was handled |
"""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from care.notifications.errors import InvalidStep
from care.notifications.models.subjects import Mode, Visit
from care.notifications.models.telling import TRANSITIONS, Contact, Notification, State
from kernel import clock
from kernel.dynamodb import FromEnvironment, Item, condition_failed

_DAY = 86400
_NOTIFICATION_DAYS = 400  # as long as anybody asks whether the patient was told: a year and some
_NEWEST_DAYS = 60  # longer than any delivery takes: a day in the stream, four in the queue, a fortnight set aside


class _Contact(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    version = NumberAttribute()
    sealed = UnicodeAttribute(null=True)


class _Newest(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    version = NumberAttribute()
    expires_at = NumberAttribute()


class _NewestVisit(_Newest):
    patient_id = UnicodeAttribute()
    at = NumberAttribute()
    expected = BooleanAttribute()
    start = NumberAttribute()
    end = NumberAttribute()
    time_zone = UnicodeAttribute()
    mode = UnicodeAttribute()


class _Notification(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    subject = UnicodeAttribute()
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    writing = UnicodeAttribute()  # tells a write of ours, repeated below us after a lost answer, from anybody else's
    at = UnicodeAttribute()
    message_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


def keep_contact(patient_id: str, contact: Contact) -> bool:
    """Store a patient's contact unless a newer one is known; whether it was stored."""
    item = _Contact(_patient(patient_id), "CONTACT", version=contact.version, sealed=contact.sealed)
    try:
        item.save(condition=_Contact.pk.does_not_exist() | (_Contact.version < contact.version))
    except PutError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def contact_of(patient_id: str) -> Contact | None:
    """How a patient is reached; None where no event has told yet."""
    item = _Contact.find(_patient(patient_id), "CONTACT")
    return Contact(version=int(item.version), sealed=item.sealed) if item else None


def see(visit: Visit) -> bool:
    """Remember a visit as an event told of it; whether no newer event was seen."""
    end = int(visit.end.timestamp())
    return _renew(
        _NewestVisit(_visit(visit.appointment_id), "NEWEST"),
        visit.version,
        [
            _NewestVisit.patient_id.set(visit.patient_id),
            _NewestVisit.at.set(int(visit.at.timestamp())),
            _NewestVisit.expected.set(visit.expected),
            _NewestVisit.start.set(int(visit.start.timestamp())),
            _NewestVisit.end.set(end),
            _NewestVisit.time_zone.set(visit.zone.key),
            _NewestVisit.mode.set(visit.mode),
            _Newest.expires_at.set(max(_expiry(_NEWEST_DAYS), end + _NEWEST_DAYS * _DAY)),
        ],
    )


def see_wish(waitlist_id: str, version: int) -> bool:
    """Remember a version of a wish on the waitlist; whether none newer was seen."""
    item = _Newest(f"WAITLIST#{waitlist_id}", "NEWEST")
    return _renew(item, version, [_Newest.expires_at.set(_expiry(_NEWEST_DAYS))])


def _renew(item: _Newest, version: int, actions: list[Action]) -> bool:
    try:
        item.update(
            actions=[_Newest.version.set(version), *actions],
            condition=_Newest.version.does_not_exist() | (_Newest.version <= version),
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def newest(appointment_id: str) -> Visit | None:
    """A visit as the newest event told of it; None where none has."""
    item = _NewestVisit.find(_visit(appointment_id), "NEWEST")
    if item is None:
        return None
    return Visit(
        appointment_id=appointment_id,
        patient_id=item.patient_id,
        version=int(item.version),
        at=datetime.fromtimestamp(int(item.at), UTC),
        expected=item.expected,
        start=datetime.fromtimestamp(int(item.start), UTC),
        end=datetime.fromtimestamp(int(item.end), UTC),
        zone=ZoneInfo(item.time_zone),
        mode=Mode(item.mode),
    )


def advance(notification: Notification, to: State, message_id: str | None = None) -> None:
    """Bring a notification to a state.

    Raises:
        InvalidStep: the transition table does not allow it from where the notification stands.
    """
    item = _Notification(
        _patient(notification.patient_id),
        f"NOTIFICATION#{notification.event_id}",
        subject=notification.subject,
        kind=notification.kind,
        state=to,
        writing=uuid4().hex,
        at=clock.iso(clock.now()),
        message_id=message_id,
        expires_at=_expiry(_NOTIFICATION_DAYS),
    )
    try:
        item.save(condition=_may_become(to))
    except PutError as error:
        if not condition_failed(error):
            raise
        standing = _Notification.get(item.pk, item.sk, consistent_read=True)
        if standing.writing != item.writing:
            raise InvalidStep(standing.state) from None


def _may_become(state: State) -> Condition:
    before = TRANSITIONS[state]
    recorded = _Notification.state.is_in(*sorted(old for old in before if old is not None))
    return recorded | _Notification.pk.does_not_exist() if None in before else recorded


def _patient(patient_id: str) -> str:
    return f"PATIENT#{patient_id}"


def _visit(appointment_id: str) -> str:
    return f"APPOINTMENT#{appointment_id}"


def _expiry(days: int) -> int:
    return int(clock.now().timestamp()) + days * _DAY
