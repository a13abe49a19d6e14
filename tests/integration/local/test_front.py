"""The front before an upstream that says what it was asked: real sockets, the real script."""

import json
import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from local import front
from local.processes import free_ports
from local.settings import ROOT, Settings

PROBLEM = "application/problem+json"
ROUTES = {"care": "/_aws/execute-api/one/live", "research": "/_aws/execute-api/two/live"}
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CLIENTS = {"care": "client-one", "research": "client-two"}


class Upstream(BaseHTTPRequestHandler):
    """Answers with what it was asked; a path or X-Answer like /status/404/problem chooses status and kind of answer."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        asked = self.rfile.read(int(self.headers.get("content-length", 0)))
        _, _, choice = (self.headers.get("x-answer") or self.path).partition("/status/")
        status, _, kind = choice.partition("/")
        body: dict[str, Any] = {"message": "Forbidden"} if kind == "bare" else {"type": "ours", "path": self.path}
        if kind == "":
            body |= {"method": self.command, "headers": dict(self.headers), "length": len(asked)}
        content = json.dumps(body).encode()
        self.send_response(int(status or 200))
        self.send_header("Content-Type", PROBLEM if kind == "problem" else "application/json")
        self.send_header("ETag", '"7"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815  (the base class's names)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the portal in small."""
    built = tmp_path_factory.mktemp("dist")
    (built / "assets").mkdir()
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "small.css").write_text("a{}")
    for suffix in ("", ".br", ".gz"):
        (built / "assets" / f"index.js{suffix}").write_text(f"as {suffix or 'plain'}")
    return built


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> Iterator[Settings]:
    port, sftp_port = free_ports(2)
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    settings = Settings(tmp_path_factory.mktemp("front"), port, upstream.server_port, sftp_port)
    try:
        front.start(settings, ROUTES, CLIENTS, pages)
        yield settings
    finally:
        front.service(settings).stop()
        upstream.shutdown()
        upstream.server_close()


