"""Sizes of what is deployed, zipped as Lambda gets it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from local import build, portal, template
from local.settings import APPS, ROOT

from bench.report import Row

MOST_LAYER, MOST_FUNCTION = 12_000_000, 300_000


def measure() -> list[Row]:
    with build.built():
        functions: dict[str, int] = {}
        layers: dict[str, int] = {}
        for app in APPS:
            folder = build.template(app).parent
            for name, resource in template.load(ROOT / "stacks" / f"{app}.yaml")["Resources"].items():
                if resource["Type"] == "AWS::Serverless::Function":
                    functions[name] = zipped(folder / name)
                elif resource["Type"] == "AWS::Serverless::LayerVersion":
                    layers[f"{app}: {name}"] = zipped(folder / name)
    portal.build()
    sizes = json.loads(portal.SIZES.read_text())
    largest = max(functions, key=functions.__getitem__)
    dependencies = max(size for name, size in layers.items() if "Dependencies" in name)
    return [
        Row(
            "artefacts",
            "dependencies layer, with byte code",
            f"{dependencies / 1e6:.1f} MB",
            f"at most {MOST_LAYER / 1e6:.0f} MB",
            dependencies <= MOST_LAYER,
            exact=True,
        ),
        Row(
            "artefacts",
            f"largest of {len(functions)} functions ({largest})",
            f"{functions[largest] / 1e3:.0f} KB",
            f"at most {MOST_FUNCTION / 1e3:.0f} KB",
            functions[largest] <= MOST_FUNCTION,
            exact=True,
        ),
        Row(
            "artefacts",
            "portal: script and style of a first visit, gzip",
            f"{sizes['first_load'] / 1e3:.0f} kB",
            f"at most {sizes['budget'] / 1e3:.0f} kB",
            sizes["first_load"] <= sizes["budget"],
            exact=True,
        ),
        Row("artefacts", "portal: all pages in both languages, gzip", f"{sizes['all'] / 1e3:.0f} kB", "-", None),
    ]


def zipped(folder: Path) -> int:
    """Bytes of a folder as a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return len(buffer.getvalue())
