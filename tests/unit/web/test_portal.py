"""The portal's pure logic; its tests stand beside it, in web/tests."""

from local import portal


def test_the_portals_own_tests_pass() -> None:
    portal.run_script("test")
