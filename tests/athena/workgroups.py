"""Workgroups to test: with the least that must be said, and with every option."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from constructs_lib import athena
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic


def new_workgroup(stack: cdk.Stack, **options: Any) -> athena.WorkGroup:
    """Make a workgroup with these options."""
    return athena.WorkGroup(stack, "Queries", **options)


def full_workgroup(stack: cdk.Stack) -> athena.WorkGroup:
    """Make a workgroup with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_workgroup(
        stack,
        results=athena.BucketResults(prefix="athena/", expire_after=cdk.Duration.days(7)),
        scan_limit=cdk.Size.tebibytes(1),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
    )
