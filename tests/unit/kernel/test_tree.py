"""The tree is that of RFC 6962: held against its published test vectors, and against the verifier's own."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import verify_audit

from kernel.audit.tree import leaf, root

# From the tests of Certificate Transparency's reference implementation: eight entries, and the root over the first n.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", ROOTS)
def test_roots_are_those_that_others_compute(count: int) -> None:
    assert root([leaf(bytes.fromhex(entry)) for entry in ENTRIES[:count]]).hex() == ROOTS[count]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == sha256().digest()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=70))
def test_the_verifier_comes_to_the_same_root_by_another_way(entries: list[str]) -> None:
    assert verify_audit.root_hash(entries) == root([leaf(entry.encode()) for entry in entries]).hex()
