"""The records table. Access patterns, each a read whose cost does not grow with years or people:

| question | how |
|---|---|
| an encounter, a visit and its encounter | GetItem |
| an entry as it is now, all its versions | Query of the entry, from its end or its beginning |
| a page of a patient's record, of one kind or of all | one Query by time, newest first |
| what is true of a patient: allergies, problems, last vitals | a Query of the list of each kind |
| may this be written | conditions of the transaction that writes it |
"""

from care.records.repository import codes, encounters, entries, imports, references, visits
from care.records.repository.entries import Sealed
from care.records.repository.keys import AlreadyStored

__all__ = [
    "AlreadyStored",
    "Sealed",
    "codes",
    "encounters",
    "entries",
    "imports",
    "references",
    "visits",
]
