"""What each practice of Aurora writes into the template."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import aurora as practices
from constructs_lib.practices.engine import Engine
from tests.practices.judging import broken, changed
from tests.rds.clusters import CLUSTER, ENGINES, MEMBER, POSTGRES, SERVERLESS, full_cluster, member, new_cluster
from tests.synthesis import deployed, template

PARAMETERS = "AWS::RDS::DBClusterParameterGroup"

LITERALS: Mapping[Practice, Mapping[str, Any]] = {
    practices.STORAGE_ENCRYPTION: {"StorageEncrypted": True},
    practices.MANAGED_PASSWORD: {"ManageMasterUserPassword": True, "MasterUserPassword": None},
    practices.ADMIN_USERNAME: {"MasterUsername": "dbadmin"},
    practices.IAM_AUTHENTICATION: {"EnableIAMDatabaseAuthentication": True},
    practices.NON_DEFAULT_PORT: {"Port": 3307},
    practices.BACKTRACK: {"BacktrackWindow": 86_400},
    practices.BACKUP_RETENTION: {"BackupRetentionPeriod": 35},
    practices.KEEP_BACKUPS: {"DeleteAutomatedBackups": False, "CopyTagsToSnapshot": True},
    practices.DELETION_PROTECTION: {"DeletionProtection": True},
    practices.MINOR_UPGRADES: {"AutoMinorVersionUpgrade": True},
    practices.EXTENDED_SUPPORT_OFF: {"EngineLifecycleSupport": "open-source-rds-extended-support-disabled"},
    practices.WINDOWS: {
        "PreferredBackupWindow": "02:00-03:00",
        "PreferredMaintenanceWindow": "Sun:04:00-Sun:05:00",
    },
    practices.ENHANCED_MONITORING: {"MonitoringInterval": 60},
    practices.DATABASE_INSIGHTS: {
        "DatabaseInsightsMode": "standard",
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 7,
    },
    practices.LOG_EXPORTS: {
        "EnableCloudwatchLogsExports": ["audit", "error", "general", "iam-db-auth-error", "instance", "slowquery"]
    },
}
REFERENCES: Mapping[Practice, Mapping[str, str]] = {
    practices.STORAGE_ENCRYPTION: {"KmsKeyId": "AWS::KMS::Key"},
    practices.DATABASE_INSIGHTS: {"PerformanceInsightsKmsKeyId": "AWS::KMS::Key"},
    practices.SUBNET_GROUP: {"DBSubnetGroupName": "AWS::RDS::DBSubnetGroup"},
    practices.ENCRYPTION_IN_TRANSIT: {"DBClusterParameterGroupName": "AWS::RDS::DBClusterParameterGroup"},
    practices.ENHANCED_MONITORING: {"MonitoringRoleArn": "AWS::IAM::Role"},
}
OF_MEMBERS: Mapping[Practice, Mapping[str, Any]] = {
    practices.NOT_PUBLIC: {"PubliclyAccessible": False},
    practices.CURRENT_CA: {"CACertificateIdentifier": "rds-ca-rsa2048-g1"},
    practices.MINOR_UPGRADES: {"AutoMinorVersionUpgrade": True},
    practices.WINDOWS: {"PreferredMaintenanceWindow": "Sun:04:00-Sun:05:00"},
    practices.DATABASE_INSIGHTS: {"EnablePerformanceInsights": True},
}
OTHER_RESOURCES = {practices.READER, practices.BACKUP_PLAN, practices.EVENT_SUBSCRIPTION, practices.ALARMS}
AUDIT = {"pgaudit.log": "ddl,role", "shared_preload_libraries": "pg_stat_statements,pgaudit"}
TLS = {"rds.force_ssl": "1"}


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("AURORA_")}
    assert known == {*LITERALS, *REFERENCES, *OF_MEMBERS, *OTHER_RESOURCES}


@pytest.mark.parametrize("practice", LITERALS, ids=lambda it: it.id)
def test_the_cluster_says(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack)
    properties = template(stack).properties(CLUSTER)
    assert {name: properties.get(name) for name in LITERALS[practice]} == LITERALS[practice]


@pytest.mark.parametrize("practice", REFERENCES, ids=lambda it: it.id)
def test_the_cluster_refers_to(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack)
    written = template(stack)
    properties = written.properties(CLUSTER)
    assert {name: written.type_of(properties[name]) for name in REFERENCES[practice]} == REFERENCES[practice]


@pytest.mark.parametrize("practice", OF_MEMBERS, ids=lambda it: it.id)
def test_each_member_says(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack, readers={"One": member("r7g.large"), "Two": SERVERLESS})
    members = [it["Properties"] for it in template(stack).of_type(MEMBER).values()]
    assert len(members) == 3
    for properties in members:
        assert {name: properties.get(name) for name in OF_MEMBERS[practice]} == OF_MEMBERS[practice]


def test_the_master_password_is_encrypted_with_the_key(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack)
    assert written.type_of(written.properties(CLUSTER)["MasterUserSecret"]["KmsKeyId"]) == "AWS::KMS::Key"
    assert not written.of_type("AWS::SecretsManager::Secret")


@pytest.mark.parametrize(
    ("engine", "parameters"),
    [
        (
            "mysql",
            {
                "require_secure_transport": "ON",
                "tls_version": "TLSv1.2,TLSv1.3",
                "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
                "server_audit_logging": "1",
                "slow_query_log": "1",
            },
        ),
        (
            "postgres",
            {
                "rds.force_ssl": "1",
                "log_lock_waits": "1",
                "log_min_duration_statement": "1000",
                "pgaudit.log": "ddl,role",
                "pgaudit.role": "rds_pgaudit",
                "shared_preload_libraries": "pg_stat_statements,pgaudit",
            },
        ),
    ],
)
def test_parameters_force_encryption_and_fill_the_logs(
    stack: cdk.Stack, engine: str, parameters: Mapping[str, str]
) -> None:
    new_cluster(stack, engine=ENGINES[engine])
    assert template(stack).properties("AWS::RDS::DBClusterParameterGroup")["Parameters"] == parameters


@pytest.mark.parametrize("engine", ENGINES)
def test_every_log_has_a_group_before_the_cluster_writes_to_it(stack: cdk.Stack, engine: str) -> None:
    new_cluster(stack, engine=ENGINES[engine])
    written = template(stack)
    groups = written.of_type("AWS::Logs::LogGroup")
    identifier = deployed(written.properties(CLUSTER)["DBClusterIdentifier"])
    names = [deployed(group["Properties"]["LogGroupName"]) for group in groups.values()]
    logs = written.properties(CLUSTER)["EnableCloudwatchLogsExports"]
    assert names == [f"/aws/rds/cluster/{identifier}/{log}" for log in logs]
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {365}
    assert groups.keys() <= set(written.only(CLUSTER)["DependsOn"])


def test_the_monitoring_role_serves_the_databases_of_this_account(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack)
    [role] = [
        it["Properties"]
        for it in written.of_type("AWS::IAM::Role").values()
        if "monitoring.rds.amazonaws.com" in str(it)
    ]
    identifier = deployed(written.properties(CLUSTER)["DBClusterIdentifier"])
    [statement] = deployed(role["AssumeRolePolicyDocument"]["Statement"])
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {
            "aws:SourceArn": [
                f"arn:aws:rds:eu-west-1:123456789012:cluster:{identifier}",
                "arn:aws:rds:eu-west-1:123456789012:db:*",
            ]
        },
    }


def test_a_daily_backup_selects_the_cluster(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack)
    [name] = written.of_type(CLUSTER)
    [arn] = written.properties("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]
    assert deployed(arn) == f"arn:aws:rds:eu-west-1:123456789012:cluster:<{name}>"


def test_events_of_cluster_and_members_reach_the_topic(stack: cdk.Stack) -> None:
    new_cluster(stack, alarm_topic=AlarmTopic(stack, "Topic").topic)
    written = template(stack)
    subscriptions = [it["Properties"] for it in written.of_type("AWS::RDS::EventSubscription").values()]
    sources = {it["SourceType"]: [written.type_of(source) for source in it["SourceIds"]] for it in subscriptions}
    assert sources == {"db-cluster": [CLUSTER], "db-instance": [MEMBER, MEMBER]}
    assert all(written.type_of(it["SnsTopicArn"]) == "AWS::SNS::Topic" for it in subscriptions)
    assert {"failover", "failure", "maintenance"} <= set(subscriptions[0]["EventCategories"])


BASIC = {
    "AuroraReplicaLagMaximum",
    "BufferCacheHitRatio",
    "CPUUtilization",
    "DatabaseConnections",
    "Deadlocks",
    "FreeableMemory",
}


@pytest.mark.parametrize(
    ("options", "metrics"),
    [
        ({}, BASIC | {"AuroraVolumeBytesLeftTotal", "BacktrackWindowAlert"}),
        ({"waive": {rds.AURORA_BACKTRACK: "Not wanted."}}, BASIC | {"AuroraVolumeBytesLeftTotal"}),
        ({"engine": POSTGRES}, BASIC | {"MaximumUsedTransactionIDs", "VolumeBytesUsed"}),
        (
            {"engine": POSTGRES, "writer": SERVERLESS},
            BASIC | {"MaximumUsedTransactionIDs", "VolumeBytesUsed", "ACUUtilization"},
        ),
    ],
)
def test_alarms_watch_what_the_cluster_has(stack: cdk.Stack, options: Mapping[str, Any], metrics: set[str]) -> None:
    cluster = new_cluster(stack, **options)
    written = template(stack)
    alarms = [it["Properties"] for it in written.of_type("AWS::CloudWatch::Alarm").values()]
    assert cluster.alarms
    assert {it["MetricName"] for it in alarms} == metrics == set(cluster.alarms.by_metric)
    for it in alarms:
        [dimension] = it["Dimensions"]
        assert (dimension["Name"], written.type_of(dimension["Value"])) == ("DBClusterIdentifier", CLUSTER)
        assert it["AlarmDescription"].endswith(".")


@pytest.mark.parametrize(
    ("options", "connections", "memory_gib"),
    [
        ({}, int(1_069 * 0.8), 1.6),
        ({"engine": POSTGRES}, int(1_802 * 0.8), 1.6),
        ({"engine": POSTGRES, "writer": member("r7g.16xlarge")}, 4_000, 51.2),
        ({"engine": POSTGRES, "writer": SERVERLESS}, 4_000, 6.4),
        ({"engine": POSTGRES, "readers": {"One": member("r7g.large"), "Small": member("t4g.medium")}}, 360, 0.4),
    ],
)
def test_thresholds_fit_the_smallest_member(
    stack: cdk.Stack, options: Mapping[str, Any], connections: int, memory_gib: float
) -> None:
    alarms = new_cluster(stack, **options).alarms
    assert alarms
    assert alarms.by_metric["DatabaseConnections"].threshold == pytest.approx(connections, abs=1)
    assert alarms.by_metric["FreeableMemory"].threshold == pytest.approx(memory_gib * 1024**3, rel=0.01)


@pytest.mark.parametrize(
    ("rule", "type", "path", "value"),
    [
        ("AURORA_ENCRYPTION_IN_TRANSIT", PARAMETERS, "Properties.Parameters", {**AUDIT, "rds.force_ssl": "0"}),
        ("AURORA_ENCRYPTION_IN_TRANSIT", PARAMETERS, "Properties.Parameters", AUDIT),
        ("AURORA_LOG_EXPORTS", PARAMETERS, "Properties.Parameters", TLS),
        ("AURORA_LOG_EXPORTS", PARAMETERS, "Properties.Parameters.shared_preload_libraries", "pg_stat_statements"),
        ("AURORA_LOG_EXPORTS", PARAMETERS, "Properties.Parameters", {**TLS, "shared_preload_libraries": "pgaudit"}),
        ("AURORA_NON_DEFAULT_PORT", CLUSTER, "Properties.Port", 5432),
        ("AURORA_ADMIN_USERNAME", CLUSTER, "Properties.MasterUsername", "postgres"),
    ],
)
def test_rules_read_postgres_as_well(
    stack: cdk.Stack, rules: Engine, rule: str, type: str, path: str, value: Any
) -> None:
    new_cluster(stack, engine=POSTGRES, alarm_topic=AlarmTopic(stack, "Topic").topic)
    good = template(stack).content
    assert broken(rules, good["Resources"]) == set()
    assert {name for name, _ in broken(rules, changed(good, type, path, value)["Resources"])} == {rule}


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rule_of_single_instances_speaks_of_members(stack: cdk.Stack, rules: Engine, engine: str) -> None:
    full_cluster(stack, engine)
    found = {name for name, _ in broken(rules, template(stack).content["Resources"])}
    assert not {name for name in found if name.startswith("RDS_")}


@pytest.mark.parametrize("source", ["SnapshotIdentifier", "SourceDBClusterIdentifier", "GlobalClusterIdentifier"])
def test_a_cluster_made_from_another_is_not_asked_for_what_that_decides(rules: Engine, source: str) -> None:
    properties = {"Engine": "aurora-mysql", source: "orders"}
    found = {name for name, _ in broken(rules, {"Bare": {"Type": CLUSTER, "Properties": properties}})}
    assert not found & {"AURORA_STORAGE_ENCRYPTION", "AURORA_MANAGED_PASSWORD", "AURORA_ADMIN_USERNAME"}
    assert found >= {"AURORA_BACKUP_RETENTION", "AURORA_ALARMS"}


def test_a_multi_az_db_cluster_is_no_aurora_cluster(rules: Engine) -> None:
    properties = {"Engine": "mysql", "DBClusterInstanceClass": "db.r6gd.large"}
    found = {name for name, _ in broken(rules, {"Bare": {"Type": CLUSTER, "Properties": properties}})}
    assert not {name for name in found if name.startswith("AURORA_")}
