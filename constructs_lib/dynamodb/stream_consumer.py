"""A function that consumes the stream of a table, and loses no record in silence."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.consumers import WAIVABLE, RecordConsumer, StreamSource, check_consumer
from constructs_lib.delivery import Delivery
from constructs_lib.dynamodb.table import Table
from constructs_lib.errors import Checks
from constructs_lib.functions import FunctionCode
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

STREAM_RETENTION_SECONDS: Final = 24 * 3600
"""How long DynamoDB keeps a record of a change."""

FILTERED: Final = frozenset(
    {
        "awsRegion",
        "dynamodb",
        "eventID",
        "eventName",
        "eventSource",
        "eventSourceARN",
        "eventVersion",
        "userIdentity",
    }
)
"""The parts of a record: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html"""

_KEYS, _NEW = dynamodb.StreamViewType.KEYS_ONLY, dynamodb.StreamViewType.NEW_IMAGE
_OLD, _BOTH = dynamodb.StreamViewType.OLD_IMAGE, dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
ENOUGH: Final[Mapping[dynamodb.StreamViewType, frozenset[dynamodb.StreamViewType]]] = {
    _KEYS: frozenset({_KEYS, _NEW, _OLD, _BOTH}),
    _NEW: frozenset({_NEW, _BOTH}),
    _OLD: frozenset({_OLD, _BOTH}),
    _BOTH: frozenset({_BOTH}),
}
"""The stream views that tell what a consumer needs."""


class StreamConsumer(RecordConsumer):
    """A DynamoDB stream, a function that reads it, and a dead-letter queue for what the function cannot process.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

    Delivery is at least once, so the function has to be idempotent. It reports which records of a batch failed:
    ``{"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}``. The dead-letter queue tells
    where in the stream given-up records are; the stream itself still has them, for a day after they were written. No
    more than two consumers should read one stream.

    Args:
        scope: The parent construct.
        id: The construct's id.
        table: The table whose stream is read.
        function: Code to make a function from, or a function that exists and has a role.
        needs: What the function reads of each change; refused if the table's stream does not tell it, or not what the
            filters read.
        delivery: Batches, retries and filters.
        subnets: Private subnets of the VPC in FunctionCode; None selects the isolated ones.
        key: Encrypts dead letters, log and environment; None takes the table's key, unless that was imported, or makes
            one. The policy of one that was imported has to let CloudWatch Logs in.
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
        _check_stream(source, _needed(needs, delivery), checks)
        _check_filters(delivery, checks)
        isolated = check_consumer(
            scope,
            function,
            stream=source.table_stream_arn,
            delivery=delivery,
            retention_seconds=STREAM_RETENTION_SECONDS,
            retention="DynamoDB keeps records of changes for a day.",
            subnets=subnets,
            waivers=waivers,
            checks=checks,
        )
        check_region(scope, {"table": source, "key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        goes_first = isinstance(table, Table) and lifecycle.outlives(table.lifecycle)
        self._consume(
            _source(source.table_stream_arn or "", table_key, lasting=not goes_first),
            function=function,
            delivery=delivery,
            subnets=isolated,
            key=key,
            alarm_topic=alarm_topic,
            lifecycle=lifecycle,
            waivers=waivers,
        )


def _source(stream: str, key: kms.IKey | None, *, lasting: bool) -> StreamSource:
    permissions = [
        Permission(
            actions=("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
            resources=(stream,),
        ),
        Permission(
            actions=("dynamodb:ListStreams",),
            resources=("*",),
            wildcard="DynamoDB knows no resources for this action.",
        ),
    ]
    if key:
        permissions.append(Permission(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key.key_arn,)))
    return StreamSource(
        arn=stream,
        permissions=permissions,
        key=key if lasting else None,
        forgets="after a day",
        retention_seconds=STREAM_RETENTION_SECONDS,
    )


def _needed(needs: dynamodb.StreamViewType, delivery: Delivery) -> dynamodb.StreamViewType:
    """Return the view that tells what the function needs, and what the filters read."""
    read = {name for it in delivery.filters if isinstance(it.get("dynamodb"), Mapping) for name in it["dynamodb"]}
    views = {needs, *([_NEW] if "NewImage" in read else []), *([_OLD] if "OldImage" in read else [])}
    enough = frozenset.intersection(*(ENOUGH[view] for view in views))
    return next(view for view, those in ENOUGH.items() if those == enough)


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


def _check_filters(delivery: Delivery, checks: Checks) -> None:
    for pattern in delivery.filters:
        unknown = pattern.keys() - FILTERED
        checks.require(
            not unknown,
            "delivery",
            pattern,
            given=f"a filter on {', '.join(sorted(map(str, unknown)))}",
            allowed=f"filters on {', '.join(sorted(FILTERED))}",
            advice='Write {"dynamodb": {"NewImage": {"status": {"S": ["paid"]}}}}, as DynamoDB writes its records.',
        )


def _stream_view(table: dynamodb.CfnGlobalTable) -> str | None:
    """Return what the table's stream tells; CDK has no public way to read back what a table was given."""
    specification = cdk.Stack.of(table).resolve(table._cfn_properties["streamSpecification"])
    return specification["streamViewType"] if specification else None
