"""What each practice writes into the template."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import rds as practices
from constructs_lib.windows import Windows
from tests.rds.instances import ENGINES, new_instance
from tests.synthesis import CHINA, IRELAND, deployed, new_stack, template

INSTANCE = "AWS::RDS::DBInstance"
LITERALS: Mapping[Practice, Mapping[str, Any]] = {
    practices.STORAGE_ENCRYPTION: {"StorageEncrypted": True},
    practices.MANAGED_PASSWORD: {"ManageMasterUserPassword": True, "MasterUserPassword": None},
    practices.ADMIN_USERNAME: {"MasterUsername": "dbadmin"},
    practices.IAM_AUTHENTICATION: {"EnableIAMDatabaseAuthentication": True},
    practices.MULTI_AZ: {"MultiAZ": True},
    practices.NOT_PUBLIC: {"PubliclyAccessible": False},
    practices.NON_DEFAULT_PORT: {"Port": "5433"},
    practices.CURRENT_CA: {"CACertificateIdentifier": "rds-ca-rsa2048-g1"},
    practices.BACKUP_RETENTION: {"BackupRetentionPeriod": 35},
    practices.KEEP_BACKUPS: {"DeleteAutomatedBackups": False, "CopyTagsToSnapshot": True},
    practices.DELETION_PROTECTION: {"DeletionProtection": True},
    practices.STORAGE: {"StorageType": "gp3", "AllocatedStorage": "100", "MaxAllocatedStorage": 1000},
    practices.MINOR_UPGRADES: {"AutoMinorVersionUpgrade": True},
    practices.EXTENDED_SUPPORT_OFF: {"EngineLifecycleSupport": "open-source-rds-extended-support-disabled"},
    practices.WINDOWS: {
        "PreferredBackupWindow": "02:00-03:00",
        "PreferredMaintenanceWindow": "Sun:04:00-Sun:05:00",
    },
    practices.ENHANCED_MONITORING: {"MonitoringInterval": 60},
    practices.DATABASE_INSIGHTS: {
        "DatabaseInsightsMode": "standard",
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 7,
    },
    practices.LOG_EXPORTS: {"EnableCloudwatchLogsExports": ["postgresql", "upgrade", "iam-db-auth-error"]},
}
REFERENCES: Mapping[Practice, Mapping[str, str]] = {
    practices.STORAGE_ENCRYPTION: {"KmsKeyId": "AWS::KMS::Key"},
    practices.DATABASE_INSIGHTS: {"PerformanceInsightsKMSKeyId": "AWS::KMS::Key"},
    practices.SUBNET_GROUP: {"DBSubnetGroupName": "AWS::RDS::DBSubnetGroup"},
    practices.ENCRYPTION_IN_TRANSIT: {"DBParameterGroupName": "AWS::RDS::DBParameterGroup"},
    practices.ENHANCED_MONITORING: {"MonitoringRoleArn": "AWS::IAM::Role"},
}
OTHER_RESOURCES = {practices.BACKUP_PLAN, practices.EVENT_SUBSCRIPTION, practices.ALARMS}


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("RDS_")}
    assert known == {*LITERALS, *REFERENCES, *OTHER_RESOURCES}


@pytest.mark.parametrize("practice", LITERALS, ids=lambda it: it.id)
def test_the_instance_says(stack: cdk.Stack, practice: Practice) -> None:
    new_instance(stack)
    properties = template(stack).properties(INSTANCE)
    assert {name: properties.get(name) for name in LITERALS[practice]} == LITERALS[practice]


@pytest.mark.parametrize("practice", REFERENCES, ids=lambda it: it.id)
def test_the_instance_refers_to(stack: cdk.Stack, practice: Practice) -> None:
    new_instance(stack)
    written = template(stack)
    properties = written.properties(INSTANCE)
    assert {name: written.type_of(properties[name]) for name in REFERENCES[practice]} == REFERENCES[practice]


def test_the_master_password_is_encrypted_with_the_key(stack: cdk.Stack) -> None:
    new_instance(stack)
    written = template(stack)
    assert written.type_of(written.properties(INSTANCE)["MasterUserSecret"]["KmsKeyId"]) == "AWS::KMS::Key"
    assert not written.of_type("AWS::SecretsManager::Secret")


def test_the_key_rotates_and_can_be_brought_back_for_a_month(stack: cdk.Stack) -> None:
    new_instance(stack)
    key = template(stack).only("AWS::KMS::Key")
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["Properties"]["PendingWindowInDays"] == 30
    assert key["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize(
    ("engine", "port"),
    [("postgres", "5433"), ("mysql", "3307"), ("mariadb", "3307"), ("sqlserver-se", "1435"), ("oracle-se2", "1522")],
)
def test_each_engine_listens_on_a_port_of_its_own(stack: cdk.Stack, engine: str, port: str) -> None:
    new_instance(stack, engine=ENGINES[engine])
    assert template(stack).properties(INSTANCE)["Port"] == port


@pytest.mark.parametrize(
    ("engine", "parameters"),
    [
        ("postgres", {"rds.force_ssl": "1", "log_lock_waits": "1", "log_min_duration_statement": "1000"}),
        ("mysql", {"require_secure_transport": "1", "log_output": "FILE", "slow_query_log": "1"}),
        ("mariadb", {"require_secure_transport": "1", "log_output": "FILE", "slow_query_log": "1"}),
        ("sqlserver-se", {"rds.force_ssl": "1"}),
        ("oracle-se2", {}),
    ],
)
def test_parameters_force_encryption_and_fill_the_logs(
    stack: cdk.Stack, engine: str, parameters: Mapping[str, str]
) -> None:
    new_instance(stack, engine=ENGINES[engine])
    assert template(stack).properties("AWS::RDS::DBParameterGroup").get("Parameters", {}) == parameters


def test_oracle_requires_encryption_by_an_option(stack: cdk.Stack) -> None:
    new_instance(stack, engine=ENGINES["oracle-se2"])
    written = template(stack)
    [option] = written.properties("AWS::RDS::OptionGroup")["OptionConfigurations"]
    settings = {setting["Name"]: setting["Value"] for setting in option["OptionSettings"]}
    assert option["OptionName"] == "NATIVE_NETWORK_ENCRYPTION"
    assert settings["SQLNET.ENCRYPTION_SERVER"] == "REQUIRED"
    assert settings["SQLNET.ALLOW_WEAK_CRYPTO_CLIENTS"] == "FALSE"
    assert written.type_of(written.properties(INSTANCE)["OptionGroupName"]) == "AWS::RDS::OptionGroup"


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
def test_an_option_fills_the_audit_log(stack: cdk.Stack, engine: str) -> None:
    new_instance(stack, engine=ENGINES[engine])
    [option] = template(stack).properties("AWS::RDS::OptionGroup")["OptionConfigurations"]
    assert option["OptionName"] == "MARIADB_AUDIT_PLUGIN"


@pytest.mark.parametrize(
    ("engine", "logs"),
    [
        ("postgres", ["postgresql", "upgrade", "iam-db-auth-error"]),
        ("mysql", ["audit", "error", "general", "slowquery", "iam-db-auth-error"]),
        ("mariadb", ["audit", "error", "general", "slowquery", "iam-db-auth-error"]),
        ("sqlserver-se", ["agent", "error"]),
        ("oracle-se2", ["alert", "audit", "listener", "oemagent", "trace"]),
    ],
)
def test_every_log_has_a_group_before_the_instance_writes_to_it(stack: cdk.Stack, engine: str, logs: list[str]) -> None:
    new_instance(stack, engine=ENGINES[engine])
    written = template(stack)
    groups = written.of_type("AWS::Logs::LogGroup")
    identifier = deployed(written.properties(INSTANCE)["DBInstanceIdentifier"])
    names = [deployed(group["Properties"]["LogGroupName"]) for group in groups.values()]
    assert written.properties(INSTANCE)["EnableCloudwatchLogsExports"] == logs
    assert names == [f"/aws/rds/instance/{identifier}/{log}" for log in logs]
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {365}
    assert groups.keys() <= set(written.only(INSTANCE)["DependsOn"])


@pytest.mark.parametrize(
    ("env", "partition", "principal"),
    [
        (IRELAND, "aws", "logs.eu-west-1.amazonaws.com"),
        (CHINA, "aws-cn", "logs.cn-north-1.amazonaws.com.cn"),
    ],
    ids=["ireland", "china"],
)
def test_the_key_lets_the_log_groups_of_account_and_region_use_it(
    env: cdk.Environment, partition: str, principal: str
) -> None:
    stack = new_stack(env)
    new_instance(stack)
    region = str(env.region)
    statements = template(stack).properties("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    [statement] = [it for it in deployed(statements, region) if "Service" in it["Principal"]]
    assert statement["Principal"] == {"Service": principal}
    assert statement["Condition"]["ArnLike"] == {
        "kms:EncryptionContext:aws:logs:arn": f"arn:{partition}:logs:{region}:123456789012:log-group:*"
    }


def test_the_monitoring_role_serves_this_instance_alone(stack: cdk.Stack) -> None:
    new_instance(stack)
    written = template(stack)
    [role] = [
        it["Properties"]
        for it in written.of_type("AWS::IAM::Role").values()
        if "monitoring.rds.amazonaws.com" in str(it)
    ]
    identifier = deployed(written.properties(INSTANCE)["DBInstanceIdentifier"])
    [statement] = deployed(role["AssumeRolePolicyDocument"]["Statement"])
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": "123456789012",
        "aws:SourceArn": f"arn:aws:rds:eu-west-1:123456789012:db:{identifier}",
    }
    assert role.keys() == {"AssumeRolePolicyDocument"}, "no inline policy, and none that AWS manages"


def test_a_daily_backup_selects_the_instance(stack: cdk.Stack) -> None:
    new_instance(stack)
    written = template(stack)
    [rule] = written.properties("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    [name] = written.of_type(INSTANCE)
    [arn] = written.properties("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]
    assert rule["ScheduleExpression"] == "cron(0 5 * * ? *)"
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert deployed(arn) == f"arn:aws:rds:eu-west-1:123456789012:db:<{name}>"


def test_the_daily_backup_stays_out_of_the_windows(stack: cdk.Stack) -> None:
    new_instance(stack, windows=Windows(backup="05:00-06:00", maintenance="Tue:06:00-Tue:07:00"))
    [rule] = template(stack).properties("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["ScheduleExpression"] == "cron(0 7 * * ? *)"


def test_the_vault_keeps_its_recovery_points(stack: cdk.Stack) -> None:
    new_instance(stack)
    vault = template(stack).only("AWS::Backup::BackupVault")
    assert vault["DeletionPolicy"] == "Retain"
    assert "backup:DeleteRecoveryPoint" in str(vault["Properties"]["AccessPolicy"])


def test_events_of_instance_and_parameters_reach_the_topic(stack: cdk.Stack) -> None:
    new_instance(stack, alarm_topic=AlarmTopic(stack, "Topic").topic)
    written = template(stack)
    subscriptions = [it["Properties"] for it in written.of_type("AWS::RDS::EventSubscription").values()]
    sources = {it["SourceType"]: [written.type_of(source) for source in it["SourceIds"]] for it in subscriptions}
    assert sources == {"db-instance": [INSTANCE], "db-parameter-group": ["AWS::RDS::DBParameterGroup"]}
    assert all(written.type_of(it["SnsTopicArn"]) == "AWS::SNS::Topic" for it in subscriptions)
    assert {"failover", "failure", "low storage", "maintenance"} <= set(subscriptions[0]["EventCategories"])


BASIC = {
    "CPUUtilization",
    "FreeableMemory",
    "FreeStorageSpace",
    "DatabaseConnections",
    "ReadLatency",
    "WriteLatency",
    "DiskQueueDepth",
}
BALANCES = {"EBSIOBalance%", "EBSByteBalance%"}


@pytest.mark.parametrize(
    ("engine", "instance_type", "metrics"),
    [
        ("postgres", "m7g.large", BASIC | BALANCES | {"MaximumUsedTransactionIDs"}),
        ("postgres", "m7g.4xlarge", BASIC | {"MaximumUsedTransactionIDs"}),
        ("postgres", "t4g.medium", BASIC | BALANCES | {"CPUCreditBalance", "MaximumUsedTransactionIDs"}),
        ("mysql", "m7g.large", BASIC | BALANCES),
    ],
)
def test_alarms_watch_what_the_class_and_the_engine_have(
    stack: cdk.Stack, engine: str, instance_type: str, metrics: set[str]
) -> None:
    instance = new_instance(stack, engine=ENGINES[engine], instance_type=ec2.InstanceType(instance_type))
    alarms = template(stack).of_type("AWS::CloudWatch::Alarm").values()
    assert instance.alarms
    assert {alarm["Properties"]["MetricName"] for alarm in alarms} == metrics == set(instance.alarms.by_metric)
