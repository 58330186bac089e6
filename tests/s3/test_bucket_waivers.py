"""Waivers of the landing bucket: the practice is off, and everybody can read why."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import landing_bucket
from constructs_lib.landing_bucket import WAIVABLE
from constructs_lib.practices import Practice
from tests.s3.buckets import days, new_bucket
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

BUCKET = "AWS::S3::Bucket"
LACKS = {
    landing_bucket.VERSIONING: "VersioningConfiguration",
    landing_bucket.LIFECYCLE: "LifecycleConfiguration",
    landing_bucket.ACCESS_LOGS: "LoggingConfiguration",
    landing_bucket.ALARMS: "MetricsConfigurations",
}


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {it for name in landing_bucket.__all__ if isinstance(it := getattr(landing_bucket, name), Practice)}
    assert exported == set(WAIVABLE) == set(LACKS)
    assert all(getattr(landing_bucket, str(it.constant).removeprefix("landing_bucket.")) is it for it in exported)


@pytest.mark.parametrize("practice", LACKS, ids=lambda it: it.id)
def test_the_practice_is_off_and_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    new_bucket(stack, waive={practice: REASON})
    verdict = judge(stack)
    [bucket] = [it for name, it in verdict.template().of_type(BUCKET).items() if name.startswith("LakeBucket")]
    assert verdict.findings == []
    assert LACKS[practice] not in bucket["Properties"]
    assert bucket["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


def test_objects_still_move_and_go_without_a_lifecycle_of_versions(stack: cdk.Stack) -> None:
    new_bucket(stack, expire_after=days(10), waive={landing_bucket.LIFECYCLE: REASON})
    [bucket] = [it for name, it in template(stack).of_type(BUCKET).items() if name.startswith("LakeBucket")]
    [rule] = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule == {"ExpirationInDays": 10, "Id": "Everything", "Status": "Enabled"}


def test_what_is_waived_is_not_made(stack: cdk.Stack) -> None:
    bucket: Any = new_bucket(stack, waive=dict.fromkeys(WAIVABLE, REASON))
    verdict = judge(stack)
    assert verdict.findings == []
    assert len(verdict.template().of_type(BUCKET)) == 1
    assert (bucket.log_bucket, bucket.alarms) == (None, None)
