"""Whatever options are drawn: they are refused with our error, or what they make is clean."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda, aws_rds
from aws_cdk import aws_s3 as s3
from hypothesis import event, given
from hypothesis import strategies as st

from constructs_lib import athena, dsql, dynamodb, firehose, glue, kinesis, landing_bucket, patterns, rds, redshift
from constructs_lib import consumers as record_consumers
from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.athena import workgroup
from constructs_lib.backup import BackupPolicy
from constructs_lib.delivery import Delivery
from constructs_lib.dsql import cluster as dsql_cluster
from constructs_lib.dsql.multi_region import REGION_SETS
from constructs_lib.dynamodb import table
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.firehose import s3_delivery_stream
from constructs_lib.kinesis import stream as kinesis_stream
from constructs_lib.notifications import AlarmTopic
from constructs_lib.rds import aurora_cluster
from constructs_lib.rds.multi_az_instance import WAIVABLE
from constructs_lib.redshift import cluster as redshift_cluster
from constructs_lib.redshift import serverless_workgroup, user
from constructs_lib.windows import Windows
from tests.athena.workgroups import new_workgroup as new_athena_workgroup
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import VIEWS, attribute, index, new_consumer, new_table
from tests.firehose.streams import code, lake_table, new_copy, new_delivery, new_rows, warehouse
from tests.firehose.streams import new_stream as new_plain_stream
from tests.glue.tables import new_iceberg_table
from tests.glue.tables import new_table as new_glue_table
from tests.kinesis.streams import METRICS, NEW_YEAR, new_stream
from tests.kinesis.streams import new_consumer as new_stream_consumer
from tests.patterns import lakes, warehouses
from tests.properties.drawing import LIFECYCLES, around, seconds, sizes, some, waivers
from tests.rds import clusters
from tests.rds.instances import ENGINES, SQL_SERVER_EXPRESS, new_instance
from tests.redshift.warehouses import new_cluster as new_redshift_cluster
from tests.redshift.warehouses import new_workgroup
from tests.redshift_sql.warehouses import new_grant, new_role, new_schema, new_streaming_ingestion, new_user
from tests.redshift_sql.warehouses import new_table as new_redshift_table
from tests.s3.buckets import copies, frankfurt_key, new_bucket
from tests.synthesis import ACCOUNT, ENVIRONMENTS, judge, new_stack, new_vpc

Options = Mapping[str, Any]
Make = Callable[[cdk.Stack], Any]

ENVIRONMENT = st.sampled_from(list(ENVIRONMENTS.values()))
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 24), st.sampled_from([0, 15, 30, 59, 60]))
DAYS = st.sampled_from(["Mon", "tue", "SUN", "day"])


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


AGES = st.builds(cdk.Duration.days, st.sampled_from([0, 1, 29, 30, 60, 90, 180, 365]))
CLASSES = st.builds(s3.StorageClass, st.sampled_from(["STANDARD_IA", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE", "COLD"]))
WAREHOUSES: dict[str, st.SearchStrategy[Any]] = {
    **COMMON,
    "port": st.sampled_from([5430, 5431, 5439, 5455, 8191, 8215, 8216]),
    "database_name": st.sampled_from(["sales", "sales", "dev", "1st", ""]),
    "admin_username": st.sampled_from(["owner", "owner", "awsuser", "a b"]),
    "zero_etl_sources": st.sampled_from([(), (WAREHOUSE.format("aws", "eu-west-1"),), ("orders",)]),
    "track": st.sampled_from(["current", "trailing", "next"]),
}
QUEUES = st.lists(
    st.builds(
        lambda **it: lambda: redshift.Queue(**it),
        name=st.sampled_from(["a", "b", "c", ""]),
        priority=st.sampled_from(["low", "high", "high", "critical"]),
        user_groups=st.sampled_from([["a"], ["a_*"], ["b"], []]),
        concurrency_scaling=st.booleans(),
    ),
    max_size=2,
)


@given(
    env=ENVIRONMENT,
    tiers=st.lists(st.tuples(CLASSES, AGES), max_size=2),
    lock=st.none() | st.builds(cdk.Duration.days, st.sampled_from([1, 30, 365])),
    replica=st.none() | st.sampled_from(["eu-central-1", "eu-west-3", "made"]),
    shared=st.booleans(),
    options=some(
        {
            **COMMON,
            "expire_after": st.none() | AGES,
            "replaced_expire_after": AGES,
            "events": st.booleans(),
            "waive": waivers(landing_bucket.WAIVABLE),
        }
    ),
)
def test_a_bucket_is_refused_or_clean(
    env: cdk.Environment | None,
    tiers: Sequence[tuple[Any, Any]],
    lock: cdk.Duration | None,
    replica: str | None,
    shared: bool,
    options: Options,
) -> None:
    def copied(stack: cdk.Stack) -> Any:
        if replica == "made":
            there = cdk.Environment(account=ACCOUNT, region="eu-central-1")
            return landing_bucket.ReplicaRegion(cdk.Stack(cast("cdk.App", stack.node.root), "There", env=there))
        return landing_bucket.Replica(copies(stack, replica), frankfurt_key(stack)) if replica else None

    def make(stack: cdk.Stack) -> None:
        new_bucket(
            stack,
            tiers=[landing_bucket.Tier(storage_class, age) for storage_class, age in tiers],
            object_lock=s3.ObjectLockRetention.governance(lock) if lock else None,
            replica=copied(stack),
            access_logs=AccessLogBucket(stack, "Logs").bucket if shared else None,
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([1, 2, 3]),
    retention=RETENTION,
    queues=QUEUES,
    pauses=st.booleans(),
    options=some(
        {
            **WAREHOUSES,
            "node_type": st.sampled_from(["rg.xlarge", "ra3.large", "dc2.large"]),
            "nodes": around(2, 100),
            "availability": st.sampled_from(redshift.Availability),
            "maintenance": st.builds("{}:{}-{}:{}".format, DAYS, CLOCK, DAYS, CLOCK),
            "waive": waivers(redshift_cluster.WAIVABLE),
        }
    ),
)
def test_a_redshift_cluster_is_refused_or_clean(
    env: cdk.Environment | None,
    zones: int,
    retention: cdk.Duration,
    queues: Sequence[Callable[[], redshift.Queue]],
    pauses: bool,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        new_redshift_cluster(
            stack,
            vpc=new_vpc(stack, zones),
            backup=BackupPolicy(retention=retention),
            wlm=redshift.AutomaticWlm([queue() for queue in queues]),
            pause=redshift.PauseSchedule("cron(0 20 ? * * *)", "cron(0 6 ? * * *)") if pauses else None,
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([2, 3, 3, 3]),
    retention=RETENTION,
    rpus=st.none() | st.sampled_from([4, 8, 9, 512, 544, 1_024]),
    ceiling=st.sampled_from([8, 100, 512, 1_024, 5_632, 5_640]),
    options=some({**WAREHOUSES, "waive": waivers(serverless_workgroup.WAIVABLE)}),
)
def test_a_workgroup_is_refused_or_clean(
    env: cdk.Environment | None,
    zones: int,
    retention: cdk.Duration,
    rpus: int | None,
    ceiling: int,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        capacity: redshift.BaseCapacity | redshift.PricePerformance = (
            redshift.PricePerformance(max_rpus=ceiling)
            if rpus is None
            else redshift.BaseCapacity(rpus, max_rpus=ceiling)
        )
        vpc = new_vpc(stack, zones)
        backup = BackupPolicy(retention=retention)
        new_workgroup(stack, vpc=vpc, backup=backup, capacity=capacity, **_shared(stack, options))


KEYS = st.sampled_from(["day", "hour", "page", "Day", ""])
PARTITIONS = st.one_of(
    st.builds(
        lambda start, spelled: lambda: glue.Dates(start, format=spelled),
        st.sampled_from(["2024-01-01", "2024/01/01", "NOW-3YEARS", "soon"]),
        st.sampled_from(["yyyy-MM-dd", "yyyy/MM/dd", "HH"]),
    ),
    st.builds(lambda low, high: lambda: glue.Integers(low, high), around(0, 3), around(0, 3)),
    st.just(glue.Injected),
)


@given(
    env=ENVIRONMENT,
    partitions=st.dictionaries(KEYS, PARTITIONS, max_size=2),
    options=some(
        {
            "name": st.sampled_from(["clicks", "Clicks", "clicks"]),
            "prefix": st.sampled_from(["", "clicks/", "clicks"]),
            "layout": st.sampled_from([None, "${day}/", "${day}/${hour}/", "x"]),
            "format": st.sampled_from(glue.Format),
        }
    ),
)
def test_a_glue_table_is_refused_or_clean(
    env: cdk.Environment | None, partitions: Mapping[str, Callable[[], Any]], options: Options
) -> None:
    def make(stack: cdk.Stack) -> None:
        new_glue_table(stack, partitions={key: it() for key, it in partitions.items()}, **options)

    _refused_or_clean(env, make)


COLUMN_NAMES = st.sampled_from(["id", "at", "at_day"])


@given(
    env=ENVIRONMENT,
    columns=st.lists(
        st.tuples(
            COLUMN_NAMES,
            st.sampled_from(["bigint", "date", "double", "timestamptz", "decimal(9,2)", "array<date>"]),
            st.sampled_from([None, 1, 2, 3]),
        ),
        max_size=3,
    ),
    options=some(
        {
            "prefix": st.sampled_from(["orders/", "orders", ""]),
            "keys": st.lists(COLUMN_NAMES, max_size=2),
            "partitions": st.dictionaries(
                COLUMN_NAMES, st.sampled_from(["day", "hour", "identity", "bucket[16]", "bucket[0]", "truncate[4]"])
            ),
            "lifecycle": LIFECYCLES,
        }
    ),
)
def test_an_iceberg_table_is_refused_or_clean(
    env: cdk.Environment | None, columns: list[tuple[str, str, int | None]], options: Options
) -> None:
    def make(stack: cdk.Stack) -> None:
        schema = [glue.Column(name, kind, id=number) for name, kind, number in columns]
        new_iceberg_table(stack, schema=schema, **options)

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    results=st.just(athena.ManagedResults)
    | st.builds(
        lambda prefix, age: lambda: athena.BucketResults(prefix=prefix, expire_after=age),
        st.sampled_from(["", "athena/", "athena"]),
        st.none() | AGES,
    ),
    limit=st.builds(cdk.Size.mebibytes, around(9, 1024)),
    options=some({**COMMON, "waive": waivers(workgroup.WAIVABLE)}),
)
def test_a_workgroup_of_athena_is_refused_or_clean(
    env: cdk.Environment | None, results: Callable[[], Any], limit: cdk.Size, options: Options
) -> None:
    def make(stack: cdk.Stack) -> None:
        new_athena_workgroup(stack, results=results(), scan_limit=limit, **_shared(stack, options))

    _refused_or_clean(env, make)


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


def _deliveries(longest_age: int, *events: Options) -> st.SearchStrategy[Options]:
    return some(
        {
            "batch_size": around(1, 10_000),
            "batching_window": seconds(0, 300),
            "parallelization_factor": around(1, 10),
            "retry_attempts": around(0, 10_000),
            "max_record_age": seconds(60, longest_age),
            "tumbling_window": st.none() | seconds(1, 900),
            "filters": st.lists(st.sampled_from(events), max_size=3, unique_by=str) | st.just([events[0]] * 11),
        }
    )


CODES = some(
    {
        "memory": st.builds(cdk.Size.mebibytes, around(128, 10_240)),
        "timeout": seconds(1, 900),
        "reserved_concurrency": around(1, 20),
        "environment": st.dictionaries(
            st.from_regex(r"[A-Z][A-Z0-9_]{1,7}", fullmatch=True), st.text(max_size=8), max_size=2
        ),
    }
)


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([None, 1, 2]),
    view=st.none() | st.sampled_from(VIEWS),
    delivery=_deliveries(86_400, {"eventName": ["INSERT"]}, {"eventName": ["REMOVE"]}, {}),
    code=CODES,
    options=some({**COMMON, "needs": st.sampled_from(VIEWS), "waive": waivers(record_consumers.WAIVABLE)}),
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


TRAFFIC = st.fixed_dictionaries(
    {"records_per_second": st.floats(-1, 1e6), "record_size": st.builds(cdk.Size.kibibytes, around(1, 10_240))},
    optional={"shared_consumers": around(0, 5)},
)
STREAM_CAPACITIES: st.SearchStrategy[Callable[[], Any]] = st.one_of(
    st.builds(
        lambda it: lambda: kinesis.OnDemand(**it),
        some(
            {
                "distribution": st.sampled_from([None, "AUTO", "USER_PARTITION_KEY", "RANDOM"]),
                "advantage": st.booleans(),
                "warm_mib_per_second": st.none() | around(1, 10_240),
            }
        ),
    ),
    st.builds(lambda it: lambda: kinesis.Provisioned(it), around(1, 100_000)),
    st.builds(lambda it: lambda: kinesis.Provisioned(kinesis.Traffic(**it)), TRAFFIC),
)
PRINCIPALS = st.lists(st.sampled_from(["210987654321", "arn:aws:iam::210987654321:role/clicks", "*"]), max_size=2)


@given(
    env=ENVIRONMENT,
    capacity=STREAM_CAPACITIES,
    sharing=st.none() | some({"writers": PRINCIPALS, "readers": PRINCIPALS}),
    consumers=st.lists(st.sampled_from(["analytics", "analytics.v2", "a b"]), max_size=2),
    options=some(
        {
            **COMMON,
            "retention": st.builds(cdk.Duration.hours, around(24, 8_760)),
            "shard_metrics": st.lists(st.sampled_from(METRICS), max_size=2),
            "max_record_size": st.none() | st.builds(cdk.Size.kibibytes, around(1_024, 10_240)),
            "waive": waivers(kinesis_stream.WAIVABLE),
        }
    ),
)
def test_a_stream_is_refused_or_clean(
    env: cdk.Environment | None,
    capacity: Callable[[], Any],
    sharing: Options | None,
    consumers: Sequence[str],
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        shared = {} if sharing is None else {"sharing": kinesis.Sharing(**sharing)}
        stream = new_stream(stack, capacity=capacity(), **shared, **_shared(stack, options))
        for name in consumers:
            stream.add_consumer(name)

    _refused_or_clean(env, make)


STARTS = st.sampled_from([*aws_lambda.StartingPosition, NEW_YEAR, NEW_YEAR.replace(tzinfo=None)])


@given(
    env=ENVIRONMENT,
    zones=st.sampled_from([None, 1, 2]),
    retention=st.builds(cdk.Duration.hours, around(168, 8_760)),
    delivery=_deliveries(7 * 86_400, {"data": {"status": ["paid"]}}, {"data": {"kind": ["a"]}}, {"eventName": ["b"]}),
    code=CODES,
    options=some({**COMMON, "fan_out": st.booleans(), "start": STARTS, "waive": waivers(record_consumers.WAIVABLE)}),
)
def test_a_consumer_of_a_stream_is_refused_or_clean(
    env: cdk.Environment | None,
    zones: int | None,
    retention: cdk.Duration,
    delivery: Options,
    code: Options,
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        vpc = {"vpc": new_vpc(stack, zones)} if zones else {}
        new_stream_consumer(
            stack,
            stream=new_stream(stack, retention=retention),
            code={**code, **vpc},
            delivery=Delivery(**delivery),
            **_shared(stack, options),
        )

    _refused_or_clean(env, make)


WORDS = st.sampled_from(["id", "day", "city", "Id", "x" * 128])
COLUMNS = st.lists(
    some(
        {
            "not_null": st.booleans(),
            "default": st.sampled_from([0, "it's", True, 1.5]),
            "identity": st.booleans(),
            "encoding": st.sampled_from(["ZSTD", "RAW"]),
            "comment": st.text(max_size=3),
        }
    ),
    max_size=2,
)
TYPES = st.sampled_from(["bigint", "decimal(38, 37)", "varchar(max)", "super", "timestamptz", "text", "char(5000)"])


@given(
    env=ENVIRONMENT,
    named=st.lists(st.tuples(WORDS, TYPES), max_size=3),
    columns=COLUMNS,
    key=st.none() | WORDS,
    table=some({"sort_key": st.lists(WORDS, max_size=2), "comment": st.text(max_size=3), "lifecycle": LIFECYCLES}),
    privileges=st.lists(st.sampled_from(["SELECT", "insert", "USAGE", "ALL"]), max_size=2),
    to_user=st.booleans(),
    on_stream=st.booleans(),
    waive=waivers(user.WAIVABLE),
)
def test_what_a_warehouse_holds_is_refused_or_clean(
    env: cdk.Environment | None,
    named: Sequence[tuple[str, str]],
    columns: Sequence[Options],
    key: str | None,
    table: Options,
    privileges: Sequence[str],
    to_user: bool,
    on_stream: bool,
    waive: Any,
) -> None:
    def make(stack: cdk.Stack) -> None:
        more = [*columns, {}, {}, {}]
        given = [redshift.Column(name, type_, **it) for (name, type_), it in zip(named, more, strict=False)]
        spread: dict[str, Any] = {"distribution": redshift.DistributionKey(key)} if key else {}
        made = new_redshift_table(stack, schema=new_schema(stack), columns=given, **spread, **table)
        grantee = new_user(stack, waive=waive) if to_user else new_role(stack)
        on = new_streaming_ingestion(stack) if on_stream else made
        new_grant(stack, to=grantee, on=on, privileges=privileges)

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
            given["source"] = new_plain_stream(stack)
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
            given["source"] = new_plain_stream(stack)
        if transforms:
            given["transformation"] = firehose.Transformation(code())
        new_copy(stack, warehouse=warehouse(stack, port=port), buffering=buffering(), **given)

    _refused_or_clean(env, make)


COLUMNS_OF_A_LAKE = st.lists(
    st.builds(glue.Column, st.sampled_from(["page", "price", "hour", "day"]), st.just("string")),
    max_size=2,
    unique_by=lambda it: it.name,
)


@given(
    env=ENVIRONMENT,
    source=st.sampled_from(["ours", "imported", None]),
    bucket=st.sampled_from([None, "ours", "imported"]),
    transforms=st.booleans(),
    buffering=BUFFERINGS,
    options=some(
        {
            **COMMON,
            "name": st.sampled_from(["clicks", "clicks", "source", "errors", "Clicks", ""]),
            "schema": COLUMNS_OF_A_LAKE,
            "partitions": st.sampled_from(["daily", "hourly"]),
            "format": st.sampled_from(glue.Format),
            "source_backup": st.none() | st.just(firehose.SourceBackup()),
        }
    ),
)
def test_a_lake_is_refused_or_clean(
    env: cdk.Environment | None,
    source: str | None,
    bucket: str | None,
    transforms: bool,
    buffering: Callable[[], Any],
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        given = {"stream": None, **_shared(stack, options)}
        if source:
            given["stream"] = new_stream(stack) if source == "ours" else new_plain_stream(stack)
        if bucket:
            given["bucket"] = new_bucket(stack) if bucket == "ours" else warehouses.given_bucket(stack)
        if transforms:
            given["transformation"] = firehose.Transformation(code())
        lake = lakes.new_lake(stack, "ToLake", buffering=buffering(), **given)
        lake.grant_query(lakes.new_role(stack))

    _refused_or_clean(env, make)


@given(
    env=ENVIRONMENT,
    reads=st.sampled_from(["clicks", "clicks", "Clicks", "x" * 127]),
    schema=st.sampled_from(["public", "sales", "clicks_stream", ""]),
    copies=st.booleans(),
    open_=st.booleans(),
    user=st.sampled_from([None, "loader", "public", "Loader"]),
    buffering=BUFFERINGS,
    readers=st.lists(st.sampled_from(["reader", "analyst"]), max_size=2),
    topic=st.booleans(),
    lifecycle=LIFECYCLES,
)
def test_a_way_into_a_warehouse_is_refused_or_clean(
    env: cdk.Environment | None,
    reads: str,
    schema: str,
    copies: bool,
    open_: bool,
    user: str | None,
    buffering: Callable[[], Any],
    readers: Sequence[str],
    topic: bool,
    lifecycle: Any,
) -> None:
    def make(stack: cdk.Stack) -> None:
        warehouse = warehouses.new_warehouse(stack)
        warehouse.firehose_access = open_
        into: Any = None
        if copies:
            table = warehouses.new_table(stack, schema=schema)
            into = patterns.Copy(table, user=user, buffering=buffering())
        roles = {name: warehouses.new_reader(stack, name) for name in dict.fromkeys(readers)}
        warehouses.new_view(
            stack,
            warehouse=warehouse,
            into=into or patterns.View(reads, schema),
            readers=[roles[name] for name in readers],
            lifecycle=lifecycle,
            **_shared(stack, {"topic": topic}),
        )


@given(
    env=ENVIRONMENT,
    reads=st.booleans(),
    transforms=st.booleans(),
    buffering=BUFFERINGS,
    names=st.lists(st.tuples(st.sampled_from(["sales", "stock"]), st.sampled_from(["a", "b.c"])), max_size=3),
    keys=st.sampled_from([(), ("id",), ("id", "id")]),
    options=some(
        {
            **COMMON,
            "error_prefix": st.just("failed/!{firehose:error-output-type}/") | PREFIXES,
            "append_only": st.booleans(),
            "routing": st.sampled_from(
                [
                    firehose.Routing(table=".kind"),
                    firehose.Routing(table=".kind", database=".shop"),
                    firehose.Routing(operation="delete"),
                ]
            ),
            "retry": seconds(0, 7200),
            "waive": waivers(s3_delivery_stream.WAIVABLE),
        }
    ),
)
def test_a_delivery_to_iceberg_is_refused_or_clean(
    env: cdk.Environment | None,
    reads: bool,
    transforms: bool,
    buffering: Callable[[], Any],
    names: list[tuple[str, str]],
    keys: tuple[str, ...],
    options: Options,
) -> None:
    def make(stack: cdk.Stack) -> None:
        given = _shared(stack, options)
        if reads:
            given["source"] = new_plain_stream(stack)
        if transforms:
            given["transformation"] = firehose.Transformation(code())
        given["tables"] = [
            lake_table(stack, f"Table{number}", table=firehose.TableName(*name), unique_keys=keys)
            for number, name in enumerate(names)
        ]
        new_rows(stack, buffering=buffering(), **given)

    _refused_or_clean(env, make)
