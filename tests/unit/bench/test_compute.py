"""What cold starts are measured by."""

from bench.compute import FIRST, http_functions


def test_every_function_behind_an_api_has_a_first_event() -> None:
    assert FIRST.keys() == dict(http_functions()).keys()
