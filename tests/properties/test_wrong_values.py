"""Whatever is given for whatever option: nothing but our own error comes back."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constructs_lib import athena, dsql, dynamodb, firehose, glue, kinesis, patterns, rds, redshift
from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.backup import BackupPolicy
from constructs_lib.delivery import Delivery
from constructs_lib.errors import InvalidOptionsError
from constructs_lib.functions import FunctionCode
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.landing_bucket import LandingBucket, Replica, ReplicaRegion, Tier
from constructs_lib.notifications import AlarmTopic
from constructs_lib.permissions import Permission
from constructs_lib.windows import Windows
from tests.athena.workgroups import new_workgroup as new_athena_workgroup
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import CODE, new_consumer, new_table
from tests.firehose.streams import HOST, new_bucket, new_copy, new_delivery, new_rows, new_secret
from tests.glue.tables import new_database, new_iceberg_table
from tests.glue.tables import new_table as new_glue_table
from tests.kinesis.streams import new_consumer as new_stream_consumer
from tests.kinesis.streams import new_stream
from tests.patterns.lakes import new_lake
from tests.patterns.warehouses import new_table as new_open_table
from tests.patterns.warehouses import new_view
from tests.rds.clusters import new_cluster
from tests.rds.instances import new_instance
from tests.redshift.warehouses import new_cluster as new_redshift_cluster
from tests.redshift.warehouses import new_workgroup
from tests.redshift_sql.warehouses import new_grant, new_role, new_schema, new_streaming_ingestion, new_user
from tests.redshift_sql.warehouses import new_table as new_redshift_table
from tests.synthesis import new_stack, new_vpc, template

Make = Callable[..., Any]

PLACE = new_stack()
"""Where the parts of values stand."""

VALUES: Mapping[type, Mapping[str, Any]] = {
    BackupPolicy: {},
    Delivery: {},
    FunctionCode: {"path": CODE},
    Permission: {"actions": ("s3:GetObject",), "resources": ("arn",)},
    Tier: {"storage_class": s3.StorageClass.GLACIER, "after": cdk.Duration.days(1)},
    Windows: {},
    athena.BucketResults: {},
    athena.Location: {"bucket": new_bucket(new_stack())},
    athena.ManagedResults: {},
    glue.Choices: {"values": ["ie"]},
    glue.Column: {"name": "id", "type": "bigint"},
    glue.Dates: {"start": "2024-01-01"},
    glue.FieldId: {"number": 1},
    glue.Injected: {},
    glue.Integers: {"low": 0, "high": 1},
    glue.Precision: {"digits": 18},
    glue.Schema: {"columns": [glue.Column("id", "bigint")]},
    dsql.MultiRegion: {"witness_region": "eu-west-2"},
    dynamodb.OnDemand: {},
    dynamodb.Provisioned: dict.fromkeys(("min_read_units", "max_read_units", "min_write_units", "max_write_units"), 1),
    kinesis.OnDemand: {},
    kinesis.Provisioned: {"shards": 1},
    kinesis.Sharing: {"writers": ["210987654321"]},
    kinesis.Traffic: {"records_per_second": 1, "record_size": cdk.Size.kibibytes(1)},
    firehose.Buffering: {},
    firehose.CsvCopy: {},
    firehose.Deaggregation: {},
    firehose.DynamicPartitioning: {},
    firehose.HiveJson: {},
    firehose.JsonCopy: {},
    firehose.LakeTable: {
        "table": firehose.TableName(database="sales", table="orders"),
        "bucket": new_bucket(new_stack()),
        "prefix": "orders/",
    },
    firehose.OpenXJson: {},
    firehose.Orc: {"table": firehose.TableName(database="sales", table="orders")},
    firehose.Parquet: {"table": firehose.TableName(database="sales", table="orders")},
    firehose.Routing: {"table": ".kind"},
    firehose.SourceBackup: {},
    firehose.TableName: {"database": "sales", "table": "orders"},
    firehose.Transformation: {"function": FunctionCode(CODE)},
    firehose.WarehouseTable: {"host": HOST, "database": "sales", "table": "orders", "secret": new_secret(new_stack())},
    patterns.Copy: {"table": new_open_table(new_stack())},
    patterns.View: {"name": "clicks"},
    rds.AuroraFeatures: {},
    rds.Clone: {"source": "orders"},
    rds.GlobalRegion: {"scope": PLACE, "vpc": new_vpc(PLACE)},
    rds.Member: {},
    rds.PointInTimeRestore: {"source": "orders"},
    rds.ServerlessCapacity: {},
    rds.Storage: {},
    redshift.Column: {"name": "id", "type": "bigint"},
    redshift.DistributionKey: {"column": "id"},
    redshift.AutomaticWlm: {},
    redshift.BaseCapacity: {},
    redshift.Condition: {"metric": "cpu_skew", "value": 1},
    redshift.ManualQueue: {"name": "a", "concurrency": 1, "memory_percent": 1, "user_groups": ["a"]},
    redshift.ManualWlm: {"queues": [redshift.ManualQueue("a", 1, 1, user_groups=["a"])]},
    redshift.PauseSchedule: {"pause": "cron(0 20 ? * * *)", "resume": "cron(0 6 ? * * *)"},
    redshift.PricePerformance: {},
    redshift.QueryLimits: {},
    redshift.QueryRule: {"name": "a", "conditions": [redshift.Condition("cpu_skew", 1)]},
    redshift.Queue: {"name": "a", "user_groups": ["a"]},
    redshift.SnapshotCopy: {"scope": new_stack()},
    Replica: {"bucket": new_bucket(PLACE), "key": kms.Key(PLACE, "Key")},
    ReplicaRegion: {"scope": new_stack()},
    redshift.UsageLimit: {"feature": "spectrum", "amount": 1},
}
CONSTRUCTS: Mapping[type, Make] = {
    AlarmTopic: lambda stack, **options: AlarmTopic(stack, "Topic", **options),
    AccessLogBucket: lambda stack, **options: AccessLogBucket(stack, "Logs", **options),
    LandingBucket: lambda stack, **options: LandingBucket(stack, "Lake", **options),
    IsolatedVpc: lambda stack, **options: IsolatedVpc(stack, "Network", **options),
    athena.WorkGroup: new_athena_workgroup,
    glue.CatalogEncryption: lambda stack, **options: glue.CatalogEncryption(stack, "Encryption", **options),
    glue.Database: new_database,
    glue.IcebergTable: new_iceberg_table,
    glue.Table: new_glue_table,
    dsql.Cluster: new_dsql_cluster,
    dynamodb.StreamConsumer: new_consumer,
    dynamodb.Table: new_table,
    kinesis.Stream: new_stream,
    kinesis.StreamConsumer: new_stream_consumer,
    firehose.IcebergDeliveryStream: new_rows,
    firehose.RedshiftDeliveryStream: new_copy,
    firehose.S3DeliveryStream: new_delivery,
    patterns.StreamToLake: new_lake,
    patterns.StreamToWarehouse: new_view,
    rds.AuroraCluster: new_cluster,
    rds.MultiAzInstance: new_instance,
    redshift.Grant: new_grant,
    redshift.Role: new_role,
    redshift.Schema: new_schema,
    redshift.StreamingIngestion: new_streaming_ingestion,
    redshift.Table: new_redshift_table,
    redshift.User: new_user,
    redshift.Cluster: new_redshift_cluster,
    redshift.ServerlessWorkgroup: new_workgroup,
}


def _options(made: type) -> list[tuple[type, str]]:
    names = inspect.signature(vars(made)["__init__"]).parameters
    return [(made, name) for name in [*names, "unheard_of"] if name not in ("self", "scope", "id")]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats(-1e6, 1e6)
    | st.just(float("nan"))
    | st.text(max_size=3)
    | st.builds(object)
    | st.sampled_from([cdk.Duration.millis(1), cdk.Duration.days(400), cdk.Size.kibibytes(1), rds.MULTI_AZ, int]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=settings().max_examples * 5)
@given(option=st.sampled_from([it for made in VALUES for it in _options(made)]), value=ANYTHING)
def test_a_value_is_made_or_refused(option: tuple[type, str], value: Any) -> None:
    made, name = option
    try:
        made(**{**VALUES[made], name: value})
    except InvalidOptionsError as refusal:
        event("refused")
        str(refusal)


@settings(max_examples=settings().max_examples * 2)
@given(option=st.sampled_from([it for made in CONSTRUCTS for it in _options(made)]), value=ANYTHING)
def test_a_construct_is_made_or_refused(option: tuple[type, str], value: Any) -> None:
    made, name = option
    stack = new_stack()
    try:
        CONSTRUCTS[made](stack, **{name: value})
    except InvalidOptionsError as refusal:
        event("refused")
        str(refusal)
        return
    assert template(stack).resources
