"""Aurora clusters to test: both engines, and a cluster with every option."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.rds.custom_endpoint import lacks_endpoints
from constructs_lib.windows import Windows
from tests.synthesis import new_vpc

CLUSTER: Final = "AWS::RDS::DBCluster"
MEMBER: Final = "AWS::RDS::DBInstance"
_FACTORIES: Final = aws_rds.DatabaseClusterEngine


def mysql(version: str, major: str = "8.0") -> aws_rds.IClusterEngine:
    """Return Aurora MySQL of a version."""
    return _FACTORIES.aurora_mysql(version=aws_rds.AuroraMysqlEngineVersion.of(version, major))


def postgres(version: str) -> aws_rds.IClusterEngine:
    """Return Aurora PostgreSQL of a version."""
    major = version.partition(".")[0]
    return _FACTORIES.aurora_postgres(version=aws_rds.AuroraPostgresEngineVersion.of(version, major))


MYSQL: Final = mysql("8.0.mysql_aurora.3.11.1")
POSTGRES: Final = postgres("17.6")
ENGINES: Final[dict[str, aws_rds.IClusterEngine]] = {"mysql": MYSQL, "postgres": POSTGRES}
SERVERLESS: Final = rds.Member()


def member(instance_class: str, tier: int | None = None) -> rds.Member:
    """Return a member of a class."""
    return rds.Member(instance_type=ec2.InstanceType(instance_class), promotion_tier=tier)


def new_cluster(stack: cdk.Stack, **options: Any) -> rds.AuroraCluster:
    """Make a cluster with the least that must be said, and these options."""
    if "vpc" not in options:
        options["vpc"] = new_vpc(stack)
    return rds.AuroraCluster(stack, "Orders", **{"engine": MYSQL, **options})


def full_cluster(stack: cdk.Stack, engine: str = "mysql") -> rds.AuroraCluster:
    """Make a cluster with every option, endpoints, and readers that come and go."""
    vpc = new_vpc(stack, zones=3)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    mysqls: dict[str, Any] = {"backtrack_window": cdk.Duration.hours(72), "parallel_query": True}
    cluster = new_cluster(
        stack,
        engine=ENGINES[engine],
        vpc=vpc,
        subnets=ec2.SubnetSelection(availability_zones=["eu-west-1a", "eu-west-1c"]),
        writer=member("r7g.xlarge"),
        readers={"First": member("r7g.xlarge"), "Analytics": member("r7g.4xlarge", 15), "Bursts": rds.Member()},
        serverless=rds.ServerlessCapacity(minimum=0, maximum=64, auto_pause=cdk.Duration.minutes(30)),
        features=rds.AuroraFeatures(
            data_api=True, local_write_forwarding=True, io_optimized=True, **(mysqls if engine == "mysql" else {})
        ),
        database_name="orders",
        port=6432,
        windows=Windows(backup="23:30-00:30", maintenance="Tue:01:00-Tue:02:00"),
        backup=BackupPolicy(
            retention=cdk.Duration.days(14),
            plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "11111111-2222-3333-4444-555555555555"),
        ),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={rds.AURORA_IAM_AUTHENTICATION: "The application keeps its own users."},
    )
    if not lacks_endpoints(stack.region):
        cluster.add_endpoint("reporting", members=["Analytics"])
        cluster.add_endpoint("all-but-reporting", excluded=["Analytics"], type="ANY")
    cluster.scale_readers(maximum=5, minimum=0, connections=500, scale_in_cooldown=cdk.Duration.minutes(10))
    return cluster
