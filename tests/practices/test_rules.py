"""Every rule passes on our stacks, and fails as soon as what it reads is taken away or set wrong."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sns as sns

from constructs_lib import firehose, redshift
from constructs_lib.glue import CatalogEncryption
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.engine import Engine
from tests.athena.workgroups import new_workgroup as new_athena_workgroup
from tests.dsql.clusters import new_cluster as new_dsql_cluster
from tests.dynamodb.tables import VIEWS, new_consumer, new_table
from tests.firehose.streams import new_copy, new_delivery, new_rows
from tests.glue.tables import full_table as full_glue_table
from tests.glue.tables import new_iceberg_table
from tests.kinesis.streams import new_consumer as new_stream_consumer
from tests.kinesis.streams import new_stream
from tests.practices.judging import changed, found, unexplained
from tests.rds.instances import ENGINES, new_instance
from tests.redshift.warehouses import new_cluster as new_redshift_cluster
from tests.redshift.warehouses import new_workgroup
from tests.redshift_sql.warehouses import new_user
from tests.s3.buckets import new_bucket
from tests.synthesis import Template, new_stack, template

INSTANCE = "AWS::RDS::DBInstance"
PARAMETERS = "AWS::RDS::DBParameterGroup"
CLUSTER = "AWS::RDS::DBCluster"
CLUSTER_PARAMETERS = "AWS::RDS::DBClusterParameterGroup"
OPTIONS = "AWS::RDS::OptionGroup"
DSQL = "AWS::DSQL::Cluster"
TABLE = "AWS::DynamoDB::GlobalTable"
STREAM = "AWS::Kinesis::Stream"
BUCKET = "AWS::S3::Bucket"
BUCKET_POLICY = "AWS::S3::BucketPolicy"
REDSHIFT = "AWS::Redshift::Cluster"
REDSHIFT_PARAMETERS = "AWS::Redshift::ClusterParameterGroup"
NAMESPACE = "AWS::RedshiftServerless::Namespace"
WORKGROUP = "AWS::RedshiftServerless::Workgroup"
GLUE_TABLE = "AWS::Glue::Table"
GLUE_SETTINGS = "AWS::Glue::DataCatalogEncryptionSettings"
ATHENA = "AWS::Athena::WorkGroup"
QUERIES = "Properties.WorkGroupConfiguration"
CATALOG = "Properties.DataCatalogEncryptionSettings"
FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
TO_S3 = "Properties.ExtendedS3DestinationConfiguration"
TO_REDSHIFT = "Properties.RedshiftDestinationConfiguration"
TO_ICEBERG = "Properties.IcebergDestinationConfiguration"
ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"
SCHEDULE = "AWS::SecretsManager::RotationSchedule"
SELECTION = "AWS::Backup::BackupSelection"
STORES = {
    CLUSTER,
    INSTANCE,
    DSQL,
    TABLE,
    STREAM,
    DELIVERY,
    BUCKET,
    MAPPING,
    REDSHIFT,
    REDSHIFT_PARAMETERS,
    NAMESPACE,
    WORKGROUP,
    ATHENA,
    SECRET,
}
"""What a rule names when something beside it is missing."""
HEADLESS = "AccountsVirginia"
"""The stack of a cluster without members."""
REPLICAS = "Properties.Replicas.*"
OBJECTS = "Properties.BucketEncryption.ServerSideEncryptionConfiguration.*"


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
    "AURORA_READER": ((INSTANCE, "Properties.DBClusterIdentifier"),),
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
    "AURORA_DATABASE_INSIGHTS": ((CLUSTER, "Properties.DatabaseInsightsMode"),),
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
    "KINESIS_ENCRYPTION": ((STREAM, "Properties.StreamEncryption.KeyId"),),
    "KINESIS_RETENTION": ((STREAM, "Properties.RetentionPeriodHours"),),
    "KINESIS_RETAINED": ((STREAM, "DeletionPolicy"), (STREAM, "UpdateReplacePolicy")),
    "KINESIS_ALARMS": ((ALARM, ""),),
    "S3_ENCRYPTION": (
        (BUCKET, "Properties.BucketEncryption"),
        (BUCKET, f"{OBJECTS}.ServerSideEncryptionByDefault.KMSMasterKeyID"),
        (BUCKET, f"{OBJECTS}.BucketKeyEnabled"),
    ),
    "S3_TLS": ((BUCKET_POLICY, ""), (BUCKET_POLICY, "Properties.PolicyDocument.Statement")),
    "S3_NOT_PUBLIC": tuple(
        (BUCKET, f"Properties.PublicAccessBlockConfiguration{it}")
        for it in ("", ".BlockPublicAcls", ".BlockPublicPolicy", ".IgnorePublicAcls", ".RestrictPublicBuckets")
    ),
    "S3_NO_ACLS": ((BUCKET, "Properties.OwnershipControls"),),
    "S3_VERSIONING": ((BUCKET, "Properties.VersioningConfiguration"),),
    "S3_LIFECYCLE": (
        (BUCKET, "Properties.LifecycleConfiguration"),
        (BUCKET, "Properties.LifecycleConfiguration.Rules.*.AbortIncompleteMultipartUpload"),
        (BUCKET, "Properties.LifecycleConfiguration.Rules.*.NoncurrentVersionExpiration"),
    ),
    "S3_ACCESS_LOGS": ((BUCKET, "Properties.LoggingConfiguration"),),
    "S3_RETAINED": ((BUCKET, "DeletionPolicy"), (BUCKET, "UpdateReplacePolicy")),
    "S3_ALARMS": ((ALARM, ""),),
    "REDSHIFT_ENCRYPTION": ((REDSHIFT, "Properties.Encrypted"), (REDSHIFT, "Properties.KmsKeyId")),
    "REDSHIFT_MANAGED_PASSWORD": (
        (REDSHIFT, "Properties.ManageMasterPassword"),
        (REDSHIFT, "Properties.MasterPasswordSecretKmsKeyId"),
    ),
    "REDSHIFT_NAMES": ((REDSHIFT, "Properties.MasterUsername"), (REDSHIFT, "Properties.DBName")),
    "REDSHIFT_NOT_PUBLIC": ((REDSHIFT, "Properties.PubliclyAccessible"),),
    "REDSHIFT_SUBNET_GROUP": ((REDSHIFT, "Properties.ClusterSubnetGroupName"),),
    "REDSHIFT_RESTRICTED_INGRESS": ((REDSHIFT, "Properties.VpcSecurityGroupIds"),),
    "REDSHIFT_NON_DEFAULT_PORT": ((REDSHIFT, "Properties.Port"),),
    "REDSHIFT_ENCRYPTION_IN_TRANSIT": (
        (REDSHIFT, "Properties.ClusterParameterGroupName"),
        (REDSHIFT_PARAMETERS, "Properties.Parameters"),
    ),
    "REDSHIFT_ENHANCED_VPC_ROUTING": ((REDSHIFT, "Properties.EnhancedVpcRouting"),),
    "REDSHIFT_AUDIT_LOGGING": (
        (REDSHIFT, "Properties.LoggingProperties"),
        (REDSHIFT_PARAMETERS, "Properties.Parameters"),
    ),
    "REDSHIFT_BACKUP_RETENTION": ((REDSHIFT, "Properties.AutomatedSnapshotRetentionPeriod"),),
    "REDSHIFT_BACKUP_PLAN": ((SELECTION, ""),),
    "REDSHIFT_RETAINED": ((REDSHIFT, "DeletionPolicy"), (REDSHIFT, "UpdateReplacePolicy")),
    "REDSHIFT_VERSION_UPGRADES": ((REDSHIFT, "Properties.PreferredMaintenanceWindow"),),
    "REDSHIFT_AVAILABILITY": ((REDSHIFT, "Properties.MultiAZ"),),
    "REDSHIFT_MULTI_AZ": ((REDSHIFT, "Properties.MultiAZ"),),
    "REDSHIFT_TAGS": (
        (REDSHIFT, "Properties.Tags"),
        (REDSHIFT_PARAMETERS, "Properties.Tags"),
        ("AWS::Redshift::ClusterSubnetGroup", "Properties.Tags"),
    ),
    "REDSHIFT_EVENT_SUBSCRIPTION": (("AWS::Redshift::EventSubscription", ""),),
    "REDSHIFT_ALARMS": ((ALARM, ""),),
    "REDSHIFT_SERVERLESS_ENCRYPTION": ((NAMESPACE, "Properties.KmsKeyId"),),
    "REDSHIFT_SERVERLESS_MANAGED_PASSWORD": (
        (NAMESPACE, "Properties.ManageAdminPassword"),
        (NAMESPACE, "Properties.AdminPasswordSecretKmsKeyId"),
    ),
    "REDSHIFT_SERVERLESS_NAMES": ((NAMESPACE, "Properties.AdminUsername"), (NAMESPACE, "Properties.DbName")),
    "REDSHIFT_SERVERLESS_NOT_PUBLIC": ((WORKGROUP, "Properties.PubliclyAccessible"),),
    "REDSHIFT_SERVERLESS_SUBNETS": ((WORKGROUP, "Properties.SubnetIds"),),
    "REDSHIFT_SERVERLESS_RESTRICTED_INGRESS": ((WORKGROUP, "Properties.SecurityGroupIds"),),
    "REDSHIFT_SERVERLESS_NON_DEFAULT_PORT": ((WORKGROUP, "Properties.Port"),),
    "REDSHIFT_SERVERLESS_ENCRYPTION_IN_TRANSIT": ((WORKGROUP, "Properties.ConfigParameters"),),
    "REDSHIFT_SERVERLESS_ENHANCED_VPC_ROUTING": ((WORKGROUP, "Properties.EnhancedVpcRouting"),),
    "REDSHIFT_SERVERLESS_AUDIT_LOGGING": ((NAMESPACE, "Properties.LogExports"),),
    "REDSHIFT_SERVERLESS_CAPACITY_LIMIT": ((WORKGROUP, "Properties.MaxCapacity"),),
    "REDSHIFT_SERVERLESS_BACKUP_PLAN": ((SELECTION, ""),),
    "REDSHIFT_SERVERLESS_RETAINED": (
        (NAMESPACE, "DeletionPolicy"),
        (NAMESPACE, "UpdateReplacePolicy"),
        (NAMESPACE, "Properties.FinalSnapshotName"),
    ),
    "REDSHIFT_SERVERLESS_ALARMS": ((ALARM, ""),),
    "GLUE_PARTITION_PROJECTION": ((GLUE_TABLE, "Properties.TableInput.Parameters"),),
    "GLUE_ICEBERG_SCHEMA": ((GLUE_TABLE, "Properties.OpenTableFormatInput.IcebergInput.IcebergTableInput"),),
    "GLUE_ICEBERG_RETAINED": ((GLUE_TABLE, "DeletionPolicy"), (GLUE_TABLE, "UpdateReplacePolicy")),
    "GLUE_CATALOG_ENCRYPTION": (
        (GLUE_SETTINGS, f"{CATALOG}.EncryptionAtRest.SseAwsKmsKeyId"),
        (GLUE_SETTINGS, f"{CATALOG}.ConnectionPasswordEncryption.KmsKeyId"),
    ),
    "ATHENA_ENFORCED": ((ATHENA, f"{QUERIES}.EnforceWorkGroupConfiguration"),),
    "ATHENA_ENCRYPTION": ((ATHENA, f"{QUERIES}.ResultConfiguration.EncryptionConfiguration.KmsKey"),),
    "ATHENA_METRICS": ((ATHENA, f"{QUERIES}.PublishCloudWatchMetricsEnabled"),),
    "ATHENA_SCAN_LIMIT": ((ATHENA, f"{QUERIES}.BytesScannedCutoffPerQuery"),),
    "ATHENA_BUCKET_OWNER": ((ATHENA, f"{QUERIES}.ResultConfiguration.ExpectedBucketOwner"),),
    "ATHENA_ALARMS": ((ALARM, ""),),
    "FIREHOSE_ENCRYPTION": ((DELIVERY, "Properties.DeliveryStreamEncryptionConfigurationInput"),),
    "FIREHOSE_OBJECT_ENCRYPTION": (
        (DELIVERY, f"{TO_S3}.EncryptionConfiguration"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.EncryptionConfiguration"),
        (DELIVERY, f"{TO_REDSHIFT}.S3Configuration.EncryptionConfiguration"),
        (DELIVERY, f"{TO_ICEBERG}.S3Configuration.EncryptionConfiguration"),
    ),
    "FIREHOSE_ERROR_PREFIX": (
        (DELIVERY, f"{TO_S3}.ErrorOutputPrefix"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.ErrorOutputPrefix"),
        (DELIVERY, f"{TO_ICEBERG}.S3Configuration.ErrorOutputPrefix"),
    ),
    "FIREHOSE_LOGS": (
        (DELIVERY, f"{TO_S3}.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_S3}.S3BackupConfiguration.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_REDSHIFT}.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_REDSHIFT}.S3Configuration.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_ICEBERG}.CloudWatchLoggingOptions"),
        (DELIVERY, f"{TO_ICEBERG}.S3Configuration.CloudWatchLoggingOptions"),
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
    "SECRETSMANAGER_ENCRYPTION": ((SECRET, "Properties.KmsKeyId"),),
    "SECRETSMANAGER_ROTATION": ((SCHEDULE, ""),),
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
    "ATHENA": "Queries",
    "AURORA": "CatalogDatabase",
    "BACKUP": "OrdersTable",
    "CLOUDWATCH": "OrdersTable",
    "DSQL": "Ledger",
    "DYNAMODB": "OrdersTable",
    "FIREHOSE": "Flow",
    "GLUE": "Catalog",
    "KINESIS": "Clicks",
    "KMS": "OrdersTable",
    "LAMBDA": "OrdersTable",
    "LOGS": "OrdersTable",
    "RDS": "OrdersDatabase",
    "REDSHIFT": "Warehouse",
    "REDSHIFT_SERVERLESS": "Serverless",
    "S3": "Lake",
    "SECRETSMANAGER": "Users",
    "SNS": "Foundation",
    "SQS": "OrdersTable",
}
"""Where the rules that begin so find what they read: one of our stacks, or one of ``APART``."""
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
    ("REDSHIFT_ENCRYPTION", REDSHIFT, "Properties.Encrypted", False),
    ("REDSHIFT_NAMES", REDSHIFT, "Properties.MasterUsername", "awsuser"),
    ("REDSHIFT_NAMES", REDSHIFT, "Properties.DBName", "dev"),
    ("REDSHIFT_NOT_PUBLIC", REDSHIFT, "Properties.PubliclyAccessible", True),
    ("REDSHIFT_SUBNET_GROUP", "AWS::Redshift::ClusterSubnetGroup", "Properties.SubnetIds", ["subnet-1"]),
    ("REDSHIFT_NON_DEFAULT_PORT", REDSHIFT, "Properties.Port", 5439),
    ("REDSHIFT_BACKUP_RETENTION", REDSHIFT, "Properties.AutomatedSnapshotRetentionPeriod", 6),
    ("REDSHIFT_VERSION_UPGRADES", REDSHIFT, "Properties.AllowVersionUpgrade", False),
    ("REDSHIFT_RETAINED", REDSHIFT, "DeletionPolicy", "Delete"),
    ("REDSHIFT_ALARMS", ALARM, "Properties.MetricName", "MaintenanceMode"),
    (
        "REDSHIFT_ENCRYPTION_IN_TRANSIT",
        REDSHIFT_PARAMETERS,
        "Properties.Parameters",
        [{"ParameterName": "require_ssl", "ParameterValue": "false"}],
    ),
    (
        "REDSHIFT_SERVERLESS_ENCRYPTION_IN_TRANSIT",
        WORKGROUP,
        "Properties.ConfigParameters",
        [{"ParameterKey": "require_ssl", "ParameterValue": "false"}],
    ),
    ("REDSHIFT_SERVERLESS_NAMES", NAMESPACE, "Properties.AdminUsername", "admin"),
    ("REDSHIFT_SERVERLESS_NOT_PUBLIC", WORKGROUP, "Properties.PubliclyAccessible", True),
    ("REDSHIFT_SERVERLESS_NON_DEFAULT_PORT", WORKGROUP, "Properties.Port", 5439),
    ("REDSHIFT_SERVERLESS_AUDIT_LOGGING", NAMESPACE, "Properties.LogExports", ["userlog"]),
    ("REDSHIFT_SERVERLESS_ALARMS", ALARM, "Properties.Namespace", "AWS/Redshift"),
    ("DYNAMODB_SCALES_WITH_DEMAND", TABLE, "Properties.BillingMode", "PROVISIONED"),
    ("DYNAMODB_DELETION_PROTECTION", TABLE, f"{REPLICAS}.DeletionProtectionEnabled", False),
    ("DYNAMODB_ALARMS", ALARM, "Properties.MetricName", "SystemErrors"),
    ("KINESIS_ENCRYPTION", STREAM, "Properties.StreamEncryption.KeyId", "alias/aws/kinesis"),
    ("KINESIS_RETENTION", STREAM, "Properties.RetentionPeriodHours", 167),
    ("KINESIS_RETAINED", STREAM, "DeletionPolicy", "Delete"),
    ("KINESIS_RETAINED", STREAM, "UpdateReplacePolicy", "Delete"),
    ("KINESIS_ALARMS", ALARM, "Properties.Namespace", "AWS/DynamoDB"),
    ("S3_ENCRYPTION", BUCKET, f"{OBJECTS}.BucketKeyEnabled", False),
    ("S3_TLS", BUCKET_POLICY, "Properties.PolicyDocument.Statement.*.Effect", "Allow"),
    ("S3_TLS", BUCKET_POLICY, "Properties.PolicyDocument.Statement.*.Condition.NumericLessThan.s3:TlsVersion", 1.1),
    ("S3_NOT_PUBLIC", BUCKET, "Properties.PublicAccessBlockConfiguration.BlockPublicPolicy", False),
    ("S3_NO_ACLS", BUCKET, "Properties.OwnershipControls.Rules", [{"ObjectOwnership": "ObjectWriter"}]),
    ("S3_VERSIONING", BUCKET, "Properties.VersioningConfiguration.Status", "Suspended"),
    ("S3_RETAINED", BUCKET, "DeletionPolicy", "Delete"),
    ("S3_ALARMS", ALARM, "Properties.MetricName", "5xxErrors"),
    ("S3_ALARMS", ALARM, "Properties.MetricName", "4xxErrors"),
    ("ATHENA_ENFORCED", ATHENA, f"{QUERIES}.EnforceWorkGroupConfiguration", False),
    ("ATHENA_ENCRYPTION", ATHENA, f"{QUERIES}.ManagedQueryResultsConfiguration", {"Enabled": True}),
    ("ATHENA_METRICS", ATHENA, f"{QUERIES}.PublishCloudWatchMetricsEnabled", False),
    ("ATHENA_ALARMS", ALARM, "Properties.MetricName", "QueryQueueTime"),
    ("GLUE_ICEBERG_SCHEMA", GLUE_TABLE, "Properties.TableInput", {"Name": "orders"}),
    ("GLUE_ICEBERG_RETAINED", GLUE_TABLE, "DeletionPolicy", "Delete"),
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


def _new_catalog(stack: cdk.Stack, alarm_topic: sns.ITopic) -> None:
    full_glue_table(stack)
    new_iceberg_table(stack)
    CatalogEncryption(stack, "Encryption")


def _new_flow(stack: cdk.Stack, alarm_topic: sns.ITopic) -> None:
    new_delivery(stack, alarm_topic=alarm_topic, source_backup=firehose.SourceBackup())
    new_copy(stack, "Sales", alarm_topic=alarm_topic)
    new_rows(stack, "Rows", alarm_topic=alarm_topic)


APART: Mapping[str, Callable[..., Any]] = {
    "Catalog": _new_catalog,
    "Clicks": new_stream,
    "Flow": _new_flow,
    "Lake": new_bucket,
    "Ledger": new_dsql_cluster,
    "Queries": new_athena_workgroup,
    "Serverless": new_workgroup,
    "Users": lambda stack, alarm_topic: new_user(stack),
    "Warehouse": functools.partial(new_redshift_cluster, availability=redshift.Availability.MULTI_AZ),
}
"""What no stack of ours has, or not so."""


@pytest.fixture(scope="module")
def templates(stack_templates: Mapping[str, Template]) -> Mapping[str, Template]:
    """The templates of our stacks but the headless one, and those of what no stack has."""
    made = {name: it for name, it in stack_templates.items() if name != HEADLESS}
    for name, make in APART.items():
        stack = new_stack()
        make(stack, alarm_topic=AlarmTopic(stack, "Topic").topic)
        made[name] = template(stack)
    return made


def _stack_for(rule: str, templates: Mapping[str, Template]) -> Template:
    names = [stack for prefix, stack in STACK.items() if rule.startswith(f"{prefix}_")]
    assert names, f"add to STACK where {rule} finds what it reads"
    return templates[names[-1]]


def _changed(rules: Engine, template: Template, rule: str, type: str, path: str, value: Any = None) -> None:
    """Change the template, and expect this rule to name what was changed, or what lost it."""
    names = {it.resource for it in found(rules, changed(template.content, type, path, value)) if it.rule == rule}
    assert names
    assert {template.resources[str(name)]["Type"] for name in names} <= {type, *STORES}


def test_every_rule_is_tested_here() -> None:
    assert CATALOGUE.keys() - READS.keys() == set(), "add to READS what the rule reads"
    assert READS.keys() <= CATALOGUE.keys()


def test_no_rule_finds_anything_in_our_stacks(rules: Engine, templates: Mapping[str, Template]) -> None:
    assert [finding for it in templates.values() for finding in unexplained(rules, it.content)] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rule_finds_anything_in_an_instance(rules: Engine, stack: cdk.Stack, engine: str) -> None:
    new_instance(stack, engine=ENGINES[engine], alarm_topic=AlarmTopic(stack, "Topic").topic)
    assert found(rules, template(stack).content) == []


def test_no_rule_finds_anything_in_table_and_consumer(rules: Engine, stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    table = new_table(stack, stream=VIEWS.KEYS_ONLY, alarm_topic=topic)
    new_consumer(stack, table=table, code={"vpc": vpc}, alarm_topic=topic)
    assert found(rules, template(stack).content) == []


def test_no_rule_finds_anything_in_stream_and_consumer(rules: Engine, stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    stream = new_stream(stack, alarm_topic=topic)
    stream.add_consumer("analytics")
    new_stream_consumer(stack, stream=stream, code={"vpc": vpc}, fan_out=True, alarm_topic=topic)
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


def _encryption(server: Any) -> list[dict[str, Any]]:
    """Write the settings of Oracle's native network encryption, as a template has them."""
    return [
        {"Name": "SQLNET.ENCRYPTION_TYPES_SERVER", "Value": "AES256"},
        {"Name": "SQLNET.ENCRYPTION_SERVER", "Value": server},
    ]


