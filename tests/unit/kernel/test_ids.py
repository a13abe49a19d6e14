"""Identifiers."""

import re
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids


def test_fresh_ids_sort_by_the_time_of_their_making() -> None:
    made = [ids.new("apt") for _ in range(200)]
    assert all(one < next_ for one, next_ in pairwise(made))


def test_a_fresh_id_is_a_uuid_of_version_seven_behind_its_prefix() -> None:
    prefix, _, digits = ids.new("apt").partition("_")
    assert (prefix, UUID(digits).version) == ("apt", 7)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_derived_id_always_belongs_to_its_parts(parts: list[str]) -> None:
    identifier = ids.derived("apt", *parts)
    assert identifier == ids.derived("apt", *parts)
    uuid = UUID(identifier.partition("_")[2])
    assert (uuid.version, uuid.variant) == (8, "specified in RFC 4122")
    assert ids.matches("apt", identifier)


def test_other_parts_have_other_ids() -> None:
    made = [ids.derived("apt", *parts) for parts in (("a", "b"), ("b", "a"), ("ab",), ("a", "b", ""), ("a", "", "b"))]
    assert len(set(made)) == len(made)
    assert ids.derived("apt", "a") != ids.derived("pat", "a")


def test_a_create_with_a_key_has_the_id_of_its_caller_and_key() -> None:
    assert ids.for_create("apt", "u-1", "key") == ids.for_create("apt", "u-1", "key")
    assert ids.for_create("apt", "u-1", "key") != ids.for_create("apt", "u-2", "key")
    assert ids.for_create("apt", "u-1", "key") != ids.for_create("apt", "u-1", "other")
    assert ids.for_create("apt", "u-1", None) != ids.for_create("apt", "u-1", None)


@pytest.mark.parametrize(
    "text",
    ["apt_", "apt", f"pat_{'0' * 32}", f"apt_{'0' * 31}", f"apt_{'A' * 32}", f"apt_{'0' * 33}", f"apt_{'0' * 32}\n"],
)
def test_what_is_no_id_of_the_prefix_is_told_from_one(text: str) -> None:
    assert not ids.matches("apt", text)
    assert not re.fullmatch(ids.pattern("apt"), text)


@given(st.binary(min_size=16, max_size=16))
def test_an_id_and_its_bytes_are_the_same(raw: bytes) -> None:
    identifier = ids.from_bytes("apt", raw)
    assert ids.to_bytes(identifier) == raw
    assert re.fullmatch(ids.pattern("apt"), identifier)
