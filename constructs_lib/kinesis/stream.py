"""A data stream that keeps records for a week, encrypted with its own key."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks, show
from constructs_lib.kinesis.capacity import OnDemand, Provisioned
from constructs_lib.kinesis.fan_out_consumer import FanOutConsumer
from constructs_lib.kinesis.sharing import DECRYPTS, ENCRYPTS, READS, WRITES, Sharing
from constructs_lib.kinesis.stream_alarms import consumer_alarms, stream_alarms
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission, grant_beside
from constructs_lib.practices import kinesis as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

NAMESPACE: Final = "AWS/Kinesis"
AT_ONCE: Final = 5
"""How many consumers of a stream can be made at a time."""
_CONSUMER_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{1,128}")
SHORTEST_HOURS: Final = 24
LONGEST_HOURS: Final = 365 * 24
RECOMMENDED_HOURS: Final = 7 * 24
SMALLEST_RECORD_KIB: Final = 1_024
LARGEST_RECORD_KIB: Final = 10_240
OWN_KEY: Final = "A customer managed key is stricter than the key of the service: this account decides who uses it."

WAIVABLE: Final[tuple[Practice, ...]] = (practices.RETENTION, practices.RETAINED, practices.ALARMS)


class Stream(Construct):
    """A Kinesis data stream.

    https://docs.aws.amazon.com/streams/latest/dev/introduction.html

    Metrics are those of ``.stream``, as are CDK's grants: they write inline policies, which the packs report, in place
    of which there are :meth:`grant_write` and :meth:`grant_read`. AWS Backup does not know streams: what has to be kept
    for longer goes elsewhere, through Amazon Data Firehose for instance.

    Args:
        scope: The parent construct.
        id: The construct's id.
        capacity: On demand, or a number of shards, which can be computed from the traffic.
        retention: How long records can be read: whole hours, from 1 to 365 days. AWS charges for more than a day.
        shard_metrics: Metrics that are published for each shard as well, which shows hot ones. CloudWatch charges for
            each of them, for each shard, as for a custom metric.
        max_record_size: The largest record: 1 to 10 MiB, in whole KiB; None is 1 MiB. Functions never see records
            above 4 MiB or so, since an invocation takes 6 MB with its encoding.
        sharing: Who of other accounts may write and read; None is nobody.
        key: Encrypts records; None makes a key for this stream alone.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether the stream outlives its stack.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        capacity: OnDemand | Provisioned = OnDemand(),
        retention: cdk.Duration = cdk.Duration.hours(RECOMMENDED_HOURS),
        shard_metrics: Sequence[kinesis.ShardLevelMetrics] = (),
        max_record_size: cdk.Size | None = None,
        sharing: Sharing | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks, lifecycle=lifecycle, protections=[practices.RETAINED])
        hours = _check_retention(retention, waivers, checks)
        _check_metrics(shard_metrics, checks)
        largest = _check_record_size(max_record_size, checks)
        check_region(scope, {"key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.retention_hours = hours
        """How long records can be read."""
        self.lifecycle = lifecycle
        """Whether the stream outlives its stack."""
        self.key = store_key(self, key, lifecycle)
        retained = waivers.keeps(practices.RETAINED)
        self.stream = kinesis.Stream(
            self,
            "Stream",
            stream_mode=capacity.mode,
            shard_count=capacity.shard_count,
            retention_period=retention,
            encryption=kinesis.StreamEncryption.KMS,
            encryption_key=self.key,
            shard_level_metrics=list(shard_metrics) or None,
            removal_policy=cdk.RemovalPolicy.RETAIN if retained else cdk.RemovalPolicy.DESTROY,
        )
        resource = cast("kinesis.CfnStream", self.stream.node.default_child)
        for name, value in {**capacity.settings, **largest}.items():
            resource.add_property_override(name, value)
        self.arn = self.stream.stream_arn
        acknowledge(self.stream, {"AwsSolutions-KDS3": OWN_KEY})
        waivers.acknowledge(self.stream)
        if sharing:
            self._share(sharing)

        self.consumers: dict[str, FanOutConsumer] = {}
        """Those that were registered with :meth:`add_consumer`, by their names."""
        self._registered: list[Construct] = []
        self._most_consumers = capacity.most_consumers
        self._consumers = Construct(self, "Consumers")
        self._topic = alarm_topic
        self.alarms: Alarms | None = None
        if waivers.keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=stream_alarms(capacity, hours),
                namespace=NAMESPACE,
                dimensions={"StreamName": self.stream.stream_name},
                topic=alarm_topic,
            )

    def add_consumer(self, name: str) -> FanOutConsumer:
        """Register a consumer for enhanced fan-out, which shares the throughput of its shards with nobody.

        https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html

        AWS charges for each shard of each consumer, and for what it reads. Functions are better given to
        ``StreamConsumer(fan_out=True)``, which registers one of its own.

        Args:
            name: Letters, digits, dots, dashes and underscores. Twenty a stream, or fifty on On-demand Advantage.

        Raises:
            InvalidOptionsError: The name is not one that Kinesis takes, or there are too many consumers.
        """
        checks = checks_for(self, "add_consumer")
        self.check_room(checks)
        if not isinstance(name, str) or not _CONSUMER_NAME.fullmatch(name):
            allowed = "1 to 128 letters, digits, dots, dashes and underscores"
            checks.problem("name", show(name), allowed=allowed, advice="Choose another name.")
        elif name in self.consumers:
            checks.problem("name", show(name), allowed="a name of its own", advice="Use the one that is there.")
        checks.refuse()
        rules = consumer_alarms(self.retention_hours) if self.alarms else ()
        made = FanOutConsumer(self._consumers, name, stream=self.stream, rules=rules, alarm_topic=self._topic)
        self.register(made.consumer)
        self.consumers[name] = made
        return made

    def register(self, consumer: Construct) -> None:
        """Count a consumer, and let it wait where a stack would make more at a time than Kinesis does.

        Args:
            consumer: What is registered: one of :meth:`add_consumer`, or of ``StreamConsumer(fan_out=True)``.
        """
        stack = cdk.Stack.of(consumer)
        before = [it for it in self._registered if cdk.Stack.of(it) is stack][-AT_ONCE:]
        if len(before) == AT_ONCE:
            consumer.node.add_dependency(before[0])
        self._registered.append(consumer)

    def check_room(self, checks: Checks) -> None:
        """Record a problem unless one more consumer can be registered.

        Args:
            checks: Collects the problem.
        """
        checks.require(
            len(self._registered) < self._most_consumers,
            "consumers",
            len(self._registered),
            given=f"{len(self._registered) + 1} registered consumers",
            allowed=f"at most {self._most_consumers} a stream",
            advice="Let some share throughput, or be 50 with OnDemand(advantage=True).",
        )

    def grant_write(self, role: iam.IRole) -> iam.ManagedPolicy:
        """Let a role put records: that of a function, for instance.

        https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may write already.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        return self._grant(role, ENCRYPTS, Permission(actions=WRITES, resources=(self.arn,)))

    def grant_read(self, role: iam.IRole, *, consumer: str | None = None) -> iam.ManagedPolicy:
        """Let a role read records.

        https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.
            consumer: The name of the registered consumer that it is; None reads at the throughput that all share.

        Returns:
            The managed policy; the same one if the role may read already.

        Raises:
            InvalidOptionsError: What is given is no role, or no consumer of :meth:`add_consumer` has that name.
        """
        if consumer is None:
            return self._grant(role, DECRYPTS, Permission(actions=READS, resources=(self.arn,)))
        checks = checks_for(self, "grant_read")
        if not isinstance(consumer, str) or consumer not in self.consumers:
            checks.problem(
                "consumer",
                show(consumer),
                allowed=", ".join(self.consumers) or "None, as there are no registered consumers",
                advice="Register it with add_consumer first.",
            )
        checks.refuse()
        return self._grant(
            role,
            DECRYPTS,
            Permission(actions=("kinesis:DescribeStreamSummary", "kinesis:ListShards"), resources=(self.arn,)),
            Permission(
                actions=("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"),
                resources=(self.consumers[consumer].arn,),
            ),
        )

    def _grant(self, role: iam.IRole, key_action: str, *permissions: Permission) -> iam.ManagedPolicy:
        return grant_beside(self, role, [*permissions, Permission((key_action,), (self.key.key_arn,))])

    def _share(self, sharing: Sharing) -> None:
        for statement in sharing.key_statements:
            self.key.add_to_resource_policy(iam.PolicyStatement.from_json(statement))
        kinesis.CfnResourcePolicy(
            self, "Sharing", resource_arn=self.arn, resource_policy=sharing.stream_policy(self.arn)
        )


def _check_retention(retention: cdk.Duration, waivers: Waivers, checks: Checks) -> float:
    """Record what is wrong with the retention, and return it in hours."""
    if not checks.require_literal("retention", retention):
        return RECOMMENDED_HOURS
    hours = retention.to_hours(integral=False)
    given = retention.to_human_string()
    checks.require(
        SHORTEST_HOURS <= hours <= LONGEST_HOURS and hours % 1 == 0,
        "retention",
        given,
        given=given,
        allowed="whole hours, 1 to 365 days",
        advice="Write cdk.Duration.days(n); what is kept for longer belongs into a bucket.",
    )
    checks.require(
        hours >= RECOMMENDED_HOURS or practices.RETENTION in waivers,
        "retention",
        given,
        given=given,
        allowed="at least 7 days",
        advice=f"Keep records longer, or waive {practices.RETENTION.constant}.",
    )
    return hours


def _check_metrics(metrics: Sequence[kinesis.ShardLevelMetrics], checks: Checks) -> None:
    names = [metric.name for metric in metrics]
    checks.require(
        len(set(names)) == len(names), "shard_metrics", names, allowed="each once", advice="Leave out the second one."
    )
    checks.require(
        "ALL" not in names or len(set(names)) == 1,
        "shard_metrics",
        names,
        allowed="ALL alone, or others",
        advice="ALL holds the others.",
    )


def _check_record_size(size: cdk.Size | None, checks: Checks) -> dict[str, int]:
    """Record a size that Kinesis does not take, and return it as a property of CloudFormation."""
    if size is None or not checks.require_literal("max_record_size", size):
        return {}
    kibibytes = size.to_kibibytes(rounding=cdk.SizeRoundingBehavior.NONE)
    checks.require(
        SMALLEST_RECORD_KIB <= kibibytes <= LARGEST_RECORD_KIB and kibibytes % 1 == 0,
        "max_record_size",
        kibibytes,
        given=f"{kibibytes:g} KiB",
        allowed=f"{SMALLEST_RECORD_KIB} to {LARGEST_RECORD_KIB} whole KiB",
        advice="Put what is larger into a bucket, and its key into the record.",
    )
    return {"MaxRecordSizeInKiB": int(kibibytes)}
