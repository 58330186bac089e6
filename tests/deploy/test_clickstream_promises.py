"""The promises of streams, lakes and warehouses, as the services report them."""

import json
from typing import Any

import pytest

from .cloud import Cloud

COPIES = "eu-central-1"
"""Where snapshots of the warehouse are copied to."""
RETENTION_HOURS = 7 * 24
RECOVERY_DAYS = 35
LOGS = {"connectionlog", "useractivitylog", "userlog"}
BY_S3 = "AES256"
"""How access logs are encrypted: S3 delivers them to no bucket of another key."""


@pytest.fixture(scope="module")
def own_keys(cloud: Cloud) -> set[str]:
    """The ARNs of the keys that the stacks made."""
    return {
        f"arn:aws:kms:{it.cloud.region}:{it.cloud.account}:key/{it.physical_id}"
        for it in cloud.resources("AWS::KMS::Key")
    }


@pytest.fixture(scope="module")
def buckets(cloud: Cloud) -> set[str]:
    """The names of the buckets."""
    return {it.physical_id for it in cloud.resources("AWS::S3::Bucket")}


@pytest.fixture(scope="module")
def warehouse(cloud: Cloud) -> dict[str, Any]:
    """The cluster of the stacks."""
    [resource] = cloud.resources("AWS::Redshift::Cluster")
    [cluster] = cloud.client("redshift").describe_clusters(ClusterIdentifier=resource.physical_id)["Clusters"]
    return dict(cluster)


def _access_logs(cloud: Cloud, bucket: str) -> str:
    """The bucket that receives the access logs of a bucket; of such a bucket, nothing."""
    logging = cloud.client("s3").get_bucket_logging(Bucket=bucket).get("LoggingEnabled", {})
    return str(logging.get("TargetBucket", ""))


def test_streams_are_encrypted_with_own_keys_and_keep_a_week(cloud: Cloud, own_keys: set[str]) -> None:
    for stream in cloud.resources("AWS::Kinesis::Stream"):
        kinesis = stream.cloud.client("kinesis")
        summary = kinesis.describe_stream_summary(StreamName=stream.physical_id)["StreamDescriptionSummary"]
        assert summary["EncryptionType"] == "KMS"
        assert summary["KeyId"] in own_keys
        assert summary["RetentionPeriodHours"] == RETENTION_HOURS


def test_buckets_are_encrypted_with_own_keys_and_log_their_access(
    cloud: Cloud, buckets: set[str], own_keys: set[str]
) -> None:
    s3 = cloud.client("s3")
    for bucket in buckets:
        [rule] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        default = rule["ApplyServerSideEncryptionByDefault"]
        if logs := _access_logs(cloud, bucket):
            assert logs in buckets - {bucket}
            assert default["KMSMasterKeyID"] in own_keys
        else:
            assert default["SSEAlgorithm"] == BY_S3
            assert bucket in {_access_logs(cloud, other) for other in buckets}


