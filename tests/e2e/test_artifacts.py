"""What is deployed: complete, small, compiled, and each function with its own domain only."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from local import build
from local.settings import APPS
from local.template import load

pytestmark = pytest.mark.usefixtures("stack")  # starting it builds

LAYER_LIMIT = 12_000_000
FUNCTION_LIMIT = 300_000
UNCHECKED_HASH = b"\x01\x00\x00\x00"


def functions(app: str) -> dict[str, str]:
    """Logical id -> handler."""
    resources = load(build.template(app))["Resources"]
    found = {
        name: resource["Properties"]["Handler"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert found
    return found


def artefact(app: str, name: str) -> Path:
    return build.template(app).parent / name


def zipped(directory: Path) -> int:
    """Bytes of the directory as `sam deploy` uploads it."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
        for path in sorted(directory.rglob("*")):
            content.write(path, path.relative_to(directory))
    return archive.tell()


@pytest.mark.parametrize("app", APPS)
def test_every_function_imports_with_nothing_but_what_ships(app: str) -> None:
    layers = [str(artefact(app, layer) / "python") for layer in ("KernelLayer", "DependenciesLayer")]
    for name, handler in functions(app).items():
        module, _, attribute = handler.rpartition(".")
        code = f"import importlib; getattr(importlib.import_module({module!r}), {attribute!r})"
        places = [str(artefact(app, name)), *layers]
        # -I -S: no site-packages, no working directory, no variables that point anywhere else.
        command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {places!r}; {code}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"APP": app, "STAGE": "local"})
        assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"


@pytest.mark.parametrize("app", APPS)
def test_a_function_ships_its_own_domain_and_its_applications_policies(app: str) -> None:
    for name, handler in functions(app).items():
        root = artefact(app, name)
        domain = handler.split(".")[1]
        assert {path.name for path in root.iterdir()} == {app, "policies"}, name
        assert {path.name for path in (root / app).iterdir()} == {"__init__.pyc", domain}, name
        assert {path.name for path in (root / "policies").iterdir()} == {app}, name


@pytest.mark.parametrize("app", APPS)
def test_everything_ships_compiled_and_is_never_checked_again(app: str) -> None:
    for source in artefact(app, "KernelLayer").rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        assert compiled.read_bytes()[4:8] == UNCHECKED_HASH, source
    for name in (*functions(app), "DependenciesLayer"):
        shipped = artefact(app, name)
        assert not list(shipped.rglob("*.py"))
        assert all(path.read_bytes()[4:8] == UNCHECKED_HASH for path in shipped.rglob("*.pyc"))


@pytest.mark.parametrize("app", APPS)
def test_artefacts_stay_within_their_budgets(app: str) -> None:
    sizes = {name: zipped(artefact(app, name)) for name in functions(app)}
    assert max(sizes.values()) <= FUNCTION_LIMIT, sizes
    assert zipped(artefact(app, "DependenciesLayer")) <= LAYER_LIMIT


def test_the_licences_of_what_ships_ship_too() -> None:
    for information in artefact("care", "DependenciesLayer").rglob("*.dist-info"):
        assert (information / "METADATA").exists(), information.name
