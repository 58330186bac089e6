"""Lakes to test: with the least that must be said, and with every option."""

import datetime
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib import athena, firehose, glue, kinesis, patterns
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.firehose.streams import code, new_stream
from tests.glue.tables import Click

SINCE: Final = datetime.date(2026, 1, 1)


def new_lake(scope: Construct, id: str = "Lake", **options: Any) -> patterns.StreamToLake:
    """Make a lake with the least that must be said, and these options."""
    if "stream" not in options:
        options["stream"] = new_stream(scope, f"{id}Source")
    return patterns.StreamToLake(scope, id, **{"name": "clicks", "schema": Click, "since": SINCE, **options})


def new_role(scope: Construct, id: str = "Analyst") -> iam.Role:
    """Make a role that may do nothing yet."""
    return iam.Role(scope, id, assumed_by=iam.AccountRootPrincipal())


def full_lake(stack: cdk.Stack) -> patterns.StreamToLake:
    """Make a lake with every option, and a role that queries it."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = AlarmTopic(stack, "Topic", key=key).topic
    shared: dict[str, Any] = {"key": key, "alarm_topic": topic, "lifecycle": Lifecycle.DISPOSABLE}
    lake = new_lake(
        stack,
        stream=kinesis.Stream(stack, "Clicks", **shared),
        schema=[glue.Column("page", "string", "The address."), glue.Column("price", "decimal(18,2)")],
        partitions="daily",
        format=glue.Format.ORC,
        buffering=firehose.Buffering(interval=cdk.Duration.minutes(15), size=cdk.Size.mebibytes(64)),
        transformation=firehose.Transformation(code(reserved_concurrency=20)),
        source_backup=firehose.SourceBackup(prefix="raw/"),
        bucket=LandingBucket(stack, "Bucket", **shared),
        database=glue.Database(stack, "Shop", name="shop"),
        workgroup=athena.WorkGroup(stack, "Queries", **shared),
        **shared,
    )
    lake.grant_query(new_role(stack))
    return lake
