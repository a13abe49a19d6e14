"""Departments and rooms."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from care.practitioners.errors import NameTaken
from care.practitioners.models import Department, Room
from care.practitioners.repository.items import AlreadyDone, DepartmentItem, RoomItem, raise_repeated
from care.practitioners.repository.lists import folded, page
from kernel import clock
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Fault, FieldError, UnknownReference


def add_department(department: Department) -> None:
    """Raises AlreadyDone, IdempotencyKeyReused or NameTaken."""
    attributes = _attributes(department)
    writes = Transaction()
    item = DepartmentItem(f"DEPARTMENT#{department.department_id}", "DEPARTMENT", **attributes)
    writes.put("department", item, DepartmentItem.pk.does_not_exist(), show=True)
    entry = DepartmentItem("DEPARTMENTS", f"NAME#{folded(department.name)}", **attributes)
    writes.put("name", entry, DepartmentItem.pk.does_not_exist())
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "department" in refused.failed:
            raise_repeated(refused.failed["department"], department.fingerprint)
            raise AlreadyDone from None
        raise NameTaken(f"There is a department called {department.name}") from None


def department(department_id: str) -> Department | None:
    item = DepartmentItem.find(f"DEPARTMENT#{department_id}", "DEPARTMENT")
    return read_department(item) if item else None


def department_names(department_ids: Iterable[str]) -> dict[str, str]:
    keys = [(f"DEPARTMENT#{department_id}", "DEPARTMENT") for department_id in sorted(set(department_ids))]
    return {item.department_id: item.name for item in DepartmentItem.batch_get(keys)}


def list_departments(limit: int, cursor: str | None) -> tuple[list[Department], str | None]:
    items, following = page(DepartmentItem, "DEPARTMENTS", "NAME#", limit, cursor)
    return [read_department(item) for item in items], following


def require_department(writes: Transaction, department_id: str) -> None:
    key = f"DEPARTMENT#{department_id}"
    writes.check("department", DepartmentItem, key, "DEPARTMENT", DepartmentItem.pk.exists())


def unknown_department(pointer: str = "/practitioner/department_id") -> UnknownReference:
    return UnknownReference("", FieldError(Fault.UNKNOWN_REFERENCE, "there is no such department", pointer=pointer))


def add_room(room: Room) -> None:
    """Raises AlreadyDone, IdempotencyKeyReused, NameTaken or UnknownReference."""
    attributes = _attributes(room)
    name = f"NAME#{folded(room.name)}"
    writes = Transaction()
    item = RoomItem(f"ROOM#{room.room_id}", "STATUS", **attributes)
    writes.put("room", item, RoomItem.pk.does_not_exist(), show=True)
    entry = RoomItem(f"ROOMS#{room.department_id}", name, **attributes)
    writes.put("name", entry, RoomItem.pk.does_not_exist())
    writes.put("list", RoomItem("ROOMS", f"{name}#{room.room_id}", **attributes))
    require_department(writes, room.department_id)
    try:
        writes.commit()
    except ConditionsFailed as refused:
        if "room" in refused.failed:
            raise_repeated(refused.failed["room"], room.fingerprint)
            raise AlreadyDone from None
        if "department" in refused.failed:
            raise unknown_department("/department_id") from None
        raise NameTaken(f"The department has a room called {room.name}") from None


def room(room_id: str) -> Room | None:
    item = RoomItem.find(f"ROOM#{room_id}", "STATUS")
    return read_room(item) if item else None


def list_rooms(department_id: str | None, limit: int, cursor: str | None) -> tuple[list[Room], str | None]:
    partition = f"ROOMS#{department_id}" if department_id else "ROOMS"
    items, following = page(RoomItem, partition, "NAME#", limit, cursor)
    return [read_room(item) for item in items], following


def _attributes(thing: Department | Room) -> dict[str, Any]:
    return asdict(thing) | {"created_at": clock.iso(thing.created_at)}


def read_department(item: DepartmentItem) -> Department:
    return Department(
        department_id=item.department_id,
        name=item.name,
        code=item.code,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        fingerprint=item.fingerprint,
        actor=item.actor,
    )


def read_room(item: RoomItem) -> Room:
    return Room(
        room_id=item.room_id,
        name=item.name,
        department_id=item.department_id,
        location=item.location,
        active=item.active,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        fingerprint=item.fingerprint,
        actor=item.actor,
    )
