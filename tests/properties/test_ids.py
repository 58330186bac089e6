"""Whatever a construct is called, and wherever it stands: what it makes is clean."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis
from constructs import Construct

from constructs_lib import athena, dsql, dynamodb, firehose, glue, kinesis, rds, redshift
from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.arns import arn
from constructs_lib.functions import FunctionCode
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.notifications import AlarmTopic
from tests.contracts.sources import constructs, made_in
from tests.dynamodb.tables import CODE, VIEWS, attribute
from tests.firehose.streams import code, new_copy, new_delivery, new_rows
from tests.patterns import lakes, warehouses
from tests.rds.clusters import MYSQL
from tests.rds.instances import POSTGRES
from tests.redshift_sql.warehouses import COLUMNS, ExistingWarehouse
from tests.synthesis import ACCOUNT, IRELAND, judge, new_app, new_stack, new_vpc

Make = Callable[[Construct, str], Any]


def _instance(scope: Construct, id: str) -> None:
    rds.MultiAzInstance(scope, id, engine=POSTGRES, vpc=new_vpc(scope))


def _aurora(scope: Construct, id: str) -> None:
    waived = {rds.AURORA_BACKTRACK: "It is replicated into Redshift."}
    features = rds.AuroraFeatures(zero_etl=True)
    cluster = rds.AuroraCluster(scope, id, engine=MYSQL, vpc=new_vpc(scope), features=features, waive=waived)
    cluster.add_endpoint("reporting", members=["Reader"])
    cluster.scale_readers(maximum=3, cpu_percent=60)
    cluster.add_zero_etl_integration("warehouse", target_arn=arn("redshift-serverless", "namespace/1"))


def _global_database(scope: Construct, id: str) -> None:
    far = cdk.Stack(cdk.Stage.of(scope), "Far", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    secondary = rds.GlobalRegion(scope=far, vpc=new_vpc(far))
    rds.AuroraGlobalDatabase(scope, id, engine=MYSQL, vpc=new_vpc(scope), secondaries=[secondary])


def _consumer(scope: Construct, id: str) -> None:
    table = dynamodb.Table(scope, f"{id}Table", partition_key=attribute("id"), stream=VIEWS.KEYS_ONLY)
    dynamodb.StreamConsumer(scope, id, table=table, function=FunctionCode(CODE, vpc=new_vpc(scope)))


def _stream(scope: Construct, id: str) -> None:
    stream = kinesis.Stream(scope, id)
    stream.add_consumer("analytics")
    kinesis.StreamConsumer(scope, f"{id}Consumer", stream=stream, function=FunctionCode(CODE), fan_out=True)


def _redshift_user(scope: Construct, id: str) -> None:
    warehouse = ExistingWarehouse(scope, "Warehouse")
    redshift.Schema(scope, f"{id}Schema", warehouse=warehouse, name="sales")
    role = redshift.Role(scope, f"{id}Role", warehouse=warehouse, name="reader")
    user = redshift.User(scope, id, warehouse=warehouse, name="loader", roles=[role])
    table = redshift.Table(scope, f"{id}Table", warehouse=warehouse, name="orders", columns=COLUMNS)
    redshift.Grant(scope, f"{id}Grant", to=user, on=table, privileges=["SELECT"])


def _redshift_stream(scope: Construct, id: str) -> None:
    stream = aws_kinesis.Stream.from_stream_arn(scope, "Clicks", arn("kinesis", "stream/clicks"))
    redshift.StreamingIngestion(
        scope, id, warehouse=ExistingWarehouse(scope, f"{id}Warehouse"), stream=stream, view="clicks"
    )


def _cluster(scope: Construct, id: str) -> None:
    redshift.Cluster(scope, id, vpc=new_vpc(scope, 3))


def _workgroup(scope: Construct, id: str) -> None:
    redshift.ServerlessWorkgroup(scope, id, vpc=new_vpc(scope, 3))


def _delivery(scope: Construct, id: str) -> None:
    new_delivery(scope, id, transformation=firehose.Transformation(code(vpc=new_vpc(scope))))


def _tables(scope: Construct, id: str) -> None:
    bucket = LandingBucket(scope, f"{id}Bucket").bucket
    database = glue.Database(scope, f"{id}Database", name="shop")
    columns = [glue.Column("id", "bigint", id=1)]
    shared: dict[str, Any] = {"database": database, "bucket": bucket, "schema": columns}
    glue.Table(scope, id, name="clicks", prefix="clicks/", **shared)
    glue.IcebergTable(scope, f"{id}Rows", name="orders", prefix="orders/", **shared)
    glue.CatalogEncryption(scope, f"{id}Encryption")


def _lake(scope: Construct, id: str) -> None:
    lakes.new_lake(scope, id).grant_query(lakes.new_role(scope, f"{id}Analyst"))


MAKES: dict[str, Make] = {
    "instance": _instance,
    "aurora": _aurora,
    "global database": _global_database,
    "consumer": _consumer,
    "athena": athena.WorkGroup,
    "access logs": AccessLogBucket,
    "bucket": LandingBucket,
    "tables": _tables,
    "dsql": dsql.Cluster,
    "stream": _stream,
    "redshift user": _redshift_user,
    "redshift stream": _redshift_stream,
    "redshift": _cluster,
    "serverless": _workgroup,
    "delivery": _delivery,
    "copy": new_copy,
    "stream to lake": _lake,
    "stream to view": warehouses.new_view,
    "stream to table": warehouses.new_copy,
    "rows": new_rows,
    "topic": AlarmTopic,
    "vpc": IsolatedVpc,
}
EACH = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)


def test_every_construct_is_made_here() -> None:
    """Add the construct to MAKES."""
    stacks = {name: new_stack() for name in MAKES}
    for name, make in MAKES.items():
        make(stacks[name], "Orders")
    assert constructs().keys() - {made for it in stacks.values() for made in made_in(it)} == set()


@EACH
@pytest.mark.parametrize("id", ["orders", "Orders_2026", "x" * 200, "Ünï 'code' <&>", "1", "A--B-", "a/b", "${x}"])
def test_a_construct_may_have_any_id(stack: cdk.Stack, make: Make, id: str) -> None:
    make(stack, id)
    assert judge(stack).findings == []


@EACH
def test_a_construct_may_stand_deep_in_a_stage(make: Make) -> None:
    app = new_app()
    stack = cdk.Stack(cdk.Stage(app, "Production"), "Data", env=IRELAND)
    scope: Construct = stack
    for depth in range(8):
        scope = Construct(scope, f"AFairlyLongNameOfALayer{depth}")
    make(scope, "Orders")
    assert judge(app).findings == []


@EACH
def test_a_construct_may_stand_in_a_nested_stack(stack: cdk.Stack, make: Make) -> None:
    make(cdk.NestedStack(stack, "Nested"), "Orders")
    assert judge(stack).findings == []
