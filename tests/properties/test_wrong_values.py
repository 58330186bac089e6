"""Whatever is given for whatever option: nothing but our own error comes back."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constructs_lib import dsql, dynamodb, firehose, rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.delivery import Delivery
from constructs_lib.errors import InvalidOptionsError
from constructs_lib.functions import FunctionCode
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.notifications import AlarmTopic
from constructs_lib.permissions import Permission
from constructs_lib.windows import Windows
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import CODE, new_consumer, new_table
from tests.firehose.streams import HOST, new_copy, new_delivery, new_secret
from tests.rds.clusters import new_cluster
from tests.rds.instances import new_instance
from tests.synthesis import new_stack, template

Make = Callable[..., Any]

VALUES: Mapping[type, Mapping[str, Any]] = {
    BackupPolicy: {},
    Delivery: {},
    FunctionCode: {"path": CODE},
    Permission: {"actions": ("s3:GetObject",), "resources": ("arn",)},
    Windows: {},
    dsql.MultiRegion: {"witness_region": "eu-west-2"},
    dynamodb.OnDemand: {},
    dynamodb.Provisioned: dict.fromkeys(("min_read_units", "max_read_units", "min_write_units", "max_write_units"), 1),
    firehose.Buffering: {},
    firehose.CsvCopy: {},
    firehose.Deaggregation: {},
    firehose.DynamicPartitioning: {},
    firehose.HiveJson: {},
    firehose.JsonCopy: {},
    firehose.OpenXJson: {},
    firehose.Orc: {"table": firehose.TableName(database="sales", table="orders")},
    firehose.Parquet: {"table": firehose.TableName(database="sales", table="orders")},
    firehose.SourceBackup: {},
    firehose.TableName: {"database": "sales", "table": "orders"},
    firehose.Transformation: {"function": FunctionCode(CODE)},
    firehose.WarehouseTable: {"host": HOST, "database": "sales", "table": "orders", "secret": new_secret(new_stack())},
    rds.AuroraFeatures: {},
    rds.Member: {},
    rds.ServerlessCapacity: {},
    rds.Storage: {},
}
CONSTRUCTS: Mapping[type, Make] = {
    AlarmTopic: lambda stack, **options: AlarmTopic(stack, "Topic", **options),
    IsolatedVpc: lambda stack, **options: IsolatedVpc(stack, "Network", **options),
    dsql.Cluster: new_dsql_cluster,
    dynamodb.StreamConsumer: new_consumer,
    dynamodb.Table: new_table,
    firehose.RedshiftDeliveryStream: new_copy,
    firehose.S3DeliveryStream: new_delivery,
    rds.AuroraCluster: new_cluster,
    rds.MultiAzInstance: new_instance,
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
