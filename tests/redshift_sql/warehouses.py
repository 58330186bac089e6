"""Warehouses to declare in, and one of each thing that is declared in them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib import redshift
from constructs_lib.arns import arn
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from constructs_lib.redshift.warehouse import Warehouse
from tests.synthesis import new_vpc

COLUMNS: Final = (redshift.Column("id", "bigint"), redshift.Column("status", "varchar(20)"))
CLUSTER: Final = {"ClusterIdentifier": "analytics"}
HOST: Final = "analytics.abc123.eu-west-1.redshift.amazonaws.com"
WORKGROUP: Final = {"WorkgroupName": "analytics"}


class ExistingWarehouse(Warehouse):
    """A warehouse that exists outside of the app, so that the template holds what is tested alone."""

    endpoint = HOST
    port = 5433
    firehose_access = False

    def __init__(self, scope: Construct, id: str, *, target: Mapping[str, str] = CLUSTER) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", enable_key_rotation=True)
        self.lifecycle = Lifecycle.RETAINED
        self.alarm_topic = AlarmTopic(self, "Topic", key=self.key).topic
        self.database_name = "analytics"
        self.admin_username = "dbadmin"
        self.waived_of_sql: Mapping[Practice, str] = {}
        self.admin_secret_arn = self.admin_secret_resource = arn(
            "secretsmanager", "secret:redshift!analytics-admin-AbCdEf"
        )
        self.data_api_target = target
        self.data_api_arn = arn("redshift", "cluster:analytics")
        self.roles: list[iam.IRole] = []

    def attach_role(self, role: iam.IRole) -> None:
        self.roles.append(role)


def new_warehouse(scope: Construct, id: str = "Warehouse") -> Warehouse:
    """Make a warehouse, or return the one that is there, of whatever kind."""
    made = scope.node.try_find_child(id)
    return made if isinstance(made, Warehouse) else ExistingWarehouse(scope, id)


def new_cluster(scope: Construct, **options: Any) -> redshift.Cluster:
    """Make a real cluster, in which the others declare."""
    return redshift.Cluster(scope, "Warehouse", vpc=new_vpc(scope, 3), **options)


def new_workgroup(scope: Construct, **options: Any) -> redshift.ServerlessWorkgroup:
    """Make a real workgroup, in which the others declare."""
    return redshift.ServerlessWorkgroup(scope, "Warehouse", vpc=new_vpc(scope, 3), **options)


WAREHOUSES: Final[Mapping[str, Callable[..., Warehouse]]] = {
    "existing": new_warehouse,
    "cluster": new_cluster,
    "workgroup": new_workgroup,
}


def _least(stack: cdk.Stack, options: Mapping[str, Any], **least: Any) -> dict[str, Any]:
    """Return the least that must be said, and these options."""
    warehouse = {} if "warehouse" in options else {"warehouse": new_warehouse(stack)}
    return {**warehouse, **least, **options}


def new_table(stack: cdk.Stack, id: str = "Orders", **options: Any) -> redshift.Table:
    """Make a table with the least that must be said, and these options."""
    return redshift.Table(stack, id, **_least(stack, options, name="orders", columns=COLUMNS))


def new_schema(stack: cdk.Stack, **options: Any) -> redshift.Schema:
    """Make a schema with the least that must be said, and these options."""
    return redshift.Schema(stack, "Sales", **_least(stack, options, name="sales"))


def new_role(stack: cdk.Stack, **options: Any) -> redshift.Role:
    """Make a role with the least that must be said, and these options."""
    return redshift.Role(stack, "Reader", **_least(stack, options, name="reader"))


def new_user(stack: cdk.Stack, **options: Any) -> redshift.User:
    """Make a user with the least that must be said, and these options."""
    return redshift.User(stack, "Loader", **_least(stack, options, name="loader"))


def new_grant(stack: cdk.Stack, **options: Any) -> redshift.Grant:
    """Make a grant with the least that must be said, and these options."""
    given = dict(options)
    if "to" not in given:
        given["to"] = new_role(stack)
    if "on" not in given:
        given["on"] = new_table(stack)
    return redshift.Grant(stack, "Grant", **{"privileges": ["SELECT"], **given})


def new_streaming_ingestion(stack: cdk.Stack, **options: Any) -> redshift.StreamingIngestion:
    """Make a view of a stream with the least that must be said, and these options."""
    given = dict(options)
    if "stream" not in given:
        key = kms.Key(stack, "StreamKey", enable_key_rotation=True)
        given["stream"] = kinesis.Stream.from_stream_attributes(
            stack, "Stream", stream_arn=arn("kinesis", "stream/clicks"), encryption_key=key
        )
    return redshift.StreamingIngestion(stack, "Clicks", **_least(stack, given, view="clicks"))


def everything(stack: cdk.Stack, warehouse: Warehouse | None = None) -> Warehouse:
    """Declare one of each, with every option; in the warehouse of the stack, unless one is given."""
    warehouse = warehouse or new_warehouse(stack)
    schema = new_schema(stack, warehouse=warehouse, lifecycle=Lifecycle.DISPOSABLE)
    table = new_table(
        stack,
        warehouse=warehouse,
        schema=schema,
        columns=[
            redshift.Column("id", "bigint", identity=True, comment="The order's number."),
            redshift.Column("customer", "varchar(64)", not_null=True, default="it's unknown", encoding="ZSTD"),
            redshift.Column("amount", "decimal(12, 2)", default=0),
            redshift.Column("placed_at", "timestamptz", encoding="AZ64"),
            redshift.Column("details", "super"),
        ],
        distribution=redshift.DistributionKey("customer"),
        sort_key=["placed_at", "customer"],
        comment="What was ordered.",
        lifecycle=Lifecycle.DISPOSABLE,
    )
    reader = new_role(stack, warehouse=warehouse)
    loader = new_user(stack, warehouse=warehouse, roles=[reader])
    redshift.Grant(stack, "Use", to=reader, on=schema, privileges=["usage"])
    redshift.Grant(stack, "Load", to=loader, on=table, privileges=["INSERT", "SELECT"])
    clicks = new_streaming_ingestion(
        stack, warehouse=warehouse, schema=schema, external_schema="kinesis", lifecycle=Lifecycle.DISPOSABLE
    )
    redshift.Grant(stack, "Watch", to=reader, on=clicks, privileges=["SELECT"])
    return warehouse
