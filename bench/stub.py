"""A stand-in for DynamoDB's endpoint that costs the measured process nothing but the call: it keeps what is put, gives
it back by key, refuses nothing, and runs in a process of its own.

`python -I bench/stub.py` prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

Item = dict[str, dict[str, Any]]


class Table:
    """All tables as one: keys are unique across them."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str, str], Item] = {}

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "GetItem":
                found = self._items.get(_place(request["TableName"], request["Key"]))
                return {"Item": found} if found else {}
            case "PutItem":
                self._put(request)
            case "TransactWriteItems":
                for action in request["TransactItems"]:
                    if "Put" in action:
                        self._put(action["Put"])
            case "Query":
                return {"Items": [], "Count": 0, "ScannedCount": 0}
            case "BatchGetItem":
                return {"Responses": {}, "UnprocessedKeys": {}}
        return {}

    def _put(self, put: dict[str, Any]) -> None:
        self._items[_place(put["TableName"], put["Item"])] = put["Item"]


def _place(table: str, key: Item) -> tuple[str, str, str]:
    return table, key["pk"]["S"], key["sk"]["S"]


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection, as far as botocore speaks it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")[1:]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", "0"))
            if len(rest) < length:
                return
            self._received = rest[length:]
            operation = headers["x-amz-target"].partition(".")[2]
            body = json.dumps(self._table.answer(operation, json.loads(rest[:length]))).encode()
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: r\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )


async def main() -> None:
    loop = asyncio.get_running_loop()
    table = Table()
    server = await loop.create_server(lambda: Connection(table), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
