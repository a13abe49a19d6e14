"""The imports table: `IMPORT#imp_0192…` / `IMPORT`, one item for each bundle, which goes by itself after the bundle."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError

from care.fhir.models import Import, State
from kernel import clock
from kernel.dynamodb import FromEnvironment, Item, condition_failed

_KEPT = timedelta(days=8)  # a day longer than the bucket keeps the bundle


class ImportItem(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")

    kind = UnicodeAttribute()
    entries = NumberAttribute()
    requested_by = UnicodeAttribute()
    created_at = UnicodeAttribute()
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    taken = NumberAttribute()
    expires_at = NumberAttribute()


def find(import_id: str) -> Import | None:
    item = ImportItem.find(*_key(import_id))
    return _read(item) if item else None


def begin(wanted: Import) -> Import:
    """Store an import, begin one that failed again, or leave it as it is. What then stands."""
    try:
        _write(wanted).save(condition=ImportItem.pk.does_not_exist())
    except PutError as error:
        if not condition_failed(error):
            raise
    else:
        return wanted
    item = ImportItem(*_key(wanted.import_id))
    try:
        item.update(
            [ImportItem.state.set(State.RUNNING), ImportItem.attempt.add(1), ImportItem.expires_at.set(_end())],
            ImportItem.state == State.FAILED,
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise
    return find(wanted.import_id) or wanted


def end(import_id: str, state: State, taken: int) -> None:
    """Say how an import ended; one that is done stays so."""
    try:
        ImportItem(*_key(import_id)).update(
            [ImportItem.state.set(state), ImportItem.taken.set(taken)], ImportItem.state == State.RUNNING
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise


def _key(import_id: str) -> tuple[str, str]:
    return f"IMPORT#{import_id}", "IMPORT"


def _end() -> int:
    return int((clock.now() + _KEPT).timestamp())


def _write(one: Import) -> ImportItem:
    return ImportItem(
        *_key(one.import_id),
        kind=one.kind,
        entries=one.entries,
        requested_by=one.requested_by,
        created_at=clock.iso(one.created_at),
        state=one.state,
        attempt=one.attempt,
        taken=one.taken,
        expires_at=_end(),
    )


def _read(item: ImportItem) -> Import:
    return Import(
        import_id=item.pk.removeprefix("IMPORT#"),
        kind=item.kind,
        entries=int(item.entries),
        requested_by=item.requested_by,
        created_at=clock.parse(item.created_at),
        state=State(item.state),
        attempt=int(item.attempt),
        taken=int(item.taken),
    )
