"""Every rule passes on our stacks, and fails as soon as what it reads is taken away or set wrong."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from constructs_lib import firehose
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.engine import Engine
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import VIEWS, new_consumer, new_table
from tests.firehose.streams import new_copy, new_delivery
from tests.practices.judging import changed, found
from tests.rds.instances import ENGINES, new_instance
from tests.synthesis import Template, new_stack, template

INSTANCE = "AWS::RDS::DBInstance"
PARAMETERS = "AWS::RDS::DBParameterGroup"
CLUSTER = "AWS::RDS::DBCluster"
CLUSTER_PARAMETERS = "AWS::RDS::DBClusterParameterGroup"
OPTIONS = "AWS::RDS::OptionGroup"
DSQL = "AWS::DSQL::Cluster"
TABLE = "AWS::DynamoDB::GlobalTable"
FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
TO_S3 = "Properties.ExtendedS3DestinationConfiguration"
TO_REDSHIFT = "Properties.RedshiftDestinationConfiguration"
ALARM = "AWS::CloudWatch::Alarm"
SELECTION = "AWS::Backup::BackupSelection"
HEADLESS = "AccountsVirginia"
"""The stack of a cluster without members."""
REPLICAS = "Properties.Replicas.*"

READS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "RDS_STORAGE_ENCRYPTION": ((INSTANCE, "Properties.StorageEncrypted"), (INSTANCE, "Properties.KmsKeyId")),
    "RDS_MANAGED_PASSWORD": (
        (INSTANCE, "Properties.ManageMasterUserPassword"),
        (INSTANCE, "Properties.MasterUserSecret.KmsKeyId"),
    ),
    "RDS_ADMIN_USERNAME": ((INSTANCE, "Properties.MasterUsername"),),
    "RDS_IAM_AUTHENTICATION": ((INSTANCE, "Properties.EnableIAMDatabaseAuthentication"),),
    "RDS_MULTI_AZ": ((INSTANCE, "Properties.MultiAZ"),),
    "RDS_NOT_PUBLIC": ((INSTANCE, "Properties.PubliclyAccessible"),),
    "RDS_SUBNET_GROUP": ((INSTANCE, "Properties.DBSubnetGroupName"),),
    "RDS_NON_DEFAULT_PORT": ((INSTANCE, "Properties.Port"),),
    "RDS_ENCRYPTION_IN_TRANSIT": (
        (INSTANCE, "Properties.DBParameterGroupName"),
        (PARAMETERS, "Properties.Parameters"),
    ),
    "RDS_CURRENT_CA": ((INSTANCE, "Properties.CACertificateIdentifier"),),
    "RDS_BACKUP_RETENTION": ((INSTANCE, "Properties.BackupRetentionPeriod"),),
    "RDS_KEEP_BACKUPS": (
        (INSTANCE, "Properties.DeleteAutomatedBackups"),
        (INSTANCE, "Properties.CopyTagsToSnapshot"),
    ),
    "RDS_BACKUP_PLAN": ((SELECTION, ""),),
    "RDS_DELETION_PROTECTION": (
        (INSTANCE, "Properties.DeletionProtection"),
        (INSTANCE, "DeletionPolicy"),
        (INSTANCE, "UpdateReplacePolicy"),
    ),
    "RDS_STORAGE": ((INSTANCE, "Properties.StorageType"), (INSTANCE, "Properties.MaxAllocatedStorage")),
    "RDS_MINOR_UPGRADES": ((INSTANCE, "Properties.AutoMinorVersionUpgrade"),),
    "RDS_EXTENDED_SUPPORT_OFF": ((INSTANCE, "Properties.EngineLifecycleSupport"),),
    "RDS_WINDOWS": (
        (INSTANCE, "Properties.PreferredBackupWindow"),
        (INSTANCE, "Properties.PreferredMaintenanceWindow"),
    ),
    "RDS_ENHANCED_MONITORING": (
        (INSTANCE, "Properties.MonitoringInterval"),
        (INSTANCE, "Properties.MonitoringRoleArn"),
    ),
    "RDS_DATABASE_INSIGHTS": (
        (INSTANCE, "Properties.EnablePerformanceInsights"),
        (INSTANCE, "Properties.PerformanceInsightsKMSKeyId"),
        (INSTANCE, "Properties.DatabaseInsightsMode"),
    ),
    "RDS_LOG_EXPORTS": ((INSTANCE, "Properties.EnableCloudwatchLogsExports"),),
    "RDS_EVENT_SUBSCRIPTION": (("AWS::RDS::EventSubscription", ""),),
    "RDS_ALARMS": ((ALARM, ""),),
    "AURORA_STORAGE_ENCRYPTION": ((CLUSTER, "Properties.StorageEncrypted"), (CLUSTER, "Properties.KmsKeyId")),
    "AURORA_MANAGED_PASSWORD": (
        (CLUSTER, "Properties.ManageMasterUserPassword"),
        (CLUSTER, "Properties.MasterUserSecret.KmsKeyId"),
    ),
    "AURORA_ADMIN_USERNAME": ((CLUSTER, "Properties.MasterUsername"),),
    "AURORA_IAM_AUTHENTICATION": ((CLUSTER, "Properties.EnableIAMDatabaseAuthentication"),),
    "AURORA_READER": ((INSTANCE, "Properties.PromotionTier"),),
    "AURORA_NOT_PUBLIC": ((INSTANCE, "Properties.PubliclyAccessible"),),
    "AURORA_SUBNET_GROUP": ((CLUSTER, "Properties.DBSubnetGroupName"),),
    "AURORA_NON_DEFAULT_PORT": ((CLUSTER, "Properties.Port"),),
    "AURORA_ENCRYPTION_IN_TRANSIT": (
        (CLUSTER, "Properties.DBClusterParameterGroupName"),
        (CLUSTER_PARAMETERS, "Properties.Parameters.require_secure_transport"),
    ),
    "AURORA_CURRENT_CA": ((INSTANCE, "Properties.CACertificateIdentifier"),),
    "AURORA_BACKTRACK": ((CLUSTER, "Properties.BacktrackWindow"),),
    "AURORA_BACKUP_RETENTION": ((CLUSTER, "Properties.BackupRetentionPeriod"),),
    "AURORA_KEEP_BACKUPS": (
        (CLUSTER, "Properties.DeleteAutomatedBackups"),
        (CLUSTER, "Properties.CopyTagsToSnapshot"),
    ),
    "AURORA_BACKUP_PLAN": ((SELECTION, ""),),
    "AURORA_DELETION_PROTECTION": (
        (CLUSTER, "Properties.DeletionProtection"),
        (CLUSTER, "DeletionPolicy"),
        (CLUSTER, "UpdateReplacePolicy"),
    ),
    "AURORA_MINOR_UPGRADES": (
        (CLUSTER, "Properties.AutoMinorVersionUpgrade"),
        (INSTANCE, "Properties.AutoMinorVersionUpgrade"),
    ),
    "AURORA_EXTENDED_SUPPORT_OFF": ((CLUSTER, "Properties.EngineLifecycleSupport"),),
    "AURORA_WINDOWS": (
        (CLUSTER, "Properties.PreferredBackupWindow"),
        (CLUSTER, "Properties.PreferredMaintenanceWindow"),
    ),
    "AURORA_ENHANCED_MONITORING": (
        (CLUSTER, "Properties.MonitoringInterval"),
        (CLUSTER, "Properties.MonitoringRoleArn"),
    ),
    "AURORA_DATABASE_INSIGHTS": (
        (CLUSTER, "Properties.PerformanceInsightsEnabled"),
        (CLUSTER, "Properties.PerformanceInsightsKmsKeyId"),
        (CLUSTER, "Properties.DatabaseInsightsMode"),
    ),
    "AURORA_LOG_EXPORTS": (
        (CLUSTER, "Properties.EnableCloudwatchLogsExports"),
        (CLUSTER_PARAMETERS, "Properties.Parameters.server_audit_logging"),
        (CLUSTER_PARAMETERS, "Properties.Parameters.server_audit_events"),
    ),
    "AURORA_EVENT_SUBSCRIPTION": (("AWS::RDS::EventSubscription", ""),),
    "AURORA_ALARMS": ((ALARM, ""),),
    "DSQL_ENCRYPTION": ((DSQL, "Properties.KmsEncryptionKey"),),
    "DSQL_DELETION_PROTECTION": (
        (DSQL, "Properties.DeletionProtectionEnabled"),
        (DSQL, "DeletionPolicy"),
        (DSQL, "UpdateReplacePolicy"),
    ),
    "DSQL_BACKUP_PLAN": ((SELECTION, ""),),
    "DSQL_ALARMS": ((ALARM, ""),),
    "DYNAMODB_ENCRYPTION": (
        (TABLE, "Properties.SSESpecification.SSEEnabled"),
        (TABLE, f"{REPLICAS}.SSESpecification.KMSMasterKeyId"),
    ),
    "DYNAMODB_POINT_IN_TIME_RECOVERY": (
        (TABLE, f"{REPLICAS}.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"),
    ),
    "DYNAMODB_DELETION_PROTECTION": (
        (TABLE, f"{REPLICAS}.DeletionProtectionEnabled"),
        (TABLE, "DeletionPolicy"),
        (TABLE, "UpdateReplacePolicy"),
    ),
    "DYNAMODB_SCALES_WITH_DEMAND": ((TABLE, "Properties.BillingMode"),),
    "DYNAMODB_BACKUP_PLAN": ((SELECTION, ""),),
    "DYNAMODB_CONTRIBUTOR_INSIGHTS": ((TABLE, f"{REPLICAS}.ContributorInsightsSpecification.Enabled"),),
    "DYNAMODB_ALARMS": ((ALARM, ""),),
    "FIREHOSE_ENCRYPTION": ((DELIVERY, "Properties.DeliveryStreamEncryptionConfigurationInput"),),
    "FIREHOSE_OBJECT_ENCRYPTION": (
        (DELIVERY, f"{TO_S3}.EncryptionConfiguration"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.EncryptionConfiguration"),
        (DELIVERY, f"{TO_REDSHIFT}.S3Configuration.EncryptionConfiguration"),
    ),
    "FIREHOSE_ERROR_PREFIX": (
        (DELIVERY, f"{TO_S3}.ErrorOutputPrefix"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.ErrorOutputPrefix"),
    ),
    "FIREHOSE_LOGS": (
        (DELIVERY, f"{TO_S3}.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_REDSHIFT}.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_REDSHIFT}.S3Configuration.CloudWatchLoggingOptions"),
    ),
    "FIREHOSE_REDSHIFT_SECRET": ((DELIVERY, f"{TO_REDSHIFT}.SecretsManagerConfiguration"),),
    "FIREHOSE_ALARMS": ((ALARM, ""),),
    "LAMBDA_PARTIAL_BATCH_RESPONSES": ((MAPPING, "Properties.FunctionResponseTypes"),),
    "LAMBDA_BOUNDED_RETRIES": (
        (MAPPING, "Properties.BisectBatchOnFunctionError"),
        (MAPPING, "Properties.MaximumRetryAttempts"),
        (MAPPING, "Properties.MaximumRecordAgeInSeconds"),
    ),
    "LAMBDA_FAILURE_DESTINATION": ((MAPPING, "Properties.DestinationConfig.OnFailure"),),
    "LAMBDA_TRACING": ((FUNCTION, "Properties.TracingConfig"),),
    "LAMBDA_OWN_LOG_GROUP": ((FUNCTION, "Properties.LoggingConfig.LogGroup"),),
    "LAMBDA_RESERVED_CONCURRENCY": ((FUNCTION, "Properties.ReservedConcurrentExecutions"),),
    "LAMBDA_IN_VPC": ((FUNCTION, "Properties.VpcConfig"),),
    "LAMBDA_ITERATOR_AGE_ALARM": ((ALARM, ""),),
    "SQS_ENCRYPTION": (("AWS::SQS::Queue", "Properties.KmsMasterKeyId"),),
    "SQS_REDRIVE": (("AWS::SQS::Queue", "Properties.RedriveAllowPolicy"),),
    "SNS_ENCRYPTION": (("AWS::SNS::Topic", "Properties.KmsMasterKeyId"),),
    "KMS_ROTATION": (("AWS::KMS::Key", "Properties.EnableKeyRotation"),),
    "LOGS_ENCRYPTION": (("AWS::Logs::LogGroup", "Properties.KmsKeyId"),),
    "LOGS_RETENTION": (("AWS::Logs::LogGroup", "Properties.RetentionInDays"),),
    "CLOUDWATCH_ALARM_DIMENSIONS": ((ALARM, "Properties.Dimensions"),),
    "CLOUDWATCH_ALARM_ACTIONS": ((ALARM, "Properties.AlarmActions"),),
    "BACKUP_VAULT_ENCRYPTION": (("AWS::Backup::BackupVault", "Properties.EncryptionKeyArn"),),
    "BACKUP_RETENTION": (
        ("AWS::Backup::BackupPlan", "Properties.BackupPlan.BackupPlanRule.*.Lifecycle.DeleteAfterDays"),
    ),
}
STACK = {
    "AURORA": "CatalogDatabase",
    "DSQL": "Ledger",
    "FIREHOSE": "Flow",
    "RDS": "OrdersDatabase",
    "SNS": "Foundation",
}
WRONG: tuple[tuple[str, str, str, Any], ...] = (
    ("RDS_STORAGE_ENCRYPTION", INSTANCE, "Properties.StorageEncrypted", False),
    ("RDS_ADMIN_USERNAME", INSTANCE, "Properties.MasterUsername", "admin"),
    ("RDS_NOT_PUBLIC", INSTANCE, "Properties.PubliclyAccessible", True),
    ("RDS_NON_DEFAULT_PORT", INSTANCE, "Properties.Port", "5432"),
    ("RDS_NON_DEFAULT_PORT", INSTANCE, "Properties.Port", 3306),
    ("RDS_SUBNET_GROUP", "AWS::RDS::DBSubnetGroup", "Properties.SubnetIds", ["subnet-0123456789abcdef0"]),
    ("RDS_ENCRYPTION_IN_TRANSIT", PARAMETERS, "Properties.Parameters", {"rds.force_ssl": "0"}),
    ("RDS_CURRENT_CA", INSTANCE, "Properties.CACertificateIdentifier", "rds-ca-2019"),
    ("RDS_BACKUP_RETENTION", INSTANCE, "Properties.BackupRetentionPeriod", 6),
    ("RDS_DELETION_PROTECTION", INSTANCE, "DeletionPolicy", "Delete"),
    ("RDS_DELETION_PROTECTION", INSTANCE, "UpdateReplacePolicy", "Delete"),
    ("RDS_STORAGE", INSTANCE, "Properties.StorageType", "gp2"),
    ("RDS_ENHANCED_MONITORING", INSTANCE, "Properties.MonitoringInterval", 0),
    ("RDS_LOG_EXPORTS", INSTANCE, "Properties.EnableCloudwatchLogsExports", []),
    ("RDS_EXTENDED_SUPPORT_OFF", INSTANCE, "Properties.EngineLifecycleSupport", "open-source-rds-extended-support"),
    ("RDS_EVENT_SUBSCRIPTION", "AWS::RDS::EventSubscription", "Properties.SourceType", "db-parameter-group"),
    ("RDS_ALARMS", ALARM, "Properties.Namespace", "AWS/EC2"),
    ("AURORA_STORAGE_ENCRYPTION", CLUSTER, "Properties.StorageEncrypted", False),
    ("AURORA_ADMIN_USERNAME", CLUSTER, "Properties.MasterUsername", "admin"),
    ("AURORA_IAM_AUTHENTICATION", CLUSTER, "Properties.EnableIAMDatabaseAuthentication", False),
    ("AURORA_READER", INSTANCE, "Properties.PromotionTier", 2),
    ("AURORA_NOT_PUBLIC", INSTANCE, "Properties.PubliclyAccessible", True),
    ("AURORA_NON_DEFAULT_PORT", CLUSTER, "Properties.Port", 3306),
    ("AURORA_ENCRYPTION_IN_TRANSIT", CLUSTER, "Properties.DBClusterParameterGroupName", "default.aurora-mysql8.0"),
    ("AURORA_ENCRYPTION_IN_TRANSIT", CLUSTER_PARAMETERS, "Properties.Parameters.require_secure_transport", "OFF"),
    ("AURORA_CURRENT_CA", INSTANCE, "Properties.CACertificateIdentifier", "rds-ca-2019"),
    ("AURORA_BACKTRACK", CLUSTER, "Properties.BacktrackWindow", 0),
    ("AURORA_BACKUP_RETENTION", CLUSTER, "Properties.BackupRetentionPeriod", 6),
    ("AURORA_KEEP_BACKUPS", CLUSTER, "Properties.CopyTagsToSnapshot", False),
    ("AURORA_DELETION_PROTECTION", CLUSTER, "DeletionPolicy", "Delete"),
    ("AURORA_MINOR_UPGRADES", INSTANCE, "Properties.AutoMinorVersionUpgrade", False),
    ("AURORA_EXTENDED_SUPPORT_OFF", CLUSTER, "Properties.EngineLifecycleSupport", "open-source-rds-extended-support"),
    ("AURORA_ENHANCED_MONITORING", CLUSTER, "Properties.MonitoringInterval", 0),
    ("AURORA_LOG_EXPORTS", CLUSTER_PARAMETERS, "Properties.Parameters.server_audit_logging", "0"),
    ("AURORA_EVENT_SUBSCRIPTION", "AWS::RDS::EventSubscription", "Properties.SourceType", "db-instance"),
    ("AURORA_ALARMS", ALARM, "Properties.Namespace", "AWS/EC2"),
    ("DSQL_ENCRYPTION", DSQL, "Properties.KmsEncryptionKey", "AWS_OWNED_KMS_KEY"),
    ("DSQL_DELETION_PROTECTION", DSQL, "Properties.DeletionProtectionEnabled", False),
    ("DSQL_DELETION_PROTECTION", DSQL, "DeletionPolicy", "Delete"),
    ("DSQL_ALARMS", ALARM, "Properties.Namespace", "AWS/RDS"),
    ("DYNAMODB_SCALES_WITH_DEMAND", TABLE, "Properties.BillingMode", "PROVISIONED"),
    ("DYNAMODB_DELETION_PROTECTION", TABLE, f"{REPLICAS}.DeletionProtectionEnabled", False),
    ("DYNAMODB_ALARMS", ALARM, "Properties.MetricName", "SystemErrors"),
    ("FIREHOSE_ENCRYPTION", DELIVERY, "Properties.DeliveryStreamEncryptionConfigurationInput.KeyType", "AWS_OWNED_CMK"),
    ("FIREHOSE_LOGS", DELIVERY, f"{TO_S3}.CloudWatchLoggingOptions.Enabled", False),
    ("FIREHOSE_REDSHIFT_SECRET", DELIVERY, f"{TO_REDSHIFT}.SecretsManagerConfiguration.Enabled", False),
    ("FIREHOSE_REDSHIFT_SECRET", DELIVERY, f"{TO_REDSHIFT}.Password", "secret"),
    ("FIREHOSE_ALARMS", ALARM, "Properties.Namespace", "AWS/Kinesis"),
    ("LAMBDA_PARTIAL_BATCH_RESPONSES", MAPPING, "Properties.FunctionResponseTypes", []),
    ("LAMBDA_BOUNDED_RETRIES", MAPPING, "Properties.MaximumRetryAttempts", -1),
    ("LAMBDA_BOUNDED_RETRIES", MAPPING, "Properties.MaximumRecordAgeInSeconds", -1),
    ("LAMBDA_TRACING", FUNCTION, "Properties.TracingConfig.Mode", "PassThrough"),
    ("LOGS_RETENTION", "AWS::Logs::LogGroup", "Properties.RetentionInDays", 180),
    ("CLOUDWATCH_ALARM_ACTIONS", ALARM, "Properties.ActionsEnabled", False),
    ("CLOUDWATCH_ALARM_ACTIONS", ALARM, "Properties.AlarmActions", []),
    ("CLOUDWATCH_ALARM_DIMENSIONS", ALARM, "Properties.Dimensions", []),
)


STORES = {CLUSTER, INSTANCE, DSQL, TABLE, DELIVERY, MAPPING}


@pytest.fixture(scope="module")
def templates(stack_templates: Mapping[str, Template]) -> Mapping[str, Template]:
    """The templates of our stacks but the headless one, and of what no stack has."""
    ledger = new_stack()
    new_dsql_cluster(ledger, alarm_topic=AlarmTopic(ledger, "Topic").topic)
    flow = new_stack()
    topic = AlarmTopic(flow, "Topic").topic
    new_delivery(flow, alarm_topic=topic, source_backup=firehose.SourceBackup())
    new_copy(flow, "Sales", alarm_topic=topic)
    ours = {name: it for name, it in stack_templates.items() if name != HEADLESS}
    return {**ours, "Ledger": template(ledger), "Flow": template(flow)}


def _stack_for(rule: str, templates: Mapping[str, Template]) -> Template:
    return templates[STACK.get(rule.partition("_")[0], "OrdersTable")]


def _changed(rules: Engine, template: Template, rule: str, type: str, path: str, value: Any = None) -> None:
    """Change the template, and expect this rule to name what was changed, or what lost it."""
    names = {it.resource for it in found(rules, changed(template.content, type, path, value)) if it.rule == rule}
    assert names
    assert {template.resources[str(name)]["Type"] for name in names} <= {type, *STORES}


def test_every_rule_is_tested_here() -> None:
    assert READS.keys() == CATALOGUE.keys()


def test_no_rule_finds_anything_in_our_stacks(rules: Engine, templates: Mapping[str, Template]) -> None:
    assert [finding for it in templates.values() for finding in found(rules, it.content)] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rule_finds_anything_in_an_instance(rules: Engine, stack: cdk.Stack, engine: str) -> None:
    new_instance(stack, engine=ENGINES[engine], alarm_topic=AlarmTopic(stack, "Topic").topic)
    assert found(rules, template(stack).content) == []


def test_no_rule_finds_anything_in_table_and_consumer(rules: Engine, stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    table = new_table(stack, stream=VIEWS.KEYS_ONLY, alarm_topic=topic)
    new_consumer(stack, table=table, code={"vpc": vpc}, alarm_topic=topic)
    assert found(rules, template(stack).content) == []


@pytest.mark.parametrize(
    ("rule", "type", "path"), [(rule, kind, path) for rule, reads in READS.items() for kind, path in reads]
)
def test_a_rule_reads_our_stacks(
    rules: Engine, templates: Mapping[str, Template], rule: str, type: str, path: str
) -> None:
    _changed(rules, _stack_for(rule, templates), rule, type, path)


@pytest.mark.parametrize(("rule", "type", "path", "value"), WRONG)
def test_a_rule_fails_on_a_wrong_value(
    rules: Engine, templates: Mapping[str, Template], rule: str, type: str, path: str, value: Any
) -> None:
    _changed(rules, _stack_for(rule, templates), rule, type, path, value)


@pytest.mark.parametrize(
    ("engine", "type", "path", "value"),
    [
        ("mysql", PARAMETERS, "Properties.Parameters.require_secure_transport", None),
        ("mariadb", PARAMETERS, "Properties.Parameters.require_secure_transport", "0"),
        ("oracle-se2", INSTANCE, "Properties.OptionGroupName", None),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", [{"OptionName": "STATSPACK"}]),
        ("sqlserver-se", INSTANCE, "Properties.DBParameterGroupName", None),
    ],
)
def test_encryption_in_transit_is_read_of_every_engine(
    rules: Engine, engine: str, type: str, path: str, value: Any
) -> None:
    stack = new_stack()
    new_instance(stack, engine=ENGINES[engine])
    written = template(stack)
    names = {it.resource for it in found(rules, written.content) if it.rule == "RDS_ENCRYPTION_IN_TRANSIT"}
    assert names == set()
    _changed(rules, written, "RDS_ENCRYPTION_IN_TRANSIT", type, path, value)


@pytest.mark.parametrize("metric", ["CPUUtilization", "FreeableMemory", "FreeStorageSpace", "DatabaseConnections"])
def test_each_of_the_four_alarms_is_missed(rules: Engine, templates: Mapping[str, Template], metric: str) -> None:
    content = templates["OrdersDatabase"].content
    others = {
        name: it for name, it in content["Resources"].items() if it.get("Properties", {}).get("MetricName") != metric
    }
    findings = [it for it in found(rules, {**content, "Resources": others}) if it.rule == "RDS_ALARMS"]
    assert len({it.message for it in findings}) == 1
    assert metric in findings[0].message


def _as_text(value: Any) -> Any:
    """Write booleans as strings, which CloudFormation takes as well."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return {name: _as_text(item) for name, item in value.items()}
        case list():
            return [_as_text(item) for item in value]
    return value


def test_a_headless_cluster_answers_for_its_members_alone(
    rules: Engine, stack_templates: Mapping[str, Template]
) -> None:
    findings = found(rules, stack_templates[HEADLESS].content)
    assert {finding.rule for finding in findings} == {"AURORA_ALARMS", "AURORA_READER"}


def test_booleans_may_be_written_as_strings(rules: Engine, templates: Mapping[str, Template]) -> None:
    for it in templates.values():
        assert found(rules, _as_text(it.content)) == []
