"""A function that consumes a stream, whichever service the stream is of, and loses no record in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.alarms import AlarmRule, Alarms
from constructs_lib.dead_letters import DeadLetterQueue
from constructs_lib.delivery import SHORTEST_AGE_SECONDS, Delivery
from constructs_lib.encryption import store_key, widenable
from constructs_lib.errors import Checks, is_token
from constructs_lib.functions import RESERVED_CONCURRENCY, TRACING, CodeFunction, FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.networking import isolated_subnets
from constructs_lib.permissions import Permission, grant
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

LATE_MILLISECONDS: Final = 600_000

WAIVABLE: Final[tuple[Practice, ...]] = (TRACING, RESERVED_CONCURRENCY)
"""What every consumer can leave out."""

_READ: Final[WeakKeyDictionary[Any, set[str]]] = WeakKeyDictionary()
"""What each function reads already: Lambda maps a stream to a function once."""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """A stream, as Lambda reads it.

    Args:
        arn: What is read: the stream, or one of its registered consumers.
        permissions: What the function has to do to read it.
        key: What encrypts the stream, if that is known and lasts as long as the consumer, who takes it too unless
            it is given another one, or cannot widen its policy.
        forgets: When the stream forgets records, in words that follow "forgets records".
        retention_seconds: The longest that the stream keeps a record, as far as Lambda looks back.
        start: Where in the stream the first invocation begins: at its oldest record, its newest, or at a time.
    """

    arn: str
    permissions: Sequence[Permission]
    key: kms.IKey | None
    forgets: str
    retention_seconds: int
    start: lambda_.StartingPosition | datetime = lambda_.StartingPosition.TRIM_HORIZON


class RecordConsumer(Construct):
    """What the consumers of all streams have; services derive theirs from it.

    Args:
        scope: The parent construct.
        id: The construct's id.
    """

    key: kms.IKey
    """Encrypts dead letters, log and environment."""
    dead_letters: DeadLetterQueue
    """Where it is said, for 14 days, which records were given up: the letters hold their place in the stream alone."""
    function: lambda_.IFunction
    """What consumes."""
    stream_arn: str
    """What is read: the stream, or one of its registered consumers."""
    mapping: lambda_.CfnEventSourceMapping
    """How the stream reaches the function."""
    alarms: Alarms
    """What the function is watched for."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)

    def allow(self, id: str, *permissions: Permission) -> iam.ManagedPolicy:
        """Let the function do more, with exact ARNs in a managed policy.

        CDK's own ``grant_*`` methods work on ``.function`` too; they write wildcards and inline policies, which the
        packs report. IAM attaches ten policies to a role, of which two are taken: give several permissions at once.

        Args:
            id: Names the policy within this construct.
            permissions: What the function may do.

        Raises:
            InvalidOptionsError: There is no permission, or a policy of that id already.
        """
        return grant(self, f"{id}Policy", cast("iam.IRole", self.function.role), permissions)

    def _consume(
        self,
        source: StreamSource,
        *,
        function: FunctionCode | lambda_.IFunction,
        delivery: Delivery,
        subnets: ec2.SubnetSelection | None,
        key: kms.IKey | None,
        alarm_topic: sns.ITopic | None,
        lifecycle: Lifecycle,
        waivers: Waivers,
    ) -> None:
        self.key = store_key(self, key or widenable(source.key), lifecycle)
        self.dead_letters = DeadLetterQueue(
            self,
            "DeadLetters",
            key=self.key,
            why="Records were given up. Each letter says where in the stream they are, which forgets them "
            f"{source.forgets}: mend the cause, and process them from there.",
            topic=alarm_topic,
            lifecycle=lifecycle,
        )
        if isinstance(function, FunctionCode):
            function = CodeFunction(
                self,
                "Consumer",
                code=function,
                key=self.key,
                dead_letters=self.dead_letters.queue,
                subnets=subnets,
                lifecycle=lifecycle,
                waivers=waivers,
            ).function
        self.function = function
        self.stream_arn = source.arn
        _READ.setdefault(function, set()).add(source.arn)
        policy = self.allow(
            "Stream",
            *source.permissions,
            Permission(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(self.key.key_arn,)),
            Permission(actions=("sqs:SendMessage",), resources=(self.dead_letters.queue.queue_arn,)),
        )
        self.mapping = self._map(delivery, source)
        self.mapping.node.add_dependency(policy)
        self.alarms = Alarms(
            self,
            "Alarms",
            rules=_function_alarms(source.forgets),
            namespace="AWS/Lambda",
            dimensions={"FunctionName": _unqualified(self.function).function_name},
            topic=alarm_topic,
        )

    def _map(self, delivery: Delivery, source: StreamSource) -> lambda_.CfnEventSourceMapping:
        """Map the stream to the function; the L2 would write inline policies for the stream and the queue."""
        filters = [lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern) for pattern in delivery.patterns]
        start, kept = source.start, source.retention_seconds
        at = start.timestamp() if isinstance(start, datetime) else None
        return lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=self.function.function_arn,
            event_source_arn=self.stream_arn,
            starting_position="AT_TIMESTAMP" if isinstance(start, datetime) else start.value,
            starting_position_timestamp=at,
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            batch_size=delivery.batch_size,
            maximum_batching_window_in_seconds=delivery.window_seconds,
            parallelization_factor=delivery.parallelization_factor,
            maximum_retry_attempts=delivery.retry_attempts,
            maximum_record_age_in_seconds=kept if delivery.max_age_seconds is None else delivery.max_age_seconds,
            tumbling_window_in_seconds=delivery.tumbling_seconds,
            filter_criteria=(
                lambda_.CfnEventSourceMapping.FilterCriteriaProperty(filters=filters) if filters else None
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.dead_letters.queue.queue_arn
                )
            ),
        )


