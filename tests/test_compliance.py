"""Acknowledgements and waivers."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.compliance import enforce
from constructs_lib.errors import Checks, InvalidOptionsError, Problem
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import Practice
from tests.refusing import problems
from tests.synthesis import judge

KEPT = Practice(id="SAMPLE_KEPT", claim="", source="", answers=("AwsSolutions-RDS3",))
PROTECTION = Practice(id="SAMPLE_PROTECTION", claim="", source="")
UNKNOWN = Practice(id="SAMPLE_UNKNOWN", claim="", source="")


def _waivers(waive: Mapping[Practice, str], **options: Any) -> Waivers:
    checks = Checks(lambda: "Orders")
    waivers = Waivers(waive, known=(KEPT, PROTECTION), checks=checks, **options)
    checks.refuse()
    return waivers


@pytest.mark.parametrize(
    ("construct", "reasons", "option"),
    [(None, {"RULE": "why"}, "construct"), ("stack", None, "reasons"), ("stack", "RULE", "reasons")],
)
def test_an_acknowledgement_of_nothing_is_refused(stack: cdk.Stack, construct: Any, reasons: Any, option: str) -> None:
    [problem] = problems(lambda: acknowledge(stack if construct else construct, reasons))
    assert problem.option == option


@pytest.mark.parametrize("app", [None, "app", lambda: None])
def test_only_an_app_is_checked_whole(app: Any) -> None:
    [problem] = problems(lambda: enforce(app))
    assert (problem.option, problem.allowed) == ("app", "a cdk.App")


def test_a_stack_alone_is_not_checked(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: enforce(stack))  # type: ignore[arg-type]
    assert problem.given == "a Stack"


@pytest.mark.parametrize(
    ("rule", "qualified"),
    [
        ("AwsSolutions-RDS3", ["AwsSolutions::AwsSolutions-RDS3"]),
        ("HIPAA.Security-RDSMultiAZSupport", ["HIPAA.Security::HIPAA.Security-RDSMultiAZSupport"]),
        ("AwsSolutions-IAM5[Resource::*]", ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"]),
        ("RDS_MULTI_AZ", ["constructs-lib::RDS_MULTI_AZ"]),
        ("F3006", ["CloudFormation-Validate::F3006", "constructs-lib::F3006"]),
    ],
)
def test_an_acknowledgement_says_whose_rule_it_is(stack: cdk.Stack, rule: str, qualified: list[str]) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    acknowledge(key, {rule: "Because."})
    written = judge(stack).acknowledgements
    assert sorted(written) == [("Stack/Key", it) for it in qualified]
    assert set(written.values()) == {"Because."}


def test_an_id_that_says_whose_it_is_stays_what_it_is(stack: cdk.Stack) -> None:
    acknowledge(kms.Key(stack, "Key", enable_key_rotation=True), {"AwsSolutions::AwsSolutions-RDS3": "Because."})
    assert list(judge(stack).acknowledgements) == [("Stack/Key", "AwsSolutions::AwsSolutions-RDS3")]


@pytest.mark.parametrize(
    ("reasons", "given"),
    [({"RDS_MULTI_AZ": " "}, "no reason for RDS_MULTI_AZ"), ({"RDS_MULTI_AZ": None}, "no reason for RDS_MULTI_AZ")],
)
def test_an_acknowledgement_without_a_reason_is_refused(stack: cdk.Stack, reasons: Any, given: str) -> None:
    [problem] = problems(lambda: acknowledge(stack, reasons))
    assert problem == Problem("reasons", given, "a sentence", "Say why.")


def test_nothing_is_acknowledged_without_a_rule(stack: cdk.Stack) -> None:
    acknowledge(kms.Key(stack, "Key", enable_key_rotation=True), {})
    assert judge(stack).acknowledgements == {}


def test_a_practice_is_kept_until_it_is_waived() -> None:
    waivers = _waivers({KEPT: "Because."})
    assert KEPT in waivers
    assert not waivers.keeps(KEPT)
    assert waivers.keeps(PROTECTION)


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_a_disposable_store_waives_its_protection(lifecycle: Lifecycle) -> None:
    waivers = _waivers({}, lifecycle=lifecycle, protections=[PROTECTION])
    assert waivers.keeps(PROTECTION) is lifecycle.protected


def test_a_waiver_stands_in_metadata_and_acknowledgements(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    _waivers({KEPT: "Because."}, lifecycle=Lifecycle.DISPOSABLE, protections=[PROTECTION]).acknowledge(key)
    verdict = judge(stack)
    assert verdict.template().only("AWS::KMS::Key")["Metadata"]["constructs-lib"] == {
        "waived": {"SAMPLE_KEPT": "Because.", "SAMPLE_PROTECTION": DISPOSABLE_REASON}
    }
    assert {rule for _, rule in verdict.acknowledgements} == {
        "constructs-lib::SAMPLE_KEPT",
        "AwsSolutions::AwsSolutions-RDS3",
        "constructs-lib::SAMPLE_PROTECTION",
    }


@pytest.mark.parametrize(("waive", "given"), [({UNKNOWN: "Because."}, "SAMPLE_UNKNOWN"), ({KEPT: "\t"}, "no reason")])
def test_a_waiver_is_refused(waive: Mapping[Practice, str], given: str) -> None:
    with pytest.raises(InvalidOptionsError, match=f"waive: got {given}"):
        _waivers(waive)


def test_lifecycle_and_protection_never_disagree() -> None:
    assert Lifecycle.RETAINED.removal_policy is cdk.RemovalPolicy.RETAIN
    assert Lifecycle.DISPOSABLE.removal_policy is cdk.RemovalPolicy.DESTROY
