"""The edge: nothing public but what the distribution serves, nothing personal in a cache or a log."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import yaml
from local.template import load
from tests.architecture.stack import ROOT, Json

RESOURCES: Json = load(ROOT / "stacks" / "edge.yaml")["Resources"]
FIREWALLS_MOST_QUERY = 2048  # bytes: the managed rule SizeRestrictions_QUERYSTRING
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def _of(kind: str) -> dict[str, Json]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


def _distribution() -> Json:
    found: Json = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    return found


def _headers(name: str) -> Json:
    found: Json = RESOURCES[name]["Properties"]["ResponseHeadersPolicyConfig"]
    return found


def test_no_bucket_is_public_and_each_refuses_plain_transport() -> None:
    policies = {p["Bucket"]["Ref"]: p["PolicyDocument"]["Statement"] for p in _of("AWS::S3::BucketPolicy").values()}
    for bucket, properties in _of("AWS::S3::Bucket").items():
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert properties["BucketEncryption"]
        denied = [s for s in policies[bucket] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_only_our_distribution_reads_the_portal() -> None:
    statements = RESOURCES["PortalPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (allowed,) = [s for s in statements if s["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "${Distribution}" in str(allowed["Condition"])


def test_pages_and_answers_are_never_cached_and_assets_always() -> None:
    behaviours = [_distribution()["DefaultCacheBehavior"], *_distribution()["CacheBehaviors"]]
    policies = {b.get("PathPattern", "the rest"): b["CachePolicyId"] for b in behaviours}
    assert policies == {
        "the rest": CACHING_DISABLED,
        "/assets/*": {"Ref": "Immutable"},
        "/api/care/*": CACHING_DISABLED,
        "/api/research/*": CACHING_DISABLED,
    }
    page = {item["Header"]: item["Value"] for item in _headers("PageHeaders")["CustomHeadersConfig"]["Items"]}
    assert page["Cache-Control"] == "no-store"


def test_a_page_may_load_nothing_from_elsewhere_and_nothing_inline_but_style_sheets() -> None:
    policy = _headers("PageHeaders")["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"][
        "Fn::Sub"
    ]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; ") if " " in rule)
    assert rules.pop("style-src-elem") == "'self' 'unsafe-inline'"
    assert re.search(r"unsafe|\*|http:", " ".join(rules.values())) is None
    assert (rules["require-trusted-types-for"], rules["trusted-types"]) == ("'script'", "default")
    assert set(re.findall(r"\$\{(\w+)\}", policy)) == {"SignInEndpoint", "DocumentsOrigin"}


def test_each_answer_carries_the_security_headers() -> None:
    for behaviour in [_distribution()["DefaultCacheBehavior"], *_distribution()["CacheBehaviors"]]:
        headers: dict[str, Any] = _headers(behaviour["ResponseHeadersPolicyId"]["Ref"])["SecurityHeadersConfig"]
        assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
        assert headers["ContentTypeOptions"]["Override"] is True


def test_the_firewall_stands_before_the_distribution() -> None:
    assert _distribution()["WebACLId"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    rules = {rule["Name"] for rule in RESOURCES["Firewall"]["Properties"]["Rules"]}
    assert {"RequestsPerAddress", "RegistrationsPerAddress", "AWSManagedRulesCommonRuleSet"} <= rules


def test_firewalls_let_long_bodies_through_and_nothing_else() -> None:
    for template in ("care", "research", "edge"):
        rules = load(ROOT / "stacks" / f"{template}.yaml")["Resources"]["Firewall"]["Properties"]["Rules"]
        groups = [rule["Statement"].get("ManagedRuleGroupStatement", {}) for rule in rules]
        overrides = [override["Name"] for group in groups for override in group.get("RuleActionOverrides", [])]
        assert overrides == ["SizeRestrictions_BODY"]


def test_the_longest_list_of_ids_is_a_query_that_firewalls_let_through() -> None:
    paths = yaml.safe_load((ROOT / "api" / "care.yaml").read_text())["paths"].values()
    parameters = [parameter for path in paths for way in path.values() for parameter in way.get("parameters", [])]
    schemas = [parameter["schema"] for parameter in parameters if parameter["name"] == "ids"]
    assert len(schemas) == 2
    for schema in schemas:
        [pattern] = [one["pattern"] for one in schema.get("anyOf", [schema]) if "pattern" in one]
        identifier = f"{pattern[1:4]}_{'0' * 32}"
        longest = max(n for n in range(1, 200) if re.fullmatch(pattern, ",".join([identifier] * n)))
        assert len(urlencode({"ids": ",".join([identifier] * longest), "limit": longest})) <= FIREWALLS_MOST_QUERY


def test_access_logs_hold_neither_addresses_nor_paths() -> None:
    fields = RESOURCES["AccessLogDelivery"]["Properties"]["RecordFields"]
    assert {"c-ip", "x-forwarded-for", "cs-uri-stem", "cs-uri-query", "cs(Cookie)", "cs(Referer)"}.isdisjoint(fields)
