"""A function that consumes the stream of a table, and loses no record in silence."""

from collections.abc import Mapping
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.alarms import AlarmRule, Alarms
from constructs_lib.compliance import Waivers
from constructs_lib.dead_letters import DeadLetterQueue
from constructs_lib.delivery import SHORTEST_AGE_SECONDS, Delivery
from constructs_lib.dynamodb.table import Table
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks, is_token
from constructs_lib.functions import ConsumerFunction, FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.networking import isolated_subnets
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission, grant
from constructs_lib.practices import lambda_ as practices
from constructs_lib.practices.practice import Practice

STREAM_RETENTION_SECONDS: Final = 24 * 3600
"""How long DynamoDB keeps a record of a change."""

_KEYS, _NEW = dynamodb.StreamViewType.KEYS_ONLY, dynamodb.StreamViewType.NEW_IMAGE
_OLD, _BOTH = dynamodb.StreamViewType.OLD_IMAGE, dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
ENOUGH: Final[Mapping[dynamodb.StreamViewType, frozenset[dynamodb.StreamViewType]]] = {
    _KEYS: frozenset({_KEYS, _NEW, _OLD, _BOTH}),
    _NEW: frozenset({_NEW, _BOTH}),
    _OLD: frozenset({_OLD, _BOTH}),
    _BOTH: frozenset({_BOTH}),
}
"""The stream views that tell what a consumer needs."""

