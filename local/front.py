"""The front: one origin on the loopback interface for the portal and both APIs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.portal import DIST
from local.processes import Service, require_free
from local.settings import ROOT, LocalError, Settings
from local.template import load

_SCRIPT = Path(__file__).with_name("front.mjs")


def service(settings: Settings) -> Service:
    return Service("front", settings.home)


def start(settings: Settings, routes: Mapping[str, str], clients: Mapping[str, str], static: Path = DIST) -> None:
    """Tell the front where the APIs are and browsers as whose clients they sign in, and start it unless it runs.

    Raises:
        LocalError: Node is missing, the port is taken, or it did not come up.
    """
    node = shutil.which("node")
    if node is None:
        raise LocalError("Node 20 is needed: there is no `node` on the PATH.")
    config = {app: {"sign_in": "/sign-in", "client_id": client} for app, client in clients.items()}
    _write(settings.config_file, json.dumps(config))
    _write(settings.routes_file, json.dumps(routes))
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PORT": str(settings.port),
        "AWS_PORT": str(settings.aws_port),
        "ROUTES": str(settings.routes_file),
        "CONFIG": str(settings.config_file),
        "STATIC": str(static),
        "HEADERS": json.dumps(headers(settings)),
    }
    identity = hashlib.sha256(_SCRIPT.read_bytes() + json.dumps(environment).encode()).hexdigest()
    front = service(settings)
    if front.pid() is not None:
        if front.identity() == identity and _comes_to_serve(settings, routes, patience=2):
            return
        front.stop()
    require_free(settings.port, "SALUS_PORT")
    front.start([node, str(_SCRIPT)], environment, ROOT, identity)
    if not _comes_to_serve(settings, routes, patience=15):
        front.stop()
        raise LocalError(f"The front did not start; the end of {front.log}:\n{front.tail()}")


def headers(settings: Settings) -> dict[str, dict[str, str]]:
    """What stacks/edge.yaml lets CloudFront send with `pages` and `assets`, but for what needs TLS.

    Sign-in is on the front's own origin, so the policy need not name another host for it. Documents are sent to the
    emulator itself, and fetched from it.
    """
    resources = load(ROOT / "stacks" / "edge.yaml")["Resources"]
    documents = f"http://127.0.0.1:{settings.aws_port}"
    return {
        name: _headers(resources[policy]["Properties"]["ResponseHeadersPolicyConfig"], documents)
        for name, policy in {"pages": "PageHeaders", "assets": "AssetHeaders"}.items()
    }


def _headers(policy: Mapping[str, Any], documents: str) -> dict[str, str]:
    found = {item["Header"].lower(): item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    for name, setting in policy["SecurityHeadersConfig"].items():
        match name:
            case "ContentSecurityPolicy":
                rules = setting["ContentSecurityPolicy"]["Fn::Sub"].replace(" ${SignInEndpoint}", "")
                rules = rules.replace("${DocumentsOrigin}", documents)
                found["content-security-policy"] = rules.removesuffix("; upgrade-insecure-requests")
            case "ContentTypeOptions":
                found["x-content-type-options"] = "nosniff"
            case "FrameOptions":
                found["x-frame-options"] = setting["FrameOption"]
            case "ReferrerPolicy":
                found["referrer-policy"] = setting["ReferrerPolicy"]
    return found


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader never sees half of it."""
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)


def _comes_to_serve(settings: Settings, routes: Mapping[str, str], patience: float) -> bool:
    """Wait until the front knows these routes; False if it does not within `patience` seconds."""
    limit = time.monotonic() + patience
    while _served(settings) != routes:
        if service(settings).pid() is None or time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def _served(settings: Settings) -> Mapping[str, str] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/_front/routes", timeout=2) as answer:
            routes: dict[str, str] = json.load(answer)
            return routes
    except (urllib.error.URLError, OSError, ValueError):
        return None
