"""One warm booking, the bare call of the same items and the bare read before it, turn by turn in one process.

`python -I -S warm.py <file of the result> <rounds> <path>…` writes the CPU seconds of each turn of each.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PRACTITIONER = "prc_" + "a1b2c3d4" * 4
PATIENT = "pat_" + "0192f0c1" * 4
WARMING = 25


def main() -> None:
    sys.path[0:0] = sys.argv[3:]
    sys.path.append(str(Path(__file__).parents[2]))
    import boto3
    import botocore.client

    from bench.events import Context, event
    from care.scheduling.handler import handler

    def book(number: int) -> Callable[[], Any]:
        turn = event("POST", "/v1/appointments", wish, f"key-{number}")
        return lambda: handler(turn, Context())

    start = (datetime.now(UTC) + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": start.isoformat(), "reason": "Check-up"}
    week = {
        "time_zone": "Europe/Berlin",
        "slot_minutes": 30,
        "weekly": [{"weekday": number, "start": "06:00", "end": "20:00"} for number in range(7)],
        "breaks": [{"start": "12:00", "end": "13:00"}],
        "valid_from": "2026-01-01",
    }
    path = {"practitioner_id": PRACTITIONER}
    _done(handler(event("PUT", "/v1/practitioners/{practitioner_id}/schedule", week, **path), Context()))

    calls: list[tuple[str, dict[str, Any]]] = []
    call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001 - to see its items

    def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append((operation, parameters))
        return call(client, operation, parameters)

    botocore.client.BaseClient._make_api_call = noted  # type: ignore[attr-defined]  # noqa: SLF001
    _done(book(-1)())
    botocore.client.BaseClient._make_api_call = call  # type: ignore[attr-defined]  # noqa: SLF001
    [items] = [parameters["TransactItems"] for operation, parameters in calls if operation == "TransactWriteItems"]
    reads = [parameters for operation, parameters in calls if operation == "GetItem"]
    client = boto3.client("dynamodb")

    def write() -> Any:
        return client.transact_write_items(TransactItems=items)

    def read() -> Any:
        for wanted in reads:
            client.get_item(TableName=wanted["TableName"], Key=wanted["Key"], ConsistentRead=True)

    taken: dict[str, list[float]] = {"booking": [], "write": [], "read": []}
    for number in range(int(sys.argv[2]) + WARMING):
        for name, turn in (("booking", book(number)), ("write", write), ("read", read)):
            begun = time.process_time()
            answer = turn()
            taken[name].append(time.process_time() - begun)
            if name == "booking":
                _done(answer)
    Path(sys.argv[1]).write_text(json.dumps({name: seconds[WARMING:] for name, seconds in taken.items()}))


def _done(answer: dict[str, Any]) -> None:
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer["body"])


if __name__ == "__main__":
    main()