def ask(
    settings: Settings, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", settings.port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_request_reaches_its_application_as_it_was_sent(settings: Settings, method: str) -> None:
    headers = {"Authorization": "Bearer x", "If-Match": '"3"', "Idempotency-Key": "k"}
    answer, content = ask(settings, "/api/care/v1/things?limit=2&cursor=%2B", method, b"12345", headers)
    told = json.loads(content)
    assert answer.status == 200
    assert answer.headers["ETag"] == '"7"'
    assert told["path"] == "/_aws/execute-api/one/live/v1/things?limit=2&cursor=%2B"
    assert told["method"] == method
    assert told["length"] == 5
    assert {name: told["headers"][name.lower()] for name in headers} == headers


def test_each_application_has_its_own_api(settings: Settings) -> None:
    _, content = ask(settings, "/api/research/v1/health")
    assert json.loads(content)["path"] == "/_aws/execute-api/two/live/v1/health"


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_bare_refusal_becomes_a_problem_document(settings: Settings, status: int) -> None:
    answer, content = ask(settings, f"/api/care/status/{status}/bare")
    problem = json.loads(content)
    assert (answer.status, answer.headers["Content-Type"]) == (status, PROBLEM)
    assert problem["status"] == status
    assert problem["type"].startswith("https://salus.dev/problems/")
    assert "message" not in problem


def test_a_problem_document_of_ours_passes_untouched(settings: Settings) -> None:
    answer, content = ask(settings, "/api/care/status/409/problem")
    assert (answer.status, answer.headers["Content-Type"]) == (409, PROBLEM)
    assert json.loads(content)["type"] == "ours"


def test_an_answer_without_a_body_has_none(settings: Settings) -> None:
    answer, content = ask(settings, "/api/care/status/404/bare", "HEAD")
    assert (answer.status, content) == (404, b"")


def test_a_body_of_megabytes_passes(settings: Settings) -> None:
    _, content = ask(settings, "/api/care/v1/things", "POST", b"x" * 6_000_000)
    assert json.loads(content)["length"] == 6_000_000


def test_a_body_beyond_api_gateways_limit_is_too_large(settings: Settings) -> None:
    answer, content = ask(settings, "/api/care/v1/things", "POST", b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, json.loads(content)["type"]) == (413, "https://salus.dev/problems/too-large")


def test_headers_beyond_the_limit_are_refused_in_a_problem_document(settings: Settings) -> None:
    answer, content = ask(settings, "/api/care/v1/things", headers={"X-Long": "x" * 20_000})
    assert (answer.status, json.loads(content)["status"]) == (431, 431)


@pytest.mark.parametrize("path", ["/api/nobody/v1/health", "/api/care?x=1", "/assets/none.js", "/none%00.js"])
def test_what_nobody_serves_is_not_found(settings: Settings, path: str) -> None:
    answer, content = ask(settings, path)
    assert (answer.status, json.loads(content)["type"]) == (404, "https://salus.dev/problems/not-found")


@pytest.mark.parametrize("path", ["/", "/appointments/today", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%"])
def test_every_other_address_is_the_page(settings: Settings, path: str) -> None:
    answer, content = ask(settings, path)
    assert answer.status == 200
    assert content.startswith(b"<!doctype html>")


def test_pages_carry_what_the_edge_prescribes_but_for_what_needs_tls(settings: Settings) -> None:
    answer, _ = ask(settings, "/appointments")
    policy = answer.headers["Content-Security-Policy"]
    edge = (ROOT / "stacks" / "edge.yaml").read_text()
    prescribed = re.findall(r'ContentSecurityPolicy: !Sub "(.*)"', edge)
    in_the_cloud = policy.replace("connect-src 'self'", "connect-src 'self' ${SignInEndpoint}")
    in_the_cloud = in_the_cloud.replace(f"http://127.0.0.1:{settings.aws_port}", "${DocumentsOrigin}")
    assert prescribed == [f"{in_the_cloud}; upgrade-insecure-requests"]
    told = {name: answer.headers[name] for name in PAGE_HEADERS}
    assert told == PAGE_HEADERS


def test_assets_are_kept_for_ever_and_pages_never(settings: Settings) -> None:
    asset, _ = ask(settings, "/assets/index.js")
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert asset.headers["Content-Security-Policy"] is None
    page, _ = ask(settings, "/")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"as .br"),
        ("gzip, deflate", "gzip", b"as .gz"),
        ("identity", None, b"as plain"),
    ],
)
def test_a_browser_gets_the_smallest_form_that_it_knows(
    settings: Settings, accepted: str, encoding: str | None, content: bytes
) -> None:
    answer, body = ask(settings, "/assets/index.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers["Content-Encoding"], body) == (encoding, content)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_what_is_too_small_to_be_compressed_is_sent_as_it_is(settings: Settings) -> None:
    answer, body = ask(settings, "/assets/small.css", headers={"Accept-Encoding": "br, gzip"})
    assert (answer.headers["Content-Encoding"], body) == (None, b"a{}")


def test_new_routes_are_served_without_a_restart(settings: Settings, pages: Path) -> None:
    running = front.service(settings).pid()
    front.start(settings, {**ROUTES, "care": "/_aws/execute-api/three/live"}, CLIENTS, pages)
    _, content = ask(settings, "/api/care/v1/health")
    front.start(settings, ROUTES, CLIENTS, pages)
    assert json.loads(content)["path"] == "/_aws/execute-api/three/live/v1/health"
    assert front.service(settings).pid() == running


def test_an_upstream_that_is_away_is_a_problem_of_ours(tmp_path: Path, pages: Path) -> None:
    port, aws_port, sftp_port = free_ports(3)
    alone = Settings(tmp_path, port, aws_port, sftp_port)
    try:
        front.start(alone, ROUTES, CLIENTS, pages)
        answer, content = ask(alone, "/api/care/v1/health")
    finally:
        front.service(alone).stop()
    assert (answer.status, answer.headers["Content-Type"]) == (502, PROBLEM)
    assert json.loads(content)["type"] == "https://salus.dev/problems/unavailable"


def test_the_portal_learns_where_people_sign_in_and_keeps_it_nowhere(settings: Settings) -> None:
    answer, content = ask(settings, "/config.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(content) == {
        "care": {"sign_in": "/sign-in", "client_id": "client-one"},
        "research": {"sign_in": "/sign-in", "client_id": "client-two"},
    }


COGNITO = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}


def test_sign_in_reaches_the_emulator(settings: Settings) -> None:
    answer, content = ask(settings, "/sign-in", "POST", b"{}", COGNITO)
    assert answer.status == 200
    assert json.loads(content)["path"] == "/"


def test_a_refused_sign_in_is_told_in_cognitos_own_words(settings: Settings) -> None:
    answer, content = ask(settings, "/sign-in", "POST", b"{}", COGNITO | {"X-Answer": "/status/400/bare"})
    assert (answer.status, json.loads(content)) == (400, {"message": "Forbidden"})


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", COGNITO),
        ("POST", {}),
        ("POST", {"X-Amz-Target": "DynamoDB_20120810.Scan"}),
        ("POST", COGNITO | {"Authorization": "AWS4-HMAC-SHA256 Credential=test"}),
    ],
)
def test_nothing_but_signing_in_passes_that_way(settings: Settings, method: str, headers: dict[str, str]) -> None:
    answer, _ = ask(settings, "/sign-in", method, b"{}", headers)
    assert answer.status == 403
