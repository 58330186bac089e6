"""Streams and consumers to test: with the least that must be said, and with every option."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2, aws_iam, aws_kinesis
from aws_cdk import aws_kms as kms

from constructs_lib import kinesis
from constructs_lib.delivery import Delivery
from constructs_lib.functions import FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.dynamodb.tables import CODE, full_code

METRICS: Final = aws_kinesis.ShardLevelMetrics
FRIEND: Final = "arn:aws:iam::210987654321:role/clicks"
TRAFFIC: Final = kinesis.Traffic(records_per_second=4_000, record_size=cdk.Size.kibibytes(2), shared_consumers=2)
NEW_YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)


def new_stream(stack: cdk.Stack, **options: Any) -> kinesis.Stream:
    """Make a stream with these options."""
    return kinesis.Stream(stack, "Clicks", **options)


def full_stream(stack: cdk.Stack) -> kinesis.Stream:
    """Make a stream with every option, a registered consumer, and a role that writes and reads."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    stream = new_stream(
        stack,
        capacity=kinesis.Provisioned(TRAFFIC),
        retention=cdk.Duration.days(30),
        shard_metrics=[METRICS.INCOMING_BYTES, METRICS.ITERATOR_AGE_MILLISECONDS],
        max_record_size=cdk.Size.mebibytes(10),
        sharing=kinesis.Sharing(writers=["210987654321"], readers=[FRIEND]),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={kinesis.RETAINED: "Made anew for every test."},
    )
    stream.add_consumer("analytics.v2")
    role = new_role(stack)
    stream.grant_write(role)
    stream.grant_read(role)
    stream.grant_read(role, consumer="analytics.v2")
    return stream


def new_role(stack: cdk.Stack) -> aws_iam.Role:
    """Make a role that may do nothing yet."""
    return aws_iam.Role(stack, "App", assumed_by=aws_iam.AccountRootPrincipal())


def new_consumer(
    stack: cdk.Stack, *, function: Any = None, code: Mapping[str, Any] | None = None, **options: Any
) -> kinesis.StreamConsumer:
    """Make a consumer of a new stream: of code with these settings, or the function."""
    if "stream" not in options:
        options["stream"] = new_stream(stack)
    made = function or FunctionCode(**{"path": CODE, **(code or {})})
    return kinesis.StreamConsumer(stack, "Audit", **{"function": made, **options})


def full_consumer(stack: cdk.Stack, vpc: aws_ec2.IVpc) -> kinesis.StreamConsumer:
    """Make a consumer with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_consumer(
        stack,
        code=full_code(vpc),
        fan_out=True,
        start=NEW_YEAR,
        delivery=Delivery(
            batch_size=1000,
            batching_window=cdk.Duration.seconds(5),
            parallelization_factor=10,
            retry_attempts=3,
            max_record_age=cdk.Duration.days(7),
            tumbling_window=cdk.Duration.minutes(2),
            filters=[{"data": {"status": ["paid"]}}],
        ),
        subnets=aws_ec2.SubnetSelection(availability_zones=["eu-west-1a", "eu-west-1b"]),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={kinesis.TRACING: "The trace would hold names."},
    )
