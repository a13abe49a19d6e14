"""The trail over HTTP, as far as it is the same in both applications: shapes, pages, and the routes of seals."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from kernel import clock, log
from kernel.access import Resource
from kernel.audit import export, store, trail
from kernel.audit.records import Record
from kernel.audit.seals import Seal, finding
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.errors import Fault, FieldError, Invalid, Malformed, NotFound
from kernel.http import Api, Call, Page, Wire

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # there was no trail before
_LIMIT = Field(default=50, ge=1, le=200)
_NUMBER = {"number": r"[1-9][0-9]{0,9}"}


class Period(Wire):
    """From an instant to another; the past day unless they are given."""

    after: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")

    def bounds(self, *, whole: bool = False) -> tuple[datetime, datetime]:
        """Both ends; with `whole`, all time where they are not given.

        Raises:
            Invalid: it ends before it begins.
        """
        until = self.until or clock.now()
        after = max(self.after or (_EARLIEST if whole else until - timedelta(days=1)), _EARLIEST)
        if self.after is not None and self.after > until:
            raise Invalid("", FieldError(Fault.BEFORE_START, "is before from", parameter="to"))
        return after, until


class TrailQuery(Period):
    actor: str | None = Field(default=None, min_length=1, max_length=100)
    cursor: str | None = None
    limit: int = _LIMIT


class ResourceOut(Wire):
    type: str
    id: str | None


class EventOut(Wire):
    """A record of the trail: who did what with whose data, why they might, and what came of it."""

    id: str
    at: AwareDatetime
    app: str
    actor: str
    roles: list[str]
    practitioner_id: str | None
    action: str
    because: str | None
    purpose: str | None
    outcome: str
    status: int | None
    resource: ResourceOut
    patient_id: str | None
    request_id: str | None
    event_id: str | None


class SealOut(Wire):
    """A seal over a batch of records: `signature` is over its other members."""

    number: int
    late: bool
    after: str
    until: str
    count: int
    root: str
    previous: str
    at: str
    key: str
    signature: str


class SealsQuery(Wire):
    cursor: str | None = None
    limit: int = _LIMIT


class VerdictOut(Wire):
    """Whether a seal, its signature, its place in the chain and its batch agree; if not, what is wrong."""

    number: int
    verified: bool
    finding: str | None


class ExportOut(Wire):
    """Where the export lies for some minutes. `next_from`: where a further one has to begin, if this could not hold
    all that was asked for."""

    url: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    expires_at: AwareDatetime
    first: int
    last: int
    next_from: AwareDatetime | None


def events(query: TrailQuery, subject: str | None) -> Page[EventOut]:
    """A page of the trail: about somebody, by somebody, or all of it; newest first.

    Raises:
        Invalid: it names both of them, or a time that ends before it begins.
        Malformed: the cursor is not of such a list.
    """
    if subject and query.actor:
        raise Invalid("Ask by one of both", FieldError(Fault.NOT_ONE, "goes without a subject", parameter="actor"))
    at = decode_cursor(query.cursor, ["at"])["at"] if query.cursor else None
    if subject:
        found, following = trail.about(subject, *query.bounds(whole=True), at, query.limit)
    elif query.actor:
        found, following = trail.by(query.actor, *query.bounds(whole=True), at, query.limit)
    else:
        found, following = trail.during(*query.bounds(), at, query.limit)
    return Page[EventOut](
        items=[event_out(record) for record in found],
        next_cursor=encode_cursor({"at": following}) if following else None,
    )


def event_out(record: Record) -> EventOut:
    return EventOut(
        id=record.id,
        at=record.at,
        app=record.app,
        actor=record.actor,
        roles=list(record.roles),
        practitioner_id=record.practitioner_id,
        action=record.action,
        because=record.because,
        purpose=record.purpose,
        outcome=record.outcome.value,
        status=record.status,
        resource=ResourceOut(type=record.resource_type, id=record.resource_id),
        patient_id=record.patient_id,
        request_id=record.request_id,
        event_id=record.event_id,
    )


def declare_seals(api: Api) -> None:
    """Declare the routes by which an application's trail is proven."""
    house = Resource("Application", api.app)

    @api.get("/v1/audit/seals", action="ReadSeals", query=SealsQuery, answer=Page[SealOut])
    def list_seals(call: Call, query: SealsQuery) -> Page[SealOut]:
        """List the seals of the audit trail, newest first."""
        call.authorize(house)
        below = _number(query.cursor) if query.cursor else _MOST
        found = store.seals(1, below, query.limit + 1, newest_first=True)
        following = encode_cursor({"number": found[query.limit].number}) if len(found) > query.limit else None
        return Page[SealOut](items=[SealOut(**seal.document()) for seal in found[: query.limit]], next_cursor=following)

    @api.post(
        "/v1/audit/seals/{number}/verify",
        action="VerifySeal",
        answer=VerdictOut,
        problems=(NotFound,),
        parameters=_NUMBER,
    )
    def verify_seal(call: Call, number: str) -> VerdictOut:
        """Verify a seal: its signature, its place in the chain, and every record under it."""
        call.authorize(house)
        seal = store.seal(int(number))
        if seal is None:
            raise NotFound
        wrong = _wrong(seal)
        if wrong:
            log.logger().error("a seal does not hold", extra={"seal": seal.number, "finding": wrong})
        return VerdictOut(number=seal.number, verified=wrong is None, finding=wrong)

    @api.get(
        "/v1/audit/export",
        action="ExportTrail",
        query=Period,
        answer=ExportOut,
        problems=(NotFound,),
        personal=True,
    )
    def export_trail(call: Call, query: Period) -> ExportOut:
        """Export what was sealed in a time, to be verified offline.

        The ZIP holds seals, batches of records and the public key; `tools/verify_audit.py` checks it.
        """
        call.authorize(house)
        made = export.make(api.app, *query.bounds())
        if made is None:
            raise NotFound("Nothing was sealed in this time")
        return ExportOut(
            url=made.url,
            expires_at=made.expires_at,
            first=made.first,
            last=made.last,
            next_from=clock.parse(made.next_from) if made.next_from else None,
        )


_MOST = 9_999_999_999


def _number(cursor: str) -> int:
    number = decode_cursor(cursor, ["number"])["number"]
    if not re.fullmatch(_NUMBER["number"], number):
        raise Malformed("The cursor is not one that this list gave")
    return int(number)


def _wrong(seal: Seal) -> str | None:
    if not store.signature_holds(seal):
        return "its signature is not ours"
    before = store.seal(seal.number - 1) if seal.number > 1 else None
    if before is None and seal.number > 1:
        return "the seal before it is gone"
    content = store.batch(seal)
    return "its batch is gone" if content is None else finding(seal, before, content)
