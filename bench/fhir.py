"""How fast a bundle of another house comes in, on a runtime of its own: from the call to the last entry told of."""

from __future__ import annotations

import time
import uuid
from statistics import median

import httpx
from local import testing
from local.bundles import bundle
from local.client import connect, demo_user, load_stack

from bench.report import Row

ENCOUNTERS = 40
_TURNS = 3
_BASE = "/fhir/R4"


def measure() -> list[Row]:
    with testing.running() as stack_file:
        stack = load_stack(stack_file)
        admin = demo_user(stack, "admin")
        with connect(stack, "care", admin["email"], admin["password"]) as client:
            _import(client)  # the functions start
            turns = [_import(client) for _ in range(_TURNS)]
    entries = turns[0][0]
    rate = median(entries / seconds for entries, seconds in turns)
    return [Row("fhir", f"import of a bundle of {entries} entries: entries a second", f"{rate:.0f}", "-", None)]


def _import(client: httpx.Client) -> tuple[int, float]:
    """The entries of a bundle, and the seconds until the outcome of each was told."""
    sent = bundle(uuid.uuid4().hex, ENCOUNTERS)
    began = time.perf_counter()
    answer = client.post(_BASE, json=sent, timeout=30)
    place = answer.headers.get("Content-Location", "").partition("/api/care")[2]
    while answer.status_code == httpx.codes.ACCEPTED:
        time.sleep(0.1)
        answer = client.get(place)
    answer.raise_for_status()
    told = answer.json()["entry"]
    if len(told) != len(sent["entry"]) or not told[0]["response"]["status"].startswith("201"):
        raise RuntimeError(told[0])
    return len(told), time.perf_counter() - began
