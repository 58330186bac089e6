"""Whatever options are drawn: they are refused with our error, or what they make is clean."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds
from hypothesis import event, given
from hypothesis import strategies as st

from constructs_lib import dsql, dynamodb, firehose, rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.delivery import Delivery
from constructs_lib.dsql import cluster as dsql_cluster
from constructs_lib.dsql.multi_region import REGION_SETS
from constructs_lib.dynamodb import stream_consumer, table
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.firehose import s3_delivery_stream
from constructs_lib.notifications import AlarmTopic
from constructs_lib.rds import aurora_cluster
from constructs_lib.rds.multi_az_instance import WAIVABLE
from constructs_lib.windows import Windows
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import VIEWS, attribute, index, new_consumer, new_table
from tests.firehose.streams import code, new_copy, new_delivery, new_stream, warehouse
from tests.properties.drawing import LIFECYCLES, around, seconds, sizes, some, waivers
from tests.rds import clusters
from tests.rds.instances import ENGINES, SQL_SERVER_EXPRESS, new_instance
from tests.synthesis import ACCOUNT, ENVIRONMENTS, judge, new_stack, new_vpc

Options = Mapping[str, Any]
Make = Callable[[cdk.Stack], Any]

ENVIRONMENT = st.sampled_from(list(ENVIRONMENTS.values()))
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 24), st.sampled_from([0, 15, 30, 59, 60]))
DAYS = st.sampled_from(["Mon", "tue", "SUN", "day"])


EVENTS: tuple[Options, ...] = ({"eventName": ["INSERT"]}, {"eventName": ["REMOVE"]}, {})


def _refused_or_clean(env: cdk.Environment | None, make: Make) -> None:
    stack = new_stack(env)
    problems: Sequence[Problem] = ()
    try:
        make(stack)
    except InvalidOptionsError as refusal:
        problems = refusal.problems
    event("refused" if problems else "made")
    assert all(it.option and it.given and it.allowed and it.advice for it in problems)
    assert problems or judge(stack).findings == []


def _shared(stack: cdk.Stack, options: Options) -> dict[str, Any]:
    """Make the key and the topic, where they are asked for."""
    made = dict(options)
    key = kms.Key(stack, "Key", enable_key_rotation=True) if made.pop("key", False) else None
    if key:
        made["key"] = key
    if made.pop("topic", False):
        made["alarm_topic"] = AlarmTopic(stack, "Topic", key=key).topic
    return made


COMMON: dict[str, st.SearchStrategy[Any]] = {"key": st.booleans(), "topic": st.booleans(), "lifecycle": LIFECYCLES}
RETENTION = st.builds(cdk.Duration.days, around(1, 35).filter(lambda it: it >= 0))


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([1, 2, 3]),
    retention=RETENTION,
    storage=some({"allocated": sizes(20, 65_536), "maximum": sizes(100, 65_536)}),
    windows=some(
        {
            "backup": st.builds("{}-{}".format, CLOCK, CLOCK),
            "maintenance": st.builds("{}:{}-{}:{}".format, DAYS, CLOCK, DAYS, CLOCK),
        }
    ),
    options=some(
        {
            **COMMON,
            "engine": st.sampled_from(
                [*ENGINES.values(), SQL_SERVER_EXPRESS, aws_rds.DatabaseInstanceEngine.POSTGRES, "postgres", None]
            ),
            "port": st.sampled_from([1434, 3389, 6432]) | around(1150, 65_535),
            "database_name": st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True),
            "instance_type": st.builds(
                ec2.InstanceType, st.sampled_from(["m5.xlarge", "m5.2xlarge", "r5.large", "t3.medium"])
            ),
            "waive": waivers(WAIVABLE),
        }
    ),
)
def test_an_instance_is_refused_or_clean(
    env: cdk.Environment | None,
    zones: int,
    retention: cdk.Duration,
    storage: Options,
    windows: Options,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        new_instance(
            stack,
            vpc=new_vpc(stack, zones),
            backup=BackupPolicy(retention=retention),
            storage=rds.Storage(**storage),
            windows=Windows(**windows),
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


MEMBERS = some(
    {
        "instance_type": st.builds(
            ec2.InstanceType, st.sampled_from(["r7g.large"] * 3 + ["r7g.2xlarge", "t4g.medium"])
        ),
        "promotion_tier": st.sampled_from([0, 1, 1, 15, 16]),
        "group": st.sampled_from(["analytics", "search", "Writer"]),
    }
)
ACUS = st.sampled_from([0, 0.5, 0.7, 16, 256, 256.5])
NAMED = st.none() | st.lists(st.sampled_from(["Writer", "A", "B", "analytics"]), max_size=2)
ENDPOINTS = some({"members": NAMED, "excluded": NAMED, "type": st.sampled_from(["READER", "ANY"])})
INTEGRATIONS = some(
    {
        "data_filter": st.sampled_from(["include: shop.*", "include: shop.public.*"] * 3 + ["exclude: shop.*", "shop"]),
        "encryption_context": st.sampled_from([None, None, {"team": "shop"}, {"aws:x": "shop"}, {}]),
    }
)
WAREHOUSE = "arn:{}:redshift-serverless:{}:123456789012:namespace/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"


@given(
    env=ENVIRONMENT,
    engine=st.sampled_from([*clusters.ENGINES.values(), clusters.mysql("8.0.mysql_aurora.3.04.4")]),
    writer=MEMBERS,
    readers=st.dictionaries(st.sampled_from(["A", "B"]), MEMBERS, max_size=2),
    serverless=st.none() | some({"minimum": ACUS, "maximum": ACUS, "auto_pause": seconds(300, 86_400)}),
    feature=st.none()
    | st.tuples(st.just("backtrack_window"), seconds(0, 259_200))
    | st.tuples(
        st.sampled_from(["data_api", "local_write_forwarding", "parallel_query", "io_optimized", "zero_etl"]),
        st.just(True),
    ),
    addition=st.none()
    | st.tuples(st.just("endpoint"), ENDPOINTS)
    | st.tuples(st.sampled_from(["prepared", "prepared", "unprepared"]), INTEGRATIONS),
    options=some(
        {**COMMON, "port": st.sampled_from([1149, 3306, 6432, 6432]), "waive": waivers(aurora_cluster.WAIVABLE)}
    ),
)
def test_a_cluster_is_refused_or_clean(
    env: cdk.Environment | None,
    engine: Any,
    writer: Options,
    readers: Mapping[str, Options],
    serverless: Options | None,
    feature: tuple[str, Any] | None,
    addition: tuple[str, Options] | None,
    options: Options,
) -> None:
    kind, added = addition or ("nothing", {})

    def make(stack: cdk.Stack) -> None:
        features = dict([feature] if feature else [])
        given = _shared(stack, options)
        if kind == "prepared":
            features = {"zero_etl": True}
            given["waive"] = {rds.AURORA_BACKTRACK: "Replicated.", **given.get("waive", {})}
        cluster = clusters.new_cluster(
            stack,
            engine=engine,
            writer=rds.Member(**writer),
            readers={name: rds.Member(**it) for name, it in readers.items()} or None,
            serverless=None if serverless is None else rds.ServerlessCapacity(**serverless),
            features=rds.AuroraFeatures(**features),
            **given,
        )
        if kind == "endpoint":
            cluster.add_endpoint("reporting", **added)
        elif kind != "nothing":
            china = env is ENVIRONMENTS["china"]
            target = WAREHOUSE.format("aws-cn" if china else "aws", "cn-north-1" if china else "eu-west-1")
            cluster.add_zero_etl_integration("warehouse", target_arn=target, **added)
        event(f"made with {kind}")

    _refused_or_clean(env, make)


REGIONS = st.sampled_from([region for regions in REGION_SETS.values() for region in regions])


@given(
    region=st.none() | REGIONS,
    witness=st.none() | REGIONS | st.sampled_from(["", "eu-central-2"]),
    peer=st.none() | st.builds("arn:aws:dsql:{}:{}:cluster/{}".format, REGIONS, st.just(ACCOUNT), st.just("a" * 26)),
    retention=RETENTION,
    options=some({**COMMON, "waive": waivers(dsql_cluster.WAIVABLE)}),
)
def test_a_dsql_cluster_is_refused_or_clean(
    region: str | None, witness: str | None, peer: str | None, retention: cdk.Duration, options: Options
) -> None:
    def make(stack: cdk.Stack) -> None:
        two = {} if witness is None else {"multi_region": dsql.MultiRegion(witness_region=witness, peer=peer)}
        new_dsql_cluster(stack, backup=BackupPolicy(retention=retention), **two, **_shared(stack, options))

    _refused_or_clean(cdk.Environment(account=ACCOUNT, region=region) if region else None, make)


UNITS = around(1, 10)
CAPACITIES: st.SearchStrategy[Callable[[], Any]] = st.one_of(
    st.builds(lambda it: lambda: dynamodb.OnDemand(**it), some({"max_read_units": UNITS, "max_write_units": UNITS})),
    st.builds(
        lambda low, high, target: lambda: dynamodb.Provisioned(low, high, low, high, target_percent=target),
        UNITS,
        UNITS,
        around(20, 90),
    ),
)
NAMES = st.sampled_from(["", "id", "customer", "x" * 255, "x" * 256])
ATTRIBUTES = st.builds(attribute, NAMES, st.sampled_from(["STRING", "NUMBER", "BINARY"]))


@given(
    env=ENVIRONMENT,
    capacity=CAPACITIES,
    retention=RETENTION,
    indexes=st.integers(0, 3) | st.just(21),
    options=some(
        {
            **COMMON,
            "partition_key": ATTRIBUTES,
            "sort_key": st.none() | ATTRIBUTES,
            "expiry_attribute": st.none() | NAMES,
            "stream": st.none() | st.sampled_from(VIEWS),
            "waive": waivers(table.WAIVABLE),
        }
    ),
)
def test_a_table_is_refused_or_clean(
    env: cdk.Environment | None,
    capacity: Callable[[], Any],
    retention: cdk.Duration,
    indexes: int,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        new_table(
            stack,
            capacity=capacity(),
            backup=BackupPolicy(retention=retention),
            global_secondary_indexes=[index(f"by-{number}", f"key-{number}") for number in range(indexes)],
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([None, 1, 2]),
    view=st.none() | st.sampled_from(VIEWS),
    delivery=some(
        {
            "batch_size": around(1, 10_000),
            "batching_window": seconds(0, 300),
            "parallelization_factor": around(1, 10),
            "retry_attempts": around(0, 10_000),
            "max_record_age": seconds(60, 86_400),
            "tumbling_window": st.none() | seconds(1, 900),
            "filters": st.lists(st.sampled_from(EVENTS), max_size=3, unique_by=str)
            | st.just([{"eventName": ["MODIFY"]}] * 11),
        }
    ),
    code=some(
        {
            "memory": st.builds(cdk.Size.mebibytes, around(128, 10_240)),
            "timeout": seconds(1, 900),
            "reserved_concurrency": around(1, 20),
            "environment": st.dictionaries(
                st.from_regex(r"[A-Z][A-Z0-9_]{1,7}", fullmatch=True), st.text(max_size=8), max_size=2
            ),
        }
    ),
    options=some({**COMMON, "needs": st.sampled_from(VIEWS), "waive": waivers(stream_consumer.WAIVABLE)}),
)
def test_a_consumer_is_refused_or_clean(
    env: cdk.Environment | None,
    zones: int | None,
    view: Any,
    delivery: Options,
    code: Options,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        vpc = {"vpc": new_vpc(stack, zones)} if zones else {}
        new_consumer(
            stack,
            table=new_table(stack, stream=view),
            code={**code, **vpc},
            delivery=Delivery(**delivery),
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


PREFIXES = st.sampled_from(
    [
        "orders/",
        "orders/!{timestamp:yyyy/MM/dd}/",
        "!{partitionKeyFromQuery:customer}/",
        "!{partitionKeyFromLambda:customer}/",
        "!{timestamp:YYYY}/",
        "!{firehose:error-output-type}/",
        "/orders",
        "!{broken",
    ]
)
BUFFERINGS = st.builds(
    lambda interval, size: lambda: firehose.Buffering(interval=interval, size=cdk.Size.mebibytes(size)),
    seconds(0, 900) | st.just(cdk.Duration.seconds(60)),
    st.sampled_from([0, 1, 63, 64, 128, 129]),
)
PROCESSED: dict[str, st.SearchStrategy[Any]] = {
    **COMMON,
    "prefix": PREFIXES,
    "cloudwatch_logs": st.sampled_from([None, "whole", "messages"]),
    "delimiter": st.sampled_from([None, "\n"]),
    "source_backup": st.just(firehose.SourceBackup(prefix="raw/"))
    | st.just(firehose.SourceBackup(prefix="orders/raw/")),
    "waive": waivers(s3_delivery_stream.WAIVABLE),
}
TABLE = firehose.TableName(database="sales", table="orders")


@given(
    env=ENVIRONMENT,
    reads=st.booleans(),
    transforms=st.booleans(),
    buffering=BUFFERINGS,
    options=some(
        {
            **PROCESSED,
            "error_prefix": st.just("failed/!{firehose:error-output-type}/") | PREFIXES,
            "time_zone": st.sampled_from(["UTC", "Europe/London", "Europe/Londinium", "EST"]),
            "compression": st.sampled_from([None, "GZIP", "Snappy", "UNCOMPRESSED"]),
            "conversion": st.sampled_from([None, firehose.Parquet(TABLE), firehose.Orc(TABLE)]),
            "partitioning": st.sampled_from(
                [
                    None,
                    firehose.DynamicPartitioning(),
                    firehose.DynamicPartitioning({"customer": ".customer_id"}),
                    firehose.DynamicPartitioning({"day": ".day"}, deaggregation=firehose.Deaggregation()),
                ]
            ),
        }
    ),
)
def test_a_delivery_to_s3_is_refused_or_clean(
    env: cdk.Environment | None, reads: bool, transforms: bool, buffering: Callable[[], Any], options: Options
) -> None:
    def make(stack: cdk.Stack) -> None:
        given = _shared(stack, options)
        if reads:
            given["source"] = new_stream(stack)
        if transforms:
            given["transformation"] = firehose.Transformation(code())
        new_delivery(stack, buffering=buffering(), **given)

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    reads=st.booleans(),
    transforms=st.booleans(),
    buffering=BUFFERINGS,
    port=around(1, 65_535),
    options=some(
        {
            **PROCESSED,
            "compression": st.sampled_from(["GZIP", "UNCOMPRESSED", "Snappy"]),
            "copy": st.sampled_from([firehose.JsonCopy(), firehose.CsvCopy(delimiter="|", null_as="-")]),
            "retry": seconds(0, 7200),
        }
    ),
)
def test_a_delivery_to_redshift_is_refused_or_clean(
    env: cdk.Environment | None,
    reads: bool,
    transforms: bool,
    buffering: Callable[[], Any],
    port: int,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        given = _shared(stack, options)
        if reads:
            given["source"] = new_stream(stack)
        if transforms:
            given["transformation"] = firehose.Transformation(code())
        new_copy(stack, warehouse=warehouse(stack, port=port), buffering=buffering(), **given)

    _refused_or_clean(env, make)
