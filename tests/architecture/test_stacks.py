"""The rules of the house, held against the templates as AWS sees them."""

from __future__ import annotations

import pytest
from local.template import load
from tests.architecture.rules import RULES
from tests.architecture.rules.access import names_nothing_of, no_reach_into
from tests.architecture.stack import APPS, ROOT, STAGES, Rule, stack

OTHER = {"care": "research", "research": "care"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("app", APPS)
def test_a_stack_keeps_the_rules(app: str, stage: str, rule: Rule) -> None:
    assert rule(stack(app, stage)) == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("app", APPS)
def test_no_role_of_one_application_reaches_anything_of_the_other(app: str, stage: str) -> None:
    other = stack(OTHER[app], stage)
    assert len(other.arns()) > 5
    assert no_reach_into(other)(stack(app, stage)) == []


@pytest.mark.parametrize("app", APPS)
def test_a_template_does_not_mention_the_other_application(app: str) -> None:
    assert names_nothing_of(OTHER[app])(stack(app, "prod")) == []


def test_only_the_contents_page_knows_both_applications() -> None:
    resources = load(ROOT / "template.yaml")["Resources"]
    assert {name: resource["Properties"]["Location"] for name, resource in resources.items()} == {
        "Care": "stacks/care.yaml",
        "Research": "stacks/research.yaml",
        "Edge": "stacks/edge.yaml",
    }


def test_the_contents_page_gives_only_parameters_that_a_stack_takes() -> None:
    page = load(ROOT / "template.yaml")
    for resource in page["Resources"].values():
        declared = load(ROOT / resource["Properties"]["Location"])["Parameters"]
        given = resource["Properties"]["Parameters"]
        assert given.keys() <= declared.keys()
        assert {name for name, parameter in declared.items() if "Default" not in parameter} <= given.keys()


def test_everything_at_the_edge_is_left_out_on_a_laptop() -> None:
    edge = load(ROOT / "stacks" / "edge.yaml")
    conditions = {name for name, resource in edge["Resources"].items() if "Condition" not in resource}
    assert conditions == set()
