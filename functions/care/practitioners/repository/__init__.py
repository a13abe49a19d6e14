"""The practitioners table. Access patterns, each a read whose cost does not grow with people or years:

| question | how |
|---|---|
| one staff member, practitioner, department, room | GetItem |
| staff members, practitioners by their ids | BatchGetItem |
| staff by name or role, practitioners by name, specialty, department | Query of a list, see the `…Entry` items |
| staff by e-mail address | GetItem of the address |
| departments, rooms, rooms of a department by name | Query of a list |
| is this practitioner or room bookable | another domain's ConditionCheck of `PRACTITIONER#…` or `ROOM#…` / `STATUS` |

Lists are items beside the things themselves, written in the same transaction: whoever is hired can be found and booked
at once. A search by name reads the entries of its longest word and keeps those that match the rest; it reads a bounded
number of them, so a page may be short of its limit and still have a next one. A page of entries costs about one read
unit, so the one partition that all practitioners share serves some 3,000 pages a second.
"""

from care.practitioners.repository.house import (
    add_department,
    add_room,
    department,
    department_names,
    list_departments,
    list_rooms,
    room,
)
from care.practitioners.repository.items import AlreadyDone
from care.practitioners.repository.practitioners import find_practitioners, practitioner, practitioners
from care.practitioners.repository.staff import (
    begin_hiring,
    find_members,
    forget,
    member,
    member_at,
    members,
    note_invitation,
    store_member,
    withdraw,
)
from care.practitioners.repository.stream import changed_thing

__all__ = [
    "AlreadyDone",
    "add_department",
    "add_room",
    "begin_hiring",
    "changed_thing",
    "department",
    "department_names",
    "find_members",
    "find_practitioners",
    "forget",
    "list_departments",
    "list_rooms",
    "member",
    "member_at",
    "members",
    "note_invitation",
    "practitioner",
    "practitioners",
    "room",
    "store_member",
    "withdraw",
]
