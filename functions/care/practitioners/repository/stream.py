"""The table's stream."""

import json
from collections.abc import Mapping
from typing import Any

from care.practitioners.models import Department, Member, Room
from care.practitioners.repository.house import read_department, read_room
from care.practitioners.repository.items import DepartmentItem, MemberItem, RoomItem
from care.practitioners.repository.staff import read_member


def changed_thing(image: Mapping[str, Any] | None) -> Member | Department | Room | None:
    """What an item of the table's stream is the truth of; None for views, entries of lists and notes."""
    if image is None:
        return None
    kind, _, identifier = str(image["pk"]).partition("#")
    if not identifier:
        return None
    match kind, image["sk"]:
        case "STAFF", "MEMBER":
            profile = image.get("profile")
            return read_member(MemberItem(**{**image, "profile": json.loads(profile) if profile else None}))
        case "DEPARTMENT", "DEPARTMENT":
            return read_department(DepartmentItem(**image))
        case "ROOM", "STATUS":
            return read_room(RoomItem(**image))
        case _:
            return None
