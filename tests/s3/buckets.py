"""Landing buckets to test: with the least that must be said, and with every option."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.landing_bucket import LIFECYCLE, LandingBucket, Replica, Tier
from constructs_lib.notifications import AlarmTopic

CLASSES: Final = s3.StorageClass
FRANKFURT_KEY: Final = "arn:aws:kms:eu-central-1:210987654321:key/11111111-2222-3333-4444-555555555555"


def days(number: float) -> cdk.Duration:
    """Write a number of days."""
    return cdk.Duration.days(number)


def new_bucket(stack: cdk.Stack, **options: Any) -> LandingBucket:
    """Make a bucket with these options."""
    return LandingBucket(stack, "Lake", **options)


def copies(scope: Construct, region: str = "eu-central-1") -> s3.IBucket:
    """Return a bucket of another Region that exists."""
    return s3.Bucket.from_bucket_attributes(scope, f"Copies-{region}", bucket_name="copies", region=region)


def frankfurt_key(scope: Construct) -> kms.IKey:
    """Return a key of another Region that exists."""
    return kms.Key.from_key_arn(scope, "CopiesKey", FRANKFURT_KEY)


def full_bucket(stack: cdk.Stack) -> LandingBucket:
    """Make a bucket with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_bucket(
        stack,
        tiers=[Tier(CLASSES.INFREQUENT_ACCESS, after=days(30)), Tier(CLASSES.DEEP_ARCHIVE, after=days(180))],
        expire_after=days(2555),
        replaced_expire_after=days(7),
        access_logs=AccessLogBucket(stack, "Logs", expire_after=days(400)).bucket,
        events=True,
        replica=Replica(copies(stack), frankfurt_key(stack), account="210987654321"),
        object_lock=s3.ObjectLockRetention.governance(days(30)),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        waive={LIFECYCLE: "Every version is evidence."},
    )
