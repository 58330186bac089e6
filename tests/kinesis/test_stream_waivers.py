"""Waivers of the stream: the practice is off, and everybody can read why."""

import aws_cdk as cdk
import pytest

from constructs_lib import consumers, kinesis
from constructs_lib.kinesis.stream import WAIVABLE
from constructs_lib.practices import Practice
from tests.kinesis.streams import new_stream
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

STREAM = "AWS::Kinesis::Stream"


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {value for name in kinesis.__all__ if isinstance(value := getattr(kinesis, name), Practice)}
    assert set(WAIVABLE) == {kinesis.RETENTION, kinesis.RETAINED, kinesis.ALARMS}
    assert exported == {*WAIVABLE, *consumers.WAIVABLE}


def test_records_are_kept_for_a_day(stack: cdk.Stack) -> None:
    new_stream(stack, retention=cdk.Duration.days(1), waive={kinesis.RETENTION: REASON})
    assert template(stack).properties(STREAM)["RetentionPeriodHours"] == 24


def test_the_stream_goes_with_its_stack_and_its_key_stays(stack: cdk.Stack) -> None:
    new_stream(stack, waive={kinesis.RETAINED: REASON})
    written = template(stack)
    assert (written.only(STREAM)["DeletionPolicy"], written.only("AWS::KMS::Key")["DeletionPolicy"]) == (
        "Delete",
        "Retain",
    )


def test_nothing_is_watched(stack: cdk.Stack) -> None:
    stream = new_stream(stack, waive={kinesis.ALARMS: REASON})
    made = stream.add_consumer("analytics")
    assert (stream.alarms, made.alarms) == (None, None)
    assert not template(stack).of_type("AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("practice", WAIVABLE, ids=lambda it: it.id)
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    options = {"retention": cdk.Duration.days(1)} if practice is kinesis.RETENTION else {}
    new_stream(stack, waive={practice: REASON}, **options)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(STREAM)["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


def test_all_waivers_hold_together(stack: cdk.Stack) -> None:
    new_stream(stack, retention=cdk.Duration.days(1), waive=dict.fromkeys(WAIVABLE, REASON))
    assert judge(stack).findings == []
