"""Waivers of the stream's consumer: the practice is off, and everybody can read why."""

from collections.abc import Mapping

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from constructs_lib import dynamodb
from constructs_lib.consumers import WAIVABLE
from constructs_lib.practices import Practice
from tests.dynamodb.tables import new_consumer
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

FUNCTION = "AWS::Lambda::Function"
LACKS: Mapping[Practice, str] = {
    dynamodb.TRACING: "TracingConfig",
    dynamodb.RESERVED_CONCURRENCY: "ReservedConcurrentExecutions",
}
EACH = pytest.mark.parametrize("practice", LACKS, ids=lambda it: it.id)


def test_every_waiver_is_tested_here() -> None:
    assert set(LACKS) == set(WAIVABLE)


@EACH
def test_the_function_does_not_say(stack: cdk.Stack, practice: Practice) -> None:
    new_consumer(stack, waive={practice: REASON})
    assert LACKS[practice] not in template(stack).properties(FUNCTION)


def test_without_tracing_the_function_may_not_trace(stack: cdk.Stack) -> None:
    new_consumer(stack, waive={dynamodb.TRACING: REASON})
    assert "xray:" not in str(template(stack))


@EACH
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, vpc: ec2.IVpc, practice: Practice) -> None:
    new_consumer(stack, code={"vpc": vpc}, waive={practice: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(FUNCTION)["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert listed_for(verdict, REASON) == answered(practice)


def test_all_waivers_hold_together(stack: cdk.Stack) -> None:
    new_consumer(stack, waive=dict.fromkeys(WAIVABLE, REASON))
    assert judge(stack).findings == []
