"""Instances to test: an engine of each family, and an instance with every option."""

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
from constructs_lib.windows import Windows
from tests.synthesis import new_vpc

_FACTORIES: Final = aws_rds.DatabaseInstanceEngine
POSTGRES: Final = _FACTORIES.postgres(version=aws_rds.PostgresEngineVersion.VER_18_3)
ENGINES: Final[dict[str, aws_rds.IInstanceEngine]] = {
    "postgres": POSTGRES,
    "mysql": _FACTORIES.mysql(version=aws_rds.MysqlEngineVersion.VER_8_4_9),
    "mariadb": _FACTORIES.maria_db(version=aws_rds.MariaDbEngineVersion.VER_11_8_6),
    "sqlserver-se": _FACTORIES.sql_server_se(version=aws_rds.SqlServerEngineVersion.VER_16_00_4236_2_V1),
    "oracle-se2": _FACTORIES.oracle_se2(version=aws_rds.OracleEngineVersion.VER_19),
}
ORACLE: Final = _FACTORIES.oracle_ee(version=aws_rds.OracleEngineVersion.VER_19)
SQL_SERVER_EXPRESS: Final = _FACTORIES.sql_server_ex(version=aws_rds.SqlServerEngineVersion.VER_16_00_4236_2_V1)


def mysql(version: str) -> aws_rds.IInstanceEngine:
    """Return MySQL of a version."""
    return _FACTORIES.mysql(version=aws_rds.MysqlEngineVersion.of(version, version[:3]))


def postgres(version: str) -> aws_rds.IInstanceEngine:
    """Return PostgreSQL of a version."""
    return _FACTORIES.postgres(version=aws_rds.PostgresEngineVersion.of(version, version.partition(".")[0]))


def sql_server_web(version: str) -> aws_rds.IInstanceEngine:
    """Return SQL Server Web Edition of a version."""
    return _FACTORIES.sql_server_web(version=aws_rds.SqlServerEngineVersion.of(version, version[:5]))


def new_instance(stack: cdk.Stack, **options: Any) -> rds.MultiAzInstance:
    """Make an instance with the least that must be said, and these options."""
    if "vpc" not in options:
        options["vpc"] = new_vpc(stack)
    return rds.MultiAzInstance(stack, "Orders", **{"engine": POSTGRES, **options})


def full_instance(stack: cdk.Stack) -> rds.MultiAzInstance:
    """Make an instance with every option."""
    vpc = new_vpc(stack, zones=3)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_instance(
        stack,
        vpc=vpc,
        subnets=ec2.SubnetSelection(availability_zones=["eu-west-1a", "eu-west-1c"]),
        instance_type=ec2.InstanceType("r7g.2xlarge"),
        storage=rds.Storage(allocated=cdk.Size.gibibytes(500), maximum=cdk.Size.tebibytes(2)),
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
        waive={rds.IAM_AUTHENTICATION: "The application keeps its own users."},
    )
