"""What a store uses is in its own Region."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final, cast, get_args, get_type_hints

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup, aws_dynamodb, aws_ec2, aws_iam, aws_kinesis, aws_kms, aws_lambda, aws_s3, aws_sns
from constructs import Construct

from constructs_lib import firehose, glue, redshift
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import Checks, Problem
from constructs_lib.regions import check_region, partition_of
from tests.glue.tables import new_table as new_glue_table
from tests.properties.test_wrong_values import CONSTRUCTS
from tests.redshift_sql.warehouses import new_warehouse
from tests.refusing import problems
from tests.synthesis import ACCOUNT, IRELAND, new_app, new_stack, new_vpc

ADVICE: Final = "Make or import one in the Region of the stack."
NOT_HERE: Final = ("access_logs", "bucket")
"""Access logs are asked for their account too, in tests/s3; objects may be in any Region."""


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:123456789012:{resource}"


def _table(scope: Construct, name: str) -> aws_dynamodb.ITable:
    table, stream = _arn("dynamodb", "table/orders"), _arn("dynamodb", "table/orders/stream/1")
    return aws_dynamodb.Table.from_table_attributes(scope, name, table_arn=table, table_stream_arn=stream)


def _policy(scope: Construct, name: str) -> BackupPolicy:
    there = cdk.Environment(account=ACCOUNT, region="us-east-1")
    stack = cdk.Stack(cast("Construct", scope.node.root), f"Far{name}", env=there)
    return BackupPolicy(plan=aws_backup.BackupPlan.from_backup_plan_id(stack, "Plan", "1"))


def _function(scope: Construct, name: str) -> aws_lambda.IFunction:
    role = aws_iam.Role.from_role_arn(scope, f"{name}Role", f"arn:aws:iam::{ACCOUNT}:role/audit")
    arn = _arn("lambda", "function:audit")
    return aws_lambda.Function.from_function_attributes(scope, name, function_arn=arn, role=role)


def _vpc(scope: Construct, name: str) -> aws_ec2.IVpc:
    return aws_ec2.Vpc.from_vpc_attributes(
        scope,
        name,
        vpc_id="vpc-0123456789abcdef0",
        region="us-east-1",
        availability_zones=["us-east-1a", "us-east-1b", "us-east-1c"],
        isolated_subnet_ids=[f"subnet-0123456789abcdef{number}" for number in range(3)],
    )


FAR: Mapping[Any, Callable[[Construct, str], Any]] = {
    BackupPolicy: _policy,
    aws_dynamodb.ITable: _table,
    aws_kinesis.IStream: lambda scope, name: aws_kinesis.Stream.from_stream_arn(
        scope, name, _arn("kinesis", "stream/orders")
    ),
    aws_ec2.IVpc: _vpc,
    aws_lambda.IFunction: _function,
    aws_kms.IKey: lambda scope, name: aws_kms.Key.from_key_arn(scope, name, _arn("kms", "key/1")),
    aws_s3.IBucket: lambda scope, name: aws_s3.Bucket.from_bucket_attributes(
        scope, name, bucket_name="logs", region="us-east-1"
    ),
    aws_sns.ITopic: lambda scope, name: aws_sns.Topic.from_topic_arn(scope, name, _arn("sns", "alarms")),
}
"""What exists in another Region, by its type."""


def _used(made: type) -> dict[str, Any]:
    """Return the options of a construct that take such a thing, each with its type."""
    hints = get_type_hints(inspect.unwrap(vars(made)["__init__"]))
    kinds = {name: set(get_args(hint) or [hint]) & FAR.keys() for name, hint in hints.items()}
    return {name: kind for name, [kind] in ((n, [*k]) for n, k in kinds.items() if k) if name not in NOT_HERE}


TABLE: Final = firehose.TableName(database="shop", table="orders")
BESIDES: Mapping[type, Mapping[str, Any]] = {firehose.S3DeliveryStream: {"conversion": firehose.Parquet(TABLE)}}
"""What some options want."""
USERS = {made: used for made in CONSTRUCTS if (used := _used(made))}


@pytest.mark.parametrize("made", USERS, ids=lambda it: f"{it.__module__.split('.')[1]}.{it.__name__}")
def test_what_is_in_another_region_is_refused(stack: cdk.Stack, made: type) -> None:
    far = {option: FAR[kind](stack, option) for option, kind in USERS[made].items()}
    found = problems(lambda: CONSTRUCTS[made](stack, **far, **BESIDES.get(made, {})))
    wanted = {Problem(option, "one of us-east-1", "one of eu-west-1", ADVICE) for option in far}
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_it_comes_with_all_other_problems(stack: cdk.Stack) -> None:
    found = problems(lambda: CONSTRUCTS[redshift.Cluster](stack, key=FAR[aws_kms.IKey](stack, "Far"), port=1, nodes=1))
    assert {it.option for it in found} == {"key", "nodes", "port"}


def test_a_region_that_is_not_known_is_not_judged() -> None:
    app = new_app()
    here, agnostic = new_stack(IRELAND, app=app), new_stack(None, app=app, id="Agnostic")
    checks = Checks(lambda: "Store")
    check_region(agnostic, {"key": FAR[aws_kms.IKey](agnostic, "Far")}, checks)
    check_region(here, {"key": aws_kms.Key(agnostic, "Key"), "alarm_topic": None}, checks)
    assert not checks.failed


def test_the_region_of_a_value_is_that_of_its_scope(stack: cdk.Stack) -> None:
    far = {"key": FAR[aws_kms.IKey](stack, "Far")}
    [problem] = problems(lambda: redshift.SnapshotCopy(scope=stack, **far))
    assert problem == Problem("key", "one of us-east-1", "one of eu-west-1", ADVICE)


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")]
)
def test_a_region_tells_its_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def test_what_ours_belongs_to_is_in_the_same_account_and_region() -> None:
    app = new_app()
    far = cdk.Stack(app, "Far", env=cdk.Environment(account="210987654321", region="us-east-1"))
    here = new_stack(app=app)
    database, warehouse = glue.Database(far, "Database", name="shop"), new_warehouse(far)
    for option, make in {
        "database": lambda: new_glue_table(here, database=database),
        "warehouse": lambda: redshift.Role(here, "Role", warehouse=warehouse, name="reader"),
    }.items():
        assert [(it.option, it.given) for it in problems(make)] == [
            (option, "one of us-east-1"),
            (option, "one of 210987654321"),
        ]


def test_a_warehouse_is_in_the_region_of_its_vpc() -> None:
    app = new_app()
    vpc = new_vpc(cdk.Stack(app, "Far", env=cdk.Environment(account=ACCOUNT, region="us-east-1")), 3)
    [problem] = problems(lambda: redshift.Cluster(new_stack(app=app), "Warehouse", vpc=vpc))
    assert (problem.option, problem.given) == ("vpc", "one of us-east-1")
