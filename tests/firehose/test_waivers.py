"""Waivers of delivery streams: the practice is off, and everybody can read why."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import firehose
from constructs_lib.firehose.iceberg_delivery_stream import WAIVABLE as OF_ICEBERG
from constructs_lib.firehose.redshift_delivery_stream import WAIVABLE as OF_REDSHIFT
from constructs_lib.firehose.s3_delivery_stream import WAIVABLE
from constructs_lib.practices import Practice
from tests.firehose.streams import code, new_copy, new_delivery, new_rows
from tests.synthesis import judge, new_vpc, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
FUNCTION = "AWS::Lambda::Function"
LACKS = {firehose.TRACING: "TracingConfig", firehose.RESERVED_CONCURRENCY: "ReservedConcurrentExecutions"}
MAKES = pytest.mark.parametrize("make", [new_delivery, new_copy, new_rows], ids=["s3", "redshift", "iceberg"])


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {value for name in firehose.__all__ if isinstance(value := getattr(firehose, name), Practice)}
    assert exported == set(WAIVABLE) == set(OF_REDSHIFT) == set(OF_ICEBERG) == {firehose.ALARMS, *LACKS}


@MAKES
def test_without_alarms_nothing_is_watched(stack: cdk.Stack, make: Any) -> None:
    delivery = make(stack, waive={firehose.ALARMS: REASON})
    assert delivery.alarms is None
    assert not template(stack).of_type("AWS::CloudWatch::Alarm")


@MAKES
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, make: Any) -> None:
    make(stack, waive={firehose.ALARMS: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    waived = {"waived": {firehose.ALARMS.id: REASON}}
    assert verdict.template().only(DELIVERY)["Metadata"]["constructs-lib"] == waived
    assert acknowledged_for(verdict, REASON) == listed_for(verdict, REASON) == answered(firehose.ALARMS)


@MAKES
@pytest.mark.parametrize("practice", LACKS, ids=lambda it: it.id)
def test_the_function_says_why_it_lacks_something(stack: cdk.Stack, make: Any, practice: Practice) -> None:
    make(stack, transformation=firehose.Transformation(code(vpc=new_vpc(stack))), waive={practice: REASON})
    verdict = judge(stack)
    function = verdict.template().only(FUNCTION)
    assert verdict.findings == []
    assert LACKS[practice] not in function["Properties"]
    assert function["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert "Metadata" not in verdict.template().only(DELIVERY)
    assert acknowledged_for(verdict, REASON) == answered(practice)


@MAKES
def test_all_waivers_hold_together(stack: cdk.Stack, make: Any) -> None:
    make(stack, transformation=firehose.Transformation(code()), waive=dict.fromkeys(WAIVABLE, REASON))
    assert judge(stack).findings == []
