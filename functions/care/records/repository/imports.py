"""What comes from other houses, written many at a time: twenty in one transaction, each only if it is not there yet."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import batched

from care.records.models import Encounter, Entry, line
from care.records.repository import references
from care.records.repository.encounters import encounter_item
from care.records.repository.entries import put_lines_alone, version_item
from care.records.repository.keys import EncounterItem, EntryItem, encounter_key
from kernel import vault
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.references import check_patient

_TOGETHER = 20  # three items each, and one for each encounter: well below a transaction's hundred


def add_encounters(patient_id: str, encounters: Iterable[Encounter]) -> set[str]:
    """Store those of a patient's encounters that are not there.

    Returns:
        the ids of those that were there.

    Raises:
        UnknownReference: the patient is unknown or not active.
        Erased: the patient was.
    """
    there: set[str] = set()
    for some in batched(encounters, _TOGETHER, strict=False):
        left = {encounter.encounter_id: encounter for encounter in some}
        while left:
            transaction = _of(patient_id)
            for encounter in left.values():
                transaction.put(encounter.encounter_id, encounter_item(encounter), EncounterItem.pk.does_not_exist())
                put_lines_alone(transaction, line(encounter))
            there |= _commit(transaction, left)
    return there


def add_entries(patient_id: str, entries: Iterable[Entry]) -> set[str]:
    """Store those of a patient's entries that are not there, whatever the state of their encounters; these count them.

    Returns, raises: as `add_encounters`.
    """
    there: set[str] = set()
    for some in batched(entries, _TOGETHER, strict=False):
        left = {entry.entry_id: entry for entry in some}
        while left:
            transaction = _of(patient_id)
            for entry in left.values():
                transaction.put(entry.entry_id, version_item(entry), EntryItem.pk.does_not_exist())
                put_lines_alone(transaction, entry)
            for encounter_id, count in _encounters(left.values()):
                transaction.update(
                    "encounter",
                    EncounterItem(*encounter_key(encounter_id)),
                    [EncounterItem.revision.add(1), EncounterItem.entries.add(count)],
                )
            there |= _commit(transaction, left)
    return there


def _encounters(entries: Iterable[Entry]) -> Iterator[tuple[str, int]]:
    return iter(Counter(entry.encounter_id for entry in entries if entry.encounter_id).items())


def _of(patient_id: str) -> Transaction:
    transaction = Transaction()
    check_patient(transaction, patient_id)
    vault.require_key(transaction, patient_id)
    return transaction


def _commit[Thing](transaction: Transaction, left: dict[str, Thing]) -> set[str]:
    """Commit; what was there is taken out of `left` and told, so that the rest is tried again without it."""
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        references.raise_refused(refused.failed)
        there = set(refused.failed) & left.keys()
        for id_ in there:
            del left[id_]
        return there
    left.clear()
    return set()