@pytest.mark.parametrize(
    ("engine", "type", "path", "value"),
    [
        ("mysql", PARAMETERS, "Properties.Parameters.require_secure_transport", None),
        ("mariadb", PARAMETERS, "Properties.Parameters.require_secure_transport", "0"),
        ("oracle-se2", INSTANCE, "Properties.OptionGroupName", None),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", [{"OptionName": "STATSPACK"}]),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", [{"OptionName": "SSL"}]),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", [{"OptionName": "NATIVE_NETWORK_ENCRYPTION"}]),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", []),
        ("oracle-se2", OPTIONS, "Properties.OptionConfigurations", None),
        (
            "oracle-se2",
            OPTIONS,
            "Properties.OptionConfigurations",
            [{"OptionName": "NATIVE_NETWORK_ENCRYPTION", "OptionSettings": _encryption("REQUESTED")}],
        ),
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


@pytest.mark.parametrize("server", ["REQUIRED", {"Ref": "Server"}])
def test_other_options_of_oracle_may_stand_beside_the_encryption(rules: Engine, stack: cdk.Stack, server: Any) -> None:
    new_instance(stack, engine=ENGINES["oracle-se2"])
    options = [
        {"OptionName": "STATSPACK"},
        {"OptionName": "NATIVE_NETWORK_ENCRYPTION", "OptionSettings": _encryption(server)},
        {"OptionName": "S3_INTEGRATION", "OptionVersion": "1.0"},
    ]
    content = changed(template(stack).content, OPTIONS, "Properties.OptionConfigurations", options)
    assert "RDS_ENCRYPTION_IN_TRANSIT" not in {it.rule for it in found(rules, content)}


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
        assert unexplained(rules, _as_text(it.content)) == []