def test_buckets_are_private_and_forget_nothing_at_once(cloud: Cloud, buckets: set[str]) -> None:
    s3 = cloud.client("s3")
    for bucket in buckets:
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert len(block) == 4
        assert all(block.values())
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        refused = [it["Condition"] for it in statements if it["Effect"] == "Deny" and it["Action"] == "s3:*"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in refused


def test_deliveries_complain_to_an_encrypted_log(cloud: Cloud, own_keys: set[str]) -> None:
    for resource in cloud.resources("AWS::KinesisFirehose::DeliveryStream"):
        found = resource.cloud.client("firehose").describe_delivery_stream(DeliveryStreamName=resource.physical_id)
        [destination] = found["DeliveryStreamDescription"]["Destinations"]
        place = destination["ExtendedS3DestinationDescription"]["CloudWatchLoggingOptions"]
        logs = resource.cloud.client("logs")
        [group] = logs.describe_log_groups(logGroupNamePrefix=place["LogGroupName"])["logGroups"]
        [stream] = logs.describe_log_streams(logGroupName=place["LogGroupName"])["logStreams"]
        assert stream["logStreamName"] == place["LogStreamName"]
        assert group["kmsKeyId"] in own_keys
        assert group["retentionInDays"]


def test_the_results_of_queries_are_encrypted_and_nobody_chooses_where_they_go(
    cloud: Cloud, buckets: set[str], own_keys: set[str]
) -> None:
    for resource in cloud.resources("AWS::Athena::WorkGroup"):
        found = resource.cloud.client("athena").get_work_group(WorkGroup=resource.physical_id)["WorkGroup"]
        configuration = found["Configuration"]
        results = configuration["ResultConfiguration"]
        assert configuration["EnforceWorkGroupConfiguration"]
        assert configuration["BytesScannedCutoffPerQuery"]
        assert results["EncryptionConfiguration"]["KmsKey"] in own_keys
        assert results["OutputLocation"].split("/")[2] in buckets


def test_the_warehouse_is_private_and_encrypted_with_its_own_key(
    cloud: Cloud, warehouse: dict[str, Any], own_keys: set[str]
) -> None:
    assert not warehouse["PubliclyAccessible"]
    assert warehouse["EnhancedVpcRouting"]
    assert warehouse["Encrypted"]
    assert warehouse["KmsKeyId"] in own_keys
    secret = cloud.client("secretsmanager").describe_secret(SecretId=warehouse["MasterPasswordSecretArn"])
    assert secret["KmsKeyId"] == warehouse["MasterPasswordSecretKmsKeyId"] == warehouse["KmsKeyId"]


def test_the_warehouse_lets_nobody_in_from_anywhere(cloud: Cloud, warehouse: dict[str, Any]) -> None:
    groups = [group["VpcSecurityGroupId"] for group in warehouse["VpcSecurityGroups"]]
    found = cloud.client("ec2").describe_security_groups(GroupIds=groups)["SecurityGroups"]
    assert len(found) == 1
    assert found[0]["IpPermissions"] == []


def test_connections_want_tls_and_what_users_do_is_logged(
    cloud: Cloud, warehouse: dict[str, Any], own_keys: set[str]
) -> None:
    redshift, name = cloud.client("redshift"), warehouse["ClusterIdentifier"]
    [used] = warehouse["ClusterParameterGroups"]
    found = redshift.describe_cluster_parameters(ParameterGroupName=used["ParameterGroupName"])["Parameters"]
    parameters = {it["ParameterName"]: it["ParameterValue"] for it in found}
    assert parameters["require_ssl"] == "true"
    assert parameters["enable_user_activity_logging"] == "true"
    logging = redshift.describe_logging_status(ClusterIdentifier=name)
    assert logging["LoggingEnabled"]
    assert set(logging["LogExports"]) == LOGS
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/redshift/cluster/{name}/")["logGroups"]
    assert {group["logGroupName"].rpartition("/")[2] for group in groups} == LOGS
    for group in groups:
        assert group["kmsKeyId"] in own_keys
        assert group["retentionInDays"]


def test_snapshots_are_copied_to_a_second_region_under_its_own_key(
    cloud: Cloud, warehouse: dict[str, Any], own_keys: set[str]
) -> None:
    assert warehouse["AutomatedSnapshotRetentionPeriod"] == RECOVERY_DAYS
    copies = warehouse["ClusterSnapshotCopyStatus"]
    assert copies["DestinationRegion"] == COPIES
    assert copies["RetentionPeriod"] == RECOVERY_DAYS
    there = cloud.at(cloud.account, COPIES)
    grants = there.client("redshift").describe_snapshot_copy_grants(
        SnapshotCopyGrantName=copies["SnapshotCopyGrantName"]
    )
    [grant] = grants["SnapshotCopyGrants"]
    assert grant["KmsKeyId"] in own_keys
    assert cloud.home_of(grant["KmsKeyId"]) == there


def test_the_warehouse_reads_streams_in_a_role_of_its_own(cloud: Cloud, warehouse: dict[str, Any]) -> None:
    roles = [role["IamRoleArn"].rpartition("/")[2] for role in warehouse["IamRoles"]]
    assert len(roles) == 1
    trust = cloud.client("iam").get_role(RoleName=roles[0])["Role"]["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert statement["Principal"] == {"Service": "redshift.amazonaws.com"}


def test_events_of_the_warehouse_reach_a_topic(cloud: Cloud, warehouse: dict[str, Any]) -> None:
    topics = {resource.physical_id for resource in cloud.resources("AWS::SNS::Topic")}
    subscriptions = cloud.client("redshift").describe_event_subscriptions()["EventSubscriptionsList"]
    assert [it["SourceIdsList"] for it in subscriptions] == [[warehouse["ClusterIdentifier"]]]
    assert {it["SnsTopicArn"] for it in subscriptions} <= topics
    assert all(it["Enabled"] for it in subscriptions)