def _unqualified(function: lambda_.IFunction) -> lambda_.IFunction:
    """Return the function of an alias or a version: Lambda publishes metrics under the function's own name.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    """
    return cast("lambda_.IFunction", getattr(function, "lambda_", function))


def check_consumer(
    scope: Construct,
    function: FunctionCode | lambda_.IFunction,
    *,
    stream: str | None,
    delivery: Delivery,
    retention_seconds: int,
    retention: str,
    subnets: ec2.SubnetSelection | None,
    waivers: Waivers,
    checks: Checks,
) -> ec2.SubnetSelection | None:
    """Record what keeps a function from consuming a stream, and return the subnets that it will run in.

    Args:
        scope: The scope of the consumer.
        function: What the caller gave.
        stream: What is read; None is not known yet, or the consumer's own.
        delivery: How records are to reach it.
        retention_seconds: The longest that the stream keeps a record, as far as Lambda looks back.
        retention: The same as a sentence.
        subnets: What the caller gave.
        waivers: May leave out the reserved concurrency.
        checks: Collects the problems.
    """
    checks.require_between(
        SHORTEST_AGE_SECONDS,
        delivery.max_age_seconds,
        retention_seconds,
        "delivery",
        unit="seconds as max_record_age",
        advice=retention,
    )
    check_region(scope, {"function": function.vpc if isinstance(function, FunctionCode) else function}, checks)
    if not isinstance(function, FunctionCode):
        checks.require(
            function.role is not None,
            "function",
            function,
            given="a function without a known role",
            allowed="a function made in this app, or imported with its role",
            advice="Import it with from_function_attributes(role=...).",
        )
        checks.require(
            all(map(waivers.keeps, WAIVABLE)),
            "waive",
            waivers,
            given="practices of a function that is made elsewhere",
            allowed="those of one that is made here, from FunctionCode",
            advice="Leave them out.",
        )
        checks.require(
            stream not in _READ.get(function, ()),
            "function",
            function,
            given="a function that reads the stream already",
            allowed="one consumer of a stream for each function",
            advice="Widen the filters of the other, or give another function.",
        )
    elif waivers.keeps(RESERVED_CONCURRENCY) and not is_token(delivery.parallelization_factor):
        checks.require(
            delivery.parallelization_factor <= function.reserved_concurrency,
            "function",
            function.reserved_concurrency,
            given=f"reserved_concurrency={function.reserved_concurrency}",
            allowed=f"at least the parallelization_factor {delivery.parallelization_factor}",
            advice="Reserve as much for each shard.",
        )
    vpc = function.vpc if isinstance(function, FunctionCode) else None
    checks.require(
        subnets is None or vpc is not None,
        "subnets",
        subnets,
        given="subnets of no VPC",
        allowed="None without FunctionCode(vpc=...)",
        advice="Give the VPC too.",
    )
    return isolated_subnets(vpc, subnets, checks) if vpc else None


def _function_alarms(forgets: str) -> list[AlarmRule]:
    return [
        AlarmRule(
            metric="IteratorAge",
            threshold=LATE_MILLISECONDS,
            statistic="Maximum",
            missing="notBreaching",
            why=f"The consumer is ten minutes behind; the stream forgets records {forgets}. Look for errors and "
            "throttles, then raise parallelization_factor.",
        ),
        AlarmRule(
            metric="Errors",
            threshold=0,
            statistic="Sum",
            periods=3,
            missing="notBreaching",
            why="Invocations failed for three minutes, and records are being tried again. Read the function's log.",
        ),
        AlarmRule(
            metric="Throttles",
            threshold=0,
            statistic="Sum",
            missing="notBreaching",
            why="The function wants more concurrency than it reserves, or than the account has left.",
        ),
    ]
