"""Tables and consumers to test: with the least that must be said, and with every option."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_dynamodb, aws_ec2, aws_iam, aws_lambda
from aws_cdk import aws_kms as kms

from constructs_lib import dynamodb
from constructs_lib.backup import BackupPolicy
from constructs_lib.delivery import Delivery
from constructs_lib.functions import FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.synthesis import ROOT

CODE: Final = ROOT / "stacks" / "handlers" / "audit"
VIEWS: Final = aws_dynamodb.StreamViewType


def attribute(name: str, type: str = "STRING") -> aws_dynamodb.Attribute:
    """Name an attribute."""
    return aws_dynamodb.Attribute(name=name, type=aws_dynamodb.AttributeType[type])


def index(name: str, key: str = "status") -> aws_dynamodb.GlobalSecondaryIndexPropsV2:
    """Make an index on a key of its own."""
    return aws_dynamodb.GlobalSecondaryIndexPropsV2(index_name=name, partition_key=attribute(key))


def new_table(stack: cdk.Stack, **options: Any) -> dynamodb.Table:
    """Make a table with the least that must be said, and these options."""
    return dynamodb.Table(stack, "Orders", **{"partition_key": attribute("customer"), **options})


def full_table(stack: cdk.Stack) -> dynamodb.Table:
    """Make a table with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_table(
        stack,
        sort_key=attribute("placed_at", "NUMBER"),
        capacity=dynamodb.Provisioned(
            min_read_units=5, max_read_units=500, min_write_units=2, max_write_units=200, target_percent=60
        ),
        global_secondary_indexes=[index("by-status"), index("by-day", "day")],
        stream=VIEWS.NEW_AND_OLD_IMAGES,
        expiry_attribute="expires_at",
        backup=BackupPolicy(
            retention=cdk.Duration.days(7),
            plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "11111111-2222-3333-4444-555555555555"),
        ),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={dynamodb.CONTRIBUTOR_INSIGHTS: "The keys are random."},
    )


def new_consumer(
    stack: cdk.Stack, *, function: Any = None, code: Mapping[str, Any] | None = None, **options: Any
) -> dynamodb.StreamConsumer:
    """Make a consumer of a new table's stream: of code with these settings, or the function."""
    if "table" not in options:
        options["table"] = new_table(stack, stream=VIEWS.NEW_AND_OLD_IMAGES)
    made = function or FunctionCode(**{"path": CODE, **(code or {})})
    return dynamodb.StreamConsumer(stack, "Audit", **{"function": made, **options})


def full_code(vpc: aws_ec2.IVpc) -> dict[str, Any]:
    """Return every setting of the code of a consumer."""
    return {
        "handler": "index.handler",
        "runtime": aws_lambda.Runtime.PYTHON_3_14,
        "environment": {"LOG_LEVEL": "DEBUG"},
        "memory": cdk.Size.gibibytes(1),
        "timeout": cdk.Duration.minutes(5),
        "reserved_concurrency": 20,
        "vpc": vpc,
    }


def full_consumer(stack: cdk.Stack, vpc: aws_ec2.IVpc) -> dynamodb.StreamConsumer:
    """Make a consumer with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_consumer(
        stack,
        code=full_code(vpc),
        needs=VIEWS.NEW_IMAGE,
        delivery=Delivery(
            batch_size=1000,
            batching_window=cdk.Duration.seconds(5),
            parallelization_factor=10,
            retry_attempts=3,
            max_record_age=cdk.Duration.hours(1),
            tumbling_window=cdk.Duration.minutes(2),
            filters=[{"eventName": ["INSERT"]}, {"dynamodb": {"NewImage": {"status": {"S": ["paid"]}}}}],
        ),
        subnets=aws_ec2.SubnetSelection(availability_zones=["eu-west-1a", "eu-west-1b"]),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={dynamodb.TRACING: "The trace would hold names."},
    )


def given_function(stack: cdk.Stack) -> aws_lambda.IFunction:
    """Return a function that exists outside of the app, in the Region of the stack, with its role."""
    region = "eu-west-1" if cdk.Token.is_unresolved(stack.region) else stack.region
    arn = f"arn:aws:lambda:{region}:123456789012:function:audit"
    role = aws_iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/audit")
    return aws_lambda.Function.from_function_attributes(
        stack, "Given", function_arn=arn, role=role, same_environment=True
    )


def made_function(stack: cdk.Stack) -> aws_lambda.Function:
    """Make a function as CDK does."""
    return aws_lambda.Function(
        stack,
        "Given",
        code=aws_lambda.Code.from_asset(str(CODE)),
        handler="index.handler",
        runtime=aws_lambda.Runtime.PYTHON_3_14,
    )


def zip_file(folder: Path) -> Path:
    """Make a zip file of code."""
    path = folder / "code.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(CODE / "index.py", "index.py")
    return path
