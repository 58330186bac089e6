"""Records of a Kinesis stream in Redshift, seconds after they were written."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission, grant
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.schema import Schema, check_free, check_schema
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_region, differ


class StreamingIngestion(Construct):
    """An external schema that reads a stream, and a materialized view that Redshift refreshes by itself.

    https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-streaming-ingestion-getting-started.html

    The view has the columns ``approximate_arrival_timestamp``, by which it is sorted, ``partition_key``, ``shard_id``,
    ``sequence_number``, ``refresh_time``, ``payload``, the record as SUPER if it is JSON, and ``failed_payload``, the
    record as bytes if it is not: nothing is left out in silence. Views of your own give the payload names and types.

    The view remembers what the stream forgets, so no deployment changes or replaces it. The role that reads the stream
    is made beside the warehouse, which names it; the rest may be in another stack. With enhanced VPC routing, the
    VPC needs a way to Kinesis: an interface endpoint for ``kinesis-streams``, and one for ``sts``.

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: Where the view is.
        stream: The stream, in the Region and account of the warehouse; of one that is imported, the key has to be known
            too.
        view: The name of the view, in lower case.
        schema: The schema of the view, or the name of one that exists.
        external_schema: The name of the external schema, in lower case; None takes ``<view>_stream``.
        lifecycle: Whether view and external schema outlive their stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        warehouse: Warehouse,
        stream: kinesis.IStream,
        view: str,
        schema: Schema | str = "public",
        external_schema: str | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_region(warehouse, {"stream": stream}, checks)
        _check_account(stream, warehouse, checks)
        named = check_name("view", view, checks)
        schema_name = check_schema(schema, warehouse, checks)
        external = f"{view}_stream" if external_schema is None else external_schema
        if named or external_schema is not None:
            if check_name("external_schema", external, checks):
                check_free("external_schema", external, checks)
            advice = "Redshift keeps streams and views in schemas of their own."
            checks.require(
                external != schema_name, "external_schema", external, allowed="another than schema", advice=advice
            )
        names = {"Schema": schema_name, "View": view, "ExternalSchema": external}
        if named:
            check_first("view", "StreamingIngestion", names, warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.schema_name, self.relation_name, self.external_schema = schema_name, view, external
        id_of_role = f"{cdk.Names.node_unique_id(self.node)}Role"
        self.role = iam.Role(warehouse, id_of_role, assumed_by=_principal(warehouse))
        policy = grant(self, "Policy", self.role, _permissions(stream))
        warehouse.attach_role(self.role)
        declaration: dict[str, Any] = {
            **names,
            "StreamName": stream.stream_name,
            "RoleArn": self.role.role_arn,
        }
        self.resource = declare(
            self,
            "StreamingIngestion",
            warehouse,
            declaration,
            lifecycle=lifecycle,
            after=(policy, schema if isinstance(schema, Schema) else None),
        )


def _check_account(stream: kinesis.IStream, warehouse: Warehouse, checks: Checks) -> None:
    """Record a problem with a stream of another account, which the warehouse does not find by its name."""
    its, ours = stream.env.account, cdk.Stack.of(warehouse).account
    checks.require(
        not differ(its, ours),
        "stream",
        its,
        given=f"one of the account {its}",
        allowed=f"one of the account {ours}",
        advice="Redshift reads streams where it is: replicate the records into one there.",
    )


def _principal(warehouse: Warehouse) -> iam.IPrincipal:
    """Return who reads the stream: serverless workgroups do so by two names.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-security-other-services.html
    """
    cluster = iam.ServicePrincipal("redshift.amazonaws.com")
    if "WorkgroupName" not in warehouse.data_api_target:
        return cluster
    return iam.CompositePrincipal(cluster, iam.ServicePrincipal("redshift-serverless.amazonaws.com"))


def _permissions(stream: kinesis.IStream) -> list[Permission]:
    """Return what Redshift has to do, on this stream where that can be said."""
    key = stream.encryption_key
    return [
        Permission(
            actions=(
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ),
            resources=(stream.stream_arn,),
        ),
        Permission(
            actions=("kinesis:ListStreams",),
            resources=("*",),
            wildcard="Kinesis knows no resources for this action, with which Redshift looks for the stream.",
        ),
        *([Permission(actions=("kms:Decrypt",), resources=(key.key_arn,))] if key else []),
    ]