FUNCTION_ALARMS: Final = (
    AlarmRule(
        metric="IteratorAge",
        threshold=600_000,
        statistic="Maximum",
        missing="notBreaching",
        why="The consumer is ten minutes behind; the stream forgets records after a day. Look for errors and "
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
)

WAIVABLE: Final[tuple[Practice, ...]] = (practices.TRACING, practices.RESERVED_CONCURRENCY)


class StreamConsumer(Construct):
    """A DynamoDB stream, a function that reads it, and a dead-letter queue for what the function cannot process.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

    Delivery is at least once, so the function has to be idempotent. It reports which records of a batch failed:
    ``{"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}``. No more than two consumers
    should read one stream.

    Args:
        scope: The parent construct.
        id: The construct's id.
        table: The table whose stream is read.
        function: Code to make a function from, or a function that exists and has a role.
        needs: What the function reads of each change; refused if the table's stream does not tell it.
        delivery: Batches, retries and filters.
        subnets: Private subnets of the VPC in FunctionCode; None selects the isolated ones.
        key: Encrypts dead letters, log and environment; None takes the table's key, or makes one.
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
        table: Table | dynamodb.ITableV2,
        function: FunctionCode | lambda_.IFunction,
        needs: dynamodb.StreamViewType = dynamodb.StreamViewType.KEYS_ONLY,
        delivery: Delivery = Delivery(),
        subnets: ec2.SubnetSelection | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks)
        source = table.table if isinstance(table, Table) else table
        table_key = table.key if isinstance(table, Table) else table.encryption_key
        _check_stream(source, needs, checks)
        _check_function(function, delivery, subnets, waivers, checks)
        vpc = function.vpc if isinstance(function, FunctionCode) else None
        isolated = isolated_subnets(vpc, subnets, checks) if vpc else None
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key or table_key, lifecycle)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", key=self.key, topic=alarm_topic, lifecycle=lifecycle)
        if isinstance(function, FunctionCode):
            function = ConsumerFunction(
                self,
                "Consumer",
                code=function,
                key=self.key,
                dead_letters=self.dead_letters.queue,
                subnets=isolated,
                lifecycle=lifecycle,
                waivers=waivers,
            ).function
        self.function: lambda_.IFunction = function
        self.stream_arn = source.table_stream_arn or ""
        policy = self.allow("Stream", *self._stream_permissions(table_key))
        self.mapping = self._map(delivery)
        self.mapping.node.add_dependency(policy)
        self.alarms = Alarms(
            self,
            "Alarms",
            rules=FUNCTION_ALARMS,
            namespace="AWS/Lambda",
            dimensions={"FunctionName": self.function.function_name},
            topic=alarm_topic,
        )

    def allow(self, id: str, *permissions: Permission) -> Construct:
        """Let the function do more, with exact ARNs in a managed policy.

        CDK's own ``grant_*`` methods work on ``.function`` too; they write wildcards and inline policies, which the
        packs report.

        Args:
            id: Names the policy within this construct.
            permissions: What the function may do.
        """
        return grant(self, f"{id}Policy", cast("iam.IRole", self.function.role), permissions)

    def _stream_permissions(self, table_key: kms.IKey | None) -> list[Permission]:
        keys = dict.fromkeys(key.key_arn for key in (table_key, self.key) if key)
        return [
            Permission(
                actions=("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
                resources=(self.stream_arn,),
            ),
            Permission(
                actions=("dynamodb:ListStreams",),
                resources=("*",),
                wildcard="DynamoDB knows no resources for this action.",
            ),
            Permission(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=tuple(keys)),
            Permission(actions=("sqs:SendMessage",), resources=(self.dead_letters.queue.queue_arn,)),
        ]

    def _map(self, delivery: Delivery) -> lambda_.CfnEventSourceMapping:
        """Map the stream to the function; the L2 would write inline policies for the stream and the queue."""
        filters = [lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern) for pattern in delivery.patterns]
        return lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=self.function.function_arn,
            event_source_arn=self.stream_arn,
            starting_position="TRIM_HORIZON",
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            batch_size=delivery.batch_size,
            maximum_batching_window_in_seconds=delivery.window_seconds,
            parallelization_factor=delivery.parallelization_factor,
            maximum_retry_attempts=delivery.retry_attempts,
            maximum_record_age_in_seconds=delivery.max_age_seconds,
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


def _check_stream(table: dynamodb.ITableV2, needs: dynamodb.StreamViewType, checks: Checks) -> None:
    resource = table.node.default_child
    if isinstance(resource, dynamodb.CfnGlobalTable):
        tells = _stream_view(resource)
        checks.require(
            tells in {view.name for view in ENOUGH[needs]},
            "table",
            table,
            given=f"a table whose stream tells {tells or 'nothing'}",
            allowed=" or ".join(sorted(view.name for view in ENOUGH[needs])),
            advice=f"Give the table stream=StreamViewType.{needs.name}.",
        )
    else:
        checks.require(
            table.table_stream_arn is not None,
            "table",
            table,
            given="a table without a stream",
            allowed="a table whose stream ARN is known",
            advice="Give the table a stream, or import it with from_table_attributes(table_stream_arn=...).",
        )


def _stream_view(table: dynamodb.CfnGlobalTable) -> str | None:
    """Return what the table's stream tells; CDK has no public way to read back what a table was given."""
    specification = cdk.Stack.of(table).resolve(table._cfn_properties["streamSpecification"])
    return specification["streamViewType"] if specification else None


def _check_function(
    function: FunctionCode | lambda_.IFunction,
    delivery: Delivery,
    subnets: ec2.SubnetSelection | None,
    waivers: Waivers,
    checks: Checks,
) -> None:
    checks.require_between(
        SHORTEST_AGE_SECONDS,
        delivery.max_age_seconds,
        STREAM_RETENTION_SECONDS,
        "delivery",
        unit="seconds as max_record_age",
        advice="DynamoDB keeps records of changes for a day.",
    )
    if not isinstance(function, FunctionCode):
        checks.require(
            function.role is not None,
            "function",
            function,
            given="a function without a known role",
            allowed="a function made in this app, or imported with its role",
            advice="Import it with from_function_attributes(role=...).",
        )
    elif waivers.keeps(practices.RESERVED_CONCURRENCY) and not is_token(delivery.parallelization_factor):
        checks.require(
            delivery.parallelization_factor <= function.reserved_concurrency,
            "function",
            function.reserved_concurrency,
            given=f"reserved_concurrency={function.reserved_concurrency}",
            allowed=f"at least the parallelization_factor {delivery.parallelization_factor}",
            advice="Reserve as much for each shard.",
        )
    checks.require(
        subnets is None or (isinstance(function, FunctionCode) and function.vpc is not None),
        "subnets",
        subnets,
        given="subnets of no VPC",
        allowed="None without FunctionCode(vpc=...)",
        advice="Give the VPC too.",
    )
