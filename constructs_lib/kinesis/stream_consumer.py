"""A function that consumes a data stream, and loses no record in silence."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.consumers import WAIVABLE, RecordConsumer, StreamSource, check_consumer
from constructs_lib.delivery import LONGEST_AGE_SECONDS, Delivery
from constructs_lib.errors import Checks
from constructs_lib.functions import FunctionCode
from constructs_lib.kinesis.sharing import DECRYPTS, READS
from constructs_lib.kinesis.stream import Stream
from constructs_lib.kinesis.stream_alarms import in_words
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.naming import unique_name
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

LONGEST_CONSUMER_NAME: Final = 128
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
START: Final = lambda_.StartingPosition.TRIM_HORIZON


class StreamConsumer(RecordConsumer):
    """A Kinesis data stream, a function that reads it, and a dead-letter queue for what the function cannot process.

    https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html

    Delivery is at least once, so the function has to be idempotent. It reports which records of a batch failed:
    ``{"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}``. The dead-letter queue tells
    where in the stream given-up records are; the stream itself still has them, for as long as it keeps records.

    Args:
        scope: The parent construct.
        id: The construct's id.
        stream: What is read.
        function: Code to make a function from, or a function that exists and has a role.
        fan_out: Whether the function is registered with the stream, and has 2 MiB a second of each shard to itself, at
            a price; otherwise it shares them with up to four others.
        start: Where reading begins: TRIM_HORIZON, at the oldest record; LATEST, at what is written once the mapping
            works, which skips what is written while it is made; or at a time. Another one later makes a new mapping.
        delivery: Batches, retries and filters; these read the ``data`` of a record alone.
        subnets: Private subnets of the VPC in FunctionCode; None selects the isolated ones.
        key: Encrypts dead letters, log and environment; None takes the stream's key, unless that was imported, or
            makes one. The policy of one that was imported has to let CloudWatch Logs in.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether dead letters and log outlive their stack.
        waive: Practices to leave out of a function that is made here, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stream: Stream | kinesis.IStream,
        function: FunctionCode | lambda_.IFunction,
        fan_out: bool = False,
        start: lambda_.StartingPosition | datetime = START,
        delivery: Delivery = Delivery(),
        subnets: ec2.SubnetSelection | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks)
        ours = stream if isinstance(stream, Stream) else None
        source = stream.stream if isinstance(stream, Stream) else stream
        seconds, says, forgets = _retention(ours)
        _check_start(start, checks)
        _check_filters(delivery, checks)
        isolated = check_consumer(
            scope,
            function,
            stream=None if fan_out else source.stream_arn,
            delivery=delivery,
            retention_seconds=seconds,
            retention=says,
            subnets=subnets,
            waivers=waivers,
            checks=checks,
        )
        if ours and fan_out:
            ours.check_room(checks)
        check_region(scope, {"stream": source, "key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.consumer: kinesis.CfnStreamConsumer | None = None
        """What is registered with the stream."""
        stream_arn = source.stream_arn
        if fan_out:
            self.consumer = kinesis.CfnStreamConsumer(
                self,
                "FanOut",
                consumer_name=unique_name(self, longest=LONGEST_CONSUMER_NAME),
                stream_arn=stream_arn,
            )
        if ours and self.consumer:
            ours.register(self.consumer)
        stream_key = ours.key if ours else source.encryption_key
        self._consume(
            StreamSource(
                arn=self.consumer.attr_consumer_arn if self.consumer else stream_arn,
                permissions=_permissions(stream_arn, self.consumer, stream_key),
                key=None if ours and lifecycle.outlives(ours.lifecycle) else stream_key,
                forgets=forgets,
                retention_seconds=seconds,
                start=start,
            ),
            function=function,
            delivery=delivery,
            subnets=isolated,
            key=key,
            alarm_topic=alarm_topic,
            lifecycle=lifecycle,
            waivers=waivers,
        )


def _retention(stream: Stream | None) -> tuple[int, str, str]:
    """Return how far back Lambda reads, a sentence that says so, and when the stream forgets records."""
    if stream is None:
        return LONGEST_AGE_SECONDS, "Lambda looks back 7 days at most.", "when its retention is over"
    kept = in_words(stream.retention_hours)
    seconds = min(int(stream.retention_hours * 3600), LONGEST_AGE_SECONDS)
    return seconds, f"The stream keeps records for {kept}, and Lambda looks back 7 days at most.", f"after {kept}"


def _permissions(stream: str, consumer: kinesis.CfnStreamConsumer | None, key: kms.IKey | None) -> list[Permission]:
    """Return what Lambda needs to read. It never lists streams: CDK's own grant has no effect there, and suffices.

    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    """
    permissions = [Permission(actions=READS, resources=(stream,))]
    if consumer:
        permissions.append(Permission(actions=("kinesis:SubscribeToShard",), resources=(consumer.attr_consumer_arn,)))
    if key:
        permissions.append(Permission(actions=(DECRYPTS,), resources=(key.key_arn,)))
    return permissions


def _check_start(start: lambda_.StartingPosition | datetime, checks: Checks) -> None:
    advice = "Give the time itself, with its zone: datetime(2026, 1, 31, 12, tzinfo=UTC)."
    if isinstance(start, datetime):
        known = start.tzinfo is not None
        checks.require(
            known,
            "start",
            start,
            given=f"{start}, which has no time zone",
            allowed="a time with its zone",
            advice=advice,
        )
        checks.require(
            not known or EPOCH <= start <= datetime.now(UTC),
            "start",
            start,
            given=str(start),
            allowed="a time since 1970 that has passed",
            advice="Use LATEST for what is written from now on.",
        )
    else:
        checks.require(
            start.value != "AT_TIMESTAMP",
            "start",
            start.value,
            given="AT_TIMESTAMP without the time",
            allowed="TRIM_HORIZON, LATEST or a time",
            advice=advice,
        )


def _check_filters(delivery: Delivery, checks: Checks) -> None:
    for pattern in delivery.filters:
        checks.require(
            pattern.keys() == {"data"},
            "delivery",
            pattern,
            given=f"a filter on {', '.join(map(str, pattern))}",
            allowed="filters on data",
            advice='Lambda filters records of Kinesis by their data alone: {"data": {"status": ["paid"]}}.',
        )
