"""The environments of samconfig.toml and the contents page fit the templates they are for."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from local.template import load
from tests.architecture.stack import ROOT, Json

CONFIG: Json = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("local", "dev", "stage", "prod")
TEMPLATES = ("template.yaml", "stacks/care.yaml", "stacks/research.yaml", "stacks/edge.yaml")


def _overrides(environment: str) -> dict[str, str]:
    pairs = CONFIG[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in pairs)


def _parameters(template: str) -> dict[str, Any]:
    found: dict[str, Any] = load(ROOT / template)["Parameters"]
    return found


def test_there_is_an_environment_for_the_laptop_and_three_for_the_cloud() -> None:
    assert tuple(name for name in CONFIG if name != "version") == ENVIRONMENTS


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_names_only_parameters_that_a_template_takes(environment: str) -> None:
    known = {name for template in TEMPLATES for name in _parameters(template)}
    assert _overrides(environment).keys() <= known


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_gives_values_that_the_templates_allow(environment: str) -> None:
    overrides = _overrides(environment)
    templates = TEMPLATES[1:3] if environment == "local" else TEMPLATES
    refused = [
        (template, name)
        for template in templates
        for name, parameter in _parameters(template).items()
        if name in overrides and overrides[name] not in map(str, parameter.get("AllowedValues", [overrides[name]]))
    ]
    assert refused == []


@pytest.mark.parametrize("environment", ["stage", "prod"])
def test_what_patients_rely_on_is_protected_and_released_with_care(environment: str) -> None:
    overrides = _overrides(environment)
    assert (overrides["DeletionProtection"], overrides["Canary"]) == ("true", "true")


def test_a_person_reads_the_change_set_before_production_changes() -> None:
    assert CONFIG["prod"]["deploy"]["parameters"]["confirm_changeset"] is True


def test_both_applications_take_the_same_parameters_under_the_same_names() -> None:
    only_care = {"MailFrom", "MailIdentity", "MailVerified", "OfferSeconds", "PortalUrl"}
    only_care |= {"RegistrationGraceSeconds", "BackupCopyVaultArn", "ScanHours", "KeyMemorySeconds"}
    assert _parameters("stacks/care.yaml").keys() - only_care == _parameters("stacks/research.yaml").keys()
