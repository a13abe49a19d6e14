"""Use cases of notifications."""

import base64
import json
from dataclasses import dataclass

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from care.notifications import repository
from care.notifications.errors import ContactUnknown, InvalidStep
from care.notifications.models.mails import Mail, compose
from care.notifications.models.reminders import REMINDERS
from care.notifications.models.subjects import Offer, Series, Subject, Visit, subject_of
from care.notifications.models.telling import KINDS, Contact, Notification, State
from kernel import aws, clock, log, timers, vault
from kernel.config import load
from kernel.errors import Erased
from kernel.events import Event, Inbox, Receipt, Unreadable

_inbox = Inbox()


@dataclass(frozen=True)
class _Environment:
    mail_from: str
    portal_url: str = ""


@dataclass(frozen=True, slots=True)
class _Address:
    email: str
    language: str


def take(event: Event) -> None:
    """Do what an event asks for.

    Raises:
        Unreadable: it says nothing that can be understood.
        ContactUnknown, EventInHand: it comes too early.
    """
    if event.type == "PatientContactChanged":
        keep_contact(event)
    elif event.type in KINDS and not _is_told_with_others(event):
        tell(event)
    elif event.type.startswith("Appointment"):
        repository.see(Visit.of(event))
    elif event.type.startswith("Waitlist"):
        repository.see_wish(event.subject, event.version)
    else:
        raise Unreadable(event.type)


def _is_told_with_others(event: Event) -> bool:
    """Whether it is the booking of a visit of a series: one mail tells of all of them."""
    return event.type == "AppointmentBooked" and event.data.get("series_id") is not None


def keep_contact(event: Event) -> None:
    """Remember how a patient is reached, sealed as it came; an older event than the one known changes nothing."""
    sealed = event.data.get("contact")
    if sealed is not None and not isinstance(sealed, str):
        raise Unreadable(event.type)
    repository.keep_contact(event.subject, Contact(version=event.version, sealed=sealed))


def tell(event: Event) -> None:
    """Tell the patient by e-mail: at most once for each event, and not at all where it is known to be true no longer.

    The notification is recorded as `sending` before the mail service is called. Where a later delivery finds it so,
    a try ended between the call and its record, and nobody can know whether the mail went out: it becomes `unknown`,
    which is logged, counted in the metric `NotificationUnknown` and never sent again. A patient who is told twice
    doubts both mails; one who is not told still sees the visit in the portal, and the alarm brings somebody to look.
    When the mail service answers that it did not take the mail, the event is given back and the queue tries again.

    Raises:
        Unreadable: the event lacks something.
        ContactUnknown: it is not known yet how the patient is reached.
        EventInHand: another delivery of the event is under way.
        ClientError, BotoCoreError: the mail service did not take the mail.
    """
    about = subject_of(event)
    notification = Notification(event.id, about.patient_id, event.subject, KINDS[event.type])
    with _inbox.once(event) as receipt:
        if receipt is Receipt.DONE:
            return
        if not _holds(event, about):
            _advance(notification, State.SUPERSEDED)
            return
        contact = repository.contact_of(about.patient_id)
        if contact is None:
            raise ContactUnknown
        address = _open(contact, about.patient_id)
        if address is None:
            _advance(notification, State.NO_ADDRESS)
            return
        mail = compose(notification.kind, about, address.language, load(_Environment).portal_url)
        if _advance(notification, State.SENDING):
            _send(notification, mail, address.email)


def _holds(event: Event, about: Subject) -> bool:
    """Whether what the event says is true still, as far as it is known here."""
    match about:
        case Visit() if event.type in REMINDERS:
            return REMINDERS[event.type].is_due(about, repository.newest(about.appointment_id), clock.now())
        case Visit():
            return repository.see(about)
        case Offer():
            return repository.see_wish(about.waitlist_id, about.version) and clock.now() < about.expires_at
        case Series():
            return True


def _advance(notification: Notification, to: State) -> bool:
    """Bring a notification of which nothing is known to have gone out to a state; whether that could be done."""
    try:
        repository.advance(notification, to)
    except InvalidStep as refusal:
        if refusal.standing == State.SENDING:
            _give_up(notification, None)
        return False
    return True


def _open(contact: Contact, patient_id: str) -> _Address | None:
    """The address within a contact, opened at the last moment; None where there is none, or the patient is erased."""
    if contact.sealed is None:
        return None
    try:
        document = json.loads(vault.unseal(patient_id, "contact", base64.b64decode(contact.sealed)))
    except Erased:
        return None
    email = document.get("email")
    return _Address(email, document.get("language") or "") if email else None


def _send(notification: Notification, mail: Mail, to: str) -> None:
    try:
        answer = aws.ses().send_email(
            Source=load(_Environment).mail_from,
            Destination={"ToAddresses": [to]},
            Message={
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": mail.text, "Charset": "UTF-8"},
                    "Html": {"Data": mail.html, "Charset": "UTF-8"},
                },
            },
        )
    except HTTPClientError as error:  # the connection broke or timed out with the question on its way
        _give_up(notification, error)
    except (ClientError, BotoCoreError):
        repository.advance(notification, State.REFUSED)
        raise
    else:
        repository.advance(notification, State.SENT, answer["MessageId"])


def _give_up(notification: Notification, cause: Exception | None) -> None:
    """Record that nobody can know whether the mail went out."""
    repository.advance(notification, State.UNKNOWN)
    facts = {"event": notification.event_id, "subject": notification.subject}
    log.logger().error("notification unknown", extra=facts | (log.failure(cause) if cause else {}))
    with single_metric(name="NotificationUnknown", unit=MetricUnit.Count, value=1):
        pass


def plan_reminders(event: Event) -> None:
    """Set the timers of a visit's reminders by its newest known state; remove those that are not wanted.

    Events come in any order, and several may be at work at once: who has set the timers looks whether a newer state has
    become known meanwhile. Whoever sets them last so sets them by the newest.

    Raises:
        Unreadable: the event lacks something.
    """
    repository.see(Visit.of(event))
    planned = None
    while (visit := repository.newest(event.subject)) is not None and visit != planned:
        for reminder in REMINDERS.values():
            timer = reminder.timer(visit.appointment_id)
            if reminder.is_wanted(visit):
                timers.set_timer(timer, reminder.at(visit), reminder.event(visit))
            else:
                timers.cancel_timer(timer)
        planned = visit
