"""Use cases of notifications."""

import base64
import json
from dataclasses import dataclass

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from care.notifications import repository
from care.notifications.errors import ContactUnknown, InvalidStep
from care.notifications.models import KINDS, Contact, Mail, Notification, State, Visit, compose
from kernel import aws, log
from kernel.config import load
from kernel.events import Event, Inbox, Receipt, Unreadable

_inbox = Inbox()


@dataclass(frozen=True)
class _Environment:
    mail_from: str
    contact_key_id: str


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
    elif event.type in KINDS:
        tell(event)
    elif event.type.startswith("Appointment"):
        repository.see(event.subject, event.version)
    else:
        raise Unreadable(event.type)


def keep_contact(event: Event) -> None:
    """Remember how a patient is reached, sealed as it came; an older event than the one known changes nothing."""
    sealed = event.data.get("contact")
    if sealed is not None and not isinstance(sealed, str):
        raise Unreadable(event.type)
    repository.keep_contact(event.subject, Contact(version=event.version, sealed=sealed))


def tell(event: Event) -> None:
    """Tell the patient of a booked, moved or cancelled visit by e-mail: at most once for each event, and not at all
    when something newer about the visit has been seen.

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
    visit = Visit.of(event)
    notification = Notification(event.id, visit.patient_id, visit.appointment_id, KINDS[event.type])
    with _inbox.once(event) as receipt:
        if receipt is Receipt.DONE:
            return
        if not repository.see(visit.appointment_id, event.version):
            _advance(notification, State.SUPERSEDED)
            return
        contact = repository.contact_of(visit.patient_id)
        if contact is None:
            raise ContactUnknown
        address = _open(contact, visit.patient_id)
        if address is None:
            _advance(notification, State.NO_ADDRESS)
            return
        mail = compose(notification.kind, visit, address.language)
        if _advance(notification, State.SENDING):
            _send(notification, mail, address.email)


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
    """The address within a contact, opened at the last moment; None where there is none."""
    if contact.sealed is None:
        return None
    answer = aws.kms().decrypt(
        KeyId=load(_Environment).contact_key_id,
        CiphertextBlob=base64.b64decode(contact.sealed),
        EncryptionContext={"patient_id": patient_id},
    )
    document = json.loads(answer["Plaintext"])
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
    facts = {"event": notification.event_id, "appointment": notification.appointment_id}
    log.logger().error("notification unknown", extra=facts | (log.failure(cause) if cause else {}))
    with single_metric(name="NotificationUnknown", unit=MetricUnit.Count, value=1):
        pass
