"""The imports table: `IMPORT#imp_0192…` / `IMPORT`, one item for each bundle, which goes by itself."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from care.fhir.models import Import, State
from kernel import clock
from kernel.dynamodb import FromEnvironment, Item, condition_failed

# Longer than Step Functions knows the names of executions: attempts are counted on, so that none is taken for another.
_KEPT = timedelta(days=100)


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


def put(one: Import) -> Import:
    """Store how an import stands, unless that is known better: it has ended, or been begun again. What then stands."""
    same = (ImportItem.attempt == one.attempt) & (ImportItem.state == State.RUNNING)
    try:
        _write(one).save(condition=ImportItem.pk.does_not_exist() | (ImportItem.attempt < one.attempt) | same)
    except PutError as error:
        if not condition_failed(error):
            raise
        return find(one.import_id) or one
    return one


def _key(import_id: str) -> tuple[str, str]:
    return f"IMPORT#{import_id}", "IMPORT"


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
        expires_at=int((one.created_at + _KEPT).timestamp()),
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
