"""How the services report streams, deliveries, lakes and warehouses."""

import json
from typing import Any

from .cloud import Cloud
from .report import Report


def _bucket(cloud: Cloud, name: str) -> Any:
    """What S3 tells by one call for each, as templates spell it."""
    s3 = cloud.client("s3")
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    notification = s3.get_bucket_notification_configuration(Bucket=name)
    logging = s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {})
    return {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                rule | {"ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"]}
                for rule in encryption
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [
                rule | {"Id": rule["ID"], "ExpirationInDays": expiration.get("Days")} | expiration
                for rule in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
                for expiration in [rule.get("Expiration", {})]
            ]
        },
        "LoggingConfiguration": logging | {"DestinationBucketName": logging.get("TargetBucket")},
        "NotificationConfiguration": {
            "EventBridgeConfiguration": {"EventBridgeEnabled": "EventBridgeConfiguration" in notification}
        },
        "OwnershipControls": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
        **s3.get_public_access_block(Bucket=name),
        "VersioningConfiguration": s3.get_bucket_versioning(Bucket=name),
    }


def _bucket_policy(cloud: Cloud, policy: str) -> Any:
    bucket = policy.removesuffix("-policy")
    return {
        "Bucket": bucket,
        "PolicyDocument": json.loads(cloud.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]),
    }


def _cluster(cloud: Cloud, name: str) -> Any:
    redshift = cloud.client("redshift")
    [cluster] = redshift.describe_clusters(ClusterIdentifier=name)["Clusters"]
    return cluster | {"LoggingProperties": redshift.describe_logging_status(ClusterIdentifier=name)}


def _copy_grant(cloud: Cloud, name: str) -> Any:
    found = cloud.client("redshift").describe_snapshot_copy_grants(SnapshotCopyGrantName=name)
    return found["SnapshotCopyGrants"][0]


def _database(cloud: Cloud, name: str) -> Any:
    found = cloud.client("glue").get_database(Name=name)["Database"]
    return found | {"DatabaseInput": found}


def _delivery_stream(cloud: Cloud, name: str) -> Any:
    found = cloud.client("firehose").describe_delivery_stream(DeliveryStreamName=name)
    return found["DeliveryStreamDescription"]


def _event_subscription(cloud: Cloud, name: str) -> Any:
    found = cloud.client("redshift").describe_event_subscriptions(SubscriptionName=name)
    return found["EventSubscriptionsList"][0]


def _log_stream(cloud: Cloud, name: str) -> Any:
    logs = cloud.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        in_group = {"logGroupName": group["logGroupName"]}
        for stream in logs.describe_log_streams(**in_group, logStreamNamePrefix=name)["logStreams"]:
            return in_group | stream
    return {}


def _parameter_group(cloud: Cloud, name: str) -> Any:
    redshift = cloud.client("redshift")
    [group] = redshift.describe_cluster_parameter_groups(ParameterGroupName=name)["ParameterGroups"]
    return group | redshift.describe_cluster_parameters(ParameterGroupName=name, Source="user")


def _stream(cloud: Cloud, name: str) -> Any:
    return cloud.client("kinesis").describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]


def _subnet_group(cloud: Cloud, name: str) -> Any:
    found = cloud.client("redshift").describe_cluster_subnet_groups(ClusterSubnetGroupName=name)
    return found["ClusterSubnetGroups"][0]


def _table(cloud: Cloud, name: str) -> Any:
    glue = cloud.client("glue")
    for database in glue.get_databases()["DatabaseList"]:
        for table in glue.get_tables(DatabaseName=database["Name"])["TableList"]:
            if table["Name"] == name:
                return table | {"TableInput": table}
    return {}


def _workgroup(cloud: Cloud, name: str) -> Any:
    return cloud.client("athena").get_work_group(WorkGroup=name)["WorkGroup"]


REPORTS = {
    "AWS::Athena::WorkGroup": Report(
        _workgroup,
        renamed={"WorkGroupConfiguration": "Configuration"},
        silent={"RecursiveDeleteOption": "takes effect when the workgroup is deleted"},
    ),
    "AWS::Glue::Database": Report(_database),
    "AWS::Glue::Table": Report(_table),
    "AWS::Kinesis::Stream": Report(
        _stream, renamed={"StreamEncryption": "{EncryptionType: EncryptionType, KeyId: KeyId}"}
    ),
    "AWS::KinesisFirehose::DeliveryStream": Report(
        _delivery_stream,
        renamed={
            "ExtendedS3DestinationConfiguration": "Destinations[0].ExtendedS3DestinationDescription",
            "KinesisStreamSourceConfiguration": "Source.KinesisStreamSourceDescription",
        },
    ),
    "AWS::Logs::LogStream": Report(
        _log_stream, renamed={"LogGroupName": "logGroupName", "LogStreamName": "logStreamName"}
    ),
    "AWS::Redshift::Cluster": Report(
        _cluster,
        renamed={
            "AvailabilityZoneRelocation": "AvailabilityZoneRelocationStatus == 'enabled'",
            "ClusterParameterGroupName": "ClusterParameterGroups[0].ParameterGroupName",
            "ClusterType": "NumberOfNodes > `1` && 'multi-node' || 'single-node'",
            "DestinationRegion": "ClusterSnapshotCopyStatus.DestinationRegion",
            "IamRoles": "IamRoles[].IamRoleArn",
            "ManageMasterPassword": "MasterPasswordSecretArn != null",
            "MultiAZ": "MultiAZ == 'Enabled'",
            "Port": "Endpoint.Port",
            "SnapshotCopyGrantName": "ClusterSnapshotCopyStatus.SnapshotCopyGrantName",
            "SnapshotCopyRetentionPeriod": "ClusterSnapshotCopyStatus.RetentionPeriod",
            "VpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
    ),
    "AWS::Redshift::ClusterParameterGroup": Report(_parameter_group),
    "AWS::Redshift::ClusterSubnetGroup": Report(_subnet_group, renamed={"SubnetIds": "Subnets[].SubnetIdentifier"}),
    "AWS::Redshift::EventSubscription": Report(
        _event_subscription,
        renamed={
            "EventCategories": "EventCategoriesList",
            "SourceIds": "SourceIdsList",
            "SubscriptionName": "CustSubscriptionId",
        },
    ),
    "AWS::Redshift::SnapshotCopyGrant": Report(_copy_grant),
    "AWS::S3::Bucket": Report(_bucket, silent={"MetricsConfigurations": "MiniStack counts no requests"}),
    "AWS::S3::BucketPolicy": Report(_bucket_policy),
}
