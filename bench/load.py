"""Clients that cost the machine next to nothing, so that the load and not its source is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    request: Request
    status: int
    body: bytes
    seconds: float


def send(base: str, token: Callable[[], str], requests: Iterable[Request], clients: int) -> tuple[list[Answer], float]:
    """Send the requests over `clients` kept-alive connections, each taking the next as soon as it is free.

    Args:
        base: address of the API, such as `http://localhost:8080/api/care`.
        token: gives the caller's ID token, which dies within minutes.

    Returns:
        the answers in no order, and the seconds that all of it took.
    """
    return asyncio.run(_send(base, token, iter(list(requests)), clients))


async def _send(
    base: str, token: Callable[[], str], queue: Iterator[Request], clients: int
) -> tuple[list[Answer], float]:
    answers: list[Answer] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(base, token, queue, answers))
    return answers, time.perf_counter() - began


async def _client(base: str, token: Callable[[], str], queue: Iterator[Request], answers: list[Answer]) -> None:
    address = urlsplit(base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"Host: {address.netloc}\r\nContent-Type: application/json\r\n"
    for request in queue:
        body = json.dumps(request.body).encode()
        line = f"{request.method} {address.path}{request.path} HTTP/1.1\r\n"
        began = time.perf_counter()
        writer.write(
            f"{line}{head}Content-Length: {len(body)}\r\nAuthorization: Bearer {token()}\r\n\r\n".encode() + body
        )
        status, content = await _answer(reader)
        answers.append(Answer(request, status, content, time.perf_counter() - began))
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split()[1])
    if "content-length" in headers:
        return status, await reader.readexactly(int(headers["content-length"]))
    content = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        content += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return status, content
